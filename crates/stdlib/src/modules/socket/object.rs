//! The class `_socket.socket`.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::io;
use std::sync::atomic::Ordering::Relaxed;

use pyjit_heap::{Gc, Header, Value, finalize, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{audit, errors, kinds, ops, warn};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread, py_class};

use super::address::{self, Address};
use super::messages;
use crate::blocking::{self, Round};
use crate::modules::posix::{check_plain, counted, cvt, sys};

/// A socket; `fd` is -1 when it is closed.
#[repr(C)]
pub struct Socket {
    header: Header,
    fd: Cell<i64>,
    family: Cell<i64>,
    kind: Cell<i64>,
    proto: Cell<i64>,
    /// Nanoseconds that an operation may take; negative: any time.
    timeout: Cell<i64>,
}
heap_object!(Socket = 436, no refs);

type S = Gc<Socket>;

impl Socket {
    /// The family of its addresses.
    pub fn family(&self) -> i32 {
        self.family.get() as i32
    }
}

fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> S {
    let s = Socket {
        header: Header::NEW,
        fd: Cell::new(-1),
        family: Cell::new(-1),
        kind: Cell::new(-1),
        proto: Cell::new(-1),
        timeout: Cell::new(-1),
    };
    let s = Gc::with_shape(
        class.root_shape.get(),
        s,
        class.extra_bytes(words::<Socket>()),
    );
    finalize::register(s.value());
    s
}

pub fn fd(this: S) -> i32 {
    this.fd.get() as i32
}
fn option(fd: i32, name: i32) -> io::Result<i32> {
    let (mut v, mut len) = (0i32, 4);
    // SAFETY: a number of ours and its size.
    let r = unsafe { libc::getsockopt(fd, libc::SOL_SOCKET, name, (&raw mut v).cast(), &mut len) };
    cvt(r).map(|_| v)
}
fn init(
    t: &Thread,
    this: S,
    family: Option<i64>,
    kind: Option<i64>,
    proto: Option<i64>,
    fileno: Option<Value>,
) -> R<()> {
    let [mut family, mut kind, mut proto] = [family, kind, proto].map(|v| v.unwrap_or(-1) as i32);
    audit::event(t, "socket.__new__", || {
        let [a, b, c] = [family, kind, proto].map(|n| Value::int(i64::from(n)));
        [this.value(), a, b, c]
    })?;
    let fd = match fileno.filter(|v| !v.is_none()) {
        Some(v) => {
            if float::get(v).is_some() {
                return Err(errors::type_error(
                    t,
                    "integer argument expected, got float",
                ));
            }
            let n = ops::index_i64(t, v)? as i32;
            if n < 0 {
                return Err(errors::value_error(t, "negative file descriptor"));
            }
            if family == -1 {
                family = check_plain(t, option(n, libc::SO_DOMAIN))?;
            }
            if kind == -1 {
                kind = check_plain(t, option(n, libc::SO_TYPE))?;
            }
            if proto == -1 {
                proto = option(n, libc::SO_PROTOCOL).unwrap_or(0);
            }
            n
        }
        None => {
            family = if family == -1 { libc::AF_INET } else { family };
            kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
            proto = proto.max(0);
            sys!(t, libc::socket(family, kind | libc::SOCK_CLOEXEC, proto))?
        }
    };
    fill(t, this, fd, [family, kind, proto])
}
fn fill(t: &Thread, this: S, fd: i32, [family, kind, proto]: [i32; 3]) -> R<()> {
    this.fd.set(i64::from(fd));
    this.family.set(i64::from(family));
    this.kind.set(i64::from(
        kind & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK),
    ));
    this.proto.set(i64::from(proto));
    if kind & libc::SOCK_NONBLOCK != 0 {
        this.timeout.set(0);
    } else {
        this.timeout.set(super::DEFAULT_TIMEOUT.load(Relaxed));
        if this.timeout.get() >= 0 {
            set_nonblocking(t, fd, true)?;
        }
    }
    Ok(())
}
fn set_nonblocking(t: &Thread, fd: i32, on: bool) -> R<()> {
    let mut n = libc::c_int::from(on);
    sys!(t, libc::ioctl(fd, libc::FIONBIO, &raw mut n)).map(drop)
}
pub fn socketpair(
    t: &Thread,
    family: Option<i64>,
    kind: Option<i64>,
    proto: Option<i64>,
) -> R<Gc<Tuple>> {
    let n = |v: Option<i64>, d: i32| v.map_or(d, |v| v as i32);
    let numbers = [
        n(family, libc::AF_UNIX),
        n(kind, libc::SOCK_STREAM),
        n(proto, 0),
    ];
    let mut fds = [0i32; 2];
    let [a, b, c] = numbers;
    sys!(
        t,
        libc::socketpair(a, b | libc::SOCK_CLOEXEC, c, fds.as_mut_ptr())
    )?;
    let class = pyjit_runtime::types::type_::of_kind(436);
    let mut pair = [Value::NONE; 2];
    for (slot, fd) in pair.iter_mut().zip(fds) {
        let s = new(t, class, Value::NONE, Value::NONE);
        fill(t, s, fd, numbers)?;
        *slot = s.value();
    }
    Ok(Tuple::new(&pair))
}

