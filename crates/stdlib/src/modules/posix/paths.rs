//! Folders, links, renaming, removing, owners and modes.
#![allow(unsafe_code)]

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use super::{PathArg, check_two, dir_fd, folder, list_of, path, path_or_fd, sys, sys_path};
use crate::blocking::{self, Round};

type Opt = Option<Value>;

fn current() -> std::io::Result<std::ffi::OsString> {
    std::env::current_dir().map(|p| p.into_os_string())
}
fn getcwd(t: &Thread) -> R<Value> {
    super::check_plain(t, current()).map(super::decode)
}
fn getcwdb(t: &Thread) -> R<Value> {
    use std::os::unix::ffi::OsStrExt;
    let p = super::check_plain(t, current())?;
    Ok(pyjit_runtime::types::bytes::Bytes::new(p.as_bytes()).value())
}
fn chdir(t: &Thread, p: Value) -> R<()> {
    let p = path_or_fd(t, p)?;
    match p.fd {
        Some(fd) => sys_path!(t, p, libc::fchdir(fd)),
        None => sys_path!(t, p, libc::chdir(p.c().as_ptr())),
    }
    .map(drop)
}
fn fchdir(t: &Thread, fd: Value) -> R<()> {
    chdir(t, Value::int(super::descriptor(t, fd)?))
}
fn listdir(t: &Thread, p: Opt) -> R<Gc<List>> {
    let p = path_or_fd(t, super::or_dot(p))?;
    let entries = folder::read(t, &p)?;
    list_of(t, entries.into_iter().map(|e| p.result(e.name)))
}
fn mkdir(t: &Thread, p: Value, mode: Option<i64>, dir: Opt) -> R<()> {
    let (p, dir) = (path(t, p)?, dir_fd(t, dir)?);
    let mode = mode.unwrap_or(0o777) as libc::mode_t;
    sys_path!(t, p, libc::mkdirat(dir, p.c().as_ptr(), mode)).map(drop)
}
fn rmdir(t: &Thread, p: Value, dir: Opt) -> R<()> {
    let (p, dir) = (path(t, p)?, dir_fd(t, dir)?);
    sys_path!(
        t,
        p,
        libc::unlinkat(dir, p.c().as_ptr(), libc::AT_REMOVEDIR)
    )
    .map(drop)
}
fn unlink(t: &Thread, p: Value, dir: Opt) -> R<()> {
    let (p, dir) = (path(t, p)?, dir_fd(t, dir)?);
    sys_path!(t, p, libc::unlinkat(dir, p.c().as_ptr(), 0)).map(drop)
}
/// Raises with both names when a call on two paths fails.
fn two(t: &Thread, r: i32, p: &PathArg, q: &PathArg) -> R<()> {
    check_two(t, super::cvt(r), p, q).map(drop)
}
fn rename(t: &Thread, from: Value, to: Value, a: Opt, b: Opt) -> R<()> {
    let (p, q) = (path(t, from)?, path(t, to)?);
    let (a, b) = (dir_fd(t, a)?, dir_fd(t, b)?);
    // SAFETY: terminated strings.
    let r = unsafe { libc::renameat(a, p.c().as_ptr(), b, q.c().as_ptr()) };
    two(t, r, &p, &q)
}
fn link(t: &Thread, from: Value, to: Value, a: Opt, b: Opt, follow: Option<bool>) -> R<()> {
    let (p, q) = (path(t, from)?, path(t, to)?);
    let (a, b) = (dir_fd(t, a)?, dir_fd(t, b)?);
    let flags = if follow.unwrap_or(false) {
        libc::AT_SYMLINK_FOLLOW
    } else {
        0
    };
    // SAFETY: terminated strings.
    let r = unsafe { libc::linkat(a, p.c().as_ptr(), b, q.c().as_ptr(), flags) };
    two(t, r, &p, &q)
}
fn symlink(t: &Thread, from: Value, to: Value, _is_dir: Opt, dir: Opt) -> R<()> {
    let (p, q, dir) = (path(t, from)?, path(t, to)?, dir_fd(t, dir)?);
    // SAFETY: terminated strings.
    let r = unsafe { libc::symlinkat(p.c().as_ptr(), dir, q.c().as_ptr()) };
    two(t, r, &p, &q)
}
fn readlink(t: &Thread, p: Value, dir: Opt) -> R<Value> {
    let (p, dir) = (path(t, p)?, dir_fd(t, dir)?);
    let mut buffer = vec![0u8; 4097];
    // SAFETY: a terminated string, and a buffer of that length.
    let n = unsafe {
        let (to, room) = (buffer.as_mut_ptr().cast(), buffer.len() - 1);
        libc::readlinkat(dir, p.c().as_ptr(), to, room)
    };
    let n = super::check(t, super::counted(n), &p)?;
    buffer.truncate(n);
    Ok(p.result(std::os::unix::ffi::OsStringExt::from_vec(buffer)))
}
fn at_flags(follow: Option<bool>) -> i32 {
    if follow.unwrap_or(true) {
        0
    } else {
        libc::AT_SYMLINK_NOFOLLOW
    }
}
fn chmod(t: &Thread, p: Value, mode: i64, dir: Opt, follow: Option<bool>) -> R<()> {
    let (p, dir, mode) = (path_or_fd(t, p)?, dir_fd(t, dir)?, mode as libc::mode_t);
    match p.fd {
        Some(fd) => sys_path!(t, p, libc::fchmod(fd, mode)),
        None => sys_path!(
            t,
            p,
            libc::fchmodat(dir, p.c().as_ptr(), mode, at_flags(follow))
        ),
    }
    .map(drop)
}
fn fchmod(t: &Thread, fd: i64, mode: i64) -> R<()> {
    sys!(t, libc::fchmod(fd as i32, mode as libc::mode_t)).map(drop)
}
fn chown(t: &Thread, p: Value, uid: i64, gid: i64, dir: Opt, follow: Option<bool>) -> R<()> {
    let (p, dir) = (path_or_fd(t, p)?, dir_fd(t, dir)?);
    let (uid, gid) = (uid as libc::uid_t, gid as libc::gid_t);
    match p.fd {
        Some(fd) => sys_path!(t, p, libc::fchown(fd, uid, gid)),
        None => {
            let flags = at_flags(follow);
            sys_path!(t, p, libc::fchownat(dir, p.c().as_ptr(), uid, gid, flags))
        }
    }
    .map(drop)
}
fn fchown(t: &Thread, fd: i64, uid: i64, gid: i64) -> R<()> {
    sys!(
        t,
        libc::fchown(fd as i32, uid as libc::uid_t, gid as libc::gid_t)
    )
    .map(drop)
}
fn lchown(t: &Thread, p: Value, uid: i64, gid: i64) -> R<()> {
    chown(t, p, uid, gid, None, Some(false))
}
fn truncate(t: &Thread, p: Value, length: i64) -> R<()> {
    let p = path_or_fd(t, p)?;
    match p.fd {
        Some(fd) => sys_path!(t, p, libc::ftruncate(fd, length)),
        None => sys_path!(t, p, libc::truncate(p.c().as_ptr(), length)),
    }
    .map(drop)
}
fn mkfifo(t: &Thread, p: Value, mode: Option<i64>, dir: Opt) -> R<()> {
    let (p, dir) = (path(t, p)?, dir_fd(t, dir)?);
    let mode = mode.unwrap_or(0o666) as libc::mode_t;
    sys_path!(t, p, libc::mkfifoat(dir, p.c().as_ptr(), mode)).map(drop)
}
fn mknod(t: &Thread, p: Value, mode: Option<i64>, device: Option<i64>, dir: Opt) -> R<()> {
    let (p, dir) = (path(t, p)?, dir_fd(t, dir)?);
    let mode = mode.unwrap_or(0o600) as libc::mode_t;
    let device = device.unwrap_or(0) as libc::dev_t;
    sys_path!(t, p, libc::mknodat(dir, p.c().as_ptr(), mode, device)).map(drop)
}
fn chroot(t: &Thread, p: Value) -> R<()> {
    let p = path(t, p)?;
    sys_path!(t, p, libc::chroot(p.c().as_ptr())).map(drop)
}
fn sync(_t: &Thread) {
    // SAFETY: no memory is involved.
    pyjit_heap::lock::blocking(|| unsafe { libc::sync() })
}

