//! Exceptions: one that is caught in the frames of the trace is a jump.
//!
//! A call that raised when it was recorded leaves a guard that it raises again. Each frame
//! that the exception goes through gets its traceback entry by a call, and the handler
//! finds the exception object in its register, as the interpreter's does.

use pyjit_bytecode::Op as Bc;
use pyjit_bytecode::ops::{Operand, Range};
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, Value};
use pyjit_jit::ir::{CallDesc, Imm, Op, Ref, Resume};
use pyjit_runtime::Thread;
use pyjit_runtime::core::kinds;
use pyjit_runtime::core::native::Effects as Claims;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::types::exceptions::{Exc, Exception, plain_layout};
use pyjit_runtime::types::type_::{Type, class_of, flags};

use super::calls::call_window;
use super::{Recorder, T, layout, thunks};
use crate::calls;
use crate::helpers as h;
use crate::helpers::helpers;
use crate::machine::{CallSite, Helper, Machine, Out, Stop};
use crate::objects::function::Function;
use crate::trace::Next;
use crate::trace::stats::AbortReason;
use crate::unwind;

type V = T<Value>;

/// Most arguments of an exception that is made in line.
const MOST: usize = 5;

helpers! {
    /// Takes the pending exception.
    TAKE_EXCEPTION(t) [reads leaf no_raise] { Ok(t.take_exception()) }
    /// Makes `e` pending as it is.
    RAISE_AGAIN(t, e) [reads leaf no_raise] {
        t.exc.set(e);
        t.reraised.set(true);
        Ok(Value::NONE)
    }
    /// `PUSH_EXC` in code that is no generator's.
    PUSH_PLAIN(t, e) [reads leaf no_raise] {
        let old = t.handled.replace(e);
        Ok(if old.is_null() { Value::NONE } else { old })
    }
    /// `POP_EXC` in code that is no generator's.
    POP_PLAIN(t, e) [reads leaf no_raise] {
        t.handled.set(if e.is_none() { Value::NULL } else { e });
        Ok(Value::NONE)
    }
}

/// What a call that raised says about the next time.
#[derive(Clone, Copy)]
pub(super) enum Raised {
    /// It raises always.
    Always,
    /// It raises always, and this object.
    Known(V),
    /// If its result is absent, it has raised again.
    Result(Ref),
}

/// The traceback entry of a frame, as compiled code calls for it.
pub extern "sysv64" fn note(t: &Thread, pc: Pc, base: Base) -> u64 {
    thunks::framed(t, pc, base, || unwind::note(t, pc, base));
    0
}

/// The register that an instruction writes whose one call has returned. The outer `None`:
/// it is not as simple as that.
fn result_register(pc: Pc) -> Option<Option<usize>> {
    let op = Bc::from_u8(pc.op())?;
    let info = op.info();
    if op.jumps() || matches!(op, Bc::not_r | Bc::not_in_rr | Bc::cleanup_throw) {
        return None;
    }
    let simple = matches!(
        info.range,
        Range::none
            | Range::window
            | Range::window_ex
            | Range::reads_b2
            | Range::reads_b3
            | Range::reads_c2
            | Range::reads_b_c
            | Range::reads_b_2c
    );
    let writes = matches!(info.operands[0], Operand::Write | Operand::Modify);
    let others = info.operands[1..]
        .iter()
        .any(|o| matches!(o, Operand::Write | Operand::Modify));
    (simple && !others).then(|| writes.then(|| pc.a()))
}

