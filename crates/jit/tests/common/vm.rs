//! A toy virtual machine for random tests: registers, objects with fields, arrays, forward
//! branches and one loop. Its interpreter defines the truth; its recorder makes raw traces
//! from the same bytecodes; compiled code is run by the evaluator.

use pyjit_jit::ir::*;

use super::Rng;
use super::toyjit::Recorder;

/// Registers of the machine; the last three are the inner loop's counter, the
/// loop's counter and its limit.
pub const REGS: usize = 10;
const COUNTER: usize = REGS - 2;
const INNER: usize = REGS - 3;
const LIMIT: usize = REGS - 1;
pub const SHAPE: u32 = 40;
const ARRAY: u32 = 50;
const ITEMS: Items = Items::new(16, Kind::Value, AliasClass(3));

fn header(shape: u32) -> u64 {
    shape as u64 | 4 << 32
}

fn field(n: usize) -> Field {
    Field::new(16 + 8 * n as i32, Kind::Value, AliasClass(1 + n as u8 % 2))
}

/// A bytecode.
#[derive(Clone, Copy, Debug)]
pub enum Bc {
    Bin(Op, usize, usize, usize),
    Mov(usize, usize),
    Const(usize, Boxed),
    /// Skip the next `n` bytecodes unless the comparison holds.
    Skip(Op, usize, usize, usize),
    Get(usize, usize, usize),
    Set(usize, usize, usize),
    Item(usize, usize, usize),
    SetItem(usize, usize, usize),
    New(usize, usize, usize),
    Same(usize, usize, usize),
    Pure(usize, usize),
    Read(usize, usize),
    Any(usize, usize),
    /// Count the inner counter; back to the inner loop's header unless it is a multiple
    /// of three.
    Inner(usize),
    Loop,
}

/// Registers and heap.
#[derive(Clone, Debug)]
pub struct World {
    pub regs: Vec<Boxed>,
    pub heap: Heap,
}

/// What the interpreter does next.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Next {
    Pc(usize),
    Halt,
    /// An integer grew too large for the evaluator.
    Overflow,
}

pub fn hook(name: &str, args: &[Lit], heap: &mut Heap) -> Option<Lit> {
    Some(match (name, args) {
        ("pure", [Lit::Int(i)]) => Lit::Int(i.rem_euclid(1000) * 3 - 7),
        ("read1", [Lit::Ref(r)]) => heap.get(*r, field(0))?,
        ("any", [Lit::Value(v)]) => {
            if let Boxed::Word(w) = *v
                && heap.shape(w) == Some(SHAPE)
            {
                let old = heap.get(w, field(0))?;
                heap.set(w, field(0), heap.get(w, field(1))?)?;
                heap.set(w, field(1), old)?;
            }
            Lit::Value(*v)
        }
        _ => return None,
    })
}

/// A random program and its liveness.
pub struct Program {
    pub code: Vec<Bc>,
    /// Where the compiled loop begins.
    pub header: usize,
    live: Vec<u32>,
}

fn defs_uses(b: Bc) -> (u32, u32) {
    let m = |r: usize| 1u32 << r;
    match b {
        Bc::Bin(_, d, a, b) | Bc::Same(d, a, b) => (m(d), m(a) | m(b)),
        Bc::Mov(d, a) | Bc::Any(d, a) => (m(d), m(a)),
        // These write only if the operands have the right types.
        Bc::Pure(d, a) | Bc::Read(d, a) | Bc::Get(d, a, _) => (0, m(a) | m(d)),
        Bc::Item(d, o, i) => (0, m(o) | m(i) | m(d)),
        Bc::Const(d, _) => (m(d), 0),
        Bc::Skip(_, a, b, _) => (0, m(a) | m(b)),
        Bc::Set(o, _, v) => (0, m(o) | m(v)),
        Bc::SetItem(o, i, v) => (0, m(o) | m(i) | m(v)),
        Bc::New(d, a, b) => (m(d), m(a) | m(b)),
        Bc::Inner(_) => (m(INNER), m(INNER)),
        Bc::Loop => (m(COUNTER), m(COUNTER) | m(LIMIT)),
    }
}

