//! `xmlparser` objects.

use std::cell::RefCell;
use std::rc::Rc;

use pyjit_heap::{Gc, RefArray, Value, finalize};
use pyjit_runtime::core::{attr, call, class, errors, kinds, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::{ByteArray, Bytes};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{flags, of_kind, type_name};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::dtd::Dtd;
use super::error::{self, Code};
use super::handlers::{Handler, NAMES, Trouble, dispatch, flush};
use super::parser::{Failure, Options, Parser, Shared};
use super::{ERROR, raise};
use crate::native_layout;
use crate::owned::Owned;

static PARSERS: Owned<Parser> = Owned::new();
static SHARED: Owned<Shared> = Owned::new();

native_layout! {
    /// Handlers (an array), remembered strings, base, text held back (a
    /// bytearray, absent: none is), the parser of the document; numbers of the
    /// parser and of what it shares, settings, place of the event, last error.
    XmlParser = 356, refs 1..6 { handlers, intern, base, buffer, parent } ints {
        parser, shared, default_mode, ordered, specified, prefixes, buffer_size,
        byte, line, column, error, external
    }
}
type P = Gc<XmlParser>;

const BUFFER_SIZE: i64 = 8192;

fn make(t: &Thread, parser: Parser, shared: Shared, parts: [Value; 3]) -> R<P> {
    let [intern, base, parent] = parts;
    let Some(handlers) = RefArray::new(NAMES.len()) else {
        return Err(errors::memory_error(t));
    };
    let external = shared.is_external as i64;
    class::make(t, &XML_PARSER);
    let p = XmlParser::alloc(
        of_kind(356),
        handlers.value(),
        intern,
        base,
        Value::NULL,
        parent,
        PARSERS.put(parser),
        SHARED.put(shared),
        0,
        0,
        0,
        0,
        BUFFER_SIZE,
        0,
        1,
        0,
        0,
        external,
    );
    finalize::register(p.value());
    Ok(p)
}

/// An optional string argument.
fn optional(t: &Thread, v: Option<Value>, function: &str, name: &str) -> R<Option<String>> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(None);
    };
    match v.cast::<Str>() {
        Some(s) => Ok(Some(s.lossy().into_owned())),
        None => {
            let got = type_name(v);
            let m = format!("{function}() argument '{name}' must be str or None, not {got}");
            Err(errors::type_error(t, m))
        }
    }
}
pub fn create(
    t: &Thread,
    encoding: Option<Value>,
    separator: Option<Value>,
    names: Option<Value>,
) -> R<P> {
    let encoding = optional(t, encoding, "ParserCreate", "encoding")?;
    let separator = optional(t, separator, "ParserCreate", "namespace_separator")?;
    if separator.as_ref().is_some_and(|s| s.chars().count() > 1) {
        let m = "namespace_separator must be at most one character, omitted, or None";
        return Err(errors::value_error(t, m));
    }
    let names = match names {
        None => Dict::new().value(),
        Some(v) if v.is_none() || v.cast::<Dict>().is_some() => v,
        Some(_) => return Err(errors::type_error(t, "intern must be a dictionary")),
    };
    let shared = Shared {
        separator: separator.map(|s| s.chars().next()),
        dtd: Rc::new(RefCell::new(Dtd::default())),
        options: Options::new(),
        is_external: false,
    };
    let mut p = Parser::new(shared.separator, shared.dtd.clone());
    if let Some(e) = encoding {
        p.set_encoding(&e);
    }
    make(t, p, shared, [names, Value::NONE, Value::NULL])
}
fn external_entity(t: &Thread, this: P, context: Value, encoding: Option<Value>) -> R<P> {
    let function = "ExternalEntityParserCreate";
    let context = optional(t, Some(context), function, "context")?;
    let encoding = optional(t, encoding, function, "encoding")?;
    let mut shared = share(t, this)?;
    shared.is_external = true;
    let mut p = Parser::external(&shared, context.as_deref());
    if let Some(e) = encoding {
        p.set_encoding(&e);
    }
    let parts = [this.intern.get(), this.base.get(), this.value()];
    let new = make(t, p, shared, parts)?;
    let (from, to): (Gc<RefArray>, Gc<RefArray>) = (
        Gc::from_value(this.handlers.get()),
        Gc::from_value(new.handlers.get()),
    );
    for i in 0..NAMES.len() {
        if let Some(h) = from.get(i).opt() {
            to.set(i, h);
        }
    }
    for (a, b) in [
        (&new.default_mode, &this.default_mode),
        (&new.ordered, &this.ordered),
        (&new.specified, &this.specified),
        (&new.prefixes, &this.prefixes),
        (&new.buffer_size, &this.buffer_size),
    ] {
        a.set(b.get());
    }
    if !this.buffer.get().is_null() {
        new.buffer.set(new, ByteArray::new(t, b"")?.value());
    }
    Ok(new)
}
/// A copy of what the parser shares with those of its entities.
fn share(t: &Thread, this: P) -> R<Shared> {
    let number = this.shared.get();
    let Some(s) = SHARED.take(number) else {
        return Err(errors::runtime_error(t, "the parser was released"));
    };
    let copy = s.clone();
    SHARED.put_back(number, s);
    Ok(copy)
}
fn with_options<X>(t: &Thread, this: P, f: impl FnOnce(&mut Options) -> X) -> R<X> {
    let mut s = share(t, this)?;
    let x = f(&mut s.options);
    SHARED.put_back(this.shared.get(), s);
    Ok(x)
}

