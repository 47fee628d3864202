//! `resource`: limits and usage of the process.
#![allow(unsafe_code)]

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::tuple_methods::from_iterable;
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread};

use crate::modules::posix::{check_plain, cvt, sys};
use crate::native_module;
use crate::structure::Structure;

static RUSAGE: Structure = Structure::new(
    "resource.struct_rusage",
    &[
        "ru_utime",
        "ru_stime",
        "ru_maxrss",
        "ru_ixrss",
        "ru_idrss",
        "ru_isrss",
        "ru_minflt",
        "ru_majflt",
        "ru_nswap",
        "ru_inblock",
        "ru_oublock",
        "ru_msgsnd",
        "ru_msgrcv",
        "ru_nsignals",
        "ru_nvcsw",
        "ru_nivcsw",
    ],
    16,
);

/// A `struct_rusage`.
pub fn usage(t: &Thread, u: &libc::rusage) -> R<Value> {
    let f = |v: libc::timeval| float::from_f64(v.tv_sec as f64 + v.tv_usec as f64 * 1e-6);
    let n = Value::int;
    let values = [
        f(u.ru_utime),
        f(u.ru_stime),
        n(u.ru_maxrss),
        n(u.ru_ixrss),
        n(u.ru_idrss),
        n(u.ru_isrss),
        n(u.ru_minflt),
        n(u.ru_majflt),
        n(u.ru_nswap),
        n(u.ru_inblock),
        n(u.ru_oublock),
        n(u.ru_msgsnd),
        n(u.ru_msgrcv),
        n(u.ru_nsignals),
        n(u.ru_nvcsw),
        n(u.ru_nivcsw),
    ];
    RUSAGE.make(t, &values)
}
fn getrusage(t: &Thread, who: i64) -> R<Value> {
    // SAFETY: all-zero is a valid structure, which the call fills.
    let mut u: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    if unsafe { libc::getrusage(who as _, &mut u) } != 0 {
        return Err(errors::value_error(t, "invalid who parameter"));
    }
    usage(t, &u)
}
fn limits(l: &libc::rlimit64) -> Gc<Tuple> {
    let n = |i: u64| match i {
        libc::RLIM64_INFINITY => Value::int(-1),
        i => int::from_magnitude(false, i.into()),
    };
    Tuple::new(&[n(l.rlim_cur), n(l.rlim_max)])
}
fn kind(t: &Thread, resource: i64) -> R<u32> {
    match resource {
        0..16 => Ok(resource as u32),
        _ => Err(errors::value_error(t, "invalid resource specified")),
    }
}
fn parse(t: &Thread, v: Value) -> R<libc::rlimit64> {
    let pair = from_iterable(t, v)?;
    let &[a, b] = pair.items() else {
        return Err(errors::value_error(t, "expected a tuple of 2 integers"));
    };
    Ok(libc::rlimit64 {
        rlim_cur: limit(t, a)?,
        rlim_max: limit(t, b)?,
    })
}
/// One limit: -1 is none.
fn limit(t: &Thread, v: Value) -> R<u64> {
    let v = ops::index(t, v)?;
    match (int::to_i64(v), v.cast::<int::Int>()) {
        (Some(-1), _) => Ok(libc::RLIM64_INFINITY),
        _ if int::is_negative(v) => Err(errors::value_error(t, "Cannot convert negative int")),
        (Some(n), _) => Ok(n as u64),
        (None, Some(long)) if long.limbs().len() == 1 => Ok(long.limbs()[0]),
        _ => {
            let m = "Python int too large to convert to C rlim_t";
            Err(errors::overflow_error(t, m))
        }
    }
}
fn change(t: &Thread, pid: i32, what: u32, new: Option<&libc::rlimit64>) -> R<libc::rlimit64> {
    let mut old = libc::rlimit64 {
        rlim_cur: 0,
        rlim_max: 0,
    };
    let new = new.map_or(std::ptr::null(), std::ptr::from_ref);
    // SAFETY: one structure is read, one written.
    let r = cvt(unsafe { libc::prlimit64(pid, what as _, new, &mut old) });
    match r {
        Ok(_) => Ok(old),
        Err(e) if e.raw_os_error() == Some(libc::EINVAL) => Err(errors::value_error(
            t,
            "current limit exceeds maximum limit",
        )),
        Err(e) if e.raw_os_error() == Some(libc::EPERM) && !new.is_null() => {
            Err(errors::value_error(t, "not allowed to raise maximum limit"))
        }
        Err(e) => check_plain(t, Err(e)),
    }
}
fn getrlimit(t: &Thread, resource: i64) -> R<Gc<Tuple>> {
    let l = change(t, 0, kind(t, resource)?, None)?;
    Ok(limits(&l))
}
fn setrlimit(t: &Thread, resource: i64, new: Value) -> R<()> {
    let (kind, new) = (kind(t, resource)?, parse(t, new)?);
    change(t, 0, kind, Some(&new)).map(drop)
}
fn prlimit(t: &Thread, pid: i64, resource: i64, new: Option<Value>) -> R<Gc<Tuple>> {
    let kind = kind(t, resource)?;
    let new = match new.filter(|v| !v.is_none()) {
        None => None,
        Some(v) => Some(parse(t, v)?),
    };
    let old = change(t, pid as i32, kind, new.as_ref())?;
    Ok(limits(&old))
}
fn getpagesize(t: &Thread) -> R<i64> {
    sys!(t, libc::sysconf(libc::_SC_PAGESIZE) as i32).map(i64::from)
}

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
const CONSTANTS: &[(&str, i64)] = constants! {
    RLIMIT_CPU RLIMIT_FSIZE RLIMIT_DATA RLIMIT_STACK RLIMIT_CORE RLIMIT_NOFILE RLIMIT_AS
    RLIMIT_RSS RLIMIT_NPROC RLIMIT_MEMLOCK RLIMIT_SIGPENDING RLIMIT_MSGQUEUE RLIMIT_NICE
    RLIMIT_RTPRIO RLIMIT_RTTIME RUSAGE_SELF RUSAGE_CHILDREN RUSAGE_THREAD
};

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    for (name, v) in CONSTANTS {
        m.set(t, name, Value::int(*v))?;
    }
    m.set(t, "RLIM_INFINITY", Value::int(-1))?;
    m.set(t, "error", Exc::OSError.class().value())?;
    RUSAGE.install(t, m)
}

native_module! {
    /// Limits and usage of system resources.
    pub MODULE = "resource", init init;
    functions {
        getrusage(who, /) => getrusage;
        getrlimit(resource, /) => getrlimit;
        setrlimit(resource, limits, /) => setrlimit;
        prlimit(pid, resource, limits=None, /) => prlimit;
        getpagesize() => getpagesize;
    }
}