impl Program {
    pub fn random(rng: &mut Rng, ops: &[Op]) -> Program {
        let n = 3 + rng.below(12) as usize;
        let mut code: Vec<Bc> = (0..n)
            .map(|at| Program::bytecode(rng, ops, n - at - 1))
            .collect();
        let mut header = 0;
        if rng.below(2) == 0 {
            // An inner loop somewhere; it becomes hot first.
            header = rng.below(n as u64) as usize;
            let end = header + 1 + rng.below((n - header) as u64) as usize;
            // Nobody skips across its end.
            for (at, bc) in code.iter_mut().enumerate().take(end) {
                if let Bc::Skip(_, _, _, k) = bc
                    && at + *k >= end
                {
                    *bc = Bc::Mov(0, 1);
                }
            }
            code.insert(end, Bc::Inner(header));
        }
        code.push(Bc::Loop);
        let mut p = Program {
            live: vec![0; code.len() + 1],
            header,
            code,
        };
        p.liveness();
        p
    }

    fn bytecode(rng: &mut Rng, ops: &[Op], left: usize) -> Bc {
        let mut r = || rng.below(INNER as u64) as usize;
        let (a, b, c) = (r(), r(), r());
        match rng.below(22) {
            0..=6 => Bc::Bin(rng.pick(ops), a, b, c),
            7 => Bc::Mov(a, b),
            8 if rng.below(2) == 0 => {
                let n = rng.pick(&[8, 16, 31, 32, 33, 62, 63, 64, 64, 64]);
                Bc::Const(a, Lit::Int((1i128 << n) - 1).boxed())
            }
            8 => Bc::Const(a, Lit::Int(rng.int()).boxed()),
            9 => Bc::Const(a, Lit::Int(rng.below(4) as i128).boxed()),
            10 => Bc::Const(a, Lit::Float(rng.below(9) as f64 / 2.0).boxed()),
            11 | 12 if left > 0 => {
                let n = 1 + rng.below(left.min(3) as u64) as usize;
                Bc::Skip(
                    rng.pick(&[Op::IntLt, Op::IntLe, Op::IntEq, Op::IntNe]),
                    a,
                    b,
                    n,
                )
            }
            13 | 14 => Bc::Get(a, b, rng.below(3) as usize),
            15 | 16 => Bc::Set(a, rng.below(3) as usize, b),
            17 => Bc::Item(a, b, c),
            18 => Bc::SetItem(a, b, c),
            19 => Bc::New(a, b, c),
            20 => Bc::Same(a, b, c),
            _ => match rng.below(3) {
                0 => Bc::Pure(a, b),
                1 => Bc::Read(a, b),
                _ => Bc::Any(a, b),
            },
        }
    }

    fn liveness(&mut self) {
        let end = self.code.len();
        self.live[end] = ((1 << REGS) - 1) & !0b1000000;
        loop {
            let old = self.live.clone();
            for pc in (0..end).rev() {
                let mut out = self.live[pc + 1];
                match self.code[pc] {
                    Bc::Skip(_, _, _, n) => out |= self.live[pc + 1 + n],
                    Bc::Inner(to) => out |= self.live[to],
                    Bc::Loop => out |= self.live[0],
                    _ => {}
                }
                let (d, u) = defs_uses(self.code[pc]);
                self.live[pc] = out & !d | u;
            }
            if old == self.live {
                return;
            }
        }
    }

    pub fn live_regs(&self, pc: usize) -> Vec<i32> {
        (0..REGS as i32)
            .filter(|r| self.live[pc] >> r & 1 != 0)
            .collect()
    }
}

impl World {
    pub fn random(rng: &mut Rng, limit: i128) -> World {
        let mut heap = Heap::default();
        let small = |rng: &mut Rng| Lit::Int(rng.below(50) as i128).boxed();
        let mut objects = vec![];
        for shape in [SHAPE, SHAPE, ARRAY] {
            let o = heap.alloc(header(shape));
            for n in 0..4 {
                heap.set(o, field(n), Lit::Value(small(rng)));
            }
            objects.push(Boxed::Word(o));
        }
        let mut regs = vec![];
        for _ in 0..INNER {
            regs.push(match rng.below(10) {
                0..=3 => small(rng),
                4 => Lit::Int(rng.int()).boxed(),
                5 => Lit::Float(rng.below(20) as f64).boxed(),
                _ => rng.pick(&objects),
            });
        }
        regs.extend([0, 0, limit].map(|i| Lit::Int(i).boxed()));
        World { regs, heap }
    }