/// Raises the error that ended parsing.
#[cold]
fn failed(t: &Thread, this: P, code: i64) -> Raised {
    let text = error::message(code).unwrap_or("unknown error");
    let (line, column) = (this.line.get(), this.column.get());
    let m = format!("{text}: line {line}, column {column}");
    raise(t, &m, code, line, column)
}
fn take(t: &Thread, this: P, function: &str) -> R<Parser> {
    PARSERS.take(this.parser.get()).ok_or_else(|| {
        let m = format!("cannot call {function}() from within a handler");
        errors::runtime_error(t, m)
    })
}
fn note_place(this: P, p: &mut Parser) {
    let place = p.place();
    this.byte.set(place.byte as i64);
    this.line.set(place.line);
    this.column.set(place.column);
}
/// Parses what was pushed.
fn run(t: &Thread, this: P, p: &mut Parser) -> Result<(), Trouble> {
    p.options = share(t, this)?.options;
    if !p.is_worthwhile() {
        return Ok(());
    }
    loop {
        p.options = share(t, this)?.options;
        p.options.keeps_entities = this.default_mode.get() == 1;
        p.options.triplets = this.prefixes.get() != 0;
        let event = p.next().map_err(Trouble::Failed)?;
        let Some(event) = event else {
            return Ok(());
        };
        note_place(this, p);
        dispatch(t, this, p, event)?;
    }
}
fn feed(t: &Thread, this: P, p: &mut Parser, bytes: &[u8], is_final: bool) -> R<i64> {
    if this.error.get() != 0 {
        return Err(failed(t, this, this.error.get()));
    }
    if p.is_done {
        return Err(failed(t, this, Code::Finished as i64));
    }
    p.push(bytes, is_final);
    match run(t, this, p) {
        Ok(()) => flush(t, this).map(|()| 1),
        Err(Trouble::Raised(e)) => Err(e),
        Err(Trouble::Failed(Failure { code, at })) => {
            if let Some(at) = at {
                p.moved_to(at);
            }
            note_place(this, p);
            this.error.set(code as i64);
            flush(t, this)?;
            Err(failed(t, this, code as i64))
        }
    }
}
fn parse(t: &Thread, this: P, data: Value, is_final: Option<bool>) -> R<i64> {
    let is_final = is_final.unwrap_or(false);
    if let Some(s) = data.cast::<Str>() {
        let Some(text) = s.to_str() else {
            let encoded = call::call_attr(t, data, "encode", &[intern("utf-8").value()])?;
            let Some(b) = encoded.cast::<Bytes>() else {
                return Err(buffer::not_bytes_like(t, encoded));
            };
            let mut p = take(t, this, "Parse")?;
            let r = feed(t, this, &mut p, b.bytes(), is_final);
            PARSERS.put_back(this.parser.get(), p);
            return r;
        };
        let mut p = take(t, this, "Parse")?;
        if !p.started {
            p.set_encoding("utf-8");
        }
        let r = feed(t, this, &mut p, text.as_bytes(), is_final);
        PARSERS.put_back(this.parser.get(), p);
        return r;
    }
    let bytes = buffer::bytes(t, data)?;
    let mut p = take(t, this, "Parse")?;
    let r = feed(t, this, &mut p, &bytes, is_final);
    PARSERS.put_back(this.parser.get(), p);
    r
}
fn parse_file(t: &Thread, this: P, file: Value) -> R<i64> {
    let Some(read) = attr::get_opt(t, file, intern("read"))? else {
        return Err(errors::type_error(t, "argument must have 'read' attribute"));
    };
    loop {
        let data = call::call(t, read, &[Value::int(2048)])?;
        let (Some(_), Some(bytes)) = (
            pyjit_runtime::types::bytes::like(data),
            buffer::acquire(t, data)?,
        ) else {
            let m = format!(
                "read() did not return a bytes object (type={})",
                type_name(data)
            );
            return Err(errors::type_error(t, m));
        };
        let mut p = take(t, this, "ParseFile")?;
        let r = feed(t, this, &mut p, &bytes, bytes.is_empty());
        PARSERS.put_back(this.parser.get(), p);
        if bytes.is_empty() {
            return r;
        }
        r?;
    }
}
fn end(_t: &Thread, this: P) {
    PARSERS.remove(this.parser.replace(-1));
    SHARED.remove(this.shared.replace(-1));
}

