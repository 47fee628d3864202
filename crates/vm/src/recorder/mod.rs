//! Machine number two: the interpreter with a pen.
//!
//! It executes every micro-operation through [`Interp`] on the real frames, and appends to
//! a raw trace what that meant. So recording can stop at any instruction: whatever it does
//! not know is executed, and the trace is dropped.
//!
//! - a question answered *yes* leaves a guard; one answered *no* leaves nothing, since what
//!   handlers do then is a residual call that is right for all values;
//! - truth values that choose a way leave a guard in any case;
//! - slots are counted from the window of the frame in which the trace starts.
//!
//! Not here: when to record ([`crate::trace`]), what the trace becomes (`pyjit_jit`).

mod binding;
mod build;
mod calls;
mod effects;
mod exceptions;
mod frames;
mod functions;
mod generators;
mod iterate;
mod known;
pub mod layout;
pub mod live;
mod lookups;
mod loops;
mod machine;
mod natives;
mod numbers;
mod objects;
mod pure;
mod questions;
mod ranges;
mod residual;
mod sequences;
mod stubs;
pub mod thunks;
mod wide;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use pyjit_bytecode::Op as Bc;
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, RootVec, Value};
use pyjit_jit::ir::{Imm, Lit, Op, Ref, Resume};
use pyjit_jit::tree::{Place, Raw, RawBuilder};
use pyjit_runtime::Thread;
use pyjit_runtime::types::type_::{Type, flags};

use crate::generators::GENERATOR_WORD;
use crate::handlers as h;
use crate::interp::Interp;
use crate::machine::{Machine, Out, Stop};
use crate::objects::function::Function;
use crate::trace::Next;
use crate::trace::stats::AbortReason;

/// A value and its name in the trace. What `v` is depends on the micro-operation.
#[derive(Clone, Copy)]
pub struct T<V> {
    pub v: V,
    pub r: Ref,
}

/// Limits of one recording.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Instructions of the raw trace.
    pub length: usize,
    /// Frames inlined into each other.
    pub depth: usize,
    /// Times that a loop inside is gone round.
    pub unroll: usize,
    /// Compute with integers beyond small ints.
    pub wide: bool,
}

/// A finished recording.
pub struct Recording {
    pub raw: Raw,
    /// Objects that the trace names.
    pub roots: RootVec,
    /// Classes that it relies on.
    pub classes: HashSet<u64>,
}

/// Where a trace is allowed to come back to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The header of the tree.
    pub pc: Pc,
    /// The window of the frame in which the tree starts.
    pub root: Base,
    /// Does this recording begin at the header, and so has to go round once?
    pub is_root: bool,
    /// Does it begin with an exception that the instruction has raised?
    pub raised: bool,
    /// Is it about a function, from its entry to its return?
    pub function: bool,
    /// May it return from the frame, or go on in the code of another loop of it?
    pub returns: bool,
    /// Does it go on where a tree was left?
    pub bridge: bool,
    /// Is its first instruction for whatever values come there?
    pub general: bool,
}

/// What is known of other trees.
#[derive(Clone, Copy)]
pub struct Headers<'a> {
    /// Is it the header of a tree?
    pub known: &'a dyn Fn(Pc) -> bool,
    /// Address of the word through which other code of the function gets there.
    pub cell: &'a dyn Fn(Pc) -> Option<usize>,
}

/// Instructions that pay for a call that runs Python code outside the trace.
const NESTED_STEPS: usize = 24;

/// Slots below the root's window that the trace can name: its header, a generator.
const BELOW: i32 = 4;

/// A decision taken after an effect: it cannot be taken again, so the guard leaves behind
/// the instruction, on its other way.
struct Decision {
    condition: Ref,
    /// What the condition was.
    truth: bool,
    /// What the instruction would have written if it had gone the other way.
    other: Option<Ref>,
}

