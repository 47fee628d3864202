//! Functions with code of their own: versions by argument types, the ways in from the
//! interpreter and from compiled callers, and the way back.
//!
//! - A *version* is a function's code for arguments of certain types. Compiled callers
//!   call it through its cell, which always holds something: at first an entry that hands
//!   over to the interpreter ([`interpret`]).
//! - A guard that fails in a function finishes that activation in the interpreter, nested
//!   ([`function_exit`]); its compiled caller notices nothing. While that runs, the frame's
//!   header has a return address that leaves the interpreter; [`return_of`] knows the real
//!   one.
//! - Frames of compiled code are in memory whenever anybody can look: a caller writes its
//!   live registers and the callee's header before each call.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, RootVec, Value};
use pyjit_jit::ir::{CodeDesc, Imm, Resume, Ty};
use pyjit_jit::native::{Artifact, ExitKind, Hooks, JitCtx, Pair, Status};
use pyjit_jit::tree::Raw;
use pyjit_runtime::core::kinds;
use pyjit_runtime::{R, Raised, Thread};

use super::enter::{Exit, Left};
use super::sites::{USELESS_CALL_NS, patience};
use super::stats::add;
use super::trees::{TreeState, Way};
use super::{Jit, Next, go_on, is_wanted};
use crate::calls;
use crate::objects::code::{Code, HOT_INTERVAL};
use crate::objects::function::Function;
use crate::recorder::Start;
use crate::unwind;
use crate::vm::Vm;

/// Versions of one function that are told apart by types; further ones share one that
/// takes anything.
const MOST_VERSIONS: usize = 3;

/// Registers of a function that a place calls that calls many functions.
const MOST_REGISTERS: usize = 64;

/// Bridges that begin in inlined frames of a function until it is called instead: each
/// copies what follows the call.
const MOST_FORKS: u32 = 5;

/// What compiled code asks for when it cannot go on.
pub const HOOKS: Hooks = Hooks {
    function_exit,
    interpret,
    constant: super::constant,
};

/// A function's code for arguments of certain types.
pub struct Version {
    desc: &'static CodeDesc,
    cell: &'static Cell<usize>,
    /// The entry to the interpreter.
    stub: Artifact,
    tree: RefCell<Option<Rc<TreeState>>>,
    /// Calls from compiled code while there is none.
    calls: Cell<u32>,
    /// When it became hot.
    since: Cell<u64>,
    due: Cell<u32>,
    failures: Cell<u32>,
    /// Does its code call itself?
    recursive: Cell<bool>,
    _code: RootVec,
}

/// What the JIT knows of functions.
#[derive(Default)]
pub struct Functions {
    /// By address of the first instruction.
    versions: RefCell<HashMap<usize, Vec<Rc<Version>>>>,
    /// Real return addresses of the frames that nested runs finish.
    returns: RefCell<Vec<(usize, Pc)>>,
    /// Stay in the interpreter: native stack is short.
    off: Cell<u32>,
    /// By number of arguments: conventions for calls of many functions.
    through: RefCell<HashMap<usize, &'static CodeDesc>>,
    /// By address of the first instruction: bridges from inlined frames.
    forks: RefCell<HashMap<usize, u32>>,
    /// By address of the first instruction, and by where a call returns to: traces that ended
    /// in loops which they went round too often.
    long: RefCell<HashMap<usize, u32>>,
}

/// How a value is passed.
fn passed(v: Value) -> Ty {
    if v.is_int() {
        Ty::Int
    } else if v.is_float() || v.is_ptr() && v.shape_id() == kinds::FLOAT {
        Ty::Float
    } else {
        Ty::Value
    }
}

impl Version {
    /// Is it for exactly these types?
    fn is_for(&self, mut args: impl Iterator<Item = Value>) -> bool {
        self.desc
            .args
            .iter()
            .all(|ty| args.next().is_some_and(|a| passed(a) == *ty))
    }

    /// Can these be passed to it?
    fn takes(&self, mut args: impl Iterator<Item = Value>) -> bool {
        self.desc.args.iter().all(|ty| {
            args.next()
                .is_some_and(|a| *ty == Ty::Value || passed(a) == *ty)
        })
    }

    fn is_general(&self) -> bool {
        self.desc.args.iter().all(|ty| *ty == Ty::Value)
    }

    /// The code is out of use: callers come to the interpreter.
    fn clear(&self) -> Option<Rc<TreeState>> {
        self.cell.set(self.stub.entry().code() as usize);
        self.tree.take()
    }
}

