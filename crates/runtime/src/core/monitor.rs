//! What `sys.monitoring` has been told: tools, callbacks, which events are wanted where.
//!
//! Only the state. The interpreter, which runs instrumented while anything is wanted,
//! looks here whom to tell of an event.

use std::cell::RefCell;
use std::collections::HashMap;

use pyjit_heap::{GilCell, RootVec, Value};

/// Tools that there may be; the last two are the interpreter's own.
pub const TOOLS: usize = 8;
/// Tools that a program may use.
pub const USER_TOOLS: usize = 6;

macro_rules! events {
    ($($name:ident),*) => {
        /// The events by number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, missing_docs)]
        pub enum Event { $($name),* }
        /// Names of the events.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}
events! {
    PY_START, PY_RESUME, PY_RETURN, PY_YIELD, CALL, LINE, INSTRUCTION, JUMP, BRANCH_LEFT,
    BRANCH_RIGHT, STOP_ITERATION, RAISE, EXCEPTION_HANDLED, PY_UNWIND, PY_THROW, RERAISE,
    C_RETURN, C_RAISE, BRANCH
}

impl Event {
    /// The event in a set of events.
    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// Events that may be wanted of one code object, and silenced in one place.
pub const LOCAL: u32 = ((1 << Event::STOP_ITERATION as u32) - 1) | Event::STOP_ITERATION.bit();
/// `BRANCH` stands for these two.
pub const BRANCHES: u32 = Event::BRANCH_LEFT.bit() | Event::BRANCH_RIGHT.bit();
/// These come with `CALL`.
pub const C_CALLS: u32 = Event::C_RETURN.bit() | Event::C_RAISE.bit();

/// Roots: names, callbacks, the two constants.
const CALLBACKS: usize = TOOLS;
const CONSTANTS: usize = CALLBACKS + TOOLS * NAMES.len();

/// The state of monitoring.
pub struct Monitor {
    roots: RootVec,
    /// Code objects that something is known of: they stay.
    codes: RootVec,
    global: [u32; TOOLS],
    local: HashMap<usize, [u32; TOOLS]>,
    /// Events that a tool does not want any more at an instruction.
    silenced: HashMap<(usize, u32), [u32; TOOLS]>,
}

static MONITOR: GilCell<RefCell<Option<Monitor>>> = GilCell::new(RefCell::new(None));

/// Looks at the state or changes it.
pub fn with<T>(f: impl FnOnce(&mut Monitor) -> T) -> T {
    let mut m = MONITOR.get().borrow_mut();
    f(m.get_or_insert_with(Monitor::new))
}

impl Monitor {
    fn new() -> Monitor {
        let mut roots = RootVec::new();
        for _ in 0..CONSTANTS + 2 {
            roots.push(Value::NONE);
        }
        Monitor {
            roots,
            codes: RootVec::new(),
            global: [0; TOOLS],
            local: HashMap::new(),
            silenced: HashMap::new(),
        }
    }
    /// `DISABLE` and `MISSING`.
    pub fn constants(&self) -> (Value, Value) {
        (self.roots.get(CONSTANTS), self.roots.get(CONSTANTS + 1))
    }
    /// Sets them.
    pub fn set_constants(&mut self, disable: Value, missing: Value) {
        self.roots.set(CONSTANTS, disable);
        self.roots.set(CONSTANTS + 1, missing);
    }
    /// The name of a tool that is in use, or None.
    pub fn name(&self, tool: usize) -> Value {
        self.roots.get(tool)
    }
    /// Takes or gives back a tool.
    pub fn set_name(&mut self, tool: usize, name: Value) {
        self.roots.set(tool, name)
    }
    /// Whom to tell.
    pub fn callback(&self, tool: usize, event: usize) -> Value {
        self.roots.get(CALLBACKS + tool * NAMES.len() + event)
    }
    /// Sets whom to tell; gives whom it was before.
    pub fn set_callback(&mut self, tool: usize, event: usize, f: Value) -> Value {
        let old = self.callback(tool, event);
        self.roots.set(CALLBACKS + tool * NAMES.len() + event, f);
        old
    }
    /// What a tool wants everywhere.
    pub fn global(&self, tool: usize) -> u32 {
        self.global[tool]
    }
    /// Sets it.
    pub fn set_global(&mut self, tool: usize, events: u32) {
        self.global[tool] = events
    }
    fn keep(&mut self, code: Value) {
        if !self.codes.contains(&code) {
            self.codes.push(code)
        }
    }
    /// What a tool wants of one code object.
    pub fn local(&self, tool: usize, code: Value) -> u32 {
        self.local.get(&(code.0 as usize)).map_or(0, |l| l[tool])
    }
    /// Sets it.
    pub fn set_local(&mut self, tool: usize, code: Value, events: u32) {
        self.keep(code);
        self.local.entry(code.0 as usize).or_default()[tool] = events;
        self.local.retain(|_, l| l.iter().any(|e| *e != 0));
    }
    /// Gives up all that a tool wants.
    pub fn clear(&mut self, tool: usize) {
        self.global[tool] = 0;
        for l in self.local.values_mut() {
            l[tool] = 0;
        }
        self.local.retain(|_, l| l.iter().any(|e| *e != 0));
        for s in self.silenced.values_mut() {
            s[tool] = 0;
        }
        for e in 0..NAMES.len() {
            self.set_callback(tool, e, Value::NONE);
        }
    }
    /// A tool does not want an event at this instruction any more.
    pub fn silence(&mut self, tool: usize, code: Value, index: u32, events: u32) {
        self.keep(code);
        self.silenced.entry((code.0 as usize, index)).or_default()[tool] |= events;
    }
    /// Everything is wanted again.
    pub fn restart(&mut self) {
        self.silenced.clear()
    }
    /// Does anybody want anything?
    pub fn is_active(&self) -> bool {
        self.global.iter().any(|e| *e != 0) || !self.local.is_empty()
    }
    /// What is wanted of a code object, by anybody.
    pub fn wanted(&self, code: Value) -> u32 {
        let all = self.global.iter().fold(0, |a, e| a | e);
        match self.local.get(&(code.0 as usize)) {
            Some(l) => l.iter().fold(all, |a, e| a | e),
            None => all,
        }
    }
    /// Does a tool want this event at this instruction?
    pub fn wants(&self, tool: usize, code: Value, index: u32, event: u32) -> bool {
        let wanted = self.global[tool] | self.local(tool, code);
        if wanted & event == 0 {
            return false;
        }
        match self.silenced.get(&(code.0 as usize, index)) {
            Some(s) => s[tool] & event == 0,
            None => true,
        }
    }
}