// ---- timeouts --------------------------------------------------------------

pub fn timeout_value(ns: i64) -> Value {
    match ns {
        ns if ns < 0 => Value::NONE,
        ns => float::from_f64(ns as f64 / 1e9),
    }
}
pub fn parse_timeout(t: &Thread, v: Value) -> R<i64> {
    if v.is_none() {
        return Ok(-1);
    }
    let ns = blocking::nanoseconds(t, v, Round::Ceiling)?;
    if ns < 0 {
        return Err(errors::value_error(t, "Timeout value out of range"));
    }
    Ok(ns)
}
fn settimeout(t: &Thread, this: S, timeout: Value) -> R<()> {
    let ns = parse_timeout(t, timeout)?;
    this.timeout.set(ns);
    set_nonblocking(t, fd(this), ns >= 0)
}
fn gettimeout(_t: &Thread, this: S) -> Value {
    timeout_value(this.timeout.get())
}
fn setblocking(t: &Thread, this: S, on: bool) -> R<()> {
    this.timeout.set(if on { -1 } else { 0 });
    set_nonblocking(t, fd(this), !on)
}
fn getblocking(_t: &Thread, this: S) -> bool {
    this.timeout.get() != 0
}
pub fn deadline(this: S) -> Option<i64> {
    (this.timeout.get() > 0).then(|| blocking::now().saturating_add(this.timeout.get()))
}
/// Waits until the socket is ready; `TimeoutError` when the time is over.
fn wait_ready(t: &Thread, this: S, events: i16, until: i64) -> R<()> {
    let mut p = libc::pollfd {
        fd: fd(this),
        events,
        revents: 0,
    };
    let n = blocking::retry(t, || {
        let left = (until - blocking::now()).max(0);
        let ms = i32::try_from((left + 999_999) / 1_000_000).unwrap_or(i32::MAX);
        // SAFETY: one structure.
        cvt(unsafe { libc::poll(&mut p, 1, ms) })
    })?;
    match n {
        0 => Err(errors::raise(t, Exc::TimeoutError, "timed out")),
        _ => Ok(()),
    }
}
/// An operation under the socket's timeout.
pub fn operate<X>(
    t: &Thread,
    this: S,
    events: i16,
    until: Option<i64>,
    mut f: impl FnMut() -> io::Result<X>,
) -> R<X> {
    loop {
        if let Some(u) = until {
            wait_ready(t, this, events, u)?;
        }
        match blocking::try_retry(t, &mut f)? {
            Err(e) if until.is_some() && e.kind() == io::ErrorKind::WouldBlock => {}
            r => return check_plain(t, r),
        }
    }
}

// ---- connections -----------------------------------------------------------