/// See the module.
pub struct Recorder<'t> {
    m: Interp<'t, true>,
    start: Start,
    b: RawBuilder,
    /// What slots hold, by slot + [`BELOW`].
    shadow: Vec<Option<Ref>>,
    /// Written by the trace?
    dirty: Vec<bool>,
    limits: Limits,
    live: Rc<live::Cache>,
    /// Something has happened in this instruction that must not happen twice.
    wrote: bool,
    /// A call could have invalidated this very code.
    unsure: bool,
    decision: Option<Decision>,
    /// The call that has just raised.
    raised: Option<exceptions::Raised>,
    /// A back-edge was taken to this place.
    back: Option<Pc>,
    /// The trace leads to the header of another tree.
    arrived: bool,
    /// Instructions, and calls among them that run Python code outside the trace.
    steps: usize,
    nested: usize,
    /// By header and window: how often loops inside were gone round.
    rounds: HashMap<(usize, usize), usize>,
    abort: Option<AbortReason>,
    taught: bool,
    roots: RootVec,
    classes: HashSet<u64>,
    headers: Headers<'t>,
    /// The snapshot that the present instruction began with.
    place: Pc,
    /// Many values have come to the present instruction: it is not to tell them apart.
    general: bool,
    /// Functions that such instructions have given.
    various: HashSet<Ref>,
}

/// How a recording ended: what it gave, and where execution goes on.
pub type Ended = (Result<Recording, Aborted>, Next);

/// Why a recording came to nothing, and at which instruction.
#[derive(Clone, Copy, Debug)]
pub struct Aborted {
    pub why: AbortReason,
    pub at: &'static str,
    /// Has something been learned, so that the next recording will go further?
    pub taught: bool,
}

impl Aborted {
    /// For a reason that was found at the end.
    pub fn of(why: AbortReason) -> Aborted {
        Aborted {
            why,
            at: "the end",
            taught: false,
        }
    }
}

/// Records from `pc` and `base` on until the trace is back at its start, leaves, or fails.
pub fn record(
    t: &Thread,
    (pc, base): (Pc, Base),
    start: Start,
    limits: Limits,
    live: Rc<live::Cache>,
    headers: Headers<'_>,
) -> Ended {
    let r = Recorder {
        m: Interp { pc, base, t },
        start,
        b: RawBuilder::new(),
        shadow: vec![],
        dirty: vec![],
        limits,
        live,
        wrote: false,
        unsure: !start.is_root,
        decision: None,
        raised: None,
        back: None,
        arrived: false,
        steps: 0,
        nested: 0,
        rounds: HashMap::new(),
        abort: None,
        taught: false,
        roots: RootVec::new(),
        classes: HashSet::new(),
        headers,
        place: pc,
        general: start.general,
        various: HashSet::new(),
    };
    r.run()
}

enum End {
    Loop,
    Exit,
    Return,
    /// In another loop, through this word.
    Enter(usize),
}

