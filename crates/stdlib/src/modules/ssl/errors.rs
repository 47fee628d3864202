//! Exceptions of `ssl`.

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{attr, call, errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::{R, Raised, Thread};

/// The classes, and the number that their instances have.
/// (The library never gives two of them, but programs name them.)
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(dead_code)]
pub enum Kind {
    Error,
    Verification,
    ZeroReturn,
    WantWrite,
    WantRead,
    Syscall,
    Eof,
}
const CLASSES: &[(&str, i64)] = &[
    ("SSLError", 1),
    ("SSLCertVerificationError", 1),
    ("SSLZeroReturnError", 6),
    ("SSLWantWriteError", 3),
    ("SSLWantReadError", 2),
    ("SSLSyscallError", 5),
    ("SSLEOFError", 8),
];
static MADE: GilCell<Vec<Root>> = GilCell::new(Vec::new());

/// Makes the classes.
pub fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    for (i, (name, _)) in CLASSES.iter().enumerate() {
        let base = match i {
            0 => Exc::OSError.class().value(),
            _ => MADE.get()[0].get(),
        };
        let bases = match i {
            1 => Tuple::new(&[base, Exc::ValueError.class().value()]),
            _ => Tuple::new(&[base]),
        };
        let ns = Dict::new();
        ns.set_str(t, intern("__module__"), intern("ssl").value())?;
        ns.set_str(t, intern("library"), Value::NONE)?;
        ns.set_str(t, intern("reason"), Value::NONE)?;
        let args = [intern(name).value(), bases.value(), ns.value()];
        let class = call::call(t, of_kind(kinds::TYPE).value(), &args)?;
        MADE.with_mut(|all| all.push(Root::new(class)));
        m.set(t, name, class)?;
    }
    Ok(())
}
/// Raises one of them. The message may begin with a reason: `REASON: text`.
#[cold]
pub fn raise(t: &Thread, kind: Kind, text: &str) -> Raised {
    let (_, number) = CLASSES[kind as usize];
    let Some(class) = MADE.get().get(kind as usize).map(Root::get) else {
        return errors::raise(t, Exc::OSError, text);
    };
    let args = [Value::int(number), Str::new(text).value()];
    let made = call::call(t, class, &args).and_then(|e| {
        // `[LIBRARY: REASON] text`
        let head = text.strip_prefix('[').and_then(|x| x.split_once(']'));
        let (library, reason) = match head.map(|(h, _)| h.split_once(": ").unwrap_or((h, ""))) {
            Some((l, r)) => (intern(l).value(), Some(r)),
            None => (Value::NONE, None),
        };
        attr::set(t, e, intern("library"), Some(library))?;
        if let Some(r) = reason.filter(|r| !r.is_empty()) {
            attr::set(t, e, intern("reason"), Some(intern(r).value()))?;
        }
        Ok(e)
    });
    match made {
        Ok(e) => errors::set(t, e),
        Err(r) => r,
    }
}
/// Raises what the TLS library says.
#[cold]
pub fn of_tls(t: &Thread, e: &rustls::Error) -> Raised {
    use rustls::{CertificateError as C, Error as E};
    let (code, reason) = match e {
        E::InvalidCertificate(C::UnknownIssuer) => {
            (20, "unable to get local issuer certificate".to_string())
        }
        E::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => {
            (10, "certificate has expired".to_string())
        }
        E::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => (
            62,
            "Hostname mismatch, certificate is not valid for this name".to_string(),
        ),
        E::InvalidCertificate(other) => (1, format!("{other:?}")),
        other => {
            return raise(t, Kind::Error, &format!("[SSL] {other}"));
        }
    };
    let text = format!("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {reason}");
    let raised = raise(t, Kind::Verification, &text);
    let e = t.exc.replace(Value::NULL);
    let set = |n: &str, v: Value| attr::set(t, e, intern(n), Some(v));
    let r = set("verify_code", Value::int(code))
        .and_then(|()| set("verify_message", Str::new(&reason).value()));
    match r {
        Ok(()) => errors::set(t, e),
        Err(_) => raised,
    }
}
