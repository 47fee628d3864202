//! C functions that call Python functions.
//!
//! Each has a piece of machine code of its own, which loads the address of
//! its description and jumps to the code that all share. The pieces stand in
//! pages that are written once; what they load stands in the page behind.
#![allow(unsafe_code)]

use std::io;
use std::sync::Mutex;

use pyjit_heap::{Gc, Root, Value, finalize};
use pyjit_runtime::core::{call, errors, kinds, unraisable};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::arguments::{Taker, VECTORS, WORDS};
use super::invoke::{self, ERRNO};
use super::values;
use crate::native_layout;

native_layout! {
    /// A callback: the address of its code, and the number of its place.
    Callback = 701, refs 1..1 { } ints { address, place }
}

const PAGE: usize = 4096;
/// Bytes of a piece of code, and how many stand in a page.
const PIECE: usize = 16;
const PIECES: usize = PAGE / PIECE;

/// What the shared code needs to know.
struct Description {
    /// The function, what converts the arguments, what packs the result.
    functions: Root,
    /// Letters of the arguments; a structure is `s`, its size and its classes.
    spec: Vec<(u8, usize, Vec<u8>)>,
    result: u8,
    flags: i64,
}

/// Places that are free.
static FREE: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// The registers of a call, as the shared code leaves them.
#[repr(C)]
struct Frame {
    words: [u64; WORDS],
    vectors: [u64; VECTORS],
    /// `rax`, `rdx`, `xmm0`, `xmm1`.
    results: [u64; 4],
    returns_extended: u64,
    padding: u64,
    extended: [u64; 2],
}

/// What all pieces jump to, with the description in `r11`.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
unsafe extern "sysv64" fn shared() {
    core::arch::naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, 192",
        "mov [rsp], rdi",
        "mov [rsp + 8], rsi",
        "mov [rsp + 16], rdx",
        "mov [rsp + 24], rcx",
        "mov [rsp + 32], r8",
        "mov [rsp + 40], r9",
        "movsd [rsp + 48], xmm0",
        "movsd [rsp + 56], xmm1",
        "movsd [rsp + 64], xmm2",
        "movsd [rsp + 72], xmm3",
        "movsd [rsp + 80], xmm4",
        "movsd [rsp + 88], xmm5",
        "movsd [rsp + 96], xmm6",
        "movsd [rsp + 104], xmm7",
        "mov rdi, r11",
        "mov rsi, rsp",
        "lea rdx, [rbp + 16]",
        "call {run}",
        "cmp qword ptr [rsp + 144], 0",
        "je 2f",
        "fld tbyte ptr [rsp + 160]",
        "2:",
        "mov rax, [rsp + 112]",
        "mov rdx, [rsp + 120]",
        "movsd xmm0, [rsp + 128]",
        "movsd xmm1, [rsp + 136]",
        "leave",
        "ret",
        run = sym run,
    )
}

unsafe extern "sysv64" fn run(d: *const Description, frame: *mut Frame, stack: *const u64) {
    // SAFETY: the frame is the shared code's own.
    let frame = unsafe { &mut *frame };
    frame.results = [0; 4];
    frame.returns_extended = 0;
    // SAFETY: the description lives as long as the callback object, which the
    // program keeps as long as C may call it.
    let d = unsafe { &*d };
    let word = |i: usize| {
        // SAFETY: the caller has pushed as many words as its arguments need.
        unsafe { *stack.add(i) }
    };
    if d.flags & ERRNO != 0 {
        invoke::exchange_errno();
    }
    invoke::called_back(|t| answer(t, d, frame, &word));
    if d.flags & ERRNO != 0 {
        invoke::exchange_errno();
    }
}

fn answer(t: &Thread, d: &Description, frame: &mut Frame, stack: &dyn Fn(usize) -> u64) {
    let functions: Gc<Tuple> = Gc::from_value(d.functions.get());
    let &[function, convert, pack] = functions.items() else {
        return;
    };
    let pending = t.exc.replace(Value::NULL);
    let called = arguments(t, d, frame, stack).and_then(|args| {
        let args = call::call(t, convert, &[args.value()])?;
        match args.cast::<Tuple>() {
            Some(args) => call::call(t, function, args.items()),
            None => Err(errors::type_error(t, "no arguments")),
        }
    });
    match called {
        Ok(v) => {
            if give(t, d, frame, pack, v).is_err() {
                let what = "Exception ignored while converting result of ctypes callback function";
                unraisable::report(t, what, function);
            }
        }
        Err(_) => {
            let what = "Exception ignored while calling ctypes callback function";
            unraisable::report(t, what, function);
        }
    }
    t.exc.set(pending);
}

fn arguments(
    t: &Thread,
    d: &Description,
    frame: &Frame,
    stack: &dyn Fn(usize) -> u64,
) -> R<Gc<List>> {
    let mut taker = Taker {
        words: &frame.words,
        vectors: &frame.vectors,
        stack,
        used_words: 0,
        used_vectors: 0,
        used_stack: 0,
    };
    let args = List::new();
    for (code, size, classes) in &d.spec {
        let words = match code {
            b's' => taker.structure(*size, classes),
            b'g' => taker.memory(2, true),
            b'f' | b'd' => vec![taker.vector()],
            _ => vec![taker.word()],
        };
        let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_ne_bytes()).collect();
        let v = match code {
            b's' => Bytes::new(&bytes[..*size]).value(),
            code => values::load(t, *code, &bytes)?,
        };
        args.push(t, v)?;
    }
    Ok(args)
}

