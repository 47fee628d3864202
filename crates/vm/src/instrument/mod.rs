//! Running with everybody told: `sys.settrace`, `sys.setprofile`, `sys.monitoring`.
//!
//! While somebody in a thread wants to know, [`Thread::instrumented`] is set and the
//! dispatcher uses a table whose one handler asks here before and after each instruction;
//! compiled code is not entered. Nobody pays for it otherwise.
//!
//! - here: the switch, and what an instruction means to observers;
//! - [`tell`]: calling the observers; [`unwind`]: exceptions; [`jump`]: setting `f_lineno`.

mod jump;
mod lines;
mod tell;
mod unwind;

use pyjit_bytecode::Op;
use pyjit_bytecode::code::flags as co;
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, Value};
use pyjit_runtime::core::attr::bind_native;
use pyjit_runtime::core::kinds;
use pyjit_runtime::core::monitor::{self, Event};
use pyjit_runtime::core::native::NativeObject;
use pyjit_runtime::core::thread::Local;
use pyjit_runtime::types::descriptors::BoundMethod;
use pyjit_runtime::{R, Thread};

use crate::objects::code::Code;
use crate::objects::frame::Frame;
use crate::objects::function::Function;

use lines::Lines;

pub use jump::set_line;
pub use unwind::unwind;

/// A place in a running frame.
#[derive(Clone, Copy)]
pub struct Place {
    pub function: Gc<Function>,
    pub code: Gc<Code>,
    pub pc: Pc,
    pub base: Base,
    pub index: u32,
    lines: &'static Lines,
}

impl Place {
    /// The place, if there is a user's frame.
    pub fn new(pc: Pc, base: Base) -> Option<Place> {
        let f = base.below(HEADER_WORDS);
        // A compiled caller waits for the frame to return to a word outside of all code.
        if f.is_null() || pc.op() == Op::halt as u8 {
            return None;
        }
        let function: Gc<Function> = Gc::from_value(f);
        let code = function.code.gc();
        (!code.is_internal()).then(|| Place {
            function,
            code,
            pc,
            base,
            index: code.index(pc),
            lines: Lines::of(code.object()),
        })
    }
    fn line(&self) -> u32 {
        self.lines.at(self.index)
    }
    /// What makes cells and the like, in the line of `def`, before the body: nobody is told
    /// of that line.
    fn is_prologue(&self, line: u32) -> bool {
        let o = self.code.object();
        let is_def = self.code.has(co::OPTIMIZED) && !o.name.starts_with('<');
        is_def && line == o.firstlineno && self.lines.goes_on
    }
    fn op(&self) -> Option<Op> {
        Op::from_u8(self.pc.op())
    }
}

/// What was seen before an instruction, for what is to be said after it.
#[derive(Default)]
pub struct Seen {
    place: Option<Place>,
    /// A call of something that is not Python: callee and first argument.
    native: Option<(Value, Value)>,
    /// The instruction that awaits what the frame returns, and that.
    awaited: Option<(Pc, Value)>,
    /// The frame is to go on there instead.
    pub jump: Option<Pc>,
}

/// [`Thread::traced`]: the frame has just been entered.
const FRESH: u32 = u32::MAX;
/// [`Thread::traced`]: it has begun, but not come to a line.
const NOWHERE: u32 = u32::MAX - 1;
/// [`Thread::traced`]: a jump back to the same line.
const AGAIN: u32 = 1 << 31;
/// [`Thread::traced`]: a call that is done. What is done with its value is an event of its own,
/// even if nothing is done.
const CALLED: u32 = 1 << 30;

/// The instruction of an entry of [`Thread::traced`], if it has come to one.
fn index_of(last: u32) -> Option<u32> {
    (!matches!(last, FRESH | NOWHERE)).then_some(last & !(AGAIN | CALLED))
}

/// Does anybody in this thread want to know anything?
fn is_wanted(t: &Thread) -> bool {
    t.tracing.get() == 0
        && (!t.local(Local::Trace).get().is_null()
            || !t.local(Local::Profile).get().is_null()
            || monitor::with(|m| m.is_active()))
}

