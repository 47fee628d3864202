//! `select`: waiting until descriptors are ready: select, poll, epoll.
#![allow(unsafe_code)]

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, RootVec, Value, heap_object};
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Raised, Thread, py_class};

use crate::blocking::{self, Round};
use crate::modules::posix::{check_plain, cvt, descriptor, sys};
use crate::native_module;

/// When a timeout in seconds ends; `None`: never.
fn deadline(t: &Thread, v: Option<Value>) -> R<Option<i64>> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(None);
    };
    if float::get(v).is_none() && !int::is_int(v) {
        return Err(errors::type_error(t, "timeout must be a float or None"));
    }
    let ns = blocking::nanoseconds(t, v, Round::Ceiling)?;
    if ns < 0 {
        return Err(errors::value_error(t, "timeout must be non-negative"));
    }
    Ok(Some(blocking::now().saturating_add(ns)))
}
/// What is left until then, in milliseconds, rounded up; -1 for ever.
fn milliseconds(until: Option<i64>) -> i32 {
    until.map_or(-1, |u| {
        let left = (u - blocking::now()).max(0);
        i32::try_from((left + 999_999) / 1_000_000).unwrap_or(i32::MAX)
    })
}

// ---- select ----------------------------------------------------------------

/// The objects of one list and their descriptors.
fn listed(t: &Thread, v: Value) -> R<(RootVec, Vec<i32>)> {
    let (mut objects, mut fds) = (RootVec::new(), Vec::new());
    if ops::iter(t, v).is_err() {
        t.exc.set(Value::NULL);
        return Err(errors::type_error(t, "arguments 1-3 must be sequences"));
    }
    ops::for_each(t, v, |o| {
        let fd = descriptor(t, o)?;
        if fd >= libc::FD_SETSIZE as i64 {
            let m = "filedescriptor out of range in select()";
            return Err(errors::value_error(t, m));
        }
        objects.push(o);
        fds.push(fd as i32);
        Ok(())
    })?;
    Ok((objects, fds))
}
fn select(t: &Thread, r: Value, w: Value, x: Value, timeout: Option<Value>) -> R<Gc<Tuple>> {
    let until = deadline(t, timeout)?;
    let lists = [listed(t, r)?, listed(t, w)?, listed(t, x)?];
    let wanted = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
    let mut polled = Vec::new();
    for ((_, fds), events) in lists.iter().zip(wanted) {
        polled.extend(fds.iter().map(|fd| libc::pollfd {
            fd: *fd,
            events,
            revents: 0,
        }));
    }
    poll_all(t, &mut polled, until)?;
    if polled.iter().any(|p| p.revents & libc::POLLNVAL != 0) {
        return check_plain(t, Err(std::io::Error::from_raw_os_error(libc::EBADF)));
    }
    let ready = [
        libc::POLLIN | libc::POLLHUP | libc::POLLERR,
        libc::POLLOUT | libc::POLLERR,
        libc::POLLPRI,
    ];
    let mut results = [Value::NONE; 3];
    let mut at = polled.iter();
    for (i, (objects, fds)) in lists.iter().enumerate() {
        let list = List::new();
        results[i] = list.value();
        for (o, p) in objects.iter().zip(at.by_ref().take(fds.len())) {
            if p.revents & ready[i] != 0 {
                list.push(t, o)?;
            }
        }
    }
    Ok(Tuple::new(&results))
}
/// Waits until one of them is ready or the time is over.
fn poll_all(t: &Thread, polled: &mut [libc::pollfd], until: Option<i64>) -> R<i32> {
    blocking::retry(t, || {
        let n = polled.len() as libc::nfds_t;
        // SAFETY: an array of that length.
        cvt(unsafe { libc::poll(polled.as_mut_ptr(), n, milliseconds(until)) })
    })
}

// ---- poll ------------------------------------------------------------------

/// A poll object: descriptor → events.
#[repr(C)]
pub struct Poll {
    header: Header,
    wanted: Field,
    busy: Cell<bool>,
}
heap_object!(Poll = 434, refs 1..2);

