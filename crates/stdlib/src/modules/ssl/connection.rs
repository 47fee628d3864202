//! The class `_SSLSocket`: one connection, over a socket or two queues.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::io::{self, Read, Write};

use pyjit_heap::{Field, Gc, Header, Value, finalize, heap_object};
use pyjit_runtime::core::{errors as raising, kinds};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};
use rustls::{CipherSuite, Connection, ProtocolVersion};

use super::bio::MemoryBio;
use super::certificate;
use super::errors::{Kind, of_tls, raise};
use crate::modules::posix::counted;
use crate::modules::socket::object::{Socket, deadline, fd, operate};
use crate::owned::Owned;

/// A connection and what is still to be sent.
struct Tls {
    connection: Connection,
    out: Vec<u8>,
    /// What has come and was not looked at: decrypted bytes have to be read first.
    rest: Vec<u8>,
    /// The other side has closed without saying so.
    cut: bool,
}
static CONNECTIONS: Owned<Tls> = Owned::new();

/// A connection; `socket` is absent if it reads and writes queues.
#[repr(C)]
pub struct SslSocket {
    header: Header,
    context: Field,
    owner: Field,
    socket: Field,
    incoming: Field,
    outgoing: Field,
    name: Field,
    number: Cell<i64>,
    is_server: Cell<i64>,
}
heap_object!(SslSocket = 601, refs 1..7);

type S = Gc<SslSocket>;

/// A connection that has not yet shaken hands. The ends are a socket, or two queues.
pub fn new(
    connection: Connection,
    context: Value,
    owner: Value,
    [socket, incoming, outgoing]: [Value; 3],
    name: Option<&str>,
) -> S {
    let is_server = matches!(connection, Connection::Server(_));
    let mut connection = connection;
    match &mut connection {
        Connection::Client(c) => c.set_buffer_limit(None),
        Connection::Server(c) => c.set_buffer_limit(None),
    }
    let tls = Tls {
        connection,
        out: Vec::new(),
        rest: Vec::new(),
        cut: false,
    };
    let class = of_kind(601);
    let s = SslSocket {
        header: Header::NEW,
        context: Field::new(context),
        owner: Field::new(owner),
        socket: Field::new(socket),
        incoming: Field::new(incoming),
        outgoing: Field::new(outgoing),
        name: Field::new(name.map_or(Value::NONE, |n| Str::new(n).value())),
        number: Cell::new(CONNECTIONS.put(tls)),
        is_server: Cell::new(i64::from(is_server)),
    };
    let s = Gc::with_shape(class.root_shape.get(), s, 0);
    finalize::register(s.value());
    s
}
fn finalize(_t: &Thread, this: S) {
    CONNECTIONS.remove(this.number.replace(-1));
}
/// Works with the connection, which nobody else has meanwhile.
fn with<T>(t: &Thread, this: S, f: impl FnOnce(&mut Tls) -> T) -> R<T> {
    let Some(mut tls) = CONNECTIONS.take(this.number.get()) else {
        return Err(raise(t, Kind::Error, "the connection is in use"));
    };
    let r = f(&mut tls);
    CONNECTIONS.put_back(this.number.get(), tls);
    Ok(r)
}

// ---- transport -------------------------------------------------------------