    /// What can be seen at the end.
    pub fn view(&self, p: &Program) -> Vec<String> {
        let live = p.live_regs(p.code.len());
        let roots: Vec<Lit> = live
            .iter()
            .map(|r| Lit::Value(self.regs[*r as usize]))
            .collect();
        self.heap.canonical(&roots)
    }
}

/// Executes one bytecode; writes a trace if there is a recorder.
pub fn step(w: &mut World, p: &Program, pc: usize, mut rec: Option<&mut Recorder>) -> Next {
    let bc = p.code[pc];
    if let Some(r) = rec.as_deref_mut() {
        r.at(p, pc);
    }
    let next = match bc {
        Bc::Bin(op, d, a, b) => match bin(w, op, a, b, rec.as_deref_mut()) {
            Some((v, r)) => set(w, d, v, r, &mut rec),
            None => return Next::Overflow,
        },
        Bc::Mov(d, a) => {
            let r = rec.as_deref_mut().map(|r| r.get(a));
            set(w, d, w.regs[a], r, &mut rec)
        }
        Bc::Const(d, v) => {
            let r = rec.as_deref_mut().map(|r| r.konst(v));
            set(w, d, v, r, &mut rec)
        }
        Bc::Skip(op, a, b, n) => match compare(w, op, a, b, rec.as_deref_mut()) {
            true => None,
            false => Some(pc + 1 + n),
        },
        _ => object_step(w, bc, &mut rec),
    };
    if let Bc::Inner(to) = bc {
        let Boxed::Int(k) = w.regs[INNER] else {
            panic!()
        };
        let again = (k + 1) % 3 != 0;
        if let Some(r) = rec {
            let a = r.int(INNER);
            let (one, three) = (r.b.constant(Lit::Int(1)), r.b.constant(Lit::Int(3)));
            let n = r.b.op(Op::IntAdd, &[a, one]);
            let m = r.b.op(Op::IntMod, &[n, three]);
            let zero = r.b.constant(Lit::Int(0));
            let c = r.b.op(Op::IntEq, &[m, zero]);
            r.b.op(if again { Op::GuardFalse } else { Op::GuardTrue }, &[c]);
            let boxed = r.b.op(Op::BoxInt, &[n]);
            r.put(INNER, boxed);
        }
        w.regs[INNER] = Boxed::Int(k + 1);
        return Next::Pc(if again { to } else { pc + 1 });
    }
    if let Bc::Loop = bc {
        let (Boxed::Int(c), Boxed::Int(l)) = (w.regs[COUNTER], w.regs[LIMIT]) else {
            panic!()
        };
        let go_on = c + 1 < l;
        if let Some(r) = rec {
            let (a, b) = (r.int(COUNTER), r.int(LIMIT));
            let one = r.b.constant(Lit::Int(1));
            let n = r.b.op(Op::IntAdd, &[a, one]);
            let c = r.b.op(Op::IntLt, &[n, b]);
            r.b.op(if go_on { Op::GuardTrue } else { Op::GuardFalse }, &[c]);
            let boxed = r.b.op(Op::BoxInt, &[n]);
            r.put(COUNTER, boxed);
        }
        w.regs[COUNTER] = Boxed::Int(c + 1);
        return if go_on { Next::Pc(0) } else { Next::Halt };
    }
    Next::Pc(next.unwrap_or(pc + 1))
}

fn set(
    w: &mut World,
    d: usize,
    v: Boxed,
    r: Option<Ref>,
    rec: &mut Option<&mut Recorder>,
) -> Option<usize> {
    w.regs[d] = v;
    if let (Some(r), Some(rec)) = (r, rec.as_deref_mut()) {
        rec.put(d, r);
    }
    None
}