impl Recorder<'_> {
    fn run(mut self) -> Ended {
        let mut first = true;
        if self.start.function && self.start.is_root {
            self.prologue();
        }
        if self.start.raised
            && let Err((why, next)) = self.unwind(None)
        {
            return (Err(self.aborted(why)), next);
        }
        loop {
            if let Some(end) = self.ended(first) {
                return self.finish(end);
            }
            first = false;
            if let Err(stopped) = self.instruction() {
                return (Err(self.aborted(stopped.0)), stopped.1);
            }
        }
    }

    /// Does the trace end before the instruction at the present place?
    fn ended(&mut self, first: bool) -> Option<End> {
        let at_root = self.m.base == self.start.root;
        if !at_root {
            return None;
        }
        let op = Bc::from_u8(self.m.pc.op());
        if self.start.function {
            return match op {
                Some(Bc::ret | Bc::ret_none) => Some(End::Return),
                // The loop has code of its own.
                _ => (self.headers.known)(self.m.pc).then(|| self.arrival()),
            };
        }
        if self.m.pc == self.start.pc && !(first && self.start.is_root) {
            return Some(End::Loop);
        }
        let whole = self.start.is_root && !self.start.bridge;
        if !first && !whole && (self.headers.known)(self.m.pc) {
            self.arrived = true;
            return Some(self.arrival());
        }
        if self.start.returns && !whole && matches!(op, Some(Bc::ret | Bc::ret_none)) {
            return Some(End::Return);
        }
        let leaves = matches!(
            op,
            Some(
                Bc::ret
                    | Bc::ret_none
                    | Bc::gen_ret
                    | Bc::gen_ret_none
                    | Bc::yield_value
                    | Bc::stub_ret
                    | Bc::stub_end
                    | Bc::yield_delegate
                    | Bc::return_generator
                    | Bc::halt
            )
        );
        leaves.then_some(End::Exit)
    }

    /// The end of a trace at the header of another loop of the frame.
    fn arrival(&self) -> End {
        let cell = (self.headers.cell)(self.m.pc).filter(|_| self.start.returns);
        cell.map_or(End::Exit, End::Enter)
    }

    fn finish(mut self, end: End) -> Ended {
        let next = Next::Go(self.m.pc, self.m.base);
        let root_loop = self.start.is_root && !self.start.function;
        if matches!(end, End::Exit) && (root_loop || self.b.is_empty()) {
            return (Err(self.aborted(AbortReason::LeftFrame)), next);
        }
        // A call out of the trace is dearer than one from interpreter to interpreter.
        if self.start.is_root && self.nested * NESTED_STEPS > self.steps {
            return (Err(self.aborted(AbortReason::Calls)), next);
        }
        self.begin();
        let raw = match end {
            End::Loop => {
                self.b.op(Op::Poll, &[]);
                self.b.end_loop()
            }
            End::Exit => {
                self.poll_on_arrival();
                self.b.end_exit()
            }
            End::Enter(cell) => {
                self.poll_on_arrival();
                self.b.end_enter(cell)
            }
            End::Return => {
                let v = self.returned();
                self.b.end_finish(v)
            }
        };
        let recording = Recording {
            raw,
            roots: self.roots,
            classes: self.classes,
        };
        (Ok(recording), next)
    }

    /// The loops that go on there may make one round of an outer loop.
    fn poll_on_arrival(&mut self) {
        if self.arrived {
            self.b.op(Op::Poll, &[]);
        }
    }

    /// A function's start: what calls make unbound, and a look at the breaker.
    fn prologue(&mut self) {
        let f: Gc<Function> = Gc::from_value(self.m.base.below(HEADER_WORDS));
        let o = f.code.gc().object();
        let null = self.value(Value::NULL);
        for i in o.nparams() as i32..o.first_temp() as i32 {
            self.write(i, null);
        }
        self.begin();
        self.b.op(Op::Poll, &[]);
    }

    /// What the return at the present place gives.
    fn returned(&mut self) -> Ref {
        match Bc::from_u8(self.m.pc.op()) {
            Some(Bc::ret) => Machine::reg(self, self.m.pc.a()).r,
            _ => self.value(Value::NONE),
        }
    }

    /// Takes the snapshot that guards of the coming instruction use.
    fn begin(&mut self) {
        self.wrote = false;
        self.place = self.m.pc;
        self.snapshot(self.m.pc, Resume::Retry, &[]);
        if std::mem::take(&mut self.unsure) {
            self.b.op(Op::GuardValid, &[]);
        }
    }

    /// Executes and records one instruction.
    fn instruction(&mut self) -> Result<(), (AbortReason, Next)> {
        if self.b.len() > self.limits.length {
            self.loops_are_long();
            return Err((AbortReason::TooLong, self.here()));
        }
        if self.m.t.instrumented.get() {
            return Err((AbortReason::Observed, self.here()));
        }
        self.begin();
        self.steps += 1;
        let t = self.m.t;
        t.pc.set(self.m.pc);
        t.base.set(self.m.base);
        match one(self) {
            Ok(()) => {}
            Err(Stop::Raise | Stop::Resume(..)) => return self.caught(),
            Err(Stop::Hot) => {}
            Err(Stop::Done) => return Err((AbortReason::LeftFrame, Next::Done)),
        }
        self.general = false;
        if let Some(d) = self.decision.take() {
            self.decided(d);
        }
        if let Some(target) = self.back.take() {
            self.went_round(target);
        }
        match self.abort.take() {
            Some(a) => Err((a, self.here())),
            None => Ok(()),
        }
    }

    fn aborted(&self, why: AbortReason) -> Aborted {
        let at = Bc::from_u8(self.place.op()).map_or("", |op| op.info().name);
        let taught = self.taught;
        Aborted { why, at, taught }
    }

    fn here(&self) -> Next {
        Next::Go(self.m.pc, self.m.base)
    }

    /// The guard of a decision that was taken after an effect.
    fn decided(&mut self, d: Decision) {
        let pc = self.place;
        let target = pc.offset(pc.sc() as isize);
        let slot = self.slot_of(pc.a());
        let op = Bc::from_u8(pc.op());
        let jumps = op.is_some_and(|o| o.jumps());
        match (op, d.other) {
            // Gone on: the other way is the end, where the variable is as it was; or
            // ended: the other way has an item.
            (Some(Bc::for_iter), Some(v)) => {
                let to = if d.truth { target } else { pc.next() };
                let variable = self.slot_of(pc.b());
                self.snapshot(to, Resume::Other, &[(variable, v)]);
            }
            (_, None) if jumps => {
                let to = if self.m.pc == pc.next() {
                    target
                } else {
                    pc.next()
                };
                self.snapshot(to, Resume::Other, &[]);
            }
            (Some(Bc::in_rr | Bc::not_in_rr | Bc::not_r), None) => {
                let now = self.m.base.get(pc.a());
                let other = self.value(Value::bool(now != Value::TRUE));
                self.snapshot(pc.next(), Resume::Other, &[(slot, other)]);
            }
            _ => return self.give_up(AbortReason::GuardAfterEffect),
        }
        let guard = if d.truth {
            Op::GuardTrue
        } else {
            Op::GuardFalse
        };
        self.b.op(guard, &[d.condition]);
    }

    fn give_up(&mut self, why: AbortReason) {
        self.abort.get_or_insert(why);
    }
}

