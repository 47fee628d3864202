//! `TextIOWrapper`: text over a buffered binary stream. UTF-8, ASCII and
//! Latin-1 are coded here; other encodings go through `codecs`.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, finalize, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{attr, call, errors, ops, settings};
use pyjit_runtime::types::bytes::{self, ByteArray, Bytes};
use pyjit_runtime::types::codec_registry as registry;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::str_codec::{self, Encoding, Handling};
use pyjit_runtime::types::type_::{Type, class_of, flags, type_name};
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread, py_class};

use super::base::{self, Closed, base, expect_bytes, size, unsupported};
use super::buffered;
use super::newline::{self, Newline};

/// A text stream.
#[repr(C)]
pub struct TextIOWrapper {
    header: Header,
    closed: Closed,
    buffer: Field,
    encoding: Field<Gc<Str>>,
    errors: Field<Gc<Str>>,
    /// Incremental coders of encodings that are not known natively.
    decoder: Field,
    encoder: Field,
    /// Encoded text to be written.
    pending: Field<Gc<ByteArray>>,
    /// Decoded text (WTF-8) not yet given out starts at `at`.
    decoded: Field<Gc<ByteArray>>,
    /// The bytes that `decoded` came from, then undecoded ones.
    chunk: Field<Gc<ByteArray>>,
    at: Cell<usize>,
    /// Bytes at the end of `chunk` that are not decoded yet.
    carry: Cell<usize>,
    known: Cell<Option<Encoding>>,
    newline: Cell<Newline>,
    seen: Cell<u8>,
    line_buffering: Cell<bool>,
    write_through: Cell<bool>,
    /// Iteration is on: `tell` is refused.
    telling: Cell<bool>,
    /// How much is read and written at once.
    piece: Cell<usize>,
    /// The decoder gave a final `\r` that is kept back.
    held_cr: Cell<bool>,
}
heap_object!(TextIOWrapper = 411, refs 2..10);

type S = Gc<TextIOWrapper>;

const CHUNK: usize = 8192;

