//! `_IOBase` and its kin: the mixin methods of every stream. All native
//! stream layouts begin with the words of [`IOBase`], so one "closed" flag
//! serves all of them; methods here take any instance.

use std::cell::Cell;

use pyjit_heap::{Gc, Header, Value, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{attr, call, errors, kinds, modules as known, ops, unraisable, warn};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::{self, ByteArray, Bytes};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, type_name};
use pyjit_runtime::{R, Raised, Thread, py_class};

/// What is common in the state of streams: "closed", and "being finalized".
#[derive(Default)]
pub struct Closed {
    closed: Cell<bool>,
    finalizing: Cell<bool>,
}
impl Closed {
    /// Has it been closed?
    #[inline(always)]
    pub fn get(&self) -> bool {
        self.closed.get()
    }
    /// Sets the flag.
    #[inline(always)]
    pub fn set(&self, on: bool) {
        self.closed.set(on);
    }
}

/// What every stream begins with.
#[repr(C)]
pub struct IOBase {
    pub header: Header,
    pub closed: Closed,
}
heap_object!(IOBase = 401, no refs);

macro_rules! same_layout {
    ($($name:ident $kind:literal;)*) => {$(
        /// A layout of its own with the words of [`IOBase`].
        #[repr(transparent)]
        pub struct $name(IOBase);
        heap_object!($name = $kind, no refs);
    )*};
}
same_layout! { RawIOBase 402; BufferedIOBase 403; TextIOBase 404; }

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> Gc<IOBase> {
    let o = IOBase {
        header: Header::NEW,
        closed: Closed::default(),
    };
    Gc::with_shape(
        class.root_shape.get(),
        o,
        class.extra_bytes(words::<IOBase>()),
    )
}

/// The common part of a stream object.
#[inline(always)]
pub fn base(this: Value) -> Gc<IOBase> {
    Gc::from_value(this)
}

/// The class `io.UnsupportedOperation`.
pub fn unsupported_class() -> Option<Gc<Type>> {
    known::imported(intern("_io"))?
        .cast::<Module>()?
        .get("UnsupportedOperation")?
        .cast::<Type>()
}
/// Raises `UnsupportedOperation`.
#[cold]
pub fn unsupported(t: &Thread, message: &str) -> Raised {
    let class = unsupported_class().unwrap_or_else(|| Exc::OSError.class());
    errors::raise_args(t, class, &[Str::new(message).value()])
}
/// `ValueError` about a closed stream.
#[cold]
pub fn closed_error(t: &Thread) -> Raised {
    errors::value_error(t, "I/O operation on closed file.")
}
/// Asks any stream whether it is closed.
pub fn is_closed(t: &Thread, stream: Value) -> R<bool> {
    let v = attr::get(t, stream, intern("closed"))?;
    ops::truth(t, v)
}
/// Raises when the stream is closed.
pub fn check_open(t: &Thread, stream: Value) -> R<()> {
    if is_closed(t, stream)? {
        return Err(closed_error(t));
    }
    Ok(())
}
/// A size argument: absent, `None` and negative numbers mean "all".
pub fn size(t: &Thread, v: Option<Value>) -> R<Option<usize>> {
    match v {
        None => Ok(None),
        Some(v) if v.is_none() => Ok(None),
        Some(v) => match v.is_int() {
            true => Ok(usize::try_from(v.as_int()).ok()),
            false => {
                if class_of(v)
                    .special(pyjit_runtime::core::special::Special::Index)
                    .is_none()
                {
                    let m = format!("argument should be integer or None, not '{}'", type_name(v));
                    return Err(errors::type_error(t, m));
                }
                Ok(usize::try_from(ops::index_i64(t, v)?).ok())
            }
        },
    }
}
/// The bytes of a bytes-like argument, as a copy that no callback can change.
pub fn data(t: &Thread, v: Value) -> R<Vec<u8>> {
    match bytes::like(v) {
        Some(b) => Ok(b.to_vec()),
        None => Ok(buffer::bytes(t, v)?.to_vec()),
    }
}
/// Copies bytes into a writable buffer argument of at least that size.
pub fn store(t: &Thread, target: Value, with: impl FnOnce(&mut [u8]) -> R<usize>) -> R<usize> {
    match buffer::writable(t, target)? {
        Some(b) => with(b.bytes_mut()),
        None => {
            let m = format!(
                "readinto() argument must be read-write bytes-like object, not {}",
                type_name(target)
            );
            Err(errors::type_error(t, m))
        }
    }
}
/// Bytes that a stream's method gave.
pub fn expect_bytes(t: &Thread, v: Value, method: &str) -> R<bytes::Like> {
    bytes::like(v).ok_or_else(|| {
        let m = format!(
            "{method}() should have returned a bytes object, not '{}'",
            type_name(v)
        );
        errors::type_error(t, m)
    })
}

