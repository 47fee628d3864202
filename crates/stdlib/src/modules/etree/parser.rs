//! `XMLParser`: expat's events become calls of a target; a plain builder is
//! told without calls.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use pyjit_heap::{Gc, RefArray, Value, finalize};
use pyjit_runtime::core::{attr, call, errors, kinds};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, type_name};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::builder::{self, TreeBuilder};
use super::{PARSE_ERROR, events};
use crate::modules::expat::{Code, Dtd, Event, Failure, Options, Parser, Text, Trouble};
use crate::modules::expat::{message, set_encoding};
use crate::native_layout;
use crate::owned::Owned;

/// A parser and what it remembers.
struct Source {
    parser: Parser,
    options: Options,
    /// Places of names in the object's list.
    names: HashMap<Box<str>, usize>,
    /// Text that is still to be told.
    text: String,
    failed: Option<Code>,
}

static SOURCES: Owned<Source> = Owned::new();

native_layout! {
    /// The target (absent: not initialised), entities that the user knows, names
    /// that were seen, the target's methods (an array); the number of the source.
    XmlParser = 623, refs 1..5 { target, entity, names, methods } ints { source }
}
type P = Gc<XmlParser>;

macro_rules! methods {
    ($($name:ident $text:literal;)*) => {
        /// Methods of a target.
        #[derive(Clone, Copy)]
        #[repr(usize)]
        enum Method { $($name),* }
        const METHODS: &[&str] = &[$($text),*];
    };
}
methods! {
    Start "start";
    Data "data";
    End "end";
    Comment "comment";
    Pi "pi";
    Close "close";
    Doctype "doctype";
    StartNs "start_ns";
    EndNs "end_ns";
}

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> P {
    let no = Value::NULL;
    XmlParser::alloc(class, no, no, no, no, -1)
}
fn init(t: &Thread, this: P, target: Option<Value>, encoding: Option<Value>) -> R<()> {
    let encoding = match encoding.filter(|v| !v.is_none()) {
        None => None,
        Some(v) => match v.cast::<Str>() {
            Some(s) => Some(s.lossy().into_owned()),
            None => {
                let got = type_name(v);
                let m = format!("XMLParser() argument 'encoding' must be str or None, not {got}");
                return Err(errors::type_error(t, m));
            }
        },
    };
    let dtd = Rc::new(RefCell::new(Dtd::default()));
    let mut parser = Parser::new(Some(Some('}')), dtd);
    if let Some(e) = encoding {
        parser.set_encoding(&e);
    }
    let source = Source {
        parser,
        options: Options::new(),
        names: HashMap::new(),
        text: String::new(),
        failed: None,
    };
    let target = match target.filter(|v| !v.is_none()) {
        Some(v) => v,
        None => builder::plain(t).value(),
    };
    let Some(methods) = RefArray::new(METHODS.len()) else {
        return Err(errors::memory_error(t));
    };
    for (i, name) in METHODS.iter().enumerate() {
        if let Some(f) = attr::get_opt(t, target, intern(name))? {
            methods.set(i, f);
        }
    }
    this.methods.set(this, methods.value());
    this.names.set(this, List::new().value());
    this.entity.set(this, Dict::new().value());
    this.target.set(this, target);
    SOURCES.remove(this.source.get());
    this.source.set(SOURCES.put(source));
    finalize::register(this.value());
    Ok(())
}
fn forget(_t: &Thread, this: P) {
    SOURCES.remove(this.source.replace(-1));
}

/// The builder, if the target is a plain one.
fn plain_target(this: P) -> Option<Gc<TreeBuilder>> {
    this.target.get().cast_exact::<TreeBuilder>()
}
fn method(this: P, m: Method) -> Option<Value> {
    let all: Gc<RefArray> = Gc::from_value(this.methods.get());
    all.get(m as usize).opt()
}
fn tell(t: &Thread, this: P, m: Method, args: &[Value]) -> R<()> {
    match method(this, m) {
        Some(f) => call::call(t, f, args).map(drop),
        None => Ok(()),
    }
}
fn string(s: &str) -> Value {
    Str::new(s).value()
}
fn optional(s: Option<&str>) -> Value {
    s.map_or(Value::NONE, string)
}
/// The object of a name, with its namespace in braces; always the same one.
fn universal(t: &Thread, this: P, s: &mut Source, name: &str) -> R<Value> {
    let list: Gc<List> = Gc::from_value(this.names.get());
    if let Some(i) = s.names.get(name) {
        return Ok(list.get(*i));
    }
    let new = match name.contains('}') {
        true => string(&format!("{{{name}")),
        false => string(name),
    };
    s.names.insert(name.into(), list.len());
    list.push(t, new)?;
    Ok(new)
}