fn new(t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> R<S> {
    let empty = || ByteArray::new(t, &[]);
    let o = TextIOWrapper {
        header: Header::NEW,
        closed: Closed::default(),
        buffer: Field::null(),
        encoding: Field::null(),
        errors: Field::null(),
        decoder: Field::null(),
        encoder: Field::null(),
        pending: Field::of(empty()?),
        decoded: Field::of(empty()?),
        chunk: Field::of(empty()?),
        at: Cell::new(0),
        carry: Cell::new(0),
        known: Cell::new(None),
        newline: Cell::new(Newline::Universal),
        seen: Cell::new(0),
        line_buffering: Cell::new(false),
        write_through: Cell::new(false),
        telling: Cell::new(true),
        piece: Cell::new(CHUNK),
        held_cr: Cell::new(false),
    };
    let g = Gc::with_shape(
        class.root_shape.get(),
        o,
        class.extra_bytes(words::<TextIOWrapper>()),
    );
    finalize::register(g.value());
    Ok(g)
}
/// The encoding where none is asked for.
fn locale_encoding() -> &'static str {
    match settings::get().utf8_mode {
        true => "utf-8",
        false => "UTF-8",
    }
}
fn text_arg(t: &Thread, v: Option<Value>, name: &str, default: &str) -> R<Gc<Str>> {
    match v.filter(|v| !v.is_none()) {
        None => Ok(intern(default)),
        Some(v) => {
            let Some(s) = v.cast::<Str>() else {
                let m = format!(
                    "TextIOWrapper() argument '{name}' must be str or None, not {}",
                    type_name(v)
                );
                return Err(errors::type_error(t, m));
            };
            if !s.is_ascii() {
                // (Lone surrogates name nothing.)
                str_codec::encode_named(t, s, "utf-8", "strict")?;
            }
            if s.bytes().contains(&0) {
                return Err(errors::value_error(t, "embedded null character"));
            }
            Ok(match s.bytes() {
                b"locale" if name == "encoding" => intern(locale_encoding()),
                _ => s,
            })
        }
    }
}
#[allow(clippy::too_many_arguments)]
fn init(
    t: &Thread,
    this: S,
    buffer: Value,
    encoding: Option<Value>,
    errors_: Option<Value>,
    newline_: Option<Value>,
    line_buffering: Option<bool>,
    write_through: Option<bool>,
) -> R<()> {
    this.buffer.clear();
    this.encoding.clear();
    if encoding.is_none_or(|e| e.is_none()) {
        super::opening::warn_default_encoding(t, 1)?;
    }
    let encoding = text_arg(t, encoding, "encoding", locale_encoding())?;
    let errors_ = text_arg(t, errors_, "errors", "strict")?;
    this.newline.set(Newline::from_arg(t, newline_)?);
    set_coding(t, this, encoding, errors_)?;
    this.buffer.set(this, buffer);
    this.line_buffering.set(line_buffering.unwrap_or(false));
    this.write_through.set(write_through.unwrap_or(false));
    forget(t, this)?;
    continue_encoding(t, this)
}
/// An encoder that begins in the middle of a stream writes no byte order mark.
fn continue_encoding(t: &Thread, this: S) -> R<()> {
    let (Some(encoder), b) = (this.encoder.get().opt(), buffer(t, this)?) else {
        return Ok(());
    };
    if !ops::truth(t, seekable(t, this)?)? {
        return Ok(());
    }
    let at = call::call_attr(t, b, "tell", &[])?;
    if ops::index_i64(t, at)? != 0 {
        call::call_attr(t, encoder, "setstate", &[Value::int(0)])?;
    }
    Ok(())
}
fn set_coding(t: &Thread, this: S, encoding: Gc<Str>, errors_: Gc<Str>) -> R<()> {
    let name = encoding.lossy();
    let known = Encoding::from_name(&name)
        .filter(|e| matches!(e, Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1));
    this.known.set(known);
    this.decoder.clear();
    this.encoder.clear();
    if known.is_none() {
        let codec = registry::lookup(t, &name)?;
        if let Some(v) = attr::get_opt(t, codec.value(), intern("_is_text_encoding"))?
            && !ops::truth(t, v)?
        {
            let m = format!(
                "'{name}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
            );
            let class = pyjit_runtime::types::exceptions::Exc::LookupError;
            return Err(errors::raise(t, class, m));
        }
        for (field, which) in [
            (&this.decoder, "incrementaldecoder"),
            (&this.encoder, "incrementalencoder"),
        ] {
            let f = attr::get(t, codec.value(), intern(which))?;
            if !f.is_none() {
                field.set(this, call::call(t, f, &[errors_.value()])?);
            }
        }
    }
    this.encoding.put(this, encoding);
    this.errors.put(this, errors_);
    Ok(())
}
/// Forgets what was read.
fn forget(t: &Thread, this: S) -> R<()> {
    for b in [this.decoded.gc(), this.chunk.gc()] {
        b.splice(t, 0, b.bytes().len(), &[])?;
    }
    this.at.set(0);
    this.carry.set(0);
    this.held_cr.set(false);
    Ok(())
}
fn buffer(t: &Thread, this: S) -> R<Value> {
    this.buffer.get().opt().ok_or_else(|| {
        let m = match this.encoding.is_set() {
            true => "underlying buffer has been detached",
            false => "I/O operation on uninitialized object",
        };
        errors::value_error(t, m)
    })
}
fn closed(t: &Thread, this: S) -> R<bool> {
    super::base::is_closed(t, buffer(t, this)?)
}
fn open(t: &Thread, this: S) -> R<Value> {
    let b = buffer(t, this)?;
    super::base::check_open(t, b)?;
    Ok(b)
}

// Writing.