impl Recorder<'_> {
    /// A residual call that has raised.
    pub(super) fn called_in_vain(&mut self, desc: &'static CallDesc, args: &[Ref]) -> Stop {
        if self.wrote && desc.effects.can_raise {
            self.give_up(AbortReason::GuardAfterEffect);
        }
        let r = self.b.emit(Op::Call, Imm::Call(desc), args);
        self.wrote = true;
        self.unsure |= desc.effects.can_reenter;
        self.raised = Some(Raised::Result(r));
        Stop::Raise
    }

    /// The instruction has raised: goes on at the handler, if it is in this trace.
    pub(super) fn caught(&mut self) -> Result<(), (AbortReason, Next)> {
        let dropped = (AbortReason::Exception, Next::Raise(self.m.pc, self.m.base));
        let Some(raised) = self.raised.take() else {
            return Err(dropped);
        };
        if self.decision.take().is_some() || self.back.take().is_some() {
            return Err(dropped);
        }
        if let Some(why) = self.abort.take() {
            return Err((why, dropped.1));
        }
        if let Raised::Result(r) = raised {
            let Some(register) = result_register(self.place) else {
                return Err(dropped);
            };
            let changed: Vec<_> = register.iter().map(|a| (self.slot_of(*a), r)).collect();
            self.snapshot(self.place.next(), Resume::Other, &changed);
            let null = self.value(Value::NULL);
            self.b.op(Op::GuardValue, &[r, null]);
        }
        match raised {
            Raised::Known(e) => self.unwind(Some(e)),
            _ => self.unwind(None),
        }
    }

    /// From the instruction that has raised to the handler. `known`: the exception, if the
    /// trace has a value for it: then nothing about it has to be asked again.
    pub(super) fn unwind(&mut self, known: Option<V>) -> Result<(), (AbortReason, Next)> {
        let t = self.m.t;
        loop {
            let (pc, base) = (self.m.pc, self.m.base);
            let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
            let code = f.code.gc();
            let index = code.index(pc);
            let handler = code.object().handler_at(index);
            let last = base == self.start.root || code.is_resumed(index);
            if handler.is_none() && last {
                return Err((AbortReason::Exception, Next::Raise(pc, base)));
            }
            self.place = pc;
            self.snapshot(pc, Resume::Retry, &[]);
            if !code.is_internal() || t.reraised.get() {
                self.b.emit(Op::Call, Imm::Call(thunks::note()), &[]);
                unwind::note(t, pc, base);
            }
            if let Some(handler) = handler {
                let at = handler.height as usize;
                let Ok(e) = self.call_helper(&TAKE_EXCEPTION, [], TAKE_EXCEPTION.effects) else {
                    return Err((AbortReason::Exception, Next::Raise(pc, base)));
                };
                let e = known.filter(|k| k.v == e.v).unwrap_or(e);
                self.set_reg(at, e);
                if handler.lasti {
                    let i = self.konst(Value::int(index as i64));
                    self.set_reg(at + 1, i);
                }
                self.m.pc = code.at(handler.target);
                return Ok(());
            }
            self.forget_frame();
            let ret = Pc::from_word(base.below(2));
            let here = code.returns_here(index);
            self.m.pc = if here { ret } else { ret.offset(-1) };
            self.m.base = base.down(base.below(1).as_int() as usize);
            t.depth_left.set(t.depth_left.get() + 1);
        }
    }

    /// Gives an exception its arguments.
    pub(super) fn new_arguments(&mut self, e: Ref, args: &[Ref]) {
        let tuple = self.fresh_tuple(args);
        let tuple = self.address(tuple);
        let o = self.address(e);
        self.b.emit(
            Op::SetField,
            Imm::Field(layout::EXCEPTION_ARGS),
            &[o, tuple],
        );
    }

    /// A call of an exception class that only keeps its arguments, or of the `__init__`
    /// that does so.
    pub(super) fn exception_call(&mut self, site: CallSite) -> Out<Option<V>> {
        let f = self.m.base.get(site.at);
        if self.wrote || site.keywords || site.count > MOST {
            return Ok(None);
        }
        let first = site.at + HEADER_WORDS + site.gap as usize;
        let class = f.cast::<Type>().filter(|c| {
            c.kind.get() == kinds::EXCEPTION
                && plain_layout(*c)
                && calls::is_plain(*c)
                && !c.has(flags::HAS_DEL)
        });
        if class.is_none() && !self.is_exception_init(f, first, site.count) {
            return Ok(None);
        }
        let args: Vec<V> = (first..first + site.count)
            .map(|i| Machine::reg(self, i))
            .collect();
        self.guard_callee(site.at, f);
        let refs: Vec<Ref> = args.iter().map(|a| a.r).collect();
        let (t, pc, base) = (self.m.t, self.m.pc, self.m.base);
        let Some(class) = class else {
            self.guard_class(args[0]);
            let v = call_window(t, pc, base, site).map_err(|_| Stop::Raise)?;
            self.new_arguments(refs[0], &refs[1..]);
            self.wrote = true;
            return Ok(Some(self.konst(v)));
        };
        self.relies_on(class);
        let v = call_window(t, pc, base, site).map_err(|_| Stop::Raise)?;
        let r = self.new_instance(v, class);
        self.new_arguments(r, &refs);
        Ok(Some(T { v, r }))
    }

    /// Is it the `__init__` of all exceptions, called with one?
    fn is_exception_init(&self, f: Value, first: usize, count: usize) -> bool {
        count > 0
            && self.m.base.get(first).cast::<Exception>().is_some()
            && Exc::BaseException.class().special(Special::Init) == Some(f)
    }

    /// `raise e`, with what it may do.
    pub(super) fn raise_value(&mut self, e: V, cause: V) -> Out<V> {
        let simple = !self.wrote && (cause.v.is_null() || cause.v.cast::<Exception>().is_some());
        let plain = simple && self.is_plain_exception(e);
        if plain && !cause.v.is_null() {
            self.shape(cause.r, cause.v.shape_id());
        }
        let claims = match plain {
            true => Claims(Claims::LEAF | Claims::READS),
            false => h::RAISE.effects,
        };
        let r = self.call_helper(&h::RAISE, [e, cause], claims);
        let known = plain && e.v.cast::<Exception>().is_some();
        self.raised = r.is_err().then_some(match known {
            true => Raised::Known(e),
            false => Raised::Always,
        });
        r
    }

    /// Does raising it run nothing of the user's? Guards what it is.
    fn is_plain_exception(&mut self, e: V) -> bool {
        if e.v.cast::<Exception>().is_some() {
            self.shape(e.r, e.v.shape_id());
            return true;
        }
        let class = e.v.cast::<Type>();
        let Some(class) =
            class.filter(|c| c.is_subtype(Exc::BaseException.class()) && plain_layout(*c))
        else {
            return false;
        };
        let k = self.value(e.v);
        self.guard(Op::GuardValue, &[e.r, k]);
        self.relies_on(class);
        true
    }

    /// Does `e` match `class`? Known from the shape of the one and the identity of the other.
    pub(super) fn matches(&mut self, e: V, class: V) -> Out<V> {
        let known =
            !self.wrote && e.v.cast::<Exception>().is_some() && class.v.cast::<Type>().is_some();
        if !known {
            return self.call_helper(&h::EXC_MATCH, [e, class], h::EXC_MATCH.effects);
        }
        let v = (h::EXC_MATCH.call)(self.m.t, [e.v, class.v]).map_err(|_| Stop::Raise)?;
        self.shape(e.r, e.v.shape_id());
        let k = self.value(class.v);
        self.guard(Op::GuardValue, &[class.r, k]);
        self.relies_on(class_of(e.v));
        Ok(self.konst(v))
    }

    /// The exception that is being handled changes.
    pub(super) fn handling(
        &mut self,
        helper: &'static Helper<1>,
        plain: &'static Helper<1>,
        e: V,
    ) -> Out<V> {
        let code = self.m.callee().code.gc();
        if code.is_resumable() {
            self.give_up(AbortReason::Generator);
            return self.call_helper(helper, [e], helper.effects);
        }
        self.call_helper(plain, [e], plain.effects)
    }

    /// `e` is raised again, as it is.
    pub(super) fn raise_again(&mut self, e: V) -> Stop {
        let _ = self.call_helper(&RAISE_AGAIN, [e], RAISE_AGAIN.effects);
        self.raised = Some(Raised::Known(e));
        Stop::Raise
    }
}
