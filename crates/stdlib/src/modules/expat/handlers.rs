//! Events become calls of the handlers that are set.

use pyjit_heap::{Gc, RefArray, Value};
use pyjit_runtime::core::{call, errors, ops};
use pyjit_runtime::types::bytes::ByteArray;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::str_codec;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Raised, Thread};

use super::dtd::{Entity, Model};
use super::error::Code;
use super::object::XmlParser;
use super::parser::{Event, Failure, Parser, Text};

type P = Gc<XmlParser>;

macro_rules! handlers {
    ($($name:ident $text:literal;)*) => {
        /// The handlers, in the order of their places.
        #[derive(Clone, Copy, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Handler { $($name),* }
        /// Their attributes.
        pub const NAMES: &[&str] = &[$($text),*];
    };
}
handlers! {
    StartElement "StartElementHandler";
    EndElement "EndElementHandler";
    ProcessingInstruction "ProcessingInstructionHandler";
    CharacterData "CharacterDataHandler";
    UnparsedEntityDecl "UnparsedEntityDeclHandler";
    NotationDecl "NotationDeclHandler";
    StartNamespaceDecl "StartNamespaceDeclHandler";
    EndNamespaceDecl "EndNamespaceDeclHandler";
    Comment "CommentHandler";
    StartCdataSection "StartCdataSectionHandler";
    EndCdataSection "EndCdataSectionHandler";
    Default "DefaultHandler";
    DefaultExpand "DefaultHandlerExpand";
    NotStandalone "NotStandaloneHandler";
    ExternalEntityRef "ExternalEntityRefHandler";
    StartDoctypeDecl "StartDoctypeDeclHandler";
    EndDoctypeDecl "EndDoctypeDeclHandler";
    EntityDecl "EntityDeclHandler";
    XmlDecl "XmlDeclHandler";
    ElementDecl "ElementDeclHandler";
    AttlistDecl "AttlistDeclHandler";
    SkippedEntity "SkippedEntityHandler";
}

/// Why parsing stops.
pub enum Trouble {
    Raised(Raised),
    Failed(Failure),
}
impl From<Raised> for Trouble {
    fn from(r: Raised) -> Self {
        Trouble::Raised(r)
    }
}
type Done = Result<(), Trouble>;

/// The handler at a place, if one is set.
pub fn handler(this: P, h: Handler) -> Option<Value> {
    let all: Gc<RefArray> = Gc::from_value(this.handlers.get());
    all.get(h as usize).opt()
}

/// A string, the same one each time if the parser remembers strings.
fn string(t: &Thread, this: P, s: &str) -> R<Value> {
    let new = Str::new(s).value();
    let Some(d) = this.intern.get().cast::<Dict>() else {
        return Ok(new);
    };
    if let Some(known) = d.get(t, new)? {
        return Ok(known);
    }
    d.set(t, new, new)?;
    Ok(new)
}
fn optional(t: &Thread, this: P, s: Option<&str>) -> R<Value> {
    match s {
        Some(s) => string(t, this, s),
        None => Ok(Value::NONE),
    }
}

/// Gives the text that is held back to its handler.
pub fn flush(t: &Thread, this: P) -> R<()> {
    let Some(held) = this.buffer.get().opt() else {
        return Ok(());
    };
    let held: Gc<ByteArray> = Gc::from_value(held);
    if held.bytes().is_empty() {
        return Ok(());
    }
    let text = Str::from_wtf8(held.bytes()).value();
    held.splice(t, 0, held.bytes().len(), b"")?;
    match handler(this, Handler::CharacterData) {
        Some(h) => call::call(t, h, &[text]).map(|_| ()),
        None => Ok(()),
    }
}
fn text(t: &Thread, this: P, s: &str) -> R<()> {
    let (Some(held), Some(h)) = (
        this.buffer.get().opt(),
        handler(this, Handler::CharacterData),
    ) else {
        return match handler(this, Handler::CharacterData) {
            Some(h) => call::call(t, h, &[Str::new(s).value()]).map(|_| ()),
            None => Ok(()),
        };
    };
    let (held, most) = (
        Gc::<ByteArray>::from_value(held),
        this.buffer_size.get() as usize,
    );
    if held.bytes().len() + s.len() > most {
        flush(t, this)?;
        // The handler may have changed things.
        if s.len() > most || this.buffer.get().is_null() {
            return call::call(t, h, &[Str::new(s).value()]).map(|_| ());
        }
    }
    let end = held.bytes().len();
    held.splice(t, end, end, s.as_bytes())
}

