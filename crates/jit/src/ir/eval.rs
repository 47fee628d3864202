//! The reference evaluator: runs raw and optimised functions over an abstract heap. It
//! defines what both mean; native code and the optimiser are tested against it.

use std::collections::{BTreeMap, HashMap};

use super::*;

/// Objects by address: header word and fields by byte offset.
#[derive(Clone, Default, Debug, PartialEq)]
pub struct Heap {
    objects: BTreeMap<u64, Object>,
    next: u64,
}

#[derive(Clone, Default, Debug, PartialEq)]
struct Object {
    header: u64,
    fields: BTreeMap<i32, Lit>,
}

impl Heap {
    /// Allocates an object.
    pub fn alloc(&mut self, header: u64) -> u64 {
        self.next += 0x10000;
        self.objects.insert(
            self.next,
            Object {
                header,
                fields: BTreeMap::new(),
            },
        );
        self.next
    }

    /// Shape number of the object at that address.
    pub fn shape(&self, at: u64) -> Option<u32> {
        self.objects.get(&at).map(|o| o.header as u32)
    }

    /// Reads a field.
    pub fn get(&self, at: u64, field: Field) -> Option<Lit> {
        let o = self.objects.get(&at)?;
        let zero = match field.kind.ty() {
            Ty::Value => Lit::Value(Boxed::Word(0)),
            Ty::Ref => Lit::Ref(0),
            Ty::Float => Lit::Float(0.0),
            _ => Lit::Int(0),
        };
        Some(o.fields.get(&field.offset).copied().unwrap_or(zero))
    }

    /// Writes a field.
    pub fn set(&mut self, at: u64, field: Field, v: Lit) -> Option<()> {
        self.objects.get_mut(&at)?.fields.insert(field.offset, v);
        Some(())
    }

    /// Everything reachable from `roots`, with addresses replaced by order of discovery:
    /// equal for isomorphic heaps.
    pub fn canonical(&self, roots: &[Lit]) -> Vec<String> {
        let mut names: HashMap<u64, usize> = HashMap::new();
        let mut queue = vec![];
        let mut show = |l: Lit, queue: &mut Vec<u64>| match l {
            Lit::Ref(a) | Lit::Value(Boxed::Word(a)) if self.objects.contains_key(&a) => {
                let n = names.len();
                let k = *names.entry(a).or_insert(n);
                if k == n {
                    queue.push(a);
                }
                format!("#{k}")
            }
            Lit::Int(_) | Lit::Float(_) | Lit::Bool(_) => l.to_string(),
            l => l.boxed().to_string(),
        };
        let mut out: Vec<String> = roots.iter().map(|r| show(*r, &mut queue)).collect();
        let mut n = 0;
        while n < queue.len() {
            let o = &self.objects[&queue[n]];
            let fields: Vec<_> = o
                .fields
                .iter()
                .map(|(k, v)| format!("{k}={}", show(*v, &mut queue)))
                .collect();
            out.push(format!("#{n} {:x} {}", o.header, fields.join(" ")));
            n += 1;
        }
        out
    }
}

/// How a run ended.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// Left through this snapshot.
    Exit(SnapId),
    /// Returned.
    Finish(Lit),
    /// A raw trace came to its end.
    Loop(SnapId),
}

/// Why a run could not go on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EvalError {
    /// An operation without a meaning for its operands; says which.
    Stuck(String),
    /// Too many instructions.
    Budget,
    /// A value is outside the range that the optimiser claims.
    Range(String),
}

/// What a residual call does in the evaluator.
pub type CallHook<'a> = &'a mut dyn FnMut(&str, &[Lit], &mut Heap) -> Option<Lit>;

/// A run of one function.
pub struct Machine<'a> {
    /// The function.
    pub func: &'a Func,
    /// Values so far.
    pub env: Vec<Option<Lit>>,
    /// Interpreter slots at entry.
    pub slots: HashMap<i32, Boxed>,
    /// Arguments of a function.
    pub args: Vec<Lit>,
    /// The heap.
    pub heap: Heap,
    /// Make the n-th guard from now fail (0: none).
    pub fail_after: u64,
    /// Instructions left.
    pub budget: u64,
    /// Follow `side` blocks (otherwise failing guards always exit).
    pub sides: bool,
}

impl<'a> Machine<'a> {
    /// Ready to run from the entry.
    pub fn new(func: &'a Func, heap: Heap) -> Self {
        let env = (0..func.len()).map(|n| func.lit(Ref(n as u32))).collect();
        Machine {
            func,
            env,
            slots: HashMap::new(),
            args: vec![],
            heap,
            fail_after: 0,
            budget: 1_000_000,
            sides: true,
        }
    }

