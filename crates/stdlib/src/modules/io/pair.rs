//! `BufferedRWPair`: a readable and a writable stream as one.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{call, errors, ops};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};

use super::base::{Closed, and_then_close, unsupported};
use super::buffered::{BufferedReader, BufferedWriter};
use super::opening::make;

/// Two buffered streams.
#[repr(C)]
pub struct Pair {
    header: Header,
    closed: Closed,
    reader: Field,
    writer: Field,
}
heap_object!(Pair = 410, refs 2..4);

type S = Gc<Pair>;

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> S {
    let o = Pair {
        header: Header::NEW,
        closed: Closed::default(),
        reader: Field::null(),
        writer: Field::null(),
    };
    Gc::with_shape(
        class.root_shape.get(),
        o,
        class.extra_bytes(words::<Pair>()),
    )
}
fn init(t: &Thread, this: S, reader: Value, writer: Value, n: Option<i64>) -> R<()> {
    for (v, name, m) in [
        (reader, "readable", "File or stream is not readable."),
        (writer, "writable", "File or stream is not writable."),
    ] {
        if !ops::truth(t, call::call_attr(t, v, name, &[])?)? {
            return Err(unsupported(t, m));
        }
    }
    let n = Value::int(n.unwrap_or(super::BUFFER_SIZE as i64));
    this.reader
        .set(this, make::<BufferedReader>(t, &[reader, n])?);
    this.writer
        .set(this, make::<BufferedWriter>(t, &[writer, n])?);
    Ok(())
}
fn part(t: &Thread, f: &Field) -> R<Value> {
    let m = "I/O operation on uninitialized object";
    f.get().opt().ok_or_else(|| errors::value_error(t, m))
}
macro_rules! delegate {
    ($($f:ident $part:ident;)*) => {$(
        fn $f(t: &Thread, this: S, args: Gc<Tuple>) -> R<Value> {
            call::call_attr(t, part(t, &this.$part)?, stringify!($f), args.items())
        }
    )*};
}
delegate! {
    read reader; read1 reader; peek reader; readinto reader; readinto1 reader; readable reader;
    write writer; flush writer; writable writer;
}
fn isatty(t: &Thread, this: S) -> R<bool> {
    Ok(ops::truth(
        t,
        call::call_attr(t, part(t, &this.writer)?, "isatty", &[])?,
    )? || ops::truth(
        t,
        call::call_attr(t, part(t, &this.reader)?, "isatty", &[])?,
    )?)
}
fn close(t: &Thread, this: S) -> R<()> {
    let first = call::call_attr(t, part(t, &this.writer)?, "close", &[]);
    and_then_close(t, first, || {
        call::call_attr(t, part(t, &this.reader)?, "close", &[]).map(drop)
    })
}
fn closed(t: &Thread, this: S) -> R<bool> {
    super::base::is_closed(t, part(t, &this.writer)?)
}

py_class! {
    /// A buffered reader and writer object together.
    pub CLASS: Pair = "BufferedRWPair", base 403, flags flags::BASETYPE | flags::HAS_WEAKREF, module "_io";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, reader, writer, buffer_size=131072, /) => init;
        read(self, /, *args) => read;
        read1(self, /, *args) => read1;
        peek(self, /, *args) => peek;
        readinto(self, /, *args) => readinto;
        readinto1(self, /, *args) => readinto1;
        write(self, /, *args) => write;
        flush(self, /, *args) => flush;
        readable(self, /, *args) => readable;
        writable(self, /, *args) => writable;
        isatty(self, /) => isatty;
        close(self, /) => close;
    }
    getset { closed => closed; }
}
