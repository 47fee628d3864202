//! The toy machine's JIT: records, compiles, runs compiled code in the evaluator, takes
//! exits, attaches bridges.

use std::collections::HashMap;
use std::rc::Rc;

use pyjit_jit::ir::*;
use pyjit_jit::opt::{Abort, Optimised, Options, compile_tree};
use pyjit_jit::tree::{Bridge, Place, Raw, RawBuilder, Tree, TreeKind};

use super::vm::*;

/// Makes a raw trace.
pub struct Recorder {
    pub b: RawBuilder,
    names: Names,
    shadow: HashMap<usize, Ref>,
    dirty: [bool; REGS],
    /// The trace cannot go through this bytecode.
    pub ended: bool,
    pub called: bool,
    start: Vec<Boxed>,
}

impl Recorder {
    pub fn new() -> Recorder {
        Recorder {
            b: RawBuilder::new(),
            names: super::names(),
            shadow: HashMap::new(),
            dirty: [false; REGS],
            ended: false,
            called: false,
            start: vec![],
        }
    }

    pub fn at(&mut self, p: &Program, pc: usize) {
        let place = Place {
            pc: pc as u64,
            base: 0,
            top: REGS as i32,
            frames: 0,
            resume: Resume::Retry,
        };
        let live = p.live_regs(pc);
        let dirty: Vec<(i32, Ref)> = (0..REGS)
            .filter(|r| self.dirty[*r] && live.contains(&(*r as i32)))
            .map(|r| (r as i32, self.shadow[&r]))
            .collect();
        self.b.snapshot(place, live, &dirty);
        if std::mem::take(&mut self.called) {
            self.b.op(Op::GuardValid, &[]);
        }
    }

    pub fn get(&mut self, r: usize) -> Ref {
        if let Some(x) = self.shadow.get(&r) {
            return *x;
        }
        let x = match self.start.get(r).and_then(|b| b.word()) {
            Some(v) => self.b.slot_with(r as i32, v),
            None => self.b.slot(r as i32),
        };
        self.shadow.insert(r, x);
        x
    }

    pub fn put(&mut self, r: usize, v: Ref) {
        self.shadow.insert(r, v);
        self.dirty[r] = true;
    }

    pub fn konst(&mut self, v: Boxed) -> Ref {
        self.b.constant(Lit::Value(v))
    }

    pub fn int(&mut self, r: usize) -> Ref {
        let v = self.get(r);
        self.b.op(Op::GuardInt, &[v]);
        self.b.op(Op::UnboxInt, &[v])
    }

    /// Was the register's integer made in this trace (so that it may be wide)?
    pub fn is_boxed_int(&self, r: usize) -> bool {
        self.shadow.get(&r).is_some_and(|x| {
            let f = self.b.func();
            f.inst(*x).op == Op::BoxInt || matches!(f.lit(*x), Some(Lit::Value(Boxed::Int(_))))
        })
    }

    pub fn float(&mut self, r: usize) -> Ref {
        let v = self.get(r);
        self.b.op(Op::GuardFloat, &[v]);
        self.b.op(Op::UnboxFloat, &[v])
    }

    pub fn object(&mut self, r: usize, shape: u32) -> Ref {
        let v = self.get(r);
        self.b.op(Op::GuardRef, &[v]);
        let o = self.b.op(Op::UnboxRef, &[v]);
        self.b.emit(Op::GuardShape, Imm::Shape(shape), &[o]);
        o
    }

    pub fn guard_type(&mut self, w: &World, r: usize, v: Boxed) {
        let x = self.get(r);
        match v {
            Boxed::Int(_) if v.is_small() => drop(self.b.op(Op::GuardInt, &[x])),
            Boxed::Int(_) => self.ended = true,
            Boxed::Float(_) => drop(self.b.op(Op::GuardFloat, &[x])),
            Boxed::Word(o) => {
                self.object(r, w.heap.shape(o).unwrap_or(0));
            }
        }
    }

    pub fn guard_shape_of(&mut self, w: &World, r: usize) {
        match w.regs[r] {
            Boxed::Word(o) => drop(self.object(r, w.heap.shape(o).unwrap_or(0))),
            v => self.guard_type(w, r, v),
        }
    }

    pub fn call(&mut self, name: &str, a: Ref) -> Ref {
        self.b
            .emit(Op::Call, Imm::Call(self.names.calls[name]), &[a])
    }

    pub fn saw(&mut self, r: Ref, i: i128) {
        use pyjit_jit::tree::Seen;
        let seen = if i64::try_from(i).is_ok() {
            Seen::I64
        } else if u64::try_from(i).is_ok() {
            Seen::U64
        } else {
            Seen::Big
        };
        self.b.saw(r, seen);
    }
}

/// Runs compiled code in a world; gives where it left. The number tells codes apart.
pub type Runner =
    Box<dyn FnMut(&Optimised, u64, &mut World, u64) -> Result<(usize, Origin), String>>;

/// The toy's JIT.
pub struct Jit {
    /// Instead of the evaluator.
    pub runner: Option<Runner>,
    tree: Option<Tree>,
    code: Option<Optimised>,
    exits: HashMap<Origin, u32>,
    pub options: Options,
    /// Every n-th guard fails.
    pub force: u64,
    pub stats: [u64; 4],
}

