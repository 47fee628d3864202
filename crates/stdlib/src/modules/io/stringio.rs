//! `StringIO`: a text stream in memory. Positions count characters.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::bytes::ByteArray;
use pyjit_runtime::types::str_::{Str, count_chars};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, type_name};
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread, py_class};

use super::base::{self, Closed, size};
use super::newline::{self, Newline};

/// A stream over text in memory (WTF-8 in a byte array).
#[repr(C)]
pub struct StringIO {
    header: Header,
    closed: Closed,
    data: Field<Gc<ByteArray>>,
    /// Position in characters; past the end is allowed.
    pos: Cell<usize>,
    /// The same in bytes, at most the length.
    at: Cell<usize>,
    chars: Cell<usize>,
    newline: Cell<Newline>,
    seen: Cell<u8>,
}
heap_object!(StringIO = 406, refs 2..3);

type S = Gc<StringIO>;

fn new(t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> R<S> {
    let o = StringIO {
        header: Header::NEW,
        closed: Closed::default(),
        data: Field::of(ByteArray::new(t, &[])?),
        pos: Cell::new(0),
        at: Cell::new(0),
        chars: Cell::new(0),
        newline: Cell::new(Newline::Lf),
        seen: Cell::new(0),
    };
    Ok(Gc::with_shape(
        class.root_shape.get(),
        o,
        class.extra_bytes(words::<StringIO>()),
    ))
}
fn init(t: &Thread, this: S, initial: Option<Value>, newline_: Option<Value>) -> R<()> {
    let n = match newline_ {
        None => Newline::Lf,
        n => Newline::from_arg(t, n)?,
    };
    this.newline.set(n);
    reset(t, this)?;
    let Some(v) = initial.filter(|v| !v.is_none()) else {
        return Ok(());
    };
    let Some(s) = v.cast::<Str>() else {
        let m = format!("initial_value must be str or None, not {}", type_name(v));
        return Err(errors::type_error(t, m));
    };
    put(t, this, s)?;
    move_to(this, 0);
    Ok(())
}
fn reset(t: &Thread, this: S) -> R<()> {
    let b = this.data.gc();
    b.splice(t, 0, b.bytes().len(), &[])?;
    this.chars.set(0);
    move_to(this, 0);
    Ok(())
}
fn open(t: &Thread, this: S) -> R<Gc<ByteArray>> {
    if this.closed.get() {
        return Err(errors::value_error(t, "I/O operation on closed file"));
    }
    Ok(this.data.gc())
}
fn is_ascii(this: S) -> bool {
    this.chars.get() == this.data.gc().bytes().len()
}
/// Sets the position to character `pos`.
fn move_to(this: S, pos: usize) {
    let bytes = this.data.gc();
    let at = match is_ascii(this) {
        true => pos.min(this.chars.get()),
        false => wtf8::offset_of(bytes.bytes(), pos),
    };
    this.pos.set(pos);
    this.at.set(at);
}
/// Writes at the position.
fn put(t: &Thread, this: S, s: Gc<Str>) -> R<()> {
    let text = s.bytes();
    let n = this.newline.get();
    if n == Newline::Universal {
        this.seen.set(this.seen.get() | newline::kinds(text));
    }
    let changed = match n.written() {
        Some(w) if memchr::memchr(b'\n', text).is_some() => Some(newline::replace_lf(text, w)),
        None if n == Newline::Universal && memchr::memchr(b'\r', text).is_some() => {
            Some(newline::to_lf(text))
        }
        _ => None,
    };
    let (text, chars) = match &changed {
        Some(c) => (c.as_slice(), count_chars(c)),
        None => (text, s.len()),
    };
    if chars == 0 {
        return Ok(());
    }
    let b = this.data.gc();
    if this.pos.get() > this.chars.get() {
        let len = b.bytes().len();
        let gap = this.pos.get() - this.chars.get();
        b.splice(t, len, len, &vec![0; gap])?;
        this.chars.set(this.pos.get());
        this.at.set(len + gap);
    }
    let at = this.at.get();
    let rest = &b.bytes()[at..];
    let (over, over_chars) = match is_ascii(this) {
        true => (rest.len().min(chars), rest.len().min(chars)),
        false => {
            let (p, n) = wtf8::prefix(rest, chars);
            (p.len(), n)
        }
    };
    b.splice(t, at, at + over, text)?;
    this.chars.set(this.chars.get() - over_chars + chars);
    this.pos.set(this.pos.get() + chars);
    this.at.set(at + text.len());
    Ok(())
}
fn write(t: &Thread, this: S, text: Value) -> R<usize> {
    open(t, this)?;
    let Some(s) = text.cast::<Str>() else {
        let m = format!("string argument expected, got '{}'", type_name(text));
        return Err(errors::type_error(t, m));
    };
    put(t, this, s)?;
    Ok(s.len())
}
/// Takes `bytes` bytes from the position on.
fn take(this: S, bytes: usize) -> Gc<Str> {
    let (b, at) = (this.data.gc(), this.at.get());
    let s = Str::from_wtf8(&b.bytes()[at..at + bytes]);
    this.at.set(at + bytes);
    this.pos.set(this.pos.get() + s.len());
    s
}
/// Bytes of at most `n` characters of `rest`.
fn limit(rest: &[u8], n: Option<usize>) -> usize {
    n.map_or(rest.len(), |n| wtf8::prefix(rest, n).0.len())
}
fn read(t: &Thread, this: S, n: Option<Value>) -> R<Gc<Str>> {
    let (b, n) = (open(t, this)?, size(t, n)?);
    Ok(take(this, limit(&b.bytes()[this.at.get()..], n)))
}
fn readline(t: &Thread, this: S, n: Option<Value>) -> R<Gc<Str>> {
    let (b, n) = (open(t, this)?, size(t, n)?);
    let rest = &b.bytes()[this.at.get()..];
    let line = this.newline.get().line_end(rest, true);
    Ok(take(this, limit(&rest[..line.unwrap_or(rest.len())], n)))
}
fn next(t: &Thread, this: S) -> R<Gc<Str>> {
    let line = readline(t, this, None)?;
    if line.is_empty() {
        return Err(errors::stop_iteration(t, Value::NONE));
    }
    Ok(line)
}
fn getvalue(t: &Thread, this: S) -> R<Gc<Str>> {
    Ok(Str::build(open(t, this)?.bytes(), this.chars.get()))
}
fn tell(t: &Thread, this: S) -> R<usize> {
    open(t, this)?;
    Ok(this.pos.get())
}
fn seek(t: &Thread, this: S, pos: i64, whence: Option<i64>) -> R<usize> {
    open(t, this)?;
    let to = match (whence.unwrap_or(0), pos) {
        (0, p) if p < 0 => {
            return Err(errors::value_error(
                t,
                format!("Negative seek position {p}"),
            ));
        }
        (0, p) => p as usize,
        (1, 0) => this.pos.get(),
        (2, 0) => this.chars.get(),
        (1 | 2, _) => {
            let m = "Can't do nonzero cur-relative seeks";
            return Err(errors::raise(
                t,
                pyjit_runtime::types::exceptions::Exc::OSError,
                m,
            ));
        }
        (w, _) => {
            let m = format!("Invalid whence ({w}, should be 0, 1 or 2)");
            return Err(errors::value_error(t, m));
        }
    };
    move_to(this, to);
    Ok(to)
}
fn truncate(t: &Thread, this: S, n: Option<Value>) -> R<usize> {
    open(t, this)?;
    let n = match n.filter(|v| !v.is_none()) {
        None => this.pos.get() as i64,
        Some(v) => ops::index_i64(t, v)?,
    };
    let b = open(t, this)?;
    if n < 0 {
        return Err(errors::value_error(t, format!("Negative size value {n}")));
    }
    if (n as usize) < this.chars.get() {
        let cut = wtf8::offset_of(b.bytes(), n as usize);
        b.splice(t, cut, b.bytes().len(), &[])?;
        this.chars.set(n as usize);
        move_to(this, this.pos.get());
    }
    Ok(n as usize)
}
fn close(t: &Thread, this: S) -> R<()> {
    if !this.closed.get() {
        reset(t, this)?;
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
fn newlines(t: &Thread, this: S) -> R<Value> {
    open(t, this)?;
    Ok(newline::seen_value(this.seen.get()))
}
fn getstate(t: &Thread, this: S) -> R<Gc<Tuple>> {
    let v = getvalue(t, this)?.value();
    let n = match this.newline.get() {
        Newline::Universal => Value::NONE,
        Newline::Keep => Str::new("").value(),
        Newline::Lf => Str::new("\n").value(),
        Newline::Cr => Str::new("\r").value(),
        Newline::CrLf => Str::new("\r\n").value(),
    };
    let pos = Value::int(this.pos.get() as i64);
    let dict = base::state_dict(t, this.value())?;
    Ok(Tuple::new(&[v, n, pos, dict]))
}
fn setstate(t: &Thread, this: S, state: Value) -> R<()> {
    let parts = state.cast::<Tuple>();
    let Some([content, n, pos, dict, ..]) = parts.as_ref().map(|s| s.items()) else {
        let m = format!(
            "_io.StringIO.__setstate__ argument should be 4-tuple, got {}",
            type_name(state)
        );
        return Err(errors::type_error(t, m));
    };
    let (content, n, pos, dict) = (*content, *n, *pos, *dict);
    // The text has been translated already.
    init(t, this, Some(content), Some(Str::new("").value()))?;
    this.newline.set(Newline::from_arg(t, Some(n))?);
    this.seen.set(0);
    if this.newline.get() == Newline::Universal {
        this.seen.set(newline::kinds(this.data.gc().bytes()));
    }
    move_to(
        this,
        base::state_position(t, "third item of state must be an integer, got", pos)?,
    );
    base::set_state_dict(t, this.value(), "fourth", dict)
}

py_class! {
    /// Text I/O implementation using an in-memory buffer.
    pub CLASS: StringIO = "StringIO", base 404, flags flags::BASETYPE | flags::HAS_WEAKREF | flags::HAS_DICT, module "_io";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, initial_value="", newline="\n") => init;
        read(self, size=-1, /) => read;
        readline(self, size=-1, /) => readline;
        write(self, s, /) => write [leaf];
        seek(self, pos, whence=0, /) => seek;
        tell(self, /) => tell;
        truncate(self, pos=None, /) => truncate;
        getvalue(self, /) => getvalue;
        close(self, /) => close;
        readable(self, /) => yes;
        writable(self, /) => yes;
        seekable(self, /) => yes;
        isatty(self, /) => no;
        __next__(self, /) => next;
        __getstate__(self, /) => getstate;
        __reduce_ex__(self, protocol, /) => base::reduce_ex;
        __setstate__(self, state, /) => setstate;
    }
    getset {
        newlines => newlines;
        line_buffering => no;
    }
}
