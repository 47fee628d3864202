//! `mmap`: files and anonymous memory as arrays of bytes. The object and its
//! life are here, access to the bytes is in [`access`].
#![allow(unsafe_code)]

mod access;

use std::cell::Cell;
use std::io;

use pyjit_heap::{Field, Gc, Header, Memory, Value, finalize, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{audit, errors, kinds};
use pyjit_runtime::types::buffer::{self, Export, Exporter, ManagedBuffer, Views};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::memoryview_methods::lend;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};

use crate::modules::posix::{check_plain, cvt, sys};
use crate::native_module;

const ACCESS_DEFAULT: i64 = 0;
const ACCESS_READ: i64 = 1;
const ACCESS_WRITE: i64 = 2;
const ACCESS_COPY: i64 = 3;

/// A mapping; `start` is 0 when it is closed.
#[repr(C)]
pub struct Mmap {
    header: Header,
    /// Memory views over it ([`Views`]).
    views: Field,
    start: Cell<usize>,
    len: Cell<usize>,
    pos: Cell<usize>,
    /// Our own descriptor of the file, or -1.
    fd: Cell<i64>,
    offset: Cell<i64>,
    access: Cell<i64>,
    /// Borrowers of the bytes that last for a call.
    exports: Cell<usize>,
}
heap_object!(Mmap = 440, refs 1..2);

type M = Gc<Mmap>;

impl Mmap {
    fn memory(&self) -> Memory {
        match self.start.get() {
            0 => Memory::EMPTY,
            start => Memory::at(start as *mut u8, self.len.get()),
        }
    }
}

struct MmapExporter;

impl Exporter for MmapExporter {
    fn export(&self, t: &Thread, object: Value) -> R<Export> {
        let m: M = Gc::from_value(object);
        open(t, m)?;
        m.exports.set(m.exports.get() + 1);
        Ok(Export {
            memory: m.memory(),
            readonly: m.access.get() == ACCESS_READ,
            format: "B",
            itemsize: 1,
        })
    }
    fn release(&self, object: Value) {
        let m: M = Gc::from_value(object);
        m.exports.set(m.exports.get() - 1);
    }
    fn lent(&self, t: &Thread, object: Value, borrower: Gc<ManagedBuffer>) -> R<()> {
        let m: M = Gc::from_value(object);
        Views(&m.views).add(t, object, borrower)
    }
}

/// The mapping, which must be open.
fn open(t: &Thread, m: M) -> R<M> {
    match m.start.get() {
        0 => Err(errors::value_error(t, "mmap closed or invalid")),
        _ => Ok(m),
    }
}

/// How `access`, `flags` and `prot` combine.
fn protection(t: &Thread, how: i64, flags: Option<i64>, prot: Option<i64>) -> R<(i32, i32, i64)> {
    let usual = libc::PROT_READ | libc::PROT_WRITE;
    let given_flags = flags.map_or(libc::MAP_SHARED, |f| f as i32);
    let given_prot = prot.map_or(usual, |p| p as i32);
    if how != ACCESS_DEFAULT && (given_flags != libc::MAP_SHARED || given_prot != usual) {
        let m = "mmap can't specify both access, flags and prot.";
        return Err(errors::value_error(t, m));
    }
    Ok(match how {
        ACCESS_READ => (libc::MAP_SHARED, libc::PROT_READ, how),
        ACCESS_WRITE => (libc::MAP_SHARED, usual, how),
        ACCESS_COPY => (libc::MAP_PRIVATE, usual, how),
        ACCESS_DEFAULT => {
            let read = given_prot & libc::PROT_READ != 0;
            let write = given_prot & libc::PROT_WRITE != 0;
            let how = match (read, write) {
                (true, true) => ACCESS_DEFAULT,
                (_, true) => ACCESS_WRITE,
                _ => ACCESS_READ,
            };
            (given_flags, given_prot, how)
        }
        _ => return Err(errors::value_error(t, "mmap invalid access parameter.")),
    })
}

