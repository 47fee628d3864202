//! Raw files: `FileIO`.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{attr, call, errors, warn};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{Type, class_of, flags};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::base::{self, Closed};
use crate::modules::posix::{check_plain, files, os_error};

/// An open (or closed) file descriptor.
#[repr(C)]
pub struct FileIO {
    header: Header,
    closed: Closed,
    /// What was passed as the file.
    name: Field,
    /// -1 when closed.
    fd: Cell<i64>,
    /// The file system's preferred size of pieces.
    block: Cell<i64>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    created: Cell<bool>,
    close_fd: Cell<bool>,
}
heap_object!(FileIO = 400, refs 2..3);

type F = Gc<FileIO>;

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> F {
    let f = FileIO {
        header: Header::NEW,
        closed: Closed::default(),
        name: Field::null(),
        fd: Cell::new(-1),
        block: Cell::new(super::BUFFER_SIZE as i64),
        readable: Cell::new(false),
        writable: Cell::new(false),
        appending: Cell::new(false),
        created: Cell::new(false),
        close_fd: Cell::new(true),
    };
    Gc::with_shape(
        class.root_shape.get(),
        f,
        class.extra_bytes(words::<FileIO>()),
    )
}

fn set_mode(t: &Thread, this: F, mode: &str) -> R<i32> {
    let mut kind = None;
    let (mut plus, mut open) = (false, 0);
    for c in mode.chars() {
        match c {
            'r' | 'w' | 'a' | 'x' if kind.is_none() => kind = Some(c),
            '+' if !plus => plus = true,
            'b' => {}
            'r' | 'w' | 'a' | 'x' | '+' => {
                let m =
                    "Must have exactly one of create/read/write/append mode and at most one plus";
                return Err(errors::value_error(t, m));
            }
            _ => return Err(errors::value_error(t, format!("invalid mode: {mode}"))),
        }
    }
    let Some(kind) = kind else {
        let m = "Must have exactly one of create/read/write/append mode and at most one plus";
        return Err(errors::value_error(t, m));
    };
    this.readable.set(kind == 'r' || plus);
    this.writable.set(kind != 'r' || plus);
    this.created.set(kind == 'x');
    this.appending.set(kind == 'a');
    open |= match kind {
        'w' => libc::O_CREAT | libc::O_TRUNC,
        'x' => libc::O_CREAT | libc::O_EXCL,
        'a' => libc::O_CREAT | libc::O_APPEND,
        _ => 0,
    };
    open |= match (this.readable.get(), this.writable.get()) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok(open)
}

