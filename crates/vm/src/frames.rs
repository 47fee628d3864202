//! Looking at the frames on the value stack.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, RefArray, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::types::cell::Cell;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use crate::objects::code::Code;
use crate::objects::frame::Frame;
use crate::objects::function::Function;
use crate::unwind::snapshot;

/// A live activation.
#[derive(Clone, Copy)]
pub struct Activation {
    pub function: Gc<Function>,
    pub base: Base,
    /// The instruction that is being executed.
    pub pc: Pc,
}

impl Activation {
    /// Its code.
    pub fn code(&self) -> Gc<Code> {
        self.function.code.gc()
    }
    /// Word index of the instruction.
    pub fn index(&self) -> u32 {
        self.code().index(self.pc)
    }
    /// Its frame object.
    pub fn object(&self) -> Gc<Frame> {
        let code = self.code();
        let n = code.object().first_temp() as usize;
        let locals = snapshot(code, self.base.slice(0, n));
        Frame::new(
            self.function,
            self.index(),
            locals,
            self.base.ptr() as usize,
        )
    }
}

/// The live activations of the thread, innermost first, the interpreter's own left out.
pub fn walk(t: &Thread) -> impl Iterator<Item = Activation> + use<> {
    let (mut pc, mut base) = (t.pc.get(), t.base.get());
    std::iter::from_fn(move || {
        loop {
            let f = base.below(HEADER_WORDS);
            let delta = base.below(1).as_int() as usize;
            let header = crate::trace::return_of(base, Pc::from_word(base.below(2)));
            if f.is_null() {
                if delta == 0 {
                    return None;
                }
                // The border of a nested run keeps the instruction that called.
                (pc, base) = (header, base.down(delta));
                continue;
            }
            let function: Gc<Function> = Gc::from_value(f);
            let code = function.code.gc();
            let here = Activation { function, base, pc };
            let here_again = code.returns_here(code.index(pc));
            (pc, base) = (
                if here_again {
                    header
                } else {
                    header.offset(-1)
                },
                base.down(delta),
            );
            if !code.is_internal() {
                return Some(here);
            }
        }
    })
}

/// The innermost activation.
pub fn innermost(t: &Thread) -> Option<Activation> {
    walk(t).next()
}

/// The frame object `depth` activations up.
pub fn frame_object(t: &Thread, depth: usize) -> Option<Gc<Frame>> {
    walk(t).nth(depth).map(|a| a.object())
}

/// The activation of a frame object, if it is still alive.
pub fn live(t: &Thread, f: Gc<Frame>) -> Option<Activation> {
    if f.base.get() == 0 {
        return None;
    }
    walk(t).find(|a| a.base.ptr() as usize == f.base.get() && a.function == f.function.gc())
}

/// The activation that called a live one.
pub fn caller(t: &Thread, f: Gc<Frame>) -> Option<Activation> {
    let mut it = walk(t);
    it.find(|a| a.base.ptr() as usize == f.base.get() && a.function == f.function.gc())?;
    it.next()
}

fn running(t: &Thread) -> Gc<Code> {
    Gc::<Function>::from_value(t.base.get().below(HEADER_WORDS))
        .code
        .gc()
}

/// The variable name of register `i` of the running frame.
pub fn register_name(t: &Thread, i: usize) -> &'static str {
    running(t).register_name(i)
}

/// Is register `i` of the running frame a variable of an enclosing function?
pub fn is_free(t: &Thread, i: usize) -> bool {
    let o = running(t).object();
    i >= o.nlocals as usize + o.cellvars.len()
}

/// What messages call the running frame.
pub fn running_kind(t: &Thread) -> &'static str {
    use pyjit_bytecode::code::flags as co;
    let code = running(t);
    if code.has(co::ASYNC_GENERATOR) {
        "async generator"
    } else if code.has(co::COROUTINE) {
        "coroutine"
    } else {
        "generator"
    }
}

/// The variables in a row of registers as a dict.
pub fn variables(t: &Thread, code: Gc<Code>, registers: &[Value]) -> R<Gc<Dict>> {
    let d = Dict::new();
    let o = code.object();
    let first_cell = o.nlocals as usize;
    for (i, v) in registers.iter().enumerate().take(o.first_temp() as usize) {
        let name = code.register_name(i);
        if name.starts_with('.') || v.is_null() {
            continue;
        }
        let v = match v.cast_exact::<Cell>() {
            Some(c) if i >= first_cell => c.value.get(),
            _ => *v,
        };
        if let Some(v) = v.opt() {
            d.set_str(t, intern(name), v)?;
        }
    }
    Ok(d)
}

/// The namespace of an activation: `locals()`.
pub fn namespace(t: &Thread, code: Gc<Code>, registers: &[Value]) -> R<Value> {
    if code.has(pyjit_bytecode::code::flags::OPTIMIZED) {
        return variables(t, code, registers).map(Gc::value);
    }
    Ok(registers.first().copied().unwrap_or(Value::NONE))
}

/// `locals()` of the innermost activation.
pub fn current_locals(t: &Thread) -> R<Value> {
    let Some(a) = innermost(t) else {
        return Err(errors::system_error(t, "frame does not exist"));
    };
    let n = a.code().object().first_temp() as usize;
    namespace(t, a.code(), a.base.slice(0, n.max(1)))
}

/// `cr_origin`: (filename, line, name) of the innermost `depth` activations.
pub fn origin(t: &Thread, depth: i64) -> R<Value> {
    let mut rows = pyjit_runtime::core::call::ArgVec::new();
    for a in walk(t).skip(1).take(depth.max(0) as usize) {
        let code = a.code();
        let row = Tuple::new(&[
            code.filename.value(),
            Value::int(code.line(a.index()) as i64),
            code.name.value(),
        ]);
        rows.push(row.value());
    }
    Ok(Tuple::new(&rows).value())
}

/// A copy of some registers that outlives their frame.
pub fn copy(registers: &[Value]) -> Option<Gc<RefArray>> {
    let a = RefArray::new(registers.len())?;
    a.copy_from(0, registers);
    Some(a)
}

/// The text of a string object, for messages.
pub fn text(s: Gc<Str>) -> String {
    s.lossy().into_owned()
}

/// What `super()` means in the innermost activation: the `__class__` cell's
/// content and the first argument.
pub fn super_arguments(t: &Thread) -> R<(Value, Value)> {
    let Some(a) = innermost(t) else {
        return Err(errors::runtime_error(t, "super(): no current frame"));
    };
    let code = a.code();
    let o = code.object();
    if o.argcount == 0 {
        return Err(errors::runtime_error(t, "super(): no arguments"));
    }
    let first_cell = o.nlocals as usize;
    let cell = |register: usize| {
        a.base
            .get(register)
            .cast_opt::<Cell>()
            .map_or(Value::NULL, |c| c.value.get())
    };
    let mut this = a.base.get(0);
    if let Some(i) = o.cellvars.iter().position(|n| *n == o.varnames[0])
        && this.is_null()
    {
        this = cell(first_cell + i);
    }
    if this.is_null() {
        return Err(errors::runtime_error(t, "super(): arg[0] deleted"));
    }
    let Some(i) = o.freevars.iter().position(|n| &**n == "__class__") else {
        return Err(errors::runtime_error(
            t,
            "super(): __class__ cell not found",
        ));
    };
    match cell(first_cell + o.cellvars.len() + i) {
        Value::NULL => Err(errors::runtime_error(t, "super(): empty __class__ cell")),
        class => Ok((class, this)),
    }
}