/// How many bytes to map of the file.
fn extent(t: &Thread, fd: i32, len: i64, offset: i64) -> R<i64> {
    // SAFETY: all-zero is a valid structure, which the call fills.
    let mut s: libc::stat = unsafe { std::mem::zeroed() };
    sys!(t, libc::fstat(fd, &mut s))?;
    if s.st_mode & libc::S_IFMT != libc::S_IFREG {
        return Ok(len);
    }
    if len == 0 {
        if s.st_size == 0 {
            return Err(errors::value_error(t, "cannot mmap an empty file"));
        }
        if offset >= s.st_size {
            let m = "mmap offset is greater than file size";
            return Err(errors::value_error(t, m));
        }
        return Ok(s.st_size - offset);
    }
    if offset > s.st_size || s.st_size - offset < len {
        let m = "mmap length is greater than file size";
        return Err(errors::value_error(t, m));
    }
    Ok(len)
}

fn new(
    t: &Thread,
    class: Gc<Type>,
    fd: i64,
    len: i64,
    numbers: [Option<i64>; 4],
    track: bool,
) -> R<M> {
    let [flags, prot, how, offset] = numbers;
    if len < 0 {
        let m = "memory mapped length must be positive";
        return Err(errors::overflow_error(t, m));
    }
    let offset = offset.unwrap_or(0);
    if offset < 0 {
        let m = "memory mapped offset must be positive";
        return Err(errors::overflow_error(t, m));
    }
    let how = how.unwrap_or(ACCESS_DEFAULT);
    audit::event(t, "mmap.__new__", || [fd, len, how, offset].map(Value::int))?;
    let (mut flags, prot, how) = protection(t, how, flags, prot)?;
    let mut len = len;
    let mut own = -1;
    if fd == -1 {
        flags |= libc::MAP_ANONYMOUS;
    } else {
        len = extent(t, fd as i32, len, offset)?;
        if track {
            own = sys!(t, libc::fcntl(fd as i32, libc::F_DUPFD_CLOEXEC, 0))?;
        }
    }
    let r = map(len as usize, prot, flags, fd as i32, offset);
    if r.is_err() && own >= 0 {
        // SAFETY: our own descriptor.
        unsafe { libc::close(own) };
    }
    let start = check_plain(t, r)?;
    let m = Mmap {
        header: Header::NEW,
        views: Field::null(),
        start: Cell::new(start),
        len: Cell::new(len as usize),
        pos: Cell::new(0),
        fd: Cell::new(i64::from(own)),
        offset: Cell::new(offset),
        access: Cell::new(how),
        exports: Cell::new(0),
    };
    let extra = class.extra_bytes(words::<Mmap>());
    let m = Gc::with_shape(class.root_shape.get(), m, extra);
    finalize::register(m.value());
    Ok(m)
}
fn map(len: usize, prot: i32, flags: i32, fd: i32, offset: i64) -> io::Result<usize> {
    // SAFETY: a new mapping at an address that the system chooses.
    let p = unsafe { libc::mmap(std::ptr::null_mut(), len, prot, flags, fd, offset) };
    match p {
        libc::MAP_FAILED => Err(io::Error::last_os_error()),
        p => Ok(p as usize),
    }
}
#[allow(clippy::too_many_arguments)]
fn make(
    t: &Thread,
    class: Gc<Type>,
    fd: i64,
    len: i64,
    flags: Option<i64>,
    prot: Option<i64>,
    how: Option<i64>,
    offset: Option<i64>,
    track: Option<bool>,
) -> R<M> {
    let numbers = [flags, prot, how, offset];
    new(t, class, fd, len, numbers, track.unwrap_or(true))
}

