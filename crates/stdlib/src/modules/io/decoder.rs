//! `IncrementalNewlineDecoder`: newline translation on top of a decoder.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{call, errors, kinds, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};

use super::newline;

/// The decoder.
#[repr(C)]
pub struct NewlineDecoder {
    header: Header,
    decoder: Field,
    errors: Field,
    translate: Cell<bool>,
    pending_cr: Cell<bool>,
    seen: Cell<u8>,
}
heap_object!(NewlineDecoder = 412, refs 1..3);

type S = Gc<NewlineDecoder>;

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> S {
    let o = NewlineDecoder {
        header: Header::NEW,
        decoder: Field::new(Value::NONE),
        errors: Field::new(Value::NONE),
        translate: Cell::new(false),
        pending_cr: Cell::new(false),
        seen: Cell::new(0),
    };
    Gc::with_shape(
        class.root_shape.get(),
        o,
        class.extra_bytes(words::<NewlineDecoder>()),
    )
}
fn init(_t: &Thread, this: S, decoder: Value, translate: bool, errors_: Option<Value>) {
    this.decoder.set(this, decoder);
    this.errors.set(this, errors_.unwrap_or(Value::NONE));
    this.translate.set(translate);
}
fn decode(t: &Thread, this: S, input: Value, last: Option<bool>) -> R<Gc<Str>> {
    let last = last.unwrap_or(false);
    let v = match this.decoder.get() {
        d if d.is_none() => input,
        d => call::call_attr(t, d, "decode", &[input, Value::bool(last)])?,
    };
    let Some(s) = v.cast::<Str>() else {
        return Err(errors::type_error(
            t,
            "decoder should return a string result",
        ));
    };
    let mut text = Vec::with_capacity(s.bytes().len() + 1);
    if this.pending_cr.get() && (!s.is_empty() || last) {
        text.push(b'\r');
        this.pending_cr.set(false);
    }
    text.extend_from_slice(s.bytes());
    if !last && text.last() == Some(&b'\r') {
        text.pop();
        this.pending_cr.set(true);
    }
    this.seen.set(this.seen.get() | newline::kinds(&text));
    if this.translate.get() {
        text = newline::to_lf(&text);
    }
    Ok(Str::from_wtf8(&text))
}
fn getstate(t: &Thread, this: S) -> R<Gc<Tuple>> {
    let (buffer, flag) = match this.decoder.get() {
        d if d.is_none() => (Bytes::new(b"").value(), 0),
        d => {
            let v = call::call_attr(t, d, "getstate", &[])?;
            match v.cast::<Tuple>().as_deref().map(Tuple::items) {
                Some([b, f]) => (*b, ops::index_i64(t, *f)?),
                _ => return Err(errors::type_error(t, "illegal decoder state")),
            }
        }
    };
    let flag = flag << 1 | i64::from(this.pending_cr.get());
    Ok(Tuple::new(&[buffer, Value::int(flag)]))
}
fn setstate(t: &Thread, this: S, state: Gc<Tuple>) -> R<()> {
    let [buffer, flag] = state.items() else {
        return Err(errors::type_error(t, "illegal decoder state"));
    };
    let flag = ops::index_i64(t, *flag)?;
    this.pending_cr.set(flag & 1 != 0);
    match this.decoder.get() {
        d if d.is_none() => Ok(()),
        d => {
            let inner = Tuple::new(&[*buffer, Value::int(flag >> 1)]);
            call::call_attr(t, d, "setstate", &[inner.value()]).map(drop)
        }
    }
}
fn reset(t: &Thread, this: S) -> R<()> {
    this.seen.set(0);
    this.pending_cr.set(false);
    match this.decoder.get() {
        d if d.is_none() => Ok(()),
        d => call::call_attr(t, d, "reset", &[]).map(drop),
    }
}
fn newlines(_t: &Thread, this: S) -> Value {
    newline::seen_value(this.seen.get())
}

py_class! {
    /// Codec used when reading a file in universal newlines mode.
    pub CLASS: NewlineDecoder = "IncrementalNewlineDecoder", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF, module "_io";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, decoder, translate, errors="strict") => init;
        decode(self, input, final=False) => decode;
        getstate(self, /) => getstate;
        setstate(self, state, /) => setstate;
        reset(self, /) => reset;
    }
    getset { newlines => newlines; }
}
