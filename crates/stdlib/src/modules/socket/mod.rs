//! `_socket`: sockets ([`object`]), their addresses ([`address`]), names of
//! hosts and services ([`names`]).
#![allow(unsafe_code)]

mod address;
mod constants;
mod messages;
mod names;
pub(crate) mod object;

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::module::{Module, add_functions};
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::{R, Thread};

use crate::modules::posix::sys;
use crate::native_module;

/// Timeout of new sockets in nanoseconds; negative: none.
static DEFAULT_TIMEOUT: AtomicI64 = AtomicI64::new(-1);

fn getdefaulttimeout(_t: &Thread) -> Value {
    object::timeout_value(DEFAULT_TIMEOUT.load(Relaxed))
}
fn setdefaulttimeout(t: &Thread, timeout: Value) -> R<()> {
    DEFAULT_TIMEOUT.store(object::parse_timeout(t, timeout)?, Relaxed);
    Ok(())
}
fn close(t: &Thread, fd: Value) -> R<()> {
    let fd = pyjit_runtime::core::ops::index_i64(t, fd)?;
    sys!(t, libc::close(fd as i32)).map(drop)
}
fn dup(t: &Thread, fd: i64) -> R<i64> {
    sys!(t, libc::fcntl(fd as i32, libc::F_DUPFD_CLOEXEC, 0)).map(i64::from)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    add_functions(t, m, names::FUNCTIONS)?;
    for (name, v) in constants::ALL.iter().chain(constants::MORE) {
        m.set(t, name, int::from_i64(t, *v))?;
    }
    for name in ["herror", "gaierror"] {
        let ns = Dict::new();
        ns.set_str(t, intern("__module__"), intern("socket").value())?;
        let bases = Tuple::new(&[Exc::OSError.class().value()]);
        let args = [intern(name).value(), bases.value(), ns.value()];
        let class = call::call(t, of_kind(kinds::TYPE).value(), &args)?;
        m.set(t, name, class)?;
    }
    m.set(t, "error", Exc::OSError.class().value())?;
    m.set(t, "timeout", Exc::TimeoutError.class().value())?;
    m.set(t, "has_ipv6", Value::TRUE)?;
    m.set(t, "SocketType", of_kind(436).value())
}

native_module! {
    /// Implementation module for socket operations.
    pub MODULE = "_socket", classes [object::SOCKET], init init;
    functions {
        /// Create a pair of connected socket objects.
        socketpair(family=1, type=1, proto=0, /) => object::socketpair;
        /// Returns the default timeout in seconds (float) for new socket objects.
        getdefaulttimeout() => getdefaulttimeout;
        /// Set the default timeout in seconds (float) for new socket objects.
        setdefaulttimeout(timeout, /) => setdefaulttimeout;
        /// Close an integer socket file descriptor.
        close(fd, /) => close;
        /// Duplicate an integer socket file descriptor.
        dup(fd, /) => dup;
    }
}