fn set_base(_t: &Thread, this: P, base: Gc<Str>) {
    this.base.set(this, base.value());
}
fn get_base(_t: &Thread, this: P) -> Value {
    this.base.get()
}
fn input_context(_t: &Thread, _this: P) -> Value {
    Value::NONE
}
fn set_deferral(t: &Thread, this: P, on: bool) -> R<()> {
    with_options(t, this, |o| o.defers = on)
}
fn get_deferral(t: &Thread, this: P) -> R<bool> {
    with_options(t, this, |o| o.defers)
}
fn has_started(this: P) -> bool {
    match PARSERS.take(this.parser.get()) {
        Some(p) => {
            let started = p.started;
            PARSERS.put_back(this.parser.get(), p);
            started
        }
        None => true,
    }
}
fn set_parameter_entities(t: &Thread, this: P, flag: i64) -> R<i64> {
    if has_started(this) || !(0..=2).contains(&flag) {
        return Ok(0);
    }
    with_options(t, this, |o| o.parameter_entities = flag)?;
    Ok(1)
}
fn use_foreign_dtd(t: &Thread, this: P, flag: Option<bool>) -> R<()> {
    if has_started(this) {
        return Err(failed(t, this, Code::CantChangeFeature as i64));
    }
    with_options(t, this, |o| o.foreign_dtd = flag.unwrap_or(true))
}
fn must_be_root(t: &Thread, this: P) -> R<()> {
    match this.external.get() {
        0 => Ok(()),
        _ => Err(ERROR.raise(t, "parser must be a root parser")),
    }
}
fn set_threshold(t: &Thread, this: P, threshold: Value) -> R<()> {
    let v = ops::index(t, threshold)?;
    if int::is_negative(v) {
        return Err(errors::value_error(t, "Cannot convert negative int"));
    }
    let n = int::operand(v).and_then(|o| o.as_ref().to_u64());
    let Some(n) = n else {
        let m = "Python int too large to convert to C unsigned long long";
        return Err(errors::overflow_error(t, m));
    };
    must_be_root(t, this)?;
    with_options(t, this, |o| o.threshold = n)
}
fn set_max_factor(t: &Thread, this: P, factor: f64) -> R<()> {
    must_be_root(t, this)?;
    // Not a number is not enough either.
    if factor.is_nan() || factor < 1.0 {
        return Err(ERROR.raise(t, "'max_factor' must be at least 1.0"));
    }
    with_options(t, this, |o| o.max_factor = factor)
}

