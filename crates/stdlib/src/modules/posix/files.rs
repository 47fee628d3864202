//! Open files by descriptor.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;

use pyjit_heap::{Gc, Value, lock};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::types::bytes::{self, Bytes};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use crate::blocking;

use super::{check, check_plain, cvt, path};

fn open(t: &Thread, p: Value, flags: i64, mode: Option<i64>, _dir_fd: Option<Value>) -> R<i64> {
    open_file(t, p, flags, mode.unwrap_or(0o777))
}
/// Opens a path; the descriptor is not inherited.
pub fn open_file(t: &Thread, p: Value, flags: i64, mode: i64) -> R<i64> {
    let p = path(t, p)?;
    let name = CString::new(p.path.as_os_str().as_bytes()).unwrap_or_default();
    let (flags, mode) = (flags as i32 | libc::O_CLOEXEC, mode as libc::mode_t);
    let r = blocking::try_retry(t, || {
        // SAFETY: `name` is a terminated string.
        cvt(unsafe { libc::open(name.as_ptr(), flags, libc::c_uint::from(mode)) })
    })?;
    Ok(i64::from(check(t, r, &p)?))
}
/// Closes a descriptor.
pub fn close_file(t: &Thread, fd: i64) -> R<()> {
    // SAFETY: closing any number is harmless to memory.
    check_plain(t, cvt(unsafe { libc::close(fd as i32) })).map(drop)
}
fn read(t: &Thread, fd: i64, length: i64) -> R<Gc<Bytes>> {
    let mut buffer = vec![0u8; length.clamp(0, 1 << 31) as usize];
    let n = read_into(t, fd, &mut buffer)?;
    let n = check_plain(t, n)?;
    Ok(Bytes::new(&buffer[..n]))
}
/// The number of bytes that a call of the C library gives.
fn counted(n: isize) -> std::io::Result<usize> {
    usize::try_from(n).map_err(|_| std::io::Error::last_os_error())
}
/// Reads up to `buffer.len()` bytes, with the interpreter lock released.
pub fn read_into(t: &Thread, fd: i64, buffer: &mut [u8]) -> R<std::io::Result<usize>> {
    blocking::try_retry(t, || {
        // SAFETY: the buffer is ours and that long.
        counted(unsafe { libc::read(fd as i32, buffer.as_mut_ptr().cast(), buffer.len()) })
    })
}
/// Writes some of `data`; how much is the result.
pub fn write_some(t: &Thread, fd: i64, data: &[u8]) -> R<std::io::Result<usize>> {
    blocking::try_retry(t, || {
        // SAFETY: the data is ours and that long.
        counted(unsafe { libc::write(fd as i32, data.as_ptr().cast(), data.len()) })
    })
}
fn write(t: &Thread, fd: i64, data: Value) -> R<i64> {
    let data = match bytes::like(data) {
        Some(d) => d.to_vec(),
        None => pyjit_runtime::types::bytes_methods::to_bytes(t, data)?
            .bytes()
            .to_vec(),
    };
    let n = write_some(t, fd, &data)?;
    Ok(check_plain(t, n)? as i64)
}
fn lseek(t: &Thread, fd: i64, position: i64, whence: i64) -> R<i64> {
    check_plain(t, seek(fd, position, whence))
}
/// Moves the file position.
pub fn seek(fd: i64, position: i64, whence: i64) -> std::io::Result<i64> {
    // SAFETY: no memory is involved.
    let n = unsafe { libc::lseek(fd as i32, position, whence as i32) };
    if n < 0 {
        Err(std::io::Error::last_os_error())
    } else {
        Ok(n)
    }
}
/// Sets a file's length.
pub fn set_length(fd: i64, length: i64) -> std::io::Result<()> {
    // SAFETY: no memory is involved.
    cvt(unsafe { libc::ftruncate(fd as i32, length) }).map(drop)
}
/// Is the number an open descriptor?
pub fn is_open(fd: i64) -> bool {
    // SAFETY: no memory is involved.
    unsafe { libc::fcntl(fd as i32, libc::F_GETFD) >= 0 }
}
/// Is it a terminal?
pub fn is_terminal(fd: i64) -> bool {
    // SAFETY: no memory is involved.
    unsafe { libc::isatty(fd as i32) == 1 }
}
fn isatty(_t: &Thread, fd: i64) -> bool {
    is_terminal(fd)
}
fn dup(t: &Thread, fd: i64) -> R<i64> {
    // SAFETY: no memory is involved.
    let n = unsafe { libc::fcntl(fd as i32, libc::F_DUPFD_CLOEXEC, 0) };
    Ok(i64::from(check_plain(t, cvt(n))?))
}
fn dup2(t: &Thread, fd: i64, fd2: i64, inheritable: Option<bool>) -> R<i64> {
    let flags = if inheritable.unwrap_or(true) || fd == fd2 {
        0
    } else {
        libc::O_CLOEXEC
    };
    let n = if fd == fd2 {
        // SAFETY: no memory is involved.
        unsafe { libc::dup2(fd as i32, fd2 as i32) }
    } else {
        // SAFETY: no memory is involved.
        unsafe { libc::dup3(fd as i32, fd2 as i32, flags) }
    };
    Ok(i64::from(check_plain(t, cvt(n))?))
}
fn pipe(t: &Thread) -> R<Gc<Tuple>> {
    let mut fds = [0i32; 2];
    // SAFETY: the call writes two numbers.
    let r = cvt(unsafe { libc::pipe2(fds.as_mut_ptr(), libc::O_CLOEXEC) });
    check_plain(t, r)?;
    Ok(Tuple::new(&[
        Value::int(i64::from(fds[0])),
        Value::int(i64::from(fds[1])),
    ]))
}
fn ftruncate(t: &Thread, fd: i64, length: i64) -> R<()> {
    // SAFETY: no memory is involved.
    check_plain(t, cvt(unsafe { libc::ftruncate(fd as i32, length) })).map(drop)
}
fn fsync(t: &Thread, fd: i64) -> R<()> {
    // SAFETY: no memory is involved.
    check_plain(t, lock::blocking(|| cvt(unsafe { libc::fsync(fd as i32) }))).map(drop)
}
fn get_inheritable(t: &Thread, fd: i64) -> R<bool> {
    // SAFETY: no memory is involved.
    let n = check_plain(t, cvt(unsafe { libc::fcntl(fd as i32, libc::F_GETFD) }))?;
    Ok(n & libc::FD_CLOEXEC == 0)
}
fn set_inheritable(t: &Thread, fd: i64, on: bool) -> R<()> {
    // SAFETY: no memory is involved.
    check_plain(
        t,
        cvt(unsafe {
            libc::fcntl(
                fd as i32,
                libc::F_SETFD,
                if on { 0 } else { libc::FD_CLOEXEC },
            )
        }),
    )
    .map(drop)
}