fn give(t: &Thread, d: &Description, frame: &mut Frame, pack: Value, v: Value) -> R<()> {
    if d.result == b'v' {
        return Ok(());
    }
    let v = call::call(t, pack, &[v])?;
    let bytes = values::store(t, d.result, v)?;
    let word = |i: usize| {
        let mut w = [0; 8];
        w.copy_from_slice(&bytes[i..i + 8]);
        u64::from_ne_bytes(w)
    };
    match d.result {
        b'g' => {
            frame.returns_extended = 1;
            frame.extended = [word(0), word(8)];
        }
        b'f' | b'd' => frame.results[2] = word(0),
        code => {
            // Narrow results are extended as their type says.
            let w = word(0);
            frame.results[0] = match code {
                b'b' => w as i8 as u64,
                b'h' => w as i16 as u64,
                b'i' => w as i32 as u64,
                b'B' | b'c' | b'?' => w & 0xff,
                b'H' => w & 0xffff,
                b'I' | b'u' => w & 0xffff_ffff,
                _ => w,
            };
        }
    }
    Ok(())
}

/// A new page of pieces, and the page of what they load.
#[cfg(target_arch = "x86_64")]
fn new_page() -> io::Result<Vec<usize>> {
    // SAFETY: new memory at an address that the system chooses; it is written
    // before it becomes executable.
    unsafe {
        let p = libc::mmap(
            std::ptr::null_mut(),
            2 * PAGE,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        if p == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let (code, data) = (p as usize, p as usize + PAGE);
        let target = data + PIECES * 8;
        *(target as *mut usize) = shared as *const () as usize;
        for i in 0..PIECES {
            let at = code + i * PIECE;
            // mov r11, [rip + ...]; jmp [rip + ...]
            let load = (data + i * 8 - (at + 7)) as u32;
            let jump = (target - (at + 13)) as u32;
            let mut piece = [0x90; PIECE];
            piece[..3].copy_from_slice(&[0x4c, 0x8b, 0x1d]);
            piece[3..7].copy_from_slice(&load.to_le_bytes());
            piece[7..9].copy_from_slice(&[0xff, 0x25]);
            piece[9..13].copy_from_slice(&jump.to_le_bytes());
            std::ptr::copy_nonoverlapping(piece.as_ptr(), at as *mut u8, PIECE);
        }
        if libc::mprotect(p, PAGE, libc::PROT_READ | libc::PROT_EXEC) != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok((0..PIECES).map(|i| code + i * PIECE).collect())
    }
}
#[cfg(not(target_arch = "x86_64"))]
fn new_page() -> io::Result<Vec<usize>> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

fn place() -> io::Result<usize> {
    let mut free = FREE.lock().unwrap_or_else(|e| e.into_inner());
    if free.is_empty() {
        *free = new_page()?;
    }
    Ok(free.pop().unwrap_or_default())
}
/// Where the piece of code at `place` finds its description.
fn description(place: usize) -> *mut *mut Description {
    let page = place & !(PAGE - 1);
    (page + PAGE + (place - page) / PIECE * 8) as *mut *mut Description
}

fn spec_of(t: &Thread, spec: Gc<Tuple>) -> R<Vec<(u8, usize, Vec<u8>)>> {
    let mut all = Vec::new();
    for v in spec.items() {
        if let Some(s) = v.cast::<Str>()
            && let [code] = *s.bytes()
        {
            all.push((code, 0, Vec::new()));
        } else if let Some(parts) = v.cast::<Tuple>()
            && let &[size, classes] = parts.items()
            && let Some(classes) = classes.cast::<Str>()
        {
            let size = int::to_i64(size).unwrap_or(0).max(0) as usize;
            all.push((b's', size, classes.bytes().to_vec()));
        } else {
            return Err(errors::type_error(t, "no such argument"));
        }
    }
    Ok(all)
}

/// Makes a C function.
pub fn new(
    t: &Thread,
    function: Value,
    convert: Value,
    pack: Value,
    spec: Gc<Tuple>,
    result: Gc<Str>,
    options: i64,
) -> R<Gc<Callback>> {
    let d = Description {
        functions: Root::new(Tuple::new(&[function, convert, pack]).value()),
        spec: spec_of(t, spec)?,
        result: result.bytes().first().copied().unwrap_or(b'v'),
        flags: options,
    };
    let place = crate::modules::posix::check_plain(t, place())?;
    // SAFETY: the place is ours; nobody calls it yet.
    unsafe { *description(place) = Box::into_raw(Box::new(d)) };
    let c = Callback::alloc(of_kind(701), place as i64, place as i64);
    finalize::register(c.value());
    Ok(c)
}
fn free(_t: &Thread, this: Gc<Callback>) {
    let place = this.place.replace(0) as usize;
    if place == 0 {
        return;
    }
    // SAFETY: made by `new`, given back once.
    let d = unsafe { Box::from_raw(*description(place)) };
    drop(d);
    FREE.lock().unwrap_or_else(|e| e.into_inner()).push(place);
}
fn address(_t: &Thread, this: Gc<Callback>) -> i64 {
    this.address.get()
}

py_class! {
    /// A C function that calls a Python function.
    pub CALLBACK: Callback = "Callback", base kinds::OBJECT, flags flags::IMMUTABLE, module "_pyjit_ffi";
    methods {
        __del__(self, /) => free;
    }
    getset {
        /// Where its code is.
        address => address;
    }
}
