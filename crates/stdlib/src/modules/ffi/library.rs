//! Shared libraries.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_int, c_void};

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::{R, Raised, Thread};

use super::memory::address;
use crate::modules::posix::execute::c_string;

#[cold]
fn fail(t: &Thread) -> Raised {
    // SAFETY: null or a string that lives until the next call.
    let m = unsafe {
        let p = libc::dlerror();
        match p.is_null() {
            true => String::from("dlopen() error"),
            false => CStr::from_ptr(p).to_string_lossy().into_owned(),
        }
    };
    errors::raise(t, Exc::OSError, m)
}

pub fn dlopen(t: &Thread, name: Value, flags: i64) -> R<i64> {
    let name = match name.is_none() {
        true => None,
        false => Some(c_string(t, name)?),
    };
    let p = name.as_ref().map_or(std::ptr::null(), |n| n.as_ptr());
    // SAFETY: null or a string.
    let handle = unsafe { libc::dlopen(p, flags as c_int | libc::RTLD_NOW) };
    match handle.is_null() {
        true => Err(fail(t)),
        false => Ok(handle as i64),
    }
}
pub fn dlsym(t: &Thread, handle: Value, name: Value) -> R<i64> {
    let (handle, name) = (address(t, handle)?, c_string(t, name)?);
    // SAFETY: a handle of `dlopen`, a string.
    let p = unsafe {
        libc::dlerror();
        libc::dlsym(handle as *mut c_void, name.as_ptr())
    };
    // SAFETY: null or a string that lives until the next call.
    let error = unsafe { libc::dlerror() };
    if error.is_null() {
        return Ok(p as i64);
    }
    // SAFETY: the same.
    let m = unsafe { CStr::from_ptr(error).to_string_lossy().into_owned() };
    Err(errors::raise(t, Exc::OSError, m))
}
pub fn dlclose(t: &Thread, handle: Value) -> R<()> {
    let handle = address(t, handle)?;
    // SAFETY: a handle of `dlopen`.
    match unsafe { libc::dlclose(handle as *mut c_void) } {
        0 => Ok(()),
        _ => Err(fail(t)),
    }
}

unsafe extern "C" fn note(
    info: *mut libc::dl_phdr_info,
    _size: libc::size_t,
    names: *mut c_void,
) -> c_int {
    // SAFETY: the list that was passed, and what the loader tells.
    unsafe {
        let names = &mut *names.cast::<Vec<Vec<u8>>>();
        if !(*info).dlpi_name.is_null() {
            names.push(CStr::from_ptr((*info).dlpi_name).to_bytes().to_vec());
        }
    }
    0
}
pub fn dllist(t: &Thread) -> R<Gc<List>> {
    let mut names: Vec<Vec<u8>> = Vec::new();
    // SAFETY: the function above gets the list.
    unsafe { libc::dl_iterate_phdr(Some(note), (&raw mut names).cast()) };
    let all = List::new();
    for n in names {
        all.push(t, Str::new(&String::from_utf8_lossy(&n)).value())?;
    }
    Ok(all)
}