/// Calls handler `h` if it is set, otherwise the default one with the markup.
fn tell(t: &Thread, this: P, p: &Parser, h: Handler, args: impl FnOnce() -> R<Gc<Tuple>>) -> Done {
    if handler(this, h).is_none() {
        return default(t, this, p);
    }
    tell_only(t, this, h, args)
}
/// Calls handler `h` if it is set.
fn tell_only(t: &Thread, this: P, h: Handler, args: impl FnOnce() -> R<Gc<Tuple>>) -> Done {
    if handler(this, h).is_none() {
        return Ok(());
    }
    flush(t, this)?;
    let Some(f) = handler(this, h) else {
        return Ok(());
    };
    let args = args()?;
    call::call(t, f, args.items())?;
    Ok(())
}
fn default(t: &Thread, this: P, p: &Parser) -> Done {
    let h = match this.default_mode.get() {
        1 => Handler::Default,
        2 => Handler::DefaultExpand,
        _ => return Ok(()),
    };
    if handler(this, h).is_some() {
        flush(t, this)?;
        if let Some(f) = handler(this, h) {
            call::call(t, f, &[Str::new(p.raw()).value()])?;
        }
    }
    Ok(())
}
/// Calls a handler whose result says whether to go on.
fn ask(t: &Thread, this: P, h: Handler, args: &[Value], code: Code) -> Done {
    flush(t, this)?;
    let Some(f) = handler(this, h) else {
        return Ok(());
    };
    let r = call::call(t, f, args)?;
    if !int::is_int(r) {
        let name = pyjit_runtime::types::type_::type_name(r);
        let m = format!("'{name}' object cannot be interpreted as an integer");
        return Err(errors::type_error(t, m).into());
    }
    match ops::index_i64(t, r)? {
        0 => Err(Trouble::Failed(Failure { code, at: None })),
        _ => Ok(()),
    }
}

