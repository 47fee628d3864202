//! Open files by descriptor.
#![allow(unsafe_code)]

use pyjit_heap::{Gc, Value, lock};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::{self, Bytes};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use crate::blocking;

use super::{check, check_plain, counted, cvt, dir_fd, path, sys};

fn open(t: &Thread, p: Value, flags: i64, mode: Option<i64>, dir: Option<Value>) -> R<i64> {
    open_at(t, dir_fd(t, dir)?, p, flags, mode.unwrap_or(0o777))
}
/// Opens a path; the descriptor is not inherited.
pub fn open_file(t: &Thread, p: Value, flags: i64, mode: i64) -> R<i64> {
    open_at(t, libc::AT_FDCWD, p, flags, mode)
}
fn open_at(t: &Thread, dir: i32, p: Value, flags: i64, mode: i64) -> R<i64> {
    let p = path(t, p)?;
    let name = p.c();
    let (flags, mode) = (flags as i32 | libc::O_CLOEXEC, mode as libc::mode_t);
    let r = blocking::try_retry(t, || {
        // SAFETY: `name` is a terminated string.
        cvt(unsafe { libc::openat(dir, name.as_ptr(), flags, libc::c_uint::from(mode)) })
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
/// A file's length in bytes.
pub fn length(fd: i64) -> std::io::Result<i64> {
    // SAFETY: zero is a valid value of every field of this plain structure.
    let mut status: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: plain out-parameter.
    cvt(unsafe { libc::fstat(fd as i32, &mut status) }).map(|_| status.st_size)
}
/// The preferred size of pieces to read, and whether it is a directory.
pub fn block_size(fd: i64) -> std::io::Result<(i64, bool)> {
    let fd = i32::try_from(fd).map_err(|_| std::io::Error::from_raw_os_error(libc::EBADF))?;
    // SAFETY: zero is a valid value of every field of this plain structure.
    let mut status: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: plain out-parameter.
    cvt(unsafe { libc::fstat(fd, &mut status) })?;
    let is_dir = status.st_mode & libc::S_IFMT == libc::S_IFDIR;
    Ok((status.st_blksize, is_dir))
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

fn pipe2(t: &Thread, flags: i64) -> R<Gc<Tuple>> {
    let mut fds = [0i32; 2];
    sys!(t, libc::pipe2(fds.as_mut_ptr(), flags as i32))?;
    Ok(pair(fds))
}
fn pair(fds: [i32; 2]) -> Gc<Tuple> {
    Tuple::new(&fds.map(|n| Value::int(i64::from(n))))
}
fn pread(t: &Thread, fd: i64, length: i64, offset: i64) -> R<Gc<Bytes>> {
    let mut buffer = vec![0u8; length.clamp(0, 1 << 31) as usize];
    let n = blocking::retry(t, || {
        // SAFETY: the buffer is ours and that long.
        counted(unsafe { libc::pread(fd as i32, buffer.as_mut_ptr().cast(), buffer.len(), offset) })
    })?;
    Ok(Bytes::new(&buffer[..n]))
}
fn pwrite(t: &Thread, fd: i64, data: Value, offset: i64) -> R<usize> {
    let data = content(t, data)?;
    blocking::retry(t, || {
        // SAFETY: the data is ours and that long.
        counted(unsafe { libc::pwrite(fd as i32, data.as_ptr().cast(), data.len(), offset) })
    })
}
fn content(t: &Thread, data: Value) -> R<Vec<u8>> {
    Ok(buffer::bytes(t, data)?.to_vec())
}
fn readinto(t: &Thread, fd: i64, target: Value) -> R<usize> {
    let Some(b) = buffer::writable(t, target)? else {
        return Err(buffer::not_bytes_like(t, target));
    };
    let r = read_into(t, fd, b.bytes_mut())?;
    check_plain(t, r)
}
fn writev(t: &Thread, fd: i64, buffers: Value) -> R<usize> {
    let mut all = Vec::new();
    pyjit_runtime::core::ops::for_each(t, buffers, |b| {
        all.extend(content(t, b)?);
        Ok(())
    })?;
    let r = write_some(t, fd, &all)?;
    check_plain(t, r)
}
fn sendfile(t: &Thread, out_fd: i64, in_fd: i64, offset: Value, count: i64) -> R<usize> {
    let mut at = match offset.is_none() {
        true => None,
        false => Some(pyjit_runtime::core::ops::index_i64(t, offset)?),
    };
    blocking::retry(t, || {
        let at = at.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
        // SAFETY: a number of ours is read and written.
        counted(unsafe { libc::sendfile(out_fd as i32, in_fd as i32, at, count as usize) })
    })
}
fn copy_file_range(
    t: &Thread,
    src: i64,
    dst: i64,
    count: i64,
    from: Option<Value>,
    to: Option<Value>,
) -> R<usize> {
    let number = |v: Option<Value>| match v.filter(|v| !v.is_none()) {
        None => Ok(None),
        Some(v) => pyjit_runtime::core::ops::index_i64(t, v).map(Some),
    };
    let (mut from, mut to) = (number(from)?, number(to)?);
    blocking::retry(t, || {
        let pointer =
            |n: &mut Option<i64>| n.as_mut().map_or(std::ptr::null_mut(), std::ptr::from_mut);
        let (a, b) = (pointer(&mut from), pointer(&mut to));
        // SAFETY: numbers of ours are read and written.
        counted(unsafe { libc::copy_file_range(src as i32, a, dst as i32, b, count as usize, 0) })
    })
}
fn fdatasync(t: &Thread, fd: i64) -> R<()> {
    // SAFETY: no memory is involved.
    blocking::retry(t, || cvt(unsafe { libc::fdatasync(fd as i32) })).map(drop)
}
fn closerange(_t: &Thread, low: i64, high: i64) {
    if low < high {
        // SAFETY: closing any number is harmless to memory.
        unsafe { libc::close_range(low.max(0) as u32, (high - 1) as u32, 0) };
    }
}
fn get_blocking(t: &Thread, fd: i64) -> R<bool> {
    let n = sys!(t, libc::fcntl(fd as i32, libc::F_GETFL))?;
    Ok(n & libc::O_NONBLOCK == 0)
}
fn set_blocking(t: &Thread, fd: i64, on: bool) -> R<()> {
    let n = sys!(t, libc::fcntl(fd as i32, libc::F_GETFL))?;
    let n = if on {
        n & !libc::O_NONBLOCK
    } else {
        n | libc::O_NONBLOCK
    };
    sys!(t, libc::fcntl(fd as i32, libc::F_SETFL, n)).map(drop)
}
fn ttyname(t: &Thread, fd: i64) -> R<Value> {
    let mut name = vec![0u8; 256];
    // SAFETY: the buffer is ours and that long.
    let e = unsafe { libc::ttyname_r(fd as i32, name.as_mut_ptr().cast(), name.len()) };
    if e != 0 {
        return check_plain(t, Err(std::io::Error::from_raw_os_error(e)));
    }
    name.truncate(name.iter().position(|b| *b == 0).unwrap_or(0));
    Ok(super::decode(std::os::unix::ffi::OsStringExt::from_vec(
        name,
    )))
}
fn openpty(t: &Thread) -> R<Gc<Tuple>> {
    let (mut a, mut b) = (0, 0);
    let null = std::ptr::null_mut();
    sys!(
        t,
        libc::openpty(&mut a, &mut b, null, std::ptr::null(), std::ptr::null())
    )?;
    for fd in [a, b] {
        sys!(t, libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC))?;
    }
    Ok(pair([a, b]))
}
fn memfd_create(t: &Thread, name: Value, flags: Option<i64>) -> R<i64> {
    let name = path(t, name)?;
    let flags = flags.unwrap_or(i64::from(libc::MFD_CLOEXEC)) as u32;
    sys!(t, libc::memfd_create(name.c().as_ptr(), flags)).map(i64::from)
}
fn eventfd(t: &Thread, value: i64, flags: Option<i64>) -> R<i64> {
    let flags = flags.unwrap_or(i64::from(libc::EFD_CLOEXEC)) as i32;
    sys!(t, libc::eventfd(value as u32, flags)).map(i64::from)
}
fn eventfd_read(t: &Thread, fd: i64) -> R<i64> {
    let mut n = [0u8; 8];
    let r = read_into(t, fd, &mut n)?;
    check_plain(t, r)?;
    Ok(i64::from_ne_bytes(n))
}
fn eventfd_write(t: &Thread, fd: i64, value: i64) -> R<()> {
    let r = write_some(t, fd, &value.to_ne_bytes())?;
    check_plain(t, r).map(drop)
}
fn lockf(t: &Thread, fd: i64, command: i64, length: i64) -> R<()> {
    blocking::retry(t, || {
        // SAFETY: no memory is involved.
        cvt(unsafe { libc::lockf(fd as i32, command as i32, length) })
    })
    .map(drop)
}
fn posix_fallocate(t: &Thread, fd: i64, offset: i64, length: i64) -> R<()> {
    // SAFETY: no memory is involved.
    match unsafe { libc::posix_fallocate(fd as i32, offset, length) } {
        0 => Ok(()),
        e => check_plain(t, Err(std::io::Error::from_raw_os_error(e))),
    }
}
fn posix_fadvise(t: &Thread, fd: i64, offset: i64, length: i64, advice: i64) -> R<()> {
    // SAFETY: no memory is involved.
    match unsafe { libc::posix_fadvise(fd as i32, offset, length, advice as i32) } {
        0 => Ok(()),
        e => check_plain(t, Err(std::io::Error::from_raw_os_error(e))),
    }
}

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
    pipe2(flags, /) => pipe2;
    pread(fd, length, offset, /) => pread;
    pwrite(fd, data, offset, /) => pwrite;
    readinto(fd, buffer, /) => readinto;
    writev(fd, buffers, /) => writev;
    sendfile(out_fd, in_fd, offset, count) => sendfile;
    copy_file_range(src, dst, count, offset_src=None, offset_dst=None) => copy_file_range;
    fdatasync(fd) => fdatasync;
    closerange(fd_low, fd_high, /) => closerange;
    get_blocking(fd, /) => get_blocking;
    set_blocking(fd, blocking, /) => set_blocking;
    ttyname(fd, /) => ttyname;
    openpty() => openpty;
    memfd_create(name, flags=1) => memfd_create;
    eventfd(initval, flags=524288) => eventfd;
    eventfd_read(fd) => eventfd_read;
    eventfd_write(fd, value) => eventfd_write;
    lockf(fd, command, length, /) => lockf;
    posix_fallocate(fd, offset, length, /) => posix_fallocate;
    posix_fadvise(fd, offset, length, advice, /) => posix_fadvise;
    ftruncate(fd, length, /) => ftruncate;
    fsync(fd) => fsync;
    get_inheritable(fd, /) => get_inheritable;
    set_inheritable(fd, inheritable, /) => set_inheritable;
};
