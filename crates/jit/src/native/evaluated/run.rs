//! One activation of an evaluated function, over real memory.
//!
//! Values are [`Lit`]s; a tagged word that is a number without an object is that number, every other word is
//! itself. An operation without a meaning on its operands has no value: hoisted code may compute what it then does
//! not use. Using such a value stops the program with a message, since it would be a bug of ours.

use std::sync::atomic::Ordering;

use super::super::Role;
use super::super::abi;
use super::super::ctx::{JitCtx, Pair, Status};
use super::super::exits::{ExitReader, GuardDesc, Live, Loc, Stored};
use super::Evaluated;
use crate::ir::{
    BlockId, Boxed, CallDesc, CodeDesc, Entry, Field, Imm, Inst, IntRep, Kind, Lit, Op, Ref,
    Resume, SnapId, Term, Ty, small,
};
use pyjit_heap::{Header, Value};

/// What the trampoline is to do.
type Left = Result<Pair, String>;

struct Run<'a> {
    code: &'a Evaluated,
    ctx: *mut JitCtx,
    base: *mut u64,
    env: Vec<Option<Lit>>,
    args: Vec<u64>,
    /// Frames that may still be entered inside the frame in which the code starts.
    depth: i64,
}

/// What comes after an instruction.
enum Next {
    Go,
    Side(BlockId),
    Leave(SnapId),
}

/// Called by trampolines. A status of [`Status::Exit`] asks for a jump to the address in the value.
pub(super) extern "C" fn evaluate(
    ctx: *mut JitCtx,
    base: *mut u64,
    code: *const Evaluated,
) -> Pair {
    // SAFETY: N1, N2: the trampoline belongs to the artifact that owns `code`, and is on the stack.
    let code = unsafe { &*code };
    let mut run = Run {
        code,
        ctx,
        base,
        env: code.constants.clone(),
        args: Vec::new(),
        // SAFETY: N1.
        depth: unsafe { (*ctx).depth },
    };
    let words = run.env.len() * size_of::<Option<Lit>>() / 8;
    let start = run.env.as_ptr().cast();
    pyjit_heap::alloc::add_root_range(start, words);
    let left = run.activation();
    pyjit_heap::alloc::remove_root_range(start);
    left.unwrap_or_else(|why| {
        eprintln!("Fatal error: the evaluator cannot go on: {why}");
        std::process::abort()
    })
}

