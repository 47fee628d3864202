//! When to record, what becomes of it, and the way between interpreter and compiled code.
//!
//! hot counter ([`crate::poll`]) → [`crate::recorder`] → tree → `pyjit_jit::opt` →
//! `pyjit_jit::native` → [`enter`] → exit → interpreter, or a bridge.
//!
//! - [`options`]: settings; [`stats`]: counters and reasons; [`enter`]: the unsafe part;
//! - [`sites`]: hot places: when to record, when to let code rest; [`budget`]: what that may cost.
//!
//! Not here: what instructions mean, what traces become.

mod budget;
pub mod enter;
mod functions;
pub mod options;
mod sites;
pub mod stats;
mod trees;

use std::cell::{Cell, OnceCell, RefCell, RefMut};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use pyjit_bytecode::code::flags as co;
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, GilCell, Pc, Value};
use pyjit_jit::ir::{Boxed, Origin, Resume, print};
use pyjit_jit::native::{Config, Dump, Layout, Native, thread_ns};
use pyjit_runtime::Thread;
use pyjit_runtime::core::kinds;
use pyjit_runtime::core::thread::HOT_COUNTERS;
use pyjit_runtime::types::type_::Type;
use pyjit_runtime::types::{float, int};

pub use functions::{entered, return_of};
pub use options::JitOptions;

use crate::objects::function::Function;
use crate::recorder::{self, Aborted, Limits, Recording, Start, live};
use enter::Left;
use sites::{Found, Site, USELESS_NS};
use stats::{AbortReason, Stats, add};
use trees::{TreeState, Way};

/// Where execution goes on after a hot event.
#[derive(Clone, Copy, Debug)]
pub enum Next {
    /// At this instruction of this frame.
    Go(Pc, Base),
    /// An exception is pending, raised by this instruction.
    Raise(Pc, Base),
    /// The entry frame has returned.
    Done,
    /// The entry frame has been left, an exception is pending.
    Left,
}

/// Exits that the report at the end of a run lists.
const REPORTED: usize = 20;
/// A recording counts no more than this against the budget.
const RECORDING_NS: u64 = 1_000_000;

/// The JIT of a process.
pub struct Jit {
    thread: &'static Thread,
    options: JitOptions,
    context: enter::Context,
    /// Made when something is hot: many programs are over before. Nothing if this machine cannot.
    native: OnceCell<Option<RefCell<Native>>>,
    sites: RefCell<HashMap<usize, Site>>,
    /// The tree that a counter led to last: most lookups end here.
    last: [RefCell<Option<Rc<TreeState>>>; HOT_COUNTERS],
    /// Trees by their header.
    headers: [RefCell<Option<Rc<TreeState>>>; sites::HEADERS],
    functions: functions::Functions,
    /// By number of artifact: whose code it is.
    owners: RefCell<Vec<Option<Rc<TreeState>>>>,
    live: Rc<live::Cache>,
    /// Recording: nothing else is recorded meanwhile.
    busy: Cell<bool>,
    /// Classes and functions that have changed since the recording began.
    changed: RefCell<HashSet<u64>>,
    /// What the thread's counters were set to.
    reset: [Cell<u16>; HOT_COUNTERS],
    /// Exits are looked at when their count has none of these bits.
    exit_mask: u32,
    budget: budget::Budget,
    /// What looking at the clock takes.
    clock_ns: u64,
    /// Totals.
    pub stats: Stats,
    /// For the report: how often each exit was taken.
    exits: RefCell<HashMap<(String, u32, u32), u64>>,
}

static JIT: GilCell<Cell<Option<&'static Jit>>> = GilCell::new(Cell::new(None));
static OPTIONS: GilCell<RefCell<Option<JitOptions>>> = GilCell::new(RefCell::new(None));

/// Sets the options before start-up.
pub fn configure(o: JitOptions) {
    *OPTIONS.get().borrow_mut() = Some(o);
}

/// The JIT, if it is on.
pub fn get() -> Option<&'static Jit> {
    JIT.get().get()
}