fn bind(t: &Thread, this: S, addr: Value) -> R<()> {
    audit::event(t, "socket.bind", || [this.value(), addr])?;
    let a = address::parse(t, this.family.get() as i32, addr, "bind()")?;
    sys!(t, libc::bind(fd(this), a.get(), a.len)).map(drop)
}
fn listen(t: &Thread, this: S, backlog: Option<i64>) -> R<()> {
    let n = backlog.unwrap_or(128).max(0) as i32;
    sys!(t, libc::listen(fd(this), n)).map(drop)
}
fn accept(t: &Thread, this: S) -> R<Gc<Tuple>> {
    let mut a = Address::empty();
    let n = operate(t, this, libc::POLLIN, deadline(this), || {
        let len = &raw mut a.len;
        // SAFETY: room for any address, and its size.
        cvt(unsafe { libc::accept4(fd(this), a.target(), len, libc::SOCK_CLOEXEC) })
    })?;
    Ok(Tuple::new(&[Value::int(i64::from(n)), address::show(&a)]))
}
/// Connects; the inner error is the system's.
fn try_connect(t: &Thread, this: S, a: &Address) -> R<io::Result<()>> {
    let until = deadline(this);
    // SAFETY: an address of that size.
    let mut r = cvt(pyjit_heap::lock::blocking(|| unsafe {
        libc::connect(fd(this), a.get(), a.len)
    }));
    if r.as_ref()
        .is_err_and(|e| e.kind() == io::ErrorKind::Interrupted)
    {
        // It goes on by itself.
        t.host().poll(t)?;
        r = Err(io::Error::from_raw_os_error(libc::EINPROGRESS));
        if until.is_none() && this.timeout.get() < 0 {
            wait_ready(t, this, libc::POLLOUT, i64::MAX)?;
            return Ok(connected(this));
        }
    }
    match (r, until) {
        (Err(e), Some(u)) if e.raw_os_error() == Some(libc::EINPROGRESS) => {
            wait_ready(t, this, libc::POLLOUT, u)?;
            Ok(connected(this))
        }
        (r, _) => Ok(r.map(drop)),
    }
}
fn connected(this: S) -> io::Result<()> {
    match option(fd(this), libc::SO_ERROR)? {
        0 => Ok(()),
        e => Err(io::Error::from_raw_os_error(e)),
    }
}
fn connect(t: &Thread, this: S, addr: Value) -> R<()> {
    let a = address::parse(t, this.family.get() as i32, addr, "connect()")?;
    let r = try_connect(t, this, &a)?;
    check_plain(t, r)
}
fn connect_ex(t: &Thread, this: S, addr: Value) -> R<i64> {
    let a = address::parse(t, this.family.get() as i32, addr, "connect_ex()")?;
    match try_connect(t, this, &a) {
        Ok(Ok(())) => Ok(0),
        Ok(Err(e)) => Ok(i64::from(e.raw_os_error().unwrap_or(0))),
        Err(_) if errors::catch(t, Exc::TimeoutError) => Ok(i64::from(libc::EAGAIN)),
        Err(e) => Err(e),
    }
}
fn getsockname(t: &Thread, this: S) -> R<Value> {
    let mut a = Address::empty();
    let len = &raw mut a.len;
    sys!(t, libc::getsockname(fd(this), a.target(), len))?;
    Ok(address::show(&a))
}
fn getpeername(t: &Thread, this: S) -> R<Value> {
    let mut a = Address::empty();
    let len = &raw mut a.len;
    sys!(t, libc::getpeername(fd(this), a.target(), len))?;
    Ok(address::show(&a))
}
fn shutdown(t: &Thread, this: S, how: i64) -> R<()> {
    sys!(t, libc::shutdown(fd(this), how as i32)).map(drop)
}
fn close(t: &Thread, this: S) -> R<()> {
    match this.fd.replace(-1) {
        -1 => Ok(()),
        n => {
            // SAFETY: closing any number is harmless to memory.
            let r = cvt(unsafe { libc::close(n as i32) });
            match r {
                Err(e) if e.raw_os_error() == Some(libc::ECONNRESET) => Ok(()),
                r => check_plain(t, r).map(drop),
            }
        }
    }
}
fn detach(_t: &Thread, this: S) -> i64 {
    this.fd.replace(-1)
}
fn fileno(_t: &Thread, this: S) -> i64 {
    this.fd.get()
}
/// An open socket dies.
fn finalize(t: &Thread, this: S) -> R<()> {
    if this.fd.get() >= 0 {
        let text = ops::repr(t, this.value())?;
        warn::warn(
            t,
            Exc::ResourceWarning,
            &format!("unclosed {}", text.lossy()),
        )?;
        close(t, this)?;
    }
    Ok(())
}

// ---- options ---------------------------------------------------------------