/// Writes encoded text to the stream below.
fn write_pending(t: &Thread, this: S) -> R<()> {
    let p = this.pending.gc();
    if p.bytes().is_empty() {
        return Ok(());
    }
    let b = buffer(t, this)?;
    let copy = p.bytes().to_vec();
    p.splice(t, 0, copy.len(), &[])?;
    match buffered::exact(b) {
        Some(s) => buffered::write_checked(t, s, &copy),
        None => call::call_attr(t, b, "write", &[Bytes::new(&copy).value()]).map(drop),
    }
}
/// Writes text.
pub fn write_text(t: &Thread, this: S, s: Gc<Str>) -> R<()> {
    let b = buffer(t, this)?;
    match buffered::exact(b) {
        Some(s) => buffered::check_open(t, s)?,
        None => super::base::check_open(t, b)?,
    }
    let lf = memchr::memchr(b'\n', s.bytes()).is_some();
    let s = match this.newline.get().written() {
        Some(w) if lf => Str::from_wtf8(&newline::replace_lf(s.bytes(), w)),
        _ => s,
    };
    let p = this.pending.gc();
    let end = |p: Gc<ByteArray>| p.bytes().len();
    let add = |new: &[u8]| {
        if end(p) + new.len() > this.piece.get() {
            write_pending(t, this)?;
        }
        p.splice(t, end(p), end(p), new)
    };
    match this.known.get() {
        Some(_) if s.is_ascii() => add(s.bytes())?,
        Some(e) => {
            let name = this.errors.gc();
            let name = name.lossy();
            let b = str_codec::encode_known(t, e, s, &Handling::new(&name))?;
            add(b.bytes())?;
        }
        None => {
            let Some(e) = this.encoder.get().opt() else {
                return Err(unsupported(t, "not writable"));
            };
            let v = call::call_attr(t, e, "encode", &[s.value()])?;
            let b = bytes::like(v).ok_or_else(|| {
                let m = format!(
                    "encoder should return a bytes object, not '{}'",
                    type_name(v)
                );
                errors::type_error(t, m)
            })?;
            add(&b)?;
        }
    }
    let lines = this.line_buffering.get() && (lf || memchr::memchr(b'\r', s.bytes()).is_some());
    if lines || this.write_through.get() || end(p) >= this.piece.get() {
        write_pending(t, this)?;
    }
    if lines {
        call::call_attr(t, b, "flush", &[])?;
    }
    if !this.decoded.gc().bytes().is_empty() || !this.chunk.gc().bytes().is_empty() {
        forget(t, this)?;
    }
    Ok(())
}
fn write(t: &Thread, this: S, text: Value) -> R<usize> {
    let Some(s) = text.cast::<Str>() else {
        let m = format!("write() argument must be str, not {}", type_name(text));
        return Err(errors::type_error(t, m));
    };
    if let Some(b) = buffered::exact(buffer(t, this)?)
        && !buffered::is_writable(b)
    {
        return Err(unsupported(t, "not writable"));
    }
    write_text(t, this, s)?;
    Ok(s.len())
}
fn flush(t: &Thread, this: S) -> R<()> {
    let b = open(t, this)?;
    this.telling.set(true);
    write_pending(t, this)?;
    call::call_attr(t, b, "flush", &[]).map(drop)
}
fn close(t: &Thread, this: S) -> R<()> {
    let b = buffer(t, this)?;
    if closed(t, this)? {
        return Ok(());
    }
    if base::is_finalizing(this.value()) {
        base::warn_through(t, b, this.value());
    }
    let flushed = call::call_attr(t, this.value(), "flush", &[]);
    base::and_then_close(t, flushed, || {
        let r = call::call_attr(t, b, "close", &[]).map(drop);
        base(this.value()).closed.set(true);
        r
    })
}
fn detach(t: &Thread, this: S) -> R<Value> {
    let b = buffer(t, this)?;
    call::call_attr(t, this.value(), "flush", &[])?;
    this.buffer.clear();
    Ok(b)
}

// Reading.