fn blocked(t: &Thread, kind: Kind) -> pyjit_runtime::Raised {
    let m = match kind {
        Kind::WantRead => "The operation did not complete (read)",
        _ => "The operation did not complete (write)",
    };
    raise(t, kind, m)
}
/// What a socket's operation gives: nothing if it would have to wait.
fn unless_blocked<T>(t: &Thread, r: R<T>) -> R<Option<T>> {
    match r {
        Ok(v) => Ok(Some(v)),
        Err(_) if raising::catch(t, Exc::BlockingIOError) => Ok(None),
        Err(e) => Err(e),
    }
}
/// Sends what is to be sent. False: it would have to wait.
fn flush(t: &Thread, this: S) -> R<bool> {
    let mut out = with(t, this, |tls| {
        while tls.connection.wants_write() {
            // Writing to memory does not fail.
            let _ = tls.connection.write_tls(&mut tls.out);
        }
        std::mem::take(&mut tls.out)
    })?;
    if let Some(bio) = this.outgoing.get().cast::<MemoryBio>() {
        bio.add(t, &out)?;
        return Ok(true);
    }
    let socket: Gc<Socket> = Gc::from_value(this.socket.get());
    let until = deadline(socket);
    while !out.is_empty() {
        let r = operate(t, socket, libc::POLLOUT, until, || {
            let (p, n) = (out.as_ptr().cast(), out.len());
            // SAFETY: a buffer of that length.
            counted(unsafe { libc::send(fd(socket), p, n, libc::MSG_NOSIGNAL) })
        });
        match unless_blocked(t, r) {
            Ok(Some(n)) => drop(out.drain(..n)),
            other => {
                with(t, this, |tls| tls.out.splice(0..0, out).count())?;
                return other.map(|_| false);
            }
        }
    }
    Ok(true)
}
fn send_all(t: &Thread, this: S) -> R<()> {
    match flush(t, this)? {
        true => Ok(()),
        false => Err(blocked(t, Kind::WantWrite)),
    }
}
/// Receives some bytes; `None` at the end.
fn receive(t: &Thread, this: S) -> R<Option<Vec<u8>>> {
    if let Some(bio) = this.incoming.get().cast::<MemoryBio>() {
        let data = bio.take(t, 1 << 16)?;
        return match (data.is_empty(), bio.is_ended()) {
            (false, _) => Ok(Some(data)),
            (true, true) => Ok(None),
            (true, false) => Err(blocked(t, Kind::WantRead)),
        };
    }
    let socket: Gc<Socket> = Gc::from_value(this.socket.get());
    let mut data = vec![0u8; 1 << 14];
    let r = operate(t, socket, libc::POLLIN, deadline(socket), || {
        // SAFETY: a buffer of that length.
        counted(unsafe { libc::recv(fd(socket), data.as_mut_ptr().cast(), data.len(), 0) })
    });
    match unless_blocked(t, r)? {
        Some(0) => Ok(None),
        Some(n) => {
            data.truncate(n);
            Ok(Some(data))
        }
        None => Err(blocked(t, Kind::WantRead)),
    }
}
/// Looks at what has come, as far as there is room for what it holds.
fn digest(tls: &mut Tls) -> Result<(), rustls::Error> {
    let data = std::mem::take(&mut tls.rest);
    let mut rest = &data[..];
    while !rest.is_empty() {
        match tls.connection.read_tls(&mut rest) {
            // Nothing counts after the other side's goodbye.
            Ok(0) => rest = &[],
            // Full: decrypted bytes have to be read first.
            Err(_) => break,
            Ok(_) => {
                tls.connection.process_new_packets()?;
            }
        }
    }
    tls.rest = rest.to_vec();
    Ok(())
}
/// Receives some bytes and looks what they mean. False at the end.
fn advance(t: &Thread, this: S) -> R<bool> {
    let left = with(t, this, |tls| !tls.rest.is_empty())?;
    let received = match left {
        true => Some(Vec::new()),
        false => receive(t, this)?,
    };
    let Some(data) = received else {
        with(t, this, |tls| {
            tls.cut = true;
            let _ = tls.connection.read_tls(&mut io::empty());
            let _ = tls.connection.process_new_packets();
        })?;
        return Ok(false);
    };
    let r = with(t, this, |tls| {
        tls.rest.extend(&data);
        digest(tls)
    })?;
    if let Err(e) = r {
        // The other side is told why.
        if flush(t, this).is_err() {
            t.exc.set(Value::NULL);
        }
        return Err(of_tls(t, &e));
    }
    Ok(true)
}
fn cut_off(t: &Thread) -> pyjit_runtime::Raised {
    let m = "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol";
    raise(t, Kind::Eof, m)
}

// ---- operations ------------------------------------------------------------

