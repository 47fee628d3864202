//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: one buffer between a
//! raw stream and its user. It holds either bytes read ahead or bytes to be
//! written, never both.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, RawArray, Value, finalize, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{attr, call, errors, ops};
use pyjit_runtime::types::bytes::{ByteArray, Bytes};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::type_::{Type, class_of, flags};
use pyjit_runtime::{R, Thread, py_class};

use super::base::{self, Closed, base, closed_error, data, expect_bytes, size, store, unsupported};
use super::fileio::{self, FileIO};

/// A buffered stream.
#[repr(C)]
pub struct Buffered {
    header: Header,
    closed: Closed,
    /// The raw stream; absent before `__init__` and after `detach`.
    pub raw: Field,
    buf: Field<Gc<RawArray>>,
    /// Bytes `pos..end` have been read ahead.
    pos: Cell<usize>,
    end: Cell<usize>,
    /// Bytes `0..dirty` are to be written.
    dirty: Cell<usize>,
    readable: Cell<bool>,
    writable: Cell<bool>,
}
heap_object!(Buffered = 413, refs 2..4);

macro_rules! same_layout {
    ($($name:ident $kind:literal;)*) => {$(
        /// A layout of its own with the words of [`Buffered`].
        #[repr(transparent)]
        pub struct $name(Buffered);
        heap_object!($name = $kind, refs 2..4);
    )*};
}
same_layout! { BufferedReader 407; BufferedWriter 408; BufferedRandom 409; }

type S = Gc<Buffered>;

/// `v` as a native buffered stream of any of the three classes.
#[inline]
pub fn of(v: Value) -> Option<S> {
    let native = v.cast::<BufferedReader>().is_some()
        || v.cast::<BufferedWriter>().is_some()
        || v.cast::<BufferedRandom>().is_some();
    native.then(|| Gc::from_value(v))
}
/// Is `v` an instance of the builtin class itself (no overridden methods)?
#[inline]
pub fn exact(v: Value) -> Option<S> {
    of(v).filter(|_| !class_of(v).has(flags::HEAP))
}

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> S {
    let o = Buffered {
        header: Header::NEW,
        closed: Closed::default(),
        raw: Field::null(),
        buf: Field::null(),
        pos: Cell::new(0),
        end: Cell::new(0),
        dirty: Cell::new(0),
        readable: Cell::new(false),
        writable: Cell::new(false),
    };
    let g = Gc::with_shape(
        class.root_shape.get(),
        o,
        class.extra_bytes(words::<Buffered>()),
    );
    finalize::register(g.value());
    g
}
fn init(t: &Thread, this: Value, raw: Value, size_: Option<i64>, r: bool, w: bool) -> R<()> {
    let this: S = Gc::from_value(this);
    this.raw.clear();
    this.buf.clear();
    if r && w {
        call::call_attr(t, raw, "seekable", &[])
            .and_then(|v| ops::truth(t, v))?
            .then_some(())
            .ok_or_else(|| unsupported(t, "File or stream is not seekable."))?;
    }
    for (on, name, message) in [
        (r, "readable", "File or stream is not readable."),
        (w, "writable", "File or stream is not writable."),
    ] {
        if on && !ops::truth(t, call::call_attr(t, raw, name, &[])?)? {
            return Err(unsupported(t, message));
        }
    }
    let n = size_.unwrap_or(super::BUFFER_SIZE as i64);
    if n <= 0 {
        let m = "buffer size must be strictly positive";
        return Err(errors::value_error(t, m));
    }
    let buf = RawArray::new(n as usize).ok_or_else(|| errors::memory_error(t))?;
    this.raw.set(this, raw);
    this.buf.put(this, buf);
    for c in [&this.pos, &this.end, &this.dirty] {
        c.set(0);
    }
    this.readable.set(r);
    this.writable.set(w);
    Ok(())
}
fn init_reader(t: &Thread, this: Value, raw: Value, n: Option<i64>) -> R<()> {
    init(t, this, raw, n, true, false)
}
fn init_writer(t: &Thread, this: Value, raw: Value, n: Option<i64>) -> R<()> {
    init(t, this, raw, n, false, true)
}
fn init_random(t: &Thread, this: Value, raw: Value, n: Option<i64>) -> R<()> {
    init(t, this, raw, n, true, true)
}