/// Seconds (or nanoseconds, if `exact`) of the two times of `utime`.
fn two_times(t: &Thread, v: Value, exact: bool) -> R<[libc::timespec; 2]> {
    let Some(items) = v.cast::<Tuple>().filter(|x| x.len() == 2) else {
        let m = match exact {
            false => "utime: 'times' must be either a tuple of two ints or None",
            true => "utime: 'ns' must be a tuple of two ints",
        };
        return Err(errors::type_error(t, m));
    };
    let one = |v: Value| match exact {
        true => ops::index_i64(t, v),
        false => blocking::nanoseconds(t, v, Round::Floor),
    };
    let (a, b) = (one(items.items()[0])?, one(items.items()[1])?);
    Ok([blocking::timespec(a), blocking::timespec(b)])
}
fn utime(t: &Thread, p: Value, times: Opt, ns: Opt, dir: Opt, follow: Option<bool>) -> R<()> {
    let (p, dir) = (path_or_fd(t, p)?, dir_fd(t, dir)?);
    let spec = match (times.filter(|v| !v.is_none()), ns) {
        (Some(_), Some(_)) => {
            let m = "utime: you may specify either 'times' or 'ns' but not both";
            return Err(errors::value_error(t, m));
        }
        (Some(v), None) => Some(two_times(t, v, false)?),
        (None, Some(v)) => Some(two_times(t, v, true)?),
        (None, None) => None,
    };
    let spec = spec.as_ref().map_or(std::ptr::null(), |s| s.as_ptr());
    match p.fd {
        Some(fd) => sys_path!(t, p, libc::futimens(fd, spec)),
        None => sys_path!(
            t,
            p,
            libc::utimensat(dir, p.c().as_ptr(), spec, at_flags(follow))
        ),
    }
    .map(drop)
}