fn closed(_t: &Thread, this: Value) -> bool {
    base(this).closed.get()
}
fn flush(t: &Thread, this: Value) -> R<()> {
    if base(this).closed.get() {
        return Err(closed_error(t));
    }
    Ok(())
}
/// `_IOBase.close`.
pub fn close(t: &Thread, this: Value) -> R<()> {
    if base(this).closed.get() {
        return Ok(());
    }
    let r = call::call_attr(t, this, "flush", &[]);
    base(this).closed.set(true);
    r.map(drop)
}
/// Closes a stream that nobody refers to any more.
fn del(t: &Thread, this: Value) {
    match is_closed(t, this) {
        Ok(true) => {}
        Ok(false) => {
            base(this).closed.finalizing.set(true);
            if call::call_attr(t, this, "close", &[]).is_err() {
                unraisable::report(t, "Exception ignored while finalizing file", this);
            }
        }
        Err(_) => t.exc.set(Value::NULL),
    }
}
/// Is the stream being closed because nobody refers to it any more?
pub fn is_finalizing(this: Value) -> bool {
    base(this).closed.finalizing.get()
}
/// Getter of `_finalizing`.
pub fn finalizing(_t: &Thread, this: Value) -> bool {
    is_finalizing(this)
}
/// Setter of `_finalizing`.
pub fn set_finalizing(t: &Thread, this: Value, v: Option<Value>) -> R<()> {
    let on = ops::truth(t, v.unwrap_or(Value::FALSE))?;
    base(this).closed.finalizing.set(on);
    Ok(())
}
/// Lets the file under a stream warn that `source` was not closed.
pub fn warn_through(t: &Thread, below: Value, source: Value) {
    if call::call_attr(t, below, "_dealloc_warn", &[source]).is_err() {
        t.exc.set(Value::NULL);
    }
}
/// The `ResourceWarning` about an unclosed file.
pub fn warn_unclosed(t: &Thread, source: Value) {
    let pending = t.exc.replace(Value::NULL);
    let warned = ops::repr(t, source).and_then(|r| {
        let m = Str::new(&format!("unclosed file {}", r.lossy())).value();
        warn::warn_at(t, m, Exc::ResourceWarning.class(), 1, source, &[])
    });
    if warned.is_err() {
        unraisable::report(t, "Exception ignored while finalizing file", source);
    }
    t.exc.set(pending);
}
/// The result of closing a stream, of which the first step was `flushed` and the last is
/// `close`: it is done in any case, and its exception has that of the first as its context.
pub fn and_then_close<T>(t: &Thread, flushed: R<Value>, close: impl FnOnce() -> R<T>) -> R<T> {
    let first = t.exc.replace(Value::NULL);
    let closed = close();
    if flushed.is_ok() {
        return closed;
    }
    match closed {
        Ok(_) => Err(errors::set(t, first)),
        Err(e) => {
            let last = t.exc.get();
            if last != first
                && let Some(x) = last.cast::<Exception>()
            {
                x.context.set(x, first);
            }
            Err(e)
        }
    }
}
/// A stream's class as its representation has it.
pub fn shown_class(this: Value) -> String {
    class_of(this).message_name()
}
/// Open streams are not data: `__getstate__` of files.
pub fn no_state(t: &Thread, this: Value) -> R<Value> {
    let m = format!("cannot pickle '{}' instances", class_of(this).name_str());
    Err(errors::type_error(t, m))
}
/// `__reduce_ex__` of native streams: a new object of the class and its state, for older
/// protocols too, since there is no plain object to begin with.
pub fn reduce_ex(t: &Thread, this: Value, protocol: Value) -> R<Value> {
    let class = class_of(this);
    let object = attr::object_class();
    let reduce = intern("__reduce__");
    if class.lookup(reduce) != object.lookup(reduce) {
        return call::call_attr(t, this, "__reduce__", &[]);
    }
    let arguments = intern("__getnewargs__");
    if class.lookup(arguments).is_some() {
        let f = attr::get(t, object.value(), intern("__reduce_ex__"))?;
        return call::call(t, f, &[this, protocol]);
    }
    let state = call::call_attr(t, this, "__getstate__", &[])?;
    let copyreg = t.host().import(t, "copyreg")?;
    let new = attr::get(t, copyreg, intern("__newobj__"))?;
    let args = Tuple::new(&[class.value()]).value();
    Ok(Tuple::new(&[new, args, state, Value::NONE, Value::NONE]).value())
}
/// The instance dictionary as the last part of a state.
pub fn state_dict(t: &Thread, this: Value) -> R<Value> {
    Ok(match attr::get_opt(t, this, intern("__dict__"))? {
        Some(d) if ops::len(t, d)? > 0 => call::call_attr(t, d, "copy", &[])?,
        _ => Value::NONE,
    })
}
/// Takes a state's position; `which` begins what is said of one that is no integer.
pub fn state_position(t: &Thread, which: &str, v: Value) -> R<usize> {
    if !pyjit_runtime::types::int::is_int(v) {
        let m = format!("{which} {}", type_name(v));
        return Err(errors::type_error(t, m));
    }
    usize::try_from(ops::index_i64(t, v)?)
        .map_err(|_| errors::value_error(t, "position value cannot be negative"))
}
/// Takes the instance dictionary of a state.
pub fn set_state_dict(t: &Thread, this: Value, which: &str, v: Value) -> R<()> {
    if v.is_none() {
        return Ok(());
    }
    if v.cast::<Dict>().is_none() {
        let m = format!(
            "{which} item of state should be a dict, got a {}",
            type_name(v)
        );
        return Err(errors::type_error(t, m));
    }
    let own = attr::get(t, this, intern("__dict__"))?;
    call::call_attr(t, own, "update", &[v]).map(drop)
}
macro_rules! refuse {
    ($($f:ident),*) => {$(
        fn $f(t: &Thread, _this: Value, _args: Value) -> R<()> {
            Err(unsupported(t, stringify!($f)))
        }
    )*};
}
refuse!(seek, truncate, detach, read, read1, write, fileno);
fn tell(t: &Thread, this: Value) -> R<Value> {
    call::call_attr(t, this, "seek", &[Value::int(0), Value::int(1)])
}
fn no(_t: &Thread, _this: Value) -> bool {
    false
}
fn none(_t: &Thread, _this: Value) {}
fn isatty(t: &Thread, this: Value) -> R<bool> {
    check_open(t, this)?;
    Ok(false)
}
fn check(t: &Thread, this: Value, method: &str, message: &str) -> R<Value> {
    let r = call::call_attr(t, this, method, &[])?;
    if r != Value::TRUE {
        return Err(unsupported(t, message));
    }
    Ok(r)
}
fn check_closed(t: &Thread, this: Value, _message: Option<Value>) -> R<()> {
    check_open(t, this)
}
fn check_seekable(t: &Thread, this: Value) -> R<Value> {
    check(t, this, "seekable", "File or stream is not seekable.")
}
fn check_readable(t: &Thread, this: Value) -> R<Value> {
    check(t, this, "readable", "File or stream is not readable.")
}
fn check_writable(t: &Thread, this: Value) -> R<Value> {
    check(t, this, "writable", "File or stream is not writable.")
}
/// How many bytes to read next: up to a line end that `peek` shows.
fn ahead(t: &Thread, peek: Option<Value>, limit: usize) -> R<usize> {
    let Some(peek) = peek else {
        return Ok(1);
    };
    let v = call::call(t, peek, &[Value::int(1)])?;
    let b = expect_bytes(t, v, "peek")?;
    let n = b
        .iter()
        .position(|c| *c == b'\n')
        .map_or(b.len(), |i| i + 1);
    Ok(n.min(limit).max(1))
}
fn readline(t: &Thread, this: Value, size_: Option<Value>) -> R<Value> {
    let limit = size(t, size_)?.unwrap_or(usize::MAX);
    let peek = attr::get_opt(t, this, intern("peek"))?;
    let mut out = Vec::new();
    while out.len() < limit {
        let n = ahead(t, peek, limit - out.len())?;
        let v = call::call_attr(t, this, "read", &[Value::int(n as i64)])?;
        if v.is_none() {
            break;
        }
        let b = expect_bytes(t, v, "read")?;
        if b.is_empty() {
            break;
        }
        out.extend_from_slice(&b);
        if out.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(Bytes::new(&out).value())
}
fn readlines(t: &Thread, this: Value, hint: Option<Value>) -> R<Gc<List>> {
    let hint = size(t, hint)?.filter(|n| *n > 0).unwrap_or(usize::MAX);
    let (list, mut total) = (List::new(), 0);
    let it = ops::iter(t, this)?;
    while total < hint
        && let Some(line) = ops::next(t, it)?
    {
        total += ops::len(t, line)?;
        list.push(t, line)?;
    }
    Ok(list)
}
fn writelines(t: &Thread, this: Value, lines: Value) -> R<()> {
    check_open(t, this)?;
    let write = attr::get(t, this, intern("write"))?;
    ops::for_each(t, lines, |line| call::call(t, write, &[line]).map(drop))
}
fn iter(t: &Thread, this: Value) -> R<Value> {
    check_open(t, this)?;
    Ok(this)
}
fn next(t: &Thread, this: Value) -> R<Value> {
    let line = call::call_attr(t, this, "readline", &[])?;
    if ops::len(t, line)? == 0 {
        return Err(errors::stop_iteration(t, Value::NONE));
    }
    Ok(line)
}
fn exit(t: &Thread, this: Value, _args: Value) -> R<()> {
    call::call_attr(t, this, "close", &[]).map(drop)
}

py_class! {
    /// The abstract base class for all I/O classes.
    pub IO_BASE: IOBase = "_IOBase", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF | flags::HAS_DEL, module "_io";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        seek(self, /, *args) => seek;
        tell(self, /) => tell;
        truncate(self, /, *args) => truncate;
        flush(self, /) => flush;
        close(self, /) => close;
        seekable(self, /) => no;
        readable(self, /) => no;
        writable(self, /) => no;
        _checkClosed(self, msg=None, /) => check_closed;
        _checkSeekable(self, /) => check_seekable;
        _checkReadable(self, /) => check_readable;
        _checkWritable(self, /) => check_writable;
        fileno(self, /, *args) => fileno;
        isatty(self, /) => isatty;
        readline(self, size=-1, /) => readline;
        readlines(self, hint=-1, /) => readlines;
        writelines(self, lines, /) => writelines;
        __iter__(self, /) => iter;
        __next__(self, /) => next;
        __enter__(self, /) => iter;
        __exit__(self, /, *args) => exit;
        __del__(self, /) => del;
    }
    getset { closed => closed; }
}

