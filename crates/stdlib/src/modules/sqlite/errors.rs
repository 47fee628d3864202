//! Exceptions of `sqlite3`, and how errors of the library become them.

use std::ffi::CStr;

use libsqlite3_sys as ffi;
use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{attr, call, errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, of_kind};
use pyjit_runtime::{R, Raised, Thread};

use super::constants;

/// The classes of DB-API.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Error = 1,
    Interface,
    Database,
    Data,
    Integrity,
    Internal,
    /// Its class is there, for programs that catch it.
    #[allow(dead_code)]
    NotSupported,
    Operational,
    Programming,
}

/// Their names, in order (the first is nowhere raised), and the class they derive from.
pub const CLASSES: &[(&str, Option<Kind>)] = &[
    ("Warning", None),
    ("Error", None),
    ("InterfaceError", Some(Kind::Error)),
    ("DatabaseError", Some(Kind::Error)),
    ("DataError", Some(Kind::Database)),
    ("IntegrityError", Some(Kind::Database)),
    ("InternalError", Some(Kind::Database)),
    ("NotSupportedError", Some(Kind::Database)),
    ("OperationalError", Some(Kind::Database)),
    ("ProgrammingError", Some(Kind::Database)),
];
static MADE: GilCell<Vec<Root>> = GilCell::new(Vec::new());

/// The class object.
pub fn class(kind: Kind) -> Gc<Type> {
    let v = MADE.get().get(kind as usize).map(Root::get);
    v.map_or(Exc::Exception.class(), Gc::from_value)
}
/// Makes the classes: attributes of the module and of `Connection`.
pub fn init(t: &Thread, m: Gc<Module>, connection: Gc<Type>) -> R<()> {
    for (name, base) in CLASSES {
        let base = base.map_or(Exc::Exception.class(), class);
        let ns = Dict::new();
        ns.set_str(t, intern("__module__"), intern("sqlite3").value())?;
        let bases = Tuple::new(&[base.value()]);
        let args = [intern(name).value(), bases.value(), ns.value()];
        let c = call::call(t, of_kind(kinds::TYPE).value(), &args)?;
        MADE.with_mut(|all| all.push(Root::new(c)));
        m.set(t, name, c)?;
        connection.dict.gc().set_str(t, intern(name), c)?;
    }
    connection.modified(t);
    Ok(())
}
/// Raises one of them.
#[cold]
pub fn raise(t: &Thread, kind: Kind, message: impl AsRef<str>) -> Raised {
    errors::raise_args(t, class(kind), &[Str::new(message.as_ref()).value()])
}
/// Raises what the library says about the connection's last operation.
#[cold]
pub fn of_db(t: &Thread, db: *mut ffi::sqlite3) -> Raised {
    // SAFETY: an open connection; its message is a terminated string.
    let (code, text) = unsafe {
        let text = CStr::from_ptr(ffi::sqlite3_errmsg(db));
        (
            ffi::sqlite3_extended_errcode(db),
            text.to_string_lossy().into_owned(),
        )
    };
    of_code(t, code, &text)
}
/// Raises the exception for a result code.
#[cold]
pub fn of_code(t: &Thread, code: i32, text: &str) -> Raised {
    let kind = match code & 0xff {
        ffi::SQLITE_NOMEM => return errors::memory_error(t),
        ffi::SQLITE_INTERNAL | ffi::SQLITE_NOTFOUND => Kind::Internal,
        ffi::SQLITE_ERROR
        | ffi::SQLITE_PERM
        | ffi::SQLITE_ABORT
        | ffi::SQLITE_BUSY
        | ffi::SQLITE_LOCKED
        | ffi::SQLITE_READONLY
        | ffi::SQLITE_INTERRUPT
        | ffi::SQLITE_IOERR
        | ffi::SQLITE_FULL
        | ffi::SQLITE_CANTOPEN
        | ffi::SQLITE_PROTOCOL
        | ffi::SQLITE_EMPTY
        | ffi::SQLITE_SCHEMA => Kind::Operational,
        ffi::SQLITE_TOOBIG => Kind::Data,
        ffi::SQLITE_CONSTRAINT | ffi::SQLITE_MISMATCH => Kind::Integrity,
        ffi::SQLITE_MISUSE | ffi::SQLITE_RANGE => Kind::Interface,
        _ => Kind::Database,
    };
    let raised = raise(t, kind, text);
    let e = t.exc.get();
    let name = constants::CODES.iter().find(|(_, c)| *c == i64::from(code));
    let name = name.map_or("unknown", |(n, _)| n);
    t.exc.set(Value::NULL);
    let set = |n: &str, v: Value| attr::set(t, e, intern(n), Some(v));
    let r = set("sqlite_errorcode", Value::int(i64::from(code)))
        .and_then(|()| set("sqlite_errorname", Str::new(name).value()));
    match r {
        Ok(()) => errors::set(t, e),
        Err(_) => raised,
    }
}
