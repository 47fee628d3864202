//! Calls of C functions.
#![allow(unsafe_code)]

use std::cell::Cell;

use pyjit_heap::{Gc, Value, lock};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use super::arguments::{Places, VECTORS, WORDS, words};
use super::memory::{address, bytes_at};
use super::values;

/// Flags of `call`: keep the interpreter lock, exchange `errno`.
pub const KEEP_LOCK: i64 = 4;
pub const ERRNO: i64 = 8;

/// What the machine code below reads and writes.
#[repr(C)]
struct Registers {
    words: [u64; WORDS],
    vectors: [u64; VECTORS],
    stack: *const u64,
    stack_words: usize,
    target: usize,
    /// Results: `rax`, `rdx`, `xmm0`, `xmm1`, the top of the x87 stack.
    results: [u64; 4],
    extended: [u64; 2],
    wants_extended: u64,
}

/// Calls `target` with registers and stack as given.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
unsafe extern "sysv64" fn enter(r: *mut Registers) {
    core::arch::naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "push rbx",
        "sub rsp, 8",
        "mov rbx, rdi",
        "mov rsi, [rbx + 112]",
        "mov rcx, [rbx + 120]",
        "lea rax, [rcx * 8]",
        "sub rsp, rax",
        "mov rdi, rsp",
        "cld",
        "rep movsq",
        "movsd xmm0, [rbx + 48]",
        "movsd xmm1, [rbx + 56]",
        "movsd xmm2, [rbx + 64]",
        "movsd xmm3, [rbx + 72]",
        "movsd xmm4, [rbx + 80]",
        "movsd xmm5, [rbx + 88]",
        "movsd xmm6, [rbx + 96]",
        "movsd xmm7, [rbx + 104]",
        "mov rdi, [rbx]",
        "mov rsi, [rbx + 8]",
        "mov rdx, [rbx + 16]",
        "mov rcx, [rbx + 24]",
        "mov r8, [rbx + 32]",
        "mov r9, [rbx + 40]",
        "mov eax, 8",
        "call [rbx + 128]",
        "mov [rbx + 136], rax",
        "mov [rbx + 144], rdx",
        "movsd [rbx + 152], xmm0",
        "movsd [rbx + 160], xmm1",
        "cmp qword ptr [rbx + 184], 0",
        "je 2f",
        "fstp tbyte ptr [rbx + 168]",
        "2:",
        "lea rsp, [rbp - 8]",
        "pop rbx",
        "pop rbp",
        "ret",
    )
}

thread_local! {
    /// The thread that is calling a C function, or null.
    static CALLER: Cell<*const Thread> = const { Cell::new(std::ptr::null()) };
    /// Has it given up the interpreter lock for that?
    static UNLOCKED: Cell<bool> = const { Cell::new(false) };
    /// The thread's copy of `errno`.
    static ERRNO_COPY: Cell<i32> = const { Cell::new(0) };
}

/// Runs `f` with the state of the thread that is calling C, holding the lock.
/// `None` if C calls in a thread that Python knows nothing of.
pub fn called_back<T>(f: impl FnOnce(&Thread) -> T) -> Option<T> {
    let caller = CALLER.get();
    if caller.is_null() {
        return None;
    }
    // SAFETY: thread states live as long as the process; this is our own.
    let t = unsafe { &*caller };
    Some(match UNLOCKED.replace(false) {
        false => f(t),
        true => {
            let r = lock::called_back(|| f(t));
            UNLOCKED.set(true);
            r
        }
    })
}

pub fn get_errno(_t: &Thread) -> i64 {
    i64::from(ERRNO_COPY.get())
}
pub fn set_errno(_t: &Thread, value: i64) -> i64 {
    i64::from(ERRNO_COPY.replace(value as i32))
}
/// Exchanges the thread's copy and C's `errno`.
pub fn exchange_errno() {
    // SAFETY: the thread's own variable.
    unsafe {
        let place = libc::__errno_location();
        *place = ERRNO_COPY.replace(*place);
    }
}

fn place(t: &Thread, places: &mut Places, code: u8, v: Value) -> R<()> {
    match code {
        b'd' => places.vector(ops::to_f64(t, v)?.to_bits()),
        b'f' => places.vector(u64::from((ops::to_f64(t, v)? as f32).to_bits())),
        b'g' => places.memory(&words(&values::extended(ops::to_f64(t, v)?)), true),
        b'O' => places.word(v.0),
        b's' => {
            let (at, n, classes) = structure(t, v)?;
            places.structure(&words(bytes_at(at, n)), classes.bytes());
        }
        _ => places.word(address(t, v)? as u64),
    }
    Ok(())
}
/// Address, size and classes of a structure.
fn structure(t: &Thread, v: Value) -> R<(usize, usize, Gc<Str>)> {
    if let Some(parts) = v.cast::<Tuple>()
        && let &[at, n, classes] = parts.items()
        && let Some(classes) = classes.cast::<Str>()
    {
        return Ok((address(t, at)?, address(t, n)?, classes));
    }
    Err(errors::type_error(
        t,
        "an address, a size and classes are needed",
    ))
}