fn raw_read(t: &Thread, this: Value, size_: Option<Value>) -> R<Value> {
    let Some(n) = size(t, size_)? else {
        return call::call_attr(t, this, "readall", &[]);
    };
    let b = ByteArray::new(t, &vec![0; n])?;
    let got = call::call_attr(t, this, "readinto", &[b.value()])?;
    if got.is_none() {
        return Ok(got);
    }
    let got = ops::index_i64(t, got)?;
    match usize::try_from(got) {
        Ok(k) if k <= b.bytes().len() => Ok(Bytes::new(&b.bytes()[..k]).value()),
        _ => {
            let m = format!("readinto returned {got} outside buffer size {n}");
            Err(errors::value_error(t, m))
        }
    }
}
fn raw_readall(t: &Thread, this: Value) -> R<Value> {
    let mut out = Vec::new();
    loop {
        let v = call::call_attr(t, this, "read", &[Value::int(super::BUFFER_SIZE as i64)])?;
        if v.is_none() && out.is_empty() {
            return Ok(v);
        }
        let n = match v.is_none() {
            true => 0,
            false => {
                let b = expect_bytes(t, v, "read")?;
                out.extend_from_slice(&b);
                b.len()
            }
        };
        if n == 0 {
            return Ok(Bytes::new(&out).value());
        }
    }
}
py_class! {
    /// Base class for raw binary I/O.
    pub RAW_IO_BASE: RawIOBase = "_RawIOBase", base 401, flags flags::BASETYPE | flags::HAS_WEAKREF | flags::HAS_DEL, module "_io";
    methods {
        read(self, size=-1, /) => raw_read;
        readall(self, /) => raw_readall;
        readinto(self, /, *args) => refuse_readinto;
        write(self, /, *args) => write;
    }
}
fn refuse_readinto(t: &Thread, _this: Value, _args: Value) -> R<()> {
    Err(unsupported(t, "readinto"))
}
fn into(t: &Thread, this: Value, target: Value, method: &str) -> R<usize> {
    store(t, target, |b| {
        let v = call::call_attr(t, this, method, &[Value::int(b.len() as i64)])?;
        let got = expect_bytes(t, v, method)?;
        if got.len() > b.len() {
            let m = format!(
                "{method}() returned too much data: {} bytes requested, {} returned",
                b.len(),
                got.len()
            );
            return Err(errors::value_error(t, m));
        }
        b[..got.len()].copy_from_slice(&got);
        Ok(got.len())
    })
}
fn readinto(t: &Thread, this: Value, buffer: Value) -> R<usize> {
    into(t, this, buffer, "read")
}
fn readinto1(t: &Thread, this: Value, buffer: Value) -> R<usize> {
    into(t, this, buffer, "read1")
}
py_class! {
    /// Base class for buffered IO objects.
    pub BUFFERED_IO_BASE: BufferedIOBase = "_BufferedIOBase", base 401, flags flags::BASETYPE | flags::HAS_WEAKREF | flags::HAS_DEL, module "_io";
    methods {
        detach(self, /, *args) => detach;
        read(self, /, *args) => read;
        read1(self, /, *args) => read1;
        readinto(self, buffer, /) => readinto;
        readinto1(self, buffer, /) => readinto1;
        write(self, /, *args) => write;
    }
}
fn refuse_readline(t: &Thread, _this: Value, _args: Value) -> R<()> {
    Err(unsupported(t, "readline"))
}
py_class! {
    /// Base class for text I/O.
    pub TEXT_IO_BASE: TextIOBase = "_TextIOBase", base 401, flags flags::BASETYPE | flags::HAS_WEAKREF | flags::HAS_DEL, module "_io";
    methods {
        detach(self, /, *args) => detach;
        read(self, /, *args) => read;
        readline(self, /, *args) => refuse_readline;
        write(self, /, *args) => write;
    }
    getset {
        encoding => none;
        newlines => none;
        errors => none;
    }
}