/// Switches a thread as it is wanted now.
pub fn update(t: &Thread) {
    let wanted = is_wanted(t);
    let was = t.instrumented.replace(wanted);
    if wanted && !was && t.tracing.get() == 0 {
        t.traced.borrow_mut().clear();
        crate::trace::leave_all();
    }
}

/// While it lives, nobody is told anything: observers run, who have been told of a place.
struct Quiet<'t>(&'t Thread, (usize, u8, u32));

impl<'t> Quiet<'t> {
    fn new(t: &'t Thread, p: &Place, what: tell::What, shown: u32) -> Quiet<'t> {
        t.tracing.set(t.tracing.get() + 1);
        t.instrumented.set(false);
        let before = t.told.replace((p.base.ptr() as usize, what as u8, shown));
        Quiet(t, before)
    }
}
impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        let t = self.0;
        t.told.set(self.1);
        t.tracing.set(t.tracing.get() - 1);
        t.instrumented.set(is_wanted(t));
    }
}

/// Forgets frames above a window.
fn pop(t: &Thread, base: Base) {
    let mut all = t.traced.borrow_mut();
    let at = base.ptr() as usize;
    while all.last().is_some_and(|e| e.0 > at) {
        all.pop();
    }
}
/// Forgets a frame that is being left.
fn leave(t: &Thread, base: Base) {
    pop(t, base);
    let mut all = t.traced.borrow_mut();
    if all.last().is_some_and(|e| e.0 == base.ptr() as usize) {
        all.pop();
    }
}
/// Notes that a frame has been entered.
pub fn entered(t: &Thread, base: Base) {
    leave(t, base);
    t.traced.borrow_mut().push((base.ptr() as usize, FRESH));
}

/// The last instruction of a frame that had a line.
fn last_index(t: &Thread, p: &Place) -> u32 {
    pop(t, p.base);
    let at = p.base.ptr() as usize;
    let mut all = t.traced.borrow_mut();
    match all.last() {
        Some(e) if e.0 == at => e.1,
        _ => {
            let index = match p.pc == p.code.entry() {
                true => FRESH,
                // It has just called what made us look.
                false => p.index.saturating_sub(1) | CALLED,
            };
            all.push((at, index));
            index
        }
    }
}
/// The last instruction with a line, if there has been one.
fn last_seen(t: &Thread, p: &Place) -> Option<u32> {
    index_of(last_index(t, p))
}
/// The last line of a live frame, 0 if none is known.
pub fn last_line(t: &Thread, f: Gc<Frame>) -> u32 {
    let all = t.traced.borrow();
    let entry = all.iter().find(|e| e.0 == f.base.get());
    let lines = Lines::of(f.function.gc().code.gc().object());
    entry.and_then(|e| index_of(e.1)).map_or(0, |i| lines.at(i))
}
fn set_last(t: &Thread, base: Base, index: u32) {
    if let Some(e) = t.traced.borrow_mut().last_mut()
        && e.0 == base.ptr() as usize
    {
        e.1 = index;
    }
}

/// Before the instruction at `pc`.
pub fn before(t: &Thread, pc: Pc, base: Base) -> R<Seen> {
    let Some(p) = Place::new(pc, base) else {
        return Ok(Seen::default());
    };
    let resumable = p.code.is_resumable();
    if resumable && (p.index == 0 || !p.code.is_resumed(p.index - 1)) {
        // The call that makes the generator is nobody's business.
        return Ok(Seen::default());
    }
    let mut last = last_index(t, &p);
    if last == FRESH {
        let started = !resumable || p.code.at(p.index - 1).op() == Op::return_generator as u8;
        if !started {
            // It goes on in the line in which it was suspended.
            last = p.index - 1;
        }
        set_last(t, base, if started { NOWHERE } else { last });
        tell::started(t, &p, started)?;
    }
    let line = p.line();
    let begun = index_of(last).is_some();
    call_is_done(t, &p, last)?;
    if line != 0 && (begun || !p.is_prologue(line)) {
        let before = index_of(last).map_or(0, |i| p.lines.at(i));
        let new = before != line;
        let again = last & AGAIN != 0 || begun && is_next_round(&p, last);
        set_last(t, base, p.index);
        if (new || again) && t.instrumented.get() {
            tell::line(t, &p, line, new)?;
            if let Some(seen) = jumps(t, &p) {
                return Ok(seen);
            }
        }
    }
    at_instruction(t, p)
}