fn get_handler<const I: usize>(_t: &Thread, this: P) -> Value {
    let all: Gc<RefArray> = Gc::from_value(this.handlers.get());
    all.get(I).opt().unwrap_or(Value::NONE)
}
#[cold]
fn no_deletion(t: &Thread) -> Raised {
    errors::runtime_error(t, "Cannot delete attribute")
}
fn set_handler<const I: usize>(t: &Thread, this: P, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        return Err(no_deletion(t));
    };
    if I == Handler::CharacterData as usize {
        flush(t, this)?;
    }
    let all: Gc<RefArray> = Gc::from_value(this.handlers.get());
    match v.is_none() {
        true => all.clear_range(I, I + 1),
        false => all.set(I, v),
    }
    let mode = match I {
        i if i == Handler::Default as usize => 1,
        i if i == Handler::DefaultExpand as usize => 2,
        _ => return Ok(()),
    };
    this.default_mode.set(if v.is_none() { 0 } else { mode });
    Ok(())
}
/// A setting that is true or false.
macro_rules! switch {
    ($get:ident $set:ident $field:ident) => {
        fn $get(_t: &Thread, this: P) -> bool {
            this.$field.get() != 0
        }
        fn $set(t: &Thread, this: P, v: Option<Value>) -> R<()> {
            let v = v.ok_or_else(|| no_deletion(t))?;
            this.$field.set(ops::truth(t, v)? as i64);
            Ok(())
        }
    };
}
switch!(get_ordered set_ordered ordered);
switch!(get_specified set_specified specified);
switch!(get_prefixes set_prefixes prefixes);

fn get_buffer_text(_t: &Thread, this: P) -> bool {
    !this.buffer.get().is_null()
}
fn set_buffer_text(t: &Thread, this: P, v: Option<Value>) -> R<()> {
    let v = v.ok_or_else(|| no_deletion(t))?;
    match (ops::truth(t, v)?, this.buffer.get().is_null()) {
        (true, true) => this.buffer.set(this, ByteArray::new(t, b"")?.value()),
        (false, false) => {
            flush(t, this)?;
            this.buffer.clear();
        }
        _ => {}
    }
    Ok(())
}
fn get_buffer_size(_t: &Thread, this: P) -> i64 {
    this.buffer_size.get()
}
fn set_buffer_size(t: &Thread, this: P, v: Option<Value>) -> R<()> {
    let v = v.ok_or_else(|| no_deletion(t))?;
    if !int::is_int(v) {
        return Err(errors::type_error(t, "buffer_size must be an integer"));
    }
    let n = ops::index_i64(t, v)?;
    if n <= 0 {
        let m = "buffer_size must be greater than zero";
        return Err(errors::value_error(t, m));
    }
    if n > i32::MAX as i64 {
        let m = format!("buffer_size must not be greater than {}", i32::MAX);
        return Err(errors::value_error(t, m));
    }
    if n != this.buffer_size.get() {
        flush(t, this)?;
        this.buffer_size.set(n);
    }
    Ok(())
}
fn get_buffer_used(_t: &Thread, this: P) -> usize {
    match this.buffer.get().opt() {
        Some(b) => Gc::<ByteArray>::from_value(b).bytes().len(),
        None => 0,
    }
}
fn get_intern(_t: &Thread, this: P) -> Value {
    this.intern.get()
}
fn get_error(_t: &Thread, this: P) -> i64 {
    this.error.get()
}
fn get_line(_t: &Thread, this: P) -> i64 {
    this.line.get()
}
fn get_column(_t: &Thread, this: P) -> i64 {
    this.column.get()
}
fn get_byte(_t: &Thread, this: P) -> i64 {
    this.byte.get()
}