fn make_poll(_t: &Thread) -> Gc<Poll> {
    let d = Dict::new();
    Gc::new(Poll {
        header: Header::NEW,
        wanted: Field::new(d.value()),
        busy: Cell::new(false),
    })
}
fn wanted(this: Gc<Poll>) -> Gc<Dict> {
    Gc::from_value(this.wanted.get())
}
fn mask(t: &Thread, v: Option<i64>) -> R<i64> {
    match v {
        None => Ok(i64::from(libc::POLLIN | libc::POLLPRI | libc::POLLOUT)),
        Some(n) if (0..=0xffff).contains(&n) => Ok(n),
        Some(n) if n < 0 => Err(errors::value_error(t, "value must be positive")),
        Some(_) => {
            let m = "Python int too large to convert to C unsigned short";
            Err(errors::overflow_error(t, m))
        }
    }
}
fn register(t: &Thread, this: Gc<Poll>, fd: Value, events: Option<i64>) -> R<()> {
    let fd = descriptor(t, fd)?;
    wanted(this).set(t, Value::int(fd), Value::int(mask(t, events)?))
}
fn modify(t: &Thread, this: Gc<Poll>, fd: Value, events: i64) -> R<()> {
    let fd = Value::int(descriptor(t, fd)?);
    if wanted(this).get(t, fd)?.is_none() {
        return check_plain(t, Err(std::io::Error::from_raw_os_error(libc::ENOENT)));
    }
    wanted(this).set(t, fd, Value::int(mask(t, Some(events))?))
}
fn unregister(t: &Thread, this: Gc<Poll>, fd: Value) -> R<()> {
    let fd = Value::int(descriptor(t, fd)?);
    match wanted(this).remove(t, fd)? {
        Some(_) => Ok(()),
        None => Err(errors::key_error(t, fd)),
    }
}
fn poll(t: &Thread, this: Gc<Poll>, timeout: Option<Value>) -> R<Gc<List>> {
    let until = match timeout.filter(|v| !v.is_none()) {
        None => None,
        Some(v) => {
            let ms = match float::get(v) {
                Some(f) => f.ceil(),
                None => ops::index_i64(t, v)? as f64,
            };
            (ms >= 0.0).then(|| blocking::now().saturating_add((ms * 1e6) as i64))
        }
    };
    if this.busy.get() {
        return Err(errors::runtime_error(t, "concurrent poll() invocation"));
    }
    let mut polled: Vec<libc::pollfd> = wanted(this)
        .iter()
        .map(|(fd, events)| libc::pollfd {
            fd: fd.as_int() as i32,
            events: events.as_int() as i16,
            revents: 0,
        })
        .collect();
    this.busy.set(true);
    let r = poll_all(t, &mut polled, until);
    this.busy.set(false);
    r?;
    let list = List::new();
    for p in polled.iter().filter(|p| p.revents != 0) {
        let events = i64::from(p.revents as u16);
        let pair = Tuple::new(&[Value::int(i64::from(p.fd)), Value::int(events)]);
        list.push(t, pair.value())?;
    }
    Ok(list)
}

py_class! {
    pub POLL: Poll = "poll", base kinds::OBJECT, flags flags::NO_NEW, module "select";
    methods {
        register(self, fd, eventmask=7, /) => register;
        modify(self, fd, eventmask, /) => modify;
        unregister(self, fd, /) => unregister;
        poll(self, timeout=None, /) => poll;
    }
}

// ---- epoll -----------------------------------------------------------------

/// An epoll object.
#[repr(C)]
pub struct Epoll {
    header: Header,
    fd: Cell<i64>,
}
heap_object!(Epoll = 435, no refs);

type E = Gc<Epoll>;