// ---- parts of paths --------------------------------------------------------

/// Where the root of a path ends: none, "/", or exactly two slashes.
fn root_length(b: &[u8]) -> usize {
    match b {
        [b'/', b'/', rest @ ..] if rest.first() != Some(&b'/') => 2,
        [b'/', ..] => 1,
        _ => 0,
    }
}
/// The text of a path argument, and how to make a piece of it an object again.
fn pieces(t: &Thread, p: Value) -> R<(Vec<u8>, fn(&[u8]) -> Value)> {
    let p = super::fspath(t, p)?;
    Ok(match p.cast::<Str>() {
        Some(s) => (s.bytes().to_vec(), |b| Str::from_wtf8(b).value()),
        None => {
            let b = pyjit_runtime::types::bytes::like(p).map_or(Vec::new(), |b| b.to_vec());
            (b, |b| pyjit_runtime::types::bytes::Bytes::new(b).value())
        }
    })
}
fn splitroot(t: &Thread, p: Value) -> R<Gc<Tuple>> {
    let (b, make) = pieces(t, p)?;
    // Three and more slashes are one root and a tail.
    let n = root_length(&b);
    Ok(Tuple::new(&[make(b""), make(&b[..n]), make(&b[n..])]))
}
fn normpath(t: &Thread, p: Value) -> R<Value> {
    let (b, make) = pieces(t, p)?;
    let root = root_length(&b);
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in b.split(|c| *c == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|l| *l != b"..") => {
                parts.pop();
            }
            b".." if root > 0 => {}
            part => parts.push(part),
        }
    }
    let mut out = b[..root].to_vec();
    out.extend(parts.join(&b'/'));
    if out.is_empty() {
        out.push(b'.');
    }
    Ok(make(&out))
}
fn int_of(v: Value) -> Option<i64> {
    int::to_i64(v)
}
fn major(_t: &Thread, device: i64) -> i64 {
    i64::from(libc::major(device as libc::dev_t))
}
fn minor(_t: &Thread, device: i64) -> i64 {
    i64::from(libc::minor(device as libc::dev_t))
}
fn makedev(t: &Thread, major: Value, minor: Value) -> R<i64> {
    let number = |v| int_of(v).ok_or_else(|| errors::type_error(t, "an integer is required"));
    Ok(libc::makedev(number(major)? as u32, number(minor)? as u32) as i64)
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    getcwd() => getcwd;
    getcwdb() => getcwdb;
    chdir(path) => chdir;
    fchdir(fd) => fchdir;
    listdir(path=None) => listdir;
    mkdir(path, mode=511, *, dir_fd=None) => mkdir;
    rmdir(path, *, dir_fd=None) => rmdir;
    unlink(path, *, dir_fd=None) => unlink;
    remove(path, *, dir_fd=None) => unlink;
    rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None) => rename;
    replace(src, dst, *, src_dir_fd=None, dst_dir_fd=None) => rename;
    link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=False) => link;
    symlink(src, dst, target_is_directory=False, *, dir_fd=None) => symlink;
    readlink(path, *, dir_fd=None) => readlink;
    chmod(path, mode, *, dir_fd=None, follow_symlinks=True) => chmod;
    fchmod(fd, mode) => fchmod;
    chown(path, uid, gid, *, dir_fd=None, follow_symlinks=True) => chown;
    fchown(fd, uid, gid) => fchown;
    lchown(path, uid, gid) => lchown;
    truncate(path, length) => truncate;
    mkfifo(path, mode=438, *, dir_fd=None) => mkfifo;
    mknod(path, mode=384, device=0, *, dir_fd=None) => mknod;
    chroot(path) => chroot;
    sync() => sync;
    utime(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True) => utime;
    major(device, /) => major;
    minor(device, /) => minor;
    makedev(major, minor, /) => makedev;
    _path_splitroot_ex(path, /) => splitroot;
    _path_normpath(path) => normpath;
};