/// After a call in another line, nothing has shown yet that it is over.
fn call_is_done(t: &Thread, p: &Place, last: u32) -> R<()> {
    match index_of(last) {
        Some(index) if last & CALLED != 0 && ![0, p.line()].contains(&p.lines.at(index)) => {
            let pc = p.code.at(index);
            let here = t.pc.replace(pc);
            let told = tell::instruction(t, &Place { index, pc, ..*p });
            t.pc.set(here);
            told
        }
        _ => Ok(()),
    }
}

/// The trace function has set `f_lineno`: the line there is a new one.
fn jumps(t: &Thread, p: &Place) -> Option<Seen> {
    let to = jump::wanted(t, p)?;
    set_last(t, p.base, p.code.index(to) | AGAIN);
    Some(Seen {
        jump: Some(to),
        ..Seen::default()
    })
}

/// Is it `for_iter`, come to from the loop's body, not from before the loop? A round begins there.
fn is_next_round(p: &Place, last: u32) -> bool {
    // The jump to it stands right before the body.
    p.op() == Some(Op::for_iter)
        && index_of(last).map(|i| i + 1)
            != Some(p.index.wrapping_add_signed((p.pc.c() as i16).into()))
}

fn at_instruction(t: &Thread, p: Place) -> R<Seen> {
    if !t.instrumented.get() {
        return Ok(Seen::default());
    }
    tell::instruction(t, &p)?;
    let mut seen = Seen {
        place: Some(p),
        ..Seen::default()
    };
    let base = p.base;
    if let Some(op @ (Op::gen_ret | Op::gen_ret_none)) = p.op() {
        let value = if op == Op::gen_ret {
            base.get(p.pc.a())
        } else {
            Value::NONE
        };
        seen.awaited = awaited(&p, value);
    }
    match p.op() {
        Some(Op::ret | Op::gen_ret) => tell::returned(t, &p, Event::PY_RETURN, base.get(p.pc.a()))?,
        Some(Op::ret_none | Op::gen_ret_none) => {
            tell::returned(t, &p, Event::PY_RETURN, Value::NONE)?
        }
        Some(op @ (Op::yield_value | Op::yield_delegate)) => {
            let r = if op == Op::yield_value {
                p.pc.b()
            } else {
                p.pc.a()
            };
            tell::returned(t, &p, Event::PY_YIELD, base.get(r))?;
            if let Some(jump) = jumps(t, &p) {
                return Ok(jump);
            }
        }
        Some(Op::call | Op::call_kw | Op::call_method | Op::call_method_kw | Op::call_ex) => {
            let (callee, first) = call_of(&p);
            tell::event(t, &p, Event::CALL, &[callee, first])?;
            if !is_python(callee) {
                seen.native = Some((callee, first));
                tell::native(t, &p, "c_call", callee, first)?;
            }
        }
        _ => {}
    }
    Ok(seen)
}

fn is_python(f: Value) -> bool {
    if let Some(m) = f.cast_exact::<BoundMethod>() {
        return is_python(m.function.get());
    }
    f.is_ptr() && f.shape_id() == kinds::FUNCTION
}

/// The callee and the first argument of a call.
fn call_of(p: &Place) -> (Value, Value) {
    let (base, a) = (p.base, p.pc.a());
    let callee = base.get(a);
    let missing = monitor::with(|m| m.constants().1);
    let method = matches!(p.op(), Some(Op::call_method | Op::call_method_kw));
    let mut first = missing;
    match p.op() {
        Some(Op::call_ex) => {
            let args = base.get(a + 3);
            if let Some(items) = args.cast_exact::<pyjit_runtime::types::tuple::Tuple>()
                && !items.is_empty()
            {
                first = items.items()[0];
            }
        }
        _ if method && base.get(a + 3).is_null() && p.pc.b() <= 1 => {}
        _ if method && base.get(a + 3).is_null() => first = base.get(a + 4),
        _ if p.pc.b() > 0 => first = base.get(a + 3),
        _ => {}
    }
    match callee.cast_exact::<BoundMethod>() {
        Some(m) => (m.function.get(), m.this.get()),
        None => (callee, first),
    }
}

