//! Memory by address.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::sync::Once;

use pyjit_heap::{Gc, Memory as Window, Value, finalize};
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::buffer::{self, Export, Exporter, ManagedBuffer};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::int;
use pyjit_runtime::types::memoryview;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::type_::{Type, flags, of_kind};
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Thread, py_class};

use crate::native_layout;

native_layout! {
    /// Bytes outside the heap: who keeps them, where they are, and whether
    /// they are ours to free.
    Memory = 700, refs 1..2 { owner } ints { address, size, owned }
}
type M = Gc<Memory>;

struct MemoryExporter;

impl Exporter for MemoryExporter {
    fn export(&self, _: &Thread, object: Value) -> R<Export> {
        let m: M = Gc::from_value(object);
        Ok(Export {
            memory: window(m.address.get() as usize, m.size.get() as usize),
            readonly: false,
            format: "B",
            itemsize: 1,
        })
    }
    fn release(&self, _: Value) {}
    fn lent(&self, _: &Thread, _: Value, _: Gc<ManagedBuffer>) -> R<()> {
        Ok(())
    }
}

/// Announces the buffers of memory objects.
pub fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| buffer::register(700, &MemoryExporter));
}

fn window(address: usize, size: usize) -> Window {
    match size {
        0 => Window::EMPTY,
        _ => Window::at(address as *mut u8, size),
    }
}
/// The bytes at an address that a program has given.
pub fn bytes_at<'a>(address: usize, size: usize) -> &'a mut [u8] {
    if size == 0 {
        return &mut [];
    }
    // SAFETY: the program says that there are bytes; other slices of them do
    // not outlive the native functions of this module.
    unsafe { std::slice::from_raw_parts_mut(address as *mut u8, size) }
}
/// An address: an int, of which 64 bits count.
pub fn address(t: &Thread, v: Value) -> R<usize> {
    let i = ops::index(t, v)?;
    Ok(int::operand(i).map_or(0, |i| i.as_ref().wrapping_u64()) as usize)
}
fn size(t: &Thread, v: i64) -> R<usize> {
    usize::try_from(v).map_err(|_| errors::value_error(t, "negative size"))
}
fn make(owner: Value, address: usize, size: usize, owned: bool) -> M {
    let m = Memory::alloc(
        of_kind(700),
        owner,
        address as i64,
        size as i64,
        owned.into(),
    );
    if owned {
        finalize::register(m.value());
    }
    m
}

pub fn allocate(t: &Thread, n: i64) -> R<M> {
    let n = size(t, n)?;
    // SAFETY: plain allocation; freed when the object dies.
    let p = unsafe { libc::calloc(n.max(1), 1) };
    match p.is_null() {
        true => Err(errors::memory_error(t)),
        false => Ok(make(Value::NONE, p as usize, n, true)),
    }
}
pub fn at(t: &Thread, start: Value, n: i64, owner: Option<Value>) -> R<M> {
    let n = size(t, n)?;
    Ok(make(
        owner.unwrap_or(Value::NONE),
        address(t, start)?,
        n,
        false,
    ))
}
pub fn of_buffer(t: &Thread, object: Value) -> R<M> {
    let view = memoryview::from_object(t, object, buffer::request::FULL_RO)?;
    if view.readonly() {
        return Err(errors::type_error(t, "underlying buffer is not writable"));
    }
    let Some(w) = view.contiguous_memory() else {
        return Err(errors::type_error(
            t,
            "underlying buffer is not C contiguous",
        ));
    };
    Ok(make(view.value(), w.start() as usize, w.len(), false))
}
pub fn copy_of(t: &Thread, data: Value, zeros: Option<i64>) -> R<M> {
    let data = buffer::bytes(t, data)?;
    let m = allocate(t, data.len() as i64 + zeros.unwrap_or(0).max(0))?;
    bytes_at(m.address.get() as usize, data.len()).copy_from_slice(&data);
    Ok(m)
}
pub fn read_bytes(t: &Thread, start: Value, n: i64) -> R<Gc<Bytes>> {
    let n = size(t, n)?;
    Ok(Bytes::new(bytes_at(address(t, start)?, n)))
}
pub fn write_bytes(t: &Thread, start: Value, data: Value) -> R<()> {
    let data = buffer::bytes(t, data)?;
    let to = address(t, start)? as *mut u8;
    // SAFETY: the program says that there is room; the regions may overlap.
    unsafe { std::ptr::copy(data.as_ptr(), to, data.len()) };
    Ok(())
}
pub fn move_bytes(t: &Thread, to: Value, from: Value, n: i64) -> R<()> {
    let (to, from) = (address(t, to)?, address(t, from)?);
    // SAFETY: the program says that there are as many bytes at both places.
    unsafe { libc::memmove(to as *mut c_void, from as *const c_void, size(t, n)?) };
    Ok(())
}
pub fn strlen(t: &Thread, start: Value) -> R<i64> {
    let start = address(t, start)?;
    // SAFETY: the program says that there is a string that ends with a zero.
    Ok(unsafe { libc::strlen(start as *const libc::c_char) } as i64)
}
pub fn read_wide(t: &Thread, start: Value, count: i64) -> R<Gc<Str>> {
    let start = address(t, start)?;
    let mut out = Vec::new();
    for i in 0.. {
        if count >= 0 && i >= count as usize {
            break;
        }
        let mut unit = [0; 4];
        unit.copy_from_slice(bytes_at(start + 4 * i, 4));
        let c = u32::from_ne_bytes(unit);
        if c == 0 && count < 0 {
            break;
        }
        if c > 0x10ffff {
            let m = format!("character U+{c:x} is not in range [U+0000; U+10ffff]");
            return Err(errors::value_error(t, m));
        }
        wtf8::push(&mut out, c);
    }
    Ok(Str::from_wtf8(&out))
}

fn free(_t: &Thread, this: M) {
    if this.owned.replace(0) != 0 {
        let p = this.address.replace(0) as *mut c_void;
        // SAFETY: ours, and freed once.
        unsafe { libc::free(p) };
    }
}
fn new(t: &Thread, _class: Gc<Type>, n: i64) -> R<M> {
    allocate(t, n)
}
fn get_address(t: &Thread, this: M) -> Value {
    match this.address.get() {
        i if i < 0 => int::from_magnitude(false, i as u64 as u128),
        i => int::from_i64(t, i),
    }
}
fn get_size(_t: &Thread, this: M) -> i64 {
    this.size.get()
}

py_class! {
    /// Bytes outside the heap.
    pub MEMORY: Memory = "Memory", base kinds::OBJECT, flags flags::IMMUTABLE, module "_pyjit_ffi";
    methods {
        @staticmethod __new__(cls, size, /) => new;
        __del__(self, /) => free;
    }
    getset {
        /// Where it begins.
        address => get_address;
        /// How many bytes there are.
        size => get_size;
    }
}
