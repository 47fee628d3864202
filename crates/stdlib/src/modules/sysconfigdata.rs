//! The variables of the build that `sysconfig` reads: where an installation
//! has its parts, what the platform is, and that there is no C interface.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::settings;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::{R, Thread};

use crate::native_module;

/// Texts that do not depend on the place of the installation.
static TEXTS: &[(&str, &str)] = &[
    ("ABIFLAGS", ""),
    ("AR", "ar"),
    ("ARFLAGS", "rcs"),
    ("CC", "cc"),
    ("CCSHARED", "-fPIC"),
    ("CFLAGS", ""),
    ("CONFIG_ARGS", ""),
    ("CXX", "c++"),
    ("EXT_SUFFIX", ".pyjit-314-x86_64-linux-gnu.so"),
    ("EXE", ""),
    ("LDCXXSHARED", "c++ -shared"),
    ("LDFLAGS", ""),
    ("LDSHARED", "cc -shared"),
    ("MACHDEP", "linux"),
    ("MULTIARCH", "x86_64-linux-gnu"),
    ("PLATLIBDIR", "lib"),
    ("PY_CFLAGS", ""),
    ("SHELL", "/bin/sh"),
    ("SHLIB_SUFFIX", ".so"),
    ("SOABI", "pyjit-314-x86_64-linux-gnu"),
    ("VERSION", "3.14"),
];

/// Numbers of the build.
static NUMBERS: &[(&str, i64)] = &[
    ("HAVE_FORK", 1),
    ("HAVE_GETADDRINFO", 1),
    ("HAVE_POLL", 1),
    ("Py_DEBUG", 0),
    ("Py_ENABLE_SHARED", 0),
    ("Py_GIL_DISABLED", 0),
    ("SIZEOF_DOUBLE", 8),
    ("SIZEOF_LONG", 8),
    ("SIZEOF_SIZE_T", 8),
    ("SIZEOF_TIME_T", 8),
    ("SIZEOF_VOID_P", 8),
    ("WITH_DOC_STRINGS", 1),
];

/// Folders below the prefix.
static FOLDERS: &[(&str, &str)] = &[
    ("prefix", ""),
    ("exec_prefix", ""),
    ("BINDIR", "/bin"),
    ("LIBDIR", "/lib"),
    ("LIBDEST", "/lib/python3.14"),
    ("BINLIBDEST", "/lib/python3.14"),
    ("INCLUDEPY", "/include/python3.14"),
    ("CONFINCLUDEPY", "/include/python3.14"),
];

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let vars = Dict::new();
    for (name, text) in TEXTS {
        vars.set_str(t, intern(name), Str::new(text).value())?;
    }
    for (name, number) in NUMBERS {
        vars.set_str(t, intern(name), Value::int(*number))?;
    }
    for (name, folder) in FOLDERS {
        let path = format!("{}{folder}", settings::get().base_prefix);
        vars.set_str(t, intern(name), Str::new(&path).value())?;
    }
    m.set(t, "build_time_vars", vars.value())
}

native_module! {
    /// System configuration of this build, for the sysconfig module.
    pub MODULE = "_sysconfigdata__linux_x86_64-linux-gnu", init init;
    functions {}
}
