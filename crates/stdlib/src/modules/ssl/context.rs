//! The class `_SSLContext`: what connections have in common.

use std::cell::Cell;
use std::sync::Arc;

use pyjit_heap::{Gc, Header, Value, finalize, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{call, errors as raising, kinds, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::{self, Bytes};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, Connection, RootCertStore, ServerConfig, SupportedProtocolVersion};

use super::connection::{self, SslSocket};
use super::errors::{Kind, of_tls, raise};
use super::verify::Verifier;
use crate::modules::posix;
use crate::owned::Owned;

/// Certificates, keys, protocols.
#[derive(Default)]
pub struct State {
    trusted: Vec<CertificateDer<'static>>,
    chain: Vec<CertificateDer<'static>>,
    key: Option<PrivateKeyDer<'static>>,
    alpn: Vec<Vec<u8>>,
}
static STATES: Owned<State> = Owned::new();

/// A context: its numbers, and its state's number.
#[repr(C)]
pub struct Context {
    header: Header,
    state: Cell<i64>,
    protocol: Cell<i64>,
    verify_mode: Cell<i64>,
    check_hostname: Cell<i64>,
    options: Cell<i64>,
    verify_flags: Cell<i64>,
    minimum: Cell<i64>,
    maximum: Cell<i64>,
    host_flags: Cell<i64>,
    tickets: Cell<i64>,
    post_handshake: Cell<i64>,
}
heap_object!(Context = 600, no refs);

type X = Gc<Context>;

const CLIENT: i64 = 16;
const SERVER: i64 = 17;
const MINIMUM: i64 = -2;
const MAXIMUM: i64 = -1;

fn new(t: &Thread, class: Gc<Type>, protocol: i64) -> R<X> {
    if ![2, 3, 4, 5, CLIENT, SERVER].contains(&protocol) {
        return Err(raising::value_error(
            t,
            "invalid or unsupported protocol version",
        ));
    }
    let client = i64::from(protocol == CLIENT);
    let c = Context {
        header: Header::NEW,
        state: Cell::new(STATES.put(State::default())),
        protocol: Cell::new(protocol),
        verify_mode: Cell::new(client * 2),
        check_hostname: Cell::new(client),
        options: Cell::new(0x8252_0050),
        verify_flags: Cell::new(0x8000),
        minimum: Cell::new(771),
        maximum: Cell::new(MAXIMUM),
        host_flags: Cell::new(4),
        tickets: Cell::new(2),
        post_handshake: Cell::new(0),
    };
    let extra = class.extra_bytes(words::<Context>());
    let c = Gc::with_shape(class.root_shape.get(), c, extra);
    finalize::register(c.value());
    Ok(c)
}
fn finalize(_t: &Thread, this: X) {
    STATES.remove(this.state.replace(-1));
}
/// Works with the state, which nobody else has meanwhile.
fn with<T>(this: X, f: impl FnOnce(&mut State) -> T) -> Option<T> {
    let mut s = STATES.take(this.state.get())?;
    let r = f(&mut s);
    STATES.put_back(this.state.get(), s);
    Some(r)
}

// ---- certificates ----------------------------------------------------------

fn pem(t: &Thread, data: &[u8]) -> R<Vec<CertificateDer<'static>>> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(data).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(all),
        _ => {
            let m = "[X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found";
            Err(raise(t, Kind::Error, m))
        }
    }
}
fn file(t: &Thread, path: Value) -> R<Vec<u8>> {
    let p = posix::path(t, path)?;
    posix::check_plain(t, std::fs::read(&p.path))
}
fn load_verify_locations(
    t: &Thread,
    this: X,
    cafile: Option<Value>,
    capath: Option<Value>,
    cadata: Option<Value>,
) -> R<()> {
    let given = |v: Option<Value>| v.filter(|v| !v.is_none());
    let mut all = Vec::new();
    if let Some(f) = given(cafile) {
        all.extend(pem(t, &file(t, f)?)?);
    }
    if let Some(d) = given(capath) {
        let p = posix::path(t, d)?;
        all.extend(folder(&p.path));
    }
    if let Some(d) = given(cadata) {
        match d.cast::<Str>() {
            Some(s) => all.extend(pem(t, s.bytes())?),
            None => all.push(CertificateDer::from(buffer::bytes(t, d)?.to_vec())),
        }
    }
    if given(cafile).is_none() && given(capath).is_none() && given(cadata).is_none() {
        let m = "cafile, capath and cadata cannot be all omitted";
        return Err(raising::type_error(t, m));
    }
    with(this, |s| s.trusted.extend(all));
    Ok(())
}
fn folder(path: &std::path::Path) -> Vec<CertificateDer<'static>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
        if let Ok(data) = std::fs::read(entry.path()) {
            all.extend(CertificateDer::pem_slice_iter(&data).flatten());
        }
    }
    all
}
/// Where systems keep the certificates they trust.
pub const BUNDLES: [&str; 3] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];
fn set_default_verify_paths(_t: &Thread, this: X) {
    let mut all = Vec::new();
    let file = std::env::var("SSL_CERT_FILE").ok();
    let candidates = file.iter().map(String::as_str).chain(BUNDLES);
    for f in candidates {
        if let Ok(data) = std::fs::read(f) {
            all.extend(CertificateDer::pem_slice_iter(&data).flatten());
            break;
        }
    }
    if let Ok(d) = std::env::var("SSL_CERT_DIR") {
        all.extend(folder(std::path::Path::new(&d)));
    }
    with(this, |s| s.trusted.extend(all));
}
fn load_cert_chain(
    t: &Thread,
    this: X,
    certfile: Value,
    keyfile: Option<Value>,
    _password: Option<Value>,
) -> R<()> {
    let certificates = file(t, certfile)?;
    let chain = pem(t, &certificates)?;
    let keys = match keyfile.filter(|k| !k.is_none()) {
        Some(k) => file(t, k)?,
        None => certificates,
    };
    let Ok(key) = PrivateKeyDer::from_pem_slice(&keys) else {
        return Err(raise(t, Kind::Error, "[SSL] PEM lib"));
    };
    with(this, |s| {
        s.chain = chain;
        s.key = Some(key);
    });
    Ok(())
}
fn get_ca_certs(t: &Thread, this: X, binary: Option<bool>) -> R<Gc<List>> {
    let l = List::new();
    let all = with(this, |s| s.trusted.clone()).unwrap_or_default();
    for c in all {
        let v = match binary.unwrap_or(false) {
            true => Bytes::new(&c).value(),
            false => super::certificate::info(t, &c)?.value(),
        };
        l.push(t, v)?;
    }
    Ok(l)
}
fn cert_store_stats(t: &Thread, this: X) -> R<Gc<Dict>> {
    let n = with(this, |s| s.trusted.len()).unwrap_or(0) as i64;
    let d = Dict::new();
    for (name, v) in [("x509", n), ("crl", 0), ("x509_ca", n)] {
        d.set_str(t, intern(name), Value::int(v))?;
    }
    Ok(d)
}
fn set_alpn(t: &Thread, this: X, data: Value) -> R<()> {
    let data = buffer::bytes(t, data)?.to_vec();
    let (mut all, mut rest) = (Vec::new(), &data[..]);
    while let [n, tail @ ..] = rest {
        let n = (*n as usize).min(tail.len());
        all.push(tail[..n].to_vec());
        rest = &tail[n..];
    }
    with(this, |s| s.alpn = all);
    Ok(())
}
fn set_ciphers(t: &Thread, _this: X, list: Gc<Str>) -> R<()> {
    match list.is_empty() {
        true => Err(raise(t, Kind::Error, "No cipher can be selected.")),
        false => Ok(()),
    }
}

