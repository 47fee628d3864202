//! `_sqlite3`: the SQLite library.
#![allow(unsafe_code)]

mod administration;
mod blob;
mod connection;
mod constants;
mod cursor;
mod errors;
mod functions;
mod row;
mod values;

use std::cell::Cell;
use std::ffi::CStr;

use libsqlite3_sys as ffi;
use pyjit_heap::{Gc, Header, Value, heap_object};
use pyjit_runtime::core::{call, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use crate::native_module;

thread_local! {
    /// The Python thread that is inside the library, for callbacks.
    static INSIDE: Cell<*const Thread> = const { Cell::new(std::ptr::null()) };
}

/// Calls the library, which may call back.
fn entered<X>(t: &Thread, f: impl FnOnce() -> X) -> X {
    let before = INSIDE.replace(t);
    let r = f();
    INSIDE.set(before);
    r
}
/// The thread that is inside the library; callbacks come from nowhere else.
fn inside<'a>() -> Option<&'a Thread> {
    // SAFETY: set by `entered` for as long as the call lasts.
    unsafe { INSIDE.get().as_ref() }
}

/// The protocol that adapters serve: nothing but an identity.
#[repr(C)]
pub struct Protocol {
    header: Header,
    unused: Cell<i64>,
}
heap_object!(Protocol = 446, no refs);

py_class! {
    /// PEP 246 style object adaption protocol type.
    pub PROTOCOL: Protocol = "PrepareProtocol", base kinds::OBJECT, flags flags::BASETYPE, module "sqlite3";
    methods {}
}

fn complete_statement(t: &Thread, statement: Gc<Str>) -> R<bool> {
    let c = crate::modules::posix::execute::c_string(t, statement.value())?;
    // SAFETY: a terminated string.
    Ok(unsafe { ffi::sqlite3_complete(c.as_ptr()) } != 0)
}
fn register_adapter(t: &Thread, class: Value, adapter: Value) -> R<()> {
    let key = Tuple::new(&[class, of_kind(446).value()]);
    values::adapters().set(t, key.value(), adapter)
}
fn register_converter(t: &Thread, name: Gc<Str>, converter: Value) -> R<()> {
    let key = call::call_attr(t, name.value(), "upper", &[])?;
    values::converters().set(t, key, converter)
}
fn adapt(t: &Thread, v: Value, protocol: Option<Value>, other: Option<Value>) -> R<Value> {
    let protocol = protocol.unwrap_or(of_kind(446).value());
    values::adapt(t, v, protocol, other)
}
fn connect(t: &Thread, args: Gc<Tuple>, kw: Option<Value>) -> R<Value> {
    connection::connect(t, args, kw)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    errors::init(t, m, of_kind(442))?;
    pyjit_runtime::core::class::make(t, &connection::STATEMENT);
    for (name, v) in constants::CODES.iter().chain(constants::MORE) {
        m.set(t, name, Value::int(*v))?;
    }
    m.set(t, "PARSE_DECLTYPES", Value::int(1))?;
    m.set(t, "PARSE_COLNAMES", Value::int(2))?;
    m.set(
        t,
        "LEGACY_TRANSACTION_CONTROL",
        Value::int(connection::LEGACY),
    )?;
    m.set(t, "threadsafety", Value::int(3))?;
    // SAFETY: a terminated string of the library.
    let version = unsafe { CStr::from_ptr(ffi::sqlite3_libversion()) };
    m.set(
        t,
        "sqlite_version",
        intern(&version.to_string_lossy()).value(),
    )?;
    let tables: [(&str, Gc<Dict>); 2] = [
        ("adapters", values::adapters()),
        ("converters", values::converters()),
    ];
    for (name, d) in tables {
        m.set(t, name, d.value())?;
    }
    Ok(())
}

native_module! {
    pub MODULE = "_sqlite3", classes [
        connection::CONNECTION, cursor::CURSOR, row::ROW, blob::BLOB, PROTOCOL
    ], init init;
    functions {
        /// Adapt given object to given protocol.
        adapt(obj, proto=None, alt=None, /) => adapt;
        /// Checks if a string contains a complete SQL statement.
        complete_statement(statement) => complete_statement;
        /// Open a connection to the SQLite database file 'database'.
        connect(*args, **kwargs) => connect;
        /// Enable or disable callback functions throwing errors to stderr.
        enable_callback_tracebacks(enable, /) => functions::enable_tracebacks;
        /// Register a function to adapt Python objects to SQLite values.
        register_adapter(type, adapter, /) => register_adapter;
        /// Register a function to convert SQLite values to Python objects.
        register_converter(typename, converter, /) => register_converter;
    }
}