/// Arithmetic on two ints or two floats; anything else gives zero.
fn bin(
    w: &World,
    op: Op,
    a: usize,
    b: usize,
    rec: Option<&mut Recorder>,
) -> Option<(Boxed, Option<Ref>)> {
    let zero = Boxed::Int(0);
    let shift = matches!(op, Op::IntShl | Op::IntShr);
    match (w.regs[a], w.regs[b]) {
        (Boxed::Int(x), Boxed::Int(y)) => {
            let made = |r: usize| rec.as_ref().is_none_or(|rec| rec.is_boxed_int(r));
            let wide = |r: usize, i: i128| !Boxed::Int(i).is_small() && !made(r);
            if wide(a, x) || wide(b, y) {
                // Big integers are a residual call's business: the trace ends here.
                if let Some(r) = rec {
                    r.ended = true;
                }
                return big(op, x, y).map(|v| (v, None));
            }
            // Divisors and shift counts are made fit inside the bytecode.
            let (y, fix) = match op {
                Op::IntFloorDiv | Op::IntMod => (if y == 0 { 3 } else { y }, y == 0),
                _ if shift => (y.rem_euclid(80), false),
                _ => (y, false),
            };
            let v = (op.info().eval)(&[Lit::Int(x), Lit::Int(y)])?;
            let Lit::Int(i) = v else { return None };
            if i.unsigned_abs() > 1 << 110 {
                return None;
            }
            let r = rec.map(|r| {
                let (ra, mut rb) = (r.int(a), r.int(b));
                if matches!(op, Op::IntFloorDiv | Op::IntMod) {
                    let z = r.b.constant(Lit::Int(0));
                    let c = r.b.op(Op::IntEq, &[rb, z]);
                    r.b.op(if fix { Op::GuardTrue } else { Op::GuardFalse }, &[c]);
                    if fix {
                        rb = r.b.constant(Lit::Int(3));
                    }
                }
                if shift {
                    let k = r.b.constant(Lit::Int(80));
                    rb = r.b.op(Op::IntMod, &[rb, k]);
                }
                let x = r.b.op(op, &[ra, rb]);
                r.saw(x, i);
                r.b.op(Op::BoxInt, &[x])
            });
            Some((Boxed::Int(i), r))
        }
        (Boxed::Float(x), Boxed::Float(y)) => {
            let fop = match op {
                Op::IntSub => Op::FloatSub,
                Op::IntMul => Op::FloatMul,
                _ => Op::FloatAdd,
            };
            let v = (fop.info().eval)(&[Lit::Float(x), Lit::Float(y)])?;
            let r = rec.map(|r| {
                let (a, b) = (r.float(a), r.float(b));
                let x = r.b.op(fop, &[a, b]);
                r.b.op(Op::BoxFloat, &[x])
            });
            Some((v.boxed(), r))
        }
        (x, y) => {
            let r = rec.map(|r| {
                r.guard_type(w, a, x);
                r.guard_type(w, b, y);
                r.konst(zero)
            });
            Some((zero, r))
        }
    }
}

fn big(op: Op, x: i128, y: i128) -> Option<Boxed> {
    let y = match op {
        Op::IntFloorDiv | Op::IntMod if y == 0 => 3,
        Op::IntShl | Op::IntShr => y.rem_euclid(80),
        _ => y,
    };
    match (op.info().eval)(&[Lit::Int(x), Lit::Int(y)])? {
        Lit::Int(i) if i.unsigned_abs() < 1 << 110 => Some(Boxed::Int(i)),
        _ => None,
    }
}