/// Makes the JIT ready for a thread, if it is on.
pub fn start(t: &'static Thread) {
    let configured = OPTIONS.get().borrow_mut().take();
    let options = configured.unwrap_or_else(JitOptions::from_env);
    if !options.enabled || get().is_some() {
        return;
    }
    let threshold = options.loop_threshold;
    let jit: &'static Jit = Box::leak(Box::new(Jit {
        thread: t,
        context: enter::Context::new(t, options.exit_every),
        exit_mask: options.exit_threshold.next_power_of_two() - 1,
        options,
        native: OnceCell::new(),
        sites: RefCell::default(),
        functions: functions::Functions::default(),
        owners: RefCell::default(),
        live: Rc::default(),
        busy: Cell::new(false),
        changed: RefCell::default(),
        last: [const { RefCell::new(None) }; HOT_COUNTERS],
        headers: [const { RefCell::new(None) }; sites::HEADERS],
        reset: [const { Cell::new(0) }; HOT_COUNTERS],
        budget: budget::Budget::new(),
        clock_ns: sites::clock_ns(),
        stats: Stats::default(),
        exits: RefCell::default(),
    }));
    for (counter, reset) in t.hot.iter().zip(&jit.reset) {
        counter.set(threshold);
        reset.set(threshold);
    }
    JIT.get().set(Some(jit));
    crate::objects::code::set_hot_interval(jit.options.function_threshold);
    crate::poll::set_hook(hot);
}

/// The back end, or why there is none.
fn back_end(options: &JitOptions) -> Option<RefCell<Native>> {
    let config = Config {
        verify: options.verify,
        stress_exits: options.exit_every != 0,
        evaluate: options.evaluate,
        dump: Dump {
            clif: options.dump_clif,
            asm: options.dump_asm,
        },
        ..Config::default()
    };
    match Native::new(config, layout(), &functions::HOOKS) {
        Ok(n) => Some(RefCell::new(n)),
        Err(e) => {
            if options.log {
                eprintln!("jit: off: {e}");
            }
            None
        }
    }
}

/// What compiled code knows of numbers that are objects.
fn layout() -> Layout {
    let (size, limbs) = (int::SIZE_OFFSET as i32, int::LIMBS_OFFSET as i32);
    Layout::new(kinds::FLOAT).with_ints(kinds::INT, size, limbs)
}

/// Prints what was asked for at the end of a run.
pub fn report() {
    if let Some(jit) = get()
        && jit.options.stats
    {
        eprint!("{}", jit.stats);
        jit.report_exits();
    }
}

/// Address behind the words of a thread's value stack that compiled code may have written.
pub fn native_top(t: &Thread) -> usize {
    match get() {
        Some(jit) if std::ptr::eq(t, jit.thread) => jit.context.top() as usize,
        _ => 0,
    }
}

/// A class has changed that compiled code may rely on.
pub fn type_changed(class: Gc<Type>) {
    object_changed(class.value())
}

/// A class or function has changed that compiled code may rely on.
pub fn object_changed(object: Value) {
    if let Some(jit) = get() {
        jit.invalidate(object);
    }
}

/// Compiled code is left as soon as the calls that it does now are over.
pub fn leave_all() {
    if let Some(jit) = get() {
        jit.invalidate_all();
    }
}

/// A number as an object.
fn constant(b: Boxed) -> Value {
    match b {
        Boxed::Int(i) => enter::integer(i),
        Boxed::Float(f) => float::from_f64(f),
        Boxed::Word(w) => Value(w),
    }
}

fn hot(t: &Thread, pc: Pc, base: Base) -> Next {
    let stay = Next::Go(pc, base);
    let Some(jit) = get() else { return stay };
    if !std::ptr::eq(t, jit.thread) {
        return stay;
    }
    let counter = t.hot_last.get() as usize;
    let Some(weight) = jit.ran_out(counter) else {
        return stay;
    };
    match jit.look_up(counter, pc) {
        Found::Tree(tree) => jit.run(t, tree, (pc, base)),
        Found::Nothing if !jit.busy.get() && jit.is_due(counter, pc, weight) => {
            jit.record_root(t, pc, base)
        }
        Found::Nothing => stay,
    }
}

/// Does somebody want the thread's attention?
fn is_wanted(t: &Thread) -> bool {
    t.breaker.load(std::sync::atomic::Ordering::Relaxed) != 0
}

/// What the interpreter does behind an exit.
fn go_on(exit: &enter::Exit) -> Next {
    if enter::raises(&exit.snapshot) {
        return Next::Raise(exit.pc, exit.base);
    }
    Next::Go(exit.pc, exit.base)
}