/// How a result comes back.
enum Result {
    Nothing,
    /// A value of one type.
    One(u8),
    /// A structure, stored at an address.
    Structure(usize, usize, Gc<Str>),
}

fn result(t: &Thread, v: Value) -> R<Result> {
    if v.is_none() {
        return Ok(Result::Nothing);
    }
    match v.cast::<Str>() {
        Some(s) => Ok(Result::One(s.bytes().first().copied().unwrap_or(b'i'))),
        None => structure(t, v).map(|(at, n, c)| Result::Structure(at, n, c)),
    }
}

fn run(t: &Thread, r: &mut Registers, flags: i64) {
    let registers: *mut Registers = r;
    let go = || {
        if flags & ERRNO != 0 {
            exchange_errno();
        }
        // SAFETY: the program says that there is a function of this type; the
        // structure and the stack words outlive the call.
        #[cfg(target_arch = "x86_64")]
        unsafe {
            enter(registers)
        };
        if flags & ERRNO != 0 {
            exchange_errno();
        }
    };
    let keep = flags & KEEP_LOCK != 0;
    let caller = CALLER.replace(t);
    let unlocked = UNLOCKED.replace(!keep);
    match keep {
        true => go(),
        false => lock::blocking(go),
    }
    UNLOCKED.set(unlocked);
    CALLER.set(caller);
}

/// Calls the function at an address. Results are values of one type, or
/// stored where the caller says.
pub fn call(
    t: &Thread,
    target: Value,
    spec: Gc<Str>,
    args: Gc<Tuple>,
    wanted: Value,
    flags: i64,
) -> R<Value> {
    let wanted = result(t, wanted)?;
    let mut places = Places::default();
    if let Result::Structure(at, _, classes) = wanted
        && matches!(classes.bytes(), b"M" | b"A")
    {
        places.word(at as u64);
    }
    for (code, v) in spec.bytes().iter().zip(args.items()) {
        place(t, &mut places, *code, *v)?;
    }
    if places.stack.len() % 2 == 1 {
        places.stack.push(0);
    }
    let extended = match wanted {
        Result::One(b'g') => true,
        Result::Structure(_, _, c) => c.bytes() == b"X",
        _ => false,
    };
    let mut r = Registers {
        words: places.words,
        vectors: places.vectors,
        stack: places.stack.as_ptr(),
        stack_words: places.stack.len(),
        target: address(t, target)?,
        results: [0; 4],
        extended: [0; 2],
        wants_extended: extended.into(),
    };
    run(t, &mut r, flags);
    t.host().poll(t)?;
    let mut bytes = [0; 16];
    match wanted {
        Result::Nothing => Ok(Value::NONE),
        Result::One(b'g') => {
            bytes[..8].copy_from_slice(&r.extended[0].to_ne_bytes());
            bytes[8..].copy_from_slice(&r.extended[1].to_ne_bytes());
            values::load(t, b'g', &bytes)
        }
        Result::One(code) => {
            let word = r.results[if matches!(code, b'f' | b'd') { 2 } else { 0 }];
            bytes[..8].copy_from_slice(&word.to_ne_bytes());
            match values::width(code) {
                0 => Err(errors::value_error(t, "no such C type")),
                _ => values::load(t, code, &bytes),
            }
        }
        Result::Structure(at, n, classes) => {
            gather(&r, bytes_at(at, n), classes.bytes());
            Ok(Value::NONE)
        }
    }
}

/// Puts a structure together that came back in registers.
fn gather(r: &Registers, out: &mut [u8], classes: &[u8]) {
    let mut words = match classes {
        b"X" => r.extended.to_vec(),
        b"M" | b"A" => return,
        _ => Vec::new(),
    };
    let (mut general, mut vectors) = (0, 2);
    for c in classes {
        let next = match c {
            b'S' => &mut vectors,
            b'I' => &mut general,
            _ => break,
        };
        words.push(r.results[*next]);
        *next += 1;
    }
    let bytes: Vec<u8> = words.iter().flat_map(|w| w.to_ne_bytes()).collect();
    let n = out.len().min(bytes.len());
    out[..n].copy_from_slice(&bytes[..n]);
}