/// Gives an event to its handler.
pub fn dispatch(t: &Thread, this: P, p: &mut Parser, event: Event) -> Done {
    use Handler as H;
    let s = |x: &str| string(t, this, x);
    let o = |x: &Option<String>| optional(t, this, x.as_deref());
    match event {
        Event::Text(x) => return text_event(t, this, p, x),
        Event::Start {
            name,
            attributes,
            specified,
            empty,
        } => {
            if handler(this, H::StartElement).is_some() {
                return tell_only(t, this, H::StartElement, || {
                    let found = attribute_object(t, this, &attributes, specified)?;
                    Ok(Tuple::new(&[s(&name)?, found]))
                });
            }
            if !empty || handler(this, H::EndElement).is_none() {
                default(t, this, p)?;
            }
        }
        Event::End { name, empty } => {
            if handler(this, H::EndElement).is_some() {
                return tell_only(t, this, H::EndElement, || Ok(Tuple::new(&[s(&name)?])));
            }
            if !empty {
                default(t, this, p)?;
            }
        }
        Event::Instruction { target, data } => {
            tell(t, this, p, H::ProcessingInstruction, || {
                Ok(Tuple::new(&[s(&target)?, Str::new(&data).value()]))
            })?;
        }
        Event::Comment(x) => tell(t, this, p, H::Comment, || {
            Ok(Tuple::new(&[Str::new(&x).value()]))
        })?,
        Event::StartCdata => tell(t, this, p, H::StartCdataSection, || Ok(Tuple::new(&[])))?,
        Event::EndCdata => tell(t, this, p, H::EndCdataSection, || Ok(Tuple::new(&[])))?,
        Event::StartNamespace(prefix, uri) => {
            tell_only(t, this, H::StartNamespaceDecl, || {
                Ok(Tuple::new(&[o(&prefix)?, o(&uri)?]))
            })?;
        }
        Event::EndNamespace(prefix) => {
            tell_only(t, this, H::EndNamespaceDecl, || {
                Ok(Tuple::new(&[o(&prefix)?]))
            })?;
        }
        Event::Encoding(name) => encoding(t, p, &name)?,
        Event::External {
            context,
            system,
            public,
        } => {
            if handler(this, H::ExternalEntityRef).is_none() {
                return default(t, this, p);
            }
            let args = [o(&context)?, this.base.get(), o(&system)?, o(&public)?];
            ask(
                t,
                this,
                H::ExternalEntityRef,
                &args,
                Code::ExternalEntityHandling,
            )?;
        }
        Event::NotStandalone => ask(t, this, H::NotStandalone, &[], Code::NotStandalone)?,
        Event::Skipped(name, parameter) => tell(t, this, p, H::SkippedEntity, || {
            Ok(Tuple::new(&[s(&name)?, Value::int(parameter as i64)]))
        })?,
        Event::Default => default(t, this, p)?,
        other => declaration(t, this, p, other)?,
    }
    Ok(())
}
fn text_event(t: &Thread, this: P, p: &Parser, x: Text) -> Done {
    if handler(this, Handler::CharacterData).is_none() {
        return default(t, this, p);
    }
    match x {
        Text::Slice(from, to) => text(t, this, p.slice(from, to))?,
        Text::Owned(s) => text(t, this, &s)?,
    }
    Ok(())
}
/// Events of the document type.
fn declaration(t: &Thread, this: P, p: &Parser, event: Event) -> Done {
    use Handler as H;
    let s = |x: &str| string(t, this, x);
    let o = |x: &Option<String>| optional(t, this, x.as_deref());
    match event {
        Event::XmlDecl {
            version,
            encoding,
            standalone,
        } => tell(t, this, p, H::XmlDecl, || {
            Ok(Tuple::new(&[
                o(&version)?,
                o(&encoding)?,
                Value::int(standalone),
            ]))
        }),
        Event::StartDoctype {
            name,
            system,
            public,
            internal,
        } => tell(t, this, p, H::StartDoctypeDecl, || {
            let internal = Value::int(internal as i64);
            Ok(Tuple::new(&[s(&name)?, o(&system)?, o(&public)?, internal]))
        }),
        Event::EndDoctype => tell(t, this, p, H::EndDoctypeDecl, || Ok(Tuple::new(&[]))),
        Event::ElementDecl { name, model } => tell(t, this, p, H::ElementDecl, || {
            Ok(Tuple::new(&[
                s(&name)?,
                model_object(t, this, &model, 0, 0)?,
            ]))
        }),
        Event::AttlistDecl(a, default) => tell(t, this, p, H::AttlistDecl, || {
            Ok(Tuple::new(&[
                s(&a.element)?,
                s(&a.name)?,
                Str::new(&a.kind).value(),
                o(&default)?,
                Value::int(a.required as i64),
            ]))
        }),
        Event::Notation {
            name,
            system,
            public,
        } => tell(t, this, p, H::NotationDecl, || {
            Ok(Tuple::new(&[
                s(&name)?,
                this.base.get(),
                o(&system)?,
                o(&public)?,
            ]))
        }),
        Event::EntityDecl {
            name,
            parameter,
            entity,
        } => entity_event(t, this, p, &name, parameter, &entity),
        _ => Ok(()),
    }
}
fn entity_event(t: &Thread, this: P, p: &Parser, name: &str, parameter: bool, e: &Entity) -> Done {
    let s = |x: &str| string(t, this, x);
    let o = |x: &Option<String>| optional(t, this, x.as_deref());
    let unparsed = Handler::UnparsedEntityDecl;
    if e.notation.is_some() && handler(this, unparsed).is_some() {
        return tell_only(t, this, unparsed, || {
            let (system, public) = (o(&e.system)?, o(&e.public)?);
            let base = this.base.get();
            Ok(Tuple::new(&[
                s(name)?,
                base,
                system,
                public,
                o(&e.notation)?,
            ]))
        });
    }
    tell(t, this, p, Handler::EntityDecl, || {
        let value = match &e.text {
            Some(text) => Str::new(text).value(),
            None => Value::NONE,
        };
        Ok(Tuple::new(&[
            s(name)?,
            Value::int(parameter as i64),
            value,
            this.base.get(),
            o(&e.system)?,
            o(&e.public)?,
            o(&e.notation)?,
        ]))
    })
}

