//! `_elementtree`: elements, the builder of trees and the parser that feeds it.

mod builder;
mod children;
mod copying;
mod element;
mod events;
mod iteration;
mod parser;
mod search;

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{call, errors};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Thread};

use crate::exception::ExceptionClass;
use crate::native_module;
use element::Element;

/// What malformed documents raise.
static PARSE_ERROR: ExceptionClass =
    ExceptionClass::new("xml.etree.ElementTree", "ParseError", Exc::SyntaxError);

/// What makes comments and processing instructions unless a builder is told.
static FACTORIES: GilCell<Option<(Root, Root)>> = GilCell::new(None);

/// The two factories, `None` before they are set.
fn factories() -> (Value, Value) {
    let both = |f: &mut Option<(Root, Root)>| f.as_ref().map(|(c, p)| (c.get(), p.get()));
    FACTORIES
        .with_mut(both)
        .unwrap_or((Value::NONE, Value::NONE))
}
fn set_factories(t: &Thread, comment: Value, pi: Value) -> R<Gc<Tuple>> {
    for (factory, what) in [(comment, "Comment"), (pi, "PI")] {
        if !factory.is_none() && !call::is_callable(factory) {
            let m = format!(
                "{what} factory must be callable, not {}",
                type_name(factory)
            );
            return Err(errors::type_error(t, m));
        }
    }
    let (old_comment, old_pi) = factories();
    FACTORIES.with_mut(|f| *f = Some((Root::new(comment), Root::new(pi))));
    Ok(Tuple::new(&[old_comment, old_pi]))
}

fn sub_element(
    t: &Thread,
    parent: Gc<Element>,
    tag: Value,
    attributes: Option<Gc<Dict>>,
    more: Option<Gc<Dict>>,
) -> R<Gc<Element>> {
    let attributes = element::attributes(t, attributes, more)?;
    let new = element::make(tag, attributes);
    children::push(t, parent, new.value())?;
    Ok(new)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    pyjit_runtime::core::class::make(t, &iteration::ELEMENT_ITERATOR);
    PARSE_ERROR.install(t, m)
}

native_module! {
    pub MODULE = "_elementtree", classes [element::ELEMENT, builder::TREE_BUILDER, parser::XML_PARSER], init init;
    functions {
        SubElement(parent, tag, attrib={}, /, **extra) => sub_element;
        /// Change the factories used to create comments and processing instructions.
        ///
        /// For internal use only.
        _set_factories(comment_factory, pi_factory, /) => set_factories;
    }
}