fn compare(w: &World, op: Op, a: usize, b: usize, rec: Option<&mut Recorder>) -> bool {
    let (x, y) = (w.regs[a], w.regs[b]);
    if !x.is_small() || !y.is_small() {
        if let Some(r) = rec {
            match (x, y) {
                (Boxed::Int(i), Boxed::Int(j))
                    if (x.is_small() || r.is_boxed_int(a))
                        && (y.is_small() || r.is_boxed_int(b)) =>
                {
                    let t = (op.info().eval)(&[Lit::Int(i), Lit::Int(j)]) == Some(Lit::Bool(true));
                    let (a, b) = (r.int(a), r.int(b));
                    let c = r.b.op(op, &[a, b]);
                    r.b.op(if t { Op::GuardTrue } else { Op::GuardFalse }, &[c]);
                    return t;
                }
                (Boxed::Int(_), _) if !x.is_small() => r.ended = true,
                (_, Boxed::Int(_)) if !y.is_small() => r.ended = true,
                _ => {
                    r.guard_type(w, a, x);
                    r.guard_type(w, b, y);
                }
            }
        }
        if let (Boxed::Int(x), Boxed::Int(y)) = (x, y) {
            return (op.info().eval)(&[Lit::Int(x), Lit::Int(y)]) == Some(Lit::Bool(true));
        }
        return false;
    }
    let (Boxed::Int(x), Boxed::Int(y)) = (x, y) else {
        return false;
    };
    let t = (op.info().eval)(&[Lit::Int(x), Lit::Int(y)]) == Some(Lit::Bool(true));
    if let Some(r) = rec {
        let (a, b) = (r.int(a), r.int(b));
        let c = r.b.op(op, &[a, b]);
        r.b.op(if t { Op::GuardTrue } else { Op::GuardFalse }, &[c]);
    }
    t
}

fn object(w: &World, r: usize, shape: u32) -> Option<u64> {
    match w.regs[r] {
        Boxed::Word(o) if w.heap.shape(o) == Some(shape) => Some(o),
        _ => None,
    }
}

fn object_step(w: &mut World, bc: Bc, rec: &mut Option<&mut Recorder>) -> Option<usize> {
    let miss = |w: &World, rec: &mut Option<&mut Recorder>, r: usize| {
        if let Some(rec) = rec.as_deref_mut() {
            rec.guard_shape_of(w, r);
        }
    };
    match bc {
        Bc::Get(d, o, n) => match object(w, o, SHAPE) {
            Some(at) => {
                let Lit::Value(v) = w.heap.get(at, field(n))? else {
                    panic!()
                };
                let r = rec.as_deref_mut().map(|r| {
                    let o = r.object(o, SHAPE);
                    r.b.emit(Op::GetField, Imm::Field(field(n)), &[o])
                });
                return set(w, d, v, r, rec);
            }
            None => miss(w, rec, o),
        },
        Bc::Set(o, n, v) => match object(w, o, SHAPE) {
            Some(at) => {
                w.heap.set(at, field(n), Lit::Value(w.regs[v]));
                if let Some(r) = rec.as_deref_mut() {
                    let (o, v) = (r.object(o, SHAPE), r.get(v));
                    r.b.emit(Op::SetField, Imm::Field(field(n)), &[o, v]);
                }
            }
            None => miss(w, rec, o),
        },
        Bc::Item(d, o, i) => return item(w, o, i, None, Some(d), rec),
        Bc::SetItem(o, i, v) => return item(w, o, i, Some(v), None, rec),
        Bc::New(d, a, b) => {
            let o = w.heap.alloc(header(SHAPE));
            w.heap.set(o, field(0), Lit::Value(w.regs[a]));
            w.heap.set(o, field(1), Lit::Value(w.regs[b]));
            let zero = Boxed::Int(0);
            w.heap.set(o, field(2), Lit::Value(zero));
            let r = rec.as_deref_mut().map(|r| {
                let (a, b, z) = (r.get(a), r.get(b), r.konst(zero));
                let o = r.b.emit(Op::New, Imm::Header(header(SHAPE)), &[]);
                for (n, v) in [a, b, z].into_iter().enumerate() {
                    r.b.emit(Op::SetField, Imm::Field(field(n)), &[o, v]);
                }
                r.b.op(Op::BoxRef, &[o])
            });
            return set(w, d, Boxed::Word(o), r, rec);
        }
        Bc::Same(d, a, b) => return same(w, d, a, b, rec),
        Bc::Pure(d, a) => {
            let Boxed::Int(i) = w.regs[a] else {
                let x = w.regs[a];
                if let Some(r) = rec.as_deref_mut() {
                    r.guard_type(w, a, x);
                }
                return None;
            };
            if !w.regs[a].is_small() {
                if let Some(r) = rec.as_deref_mut() {
                    r.ended = true;
                }
                return None;
            }
            let v = hook("pure", &[Lit::Int(i)], &mut w.heap)?;
            let r = rec.as_deref_mut().map(|r| {
                let a = r.int(a);
                let x = r.call("pure", a);
                r.b.op(Op::BoxInt, &[x])
            });
            return set(w, d, v.boxed(), r, rec);
        }
        Bc::Read(d, a) => match object(w, a, SHAPE) {
            Some(at) => {
                let v = hook("read1", &[Lit::Ref(at)], &mut w.heap)?;
                let r = rec.as_deref_mut().map(|r| {
                    let o = r.object(a, SHAPE);
                    r.call("read1", o)
                });
                return set(w, d, v.boxed(), r, rec);
            }
            None => miss(w, rec, a),
        },
        Bc::Any(d, a) => {
            let v = hook("any", &[Lit::Value(w.regs[a])], &mut w.heap)?;
            let r = rec.as_deref_mut().map(|r| {
                let a = r.get(a);
                r.called = true;
                r.call("any", a)
            });
            return set(w, d, v.boxed(), r, rec);
        }
        _ => {}
    }
    None
}