fn is_lent(t: &Thread, this: M) -> bool {
    this.exports.get() > 0 || Views(&this.views).any(t)
}
fn unmap(this: M) {
    // SAFETY: a mapping of ours that nobody uses any more, and our own descriptor.
    unsafe {
        match this.start.replace(0) {
            0 => {}
            start => drop(libc::munmap(start as *mut _, this.len.get())),
        }
        match this.fd.replace(-1) {
            -1 => {}
            fd => drop(libc::close(fd as i32)),
        }
    }
}
fn close(t: &Thread, this: M) -> R<()> {
    if this.start.get() != 0 && is_lent(t, this) {
        let m = "cannot close exported pointers exist";
        return Err(errors::raise(t, Exc::BufferError, m));
    }
    unmap(this);
    Ok(())
}
fn finalize(_t: &Thread, this: M) {
    if this.exports.get() == 0 {
        unmap(this);
    }
}
fn closed(_t: &Thread, this: M) -> bool {
    this.start.get() == 0
}
fn enter(t: &Thread, this: M) -> R<M> {
    open(t, this)
}
fn exit(t: &Thread, this: M, _a: Option<Value>, _b: Option<Value>, _c: Option<Value>) -> R<()> {
    close(t, this)
}
fn size(t: &Thread, this: M) -> R<i64> {
    open(t, this)?;
    match this.fd.get() {
        -1 => Ok(this.len.get() as i64),
        fd => {
            // SAFETY: all-zero is a valid structure, which the call fills.
            let mut s: libc::stat = unsafe { std::mem::zeroed() };
            sys!(t, libc::fstat(fd as i32, &mut s))?;
            Ok(s.st_size)
        }
    }
}
fn resize(t: &Thread, this: M, len: i64) -> R<()> {
    open(t, this)?;
    if is_lent(t, this) {
        let m = "mmap can't resize with extant pointers exported.";
        return Err(errors::raise(t, Exc::BufferError, m));
    }
    if matches!(this.access.get(), ACCESS_READ | ACCESS_COPY) {
        let m = "mmap can't resize a readonly or copy-on-write memory map.";
        return Err(errors::type_error(t, m));
    }
    if len < 0 || i64::MAX - len < this.offset.get() {
        return Err(errors::value_error(t, "new size out of range"));
    }
    if this.fd.get() >= 0 {
        sys!(
            t,
            libc::ftruncate(this.fd.get() as i32, this.offset.get() + len)
        )?;
    }
    // SAFETY: a mapping of ours that nobody has borrowed.
    let p = unsafe {
        let old = this.start.get() as *mut _;
        libc::mremap(old, this.len.get(), len as usize, libc::MREMAP_MAYMOVE)
    };
    if p == libc::MAP_FAILED {
        return check_plain(t, Err(io::Error::last_os_error()));
    }
    this.start.set(p as usize);
    this.len.set(len as usize);
    Ok(())
}
fn flush(t: &Thread, this: M, offset: Option<i64>, size: Option<Value>) -> R<()> {
    open(t, this)?;
    let len = this.len.get() as i64;
    let offset = offset.unwrap_or(0);
    let size = match size.filter(|s| !s.is_none()) {
        None => len - offset.min(len),
        Some(s) => pyjit_runtime::core::ops::index_i64(t, s)?,
    };
    if offset < 0 || size < 0 || len - offset < size {
        return Err(errors::value_error(t, "flush values out of range"));
    }
    if matches!(this.access.get(), ACCESS_READ | ACCESS_COPY) {
        return Ok(());
    }
    let at = (this.start.get() + offset as usize) as *mut _;
    let r = pyjit_heap::lock::blocking(|| {
        // SAFETY: a part of our mapping.
        cvt(unsafe { libc::msync(at, size as usize, libc::MS_SYNC) })
    });
    check_plain(t, r).map(drop)
}
fn madvise(t: &Thread, this: M, option: i64, start: Option<i64>, len: Option<Value>) -> R<()> {
    open(t, this)?;
    let whole = this.len.get() as i64;
    let start = start.unwrap_or(0);
    let mut len = match len.filter(|s| !s.is_none()) {
        None => whole,
        Some(s) => pyjit_runtime::core::ops::index_i64(t, s)?,
    };
    if start < 0 || start >= whole {
        return Err(errors::value_error(t, "madvise start out of bounds"));
    }
    if len < 0 {
        return Err(errors::value_error(t, "madvise length invalid"));
    }
    if i64::MAX - start < len {
        return Err(errors::overflow_error(t, "madvise length too large"));
    }
    len = len.min(whole - start);
    let at = (this.start.get() + start as usize) as *mut _;
    sys!(t, libc::madvise(at, len as usize, option as i32)).map(drop)
}
fn repr(_t: &Thread, this: Value) -> String {
    let class = pyjit_runtime::types::type_::type_name(this);
    let this: M = Gc::from_value(this);
    if this.start.get() == 0 {
        return format!("<{class} closed=True>");
    }
    let how = match this.access.get() {
        ACCESS_READ => "ACCESS_READ",
        ACCESS_WRITE => "ACCESS_WRITE",
        ACCESS_COPY => "ACCESS_COPY",
        _ => "ACCESS_DEFAULT",
    };
    let (len, pos, offset) = (this.len.get(), this.pos.get(), this.offset.get());
    format!("<{class} closed=False, access={how}, length={len}, pos={pos}, offset={offset}>")
}