fn text(this: &TextIOWrapper) -> &[u8] {
    let bytes: *const [u8] = &raw const this.decoded.gc().bytes()[this.at.get()..];
    pyjit_heap::object::outlive(this, bytes)
}
/// Appends more decoded text; false at the end of the stream.
fn more(t: &Thread, this: S, hint: usize) -> R<bool> {
    let b = open(t, this)?;
    write_pending(t, this)?;
    let new = match buffered::exact(b) {
        Some(s) => buffered::read_chunk(t, s, this.piece.get().max(hint))?,
        None => {
            let name = if attr::get_opt(t, b, intern("read1"))?.is_some() {
                "read1"
            } else {
                "read"
            };
            let v = call::call_attr(t, b, name, &[Value::int(this.piece.get().max(hint) as i64)])?;
            if v.is_none() {
                Vec::new()
            } else {
                expect_bytes(t, v, name)?.to_vec()
            }
        }
    };
    let eof = new.is_empty();
    let (decoded, chunk) = (this.decoded.gc(), this.chunk.gc());
    // What was given out is needed no more, and neither are the bytes it came from.
    if this.at.get() > 0 {
        let done = match this.at.get() == decoded.bytes().len() {
            true => chunk.bytes().len() - this.carry.get(),
            false => consumed(this),
        };
        chunk.splice(t, 0, done, &[])?;
        decoded.splice(t, 0, this.at.get(), &[])?;
        this.at.set(0);
    }
    let n = chunk.bytes().len();
    chunk.splice(t, n, n, &new)?;
    let input = chunk.bytes()[n - this.carry.get()..].to_vec();
    let s = decode(t, this, &input, &new, eof)?;
    let n = decoded.bytes().len();
    decoded.splice(t, n, n, s.bytes())?;
    Ok(!eof)
}
/// The text of `input`, with line ends as the reader wants them. `input` is what
/// was carried over and the `new` bytes.
fn decode(t: &Thread, this: S, input: &[u8], new: &[u8], eof: bool) -> R<Gc<Str>> {
    let universal = this.newline.get() == Newline::Universal;
    let (s, rest) = match this.known.get() {
        Some(e) => {
            let mut input = input;
            let keep = universal && !eof && input.last() == Some(&b'\r');
            if keep {
                input = &input[..input.len() - 1];
            }
            let name = this.errors.gc();
            let name = name.lossy();
            let (s, n) = str_codec::decode_known(t, e, input, &Handling::new(&name), eof)?;
            (s, input.len() - n + usize::from(keep))
        }
        None => {
            let Some(d) = this.decoder.get().opt() else {
                return Err(unsupported(t, "not readable"));
            };
            let v = call::call_attr(t, d, "decode", &[Bytes::new(new).value(), Value::bool(eof)])?;
            let s = v.cast::<Str>().ok_or_else(|| {
                let m = format!(
                    "decoder should return a string result, not '{}'",
                    type_name(v)
                );
                errors::type_error(t, m)
            })?;
            (hold_cr(this, s, universal, eof), 0)
        }
    };
    this.carry.set(rest);
    let text = s.bytes();
    if matches!(this.newline.get(), Newline::Universal | Newline::Keep) {
        this.seen.set(this.seen.get() | newline::kinds(text));
    }
    if universal && memchr::memchr(b'\r', text).is_some() {
        return Ok(Str::from_wtf8(&newline::to_lf(text)));
    }
    Ok(s)
}
/// Keeps a final `\r` back until it is known what follows.
fn hold_cr(this: S, s: Gc<Str>, universal: bool, eof: bool) -> Gc<Str> {
    if !universal {
        return s;
    }
    let mut text = Vec::new();
    if this.held_cr.replace(false) {
        text.push(b'\r');
    }
    text.extend_from_slice(s.bytes());
    if !eof && text.last() == Some(&b'\r') {
        text.pop();
        this.held_cr.set(true);
    }
    Str::from_wtf8(&text)
}
fn take(this: S, n: usize) -> Gc<Str> {
    let s = Str::from_wtf8(&text(&this)[..n]);
    this.at.set(this.at.get() + n);
    s
}
fn readable(t: &Thread, this: S) -> R<Value> {
    call::call_attr(t, buffer(t, this)?, "readable", &[])
}
fn check_readable(t: &Thread, this: S) -> R<()> {
    open(t, this)?;
    if !ops::truth(t, readable(t, this)?)? {
        return Err(unsupported(t, "not readable"));
    }
    Ok(())
}
fn read(t: &Thread, this: S, n: Option<Value>) -> R<Gc<Str>> {
    check_readable(t, this)?;
    let n = size(t, n)?;
    let Some(n) = n else {
        return read_rest(t, this);
    };
    let mut hint = this.piece.get();
    while wtf8::count(text(&this)) < n && more(t, this, hint)? {
        hint = (hint * 2).min(1 << 20);
    }
    Ok(take(this, wtf8::prefix(text(&this), n).0.len()))
}
/// Everything up to the end of the stream, decoded in one piece.
fn read_rest(t: &Thread, this: S) -> R<Gc<Str>> {
    let b = open(t, this)?;
    write_pending(t, this)?;
    let new = call::call_attr(t, b, "read", &[])?;
    if new.is_none() {
        let class = pyjit_runtime::types::exceptions::Exc::BlockingIOError;
        return Err(errors::raise(t, class, "Read returned None."));
    }
    let new = expect_bytes(t, new, "read")?;
    let chunk = this.chunk.gc();
    let carried = &chunk.bytes()[chunk.bytes().len() - this.carry.get()..];
    let s = match carried.is_empty() {
        true => decode(t, this, &new, &new, true)?,
        false => decode(t, this, &[carried, &new].concat(), &new, true)?,
    };
    let s = match text(&this).is_empty() {
        true => s,
        false => Str::from_wtf8(&[text(&this), s.bytes()].concat()),
    };
    forget(t, this)?;
    Ok(s)
}
fn line(t: &Thread, this: S, limit: Option<usize>) -> R<Gc<Str>> {
    let mut searched = 0;
    loop {
        let rest = text(&this);
        // A line end of two characters may begin before what is new.
        let from = searched.min(rest.len()).saturating_sub(1);
        if let Some(n) = this.newline.get().line_end(&rest[from..], false) {
            return Ok(take(this, cut(&rest[..from + n], limit)));
        }
        if limit.is_some_and(|l| rest.len() >= l && wtf8::count(rest) >= l) {
            return Ok(take(this, cut(rest, limit)));
        }
        searched = rest.len();
        if !more(t, this, 0)? {
            let rest = text(&this);
            let n = this
                .newline
                .get()
                .line_end(rest, true)
                .unwrap_or(rest.len());
            return Ok(take(this, cut(&rest[..n], limit)));
        }
        if this.at.get() == 0 && text(&this).len() < searched {
            searched = 0;
        }
    }
}
fn cut(line: &[u8], limit: Option<usize>) -> usize {
    limit.map_or(line.len(), |l| wtf8::prefix(line, l).0.len())
}
fn readline(t: &Thread, this: S, n: Option<Value>) -> R<Gc<Str>> {
    let n = size(t, n)?;
    check_readable(t, this)?;
    line(t, this, n)
}
fn next(t: &Thread, this: S) -> R<Value> {
    let v = match class_of(this.value()).has(flags::HEAP) {
        true => call::call_attr(t, this.value(), "readline", &[])?,
        false => {
            if this.telling.get() {
                check_readable(t, this)?;
            }
            this.telling.set(false);
            line(t, this, None)?.value()
        }
    };
    if ops::len(t, v)? == 0 {
        this.telling.set(true);
        return Err(errors::stop_iteration(t, Value::NONE));
    }
    Ok(v)
}

