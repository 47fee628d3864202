//! `stat` and `access`.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::fs::Metadata;
use std::mem::ManuallyDrop;
use std::os::fd::FromRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread};

use crate::structure::Structure;

use super::{check, check_plain, path};

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

/// Makes `posix.stat_result`.
pub fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    STAT_RESULT.install(t, m)
}

fn result(t: &Thread, s: &Metadata) -> R<Value> {
    let i = |n: i64| int::from_i64(t, n);
    let ns = |s: i64, n: i64| s.saturating_mul(1_000_000_000).saturating_add(n);
    let f = |s: i64, n: i64| float::from_f64(s as f64 + n as f64 * 1e-9);
    let values = [
        i(i64::from(s.mode())),
        i(s.ino() as i64),
        i(s.dev() as i64),
        i(s.nlink() as i64),
        i(i64::from(s.uid())),
        i(i64::from(s.gid())),
        i(s.size() as i64),
        i(s.atime()),
        i(s.mtime()),
        i(s.ctime()),
        f(s.atime(), s.atime_nsec()),
        f(s.mtime(), s.mtime_nsec()),
        f(s.ctime(), s.ctime_nsec()),
        i(ns(s.atime(), s.atime_nsec())),
        i(ns(s.mtime(), s.mtime_nsec())),
        i(ns(s.ctime(), s.ctime_nsec())),
        i(s.blksize() as i64),
        i(s.blocks() as i64),
        i(s.rdev() as i64),
    ];
    STAT_RESULT.make(t, &values)
}

fn stat_fd(t: &Thread, fd: i64) -> R<Value> {
    // SAFETY: the file is only looked at, and not closed by us.
    let f = ManuallyDrop::new(unsafe { std::fs::File::from_raw_fd(fd as i32) });
    let s = check_plain(t, f.metadata())?;
    result(t, &s)
}
fn stat(t: &Thread, p: Value, _dir_fd: Option<Value>, follow: Option<bool>) -> R<Value> {
    if let Some(fd) = int::to_i64(p) {
        return stat_fd(t, fd);
    }
    let p = path(t, p)?;
    let r = if follow.unwrap_or(true) {
        std::fs::metadata(&p.path)
    } else {
        std::fs::symlink_metadata(&p.path)
    };
    let s = check(t, r, &p)?;
    result(t, &s)
}
fn lstat(t: &Thread, p: Value, dir_fd: Option<Value>) -> R<Value> {
    stat(t, p, dir_fd, Some(false))
}
fn access(t: &Thread, p: Value, mode: i64) -> R<bool> {
    let p = path(t, p)?;
    let name = CString::new(p.path.as_os_str().as_bytes()).unwrap_or_default();
    // SAFETY: `name` is a terminated string.
    Ok(unsafe { libc::access(name.as_ptr(), mode as i32) == 0 })
}
macro_rules! path_tests {
    ($($name:ident $test:ident;)*) => { $(
        fn $name(t: &Thread, p: Value) -> R<bool> {
            if let Ok(p) = path(t, p) {
                return Ok(p.path.$test());
            }
            let quiet = pyjit_runtime::core::errors::catch(t, pyjit_runtime::types::exceptions::Exc::ValueError);
            if quiet { Ok(false) } else { Err(pyjit_runtime::Raised) }
        }
    )* };
}
path_tests! { path_exists exists; path_isdir is_dir; path_isfile is_file; path_islink is_symlink; }

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    stat(path, *, dir_fd=None, follow_symlinks=True) => stat;
    lstat(path, *, dir_fd=None) => lstat;
    fstat(fd) => stat_fd;
    access(path, mode) => access;
    _path_exists(path) => path_exists;
    _path_isdir(path) => path_isdir;
    _path_isfile(path) => path_isfile;
    _path_islink(path) => path_islink;
};