impl Jit {
    pub fn new(options: Options, force: u64) -> Jit {
        Jit {
            runner: None,
            tree: None,
            code: None,
            exits: HashMap::new(),
            options,
            force,
            stats: [0; 4],
        }
    }

    /// Runs the program with compiled code where there is some.
    pub fn run(&mut self, w: &mut World, p: &Program) -> Result<(), String> {
        let mut pc = 0;
        let mut budget = 20_000u32;
        loop {
            budget = budget.checked_sub(1).ok_or("no progress")?;
            if pc == p.header && self.code.is_some() {
                match self.enter(w, p)? {
                    Next::Pc(to) => pc = to,
                    Next::Halt => return Ok(()),
                    Next::Overflow => return Err("overflow".into()),
                }
                if pc == p.header {
                    match step(w, p, pc, None) {
                        Next::Pc(to) => pc = to,
                        _ => return Ok(()),
                    }
                }
                continue;
            }
            if pc == p.header && self.tree.is_none() {
                let mut rec = Recorder::new();
                let (raw, next) = record(w, p, p.header, &mut rec);
                if let Some(raw) = raw {
                    self.tree = Some(Tree::new(TreeKind::Loop, Rc::new(raw)));
                    self.compile()?;
                }
                match next {
                    Next::Pc(to) => pc = to,
                    _ => return Ok(()),
                }
                continue;
            }
            match step(w, p, pc, None) {
                Next::Pc(to) => pc = to,
                _ => return Ok(()),
            }
        }
    }

    fn compile(&mut self) -> Result<(), String> {
        let Some(tree) = &self.tree else {
            return Ok(());
        };
        match compile_tree(tree, &self.options) {
            Ok(c) => {
                self.stats[0] += 1;
                self.code = Some(c);
            }
            Err(Abort::Broken(e)) => {
                return Err(format!("broken: {e}"));
            }
            Err(_) => {
                self.stats[1] += 1;
            }
        }
        Ok(())
    }

    fn enter(&mut self, w: &mut World, p: &Program) -> Result<Next, String> {
        let Some(code) = &self.code else {
            return Ok(Next::Pc(p.header));
        };
        let (pc, origin) = match &mut self.runner {
            Some(run) => run(code, self.stats[0], w, self.force)?,
            None => evaluate(code, w, self.force)?,
        };
        self.stats[2] += 1;
        let live = p.live_regs(pc);
        // Dead registers hold anything.
        for r in 0..REGS {
            if !live.contains(&(r as i32)) {
                w.regs[r] = Boxed::Word(0x1c);
            }
        }
        if pc >= p.code.len() {
            return Ok(Next::Halt);
        }
        let count = self.exits.entry(origin).or_default();
        *count += 1;
        if *count == 2
            && self
                .tree
                .as_ref()
                .is_some_and(|t| t.bridge_at(origin).is_none())
        {
            let mut rec = Recorder::new();
            let (raw, next) = record(w, p, pc, &mut rec);
            if let (Some(raw), Some(tree)) = (raw, &mut self.tree) {
                tree.bridges.push(Bridge::new(origin, Rc::new(raw)));
                self.stats[3] += 1;
                self.compile()?;
            }
            return Ok(next);
        }
        Ok(Next::Pc(pc))
    }

    pub fn dump(&self) -> String {
        let mut s = String::new();
        if let Some(t) = &self.tree {
            for m in t.members() {
                s += &print(&m.func);
                s += "----\n";
            }
        }
        if let Some(c) = &self.code {
            s += &print(&c.func);
        }
        s
    }
}

/// Runs compiled code in the evaluator.
fn evaluate(code: &Optimised, w: &mut World, force: u64) -> Result<(usize, Origin), String> {
    let mut m = Machine::new(&code.func, w.heap.clone());
    for (n, v) in w.regs.iter().enumerate() {
        m.slots.insert(n as i32, *v);
    }
    m.fail_after = force;
    let out = m.run(0, &mut hook).map_err(|e| format!("{e:?}"))?;
    let Outcome::Exit(s) = out else {
        return Err(format!("{out:?}"));
    };
    let slots = m.leave(s).map_err(|e| format!("{e:?}"))?;
    let snap = code.func.snap(s);
    let left = (snap.pc as usize, snap.origin);
    w.heap = m.heap;
    for (n, v) in slots {
        w.regs[n as usize] = v;
    }
    Ok(left)
}

/// Records from `pc` to the header or the end; executes at the same time.
fn record(w: &mut World, p: &Program, from: usize, rec: &mut Recorder) -> (Option<Raw>, Next) {
    let mut pc = from;
    rec.start = w.regs.clone();
    loop {
        match step(w, p, pc, Some(rec)) {
            Next::Overflow => return (None, Next::Overflow),
            next if rec.ended => return (None, next),
            Next::Pc(to) if to == p.header => {
                rec.at(p, to);
                let b = std::mem::replace(&mut rec.b, RawBuilder::new());
                return (Some(b.end_loop()), Next::Pc(to));
            }
            Next::Halt => {
                rec.at(p, p.code.len());
                let b = std::mem::replace(&mut rec.b, RawBuilder::new());
                return (Some(b.end_exit()), Next::Halt);
            }
            Next::Pc(to) => pc = to,
        }
    }
}
