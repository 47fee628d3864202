//! `_ssl`: TLS by `rustls`. Contexts ([`context`]), connections
//! ([`connection`]), queues of bytes ([`bio`]), what is trusted ([`verify`]).
#![allow(unsafe_code)]

mod bio;
mod certificate;
mod connection;
mod constants;
mod context;
mod der;
mod errors;
mod verify;

use std::cell::Cell;

use pyjit_heap::{Gc, Header, Value, heap_object};
use pyjit_runtime::core::{errors as raising, kinds};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread, py_class};

use crate::native_module;

/// Sessions cannot be taken out of a connection; the class is there to be named.
#[repr(C)]
pub struct Session {
    header: Header,
    unused: Cell<i64>,
}
heap_object!(Session = 603, no refs);

py_class! {
    pub SESSION: Session = "SSLSession", base kinds::OBJECT, flags 0, module "_ssl";
    methods {}
}

fn rand_bytes(t: &Thread, n: i64) -> R<Gc<Bytes>> {
    let Ok(n) = usize::try_from(n) else {
        return Err(raising::value_error(t, "num must be positive"));
    };
    let mut data = vec![0u8; n];
    for part in data.chunks_mut(256) {
        // SAFETY: a buffer of that length.
        unsafe { libc::getrandom(part.as_mut_ptr().cast(), part.len(), 0) };
    }
    Ok(Bytes::new(&data))
}
fn rand_status(_t: &Thread) -> bool {
    true
}
/// The system's source of random bytes needs no help.
fn rand_add(_t: &Thread, _s: Value, _entropy: f64) {}

fn default_verify_paths(_t: &Thread) -> Gc<Tuple> {
    let file = context::BUNDLES
        .iter()
        .find(|f| std::path::Path::new(f).exists());
    let s = |x: &str| Str::new(x).value();
    let file = s(file.unwrap_or(&context::BUNDLES[0]));
    Tuple::new(&[
        s("SSL_CERT_FILE"),
        file,
        s("SSL_CERT_DIR"),
        s("/etc/ssl/certs"),
    ])
}

/// Objects of X.509 that `ssl` speaks of: number, short and long name, OID.
const OBJECTS: &[(i64, &str, &str, &str)] = &[
    (
        129,
        "serverAuth",
        "TLS Web Server Authentication",
        "1.3.6.1.5.5.7.3.1",
    ),
    (
        130,
        "clientAuth",
        "TLS Web Client Authentication",
        "1.3.6.1.5.5.7.3.2",
    ),
    (13, "CN", "commonName", "2.5.4.3"),
    (14, "C", "countryName", "2.5.4.6"),
    (17, "O", "organizationName", "2.5.4.10"),
];
fn object(t: &Thread, found: Option<&(i64, &str, &str, &str)>, what: &str) -> R<Gc<Tuple>> {
    let Some((nid, short, long, oid)) = found else {
        return Err(raising::raise(t, Exc::ValueError, what));
    };
    let s = |x: &str| Str::new(x).value();
    Ok(Tuple::new(&[Value::int(*nid), s(short), s(long), s(oid)]))
}
fn txt2obj(t: &Thread, text: Gc<Str>, name: Option<bool>) -> R<Gc<Tuple>> {
    let (x, by_name) = (text.lossy(), name.unwrap_or(false));
    let same = |o: &&(i64, &str, &str, &str)| o.3 == x || (by_name && (o.1 == x || o.2 == x));
    let m = format!(
        "unknown object '{}'",
        x.chars().take(100).collect::<String>()
    );
    object(t, OBJECTS.iter().find(same), &m)
}
fn nid2obj(t: &Thread, nid: i64) -> R<Gc<Tuple>> {
    let found = OBJECTS.iter().find(|o| o.0 == nid);
    object(t, found, &format!("unknown NID {nid}"))
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    errors::init(t, m)?;
    for (name, v) in constants::ALL {
        m.set(t, name, int::from_i64(t, *v))?;
    }
    for (name, have) in [
        ("HAS_SNI", true),
        ("HAS_TLS_UNIQUE", false),
        ("HAS_ECDH", true),
        ("HAS_NPN", false),
        ("HAS_ALPN", true),
        ("HAS_SSLv2", false),
        ("HAS_SSLv3", false),
        ("HAS_TLSv1", false),
        ("HAS_TLSv1_1", false),
        ("HAS_TLSv1_2", true),
        ("HAS_TLSv1_3", true),
        ("HAS_PSK", false),
        ("HAS_PHA", false),
    ] {
        m.set(t, name, Value::bool(have))?;
    }
    let n = |v: &[i64]| Tuple::from_fn(v.len(), |i| Value::int(v[i]));
    // Programs compare this with the oldest OpenSSL they support.
    m.set(t, "OPENSSL_VERSION_NUMBER", Value::int(0x3000_0000))?;
    m.set(t, "OPENSSL_VERSION_INFO", n(&[3, 0, 0, 0, 0]).value())?;
    m.set(t, "_OPENSSL_API_VERSION", n(&[3, 0, 0, 0, 0]).value())?;
    m.set(
        t,
        "OPENSSL_VERSION",
        intern("OpenSSL 3.0.0 (rustls)").value(),
    )?;
    m.set(t, "_DEFAULT_CIPHERS", intern("DEFAULT").value())
}

native_module! {
    /// Implementation module for SSL socket operations.
    pub MODULE = "_ssl", classes [
        context::CONTEXT, connection::SOCKET, bio::BIO, certificate::CERTIFICATE, SESSION
    ], init init;
    functions {
        RAND_bytes(n, /) => rand_bytes;
        RAND_status() => rand_status;
        RAND_add(string, entropy, /) => rand_add;
        get_default_verify_paths() => default_verify_paths;
        txt2obj(txt, name=False) => txt2obj;
        nid2obj(nid, /) => nid2obj;
    }
}