fn init(
    t: &Thread,
    this: F,
    file: Value,
    mode: Option<Gc<Str>>,
    closefd: Option<bool>,
    opener: Option<Value>,
) -> R<()> {
    let flags = set_mode(
        t,
        this,
        &mode.map_or("r".into(), |m| m.lossy().into_owned()),
    )?;
    let closefd = closefd.unwrap_or(true);
    if this.fd.get() >= 0 {
        // Initialised once more: the file of before is closed.
        close_fd(t, this)?;
    }
    this.closed.set(false);
    if file == Value::TRUE || file == Value::FALSE {
        let m = "bool is used as a file descriptor";
        warn::warn(t, Exc::RuntimeWarning, m)?;
    }
    if int::is_int(file) {
        let fd = int::to_i64(file).unwrap_or(-1);
        if fd < 0 {
            return Err(errors::value_error(t, "negative file descriptor"));
        }
        // A descriptor that turns out to be of no use stays the caller's.
        this.close_fd.set(false);
        this.fd.set(fd);
        let r = settle(t, this, file);
        this.close_fd.set(closefd);
        return r.inspect_err(|_| this.fd.set(-1));
    }
    this.close_fd.set(true);
    if !closefd {
        return Err(errors::value_error(
            t,
            "Cannot use closefd=False with file name",
        ));
    }
    let fd = match opener.filter(|o| !o.is_none()) {
        Some(o) => {
            let r = call::call(t, o, &[file, Value::int(i64::from(flags))])?;
            let fd = int::to_i64(r)
                .ok_or_else(|| errors::type_error(t, "expected integer from opener"))?;
            if fd < 0 {
                let m = format!("opener returned {fd}");
                return Err(errors::value_error(t, m));
            }
            fd
        }
        None => files::open_file(t, file, i64::from(flags), 0o666)?,
    };
    this.fd.set(fd);
    settle(t, this, file).inspect_err(|_| {
        let pending = t.exc.replace(Value::NULL);
        if close_fd(t, this).is_err() {
            t.exc.set(Value::NULL);
        }
        t.exc.set(pending);
    })
}
/// What is done with a descriptor that was just opened or passed.
fn settle(t: &Thread, this: F, file: Value) -> R<()> {
    let fd = this.fd.get();
    match files::block_size(fd) {
        Ok((_, true)) => {
            let e = std::io::Error::from_raw_os_error(libc::EISDIR);
            return Err(os_error(t, &e, Some(file)));
        }
        Ok((size, false)) => this.block.set(if size > 1 {
            size
        } else {
            super::BUFFER_SIZE as i64
        }),
        Err(e) if e.raw_os_error() == Some(libc::EBADF) => return Err(os_error(t, &e, None)),
        Err(_) => {}
    }
    match class_of(this.value()).has(flags::HEAP) {
        true => attr::set(t, this.value(), intern("name"), Some(file))?,
        false => this.name.set(this, file),
    }
    if this.appending.get() {
        let _ = files::seek(fd, 0, 2);
    }
    Ok(())
}