fn getsockopt(t: &Thread, this: S, level: i64, name: i64, size: Option<i64>) -> R<Value> {
    let (level, name) = (level as i32, name as i32);
    let size = size.unwrap_or(0);
    if !(0..=1024).contains(&size) {
        return Err(errors::raise(
            t,
            Exc::OSError,
            "getsockopt buflen out of range",
        ));
    }
    let mut b = vec![0u8; if size == 0 { 4 } else { size as usize }];
    let mut len = b.len() as libc::socklen_t;
    sys!(
        t,
        libc::getsockopt(fd(this), level, name, b.as_mut_ptr().cast(), &mut len)
    )?;
    if size == 0 {
        let n = i32::from_ne_bytes([b[0], b[1], b[2], b[3]]);
        return Ok(Value::int(i64::from(n)));
    }
    Ok(Bytes::new(&b[..len as usize]).value())
}
fn setsockopt(
    t: &Thread,
    this: S,
    level: i64,
    name: i64,
    value: Value,
    length: Option<i64>,
) -> R<()> {
    let (level, name) = (level as i32, name as i32);
    if value.is_none() {
        let n = length.unwrap_or(0) as libc::socklen_t;
        let null = std::ptr::null();
        return sys!(t, libc::setsockopt(fd(this), level, name, null, n)).map(drop);
    }
    let data = match int::to_i64(value) {
        Some(n) => (n as i32).to_ne_bytes().to_vec(),
        None => buffer::bytes(t, value)?.to_vec(),
    };
    let n = data.len() as libc::socklen_t;
    sys!(
        t,
        libc::setsockopt(fd(this), level, name, data.as_ptr().cast(), n)
    )
    .map(drop)
}

// ---- data ------------------------------------------------------------------