// Positions.

/// How many bytes of the chunk gave the first `at` bytes of decoded text.
fn consumed(this: S) -> usize {
    let (chunk, at) = (this.chunk.gc(), this.at.get());
    let input = chunk.bytes();
    let latin = this.known.get() == Some(Encoding::Latin1);
    let universal = this.newline.get() == Newline::Universal;
    if !(latin || universal && memchr::memchr(b'\r', input).is_some()) {
        return at.min(input.len());
    }
    let (mut i, mut out) = (0, 0);
    while i < input.len() && out < at {
        let crlf = universal && input[i] == b'\r' && input.get(i + 1) == Some(&b'\n');
        i += 1 + usize::from(crlf);
        out += 1 + usize::from(latin && input[i - 1] >= 0x80);
    }
    i
}
fn seekable(t: &Thread, this: S) -> R<Value> {
    call::call_attr(t, buffer(t, this)?, "seekable", &[])
}
fn check_seekable(t: &Thread, this: S) -> R<Value> {
    let b = open(t, this)?;
    if !ops::truth(t, seekable(t, this)?)? {
        return Err(unsupported(t, "underlying stream is not seekable"));
    }
    Ok(b)
}
fn tell(t: &Thread, this: S) -> R<i64> {
    let b = check_seekable(t, this)?;
    if !this.telling.get() {
        let m = "telling position disabled by next() call";
        let class = pyjit_runtime::types::exceptions::Exc::OSError;
        return Err(errors::raise(t, class, m));
    }
    write_pending(t, this)?;
    call::call_attr(t, b, "flush", &[])?;
    let end = ops::index_i64(t, call::call_attr(t, b, "tell", &[])?)?;
    let chunk = this.chunk.gc().bytes().len();
    Ok(end - (chunk - consumed(this)) as i64)
}
fn seek(t: &Thread, this: S, cookie: i64, whence: Option<i64>) -> R<i64> {
    let b = check_seekable(t, this)?;
    let to = match (whence.unwrap_or(0), cookie) {
        (0, c) if c < 0 => {
            return Err(errors::value_error(
                t,
                format!("negative seek position {c}"),
            ));
        }
        (0, c) => c,
        (1, 0) => tell(t, this)?,
        (2, 0) => {
            call::call_attr(t, this.value(), "flush", &[])?;
            forget(t, this)?;
            let args = [Value::int(0), Value::int(2)];
            let at = ops::index_i64(t, call::call_attr(t, b, "seek", &args)?)?;
            reset(t, this, at)?;
            return Ok(at);
        }
        (1, _) => return Err(unsupported(t, "can't do nonzero cur-relative seeks")),
        (2, _) => return Err(unsupported(t, "can't do nonzero end-relative seeks")),
        (w, _) => {
            let m = format!("invalid whence ({w}, should be 0, 1 or 2)");
            return Err(errors::value_error(t, m));
        }
    };
    call::call_attr(t, this.value(), "flush", &[])?;
    call::call_attr(t, b, "seek", &[Value::int(to)])?;
    forget(t, this)?;
    reset(t, this, to)?;
    Ok(to)
}
/// The coders go on at position `at`: only at the beginning is a byte order mark to be written.
fn reset(t: &Thread, this: S, at: i64) -> R<()> {
    if let Some(d) = this.decoder.get().opt() {
        call::call_attr(t, d, "reset", &[])?;
    }
    if let Some(e) = this.encoder.get().opt() {
        match at {
            0 => call::call_attr(t, e, "reset", &[])?,
            _ => call::call_attr(t, e, "setstate", &[Value::int(0)])?,
        };
    }
    Ok(())
}
fn truncate(t: &Thread, this: S, n: Option<Value>) -> R<Value> {
    call::call_attr(t, this.value(), "flush", &[])?;
    let n = match n.filter(|v| !v.is_none()) {
        Some(n) => n,
        None => Value::int(tell(t, this)?),
    };
    call::call_attr(t, buffer(t, this)?, "truncate", &[n])
}

