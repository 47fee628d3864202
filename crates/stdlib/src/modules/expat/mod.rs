//! `pyexpat`: an XML parser with the interface of expat.

mod content;
mod cursor;
mod dtd;
mod error;
mod handlers;
mod input;
mod names;
mod object;
mod parser;
mod subset;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, class, errors, modules};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Raised, Thread};

use crate::exception::ExceptionClass;
use crate::native_module;

// What `_elementtree` builds upon.
pub(super) use dtd::Dtd;
pub(super) use error::{Code, message};
pub(super) use handlers::{Trouble, encoding as set_encoding};
pub(super) use parser::{Event, Failure, Options, Parser, Text};

static ERROR: ExceptionClass =
    ExceptionClass::new("xml.parsers.expat", "ExpatError", Exc::Exception);

/// Raises `ExpatError` with its attributes.
#[cold]
fn raise(t: &Thread, message: &str, code: i64, line: i64, column: i64) -> Raised {
    let make = || -> R<Value> {
        let class = ERROR.class(t)?.value();
        let e = call::call(t, class, &[Str::new(message).value()])?;
        for (name, v) in [("code", code), ("offset", column), ("lineno", line)] {
            attr::set(t, e, intern(name), Some(Value::int(v)))?;
        }
        Ok(e)
    };
    match make() {
        Ok(e) => errors::set(t, e),
        Err(e) => e,
    }
}

fn error_string(_t: &Thread, code: i64) -> Option<&'static str> {
    error::message(code)
}

/// A module within the module.
fn submodule(t: &Thread, m: Gc<Module>, name: &str, doc: &str) -> R<Gc<Module>> {
    let full = intern(&format!("pyexpat.{name}"));
    let s = Module::new(t, full.value(), Str::new(doc).value())?;
    modules::modules().set_str(t, full, s.value())?;
    m.set(t, name, s.value())?;
    Ok(s)
}
/// The numbers in content models.
const MODEL: &[(&str, i64)] = &[
    ("XML_CTYPE_EMPTY", dtd::EMPTY),
    ("XML_CTYPE_ANY", dtd::ANY),
    ("XML_CTYPE_MIXED", dtd::MIXED),
    ("XML_CTYPE_NAME", dtd::NAME),
    ("XML_CTYPE_CHOICE", dtd::CHOICE),
    ("XML_CTYPE_SEQ", dtd::SEQUENCE),
    ("XML_CQUANT_NONE", 0),
    ("XML_CQUANT_OPT", 1),
    ("XML_CQUANT_REP", 2),
    ("XML_CQUANT_PLUS", 3),
];

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let e = ERROR.class(t)?.value();
    m.set(t, "ExpatError", e)?;
    m.set(t, "error", e)?;
    m.set(
        t,
        "XMLParserType",
        class::make(t, &object::XML_PARSER).value(),
    )?;
    m.set(t, "EXPAT_VERSION", Str::new("expat_2.9.0").value())?;
    let version = [2, 9, 0].map(Value::int);
    m.set(t, "version_info", Tuple::new(&version).value())?;
    m.set(t, "native_encoding", Str::new("UTF-8").value())?;
    m.set(t, "features", List::new().value())?;
    for (i, name) in ["NEVER", "UNLESS_STANDALONE", "ALWAYS"].iter().enumerate() {
        let name = format!("XML_PARAM_ENTITY_PARSING_{name}");
        m.set(t, &name, Value::int(i as i64))?;
    }
    let doc = "Constants used to describe error conditions.";
    let errors = submodule(t, m, "errors", doc)?;
    let (codes, messages) = (Dict::new(), Dict::new());
    for (code, name, text) in error::ALL {
        let (code, text) = (Value::int(*code), Str::new(text).value());
        errors.set(t, name, text)?;
        codes.set(t, text, code)?;
        messages.set(t, code, text)?;
    }
    errors.set(t, "codes", codes.value())?;
    errors.set(t, "messages", messages.value())?;
    let doc = "Constants used to interpret content model information.";
    let model = submodule(t, m, "model", doc)?;
    for (name, n) in MODEL {
        model.set(t, name, Value::int(*n))?;
    }
    Ok(())
}

native_module! {
    /// Python wrapper for Expat parser.
    pub MODULE = "pyexpat", init init;
    functions {
        /// Returns string error for given number.
        ErrorString(code, /) => error_string;
        /// Return a new XML parser object.
        ParserCreate(encoding=None, namespace_separator=None, intern=None) => object::create;
    }
}