/// What profilers see called: a builtin, bound to its object; nothing for others.
fn builtin(callee: Value, first: Value) -> Option<Value> {
    if !callee.is_ptr() {
        return None;
    }
    match callee.shape_id() {
        kinds::METHOD_DESCRIPTOR => {
            let f: Gc<NativeObject> = Gc::from_value(callee);
            Some(bind_native(f, first))
        }
        kinds::BUILTIN_FUNCTION => Some(callee),
        _ => None,
    }
}

/// After an instruction in the window `from`, which has led to `pc` in the window `base`.
pub fn after(t: &Thread, seen: &Seen, from: Base, at: (Pc, Base), raised: bool) -> R<()> {
    let (pc, base) = at;
    let Some(p) = &seen.place else {
        // The interpreter's own code calls and resumes, too.
        if !raised && base.ptr() > from.ptr() {
            entered(t, base);
        } else if !raised && base != from {
            leave(t, from);
        }
        return Ok(());
    };
    if let Some((callee, first)) = seen.native {
        let done = !raised && base == p.base;
        if raised {
            unwind::keeping(t, || {
                tell::event(t, p, Event::C_RAISE, &[callee, first])?;
                tell::native(t, p, "c_exception", callee, first)
            })?;
        } else if done {
            tell::event(t, p, Event::C_RETURN, &[callee, first])?;
            tell::native(t, p, "c_return", callee, first)?;
        }
    }
    if raised {
        return Ok(());
    }
    if seen.native.is_some() && base == p.base {
        set_last(t, base, p.index | CALLED);
    }
    if base.ptr() > p.base.ptr() {
        set_last(t, p.base, p.index | CALLED);
        entered(t, base);
    } else if base != p.base {
        leave(t, p.base);
        if let Some((at, v)) = seen.awaited {
            returned_to(t, at, base, v)?;
        }
    } else if let Some(name) = p.op().map(|op| op.info().name) {
        jumped(t, p, name, pc)?;
    }
    Ok(())
}

/// What a coroutine or generator returns comes to who awaits it as a `StopIteration`; to a
/// loop, too, unless it is None.
fn awaited(from: &Place, v: Value) -> Option<(Pc, Value)> {
    let resumer = Pc::from_word(from.base.below(2));
    if resumer == Pc::NULL {
        return None;
    }
    let is_told = match resumer.op() {
        n if n == Op::send as u8 => true,
        n if n == Op::for_iter as u8 => !v.is_none() || from.code.has(co::COROUTINE),
        _ => false,
    };
    is_told.then_some((resumer, v))
}
fn returned_to(t: &Thread, at: Pc, base: Base, v: Value) -> R<()> {
    let Some(p) = Place::new(at, base) else {
        return Ok(());
    };
    // The frame that returned is gone.
    t.pc.set(at);
    t.base.set(base);
    let e = crate::objects::generator_methods::stop_object(v);
    let kind = match at.op() == Op::send as u8 {
        true => Event::STOP_ITERATION,
        false => Event::RAISE,
    };
    tell::raised_as(t, &p, e, kind)
}

/// Jumps and branches.
fn jumped(t: &Thread, p: &Place, name: &str, pc: Pc) -> R<()> {
    let taken = pc != p.pc.next();
    let unconditional = matches!(name, "jump" | "jump_far" | "jump_back");
    let conditional = !unconditional && name.starts_with('j') || name == "for_iter";
    // The way back to the next turn of `await` and `yield from` is no new line.
    let turn = pc.op() == Op::send as u8;
    if taken && pc.addr() <= p.pc.addr() && name != "for_iter" && !turn {
        set_last(t, p.base, p.index | AGAIN);
    }
    if unconditional || conditional {
        let to = Value::int(Code::offset(p.code.index(pc)));
        let event = match (unconditional, taken) {
            (true, _) => Event::JUMP,
            (_, true) => Event::BRANCH_RIGHT,
            (_, false) => Event::BRANCH_LEFT,
        };
        tell::event(t, p, event, &[to])?;
    }
    Ok(())
}