/// The slots of the trace.
impl Recorder<'_> {
    /// The slot of a register of the running frame.
    fn slot_of(&self, r: usize) -> i32 {
        self.window() + r as i32
    }

    /// The running frame's window.
    fn window(&self) -> i32 {
        self.m.base.distance(self.start.root) as i32
    }

    fn index(&mut self, slot: i32) -> usize {
        let i = (slot + BELOW) as usize;
        if i >= self.shadow.len() {
            self.shadow.resize(i + 64, None);
            self.dirty.resize(i + 64, false);
        }
        i
    }

    /// What a slot holds; `v` is what it holds now.
    fn read(&mut self, slot: i32, v: Value) -> Ref {
        let i = self.index(slot);
        if let Some(r) = self.shadow[i] {
            return r;
        }
        let r = self.b.slot_with(slot, v);
        self.shadow[i] = Some(r);
        r
    }

    fn write(&mut self, slot: i32, r: Ref) {
        let i = self.index(slot);
        self.shadow[i] = Some(r);
        self.dirty[i] = true;
    }

    /// Takes a snapshot for a place, with some slots changed.
    fn snapshot(&mut self, pc: Pc, resume: Resume, changed: &[(i32, Ref)]) {
        let mut live = vec![];
        let mut frames = 0;
        let (mut at, mut base) = (pc, self.m.base);
        let top;
        {
            let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
            top = self.window() + f.code.gc().nregs() as i32;
        }
        loop {
            let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
            let code = f.code.gc();
            let window = base.distance(self.start.root) as i32;
            let liveness = self.live.of(code.object());
            liveness.each(code.index(at), |r| live.push(window + r as i32));
            if base == self.start.root {
                break;
            }
            frames += 1;
            if code.is_resumed(code.index(at)) {
                // What will be saved must all be there.
                let height = code.object().heights[code.index(at) as usize];
                live.extend((0..height as i32).map(|r| window + r));
                live.push(window - GENERATOR_WORD as i32);
            }
            live.extend((1..=HEADER_WORDS as i32).map(|n| window - n));
            at = Pc::from_word(base.below(2));
            base = base.down(base.below(1).as_int() as usize);
        }
        if let Resume::After(slot) = resume {
            live.retain(|s| *s != slot);
        }
        live.sort_unstable();
        live.dedup();
        let mut dirty = vec![];
        for s in &live {
            if let Some((_, r)) = changed.iter().find(|c| c.0 == *s) {
                dirty.push((*s, *r));
                continue;
            }
            let i = self.index(*s);
            if let (true, Some(r)) = (self.dirty[i], self.shadow[i]) {
                dirty.push((*s, r));
            }
        }
        let place = Place {
            pc: pc.addr() as u64,
            base: self.window(),
            top,
            frames,
            resume,
        };
        self.b.snapshot(place, live, &dirty);
    }
}