impl Run<'_> {
    fn activation(&mut self) -> Left {
        if let Some(left) = self.enter()? {
            return Ok(left);
        }
        let func = &self.code.func;
        let (mut b, mut at) = (BlockId(0), 0);
        'block: loop {
            let block = func.block(b);
            while let Some(&r) = block.insts.get(at) {
                at += 1;
                match self.step(r)? {
                    Next::Go => {}
                    Next::Leave(s) => return self.leave(s),
                    Next::Side(side) => {
                        (b, at) = (side, 0);
                        continue 'block;
                    }
                }
            }
            match &block.end {
                Term::Jump(to, args) => {
                    let values: Vec<_> = args.iter().map(|a| self.env[a.0 as usize]).collect();
                    for (p, v) in func.block(*to).params.iter().zip(values) {
                        self.env[p.0 as usize] = v;
                    }
                    (b, at) = (*to, 0);
                }
                Term::Finish(r) => return self.finish(*r),
                // The interpreter finds the other code.
                Term::Exit(s) | Term::Enter(s, _) => return self.leave(*s),
                Term::Loop(s) => return self.back_to_root(*s),
                Term::Open => return Err("open block".into()),
            }
        }
    }

    /// Arguments, a bridge's inheritance; is there room for a function's frame?
    fn enter(&mut self) -> Result<Option<Pair>, String> {
        let code = self.code;
        match &code.role {
            Role::Function { desc } => {
                // SAFETY: N1; the trampoline has written that many words.
                let ctx = unsafe { &*self.ctx };
                self.args = ctx.buffer[..desc.args.len()].to_vec();
                let here = (&raw const self.depth) as u64;
                let short = here < ctx.stack_limit || self.base as u64 > ctx.value_limit;
                let Some(exit) = &code.interpret else {
                    return Err("a function without an entry exit".into());
                };
                Ok((self.depth < 0 || short).then(|| self.go(exit)))
            }
            Role::Bridge { parent, inputs, .. } => {
                // SAFETY: N1.
                let reader = ExitReader::new(parent, unsafe { &mut *self.ctx });
                for (&p, &r) in code.func.block(BlockId(0)).params.iter().zip(inputs) {
                    self.env[p.0 as usize] = inherited(reader.live(r), code.func.ty(p));
                }
                Ok(None)
            }
            Role::Loop | Role::Part { .. } | Role::Interpreted { .. } => Ok(None),
        }
    }

    fn get(&self, r: Ref) -> Result<Lit, String> {
        self.env[r.0 as usize].ok_or_else(|| format!("{r} has no value"))
    }

    fn word(&self, r: Ref) -> Result<u64, String> {
        raw(self.get(r)?).ok_or_else(|| format!("{r} fits no word"))
    }

    fn step(&mut self, r: Ref) -> Result<Next, String> {
        let func = &self.code.func;
        let inst = func.inst(r);
        if inst.op.is_guard() {
            return self.guard(r, inst);
        }
        let v = match (inst.op, inst.imm) {
            (Op::Slot, Imm::Index(n)) => Some(self.slot(n)),
            (Op::SetSlot, Imm::Index(n)) => {
                let w = self.word(func.args(r)[0])?;
                // SAFETY: N1: slots of the code are inside the window it was entered with.
                unsafe { *self.base.offset(n as isize) = w };
                None
            }
            (Op::Arg, Imm::Index(n)) => {
                let w = *self.args.get(n as usize).ok_or("no such argument")?;
                Some(from_raw(w, func.ty(r)))
            }
            (Op::Call, Imm::Call(d)) => self.call_helper(r, d)?,
            (Op::CallCode, Imm::Code { desc, at }) => match self.call_code(r, desc, at)? {
                Ok(v) => Some(v),
                Err(leave) => return Ok(leave),
            },
            _ if self.memory(r, inst)? => return Ok(Next::Go),
            _ => return self.pure(r, inst),
        };
        if let Some(v) = v {
            self.env[r.0 as usize] = Some(v);
        }
        Ok(Next::Go)
    }

    fn slot(&self, n: i32) -> Lit {
        // SAFETY: N1: slots of the code are inside the window it was entered with.
        let w = unsafe { *self.base.offset(n as isize) };
        Lit::Value(Boxed::from_word(Value(w)))
    }

    /// Operations on values alone; some leave when the result has no room.
    fn pure(&mut self, r: Ref, inst: &Inst) -> Result<Next, String> {
        let func = &self.code.func;
        let operands = func.args(r).iter().map(|a| self.env[a.0 as usize]);
        let Some(mut args) = operands.collect::<Option<Vec<Lit>>>() else {
            self.env[r.0 as usize] = None;
            return Ok(Next::Go);
        };
        if matches!(inst.op, Op::UnboxFloat | Op::UnboxWide) {
            args[0] = self.number(args[0]);
        }
        let rep = func.int(r).rep;
        let wide = |i: usize| {
            func.args(r)
                .get(i)
                .is_some_and(|a| func.int(*a).rep == IntRep::U128)
        };
        let v = match (inst.op, &args[..]) {
            (Op::IntShr, [Lit::Int(a), Lit::Int(n)]) if wide(0) => {
                Some(Lit::Int(((*a as u128) >> (*n).clamp(0, 127)) as i128))
            }
            (op, [Lit::Int(a), Lit::Int(b)]) if matches!(rep, IntRep::U128 | IntRep::Low(_)) => {
                wrapped(op, *a, *b).or_else(|| (op.info().eval)(&args))
            }
            _ => (inst.op.info().eval)(&args),
        };
        if let Some(snap) = inst.snap {
            let fits = match (inst.op, v) {
                (Op::BoxInt, Some(Lit::Value(b))) => b.is_small(),
                (op, Some(Lit::Int(x))) if op.can_overflow() => rep.holds(x),
                (op, None) if op.can_overflow() => false,
                _ => true,
            };
            if !fits {
                return Ok(self.failed(inst, snap));
            }
        }
        self.env[r.0 as usize] = match v {
            // A number that needs an object gets one now, so that it has one identity.
            Some(Lit::Value(b)) if b.word().is_none() => {
                Some(Lit::Value(Boxed::Word((self.code.constant)(b).0)))
            }
            v => v,
        };
        Ok(Next::Go)
    }

    /// A word that is the address of a float, or of an int of one word, as that number.
    fn number(&self, l: Lit) -> Lit {
        let Lit::Value(Boxed::Word(w)) = l else {
            return l;
        };
        if !Value(w).is_ptr() {
            return l;
        }
        let layout = &self.code.layout;
        let at = |offset: i32| {
            // SAFETY: a word that is a pointer is the address of an object, which has at least 16 bytes; int
            // objects have the words that their size says.
            unsafe { *((w as usize).wrapping_add_signed(offset as isize) as *const u64) }
        };
        let shape = at(0) as u32;
        if shape == layout.float_shape {
            Lit::Value(Boxed::Float(f64::from_bits(at(layout.float_offset))))
        } else if shape == layout.int_shape && at(layout.int_size) == 1 {
            Lit::Value(Boxed::Int(at(layout.int_words) as i128))
        } else {
            l
        }
    }

    fn failed(&self, inst: &Inst, snap: SnapId) -> Next {
        inst.side.map_or(Next::Leave(snap), Next::Side)
    }

    fn guard(&mut self, r: Ref, inst: &Inst) -> Result<Next, String> {
        let snap = inst.snap.ok_or("a guard without a snapshot")?;
        // SAFETY: N1.
        let ctx = unsafe { &mut *self.ctx };
        if self.code.stress && self.code.func.snap(snap).resume == Resume::Retry {
            ctx.stress_left = ctx.stress_left.wrapping_sub(1);
            if ctx.stress_left == 0 {
                return Ok(Next::Leave(snap));
            }
        }
        // SAFETY: N1: the context's pointers are valid.
        let (breaker, pending) = unsafe { (&*ctx.breaker, &*ctx.pending) };
        let args = self.code.func.args(r);
        let ok = match (inst.op, inst.imm) {
            (Op::Poll, _) => breaker.load(Ordering::Relaxed) == 0,
            // SAFETY: the flag lives as long as the artifact.
            (Op::GuardValid, _) => unsafe { (*self.code.invalid).load(Ordering::Relaxed) == 0 },
            (Op::GuardNoException, _) => match args.first() {
                Some(a) if matches!(self.code.func.ty(*a), Ty::Value | Ty::Ref) => {
                    self.word(*a)? != 0
                }
                _ => pending.load(Ordering::Relaxed) == 0,
            },
            (Op::GuardShape, Imm::Shape(s)) => {
                let o = self.word(args[0])?;
                // SAFETY: a reference that is asked for its shape is the address of an object.
                o != 0 && unsafe { *(o as *const u32) == s }
            }
            (op, _) => {
                let mut values = args
                    .iter()
                    .map(|a| self.get(*a))
                    .collect::<Result<Vec<_>, _>>()?;
                if matches!(op, Op::GuardFloat | Op::GuardWide) {
                    values[0] = self.number(values[0]);
                }
                let holds = (op.info().eval)(&values);
                matches!(
                    holds.ok_or_else(|| format!("{} {values:?}", op.name()))?,
                    Lit::Bool(true)
                )
            }
        };
        Ok(if ok {
            Next::Go
        } else {
            self.failed(inst, snap)
        })
    }

    /// Loads, stores and allocation. False: it is something else.
    fn memory(&mut self, r: Ref, inst: &Inst) -> Result<bool, String> {
        let args = self.code.func.args(r);
        let index = |i: usize| match self.get(args[i])? {
            Lit::Int(n) => i64::try_from(n).map_err(|_| "an index beyond a word".to_string()),
            l => Err(format!("index {l}")),
        };
        let outside = || "an item out of reach".to_string();
        match (inst.op, inst.imm) {
            (Op::GetField, Imm::Field(f)) => {
                // Hoisted loads of what is no object have no value.
                let o = self.env[args[0].0 as usize]
                    .and_then(raw)
                    .filter(|o| *o != 0);
                self.env[r.0 as usize] = o.map(|o| load(address(o, f.offset as i64), f.kind));
            }
            (Op::SetField, Imm::Field(f)) => self.store(args[0], f.offset as i64, f, args[1])?,
            (Op::GetItem, Imm::Items(x)) => {
                let o = self.word(args[0])?;
                let offset = index(1)?
                    .checked_mul(x.kind.size() as i64)
                    .ok_or_else(outside)?;
                let at = address(o, offset + x.offset as i64);
                self.env[r.0 as usize] = Some(load(at, x.kind));
            }
            (Op::SetItem, Imm::Items(x)) => {
                let offset = index(1)?
                    .checked_mul(x.kind.size() as i64)
                    .ok_or_else(outside)?;
                let field = x.field(0).ok_or_else(outside)?;
                self.store(args[0], offset + x.offset as i64, field, args[2])?;
            }
            (Op::New, Imm::Header(h)) => {
                let size = (h >> 32 & 0xff_ffff) * 16;
                let o = abi::alloc_cleared(h, size);
                self.env[r.0 as usize] = Some(Lit::Ref(o as u64));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn store(&mut self, owner: Ref, offset: i64, field: Field, value: Ref) -> Result<(), String> {
        let (o, w) = (self.word(owner)?, self.word(value)?);
        if matches!(field.kind, Kind::Value | Kind::Ref) && Value(w).is_ptr() {
            pyjit_heap::alloc::barrier_slow(Value(o));
        }
        let at = address(o, offset);
        // SAFETY: the recorder checked that the object has a field of this kind there.
        unsafe {
            match field.kind.size() {
                1 => *(at as *mut u8) = w as u8,
                4 => *(at as *mut u32) = w as u32,
                _ => *(at as *mut u64) = w,
            }
        }
        Ok(())
    }

    fn call_helper(&mut self, r: Ref, desc: &CallDesc) -> Result<Option<Lit>, String> {
        let func = &self.code.func;
        let (mut words, mut floats) = (Vec::new(), Vec::new());
        // SAFETY: N1.
        let ctx = unsafe { &*self.ctx };
        if desc.thread {
            words.push(ctx.thread);
        }
        if desc.frame {
            let snap = func.snap(func.inst(r).snap.ok_or("a call without a snapshot")?);
            let depth = self.depth - i64::from(snap.frames);
            // SAFETY: N1: a pointer to a word of the thread, of which only we write now.
            unsafe { (*ctx.depth_left).store(depth as u64, Ordering::Relaxed) };
            words.push(snap.pc);
            words.push(address(self.base as u64, i64::from(snap.base) * 8) as u64);
        }
        for &a in func.args(r) {
            match self.get(a)? {
                Lit::Float(f) => floats.push(f),
                _ => words.push(self.word(a)?),
            }
        }
        // SAFETY: the descriptor says what the function at the address takes and gives.
        unsafe { call_sysv(desc, &words, &floats) }
    }

    /// The callee's result, or where to go when it gave none.
    fn call_code(&mut self, r: Ref, desc: &CodeDesc, at: i32) -> Result<Result<Lit, Next>, String> {
        let func = &self.code.func;
        let snap = func.inst(r).snap.ok_or("a call without a snapshot")?;
        let words = func.args(r).iter().map(|a| self.word(*a));
        let mut args = words.collect::<Result<Vec<_>, _>>()?;
        let cell = if desc.through {
            args.remove(0) as usize
        } else {
            desc.cell
        };
        let window = address(self.base as u64, i64::from(at) * 8) as *mut u64;
        let depth = self.depth - i64::from(func.snap(snap).frames) - 1;
        let way = *self.code.ways.get(&r).ok_or("a call without a way")?;
        // SAFETY: N1, and the cell of a function always holds code with this signature.
        let result = unsafe {
            let ctx = &mut *self.ctx;
            ctx.top = window as u64 + u64::from(desc.window) * 8;
            for (to, w) in ctx
                .buffer
                .iter_mut()
                .zip(args.iter().chain([&(depth as u64)]))
            {
                *to = *w;
            }
            abi::run(way, *(cell as *const *const u8), self.ctx, window)
        };
        if result.status == Status::Unboxed as u64 {
            return Ok(Ok(from_raw(result.value, desc.ret)));
        }
        // SAFETY: N1.
        let ctx = unsafe { &mut *self.ctx };
        (ctx.call_value, ctx.call_status) = (result.value, result.status);
        Ok(Err(Next::Leave(snap)))
    }

    fn finish(&mut self, r: Ref) -> Left {
        let want = match &self.code.role {
            Role::Function { desc } => desc.ret,
            Role::Part { ret } => *ret,
            Role::Bridge { ret: Some(ty), .. } => *ty,
            _ => return Err("a loop cannot finish".into()),
        };
        let v = self.get(r)?;
        if v.ty() == want {
            return Ok(Pair::new(self.word(r)?, Status::Unboxed));
        }
        let status = if want == Ty::Value {
            Status::Unboxed
        } else {
            Status::Boxed
        };
        Ok(Pair::new(self.boxed(v.boxed()), status))
    }

    fn boxed(&self, b: Boxed) -> u64 {
        b.word().unwrap_or_else(|| (self.code.constant)(b)).0
    }

    /// The exit's live values go to the buffer, control to the exit's slot.
    fn leave(&mut self, id: SnapId) -> Left {
        let exit = self
            .code
            .exits
            .get(&id)
            .ok_or("an exit without a descriptor")?;
        for &(r, loc) in exit.locations() {
            let Loc::Buffer(at, stored) = loc else {
                continue;
            };
            let [low, high] = match (stored, self.get(r)?) {
                (Stored::Shl1, Lit::Int(i)) => [(i << 1) as u64, 0],
                (Stored::I128 | Stored::U128, Lit::Int(i)) => [i as u64, (i >> 64) as u64],
                _ => [self.word(r)?, 0],
            };
            // SAFETY: N1.
            let buffer = unsafe { &mut (*self.ctx).buffer };
            buffer[at as usize] = low;
            if matches!(stored, Stored::I128 | Stored::U128) {
                buffer[at as usize + 1] = high;
            }
        }
        Ok(self.go(exit))
    }

    fn go(&self, exit: &std::rc::Rc<GuardDesc>) -> Pair {
        // SAFETY: N1.
        let ctx = unsafe { &mut *self.ctx };
        ctx.desc = std::rc::Rc::as_ptr(exit);
        if let Role::Function { .. } | Role::Part { .. } = self.code.role {
            ctx.depth = self.depth;
        }
        Pair::new(exit.code.get() as u64, Status::Exit)
    }

    fn back_to_root(&mut self, id: SnapId) -> Left {
        let Role::Bridge { root, .. } = self.code.role else {
            return Err("only a bridge goes back to its root".into());
        };
        let s = self.code.func.snap(id);
        let plain = s.virtuals.is_empty() && s.recipes.is_empty() && s.stores.is_empty();
        if !plain || root == 0 {
            return self.leave(id);
        }
        let mut words = Vec::new();
        for &(slot, entry) in &s.slots {
            let Entry::Ref(r) = entry else { continue };
            match self.get(r)? {
                Lit::Int(i) if !small(i) => return self.leave(id),
                l => words.push((slot, self.boxed(l.boxed()))),
            }
        }
        for (slot, w) in words {
            // SAFETY: N1: slots of the code are inside the window it was entered with.
            unsafe { *self.base.offset(slot as isize) = w };
        }
        // SAFETY: the cell of the root lives as long as its bridges.
        Ok(Pair::new(unsafe { *(root as *const u64) }, Status::Exit))
    }
}

/// Where only the low bits count, arithmetic is that of 128-bit words.
fn wrapped(op: Op, a: i128, b: i128) -> Option<Lit> {
    Some(Lit::Int(match op {
        Op::IntAdd => a.wrapping_add(b),
        Op::IntSub => a.wrapping_sub(b),
        Op::IntMul => a.wrapping_mul(b),
        Op::IntShl if (0..128).contains(&b) => a.wrapping_shl(b as u32),
        _ => return None,
    }))
}

fn address(o: u64, offset: i64) -> usize {
    (o as usize).wrapping_add_signed(offset as isize)
}

/// A value as it travels in a register or a word of memory.
fn raw(l: Lit) -> Option<u64> {
    Some(match l {
        Lit::Int(i) => i as u64,
        Lit::Float(f) => f.to_bits(),
        Lit::Bool(b) => u64::from(b),
        Lit::Ref(r) => r,
        Lit::Value(b) => b.word()?.0,
    })
}

fn from_raw(w: u64, ty: Ty) -> Lit {
    match ty {
        Ty::Int => Lit::Int(i128::from(w as i64)),
        Ty::Float => Lit::Float(f64::from_bits(w)),
        Ty::Bool => Lit::Bool(w as u8 != 0),
        Ty::Ref => Lit::Ref(w),
        Ty::Value | Ty::None => Lit::Value(Boxed::from_word(Value(w))),
    }
}

/// A parent's value as a parameter of that type.
fn inherited(live: Live, ty: Ty) -> Option<Lit> {
    Some(match (live, ty) {
        (Live::Int(i), Ty::Int) => Lit::Int(i),
        (Live::Wide(u), Ty::Int) => Lit::Int(u as i128),
        (Live::Int(i), Ty::Value) => Lit::Value(Boxed::Int(i)),
        (Live::Float(f), Ty::Float) => Lit::Float(f),
        (Live::Float(f), Ty::Value) => Lit::Value(Boxed::Float(f)),
        (Live::Word(w), Ty::Bool) => Lit::Bool(w == Value::TRUE),
        (Live::Word(w), Ty::Ref) => Lit::Ref(w.0),
        (Live::Word(w), Ty::Value) => Lit::Value(Boxed::from_word(w)),
        _ => return None,
    })
}

fn load(at: usize, kind: Kind) -> Lit {
    // SAFETY: the recorder checked that the object has a field of this kind there.
    unsafe {
        match kind {
            Kind::Value => Lit::Value(Boxed::from_word(Value(*(at as *const u64)))),
            Kind::Ref => Lit::Ref(*(at as *const u64)),
            Kind::F64 => Lit::Float(*(at as *const f64)),
            Kind::I64 | Kind::Len => Lit::Int(i128::from(*(at as *const i64))),
            Kind::I32 => Lit::Int(i128::from(*(at as *const i32))),
            Kind::U32 => Lit::Int(i128::from(*(at as *const u32))),
            Kind::U8 => Lit::Int(i128::from(*(at as *const u8))),
        }
    }
}

/// Words that a call passes at most.
const MOST: usize = 10;

/// Calls a helper. All integer registers and all float registers are passed, whatever it takes: it looks only at
/// its own, and the caller cleans the stack.
///
/// # Safety
/// The descriptor tells the truth about the function.
unsafe fn call_sysv(desc: &CallDesc, words: &[u64], floats: &[f64]) -> Result<Option<Lit>, String> {
    let (mut w, mut f) = ([0u64; MOST], [0f64; 4]);
    if words.len() > MOST || floats.len() > f.len() {
        return Err(format!("{} has too many arguments", desc.name));
    }
    w[..words.len()].copy_from_slice(words);
    f[..floats.len()].copy_from_slice(floats);
    macro_rules! call {
        ($ret:ty) => {{
            type F = unsafe extern "sysv64" fn(
                u64, u64, u64, u64, u64, u64, f64, f64, f64, f64, u64, u64, u64, u64,
            ) -> $ret;
            // SAFETY: the caller's promise; arguments beyond those of the function are not looked at.
            unsafe {
                let function = std::mem::transmute::<usize, F>(desc.address);
                function(w[0], w[1], w[2], w[3], w[4], w[5], f[0], f[1], f[2], f[3], w[6], w[7], w[8], w[9])
            }
        }};
    }
    Ok(match desc.ret {
        Ty::Float => Some(Lit::Float(call!(f64))),
        Ty::None => {
            call!(u64);
            None
        }
        ty => Some(from_raw(call!(u64), ty)),
    })
}

const _: () = assert!(size_of::<Header>() == 8 && size_of::<Option<Lit>>().is_multiple_of(8));