fn raw(t: &Thread, this: S) -> R<Value> {
    this.raw.get().opt().ok_or_else(|| {
        let m = match this.buf.is_set() {
            true => "raw stream has been detached",
            false => "I/O operation on uninitialized object",
        };
        errors::value_error(t, m)
    })
}
fn file(v: Value) -> Option<Gc<FileIO>> {
    v.cast::<FileIO>().filter(|_| !class_of(v).has(flags::HEAP))
}
/// The stream as far as it is open.
fn open(t: &Thread, this: Value) -> R<S> {
    let s: S = Gc::from_value(this);
    if is_closed(t, s)? {
        return Err(closed_error(t));
    }
    Ok(s)
}
fn is_closed(t: &Thread, this: S) -> R<bool> {
    let r = raw(t, this)?;
    match file(r) {
        Some(f) => Ok(f.fd() < 0),
        None => super::base::is_closed(t, r),
    }
}
fn closed(t: &Thread, this: Value) -> R<bool> {
    is_closed(t, Gc::from_value(this))
}

/// Reads once from the raw stream; `None` when it would block.
fn raw_read(t: &Thread, this: S, target: &mut [u8]) -> R<Option<usize>> {
    let r = raw(t, this)?;
    if let Some(f) = file(r) {
        return fileio::read_some(t, f, target);
    }
    let b = ByteArray::new(t, &vec![0; target.len()])?;
    let got = call::call_attr(t, r, "readinto", &[b.value()])?;
    if got.is_none() {
        return Ok(None);
    }
    let n = ops::index_i64(t, got)?;
    if n < 0 || n as usize > target.len() {
        let m = format!(
            "raw readinto() returned invalid length {n} (should have been between 0 and {})",
            target.len()
        );
        return Err(errors::raise(
            t,
            pyjit_runtime::types::exceptions::Exc::OSError,
            m,
        ));
    }
    target[..n as usize].copy_from_slice(&b.bytes()[..n as usize]);
    Ok(Some(n as usize))
}
/// Writes all of `bytes` to the raw stream.
fn raw_write(t: &Thread, this: S, mut bytes: &[u8]) -> R<()> {
    let r = raw(t, this)?;
    while !bytes.is_empty() {
        let n = match file(r) {
            Some(f) => fileio::write_bytes(t, f, bytes)?,
            None => {
                let v = call::call_attr(t, r, "write", &[Bytes::new(bytes).value()])?;
                match v.is_none() {
                    true => None,
                    false => Some(ops::index_i64(t, v)? as usize),
                }
            }
        };
        match n {
            Some(n) if n <= bytes.len() => bytes = &bytes[n..],
            Some(n) => {
                let m = format!("raw write() returned invalid length {n}");
                return Err(errors::raise(
                    t,
                    pyjit_runtime::types::exceptions::Exc::OSError,
                    m,
                ));
            }
            None => {
                let m = [
                    Value::int(11),
                    intern("write could not complete without blocking").value(),
                    Value::int(0),
                ];
                let class = pyjit_runtime::types::exceptions::Exc::BlockingIOError.class();
                return Err(errors::raise_args(t, class, &m));
            }
        }
    }
    Ok(())
}
/// Writes out what is pending.
pub fn flush_pending(t: &Thread, this: S) -> R<()> {
    let n = this.dirty.get();
    if n > 0 {
        let copy = this.buf.gc().bytes()[..n].to_vec();
        this.dirty.set(0);
        raw_write(t, this, &copy)?;
    }
    Ok(())
}
/// Forgets what was read ahead, moving the raw position back.
fn unread(t: &Thread, this: S) -> R<()> {
    let ahead = this.end.get() - this.pos.get();
    this.pos.set(0);
    this.end.set(0);
    if ahead > 0 && this.writable.get() {
        raw_seek(t, this, -(ahead as i64), 1)?;
    }
    Ok(())
}
fn raw_seek(t: &Thread, this: S, pos: i64, whence: i64) -> R<i64> {
    let r = raw(t, this)?;
    let v = call::call_attr(t, r, "seek", &[Value::int(pos), Value::int(whence)])?;
    position(t, v)
}
fn raw_tell(t: &Thread, this: S) -> R<i64> {
    let v = call::call_attr(t, raw(t, this)?, "tell", &[])?;
    position(t, v)
}
/// A position that a raw stream gave.
fn position(t: &Thread, v: Value) -> R<i64> {
    match ops::index_i64(t, v)? {
        n if n < 0 => {
            let m = format!("Raw stream returned invalid position {n}");
            Err(errors::raise(t, Exc::OSError, m))
        }
        n => Ok(n),
    }
}
/// Fills the empty buffer once; gives how many bytes are there.
fn fill(t: &Thread, this: S) -> R<Option<usize>> {
    flush_pending(t, this)?;
    let buf = this.buf.gc();
    this.pos.set(0);
    this.end.set(0);
    let n = raw_read(t, this, buf.bytes_mut())?;
    this.end.set(n.unwrap_or(0));
    Ok(n)
}
fn ahead(this: &Buffered) -> &[u8] {
    let bytes: *const [u8] = &raw const this.buf.gc().bytes()[this.pos.get()..this.end.get()];
    pyjit_heap::object::outlive(this, bytes)
}
fn reading(t: &Thread, this: Value, what: &str) -> R<S> {
    let s: S = Gc::from_value(this);
    if is_closed(t, s)? {
        return Err(errors::value_error(t, format!("{what} of closed file")));
    }
    if !s.readable.get() {
        return Err(unsupported(t, "read"));
    }
    Ok(s)
}
fn read_all(t: &Thread, this: S) -> R<Value> {
    flush_pending(t, this)?;
    let mut out = ahead(&this).to_vec();
    this.pos.set(this.end.get());
    let raw = raw(t, this)?;
    let Some(readall) = attr::get_opt(t, raw, intern("readall"))? else {
        return read_pieces(t, raw, out);
    };
    let v = call::call(t, readall, &[])?;
    if v.is_none() {
        return Ok(match out.is_empty() {
            true => v,
            false => Bytes::new(&out).value(),
        });
    }
    let rest = expect_bytes(t, v, "readall")?;
    if out.is_empty() && v.cast_exact::<Bytes>().is_some() {
        return Ok(v);
    }
    out.extend_from_slice(&rest);
    Ok(Bytes::new(&out).value())
}
/// All of a raw stream that has no `readall`, behind `out`.
fn read_pieces(t: &Thread, raw: Value, mut out: Vec<u8>) -> R<Value> {
    loop {
        let v = call::call_attr(t, raw, "read", &[])?;
        if v.is_none() {
            return Ok(match out.is_empty() {
                true => v,
                false => Bytes::new(&out).value(),
            });
        }
        let Some(piece) = v.cast::<Bytes>() else {
            let m = "read() should return bytes";
            return Err(errors::type_error(t, m));
        };
        if piece.is_empty() {
            return Ok(Bytes::new(&out).value());
        }
        out.extend_from_slice(piece.bytes());
    }
}
fn read(t: &Thread, this: Value, n: Option<Value>) -> R<Value> {
    let s = reading(t, this, "read")?;
    match n.filter(|v| !v.is_none()) {
        None => read_all(t, s),
        Some(v) => match ops::index_i64(t, v)? {
            -1 => read_all(t, s),
            n if n < 0 => Err(errors::value_error(
                t,
                "read length must be non-negative or -1",
            )),
            n => read_n(t, s, n as usize),
        },
    }
}
fn read_n(t: &Thread, s: S, n: usize) -> R<Value> {
    if n <= s.end.get() - s.pos.get() {
        let b = Bytes::new(&ahead(&s)[..n]);
        s.pos.set(s.pos.get() + n);
        return Ok(b.value());
    }
    let mut out = Vec::new();
    while out.len() < n {
        if s.pos.get() == s.end.get() {
            match fill(t, s)? {
                None if out.is_empty() => return Ok(Value::NONE),
                None | Some(0) => break,
                Some(_) => {}
            }
        }
        let k = (n - out.len()).min(s.end.get() - s.pos.get());
        out.extend_from_slice(&ahead(&s)[..k]);
        s.pos.set(s.pos.get() + k);
    }
    Ok(Bytes::new(&out).value())
}
/// Reads at most `n` bytes with at most one raw read.
pub fn read_once(t: &Thread, s: S, n: usize) -> R<Vec<u8>> {
    if s.pos.get() == s.end.get() {
        fill(t, s)?;
    }
    let k = n.min(s.end.get() - s.pos.get());
    let out = ahead(&s)[..k].to_vec();
    s.pos.set(s.pos.get() + k);
    Ok(out)
}
fn read1(t: &Thread, this: Value, n: Option<i64>) -> R<Value> {
    let s = reading(t, this, "read")?;
    let n = match n.unwrap_or(-1) {
        n if n < 0 => s.buf.gc().len(),
        n => n as usize,
    };
    Ok(Bytes::new(&read_once(t, s, n)?).value())
}
/// As [`read1`], for the text layer.
pub fn read_chunk(t: &Thread, s: S, n: usize) -> R<Vec<u8>> {
    reading(t, s.value(), "read")?;
    read_once(t, s, n)
}
fn peek(t: &Thread, this: Value, _n: Option<i64>) -> R<Value> {
    let s = reading(t, this, "peek")?;
    if s.pos.get() == s.end.get() {
        fill(t, s)?;
    }
    Ok(Bytes::new(ahead(&s)).value())
}
fn readinto(t: &Thread, this: Value, target: Value) -> R<usize> {
    let s = reading(t, this, "readinto")?;
    store(t, target, |b| {
        let mut got = 0;
        while got < b.len() {
            let chunk = read_once(t, s, b.len() - got)?;
            if chunk.is_empty() {
                break;
            }
            b[got..got + chunk.len()].copy_from_slice(&chunk);
            got += chunk.len();
        }
        Ok(got)
    })
}
fn readinto1(t: &Thread, this: Value, target: Value) -> R<usize> {
    let s = reading(t, this, "readinto1")?;
    store(t, target, |b| {
        let ahead = s.end.get() - s.pos.get();
        let room = b.len() - ahead.min(b.len());
        let mut n = 0;
        if ahead > 0 || room <= s.buf.gc().len() {
            let chunk = read_once(t, s, b.len())?;
            n = chunk.len();
            b[..n].copy_from_slice(&chunk);
        }
        // What the buffer has no room for is read into its place at once.
        if room > s.buf.gc().len() {
            flush_pending(t, s)?;
            n += raw_read(t, s, &mut b[n..])?.unwrap_or(0);
        }
        Ok(n)
    })
}
fn readline(t: &Thread, this: Value, n: Option<Value>) -> R<Gc<Bytes>> {
    let s = reading(t, this, "readline")?;
    let limit = size(t, n)?.unwrap_or(usize::MAX);
    let mut out = Vec::new();
    loop {
        let rest = ahead(&s);
        let room = limit - out.len();
        let found = memchr::memchr(b'\n', rest).map(|i| i + 1);
        let k = found.unwrap_or(rest.len()).min(room);
        s.pos.set(s.pos.get() + k);
        if out.is_empty() && (found.is_some() || k == room) {
            return Ok(Bytes::new(&rest[..k]));
        }
        out.extend_from_slice(&rest[..k]);
        if found.is_some() || out.len() >= limit || fill(t, s)?.unwrap_or(0) == 0 {
            return Ok(Bytes::new(&out));
        }
    }
}
fn next(t: &Thread, this: Value) -> R<Value> {
    let line = match class_of(this).has(flags::HEAP) {
        true => call::call_attr(t, this, "readline", &[])?,
        false => readline(t, this, None)?.value(),
    };
    if ops::len(t, line)? == 0 {
        return Err(errors::stop_iteration(t, Value::NONE));
    }
    Ok(line)
}
/// Appends to what is to be written.
pub fn write_slice(t: &Thread, s: S, bytes: &[u8]) -> R<()> {
    if s.end.get() > 0 {
        unread(t, s)?;
    }
    let buf = s.buf.gc();
    if s.dirty.get() + bytes.len() > buf.len() {
        flush_pending(t, s)?;
        if bytes.len() >= buf.len() {
            return raw_write(t, s, bytes);
        }
    }
    let n = s.dirty.get();
    buf.bytes_mut()[n..n + bytes.len()].copy_from_slice(bytes);
    s.dirty.set(n + bytes.len());
    Ok(())
}
/// Raises when the stream is closed.
#[inline]
pub fn check_open(t: &Thread, s: S) -> R<()> {
    if is_closed(t, s)? {
        return Err(closed_error(t));
    }
    Ok(())
}
/// Can it be written to?
pub fn is_writable(s: S) -> bool {
    s.writable.get()
}
/// Writes for the text layer.
pub fn write_checked(t: &Thread, s: S, bytes: &[u8]) -> R<()> {
    if !s.writable.get() {
        return Err(unsupported(t, "write"));
    }
    write_slice(t, s, bytes)
}
fn write(t: &Thread, this: Value, v: Value) -> R<usize> {
    let s: S = Gc::from_value(this);
    raw(t, s)?;
    if is_closed(t, s)? {
        return Err(errors::value_error(t, "write to closed file"));
    }
    if !s.writable.get() {
        return Err(unsupported(t, "write"));
    }
    if let Some(b) = v.cast::<Bytes>() {
        write_slice(t, s, b.bytes())?;
        return Ok(b.len());
    }
    let d = data(t, v)?;
    write_slice(t, s, &d)?;
    Ok(d.len())
}
fn flush(t: &Thread, this: Value) -> R<()> {
    let s: S = Gc::from_value(this);
    raw(t, s)?;
    if is_closed(t, s)? {
        return Err(errors::value_error(t, "flush of closed file"));
    }
    flush_pending(t, s)?;
    if s.writable.get() && s.end.get() > 0 {
        unread(t, s)?;
    }
    match file(raw(t, s)?) {
        Some(_) => Ok(()),
        None => call::call_attr(t, raw(t, s)?, "flush", &[]).map(drop),
    }
}
fn close(t: &Thread, this: Value) -> R<()> {
    let s: S = Gc::from_value(this);
    let r = raw(t, s)?;
    if is_closed(t, s)? {
        return Ok(());
    }
    if base::is_finalizing(this) {
        base::warn_through(t, r, this);
    }
    let flushed = call::call_attr(t, this, "flush", &[]);
    base::and_then_close(t, flushed, || {
        let closed = call::call_attr(t, r, "close", &[]).map(drop);
        base(this).closed.set(true);
        closed
    })
}
fn dealloc_warn(t: &Thread, this: Value, source: Value) {
    if let Some(r) = Gc::<Buffered>::from_value(this).raw.get().opt() {
        base::warn_through(t, r, source);
    }
}
fn detach(t: &Thread, this: Value) -> R<Value> {
    let s: S = Gc::from_value(this);
    let r = raw(t, s)?;
    call::call_attr(t, this, "flush", &[])?;
    s.raw.clear();
    Ok(r)
}
fn tell(t: &Thread, this: Value) -> R<i64> {
    let s = open(t, this)?;
    let at = raw_tell(t, s)? - (s.end.get() - s.pos.get()) as i64 + s.dirty.get() as i64;
    // (A character device may not count what is read from it.)
    Ok(at.max(0))
}
fn seek(t: &Thread, this: Value, pos: i64, whence: Option<i64>) -> R<i64> {
    let s = open(t, this)?;
    let whence = whence.unwrap_or(0);
    if !(0..=4).contains(&whence) {
        let m = format!("whence value {whence} unsupported");
        return Err(errors::value_error(t, m));
    }
    if !ops::truth(t, call::call_attr(t, raw(t, s)?, "seekable", &[])?)? {
        return Err(unsupported(t, "File or stream is not seekable."));
    }
    flush_pending(t, s)?;
    let ahead = (s.end.get() - s.pos.get()) as i64;
    if ahead > 0 && whence < 2 {
        // Within the buffer nothing needs to be read again.
        let now = raw_tell(t, s)? - ahead;
        let by = if whence == 0 { pos - now } else { pos };
        if by >= -(s.pos.get() as i64) && by <= ahead {
            s.pos.set((s.pos.get() as i64 + by) as usize);
            return Ok((now + by).max(0));
        }
    }
    let pos = if whence == 1 { pos - ahead } else { pos };
    s.pos.set(0);
    s.end.set(0);
    raw_seek(t, s, pos, whence)
}
fn truncate(t: &Thread, this: Value, n: Option<Value>) -> R<Value> {
    let s = open(t, this)?;
    if !s.writable.get() {
        return Err(unsupported(t, "truncate"));
    }
    call::call_attr(t, this, "flush", &[])?;
    let n = match n.filter(|v| !v.is_none()) {
        Some(n) => n,
        None => Value::int(tell(t, this)?),
    };
    call::call_attr(t, raw(t, s)?, "truncate", &[n])
}
macro_rules! delegate {
    ($($f:ident),*) => {$(
        fn $f(t: &Thread, this: Value) -> R<Value> {
            call::call_attr(t, raw(t, Gc::from_value(this))?, stringify!($f), &[])
        }
    )*};
}
delegate!(fileno, isatty, seekable, readable, writable);
fn attribute(t: &Thread, this: Value, name: &str) -> R<Value> {
    attr::get(t, raw(t, Gc::from_value(this))?, intern(name))
}
fn name(t: &Thread, this: Value) -> R<Value> {
    attribute(t, this, "name")
}
fn mode(t: &Thread, this: Value) -> R<Value> {
    attribute(t, this, "mode")
}
fn get_raw(t: &Thread, this: Value) -> R<Value> {
    raw(t, Gc::from_value(this))
}
fn repr(t: &Thread, this: Value) -> R<String> {
    let class = base::shown_class(this);
    match attr::get_opt(t, this, intern("name")) {
        Ok(Some(n)) => Ok(format!("<{class} name={}>", ops::repr(t, n)?.lossy())),
        _ => {
            t.exc.set(Value::NULL);
            Ok(format!("<{class}>"))
        }
    }
}