py_class! {
    /// Maps length bytes from the file specified by the file descriptor fileno,
    /// and returns a mmap object.
    pub MMAP: Mmap = "mmap", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF, module "mmap";
    methods {
        @staticmethod __new__(cls, fileno, length, flags=1, prot=3, access=0, offset=0, trackfd=True) => make;
        __repr__(self, /) => repr;
        __del__(self, /) => finalize;
        __buffer__(self, flags, /) => lend;
        __len__(self, /) => access::len;
        __getitem__(self, key, /) => access::getitem;
        __setitem__(self, key, value, /) => access::setitem;
        __delitem__(self, key, /) => access::delitem;
        __enter__(self, /) => enter;
        __exit__(self, exc_type=None, exc_value=None, traceback=None, /) => exit;
        close(self, /) => close;
        find(self, view, start=None, end=None, /) => access::find;
        rfind(self, view, start=None, end=None, /) => access::rfind;
        flush(self, offset=0, size=None, /) => flush;
        madvise(self, option, start=0, length=None, /) => madvise;
        move(self, dest, src, count, /) => access::copy_within;
        read(self, n=None, /) => access::read;
        read_byte(self, /) => access::read_byte;
        readline(self, /) => access::readline;
        resize(self, newsize, /) => resize;
        seek(self, pos, whence=0, /) => access::seek;
        seekable(self, /) => access::seekable;
        size(self, /) => size;
        tell(self, /) => access::tell;
        write(self, bytes, /) => access::write;
        write_byte(self, byte, /) => access::write_byte;
    }
    getset { closed => closed; }
}

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
const CONSTANTS: &[(&str, i64)] = constants! {
    PROT_EXEC PROT_READ PROT_WRITE MAP_SHARED MAP_PRIVATE MAP_DENYWRITE MAP_EXECUTABLE MAP_ANON
    MAP_ANONYMOUS MAP_POPULATE MAP_STACK MAP_NORESERVE MAP_32BIT
    MADV_NORMAL MADV_RANDOM MADV_SEQUENTIAL MADV_WILLNEED MADV_DONTNEED MADV_REMOVE MADV_DONTFORK
    MADV_DOFORK MADV_HWPOISON MADV_MERGEABLE MADV_UNMERGEABLE MADV_HUGEPAGE MADV_NOHUGEPAGE
    MADV_DONTDUMP MADV_DODUMP MADV_FREE
};

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    buffer::register(440, &MmapExporter);
    for (name, v) in CONSTANTS {
        m.set(t, name, Value::int(*v))?;
    }
    let names = [
        "ACCESS_DEFAULT",
        "ACCESS_READ",
        "ACCESS_WRITE",
        "ACCESS_COPY",
    ];
    for (i, name) in names.into_iter().enumerate() {
        m.set(t, name, Value::int(i as i64))?;
    }
    // SAFETY: no memory is involved.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    m.set(t, "PAGESIZE", Value::int(page))?;
    m.set(t, "ALLOCATIONGRANULARITY", Value::int(page))?;
    m.set(t, "error", Exc::OSError.class().value())
}

native_module! {
    /// Memory-mapped file support.
    pub MODULE = "mmap", classes [MMAP], init init;
    functions {}
}
