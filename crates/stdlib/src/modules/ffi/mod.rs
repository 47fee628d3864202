//! `_pyjit_ffi`: what `_ctypes` (written in Python) needs of the machine:
//! memory by address, C values in it, shared libraries, calls of C functions,
//! and functions that C can call.
//!
//! As with `ctypes` everywhere, a program that gives wrong addresses or wrong
//! types is not stopped from damaging itself.

mod arguments;
mod callback;
mod invoke;
mod library;
mod memory;
mod values;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::types::int;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::{R, Thread};

use crate::native_module;

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    memory::register();
    let functions: [(&str, usize); 2] = [
        ("MEMMOVE", libc::memmove as *const () as usize),
        ("MEMSET", libc::memset as *const () as usize),
    ];
    for (name, address) in functions {
        m.set(t, name, int::from_i64(t, address as i64))?;
    }
    m.set(t, "RTLD_LOCAL", Value::int(i64::from(libc::RTLD_LOCAL)))?;
    m.set(t, "RTLD_GLOBAL", Value::int(i64::from(libc::RTLD_GLOBAL)))
}

native_module! {
    /// Memory, shared libraries and C functions, for `_ctypes`.
    pub MODULE = "_pyjit_ffi", classes [memory::MEMORY, callback::CALLBACK], init init;
    functions {
        /// New memory of that many bytes, all zero.
        allocate(size, /) => memory::allocate;
        /// The memory at an address, which the owner keeps.
        at(address, size, owner=None, /) => memory::at;
        /// The memory of an object that has a writable buffer.
        of_buffer(object, /) => memory::of_buffer;
        /// A copy of bytes, behind which zeros follow.
        copy_of(data, zeros=0, /) => memory::copy_of;
        /// The bytes at an address.
        read_bytes(address, size, /) => memory::read_bytes;
        /// Stores bytes at an address.
        write_bytes(address, data, /) => memory::write_bytes;
        /// Moves bytes from one address to another.
        move(to, source, size, /) => memory::move_bytes;
        /// The number of bytes before the first zero at an address.
        strlen(address, /) => memory::strlen;
        /// The text of wide characters at an address, up to a zero or as many as asked for.
        read_wide(address, count, /) => memory::read_wide;
        /// The C value of type `code` at an address.
        read(code, address, /) => values::read;
        /// Stores a value as C value of type `code` at an address.
        write(code, address, value, /) => values::write;
        /// Loads a shared library.
        dlopen(name, flags, /) => library::dlopen;
        /// The address of a symbol, 0 if there is none.
        dlsym(handle, name, /) => library::dlsym;
        /// Gives a shared library back.
        dlclose(handle, /) => library::dlclose;
        /// Names of the loaded libraries.
        dllist() => library::dllist;
        /// Calls a C function.
        call(address, spec, args, result, flags, /) => invoke::call;
        /// The thread's own copy of C's errno.
        get_errno() => invoke::get_errno;
        /// Sets it, and gives what it was.
        set_errno(value, /) => invoke::set_errno;
        /// A C function that calls a Python function.
        callback(function, convert, pack, spec, result, flags, /) => callback::new;
    }
}