fn attribute_object(t: &Thread, this: P, all: &[(String, String)], specified: usize) -> R<Value> {
    let shown = match this.specified.get() != 0 {
        true => &all[..specified],
        false => all,
    };
    if this.ordered.get() != 0 {
        let l = List::new();
        for (name, value) in shown {
            l.push(t, string(t, this, name)?)?;
            l.push(t, Str::new(value).value())?;
        }
        return Ok(l.value());
    }
    let d = Dict::new();
    for (name, value) in shown {
        d.set(t, string(t, this, name)?, Str::new(value).value())?;
    }
    Ok(d.value())
}
/// A content model as nested tuples.
fn model_object(t: &Thread, this: P, m: &Model, node: usize, depth: usize) -> R<Value> {
    call::enter_native(t, " while converting a content model")?;
    if depth > 1000 {
        let m = "maximum recursion depth exceeded in a content model";
        let class = pyjit_runtime::types::exceptions::Exc::RecursionError;
        return Err(errors::raise(t, class, m));
    }
    let n = &m.0[node];
    let children = List::new();
    for c in &n.children {
        children.push(t, model_object(t, this, m, *c, depth + 1)?)?;
    }
    let name = optional(t, this, n.name.as_deref())?;
    Ok(Tuple::new(&[
        Value::int(n.kind),
        Value::int(n.quantifier),
        name,
        Tuple::new(children.items()).value(),
    ])
    .value())
}

/// Characters of ASCII that XML gives a meaning: an encoding must have them.
fn must_be_ascii(b: u8) -> bool {
    matches!(b, 9 | 10 | 13 | 32..=126) && !b"$@\\^`{}~".contains(&b)
}
/// Reads the table of an encoding off its codec.
pub fn encoding(t: &Thread, p: &mut Parser, name: &str) -> Done {
    let all: [u8; 256] = std::array::from_fn(|i| i as u8);
    let bytes = pyjit_runtime::types::bytes::Bytes::new(&all);
    let s = str_codec::decode_named(t, bytes.value(), name, "replace")?;
    if s.len() != 256 {
        let m = "multi-byte encodings are not supported";
        return Err(errors::value_error(t, m).into());
    }
    let mut table = [None; 256];
    for (slot, c) in table.iter_mut().zip(wtf8::code_points(s.bytes())) {
        *slot = char::from_u32(c).filter(|c| *c != char::REPLACEMENT_CHARACTER);
    }
    let fits = |b: u8| !must_be_ascii(b) || table[b as usize] == Some(b as char);
    // Nor may other bytes mean the same.
    let again = |b: usize| table[b].is_some_and(|c| c.is_ascii() && must_be_ascii(c as u8));
    if !(0..128).all(fits) || (128..256).any(again) {
        let code = Code::UnknownEncoding;
        return Err(Trouble::Failed(Failure { code, at: None }));
    }
    p.set_table(table);
    Ok(())
}