fn do_handshake(t: &Thread, this: S) -> R<()> {
    loop {
        send_all(t, this)?;
        if !with(t, this, |tls| tls.connection.is_handshaking())? {
            return Ok(());
        }
        if !advance(t, this)? {
            return Err(cut_off(t));
        }
    }
}
/// Reads decrypted bytes; none at the end of the connection.
fn read_some(t: &Thread, this: S, target: &mut [u8]) -> R<usize> {
    if target.is_empty() {
        return Ok(0);
    }
    if with(t, this, |tls| tls.connection.is_handshaking())? {
        do_handshake(t, this)?;
    }
    loop {
        let r = with(t, this, |tls| tls.connection.reader().read(target))?;
        match r {
            Ok(n) => return Ok(n),
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(_) => return Err(cut_off(t)),
        }
        if with(t, this, |tls| tls.cut)? {
            return Err(cut_off(t));
        }
        flush(t, this)?;
        advance(t, this)?;
    }
}
fn read(t: &Thread, this: S, n: i64, target: Option<Value>) -> R<Value> {
    if let Some(v) = target.filter(|v| !v.is_none()) {
        let Some(b) = buffer::writable(t, v)? else {
            return Err(buffer::not_bytes_like(t, v));
        };
        let most = match usize::try_from(n) {
            Ok(n) if n > 0 => n.min(b.len()),
            _ => b.len(),
        };
        let n = read_some(t, this, &mut b.bytes_mut()[..most])?;
        return Ok(Value::int(n as i64));
    }
    let Ok(n) = usize::try_from(n) else {
        return Err(raising::value_error(t, "size should not be negative"));
    };
    let mut data = vec![0u8; n.min(1 << 24)];
    let n = read_some(t, this, &mut data)?;
    Ok(Bytes::new(&data[..n]).value())
}
fn write(t: &Thread, this: S, data: Value) -> R<usize> {
    let data = buffer::bytes(t, data)?.to_vec();
    if with(t, this, |tls| tls.connection.is_handshaking())? {
        do_handshake(t, this)?;
    }
    // What could not be sent before goes first.
    send_all(t, this)?;
    with(t, this, |tls| {
        tls.connection.writer().write_all(&data).is_ok()
    })?;
    flush(t, this)?;
    Ok(data.len())
}
fn pending(t: &Thread, this: S) -> R<usize> {
    with(t, this, |tls| {
        let _ = digest(tls);
        let state = tls.connection.process_new_packets();
        state.map_or(0, |s| s.plaintext_bytes_to_read())
    })
}
fn shutdown(t: &Thread, this: S) -> R<Value> {
    with(t, this, |tls| tls.connection.send_close_notify())?;
    send_all(t, this)?;
    let mut rest = [0u8; 1024];
    // Until the other side has said goodbye, too.
    while read_some(t, this, &mut rest)? > 0 {}
    Ok(this.socket.get())
}

// ---- what was agreed on ----------------------------------------------------