fn wrap(class: Gc<Type>, fd: i32) -> E {
    let e = Epoll {
        header: Header::NEW,
        fd: Cell::new(i64::from(fd)),
    };
    let words = pyjit_runtime::core::class::words::<Epoll>();
    Gc::with_shape(class.root_shape.get(), e, class.extra_bytes(words))
}
fn new_epoll(t: &Thread, class: Gc<Type>, size: Option<i64>, flags: Option<i64>) -> R<E> {
    if let Some(n) = size
        && n != -1
        && n <= 0
    {
        return Err(errors::value_error(t, "negative sizehint"));
    }
    if flags.is_some_and(|f| f != 0 && f != i64::from(libc::EPOLL_CLOEXEC)) {
        return Err(errors::raise(t, Exc::OSError, "invalid flags"));
    }
    Ok(wrap(
        class,
        sys!(t, libc::epoll_create1(libc::EPOLL_CLOEXEC))?,
    ))
}
fn from_fd(_t: &Thread, class: Gc<Type>, fd: i64) -> E {
    wrap(class, fd as i32)
}
fn closed_error(t: &Thread) -> Raised {
    errors::value_error(t, "I/O operation on closed epoll object")
}
fn own_fd(t: &Thread, this: E) -> R<i64> {
    match this.fd.get() {
        -1 => Err(closed_error(t)),
        fd => Ok(fd),
    }
}
fn close(t: &Thread, this: E) -> R<()> {
    match this.fd.replace(-1) {
        -1 => Ok(()),
        fd => sys!(t, libc::close(fd as i32)).map(drop),
    }
}
fn is_closed(_t: &Thread, this: E) -> bool {
    this.fd.get() < 0
}
fn control(t: &Thread, this: E, op: i32, fd: Value, events: u32) -> R<()> {
    let epoll = own_fd(t, this)? as i32;
    let fd = descriptor(t, fd)?;
    let mut e = libc::epoll_event {
        events,
        u64: fd as u64,
    };
    sys!(t, libc::epoll_ctl(epoll, op, fd as i32, &mut e)).map(drop)
}
fn epoll_register(t: &Thread, this: E, fd: Value, events: Option<i64>) -> R<()> {
    let all = libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT;
    control(
        t,
        this,
        libc::EPOLL_CTL_ADD,
        fd,
        events.map_or(all as u32, |e| e as u32),
    )
}
fn epoll_modify(t: &Thread, this: E, fd: Value, events: i64) -> R<()> {
    control(t, this, libc::EPOLL_CTL_MOD, fd, events as u32)
}
fn epoll_unregister(t: &Thread, this: E, fd: Value) -> R<()> {
    control(t, this, libc::EPOLL_CTL_DEL, fd, 0)
}
fn epoll_poll(t: &Thread, this: E, timeout: Option<Value>, most: Option<i64>) -> R<Gc<List>> {
    let epoll = own_fd(t, this)? as i32;
    let until = match timeout.filter(|v| !v.is_none()) {
        None => None,
        Some(v) => match blocking::nanoseconds(t, v, Round::Ceiling)? {
            ns if ns < 0 => None,
            ns => Some(blocking::now().saturating_add(ns)),
        },
    };
    let most = match most.unwrap_or(-1) {
        -1 => i64::from(libc::FD_SETSIZE as u32 - 1),
        n if n < 1 => {
            let m = format!("maxevents must be greater than 0, got {n}");
            return Err(errors::value_error(t, m));
        }
        n => n.min(1 << 16),
    };
    let mut found = vec![libc::epoll_event { events: 0, u64: 0 }; most as usize];
    let n = blocking::retry(t, || {
        // SAFETY: an array of that length.
        cvt(unsafe {
            libc::epoll_wait(epoll, found.as_mut_ptr(), most as i32, milliseconds(until))
        })
    })?;
    let list = List::new();
    for e in &found[..n as usize] {
        let (fd, events) = (e.u64 as i64, i64::from(e.events));
        list.push(t, Tuple::new(&[Value::int(fd), Value::int(events)]).value())?;
    }
    Ok(list)
}
fn enter(t: &Thread, this: E) -> R<E> {
    own_fd(t, this).map(|_| this)
}
fn exit(t: &Thread, this: E, _a: Option<Value>, _b: Option<Value>, _c: Option<Value>) -> R<()> {
    close(t, this)
}

py_class! {
    /// Returns an epolling object.
    pub EPOLL: Epoll = "epoll", base kinds::OBJECT, flags 0, module "select";
    methods {
        @staticmethod __new__(cls, sizehint=-1, flags=0) => new_epoll;
        @classmethod fromfd(cls, fd, /) => from_fd;
        fileno(self, /) => own_fd;
        close(self, /) => close;
        register(self, fd, eventmask=7) => epoll_register;
        modify(self, fd, eventmask) => epoll_modify;
        unregister(self, fd) => epoll_unregister;
        poll(self, timeout=None, maxevents=-1) => epoll_poll;
        __enter__(self, /) => enter;
        __exit__(self, a=None, b=None, c=None, /) => exit;
    }
    getset { closed => is_closed; }
}

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as u32 as i64)),*] };
}
const CONSTANTS: &[(&str, i64)] = constants! {
    EPOLLIN EPOLLOUT EPOLLPRI EPOLLERR EPOLLHUP EPOLLRDHUP EPOLLET EPOLLONESHOT EPOLLEXCLUSIVE
    EPOLLRDNORM EPOLLRDBAND EPOLLWRNORM EPOLLWRBAND EPOLLMSG EPOLL_CLOEXEC
};
const SHORT: &[(&str, i16)] = &[
    ("POLLIN", libc::POLLIN),
    ("POLLOUT", libc::POLLOUT),
    ("POLLPRI", libc::POLLPRI),
    ("POLLERR", libc::POLLERR),
    ("POLLHUP", libc::POLLHUP),
    ("POLLNVAL", libc::POLLNVAL),
    ("POLLRDHUP", libc::POLLRDHUP),
    ("POLLRDNORM", libc::POLLRDNORM),
    ("POLLRDBAND", libc::POLLRDBAND),
    ("POLLWRNORM", libc::POLLWRNORM),
    ("POLLWRBAND", libc::POLLWRBAND),
];

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    pyjit_runtime::core::class::make(t, &POLL);
    for (name, v) in CONSTANTS {
        m.set(t, name, Value::int(*v))?;
    }
    for (name, v) in SHORT {
        m.set(t, name, Value::int(i64::from(*v)))?;
    }
    m.set(t, "PIPE_BUF", Value::int(libc::PIPE_BUF as i64))?;
    m.set(t, "error", Exc::OSError.class().value())?;
    Ok(())
}

native_module! {
    /// This module supports asynchronous I/O on multiple file descriptors.
    pub MODULE = "select", classes [EPOLL], init init;
    functions {
        /// Wait until one or more file descriptors are ready for some kind of I/O.
        select(rlist, wlist, xlist, timeout=None, /) => select;
        /// Returns a polling object.
        poll() => make_poll;
    }
}