fn open_fd(t: &Thread, this: F) -> R<i64> {
    match this.fd.get() {
        -1 => Err(errors::value_error(t, "I/O operation on closed file")),
        fd => Ok(fd),
    }
}
fn unsupported(t: &Thread, what: &str) -> pyjit_runtime::Raised {
    super::base::unsupported(t, &format!("File not open for {what}"))
}
impl FileIO {
    /// The descriptor, -1 when closed.
    #[inline]
    pub fn fd(&self) -> i64 {
        self.fd.get()
    }
}
/// `None` when the call would block.
fn unless_blocking(t: &Thread, r: std::io::Result<usize>) -> R<Option<usize>> {
    match r {
        Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => Ok(None),
        r => check_plain(t, r).map(Some),
    }
}
/// Reads once.
pub fn read_some(t: &Thread, this: F, target: &mut [u8]) -> R<Option<usize>> {
    let fd = open_fd(t, this)?;
    if !this.readable.get() {
        return Err(unsupported(t, "reading"));
    }
    unless_blocking(t, files::read_into(t, fd, target)?)
}
/// Writes once.
pub fn write_bytes(t: &Thread, this: F, data: &[u8]) -> R<Option<usize>> {
    let fd = open_fd(t, this)?;
    if !this.writable.get() {
        return Err(unsupported(t, "writing"));
    }
    unless_blocking(t, files::write_some(t, fd, data)?)
}
fn read(t: &Thread, this: F, size: Option<Value>) -> R<Value> {
    let fd = open_fd(t, this)?;
    if !this.readable.get() {
        return Err(unsupported(t, "reading"));
    }
    match size
        .filter(|s| !s.is_none())
        .map(|s| pyjit_runtime::core::ops::index_i64(t, s))
        .transpose()?
    {
        Some(n) if n >= 0 => {
            let mut buffer = vec![0u8; n as usize];
            let got = check_plain(t, files::read_into(t, fd, &mut buffer)?)?;
            Ok(Bytes::new(&buffer[..got]).value())
        }
        _ => readall(t, this),
    }
}
fn readall(t: &Thread, this: F) -> R<Value> {
    let fd = open_fd(t, this)?;
    if !this.readable.get() {
        return Err(unsupported(t, "reading"));
    }
    // One more byte than there should be: the end is seen without another piece.
    let mut data = vec![0u8; rest_of_file(fd).map_or(64 << 10, |n| n + 1)];
    let mut got = 0;
    loop {
        let n = check_plain(t, files::read_into(t, fd, &mut data[got..])?)?;
        if n == 0 {
            return Ok(Bytes::new(&data[..got]).value());
        }
        got += n;
        if got == data.len() {
            data.resize(2 * got, 0);
        }
    }
}
/// How many bytes a regular file has after the present position, as far as it is known.
fn rest_of_file(fd: i64) -> Option<usize> {
    let at = files::seek(fd, 0, 1).ok()?;
    let size = files::length(fd).ok()?;
    let rest = usize::try_from(size - at).ok()?;
    (1..1 << 30).contains(&rest).then_some(rest)
}
fn readinto(t: &Thread, this: F, buffer: Value) -> R<Option<usize>> {
    let mut got = None;
    super::base::store(t, buffer, |b| {
        got = read_some(t, this, b)?;
        Ok(0)
    })?;
    Ok(got)
}
fn write(t: &Thread, this: F, data: Value) -> R<Option<usize>> {
    open_fd(t, this)?;
    write_bytes(t, this, &super::base::data(t, data)?)
}
fn truncate(t: &Thread, this: F, size: Option<Value>) -> R<i64> {
    let fd = open_fd(t, this)?;
    if !this.writable.get() {
        return Err(unsupported(t, "writing"));
    }
    let n = match size.filter(|v| !v.is_none()) {
        Some(v) => pyjit_runtime::core::ops::index_i64(t, v)?,
        None => tell(t, this)?,
    };
    check_plain(t, files::set_length(fd, n))?;
    Ok(n)
}
fn dealloc_warn(t: &Thread, this: F, source: Value) {
    if this.fd.get() >= 0 && this.close_fd.get() {
        base::warn_unclosed(t, source);
    }
}
fn close(t: &Thread, this: F) -> R<()> {
    let flushed = base::close(t, this.value()).map(|_| Value::NONE);
    if !this.close_fd.get() {
        this.fd.set(-1);
        return flushed.map(drop);
    }
    base::and_then_close(t, flushed, || {
        if base::is_finalizing(this.value()) {
            dealloc_warn(t, this, this.value());
        }
        close_fd(t, this)
    })
}
fn close_fd(t: &Thread, this: F) -> R<()> {
    let fd = this.fd.replace(-1);
    this.closed.set(true);
    if fd >= 0 && this.close_fd.get() {
        files::close_file(t, fd)
    } else {
        Ok(())
    }
}
fn closed(_t: &Thread, this: F) -> bool {
    this.fd.get() < 0
}
fn fileno(t: &Thread, this: F) -> R<i64> {
    open_fd(t, this)
}
fn readable(t: &Thread, this: F) -> R<bool> {
    open_fd(t, this).map(|_| this.readable.get())
}
fn writable(t: &Thread, this: F) -> R<bool> {
    open_fd(t, this).map(|_| this.writable.get())
}
fn seekable(t: &Thread, this: F) -> R<bool> {
    Ok(files::seek(open_fd(t, this)?, 0, 1).is_ok())
}
fn seek(t: &Thread, this: F, position: i64, whence: Option<i64>) -> R<i64> {
    let fd = open_fd(t, this)?;
    check_plain(t, files::seek(fd, position, whence.unwrap_or(0)))
}
fn tell(t: &Thread, this: F) -> R<i64> {
    let fd = open_fd(t, this)?;
    check_plain(t, files::seek(fd, 0, 1))
}
fn isatty(t: &Thread, this: F) -> R<bool> {
    Ok(files::is_terminal(open_fd(t, this)?))
}
fn flush(t: &Thread, this: F) -> R<()> {
    open_fd(t, this).map(drop)
}
fn mode(_t: &Thread, this: F) -> &'static str {
    match (
        this.created.get(),
        this.appending.get(),
        this.readable.get(),
        this.writable.get(),
    ) {
        (true, _, true, _) => "xb+",
        (true, ..) => "xb",
        (_, true, true, _) => "ab+",
        (_, true, ..) => "ab",
        (_, _, true, true) => "rb+",
        (_, _, true, _) => "rb",
        _ => "wb",
    }
}
fn no_name(t: &Thread) -> Raised {
    errors::raise(
        t,
        Exc::AttributeError,
        "'_io.FileIO' object has no attribute 'name'",
    )
}
fn name(t: &Thread, this: F) -> R<Value> {
    this.name.get().opt().ok_or_else(|| no_name(t))
}
fn set_name(t: &Thread, this: F, v: Option<Value>) -> R<()> {
    match v {
        Some(v) => this.name.set(this, v),
        None if this.name.is_set() => this.name.clear(),
        None => return Err(no_name(t)),
    }
    Ok(())
}
fn block_size(_t: &Thread, this: F) -> i64 {
    this.block.get()
}
fn set_block_size(t: &Thread, this: F, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        let m = "can't delete numeric/char attribute";
        return Err(errors::type_error(t, m));
    };
    this.block.set(pyjit_runtime::core::ops::index_i64(t, v)?);
    Ok(())
}
fn closefd(_t: &Thread, this: F) -> bool {
    this.close_fd.get()
}
fn enter(t: &Thread, this: F) -> R<Value> {
    open_fd(t, this)?;
    Ok(this.value())
}
fn exit(t: &Thread, this: F, _a: Option<Value>, _b: Option<Value>, _c: Option<Value>) -> R<()> {
    close(t, this)
}
fn repr(t: &Thread, this: F) -> R<String> {
    let class = base::shown_class(this.value());
    if this.fd.get() < 0 {
        return Ok(format!("<{class} [closed]>"));
    }
    let name = match attr::get_opt(t, this.value(), intern("name"))? {
        Some(n) => format!("name={}", pyjit_runtime::core::ops::repr(t, n)?.lossy()),
        None => format!("fd={}", this.fd.get()),
    };
    let c = if this.close_fd.get() { "True" } else { "False" };
    let mode = mode(t, this);
    Ok(format!("<{class} {name} mode='{mode}' closefd={c}>"))
}