// ---- connections -----------------------------------------------------------

fn versions(this: X) -> Vec<&'static SupportedProtocolVersion> {
    let (low, high) = (this.minimum.get(), this.maximum.get());
    let allowed = |n: i64, off: i64| {
        (low == MINIMUM || low == MAXIMUM || n >= low)
            && (high == MAXIMUM || high == MINIMUM || n <= high)
            && this.options.get() & off == 0
    };
    let mut all = Vec::new();
    if allowed(772, 0x2000_0000) {
        all.push(&rustls::version::TLS13);
    }
    if allowed(771, 0x0800_0000) {
        all.push(&rustls::version::TLS12);
    }
    all
}
fn make(t: &Thread, this: X, server: bool, name: Option<&str>) -> R<Connection> {
    let r = with(this, |s| match server {
        true => server_connection(this, s),
        false => client_connection(this, s, name),
    });
    match r {
        Some(Ok(c)) => Ok(c),
        Some(Err(e)) => Err(of_tls(t, &e)),
        None => Err(raise(t, Kind::Error, "the context is gone")),
    }
}
fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}
fn roots(s: &State) -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(s.trusted.iter().cloned());
    store
}
fn client_connection(this: X, s: &State, name: Option<&str>) -> Result<Connection, rustls::Error> {
    let builder =
        ClientConfig::builder_with_provider(provider()).with_protocol_versions(&versions(this))?;
    let verifier = Verifier::new(
        roots(s),
        this.verify_mode.get() != 0,
        this.check_hostname.get() != 0,
        provider(),
    );
    let builder = builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &s.key {
        Some(k) => builder.with_client_auth_cert(s.chain.clone(), k.clone_key())?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = s.alpn.clone();
    config.enable_sni = name.is_some();
    let name = name.unwrap_or("localhost").to_string();
    let name = rustls::pki_types::ServerName::try_from(name)
        .map_err(|_| rustls::Error::General("invalid server name".into()))?;
    let c = rustls::ClientConnection::new(Arc::new(config), name)?;
    Ok(Connection::Client(c))
}
fn server_connection(this: X, s: &State) -> Result<Connection, rustls::Error> {
    let builder =
        ServerConfig::builder_with_provider(provider()).with_protocol_versions(&versions(this))?;
    let builder = match this.verify_mode.get() {
        0 => builder.with_no_client_auth(),
        mode => {
            let v = rustls::server::WebPkiClientVerifier::builder_with_provider(
                Arc::new(roots(s)),
                provider(),
            );
            let v = if mode == 1 {
                v.allow_unauthenticated()
            } else {
                v
            };
            let v = v
                .build()
                .map_err(|e| rustls::Error::General(e.to_string()))?;
            builder.with_client_cert_verifier(v)
        }
    };
    let Some(key) = &s.key else {
        return Err(rustls::Error::General(
            "NO_CERTIFICATE_SET: no certificate".into(),
        ));
    };
    let mut config = builder.with_single_cert(s.chain.clone(), key.clone_key())?;
    config.alpn_protocols = s.alpn.clone();
    let c = rustls::ServerConnection::new(Arc::new(config))?;
    Ok(Connection::Server(c))
}
fn host(t: &Thread, v: Option<Value>) -> R<Option<String>> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(None);
    };
    let text = match (v.cast::<Str>(), bytes::like(v)) {
        (Some(s), _) => s.lossy().into_owned(),
        (None, Some(b)) => String::from_utf8_lossy(&b).into_owned(),
        _ => return Err(raising::type_error(t, "server_hostname must be str")),
    };
    if text.is_empty() || text.starts_with('.') {
        let m = "server_hostname cannot be an empty string or start with a leading dot.";
        return Err(raising::value_error(t, m));
    }
    Ok(Some(text))
}
fn check(t: &Thread, this: X, name: &Option<String>, server: bool) -> R<()> {
    if !server && this.check_hostname.get() != 0 && name.is_none() {
        let m = "check_hostname requires server_hostname";
        return Err(raising::value_error(t, m));
    }
    Ok(())
}
/// A connection over `ends`: a socket, or the queues of what comes in and goes out.
fn connect(
    t: &Thread,
    this: X,
    ends: [Value; 3],
    server: bool,
    name: Option<Value>,
    owner: Option<Value>,
) -> R<Gc<SslSocket>> {
    let name = host(t, name)?;
    check(t, this, &name, server)?;
    let c = make(t, this, server, name.as_deref())?;
    let owner = owner.unwrap_or(Value::NONE);
    Ok(connection::new(
        c,
        this.value(),
        owner,
        ends,
        name.as_deref(),
    ))
}
fn wrap_socket(
    t: &Thread,
    this: X,
    sock: Value,
    server: bool,
    name: Option<Value>,
    owner: Option<Value>,
    _session: Option<Value>,
) -> R<Gc<SslSocket>> {
    let ends = [sock, Value::NONE, Value::NONE];
    connect(t, this, ends, server, name, owner)
}
#[allow(clippy::too_many_arguments)]
fn wrap_bio(
    t: &Thread,
    this: X,
    incoming: Value,
    outgoing: Value,
    server: bool,
    name: Option<Value>,
    owner: Option<Value>,
    _session: Option<Value>,
) -> R<Gc<SslSocket>> {
    let ends = [Value::NONE, incoming, outgoing];
    connect(t, this, ends, server, name, owner)
}