/// Raises a `ParseError` with its attributes.
#[cold]
fn fail(t: &Thread, s: &mut Source, code: Code, text: Option<String>) -> Raised {
    let place = s.parser.place();
    let text = text.unwrap_or_else(|| message(code as i64).unwrap_or("unknown error").into());
    let m = format!("{text}: line {}, column {}", place.line, place.column);
    let make = || -> R<Value> {
        let e = call::call(t, PARSE_ERROR.class(t)?.value(), &[string(&m)])?;
        let position = Tuple::new(&[Value::int(place.line), Value::int(place.column)]);
        attr::set(t, e, intern("code"), Some(Value::int(code as i64)))?;
        attr::set(t, e, intern("position"), Some(position.value()))?;
        Ok(e)
    };
    match make() {
        Ok(e) => errors::set(t, e),
        Err(raised) => raised,
    }
}

fn start(t: &Thread, this: P, s: &mut Source, name: &str, all: &[(String, String)]) -> R<()> {
    let tag = universal(t, this, s, name)?;
    let mut attributes = Value::NULL;
    if !all.is_empty() {
        let d = Dict::new();
        for (name, value) in all {
            d.set(t, universal(t, this, s, name)?, string(value))?;
        }
        attributes = d.value();
    }
    match plain_target(this) {
        Some(b) => builder::start_element(t, b, tag, attributes).map(drop),
        None => match method(this, Method::Start) {
            Some(f) => {
                let attributes = attributes.opt().unwrap_or_else(|| Dict::new().value());
                call::call(t, f, &[tag, attributes]).map(drop)
            }
            None => Ok(()),
        },
    }
}
fn end(t: &Thread, this: P, s: &mut Source, name: &str) -> R<()> {
    match plain_target(this) {
        Some(b) => builder::end_element(t, b).map(drop),
        None if method(this, Method::End).is_none() => Ok(()),
        None => {
            let tag = universal(t, this, s, name)?;
            tell(t, this, Method::End, &[tag])
        }
    }
}
/// Tells a text; a builder is told texts that follow each other as one.
fn text(t: &Thread, this: P, s: &mut Source, x: Text) -> R<()> {
    let piece = match &x {
        Text::Slice(from, to) => s.parser.slice(*from, *to),
        Text::Owned(piece) => piece,
    };
    if plain_target(this).is_some() {
        s.text.push_str(piece);
        return Ok(());
    }
    tell(t, this, Method::Data, &[string(piece)])
}
fn flush(t: &Thread, this: P, s: &mut Source) -> R<()> {
    if s.text.is_empty() {
        return Ok(());
    }
    let piece = string(&s.text);
    s.text.clear();
    match plain_target(this) {
        Some(b) => builder::data(t, b, piece),
        None => Ok(()),
    }
}
fn start_namespace(t: &Thread, this: P, prefix: Option<&str>, uri: Option<&str>) -> R<()> {
    let (prefix, uri) = (prefix.unwrap_or(""), uri.unwrap_or(""));
    match plain_target(this) {
        Some(b) if b.on_start_ns.is_set() => {
            let both = Tuple::new(&[string(prefix), string(uri)]).value();
            events::report(t, b, &b.on_start_ns, both)
        }
        Some(_) => Ok(()),
        None => tell(t, this, Method::StartNs, &[string(prefix), string(uri)]),
    }
}
fn end_namespace(t: &Thread, this: P, prefix: Option<&str>) -> R<()> {
    match plain_target(this) {
        Some(b) => events::report(t, b, &b.on_end_ns, Value::NONE),
        None => tell(t, this, Method::EndNs, &[string(prefix.unwrap_or(""))]),
    }
}
fn doctype(t: &Thread, this: P, name: &str, public: Option<&str>, system: Option<&str>) -> R<()> {
    if method(this, Method::Doctype).is_some() {
        let args = [string(name), optional(public), optional(system)];
        return tell(t, this, Method::Doctype, &args);
    }
    if attr::get_opt(t, this.value(), intern("doctype"))?.is_none() {
        return Ok(());
    }
    let m = "The doctype() method of XMLParser is ignored.  \
             Define doctype() method on the TreeBuilder target.";
    pyjit_runtime::core::warn::warn(t, Exc::RuntimeWarning, m)
}
/// What has no handler: a reference may be to an entity that the user knows.
fn other(t: &Thread, this: P, s: &mut Source) -> R<()> {
    let raw = s.parser.raw();
    let Some(name) = raw.strip_prefix('&').filter(|rest| !rest.is_empty()) else {
        return Ok(());
    };
    let mut name = name.to_owned();
    name.pop();
    let entity: Gc<Dict> = Gc::from_value(this.entity.get());
    match entity.get(t, string(&name))? {
        Some(v) => match plain_target(this) {
            Some(b) => builder::data(t, b, v),
            None => tell(t, this, Method::Data, &[v]),
        },
        None => {
            let m = format!("undefined entity &{name};");
            Err(fail(t, s, Code::UndefinedEntity, Some(m)))
        }
    }
}
fn dispatch(t: &Thread, this: P, s: &mut Source, event: Event) -> Result<(), Trouble> {
    if let Event::Text(x) = event {
        return Ok(text(t, this, s, x)?);
    }
    flush(t, this, s)?;
    match event {
        Event::Start {
            name, attributes, ..
        } => start(t, this, s, &name, &attributes)?,
        Event::End { name, .. } => end(t, this, s, &name)?,
        Event::Comment(x) => match plain_target(this) {
            Some(b) => builder::comment(t, b, string(&x)).map(drop)?,
            None => tell(t, this, Method::Comment, &[string(&x)])?,
        },
        Event::Instruction { target, data } => instruction(t, this, &target, &data)?,
        Event::StartNamespace(prefix, uri) => {
            start_namespace(t, this, prefix.as_deref(), uri.as_deref())?;
        }
        Event::EndNamespace(prefix) => end_namespace(t, this, prefix.as_deref())?,
        Event::StartDoctype {
            name,
            system,
            public,
            ..
        } => doctype(t, this, &name, public.as_deref(), system.as_deref())?,
        Event::Encoding(name) => set_encoding(t, &mut s.parser, &name)?,
        Event::Skipped(..) | Event::External { .. } | Event::Default => other(t, this, s)?,
        _ => {}
    }
    Ok(())
}
fn instruction(t: &Thread, this: P, target: &str, data: &str) -> R<()> {
    let args = [string(target), string(data)];
    match plain_target(this) {
        Some(b) if b.on_pi.is_set() || b.insert_pis.get() != 0 => {
            builder::instruction(t, b, args[0], Some(args[1])).map(drop)
        }
        Some(_) => Ok(()),
        None => tell(t, this, Method::Pi, &args),
    }
}

