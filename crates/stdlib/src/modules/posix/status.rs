//! `stat`, `statvfs` and `access`.
#![allow(unsafe_code)]

use std::io;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread};

use super::{PathArg, check, check_plain, cvt, dir_fd, path, path_or_fd};
use crate::structure::Structure;

type Opt = Option<Value>;

/// Fields of `os.stat_result`; the first ten are its items.
const FIELDS: &[&str] = &[
    "st_mode",
    "st_ino",
    "st_dev",
    "st_nlink",
    "st_uid",
    "st_gid",
    "st_size",
    "_atime",
    "_mtime",
    "_ctime",
    "st_atime",
    "st_mtime",
    "st_ctime",
    "st_atime_ns",
    "st_mtime_ns",
    "st_ctime_ns",
    "st_blksize",
    "st_blocks",
    "st_rdev",
];
static STAT_RESULT: Structure = Structure::new("os.stat_result", FIELDS, 10);
const VFS_FIELDS: &[&str] = &[
    "f_bsize",
    "f_frsize",
    "f_blocks",
    "f_bfree",
    "f_bavail",
    "f_files",
    "f_ffree",
    "f_favail",
    "f_flag",
    "f_namemax",
    "f_fsid",
];
static STATVFS_RESULT: Structure = Structure::new("os.statvfs_result", VFS_FIELDS, 10);

/// Makes the classes of results.
pub fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    STAT_RESULT.install(t, m)?;
    STATVFS_RESULT.install(t, m)
}

/// Asks the system about a path below a folder, or an open file.
pub fn look(dir: i32, p: &PathArg, follow: bool) -> io::Result<libc::stat> {
    // SAFETY: all-zero is a valid structure, which the call fills.
    unsafe {
        let mut s: libc::stat = std::mem::zeroed();
        let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let r = match p.fd {
            Some(fd) => libc::fstat(fd, &mut s),
            None => libc::fstatat(dir, p.c().as_ptr(), &mut s, flags),
        };
        cvt(r).map(|_| s)
    }
}

/// An `os.stat_result`.
pub fn result(t: &Thread, s: &libc::stat) -> R<Value> {
    let i = |n: i64| int::from_i64(t, n);
    let ns = |s: i64, n: i64| i(s.saturating_mul(1_000_000_000).saturating_add(n));
    let f = |s: i64, n: i64| float::from_f64(s as f64 + n as f64 * 1e-9);
    let values = [
        i(i64::from(s.st_mode)),
        int::from_limbs(false, &[s.st_ino]),
        i(s.st_dev as i64),
        i(s.st_nlink as i64),
        i(i64::from(s.st_uid)),
        i(i64::from(s.st_gid)),
        i(s.st_size),
        i(s.st_atime),
        i(s.st_mtime),
        i(s.st_ctime),
        f(s.st_atime, s.st_atime_nsec),
        f(s.st_mtime, s.st_mtime_nsec),
        f(s.st_ctime, s.st_ctime_nsec),
        ns(s.st_atime, s.st_atime_nsec),
        ns(s.st_mtime, s.st_mtime_nsec),
        ns(s.st_ctime, s.st_ctime_nsec),
        i(s.st_blksize),
        i(s.st_blocks),
        i(s.st_rdev as i64),
    ];
    STAT_RESULT.make(t, &values)
}

fn stat(t: &Thread, p: Value, dir: Opt, follow: Option<bool>) -> R<Value> {
    let (p, dir) = (path_or_fd(t, p)?, dir_fd(t, dir)?);
    let s = check(t, look(dir, &p, follow.unwrap_or(true)), &p)?;
    result(t, &s)
}
fn lstat(t: &Thread, p: Value, dir: Opt) -> R<Value> {
    let (p, dir) = (path(t, p)?, dir_fd(t, dir)?);
    let s = check(t, look(dir, &p, false), &p)?;
    result(t, &s)
}
fn fstat(t: &Thread, fd: i64) -> R<Value> {
    let p = PathArg::of_fd(fd as i32);
    let s = check_plain(t, look(0, &p, true))?;
    result(t, &s)
}
fn statvfs(t: &Thread, p: Value) -> R<Value> {
    let p = path_or_fd(t, p)?;
    // SAFETY: all-zero is a valid structure, which the call fills.
    let s = unsafe {
        let mut s: libc::statvfs = std::mem::zeroed();
        let r = match p.fd {
            Some(fd) => libc::fstatvfs(fd, &mut s),
            None => libc::statvfs(p.c().as_ptr(), &mut s),
        };
        check(t, cvt(r), &p)?;
        s
    };
    let n = |i: u64| int::from_limbs(false, &[i]);
    let values = [
        n(s.f_bsize),
        n(s.f_frsize),
        n(s.f_blocks),
        n(s.f_bfree),
        n(s.f_bavail),
        n(s.f_files),
        n(s.f_ffree),
        n(s.f_favail),
        n(s.f_flag),
        n(s.f_namemax),
        n(s.f_fsid),
    ];
    STATVFS_RESULT.make(t, &values)
}
fn access(
    t: &Thread,
    p: Value,
    mode: i64,
    dir: Opt,
    effective: Option<bool>,
    follow: Option<bool>,
) -> R<bool> {
    let (p, dir) = (path(t, p)?, dir_fd(t, dir)?);
    let mut flags = if follow.unwrap_or(true) {
        0
    } else {
        libc::AT_SYMLINK_NOFOLLOW
    };
    if effective.unwrap_or(false) {
        flags |= libc::AT_EACCESS;
    }
    // SAFETY: a terminated string.
    Ok(unsafe { libc::faccessat(dir, p.c().as_ptr(), mode as i32, flags) == 0 })
}

/// The mode of a path or descriptor; nothing if there is no such file.
fn mode_of(t: &Thread, p: Value, follow: bool) -> R<Option<libc::mode_t>> {
    match path_or_fd(t, p) {
        Ok(p) => Ok(look(libc::AT_FDCWD, &p, follow)
            .ok()
            .map(|s| s.st_mode & libc::S_IFMT)),
        Err(_) if errors::catch(t, Exc::ValueError) => Ok(None),
        Err(e) => Err(e),
    }
}
fn path_exists(t: &Thread, p: Value) -> R<bool> {
    Ok(mode_of(t, p, true)?.is_some())
}
fn path_lexists(t: &Thread, p: Value) -> R<bool> {
    Ok(mode_of(t, p, false)?.is_some())
}
fn path_isdir(t: &Thread, p: Value) -> R<bool> {
    Ok(mode_of(t, p, true)? == Some(libc::S_IFDIR))
}
fn path_isfile(t: &Thread, p: Value) -> R<bool> {
    Ok(mode_of(t, p, true)? == Some(libc::S_IFREG))
}
fn path_islink(t: &Thread, p: Value) -> R<bool> {
    Ok(mode_of(t, p, false)? == Some(libc::S_IFLNK))
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    stat(path, *, dir_fd=None, follow_symlinks=True) => stat;
    lstat(path, *, dir_fd=None) => lstat;
    fstat(fd) => fstat;
    statvfs(path) => statvfs;
    fstatvfs(fd, /) => statvfs;
    access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True) => access;
    _path_exists(path) => path_exists;
    _path_lexists(path) => path_lexists;
    _path_isdir(path) => path_isdir;
    _path_isfile(path) => path_isfile;
    _path_islink(path) => path_islink;
};