/// Writing the trace.
impl Recorder<'_> {
    /// A constant; objects are kept alive.
    fn value(&mut self, v: Value) -> Ref {
        if v.is_ptr() {
            self.roots.push(v);
        }
        self.b.value(v)
    }

    /// A constant address of an object.
    fn object(&mut self, v: Value) -> Ref {
        self.roots.push(v);
        self.b.constant(Lit::Ref(v.0))
    }

    fn int_const(&mut self, i: i64) -> Ref {
        self.b.constant(Lit::Int(i as i128))
    }

    /// A guard. It must be possible to execute the instruction again.
    fn guard(&mut self, op: Op, args: &[Ref]) {
        self.guard_imm(op, Imm::No, args)
    }

    fn guard_imm(&mut self, op: Op, imm: Imm, args: &[Ref]) {
        if self.wrote {
            self.give_up(AbortReason::GuardAfterEffect);
        }
        self.b.emit(op, imm, args);
    }

    /// Guards that a condition is as it is now.
    fn holds(&mut self, condition: Ref, truth: bool) {
        let op = if truth { Op::GuardTrue } else { Op::GuardFalse };
        self.guard(op, &[condition]);
    }

    /// The address of an object with this very shape.
    fn shape(&mut self, v: Ref, shape: u32) -> Ref {
        self.guard(Op::GuardRef, &[v]);
        let o = self.b.op(Op::UnboxRef, &[v]);
        self.guard_imm(Op::GuardShape, Imm::Shape(shape), &[o]);
        o
    }

    fn get(&mut self, f: pyjit_jit::ir::Field, o: Ref) -> Ref {
        self.b.emit(Op::GetField, Imm::Field(f), &[o])
    }

    fn set(&mut self, f: pyjit_jit::ir::Field, o: Ref, v: Ref) {
        self.b.emit(Op::SetField, Imm::Field(f), &[o, v]);
        self.wrote = true;
    }

    /// The trace is right only while nothing about the class changes.
    fn relies_on(&mut self, class: Gc<Type>) {
        class.set_flag(flags::WATCHED);
        if self.classes.insert(class.value().0) {
            self.roots.push(class.value());
        }
    }

    /// Remembers a decision that depends on what an effect gave.
    fn decide(&mut self, condition: Ref, truth: bool, other: Option<Ref>) {
        if self.decision.is_some() {
            self.give_up(AbortReason::GuardAfterEffect);
        }
        self.decision = Some(Decision {
            condition,
            truth,
            other,
        });
    }

    /// Asks for a truth value: before an effect a guard, after one a decision.
    fn branch(&mut self, condition: Ref, truth: bool) -> bool {
        if self.wrote {
            self.decide(condition, truth, None);
        } else {
            self.holds(condition, truth);
        }
        truth
    }
}

fn one(m: &mut Recorder<'_>) -> Out<()> {
    macro_rules! match_ops {
        ($($(#[doc = $doc:literal])* $name:ident [$($operand:ident)*] $range:ident [$($flag:ident)*];)*) => {
            match Bc::from_u8(m.pc().op()) {
                $(Some(Bc::$name) => h::$name(m),)*
                None => Err(Stop::Done),
            }
        };
    }
    pyjit_bytecode::for_each_op!(match_ops)
}