/// Reads what was pushed. After an error nothing more is told of it.
fn run(t: &Thread, this: P, s: &mut Source) -> Result<(), Trouble> {
    s.parser.options = s.options;
    if !s.parser.is_worthwhile() {
        return Ok(());
    }
    while let Some(event) = s.parser.next().map_err(Trouble::Failed)? {
        let done = dispatch(t, this, s, event);
        if let Err(Trouble::Raised(_)) = done {
            while let Ok(Some(_)) = s.parser.next() {}
        }
        done?;
    }
    Ok(())
}
fn feed_source(t: &Thread, this: P, s: &mut Source, bytes: &[u8], last: bool) -> R<()> {
    if let Some(code) = s.failed {
        return Err(fail(t, s, code, None));
    }
    if s.parser.is_done {
        return Err(fail(t, s, Code::Finished, None));
    }
    s.parser.push(bytes, last);
    match run(t, this, s) {
        Ok(()) => flush(t, this, s),
        Err(Trouble::Raised(raised)) => {
            s.text.clear();
            Err(raised)
        }
        Err(Trouble::Failed(Failure { code, at })) => {
            if let Some(at) = at {
                s.parser.moved_to(at);
            }
            s.failed = Some(code);
            flush(t, this, s)?;
            Err(fail(t, s, code, None))
        }
    }
}
/// Does something with the source of an initialised parser.
fn with_source<X>(t: &Thread, this: P, f: impl FnOnce(&mut Source) -> R<X>) -> R<X> {
    let Some(mut s) = SOURCES.take(this.source.get()) else {
        return Err(match this.target.is_set() {
            true => errors::runtime_error(t, "cannot use an XMLParser while it parses"),
            false => errors::value_error(t, "XMLParser.__init__() wasn't called"),
        });
    };
    let x = f(&mut s);
    SOURCES.put_back(this.source.get(), s);
    x
}
fn parse(t: &Thread, this: P, bytes: &[u8], last: bool) -> R<()> {
    with_source(t, this, |s| feed_source(t, this, s, bytes, last))
}
/// Text is read as UTF-8, whatever it says.
fn expect_text(t: &Thread, this: P) -> R<()> {
    with_source(t, this, |s| {
        if !s.parser.started {
            s.parser.set_encoding("utf-8");
        }
        Ok(())
    })
}
fn feed(t: &Thread, this: P, data: Value) -> R<()> {
    let Some(text) = data.cast::<Str>() else {
        with_source(t, this, |_| Ok(()))?;
        let bytes = buffer::bytes(t, data)?;
        return parse(t, this, &bytes, false);
    };
    expect_text(t, this)?;
    match text.to_str() {
        Some(text) => parse(t, this, text.as_bytes(), false),
        None => {
            let encoded = call::call_attr(t, data, "encode", &[intern("utf-8").value()])?;
            parse(t, this, &buffer::bytes(t, encoded)?, false)
        }
    }
}
fn close(t: &Thread, this: P) -> R<Value> {
    parse(t, this, b"", true)?;
    match (plain_target(this), method(this, Method::Close)) {
        (Some(b), _) => Ok(builder::close(t, b)),
        (None, Some(f)) => call::call(t, f, &[]),
        (None, None) => Ok(Value::NONE),
    }
}
/// Reads what it has, instead of waiting for more of it.
fn flush_input(t: &Thread, this: P) -> R<()> {
    with_source(t, this, |s| {
        let before = s.options.defers;
        s.options.defers = false;
        let done = feed_source(t, this, s, b"", false);
        s.options.defers = before;
        done
    })
}
fn parse_whole(t: &Thread, this: P, file: Value) -> R<Value> {
    with_source(t, this, |_| Ok(()))?;
    let read = attr::get(t, file, intern("read"))?;
    loop {
        let piece = call::call(t, read, &[Value::int(64 * 1024)])?;
        if let Some(s) = piece.cast::<Str>() {
            if s.is_empty() {
                break;
            }
            expect_text(t, this)?;
            parse(t, this, s.bytes(), false)?;
        } else {
            match piece.cast::<Bytes>().filter(|b| !b.bytes().is_empty()) {
                Some(b) => parse(t, this, b.bytes(), false)?,
                None => break,
            }
        }
    }
    parse(t, this, b"", true)?;
    Ok(plain_target(this).map_or(Value::NONE, |b| builder::close(t, b)))
}
fn set_events(t: &Thread, this: P, queue: Value, names: Option<Value>) -> R<()> {
    with_source(t, this, |_| Ok(()))?;
    match plain_target(this) {
        Some(b) => events::set(t, b, queue, names.unwrap_or(Value::NONE)),
        None => {
            let m = "event handling only supported for ElementTree.TreeBuilder targets";
            Err(errors::type_error(t, m))
        }
    }
}
fn get_entity(_t: &Thread, this: P) -> Value {
    this.entity.get().opt().unwrap_or(Value::NONE)
}
fn get_target(_t: &Thread, this: P) -> Value {
    this.target.get().opt().unwrap_or(Value::NONE)
}
fn get_version(_t: &Thread, _this: P) -> &'static str {
    "Expat 2.9.0"
}

py_class! {
    pub XML_PARSER: XmlParser = "XMLParser", base kinds::OBJECT, flags flags::BASETYPE, module "xml.etree.ElementTree";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, *, target=None, encoding=None) => init;
        __del__(self, /) => forget;
        feed(self, data, /) => feed;
        flush(self, /) => flush_input;
        close(self, /) => close;
        _parse_whole(self, file, /) => parse_whole;
        _setevents(self, events_queue, events_to_report=None, /) => set_events;
    }
    getset {
        entity => get_entity;
        target => get_target;
        version => get_version;
    }
}