/// Flags of `open` and `lseek`.
pub const CONSTANTS: &[(&str, i64)] = &[
    ("O_RDONLY", libc::O_RDONLY as i64),
    ("O_WRONLY", libc::O_WRONLY as i64),
    ("O_RDWR", libc::O_RDWR as i64),
    ("O_CREAT", libc::O_CREAT as i64),
    ("O_EXCL", libc::O_EXCL as i64),
    ("O_TRUNC", libc::O_TRUNC as i64),
    ("O_APPEND", libc::O_APPEND as i64),
    ("O_NONBLOCK", libc::O_NONBLOCK as i64),
    ("O_SYNC", libc::O_SYNC as i64),
    ("O_DIRECTORY", libc::O_DIRECTORY as i64),
    ("O_NOFOLLOW", libc::O_NOFOLLOW as i64),
    ("O_CLOEXEC", libc::O_CLOEXEC as i64),
    ("O_NOCTTY", libc::O_NOCTTY as i64),
    ("SEEK_DATA", 3),
    ("SEEK_HOLE", 4),
];

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    open(path, flags, mode=511, *, dir_fd=None) => open;
    close(fd) => close_file;
    read(fd, length, /) => read;
    write(fd, data, /) => write;
    lseek(fd, position, whence, /) => lseek;
    isatty(fd, /) => isatty;
    dup(fd, /) => dup;
    dup2(fd, fd2, inheritable=True) => dup2;
    pipe() => pipe;
    ftruncate(fd, length, /) => ftruncate;
    fsync(fd) => fsync;
    get_inheritable(fd, /) => get_inheritable;
    set_inheritable(fd, inheritable, /) => set_inheritable;
};