py_class! {
    /// XML parser
    pub XML_PARSER: XmlParser = "xmlparser", base kinds::OBJECT, flags flags::NO_NEW, module "pyexpat";
    methods {
        /// Parse XML data.
        Parse(self, data, isfinal=False, /) => parse;
        /// Parse XML data from file-like object.
        ParseFile(self, file, /) => parse_file;
        /// Set the base URL for the parser.
        SetBase(self, base, /) => set_base;
        /// Return base URL string for the parser.
        GetBase(self, /) => get_base;
        /// Return the untranslated text of the input that caused the current event.
        GetInputContext(self, /) => input_context;
        /// Create a parser for parsing an external entity based on the information passed to the ExternalEntityRefHandler.
        ExternalEntityParserCreate(self, context, encoding=None, /) => external_entity;
        /// Controls parsing of parameter entities (including the external DTD subset).
        SetParamEntityParsing(self, flag, /) => set_parameter_entities;
        /// Allows the application to provide an artificial external subset if one is not specified as part of the document instance.
        UseForeignDTD(self, flag=True, /) => use_foreign_dtd;
        /// Retrieve reparse deferral enabled status; always returns false with Expat <2.6.0.
        GetReparseDeferralEnabled(self, /) => get_deferral;
        /// Enable/Disable reparse deferral; enabled by default with Expat >=2.6.0.
        SetReparseDeferralEnabled(self, enabled, /) => set_deferral;
        /// Sets the number of output bytes needed to activate protection against billion laughs attacks.
        SetBillionLaughsAttackProtectionActivationThreshold(self, threshold, /) => set_threshold;
        /// Sets the maximum tolerated amplification factor for protection against billion laughs attacks.
        SetBillionLaughsAttackProtectionMaximumAmplification(self, max_factor, /) => set_max_factor;
        __del__(self, /) => end;
    }
    getset {
        StartElementHandler => get_handler::<0>, set_handler::<0>;
        EndElementHandler => get_handler::<1>, set_handler::<1>;
        ProcessingInstructionHandler => get_handler::<2>, set_handler::<2>;
        CharacterDataHandler => get_handler::<3>, set_handler::<3>;
        UnparsedEntityDeclHandler => get_handler::<4>, set_handler::<4>;
        NotationDeclHandler => get_handler::<5>, set_handler::<5>;
        StartNamespaceDeclHandler => get_handler::<6>, set_handler::<6>;
        EndNamespaceDeclHandler => get_handler::<7>, set_handler::<7>;
        CommentHandler => get_handler::<8>, set_handler::<8>;
        StartCdataSectionHandler => get_handler::<9>, set_handler::<9>;
        EndCdataSectionHandler => get_handler::<10>, set_handler::<10>;
        DefaultHandler => get_handler::<11>, set_handler::<11>;
        DefaultHandlerExpand => get_handler::<12>, set_handler::<12>;
        NotStandaloneHandler => get_handler::<13>, set_handler::<13>;
        ExternalEntityRefHandler => get_handler::<14>, set_handler::<14>;
        StartDoctypeDeclHandler => get_handler::<15>, set_handler::<15>;
        EndDoctypeDeclHandler => get_handler::<16>, set_handler::<16>;
        EntityDeclHandler => get_handler::<17>, set_handler::<17>;
        XmlDeclHandler => get_handler::<18>, set_handler::<18>;
        ElementDeclHandler => get_handler::<19>, set_handler::<19>;
        AttlistDeclHandler => get_handler::<20>, set_handler::<20>;
        SkippedEntityHandler => get_handler::<21>, set_handler::<21>;
        ordered_attributes => get_ordered, set_ordered;
        specified_attributes => get_specified, set_specified;
        namespace_prefixes => get_prefixes, set_prefixes;
        buffer_text => get_buffer_text, set_buffer_text;
        buffer_size => get_buffer_size, set_buffer_size;
        buffer_used => get_buffer_used;
        intern => get_intern;
        ErrorCode => get_error;
        ErrorLineNumber => get_line;
        ErrorColumnNumber => get_column;
        ErrorByteIndex => get_byte;
        CurrentLineNumber => get_line;
        CurrentColumnNumber => get_column;
        CurrentByteIndex => get_byte;
    }
}