// ---- attributes ------------------------------------------------------------

/// A setter's value as a number.
fn number(t: &Thread, v: Option<Value>) -> R<i64> {
    match v {
        Some(v) => ops::index_i64(t, v),
        None => Err(raising::attribute_error(t, "cannot delete attribute")),
    }
}
macro_rules! numbers {
    ($($get:ident $set:ident $field:ident;)*) => { $(
        fn $get(_t: &Thread, this: X) -> i64 {
            this.$field.get()
        }
        fn $set(t: &Thread, this: X, v: Option<Value>) -> R<()> {
            this.$field.set(number(t, v)?);
            Ok(())
        }
    )* };
}
numbers! {
    get_options set_options options; get_flags set_flags verify_flags;
    get_minimum set_minimum minimum; get_maximum set_maximum maximum;
    get_host_flags set_host_flags host_flags; get_tickets set_tickets tickets;
}
/// Does a context look at certificates?
pub fn verifies(context: Value) -> bool {
    let c = context.cast::<Context>();
    c.is_some_and(|c| c.verify_mode.get() != 0)
}
fn get_mode(_t: &Thread, this: X) -> i64 {
    this.verify_mode.get()
}
fn set_mode(t: &Thread, this: X, v: Option<Value>) -> R<()> {
    let n = number(t, v)?;
    if !(0..3).contains(&n) {
        return Err(raising::value_error(t, "invalid value for verify_mode"));
    }
    if n == 0 && this.check_hostname.get() != 0 {
        let m = "Cannot set verify_mode to CERT_NONE when check_hostname is enabled.";
        return Err(raising::value_error(t, m));
    }
    this.verify_mode.set(n);
    Ok(())
}
fn get_check(_t: &Thread, this: X) -> bool {
    this.check_hostname.get() != 0
}
fn set_check(t: &Thread, this: X, v: Option<Value>) -> R<()> {
    let on = ops::truth(t, v.unwrap_or(Value::FALSE))?;
    if on && this.verify_mode.get() == 0 {
        this.verify_mode.set(2);
    }
    this.check_hostname.set(i64::from(on));
    Ok(())
}
fn get_post(_t: &Thread, this: X) -> bool {
    this.post_handshake.get() != 0
}
fn set_post(t: &Thread, this: X, v: Option<Value>) -> R<()> {
    let on = ops::truth(t, v.unwrap_or(Value::FALSE))?;
    this.post_handshake.set(i64::from(on));
    Ok(())
}
fn protocol(_t: &Thread, this: X) -> i64 {
    this.protocol.get()
}
fn security_level(_t: &Thread, _this: X) -> i64 {
    2
}
/// Hooks that the TLS library has no counterpart for.
fn no_hook(_t: &Thread, _this: X) -> Value {
    Value::NONE
}
fn set_hook(t: &Thread, _this: X, v: Option<Value>) -> R<()> {
    match v {
        None | Some(Value::NONE) => Ok(()),
        Some(v) if v.cast::<Str>().is_none() && !call::is_callable(v) => {
            Err(raising::type_error(t, "not a callable object"))
        }
        Some(_) => {
            let m = "the TLS library has no such hook";
            Err(raising::raise(t, Exc::NotImplementedError, m))
        }
    }
}
fn get_ciphers(t: &Thread, _this: X) -> R<Gc<List>> {
    let l = List::new();
    for suite in &provider().cipher_suites {
        let d = Dict::new();
        let name = connection::cipher_name(suite.suite());
        d.set_str(t, intern("name"), Str::new(&name).value())?;
        l.push(t, d.value())?;
    }
    Ok(l)
}
py_class! {
    pub CONTEXT: Context = "_SSLContext", base kinds::OBJECT, flags flags::BASETYPE, module "_ssl";
    methods {
        @staticmethod __new__(cls, protocol, /) => new;
        __del__(self, /) => finalize;
        _wrap_socket(self, sock, server_side, server_hostname=None, *, owner=None, session=None) => wrap_socket;
        _wrap_bio(self, incoming, outgoing, server_side, server_hostname=None, *, owner=None, session=None) => wrap_bio;
        _set_alpn_protocols(self, protos, /) => set_alpn;
        load_verify_locations(self, cafile=None, capath=None, cadata=None) => load_verify_locations;
        set_default_verify_paths(self, /) => set_default_verify_paths;
        load_cert_chain(self, certfile, keyfile=None, password=None) => load_cert_chain;
        get_ca_certs(self, binary_form=False) => get_ca_certs;
        cert_store_stats(self, /) => cert_store_stats;
        set_ciphers(self, cipherlist, /) => set_ciphers;
        get_ciphers(self, /) => get_ciphers;
    }
    getset {
        protocol => protocol;
        options => get_options, set_options;
        verify_flags => get_flags, set_flags;
        verify_mode => get_mode, set_mode;
        check_hostname => get_check, set_check;
        minimum_version => get_minimum, set_minimum;
        maximum_version => get_maximum, set_maximum;
        _host_flags => get_host_flags, set_host_flags;
        num_tickets => get_tickets, set_tickets;
        post_handshake_auth => get_post, set_post;
        security_level => security_level;
        sni_callback => no_hook, set_hook;
        _msg_callback => no_hook, set_hook;
        keylog_filename => no_hook, set_hook;
    }
}