fn item(
    w: &mut World,
    o: usize,
    i: usize,
    v: Option<usize>,
    d: Option<usize>,
    rec: &mut Option<&mut Recorder>,
) -> Option<usize> {
    let Some(at) = object(w, o, ARRAY) else {
        if let Some(rec) = rec.as_deref_mut() {
            rec.guard_shape_of(w, o);
        }
        return None;
    };
    let index = match w.regs[i] {
        Boxed::Int(n) if w.regs[i].is_small() => n,
        x => {
            if let Some(r) = rec.as_deref_mut() {
                if let Boxed::Int(_) = x {
                    r.ended = true;
                } else {
                    r.object(o, ARRAY);
                    r.guard_type(w, i, x);
                }
            }
            return None;
        }
    };
    let inside = (0..4).contains(&index);
    let refs = rec.as_deref_mut().map(|r| {
        let (o, i) = (r.object(o, ARRAY), r.int(i));
        let n = r.b.constant(Lit::Int(4));
        let c = r.b.op(Op::IntBelow, &[i, n]);
        r.b.op(
            if inside {
                Op::GuardTrue
            } else {
                Op::GuardFalse
            },
            &[c],
        );
        (o, i)
    });
    if !inside {
        return None;
    }
    let f = ITEMS.field(index as i64)?;
    match (v, d) {
        (Some(v), _) => {
            w.heap.set(at, f, Lit::Value(w.regs[v]));
            if let (Some(r), Some((o, i))) = (rec.as_deref_mut(), refs) {
                let v = r.get(v);
                r.b.emit(Op::SetItem, Imm::Items(ITEMS), &[o, i, v]);
            }
            None
        }
        (_, Some(d)) => {
            let Lit::Value(x) = w.heap.get(at, f)? else {
                panic!()
            };
            let r = match (rec.as_deref_mut(), refs) {
                (Some(r), Some((o, i))) => Some(r.b.emit(Op::GetItem, Imm::Items(ITEMS), &[o, i])),
                _ => None,
            };
            set(w, d, x, r, rec)
        }
        _ => None,
    }
}

/// Identity of objects; 0 for anything else.
fn same(
    w: &mut World,
    d: usize,
    a: usize,
    b: usize,
    rec: &mut Option<&mut Recorder>,
) -> Option<usize> {
    let (Boxed::Word(x), Boxed::Word(y)) = (w.regs[a], w.regs[b]) else {
        let (x, y) = (w.regs[a], w.regs[b]);
        let r = rec.as_deref_mut().map(|r| {
            r.guard_type(w, a, x);
            r.guard_type(w, b, y);
            r.konst(Boxed::Int(0))
        });
        return set(w, d, Boxed::Int(0), r, rec);
    };
    let t = x == y;
    let r = rec.as_deref_mut().map(|r| {
        let words = [r.get(a), r.get(b)];
        r.guard_type(w, a, Boxed::Word(x));
        r.guard_type(w, b, Boxed::Word(y));
        let c = r.b.op(Op::SameWord, &words);
        r.b.op(if t { Op::GuardTrue } else { Op::GuardFalse }, &[c]);
        r.konst(Boxed::Int(t as i128))
    });
    set(w, d, Boxed::Int(t as i128), r, rec)
}