/// The name that OpenSSL has for a suite.
pub fn cipher_name(suite: CipherSuite) -> String {
    let name = format!("{suite:?}");
    if let Some(rest) = name.strip_prefix("TLS13_") {
        return format!("TLS_{rest}");
    }
    let name = name.trim_start_matches("TLS_").replace("_WITH_", "_");
    let name = name
        .replace("AES_128", "AES128")
        .replace("AES_256", "AES256");
    let name = name.replace("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305");
    name.replace('_', "-")
}
fn version_name(v: Option<ProtocolVersion>) -> Option<&'static str> {
    match v? {
        ProtocolVersion::TLSv1_3 => Some("TLSv1.3"),
        ProtocolVersion::TLSv1_2 => Some("TLSv1.2"),
        _ => None,
    }
}
fn version(t: &Thread, this: S) -> R<Option<&'static str>> {
    with(t, this, |tls| {
        version_name(tls.connection.protocol_version())
    })
}
fn cipher(t: &Thread, this: S) -> R<Option<Gc<Tuple>>> {
    let found = with(t, this, |tls| {
        let c = &tls.connection;
        Some((c.negotiated_cipher_suite()?.suite(), c.protocol_version()))
    })?;
    Ok(found.map(|(suite, v)| {
        let name = cipher_name(suite);
        let bits = if name.contains("128") { 128 } else { 256 };
        let version = Str::new(version_name(v).unwrap_or("TLSv1.2")).value();
        Tuple::new(&[Str::new(&name).value(), version, Value::int(bits)])
    }))
}
fn selected_alpn(t: &Thread, this: S) -> R<Option<String>> {
    with(t, this, |tls| {
        let name = tls.connection.alpn_protocol()?;
        Some(String::from_utf8_lossy(name).into_owned())
    })
}
fn chain(t: &Thread, this: S) -> R<Vec<Vec<u8>>> {
    with(t, this, |tls| {
        let all = tls.connection.peer_certificates().unwrap_or(&[]);
        all.iter().map(|c| c.to_vec()).collect()
    })
}
fn getpeercert(t: &Thread, this: S, binary: Option<bool>) -> R<Value> {
    if with(t, this, |tls| tls.connection.is_handshaking())? {
        let m = "handshake not done yet";
        return Err(raising::value_error(t, m));
    }
    let all = chain(t, this)?;
    let Some(first) = all.first() else {
        return Ok(Value::NONE);
    };
    if binary.unwrap_or(false) {
        return Ok(Bytes::new(first).value());
    }
    if !super::context::verifies(this.context.get()) {
        return Ok(Dict::new().value());
    }
    certificate::info(t, first).map(|d| d.value())
}
fn peer_chain(t: &Thread, this: S) -> R<Value> {
    let all = chain(t, this)?;
    if all.is_empty() {
        return Ok(Value::NONE);
    }
    let l = List::new();
    for c in all {
        l.push(t, certificate::new(&c).value())?;
    }
    Ok(l.value())
}
fn post_handshake(t: &Thread, _this: S) -> R<()> {
    let m = "Post-handshake auth is not supported by the TLS library";
    Err(raising::raise(t, Exc::NotImplementedError, m))
}
fn channel_binding(t: &Thread, _this: S, kind: Option<Gc<Str>>) -> R<Value> {
    let Some(kind) = kind.filter(|k| k.bytes() != b"tls-unique") else {
        return Ok(Value::NONE);
    };
    let m = format!("'{}' channel binding type not implemented", kind.lossy());
    Err(raising::value_error(t, m))
}
fn none(_t: &Thread, _this: S) -> Value {
    Value::NONE
}
fn no(_t: &Thread, _this: S) -> bool {
    false
}
fn shared_ciphers(t: &Thread, this: S) -> R<Value> {
    if this.is_server.get() == 0 {
        return Ok(Value::NONE);
    }
    let l = List::new();
    if let Some(c) = cipher(t, this)? {
        l.push(t, c.value())?;
    }
    Ok(l.value())
}
fn get_context(_t: &Thread, this: S) -> Value {
    this.context.get()
}
fn set_context(t: &Thread, this: S, v: Option<Value>) -> R<()> {
    match v.filter(|v| v.cast::<super::context::Context>().is_some()) {
        Some(v) => {
            this.context.set(this, v);
            Ok(())
        }
        None => Err(raising::type_error(t, "The value must be a SSLContext")),
    }
}
fn get_owner(_t: &Thread, this: S) -> Value {
    this.owner.get()
}
fn set_owner(_t: &Thread, this: S, v: Option<Value>) {
    this.owner.set(this, v.unwrap_or(Value::NONE));
}
fn server_side(_t: &Thread, this: S) -> bool {
    this.is_server.get() != 0
}
fn server_hostname(_t: &Thread, this: S) -> Value {
    this.name.get()
}

py_class! {
    pub SOCKET: SslSocket = "_SSLSocket", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "_ssl";
    methods {
        __del__(self, /) => finalize;
        do_handshake(self, /) => do_handshake;
        read(self, size, buffer=None, /) => read;
        write(self, b, /) => write;
        pending(self, /) => pending;
        shutdown(self, /) => shutdown;
        version(self, /) => version;
        cipher(self, /) => cipher;
        shared_ciphers(self, /) => shared_ciphers;
        selected_alpn_protocol(self, /) => selected_alpn;
        compression(self, /) => none;
        getpeercert(self, binary_mode=False, /) => getpeercert;
        get_unverified_chain(self, /) => peer_chain;
        get_verified_chain(self, /) => peer_chain;
        get_channel_binding(self, cb_type="tls-unique") => channel_binding;
        verify_client_post_handshake(self, /) => post_handshake;
    }
    getset {
        context => get_context, set_context;
        owner => get_owner, set_owner;
        server_side => server_side;
        server_hostname => server_hostname;
        session => none;
        session_reused => no;
    }
}