fn receive(
    t: &Thread,
    this: S,
    target: &mut [u8],
    flags: Option<i64>,
    from: Option<&mut Address>,
) -> R<usize> {
    let flags = flags.unwrap_or(0) as i32;
    let (a, len) = match from {
        Some(a) => (a.target(), &raw mut a.len),
        None => (std::ptr::null_mut(), std::ptr::null_mut()),
    };
    operate(t, this, libc::POLLIN, deadline(this), || {
        // SAFETY: a buffer of that length; room for any address, or nothing.
        counted(unsafe {
            let to = target.as_mut_ptr().cast();
            libc::recvfrom(fd(this), to, target.len(), flags, a, len)
        })
    })
}
fn size(t: &Thread, n: i64, name: &str) -> R<usize> {
    usize::try_from(n).map_err(|_| errors::value_error(t, format!("negative buffersize in {name}")))
}
thread_local! {
    /// Memory to receive into: servers ask for much and get little, and clearing it each time
    /// would take longer than the rest.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}
/// More than this is not kept.
const MOST_SPARE: usize = 1 << 20;

/// Calls `f` with `n` bytes of any content.
fn with_spare<T>(n: usize, f: impl FnOnce(&mut [u8]) -> T) -> T {
    // Whoever comes meanwhile, in a signal's handler, finds none.
    let mut b = SPARE.take();
    if b.len() < n {
        b = vec![0; n];
    }
    let r = f(&mut b[..n]);
    if b.len() <= MOST_SPARE {
        SPARE.set(b);
    }
    r
}
fn recv(t: &Thread, this: S, n: i64, flags: Option<i64>) -> R<Gc<Bytes>> {
    with_spare(size(t, n, "recv")?, |b| {
        let n = receive(t, this, b, flags, None)?;
        Ok(Bytes::new(&b[..n]))
    })
}
fn recvfrom(t: &Thread, this: S, n: i64, flags: Option<i64>) -> R<Gc<Tuple>> {
    let mut b = vec![0u8; size(t, n, "recvfrom")?];
    let mut a = Address::empty();
    let n = receive(t, this, &mut b, flags, Some(&mut a))?;
    let data = Bytes::new(&b[..n]);
    Ok(Tuple::new(&[data.value(), address::show(&a)]))
}
fn into(
    t: &Thread,
    this: S,
    target: Value,
    n: Option<i64>,
    flags: Option<i64>,
    from: Option<&mut Address>,
    name: &str,
) -> R<usize> {
    let Some(b) = buffer::writable(t, target)? else {
        return Err(buffer::not_bytes_like(t, target));
    };
    let bytes = b.bytes_mut();
    let n = match size(t, n.unwrap_or(0), name)? {
        0 => bytes.len(),
        n if n > bytes.len() => {
            return Err(errors::value_error(
                t,
                "buffer too small for requested bytes",
            ));
        }
        n => n,
    };
    receive(t, this, &mut bytes[..n], flags, from)
}
fn recv_into(t: &Thread, this: S, target: Value, n: Option<i64>, flags: Option<i64>) -> R<usize> {
    into(t, this, target, n, flags, None, "recv_into")
}
fn recvfrom_into(
    t: &Thread,
    this: S,
    target: Value,
    n: Option<i64>,
    flags: Option<i64>,
) -> R<Gc<Tuple>> {
    let mut a = Address::empty();
    let n = into(t, this, target, n, flags, Some(&mut a), "recvfrom_into")?;
    Ok(Tuple::new(&[Value::int(n as i64), address::show(&a)]))
}
fn send_some(
    t: &Thread,
    this: S,
    data: &[u8],
    flags: i32,
    to: Option<&Address>,
    until: Option<i64>,
) -> R<usize> {
    let (a, len) = to.map_or((std::ptr::null(), 0), |a| (a.get(), a.len));
    operate(t, this, libc::POLLOUT, until, || {
        // SAFETY: data of that length; an address of that size, or nothing.
        counted(unsafe { libc::sendto(fd(this), data.as_ptr().cast(), data.len(), flags, a, len) })
    })
}
fn send(t: &Thread, this: S, data: Value, flags: Option<i64>) -> R<usize> {
    let data = buffer::bytes(t, data)?;
    send_some(
        t,
        this,
        &data,
        flags.unwrap_or(0) as i32,
        None,
        deadline(this),
    )
}
fn sendall(t: &Thread, this: S, data: Value, flags: Option<i64>) -> R<()> {
    let data = buffer::bytes(t, data)?;
    let (until, mut rest) = (deadline(this), &data[..]);
    while !rest.is_empty() {
        let n = send_some(t, this, rest, flags.unwrap_or(0) as i32, None, until)?;
        rest = &rest[n..];
        t.host().poll(t)?;
    }
    Ok(())
}
fn sendto(t: &Thread, this: S, data: Value, second: Value, third: Option<Value>) -> R<usize> {
    let (flags, addr) = match third {
        None => (0, second),
        Some(a) => (ops::index_i64(t, second)? as i32, a),
    };
    let a = address::parse(t, this.family.get() as i32, addr, "sendto()")?;
    let data = buffer::bytes(t, data)?;
    send_some(t, this, &data, flags, Some(&a), deadline(this))
}

fn repr(_t: &Thread, this: S) -> String {
    format!(
        "<socket object, fd={}, family={}, type={}, proto={}>",
        this.fd.get(),
        this.family.get(),
        this.kind.get(),
        this.proto.get()
    )
}
fn family(_t: &Thread, this: S) -> i64 {
    this.family.get()
}
fn kind(_t: &Thread, this: S) -> i64 {
    this.kind.get()
}
fn proto(_t: &Thread, this: S) -> i64 {
    this.proto.get()
}

py_class! {
    /// socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
    pub SOCKET: Socket = "socket", base kinds::OBJECT, flags flags::BASETYPE, module "_socket";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, family=-1, type=-1, proto=-1, fileno=None) => init;
        __repr__(self, /) => repr;
        __del__(self, /) => finalize;
        _accept(self, /) => accept;
        bind(self, address, /) => bind;
        listen(self, backlog=128, /) => listen;
        connect(self, address, /) => connect;
        connect_ex(self, address, /) => connect_ex;
        getsockname(self, /) => getsockname;
        getpeername(self, /) => getpeername;
        shutdown(self, how, /) => shutdown;
        close(self, /) => close;
        detach(self, /) => detach;
        fileno(self, /) => fileno;
        settimeout(self, timeout, /) => settimeout;
        gettimeout(self, /) => gettimeout;
        setblocking(self, flag, /) => setblocking;
        getblocking(self, /) => getblocking;
        getsockopt(self, level, option, buffersize=0, /) => getsockopt;
        setsockopt(self, level, option, value, optlen=0, /) => setsockopt;
        recv(self, buffersize, flags=0, /) => recv;
        recvfrom(self, buffersize, flags=0, /) => recvfrom;
        recv_into(self, buffer, nbytes=0, flags=0) => recv_into;
        recvfrom_into(self, buffer, nbytes=0, flags=0) => recvfrom_into;
        send(self, data, flags=0, /) => send;
        sendall(self, data, flags=0, /) => sendall;
        sendmsg(self, buffers, ancdata=(), flags=0, address=None, /) => messages::sendmsg;
        recvmsg(self, bufsize, ancbufsize=0, flags=0, /) => messages::recvmsg;
        recvmsg_into(self, buffers, ancbufsize=0, flags=0, /) => messages::recvmsg_into;
        sendto(self, data, flags_or_address, address=None, /) => sendto;
    }
    getset { family => family; type => kind; proto => proto; timeout => gettimeout; }
}
