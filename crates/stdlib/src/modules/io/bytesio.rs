//! `BytesIO`: a binary stream over a byte array.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::bytes::{ByteArray, Bytes};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, type_name};
use pyjit_runtime::{R, Thread, py_class};

use super::base::{self, Closed, data, size, store};

/// A stream over bytes in memory.
#[repr(C)]
pub struct BytesIO {
    header: Header,
    closed: Closed,
    data: Field<Gc<ByteArray>>,
    pos: Cell<usize>,
}
heap_object!(BytesIO = 405, refs 2..3);

type S = Gc<BytesIO>;

fn new(t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> R<S> {
    let o = BytesIO {
        header: Header::NEW,
        closed: Closed::default(),
        data: Field::of(ByteArray::new(t, &[])?),
        pos: Cell::new(0),
    };
    Ok(Gc::with_shape(
        class.root_shape.get(),
        o,
        class.extra_bytes(words::<BytesIO>()),
    ))
}
fn init(t: &Thread, this: S, initial: Option<Value>) -> R<()> {
    this.pos.set(0);
    let content = match initial.filter(|v| !v.is_none()) {
        Some(v) => data(t, v)?,
        None => Vec::new(),
    };
    let b = this.data.gc();
    b.splice(t, 0, b.bytes().len(), &content)
}
fn open(t: &Thread, this: S) -> R<Gc<ByteArray>> {
    if this.closed.get() {
        return Err(super::base::closed_error(t));
    }
    Ok(this.data.gc())
}
/// Takes bytes up to offset `end` from the position on.
fn take(this: S, b: Gc<ByteArray>, end: usize) -> Gc<Bytes> {
    let from = this.pos.get().min(b.bytes().len());
    let end = end.max(from);
    let r = Bytes::new(&b.bytes()[from..end]);
    this.pos.set(this.pos.get().max(end));
    r
}
fn read(t: &Thread, this: S, n: Option<Value>) -> R<Gc<Bytes>> {
    let (b, n) = (open(t, this)?, size(t, n)?);
    let len = b.bytes().len();
    let end = n.map_or(len, |n| this.pos.get().saturating_add(n).min(len));
    Ok(take(this, b, end))
}
fn readline(t: &Thread, this: S, n: Option<Value>) -> R<Gc<Bytes>> {
    let (b, n) = (open(t, this)?, size(t, n)?);
    let from = this.pos.get().min(b.bytes().len());
    let rest = &b.bytes()[from..];
    let line = memchr::memchr(b'\n', rest).map_or(rest.len(), |i| i + 1);
    Ok(take(this, b, from + line.min(n.unwrap_or(line))))
}
fn readlines(t: &Thread, this: S, hint: Option<Value>) -> R<Gc<List>> {
    let hint = size(t, hint)?.filter(|n| *n > 0).unwrap_or(usize::MAX);
    let (list, mut total) = (List::new(), 0);
    while total < hint {
        let line = readline(t, this, None)?;
        if line.is_empty() {
            break;
        }
        total += line.len();
        list.push(t, line.value())?;
    }
    Ok(list)
}
fn next(t: &Thread, this: S) -> R<Gc<Bytes>> {
    let line = readline(t, this, None)?;
    if line.is_empty() {
        return Err(errors::stop_iteration(t, Value::NONE));
    }
    Ok(line)
}
fn readinto(t: &Thread, this: S, buffer: Value) -> R<usize> {
    let b = open(t, this)?;
    store(t, buffer, |target| {
        let from = this.pos.get().min(b.bytes().len());
        let n = target.len().min(b.bytes().len() - from);
        // (The target may be a view of this very stream.)
        let piece = b.bytes()[from..from + n].to_vec();
        target[..n].copy_from_slice(&piece);
        this.pos.set(this.pos.get() + n);
        Ok(n)
    })
}
fn write(t: &Thread, this: S, v: Value) -> R<usize> {
    open(t, this)?;
    let new = data(t, v)?;
    let b = open(t, this)?;
    let (at, len) = (this.pos.get(), b.bytes().len());
    if new.is_empty() {
        return Ok(0);
    }
    if at > len {
        b.splice(t, len, len, &vec![0; at - len])?;
    }
    let len = b.bytes().len();
    b.splice(t, at, len.min(at + new.len()), &new)?;
    this.pos.set(at + new.len());
    Ok(new.len())
}
fn seek(t: &Thread, this: S, pos: i64, whence: Option<i64>) -> R<usize> {
    let b = open(t, this)?;
    let base = match whence.unwrap_or(0) {
        0 if pos < 0 => {
            return Err(errors::value_error(t, format!("negative seek value {pos}")));
        }
        0 => 0,
        1 => this.pos.get(),
        2 => b.bytes().len(),
        w => {
            let m = format!("invalid whence ({w}, should be 0, 1 or 2)");
            return Err(errors::value_error(t, m));
        }
    };
    this.pos
        .set((base as i64).saturating_add(pos).max(0) as usize);
    Ok(this.pos.get())
}
fn tell(t: &Thread, this: S) -> R<usize> {
    open(t, this)?;
    Ok(this.pos.get())
}
fn truncate(t: &Thread, this: S, n: Option<Value>) -> R<usize> {
    open(t, this)?;
    let n = match n.filter(|v| !v.is_none()) {
        None => this.pos.get() as i64,
        Some(v) => ops::index_i64(t, v)?,
    };
    let b = open(t, this)?;
    if n < 0 {
        return Err(errors::value_error(t, format!("negative size value {n}")));
    }
    let len = b.bytes().len();
    if (n as usize) < len {
        b.splice(t, n as usize, len, &[])?;
    }
    Ok(n as usize)
}
fn getvalue(t: &Thread, this: S) -> R<Gc<Bytes>> {
    Ok(Bytes::new(open(t, this)?.bytes()))
}
fn getbuffer(t: &Thread, this: S) -> R<Value> {
    let b = open(t, this)?;
    pyjit_runtime::core::call::call(
        t,
        pyjit_runtime::types::type_::of_kind(pyjit_runtime::core::kinds::MEMORYVIEW).value(),
        &[b.value()],
    )
}
fn close(t: &Thread, this: S) -> R<()> {
    let b = this.data.gc();
    if !this.closed.get() {
        b.splice(t, 0, b.bytes().len(), &[])?;
        this.closed.set(true);
    }
    Ok(())
}
fn yes(t: &Thread, this: S) -> R<bool> {
    open(t, this).map(|_| true)
}
fn no(t: &Thread, this: S) -> R<bool> {
    open(t, this).map(|_| false)
}
fn flush(t: &Thread, this: S) -> R<()> {
    open(t, this).map(drop)
}
fn getstate(t: &Thread, this: S) -> R<Gc<Tuple>> {
    let b = getvalue(t, this)?;
    let pos = Value::int(this.pos.get() as i64);
    let dict = base::state_dict(t, this.value())?;
    Ok(Tuple::new(&[b.value(), pos, dict]))
}
fn setstate(t: &Thread, this: S, state: Value) -> R<()> {
    let parts = state.cast::<Tuple>();
    let Some([content, pos, dict, ..]) = parts.as_ref().map(|s| s.items()) else {
        let m = format!(
            "_io.BytesIO.__setstate__ argument should be 3-tuple, got {}",
            type_name(state)
        );
        return Err(errors::type_error(t, m));
    };
    let (content, pos, dict) = (*content, *pos, *dict);
    init(t, this, Some(content))?;
    this.pos.set(base::state_position(
        t,
        "second item of state must be an integer, not",
        pos,
    )?);
    base::set_state_dict(t, this.value(), "third", dict)
}

py_class! {
    /// Buffered I/O implementation using an in-memory bytes buffer.
    pub CLASS: BytesIO = "BytesIO", base 403, flags flags::BASETYPE | flags::HAS_WEAKREF | flags::HAS_DICT, module "_io";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, initial_bytes=b"") => init;
        read(self, size=-1, /) => read;
        read1(self, size=-1, /) => read;
        readline(self, size=-1, /) => readline;
        readlines(self, size=None, /) => readlines;
        readinto(self, buffer, /) => readinto;
        readinto1(self, buffer, /) => readinto;
        write(self, b, /) => write;
        seek(self, pos, whence=0, /) => seek;
        tell(self, /) => tell;
        truncate(self, size=None, /) => truncate;
        getvalue(self, /) => getvalue;
        getbuffer(self, /) => getbuffer;
        close(self, /) => close;
        flush(self, /) => flush;
        readable(self, /) => yes;
        writable(self, /) => yes;
        seekable(self, /) => yes;
        isatty(self, /) => no;
        __next__(self, /) => next;
        __getstate__(self, /) => getstate;
        __reduce_ex__(self, protocol, /) => base::reduce_ex;
        __setstate__(self, state, /) => setstate;
    }
}
