//! `errno`: the operating system's error numbers.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::{R, Thread};

use crate::native_module;

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}

/// All names; of two names for one number the later one is its name in `errorcode`.
static NUMBERS: &[(&str, i32)] = numbers! {
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EWOULDBLOCK EAGAIN ENOMEM
    EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY
    ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK EDEADLOCK ENAMETOOLONG
    ENOLCK ENOSYS ENOTEMPTY ELOOP ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH
    ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT EBFONT ENOSTR ENODATA ETIME ENOSR
    ENONET ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW
    ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE
    EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT
    EOPNOTSUPP ENOTSUP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH
    ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT
    ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL
    EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED
    EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON
};

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let codes = Dict::new();
    for (name, number) in NUMBERS {
        let number = Value::int(*number as i64);
        m.set(t, name, number)?;
        codes.set(t, number, intern(name).value())?;
    }
    m.set(t, "errorcode", codes.value())
}

native_module! {
    /// This module makes available standard errno system symbols.
    ///
    /// The value of each symbol is the corresponding integer value,
    /// e.g., on most systems, errno.ENOENT equals the integer 2.
    ///
    /// The dictionary errno.errorcode maps numeric codes to symbol names,
    /// e.g., errno.errorcode[2] could be the string 'ENOENT'.
    ///
    /// Symbols that are not relevant to the underlying system are not defined.
    ///
    /// To map error codes to error messages, use the function os.strerror(),
    /// e.g. os.strerror(2) could return 'No such file or directory'.
    pub MODULE = "errno", init init;
    functions {}
}