py_class! {
    /// Open a file.
    pub CLASS: FileIO = "FileIO", base 402, flags flags::BASETYPE | flags::HAS_WEAKREF | flags::HAS_DICT | flags::HAS_DEL, module "_io";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, file, mode="r", closefd=True, opener=None) => init;
        /// Read at most size bytes, returned as bytes.
        read(self, size=-1, /) => read;
        /// Read all data from the file, returned as bytes.
        readall(self, /) => readall;
        /// Same as RawIOBase.readinto().
        readinto(self, buffer, /) => readinto;
        /// Write buffer b to file, return number of bytes written.
        write(self, b, /) => write;
        close(self, /) => close;
        flush(self, /) => flush;
        fileno(self, /) => fileno;
        readable(self, /) => readable;
        writable(self, /) => writable;
        seekable(self, /) => seekable;
        truncate(self, size=None, /) => truncate;
        seek(self, pos, whence=0, /) => seek;
        tell(self, /) => tell;
        isatty(self, /) => isatty;
        __enter__(self, /) => enter;
        __exit__(self, a=None, b=None, c=None, /) => exit;
        __repr__(self, /) => repr;
        __getstate__(self, /) => base::no_state;
        __reduce_ex__(self, protocol, /) => base::reduce_ex;
        _dealloc_warn(self, source, /) => dealloc_warn;
    }
    getset {
        /// True if the file is closed
        closed => closed; mode => mode; name => name, set_name; closefd => closefd;
        _blksize => block_size, set_block_size;
        _finalizing => base::finalizing, base::set_finalizing; }
}