/// A frame's real return address, if the interpreter is to finish it for compiled code.
pub fn return_of(base: Base, header: Pc) -> Pc {
    if header != Vm::get().nested_halt() {
        return header;
    }
    let at = base.ptr() as usize;
    let found = super::get().and_then(|j| {
        let returns = j.functions.returns.borrow();
        returns.iter().rev().find(|r| r.0 == at).map(|r| r.1)
    });
    found.unwrap_or(header)
}

/// A function entry whose counter has run out.
pub fn entered(t: &Thread, pc: Pc, base: Base) -> Next {
    let stay = Next::Go(pc, base);
    let info = pc.entry_info();
    match super::get() {
        Some(jit) if std::ptr::eq(t, jit.thread) => jit.entered(t, pc, base),
        Some(_) => {
            info.hot.set(1);
            stay
        }
        None => {
            info.hot.set(HOT_INTERVAL);
            stay
        }
    }
}

fn function_of(base: Base) -> Gc<Function> {
    Gc::from_value(base.below(HEADER_WORDS))
}

/// Goes on in the interpreter until the entry frame is left.
fn drive(t: &Thread, next: Next) -> R<()> {
    let at = match next {
        Next::Go(pc, base) => Some((pc, base)),
        Next::Raise(pc, base) => unwind::unwind(t, pc, base),
        Next::Done => return Ok(()),
        Next::Left => None,
    };
    match at {
        Some((pc, base)) => crate::dispatch::run(t, pc, base),
        None => Err(Raised),
    }
}