fn reconfigure(
    t: &Thread,
    this: S,
    encoding: Option<Value>,
    errors_: Option<Value>,
    newline_: Option<Value>,
    line_buffering: Option<Value>,
    write_through: Option<Value>,
) -> R<()> {
    let given = |v: Option<Value>| v.filter(|v| !v.is_none());
    let has_text = !text(&this).is_empty() || !this.chunk.gc().bytes().is_empty();
    if has_text && (given(encoding).is_some() || given(errors_).is_some() || newline_.is_some()) {
        let m = "It is not possible to set the encoding or newline of stream after the first read";
        return Err(unsupported(t, m));
    }
    call::call_attr(t, this.value(), "flush", &[])?;
    if given(encoding).is_some() || given(errors_).is_some() {
        let e = match given(encoding) {
            Some(e) => text_arg(t, Some(e), "encoding", "")?,
            None => this.encoding.gc(),
        };
        let default = match given(encoding) {
            Some(_) => intern("strict"),
            None => this.errors.gc(),
        };
        let x = match given(errors_) {
            Some(x) => text_arg(t, Some(x), "errors", "")?,
            None => default,
        };
        set_coding(t, this, e, x)?;
        continue_encoding(t, this)?;
    }
    if newline_.is_some() {
        this.newline.set(Newline::from_arg(t, newline_)?);
    }
    for (cell, v) in [
        (&this.line_buffering, line_buffering),
        (&this.write_through, write_through),
    ] {
        if let Some(v) = given(v) {
            cell.set(ops::truth(t, v)?);
        }
    }
    Ok(())
}
macro_rules! delegate {
    ($($f:ident),*) => {$(
        fn $f(t: &Thread, this: S) -> R<Value> {
            call::call_attr(t, buffer(t, this)?, stringify!($f), &[])
        }
    )*};
}
delegate!(fileno, isatty, writable);
fn name(t: &Thread, this: S) -> R<Value> {
    attr::get(t, buffer(t, this)?, intern("name"))
}
fn encoding(_t: &Thread, this: S) -> Option<Gc<Str>> {
    this.encoding.opt()
}
fn errors_name(_t: &Thread, this: S) -> Option<Gc<Str>> {
    this.errors.opt()
}
fn newlines(_t: &Thread, this: S) -> Value {
    newline::seen_value(this.seen.get())
}
fn get_line_buffering(_t: &Thread, this: S) -> bool {
    this.line_buffering.get()
}
fn get_write_through(_t: &Thread, this: S) -> bool {
    this.write_through.get()
}
fn chunk_size(t: &Thread, this: S) -> R<usize> {
    buffer(t, this)?;
    Ok(this.piece.get())
}
fn set_chunk_size(t: &Thread, this: S, v: Option<Value>) -> R<()> {
    buffer(t, this)?;
    let Some(v) = v else {
        let m = "attribute '_CHUNK_SIZE' of '_io.TextIOWrapper' objects cannot be deleted";
        return Err(errors::raise(t, Exc::AttributeError, m));
    };
    let n = ops::index(t, v)?;
    let Some(n) = pyjit_runtime::types::int::to_i64(n) else {
        let m = "cannot fit 'int' into an index-sized integer";
        return Err(errors::value_error(t, m));
    };
    match usize::try_from(n) {
        Ok(n) if n > 0 => this.piece.set(n),
        _ => {
            let m = "a strictly positive integer is required";
            return Err(errors::value_error(t, m));
        }
    }
    Ok(())
}
fn repr(t: &Thread, this: S) -> R<String> {
    if !this.encoding.is_set() {
        buffer(t, this)?;
    }
    let mut out = format!("<{}", base::shown_class(this.value()));
    for n in ["name", "mode"] {
        match attr::get_opt(t, this.value(), intern(n)) {
            Ok(Some(v)) => out += &format!(" {n}={}", ops::repr(t, v)?.lossy()),
            Ok(None) => {}
            Err(_) => t.exc.set(Value::NULL),
        }
    }
    let e = this.encoding.opt().map_or(Value::NONE, Gc::value);
    Ok(format!("{out} encoding={}>", ops::repr(t, e)?.lossy()))
}