    /// Runs from instruction `start` of block 0.
    pub fn run(&mut self, start: usize, call: CallHook) -> Result<Outcome, EvalError> {
        let (mut b, mut at) = (BlockId(0), start);
        'block: loop {
            let block = self.func.block(b);
            while let Some(r) = block.insts.get(at) {
                at += 1;
                self.budget = self.budget.checked_sub(1).ok_or(EvalError::Budget)?;
                if let Some(exit) = self.step(*r, call)? {
                    match (exit, self.func.inst(*r).side) {
                        (Leave::Failed(_), Some(side)) if self.sides => {
                            (b, at) = (side, 0);
                            continue 'block;
                        }
                        (Leave::Failed(s) | Leave::Forced(s), _) => return Ok(Outcome::Exit(s)),
                    }
                }
            }
            match &block.end {
                Term::Jump(to, args) => {
                    let vals: Vec<_> = args
                        .iter()
                        .map(|a| self.get(*a))
                        .collect::<Result<_, _>>()?;
                    for (p, v) in self.func.block(*to).params.iter().zip(vals) {
                        self.set(*p, v)?;
                    }
                    self.budget = self.budget.checked_sub(1).ok_or(EvalError::Budget)?;
                    (b, at) = (*to, 0);
                }
                Term::Finish(v) => return Ok(Outcome::Finish(self.get(*v)?)),
                Term::Exit(s) | Term::Enter(s, _) => return Ok(Outcome::Exit(*s)),
                Term::Loop(s) => return Ok(Outcome::Loop(*s)),
                Term::Open => return Err(EvalError::Stuck("open block".into())),
            }
        }
    }

    fn get(&self, r: Ref) -> Result<Lit, EvalError> {
        self.env[r.0 as usize].ok_or_else(|| EvalError::Stuck(format!("{r} has no value")))
    }

    fn set(&mut self, r: Ref, v: Lit) -> Result<(), EvalError> {
        if let Lit::Int(i) = v {
            let fact = self.func.int(r);
            let ranged = !self.func.ints.is_empty();
            if ranged && !(fact.lo..=fact.hi).contains(&i) {
                return Err(EvalError::Range(format!(
                    "{r} = {i} not in {}..{}",
                    fact.lo, fact.hi
                )));
            }
        }
        self.env[r.0 as usize] = Some(v);
        Ok(())
    }

    fn step(&mut self, r: Ref, call: CallHook) -> Result<Option<Leave>, EvalError> {
        let f = self.func;
        let i = f.inst(r);
        let args: Vec<Lit> = f
            .args(r)
            .iter()
            .map(|a| self.get(*a))
            .collect::<Result<_, _>>()?;
        let stuck = || EvalError::Stuck(format!("{} {args:?}", i.op.name()));
        if i.op.is_guard() {
            let holds = self.holds(i, &args).ok_or_else(stuck)?;
            let forced = self.fail_after == 1;
            self.fail_after = self.fail_after.saturating_sub(1);
            let snap = i.snap.ok_or_else(stuck)?;
            return Ok(match (holds, forced) {
                (_, true) => Some(Leave::Forced(snap)),
                (false, _) => Some(Leave::Failed(snap)),
                _ => None,
            });
        }
        let v = match (i.op, i.imm) {
            (Op::Slot, Imm::Index(n)) => self.slots.get(&n).map(|b| Some(Lit::Value(*b))),
            (Op::SetSlot, Imm::Index(n)) => match args[..] {
                [Lit::Value(v)] => {
                    self.slots.insert(n, v);
                    Some(None)
                }
                _ => None,
            },
            (Op::Arg, Imm::Index(n)) => self.args.get(n as usize).map(|a| Some(*a)),
            (Op::Call, Imm::Call(d)) => {
                let v = call(d.name, &args, &mut self.heap);
                (d.ret == Ty::None || v.is_some()).then_some(v)
            }
            (Op::CallCode, Imm::Code { desc, .. }) => {
                call(&desc.name, &args, &mut self.heap).map(Some)
            }
            _ => self
                .memory(i, &args)
                .or_else(|| (i.op.info().eval)(&args).map(Some)),
        };
        let v = v.ok_or_else(stuck)?;
        // Overflow guards exist in optimised code only.
        if let (Some(v), Some(snap), false) = (v, i.snap, f.ints.is_empty()) {
            let fits = match (i.op, v) {
                (Op::BoxInt, Lit::Value(b)) => b.is_small(),
                (op, Lit::Int(x)) if op.can_overflow() => f.int(r).rep.holds(x),
                _ => true,
            };
            if !fits {
                return Ok(Some(Leave::Failed(snap)));
            }
        }
        if let Some(v) = v {
            self.set(r, v)?;
        }
        Ok(None)
    }

    fn holds(&self, i: &Inst, args: &[Lit]) -> Option<bool> {
        match (i.op, i.imm, args) {
            (Op::Poll | Op::GuardValid, ..) => Some(true),
            (Op::GuardNoException, _, a) => Some(!matches!(
                a.first(),
                Some(Lit::Ref(0) | Lit::Value(Boxed::Word(0)))
            )),
            (Op::GuardShape, Imm::Shape(s), [Lit::Ref(r)]) => Some(self.heap.shape(*r) == Some(s)),
            _ => match (i.op.info().eval)(args)? {
                Lit::Bool(b) => Some(b),
                _ => None,
            },
        }
    }

    fn memory(&mut self, i: &Inst, args: &[Lit]) -> Option<Option<Lit>> {
        let item = |index: i128, x: Items| x.field(i64::try_from(index).ok()?);
        Some(match (i.op, i.imm, args) {
            (Op::GetField, Imm::Field(x), [Lit::Ref(o)]) => Some(self.heap.get(*o, x)?),
            (Op::SetField, Imm::Field(x), [Lit::Ref(o), v]) => {
                self.heap.set(*o, x, *v)?;
                None
            }
            (Op::GetItem, Imm::Items(x), [Lit::Ref(o), Lit::Int(n)]) => {
                Some(self.heap.get(*o, item(*n, x)?)?)
            }
            (Op::SetItem, Imm::Items(x), [Lit::Ref(o), Lit::Int(n), v]) => {
                self.heap.set(*o, item(*n, x)?, *v)?;
                None
            }
            (Op::New, Imm::Header(h), _) => Some(Lit::Ref(self.heap.alloc(h))),
            _ => return None,
        })
    }

    /// Does at an exit what exit code does: allocates virtual objects, does pending
    /// stores; gives the slots to write.
    pub fn leave(&mut self, id: SnapId) -> Result<BTreeMap<i32, Boxed>, EvalError> {
        let s = self.func.snap(id).clone();
        let made: Vec<u64> = s
            .virtuals
            .iter()
            .map(|v| self.heap.alloc(v.header))
            .collect();
        let mut computed: Vec<Lit> = vec![];
        for r in &s.recipes {
            let args: Vec<Lit> = r
                .args
                .iter()
                .map(|e| self.entry(*e, &made, &computed))
                .collect::<Result<_, _>>()?;
            let v = (r.op.info().eval)(&args);
            computed.push(v.ok_or_else(|| EvalError::Stuck(format!("recipe {args:?}")))?);
        }
        for (v, at) in s.virtuals.iter().zip(&made) {
            for (field, e) in &v.fields {
                let x = self.stored(*field, *e, &made, &computed)?;
                self.heap.set(*at, *field, x);
            }
        }
        for p in &s.stores {
            let Lit::Ref(o) = self.entry(p.object, &made, &computed)? else {
                return Err(EvalError::Stuck("pending store into no object".into()));
            };
            let x = self.stored(p.field, p.value, &made, &computed)?;
            self.heap
                .set(o, p.field, x)
                .ok_or_else(|| EvalError::Stuck("store into nothing".into()))?;
        }
        let mut out = BTreeMap::new();
        for (slot, e) in &s.slots {
            out.insert(*slot, self.entry(*e, &made, &computed)?.boxed());
        }
        Ok(out)
    }

    fn entry(&self, e: Entry, made: &[u64], computed: &[Lit]) -> Result<Lit, EvalError> {
        match e {
            Entry::Ref(r) => self.get(r),
            Entry::Virtual(n) => Ok(Lit::Ref(made[n as usize])),
            Entry::Recipe(n) => Ok(computed[n as usize]),
        }
    }

    /// The entry as memory of that kind holds it.
    fn stored(&self, f: Field, e: Entry, made: &[u64], computed: &[Lit]) -> Result<Lit, EvalError> {
        let v = self.entry(e, made, computed)?;
        Ok(if f.kind == Kind::Value {
            Lit::Value(v.boxed())
        } else {
            v
        })
    }
}

enum Leave {
    Failed(SnapId),
    Forced(SnapId),
}