impl Jit {
    /// The convention for calling a function with such arguments.
    pub fn code_for(
        &self,
        f: Gc<Function>,
        args: impl Iterator<Item = Value> + Clone,
    ) -> Option<&'static CodeDesc> {
        self.version(f, args).map(|v| v.desc)
    }

    /// Does a function call itself, as far as is known?
    pub fn is_recursive(&self, f: Gc<Function>) -> bool {
        let all = self.functions.versions.borrow();
        let versions = all.get(&f.entry.get().addr());
        versions.is_some_and(|v| v.iter().any(|v| v.recursive.get()))
    }

    /// Do traces fork in a function so often that it is rather called than inlined?
    pub fn is_forked(&self, f: Gc<Function>) -> bool {
        let forks = self.functions.forks.borrow();
        forks
            .get(&f.entry.get().addr())
            .is_some_and(|n| *n >= MOST_FORKS)
    }

    /// How often loops of the function with this entry, or called from before this place, were
    /// too long to be inlined.
    pub fn long_loops(&self, at: usize) -> u32 {
        self.functions.long.borrow().get(&at).copied().unwrap_or(0)
    }

    /// They were once more.
    pub fn note_long_loop(&self, at: usize) {
        *self.functions.long.borrow_mut().entry(at).or_default() += 1;
    }

    /// A bridge begins in the window `base` of a trace that starts in `root`. True: some
    /// function between them is not to be inlined any more.
    pub(super) fn forked(&self, root: Base, mut base: Base) -> bool {
        let mut forks = self.functions.forks.borrow_mut();
        let mut reached = false;
        while base != root {
            let f = function_of(base);
            if !f.code.gc().is_resumable() && !f.code.gc().is_internal() {
                let n = forks.entry(f.entry.get().addr()).or_default();
                *n += 1;
                reached |= *n == MOST_FORKS;
            }
            base = base.down(base.below(1).as_int() as usize);
        }
        reached
    }

    fn version(
        &self,
        f: Gc<Function>,
        args: impl Iterator<Item = Value> + Clone,
    ) -> Option<Rc<Version>> {
        let key = f.entry.get().addr();
        let mut all = self.functions.versions.borrow_mut();
        let versions = all.entry(key).or_default();
        let exact = versions.iter().find(|v| v.is_for(args.clone()));
        if let Some(v) = exact {
            return Some(v.clone());
        }
        let full = versions.len() >= MOST_VERSIONS;
        if full && let Some(v) = versions.iter().find(|v| v.is_general()) {
            return Some(v.clone());
        }
        let types = args
            .map(|a| if full { Ty::Value } else { passed(a) })
            .collect();
        let v = Rc::new(self.new_version(f, types)?);
        versions.push(v.clone());
        Some(v)
    }

    /// The convention for calling whatever function takes `n` arguments, through the cell
    /// that [`Jit::cell_for`] gives.
    pub fn code_through(&self, n: usize) -> &'static CodeDesc {
        let mut all = self.functions.through.borrow_mut();
        all.entry(n).or_insert_with(|| {
            let mut args = vec![Ty::Value; n + 1];
            args[0] = Ty::Int;
            Box::leak(Box::new(CodeDesc {
                name: "any".into(),
                cell: 0,
                args,
                ret: Ty::Value,
                window: (MOST_REGISTERS + calls::TOP_SLACK) as u32,
                through: true,
            }))
        })
    }

    /// Address of the cell of the code that takes `n` arguments of any types, if `f` is a
    /// function that has, or can have, such code.
    pub fn cell_for(&self, f: Value, n: usize) -> Option<usize> {
        if !f.is_ptr() || f.shape_id() != kinds::FUNCTION {
            return None;
        }
        let f: Gc<Function> = Gc::from_value(f);
        if f.arity.get() as usize != n {
            return None;
        }
        let code = f.code.gc();
        match code.cell.get() {
            0 => self.new_cell(f, code, n),
            cell => Some(cell),
        }
    }

    fn new_cell(&self, f: Gc<Function>, code: Gc<Code>, n: usize) -> Option<usize> {
        let ready = f.entry.get() != Pc::NULL && !code.is_resumable() && !code.is_internal();
        if !ready || code.nregs() > MOST_REGISTERS {
            return None;
        }
        let mut all = self.functions.versions.borrow_mut();
        let versions = all.entry(f.entry.get().addr()).or_default();
        let cell = match versions.iter().find(|v| v.is_general()) {
            Some(v) => v.desc.cell,
            None => {
                let v = Rc::new(self.new_version(f, vec![Ty::Value; n])?);
                let cell = v.desc.cell;
                versions.push(v);
                cell
            }
        };
        code.cell.set(cell);
        Some(cell)
    }

    fn new_version(&self, f: Gc<Function>, args: Vec<Ty>) -> Option<Version> {
        let code = f.code.gc();
        let cell: &'static Cell<usize> = Box::leak(Box::default());
        let desc: &'static CodeDesc = Box::leak(Box::new(CodeDesc {
            name: code.qualname.gc().lossy().into_owned(),
            cell: cell.as_ptr().addr(),
            args,
            ret: Ty::Value,
            window: (code.nregs() + calls::TOP_SLACK) as u32,
            through: false,
        }));
        let stub = self.native()?.interpreted(desc).ok()?;
        cell.set(stub.entry().code() as usize);
        let mut roots = RootVec::new();
        roots.push(code.value());
        Some(Version {
            desc,
            cell,
            stub,
            tree: RefCell::new(None),
            calls: Cell::new(0),
            since: Cell::new(0),
            due: Cell::new((self.options.function_threshold / 4).max(2)),
            failures: Cell::new(0),
            recursive: Cell::new(false),
            _code: roots,
        })
    }

    /// The version with this entry to the interpreter.
    fn version_of(&self, f: Gc<Function>, stub: u32) -> Option<Rc<Version>> {
        let all = self.functions.versions.borrow();
        let versions = all.get(&f.entry.get().addr())?;
        versions.iter().find(|v| v.stub.id == stub).cloned()
    }

    fn entered(&self, t: &Thread, pc: Pc, base: Base) -> Next {
        let stay = Next::Go(pc, base);
        let (f, info) = (function_of(base), pc.entry_info());
        let code = f.code.gc();
        if code.is_resumable() || code.is_internal() || self.functions.off.get() != 0 {
            info.hot.set(HOT_INTERVAL);
            return stay;
        }
        let n = code.object().nparams() as usize;
        let args = base.slice(0, n).iter().copied();
        let Some(v) = self.version(f, args.clone()) else {
            info.hot.set(HOT_INTERVAL);
            return stay;
        };
        info.hot.set(1);
        let tree = v.tree.borrow().clone();
        if let Some(tree) = tree {
            // It was not looked at before its rest was over.
            tree.wakes(u32::MAX);
            let next = self.run_version(t, &v, &tree, base).unwrap_or(stay);
            if let Some(calls) = tree.rests_for() {
                info.hot.set(calls);
            }
            return next;
        }
        let threshold = self.options.function_threshold;
        info.hot.set(threshold << patience(v.failures.get()));
        let ns = self.budget.hot_for(&v.since);
        if self.busy.get() || !self.is_worth(ns) || !self.may_compile() {
            return stay;
        }
        self.record_function(t, &v, pc, base)
    }

    /// Runs a function's code; `None`: the arguments are others, or there is no room.
    fn run_version(
        &self,
        t: &Thread,
        v: &Version,
        tree: &Rc<TreeState>,
        base: Base,
    ) -> Option<Next> {
        if t.instrumented.get() {
            return None;
        }
        let entry = tree.entry()?;
        let args = base.slice(0, v.desc.args.len());
        if !v.takes(args.iter().copied()) || !self.context.has_room() {
            return None;
        }
        add(&self.stats.entries, 1);
        let (left, ns) = self.timed(tree, || self.context.run_function(t, entry, v.desc, base));
        if let Some(ns) = ns {
            self.judge(tree, ns, USELESS_CALL_NS);
        }
        Some(match left {
            Left::Frame(pair) => self.returned(t, base, pair),
            Left::Exit(exit) => match self.left(t, &exit, base) {
                Next::Go(pc, at) if !is_wanted(t) => match self.at_header(pc) {
                    Some(tree) => self.run(t, tree, (pc, at)),
                    None => Next::Go(pc, at),
                },
                next => next,
            },
        })
    }

    /// Where the interpreter goes on when the frame in the window `base` has returned from
    /// compiled code.
    pub(super) fn returned(&self, t: &Thread, base: Base, pair: Pair) -> Next {
        let ret = Pc::from_word(base.below(2));
        let caller = base.down(base.below(1).as_int() as usize);
        t.depth_left.set(t.depth_left.get() + 1);
        t.base.set(caller);
        if pair.status == Status::Unboxed as u64 {
            base.set_below(HEADER_WORDS, Value(pair.value));
            return Next::Go(ret, caller);
        }
        let vm = Vm::get();
        if ret == vm.halt() || ret == vm.nested_halt() {
            Next::Left
        } else {
            Next::Raise(ret.offset(-1), caller)
        }
    }

    /// Records a function from its entry on, executing it.
    fn record_function(&self, t: &Thread, v: &Rc<Version>, pc: Pc, base: Base) -> Next {
        let start = Start {
            pc,
            root: base,
            is_root: true,
            raised: false,
            function: true,
            returns: true,
            bridge: false,
            general: false,
        };
        let f = function_of(base);
        self.log(pc, base, || {
            format!("recording the function {:?}", v.desc.args)
        });
        let (recording, next) = self.record(t, (pc, base), start);
        let failed = || {
            v.failures.set(v.failures.get() + 1);
            let step = self.options.function_threshold.max(16) << patience(v.failures.get());
            v.due.set(v.calls.get().saturating_add(step));
        };
        let recording = match recording {
            Ok(r) => r,
            Err(a) => {
                if !a.taught {
                    failed();
                }
                return next;
            }
        };
        add(&self.stats.functions, 1);
        self.dump_raw(pc, f, &recording);
        v.recursive.set(calls_code(&recording.raw, v.desc));
        let name = self.name_of(pc, f);
        let way = Way::Function(v.desc, v.cell);
        let tree = Rc::new(TreeState::new(pc, name, f, recording, way));
        if self.compile(&tree) {
            *v.tree.borrow_mut() = Some(tree);
            pc.entry_info().hot.set(1);
        } else {
            failed();
        }
        next
    }

    /// Takes functions out of use whose code relies on a class.
    pub(super) fn dead_functions(
        &self,
        is_dead: impl Fn(&TreeState) -> bool,
    ) -> Vec<Rc<TreeState>> {
        let mut dead = vec![];
        for v in self.functions.versions.borrow().values().flatten() {
            let relies = v.tree.borrow().as_ref().is_some_and(|t| is_dead(t));
            if relies {
                v.failures.set(v.failures.get() + 1);
                dead.extend(v.clear());
            }
        }
        dead
    }

    /// Lets the interpreter finish the frame in the window `base` for a compiled caller.
    fn finish_frame(&self, t: &Thread, base: Base, begin: impl FnOnce() -> Next) -> Pair {
        let (header, function) = (base.below(2), base.below(HEADER_WORDS));
        let real = return_of(base, Pc::from_word(header));
        let returns = &self.functions.returns;
        returns.borrow_mut().push((base.ptr() as usize, real));
        base.set_below(2, Vm::get().nested_halt().to_word());
        // The window of the frame that has gone must not be taken for one.
        let (top, before) = (self.context.top(), t.base.get());
        let done = drive(t, begin());
        self.context.set_top(top);
        t.base.set(before);
        returns.borrow_mut().pop();
        // The caller knows what it has written there: it need not do so again.
        base.set_below(2, header);
        let result = base.below(HEADER_WORDS);
        base.set_below(HEADER_WORDS, function);
        match done {
            Ok(()) => Pair::new(result.0, Status::Unboxed),
            Err(Raised) => Pair::new(0, Status::Raised),
        }
    }

    /// Where execution goes on after an exit of a loop or function that starts in `root`.
    pub(super) fn resume(&self, exit: &Exit, root: Base) -> Next {
        if let Resume::After(slot) = exit.snapshot.resume {
            if exit.call.status == Status::Raised as u64 {
                return Next::Raise(exit.pc.offset(-1), exit.base);
            }
            root.set(slot as usize, Value(exit.call.value));
        }
        go_on(exit)
    }

    fn left_function(&self, t: &Thread, base: Base) -> Pair {
        if self.context.is_entry(base) {
            return Pair::new(0, Status::Exit);
        }
        self.finish_frame(t, base, || {
            let exit = self.context.rebuild(t, base);
            self.note_exit(&exit);
            t.depth_left
                .set(exit.depth - i64::from(exit.snapshot.frames));
            t.pc.set(exit.pc);
            t.base.set(exit.base);
            let next = self.resume(&exit, base);
            let behind = matches!(exit.snapshot.resume, Resume::After(_));
            let hot = exit.count & self.exit_mask == 0;
            let tree = self.tree_of(exit.artifact);
            if let Some(tree) = &tree {
                tree.count_exit();
            }
            if let (true, false, false, Some(tree)) = (hot, behind, self.busy.get(), tree) {
                return self.hot_exit(t, &tree, base, &exit);
            }
            let Next::Go(pc, at) = next else {
                return next;
            };
            if is_wanted(t) && t.host().poll(t).is_err() {
                return Next::Raise(pc, at);
            }
            match self.at_header(pc) {
                Some(tree) => self.run(t, tree, (pc, at)),
                None => next,
            }
        })
    }

    fn interpreted(&self, t: &Thread, base: Base) -> Pair {
        let short = self.context.exit_kind() == ExitKind::StackShort;
        let exit = self.context.rebuild(t, base);
        t.depth_left.set(exit.depth + 1);
        if calls::check_depth(t, base).is_err() {
            return Pair::new(0, Status::Raised);
        }
        t.depth_left.set(exit.depth);
        let f = function_of(base);
        let (pc, code) = (f.entry.get(), f.code.gc());
        let o = code.object();
        base.clear(o.nparams() as usize, o.first_temp() as usize);
        let before = t.base.replace(base);
        t.pc.set(pc);
        let off = &self.functions.off;
        off.set(off.get() + short as u32);
        let pair = self.finish_frame(t, base, || match self.due_version(f, base, exit.artifact) {
            Some(v) if !short => self.record_function(t, &v, pc, base),
            _ => Next::Go(pc, base),
        });
        off.set(off.get() - short as u32);
        t.base.set(before);
        pair
    }

    /// The version that a compiled caller has asked for in vain, if it is time to record it.
    fn due_version(&self, f: Gc<Function>, base: Base, stub: u32) -> Option<Rc<Version>> {
        let n = f.code.gc().object().nparams() as usize;
        let v = self.version_of(f, stub);
        let v = v.or_else(|| self.version(f, base.slice(0, n).iter().copied()))?;
        v.calls.set(v.calls.get().saturating_add(1));
        let due = v.calls.get() >= v.due.get() && v.tree.borrow().is_none();
        (due && !self.busy.get() && self.may_compile()).then_some(v)
    }
}

/// Does a trace call this code?
fn calls_code(raw: &Raw, desc: &'static CodeDesc) -> bool {
    let f = &raw.func;
    f.blocks
        .iter()
        .flat_map(|b| &b.insts)
        .any(|r| matches!(f.inst(*r).imm, Imm::Code { desc: d, .. } if std::ptr::eq(d, desc)))
}

extern "C" fn function_exit(_: *mut JitCtx, base: *mut u64) -> Pair {
    match super::get() {
        Some(jit) => jit.left_function(jit.thread, super::enter::window(base)),
        None => Pair::new(0, Status::Raised),
    }
}

extern "C" fn interpret(_: *mut JitCtx, base: *mut u64) -> Pair {
    match super::get() {
        Some(jit) => jit.interpreted(jit.thread, super::enter::window(base)),
        None => Pair::new(0, Status::Raised),
    }
}