macro_rules! buffered_class {
    ($(#[doc = $doc:literal])* $static_name:ident: $layout:ident = $name:literal, $init:ident { $($methods:tt)* }) => {
        py_class! {
            $(#[doc = $doc])*
            pub $static_name: $layout = $name, base 403, flags flags::BASETYPE | flags::HAS_WEAKREF | flags::HAS_DICT | flags::HAS_DEL, module "_io";
            methods {
                // (Rows with `**` come from outside: a macro body would split the token.)
                __init__(self, raw, buffer_size=131072) => $init;
                flush(self, /) => flush;
                close(self, /) => close;
                detach(self, /) => detach;
                tell(self, /) => tell;
                seek(self, target, whence=0, /) => seek;
                truncate(self, pos=None, /) => truncate;
                fileno(self, /) => fileno;
                isatty(self, /) => isatty;
                seekable(self, /) => seekable;
                __repr__(self, /) => repr;
                __getstate__(self, /) => base::no_state;
                __reduce_ex__(self, protocol, /) => base::reduce_ex;
                _dealloc_warn(self, source, /) => dealloc_warn;
                $($methods)*
            }
            getset {
                closed => closed;
                name => name;
                mode => mode;
                raw => get_raw;
                _finalizing => base::finalizing, base::set_finalizing;
            }
        }
    };
}
buffered_class! {
    /// Create a new buffered reader using the given readable raw IO object.
    READER: BufferedReader = "BufferedReader", init_reader {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        readable(self, /) => readable;
        read(self, size=-1, /) => read;
        read1(self, size=-1, /) => read1;
        peek(self, size=0, /) => peek;
        readinto(self, buffer, /) => readinto;
        readinto1(self, buffer, /) => readinto1;
        readline(self, size=-1, /) => readline;
        __next__(self, /) => next;
    }
}
buffered_class! {
    /// A buffer for a writeable sequential RawIO object.
    WRITER: BufferedWriter = "BufferedWriter", init_writer {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        writable(self, /) => writable;
        write(self, buffer, /) => write;
    }
}
buffered_class! {
    /// A buffered interface to random access streams.
    RANDOM: BufferedRandom = "BufferedRandom", init_random {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        readable(self, /) => readable;
        writable(self, /) => writable;
        read(self, size=-1, /) => read;
        read1(self, size=-1, /) => read1;
        peek(self, size=0, /) => peek;
        readinto(self, buffer, /) => readinto;
        readinto1(self, buffer, /) => readinto1;
        readline(self, size=-1, /) => readline;
        __next__(self, /) => next;
        write(self, buffer, /) => write;
    }
}