impl Jit {
    /// The back end, if this machine can run compiled code.
    fn native(&self) -> Option<RefMut<'_, Native>> {
        let native = self.native.get_or_init(|| back_end(&self.options));
        native.as_ref().map(RefCell::borrow_mut)
    }

    fn limits(&self, header: Pc) -> Limits {
        Limits {
            length: self.options.trace_limit,
            depth: self.options.inline_depth,
            unroll: self.options.unroll,
            // Not every use of large integers has a representation in registers.
            wide: !self.has_failed(header),
        }
    }

    /// Records from a place on. `start` says where the trace has to come back to.
    fn record(&self, t: &Thread, at: (Pc, Base), start: Start) -> recorder::Ended {
        let began = thread_ns();
        self.busy.set(true);
        self.changed.borrow_mut().clear();
        let is_header = |pc: Pc| self.has_tree(pc);
        let mut ended = recorder::record(
            t,
            at,
            start,
            self.limits(start.pc),
            self.live.clone(),
            recorder::Headers {
                known: &is_header,
                cell: &|pc| self.cell_of(pc),
            },
        );
        self.busy.set(false);
        let changed = self.changed.borrow();
        if let Ok(r) = &ended.0
            && !changed.is_disjoint(&r.classes)
        {
            ended.0 = Err(Aborted::of(AbortReason::Changed));
        }
        let ns = thread_ns().saturating_sub(began);
        add(&self.stats.record_ns, ns);
        // Most of a long recording is the program's own work.
        add(&self.stats.spent_ns, ns.min(RECORDING_NS));
        self.budget.skip();
        if let Err(a) = &ended.0 {
            add(&self.stats.aborts, 1);
            self.log(start.pc, start.root, || {
                format!("recording aborted: {} at {}", a.why, a.at)
            });
        }
        ended
    }

    fn record_root(&self, t: &Thread, pc: Pc, base: Base) -> Next {
        let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
        let way = self.way_to(pc, f);
        let start = Start {
            pc,
            root: base,
            is_root: true,
            raised: false,
            function: false,
            returns: !matches!(way, Way::Loop),
            bridge: false,
            general: false,
        };
        let suspends = f.code.gc().has(co::COROUTINE | co::ASYNC_GENERATOR);
        if suspends && !self.options.is_stressed() {
            // Such loops are mostly left at an await, frame by frame.
            self.penalise(pc);
            return Next::Go(pc, base);
        }
        self.log(pc, base, || "recording".into());
        let (recording, next) = self.record(t, (pc, base), start);
        let recording = match recording {
            Ok(r) => r,
            Err(a) => {
                if !a.taught {
                    self.penalise(pc);
                }
                return next;
            }
        };
        add(&self.stats.roots, 1);
        let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
        self.dump_raw(pc, f, &recording);
        let tree = Rc::new(TreeState::new(pc, self.name(pc, base), f, recording, way));
        if !self.compile(&tree) {
            self.penalise(pc);
            return next;
        }
        self.install(pc, &tree);
        match next {
            Next::Go(p, b) if p == pc && b == base => self.run(t, tree, (p, b)),
            next => next,
        }
    }

    /// Runs a tree's code, and that of the loops it leads to.
    fn run(&self, t: &Thread, mut tree: Rc<TreeState>, mut at: (Pc, Base)) -> Next {
        loop {
            match self.enter(t, &tree, at.1) {
                Some(Next::Go(pc, base)) => at = (pc, base),
                Some(next) => return next,
                None => return Next::Go(at.0, at.1),
            }
            // Left at the header of another loop: there is no need to go round it first.
            match self.at_header(at.0) {
                Some(other) if other.pc != tree.pc && !is_wanted(t) => tree = other,
                _ => return Next::Go(at.0, at.1),
            }
        }
    }

    /// Runs a tree's code.
    fn enter(&self, t: &Thread, tree: &Rc<TreeState>, base: Base) -> Option<Next> {
        if t.instrumented.get() {
            return None;
        }
        let entry = tree.entry()?;
        add(&self.stats.entries, 1);
        let (left, ns) = self.timed(tree, || self.context.run_loop(t, entry, base));
        if let Some(ns) = ns {
            self.judge(tree, ns, USELESS_NS);
        }
        Some(match left {
            Left::Exit(exit) => self.left(t, &exit, base),
            Left::Frame(pair) => self.returned(t, base, pair),
        })
    }

    /// Where the interpreter goes on when code that it had entered in the window `base`
    /// has been left. Records a bridge if that happens often.
    fn left(&self, t: &Thread, exit: &enter::Exit, base: Base) -> Next {
        self.note_exit(exit);
        t.base.set(exit.base);
        let frames = i64::from(exit.snapshot.frames);
        t.depth_left.set(t.depth_left.get() - frames);
        let next = self.resume(exit, base);
        let Some(tree) = self.tree_of(exit.artifact) else {
            return next;
        };
        tree.count_exit();
        let behind = matches!(exit.snapshot.resume, Resume::After(_));
        let hot = exit.count & self.exit_mask == 0 && !behind;
        if hot && !self.busy.get() && tree.is_valid() {
            return self.hot_exit(t, &tree, base, exit);
        }
        next
    }

    /// Records a bridge from an exit that is taken often.
    fn hot_exit(&self, t: &Thread, tree: &Rc<TreeState>, root: Base, exit: &enter::Exit) -> Next {
        let stay = go_on(exit);
        if !self.may_compile() {
            return stay;
        }
        let at = exit.snapshot.origin;
        if exit.base == root && self.link(tree, at, exit.pc) {
            self.compile_pending(tree);
            return stay;
        }
        let (threshold, most) = (self.options.exit_threshold, self.options.max_bridges);
        if !tree.wants_bridge(at, exit.count, threshold, most) {
            self.compile_pending(tree);
            return stay;
        }
        // From the header itself a bridge is a whole iteration on another way.
        let start = Start {
            pc: tree.pc,
            root,
            is_root: !tree.is_function() && exit.pc == tree.pc && exit.base == root,
            raised: enter::raises(&exit.snapshot),
            function: tree.is_function(),
            returns: tree.returns(),
            bridge: true,
            general: tree.is_general(at),
        };
        self.log(exit.pc, exit.base, || format!("bridge from {at:?}"));
        let forks = self.forked(root, exit.base);
        let (recording, next) = self.record(t, (exit.pc, exit.base), start);
        let Ok(recording) = recording else {
            return next;
        };
        add(&self.stats.bridges, 1);
        if forks {
            // What follows those calls is not to be copied once more.
            self.log(start.pc, root, || "forks in a call: recorded anew".into());
            self.invalidate_if(|t| std::ptr::eq(t, &**tree));
            return next;
        }
        let f = Gc::from_value(root.below(HEADER_WORDS));
        self.dump_raw(exit.pc, f, &recording);
        let end = recording.raw.end_snap();
        if tree.is_valid() && tree.add_bridge(at, recording) {
            if let (Some(s), Next::Go(pc, base)) = (end, next)
                && base == root
            {
                let (member, snap) = (tree.newest(), s.0);
                self.link(tree, Origin { member, snap }, pc);
            }
            self.compile_pending(tree);
        }
        next
    }

    /// Compiles a tree again if it has new bridges, and needs them badly enough.
    fn compile_pending(&self, tree: &Rc<TreeState>) {
        if tree.has_pending() && (tree.is_due() || self.options.is_stressed()) {
            self.compile(tree);
        }
    }

    fn invalidate(&self, class: Value) {
        if self.busy.get() {
            self.changed.borrow_mut().insert(class.0);
        }
        self.invalidate_if(|t| t.relies_on(class))
    }

    fn invalidate_all(&self) {
        self.invalidate_if(|_| true)
    }

    fn invalidate_if(&self, is_dead: impl Fn(&TreeState) -> bool) {
        let mut dead = vec![];
        for site in self.sites.borrow_mut().values_mut() {
            if site.tree.as_ref().is_some_and(|t| is_dead(t)) {
                site.retry_soon();
                dead.extend(site.tree.take());
            }
        }
        dead.extend(self.dead_functions(is_dead));
        for tree in dead {
            add(&self.stats.invalidated, 1);
            if let Some(a) = tree.kill() {
                self.retire(a);
            }
        }
    }

    /// `function:line` of a place, for people.
    fn name(&self, pc: Pc, base: Base) -> String {
        self.name_of(pc, Gc::from_value(base.below(HEADER_WORDS)))
    }

    fn name_of(&self, pc: Pc, f: Gc<Function>) -> String {
        let code = f.code.gc();
        format!(
            "{}:{}",
            code.qualname.gc().lossy(),
            code.line(code.index(pc))
        )
    }

    fn log(&self, pc: Pc, base: Base, text: impl Fn() -> String) {
        if self.options.log {
            eprintln!("jit: {}: {}", self.name(pc, base), text());
        }
    }

    /// Notes an exit for the report.
    fn note_exit(&self, exit: &enter::Exit) {
        if !self.options.stats {
            return;
        }
        let at = exit.snapshot.origin;
        let key = (self.name(exit.pc, exit.base), at.member, at.snap);
        *self.exits.borrow_mut().entry(key).or_default() += 1;
    }

    /// Prints the exits that were taken most often.
    fn report_exits(&self) {
        let exits = self.exits.borrow();
        let mut all: Vec<_> = exits.iter().collect();
        all.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        for ((place, member, snap), n) in all.into_iter().take(REPORTED) {
            eprintln!("{n:>12}  exits at {place} ({member}/{snap})");
        }
    }

    fn dump_raw(&self, pc: Pc, f: Gc<Function>, r: &Recording) {
        if self.options.dump_trace {
            eprintln!("=== trace {}\n{}", self.name_of(pc, f), print(&r.raw.func));
        }
    }
}
