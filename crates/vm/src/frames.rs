//! Looking at the frames on the value stack.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, RefArray, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::core::thread::Local;
use pyjit_runtime::types::cell::Cell;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exception;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use crate::objects::code::Code;
use crate::objects::frame::Frame;
use crate::objects::function::Function;
use crate::objects::generator::{Generator, State};
use crate::objects::traceback::Traceback;
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
    /// Its frame object: always the same one.
    pub fn object(&self, t: &Thread) -> Gc<Frame> {
        if let Some(f) = known(t, self.base) {
            f.index.set(self.index());
            return f;
        }
        let code = self.code();
        let address = self.base.ptr() as usize;
        let generator = code
            .is_resumed(self.index())
            .then(|| crate::generators::running(self.base));
        if let Some(f) = generator.and_then(|g| g.frame()) {
            f.index.set(self.index());
            f.base.set(address);
            remember(t, f, self.base);
            return f;
        }
        let n = code.object().first_temp() as usize;
        let locals = snapshot(code, self.base.slice(0, n));
        let f = Frame::new(self.function, self.index(), locals, address);
        if let Some(g) = generator {
            g.set_frame(f);
        }
        remember(t, f, self.base);
        f
    }
}

/// In the word of the header that tells the distance to the caller: the activation has a
/// frame object. The bit is beyond what is left of a distance in bytes.
pub const HAS_FRAME: i64 = 1 << 61;

/// The frame objects of live activations that have one, by their windows; and of some dead ones.
fn objects(t: &Thread) -> Gc<List> {
    let all = t.local(Local::Vm1);
    if all.get().is_null() {
        all.set(List::new().value());
    }
    Gc::from_value(all.get())
}

/// The frame object of the activation in a window, if it has one.
pub fn known(t: &Thread, base: Base) -> Option<Gc<Frame>> {
    if base.below(1).as_int() & HAS_FRAME == 0 {
        return None;
    }
    let all = objects(t);
    let at = base.ptr() as usize;
    let mut frames = all
        .items()
        .iter()
        .rev()
        .map(|v| Gc::<Frame>::from_value(*v));
    frames.find(|f| f.base.get() == at)
}

/// Gives the activation in a window its frame object.
fn remember(t: &Thread, f: Gc<Frame>, base: Base) {
    forget_dead(t);
    let all = objects(t);
    let at = base.ptr() as usize;
    let address = |i: usize| Gc::<Frame>::from_value(all.get(i)).base.get();
    let mut i = all.len();
    while i > 0 && address(i - 1) >= at {
        i -= 1;
    }
    if i < all.len() && address(i) == at {
        all.set(i, f.value());
    } else if all.splice(t, i, i, &[f.value()]).is_err() {
        t.exc.set(Value::NULL);
        return;
    }
    let delta = base.below(1).as_int() | HAS_FRAME;
    base.set_below(1, Value::int(delta));
}

/// Forgets the objects of activations above the running one.
pub fn forget_dead(t: &Thread) {
    let all = objects(t);
    let top = t.base.get().ptr() as usize;
    while let Some(last) = all.items().last()
        && Gc::<Frame>::from_value(*last).base.get() > top
    {
        all.remove(all.len() - 1);
    }
}

/// The activation in a window is about to end: its object keeps the variables.
pub fn retire(t: &Thread, base: Base, code: Gc<Code>) {
    if let Some(f) = known(t, base) {
        let n = code.object().first_temp() as usize;
        match snapshot(code, base.slice(0, n)) {
            Some(l) => f.locals.put(f, l),
            None => f.locals.clear(),
        }
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
                if delta as i64 & !HAS_FRAME == 0 {
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
    walk(t).nth(depth).map(|a| a.object(t))
}

/// The activation of a frame object, if it is still alive.
pub fn live(t: &Thread, f: Gc<Frame>) -> Option<Activation> {
    let known = f.base.get() != 0;
    if let Some(a) = walk(t).find(|a| known && is_of(t, a, f)) {
        return Some(a);
    }
    // A generator that has been resumed runs in another window.
    let g = f.generator.get().opt().and_then(Generator::of)?;
    if g.state.get() != State::Running {
        return None;
    }
    let runs =
        |a: &Activation| a.code().is_resumed(a.index()) && crate::generators::running(a.base) == g;
    walk(t).find(runs)
}

/// The activation that a traceback's entry speaks of, while that handles the
/// exception: it has caught it and still refers to it.
pub fn handling(t: &Thread, tb: Gc<Traceback>) -> Option<Activation> {
    let at = tb.window.get();
    if at == 0 {
        return None;
    }
    let mut all = walk(t).skip_while(|a| a.base.ptr() as usize != at);
    let a = all.next().filter(|a| a.function == tb.function.gc())?;
    let n = usize::from(a.code().object().nregs);
    let mut held = a.base.slice(0, n).iter();
    held.any(|v| passed(*v, tb)).then_some(a)
}

/// Is the entry in the traceback of that exception?
fn passed(v: Value, tb: Gc<Traceback>) -> bool {
    let Some(e) = v.cast_opt::<Exception>() else {
        return false;
    };
    let mut at = e.traceback.value().cast_opt::<Traceback>();
    while let Some(entry) = at {
        if entry == tb {
            return true;
        }
        at = entry.next.value().cast_opt::<Traceback>();
    }
    false
}

/// Is it the frame object of the activation?
fn is_of(t: &Thread, a: &Activation, f: Gc<Frame>) -> bool {
    a.base.ptr() as usize == f.base.get() && known(t, a.base) == Some(f)
}

/// The activation that called a live one.
pub fn caller(t: &Thread, f: Gc<Frame>) -> Option<Activation> {
    let mut it = walk(t);
    it.find(|a| is_of(t, a, f))?;
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
    if depth <= 0 {
        return Ok(Value::NONE);
    }
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