/// The fast path of `print`: writes to `stream` if it is a text stream whose
/// methods nobody has replaced.
pub fn write_fast(t: &Thread, stream: Value, s: Gc<Str>) -> Option<R<()>> {
    let this = stream.cast::<TextIOWrapper>()?;
    if class_of(stream).has(flags::HEAP) {
        return None;
    }
    let b = buffered::exact(this.buffer.get().opt()?)?;
    buffered::is_writable(b).then(|| write_text(t, this, s))
}

py_class! {
    /// Character and line based layer over a BufferedIOBase object, buffer.
    pub CLASS: TextIOWrapper = "TextIOWrapper", base 404, flags flags::BASETYPE | flags::HAS_WEAKREF | flags::HAS_DICT | flags::HAS_DEL, module "_io";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False) => init;
        read(self, size=-1, /) => read;
        readline(self, size=-1, /) => readline;
        write(self, text, /) => write;
        flush(self, /) => flush;
        close(self, /) => close;
        detach(self, /) => detach;
        seek(self, cookie, whence=0, /) => seek;
        tell(self, /) => tell;
        truncate(self, pos=None, /) => truncate;
        reconfigure(self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None) => reconfigure;
        fileno(self, /) => fileno;
        isatty(self, /) => isatty;
        readable(self, /) => readable;
        writable(self, /) => writable;
        seekable(self, /) => seekable;
        __next__(self, /) => next;
        __repr__(self, /) => repr;
        __getstate__(self, /) => base::no_state;
        __reduce_ex__(self, protocol, /) => base::reduce_ex;
    }
    getset {
        buffer => buffer;
        closed => closed;
        name => name;
        encoding => encoding;
        errors => errors_name;
        newlines => newlines;
        line_buffering => get_line_buffering;
        write_through => get_write_through;
        _CHUNK_SIZE => chunk_size, set_chunk_size;
        _finalizing => base::finalizing, base::set_finalizing;
    }
}
