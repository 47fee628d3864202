//! `trait Machine`: the micro-operations that bytecode handlers are written in.
//!
//! A handler is one generic function; run on [`crate::interp::Interp`] it
//! executes, run on a recorder it executes and appends trace IR. Handlers see
//! opaque values: whoever wants to know something about a value asks the
//! machine, which may guard the answer.
//!
//! Rules for handlers and machines:
//! - **No guard after an effect** within one bytecode: a failing question
//!   re-executes the bytecode from its start. Pure allocation is no effect.
//! - **A question answered "no" has done nothing.** The fast interpreter
//!   answers no to all that would need a call.
//! - **No loop over run-time data**: only over operands.
//! - Lookups are residual helpers ([`Helper`]) with declared effects.

use pyjit_heap::{Cache, Gc, Pc, Value};
use pyjit_runtime::core::native::Effects;
use pyjit_runtime::core::operators::Operator;
pub use pyjit_runtime::core::ops::{BinOp, Cmp};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::{R, Thread};

use crate::objects::generator::Generator;
use crate::stubs::{Asked, Door, Parts, Stub};

/// Why a handler does not go on to the next instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// An exception is pending; on the fast machine: not handled here, run the
    /// same handler on the full one.
    Raise,
    /// A counter ran out or the breaker is set; pc has moved already.
    Hot,
    /// An entry frame has returned: leave the interpreter.
    Done,
    /// On the fast machine only: the instruction resumes a generator with a value. A
    /// function of its own does that: handlers stay free of what it needs registers for.
    Resume(Gc<Generator>, Value),
}

/// Result of a micro-operation.
pub type Out<T> = Result<T, Stop>;

/// A residual call: what has no fast path, or no faster one.
pub struct Helper<const N: usize> {
    /// The name in traces.
    pub name: &'static str,
    /// What an optimiser may assume.
    pub effects: Effects,
    /// The function. It may return [`Value::NULL`] where its description says so.
    pub call: fn(&Thread, [Value; N]) -> R<Value>,
}

/// What `call_any` did.
#[derive(Clone, Copy)]
pub enum Called<V> {
    /// A frame was entered: pc and window are the callee's.
    Entered,
    /// The result is there.
    Value(V),
}

/// Arguments of a call in the window at a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CallSite {
    /// Register of the callee.
    pub at: usize,
    /// Number of arguments, from register `at + 3`.
    pub count: usize,
    /// Is the last part of them given by the names in the instruction's cache?
    pub keywords: bool,
    /// Is register `at + 3` empty, the arguments one higher?
    pub gap: bool,
}

/// How a resumed frame goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Yielded,
    Returned,
}

/// What `cache.slot` of an attribute cache says; the upper bits are an index.
pub mod place {
    /// Word of the object.
    pub const INLINE: u32 = 0;
    /// Index into the overflow array; the cache's value is the array's word.
    pub const OVERFLOW: u32 = 1;
    /// The value itself, found on the class: the result.
    pub const CLASS_VALUE: u32 = 2;
    /// A function found on the class, to be bound.
    pub const METHOD: u32 = 3;
    /// Stores: word of a new attribute; the cache's value is the next shape.
    pub const ADD: u32 = 4;
    /// Loads: the Python getter of a property, which gets a frame at the result's register.
    pub const GETTER: u32 = 5;
    /// Stores: the Python setter of a property, which gets a frame at the register of that index.
    pub const SETTER: u32 = 6;
    /// A variable of a module: the cache's value is the address of its word.
    pub const MODULE: u32 = 7;
    /// The attribute of a class object: the value itself; the cache's shape is the class's own.
    pub const CLASS: u32 = 8;
    /// Bits of the kind.
    pub const BITS: u32 = 4;
    /// The kind part.
    pub const MASK: u32 = (1 << BITS) - 1;
}

/// The micro-operations. See the module's rules.
#[allow(clippy::wrong_self_convention)] // Machines make values from what they are given.
pub trait Machine: Sized {
    /// A value.
    type V: Copy;
    /// A small int.
    type I: Copy;
    /// A double.
    type F: Copy;
    /// An object of the shape that a cache names.
    type O: Copy;
    /// An exact list.
    type L: Copy;
    /// An exact tuple.
    type T: Copy;
    /// A Python function that takes exactly the given arguments.
    type C: Copy;
    /// A suspended generator or coroutine.
    type G: Copy;

    /// The instruction being executed.
    fn pc(&self) -> Pc;
    /// Goes on elsewhere.
    fn set_pc(&mut self, pc: Pc);

    // ---- operands: the same for all machines
    /// Operand a.
    #[inline(always)]
    fn a(&self) -> usize {
        self.pc().a()
    }
    /// Operand b.
    #[inline(always)]
    fn b(&self) -> usize {
        self.pc().b()
    }
    /// Operand c.
    #[inline(always)]
    fn c(&self) -> usize {
        self.pc().c()
    }
    /// The inline cache of operand c.
    #[inline(always)]
    fn cache(&self) -> &'static Cache {
        self.pc().cache(self.c())
    }
    /// Goes on behind this instruction.
    #[inline(always)]
    fn next(&mut self) -> Out<()> {
        self.set_pc(self.pc().next());
        Ok(())
    }
    /// Goes on at jump target c.
    #[inline(always)]
    fn jump(&mut self) -> Out<()> {
        let d = self.pc().sc();
        self.set_pc(self.pc().offset(d as isize));
        Ok(())
    }
    /// Jumps back to c and polls.
    #[inline(always)]
    fn jump_back(&mut self) -> Out<()> {
        let from = self.pc();
        self.jump()?;
        self.back_edge(from)
    }

    // ---- registers and constants
    /// Register `i`.
    fn reg(&mut self, i: usize) -> Self::V;
    /// Sets register `i`.
    fn set_reg(&mut self, i: usize, v: Self::V);
    /// A value that does not change from run to run of this instruction.
    fn konst(&mut self, v: Value) -> Self::V;
    /// A constant int.
    fn imm(&mut self, i: i64) -> Self::I;
    /// The name of an attribute or global cache.
    fn name(&mut self, c: &'static Cache) -> Self::V;
    /// The running function.
    fn function(&mut self) -> Self::V;

    // ---- questions; a yes hands out a narrower type
    /// Are both small ints?
    fn ints(&mut self, a: Self::V, b: Self::V) -> Option<(Self::I, Self::I)>;
    /// Is it a small int?
    fn int(&mut self, a: Self::V) -> Option<Self::I>;
    /// Are both immediate doubles?
    fn floats(&mut self, a: Self::V, b: Self::V) -> Option<(Self::F, Self::F)>;
    /// One an immediate double, the other a small int, converted.
    fn mixed(&mut self, a: Self::V, b: Self::V) -> Option<(Self::F, Self::F)>;
    /// Is it an immediate double?
    fn float(&mut self, a: Self::V) -> Option<Self::F>;
    /// Is it this immediate or object?
    fn is_const(&mut self, v: Self::V, k: Value) -> bool;
    /// Is it absent?
    fn is_null(&mut self, v: Self::V) -> bool;
    /// The same object?
    fn same(&mut self, a: Self::V, b: Self::V) -> bool;
    /// Truth value of ints and of the immediates.
    fn truth(&mut self, v: Self::V) -> Option<bool>;
    /// Exact list?
    fn list(&mut self, v: Self::V) -> Option<Self::L>;
    /// Exact tuple?
    fn tuple(&mut self, v: Self::V) -> Option<Self::T>;

    // ---- ints and doubles
    /// As a value.
    fn from_int(&mut self, i: Self::I) -> Self::V;
    /// As a value; may need a box.
    fn from_float(&mut self, f: Self::F) -> Out<Self::V>;
    /// A truth value.
    fn from_bool(&mut self, b: bool) -> Self::V;
    /// `None`: the result is no small int, or an exception.
    fn int_bin(&mut self, op: BinOp, a: Self::I, b: Self::I) -> Option<Self::I>;
    /// Quotient of two ints, if both are exact as doubles and `b` is not 0.
    fn int_div(&mut self, a: Self::I, b: Self::I) -> Option<Self::F>;
    /// `None`: not one of + - * /, or division by 0.
    fn float_bin(&mut self, op: BinOp, a: Self::F, b: Self::F) -> Option<Self::F>;
    /// Negation.
    fn float_neg(&mut self, a: Self::F) -> Self::F;
    fn int_cmp(&mut self, op: Cmp, a: Self::I, b: Self::I) -> bool;
    fn float_cmp(&mut self, op: Cmp, a: Self::F, b: Self::F) -> bool;
    /// The truth of a comparison as a value.
    fn int_cmp_value(&mut self, op: Cmp, a: Self::I, b: Self::I) -> Self::V {
        let t = self.int_cmp(op, a, b);
        self.from_bool(t)
    }
    fn float_cmp_value(&mut self, op: Cmp, a: Self::F, b: Self::F) -> Self::V {
        let t = self.float_cmp(op, a, b);
        self.from_bool(t)
    }

    // ---- residual calls
    fn call0(&mut self, h: &'static Helper<0>) -> Out<Self::V>;
    fn call1(&mut self, h: &'static Helper<1>, a: Self::V) -> Out<Self::V>;
    fn call2(&mut self, h: &'static Helper<2>, a: Self::V, b: Self::V) -> Out<Self::V>;
    fn call3(&mut self, h: &'static Helper<3>, a: Self::V, b: Self::V, c: Self::V) -> Out<Self::V>;
    fn call4(&mut self, h: &'static Helper<4>, args: [Self::V; 4]) -> Out<Self::V>;
    /// A helper on the registers `from..from + n`.
    fn call_regs(&mut self, h: &'static RegsHelper, from: usize, n: usize) -> Out<Self::V>;
    /// A helper that answers `True` or `False`.
    #[inline(always)]
    fn ask1(&mut self, h: &'static Helper<1>, a: Self::V) -> Out<bool> {
        let v = self.call1(h, a)?;
        Ok(self.is_const(v, Value::TRUE))
    }
    /// A helper that answers `True` or `False`.
    #[inline(always)]
    fn ask3(&mut self, h: &'static Helper<3>, a: Self::V, b: Self::V, c: Self::V) -> Out<bool> {
        let v = self.call3(h, a, b, c)?;
        Ok(self.is_const(v, Value::TRUE))
    }

    // ---- objects
    /// Has the object the shape of the cache, and is the cache up to date?
    fn shaped(&mut self, o: Self::V, c: &'static Cache) -> Option<Self::O>;
    /// Word `i` of the object.
    fn slot(&mut self, o: Self::O, i: usize) -> Self::V;
    /// Sets word `i` of the object.
    fn set_slot(&mut self, o: Self::O, i: usize, v: Self::V) -> Out<()>;
    /// Sets word `i` and gives the object the shape that the cache names.
    fn add_slot(&mut self, o: Self::O, i: usize, v: Self::V, c: &'static Cache) -> Out<()>;
    /// Item `i` of the object's overflow array, whose word the cache names.
    fn overflow(&mut self, o: Self::O, c: &'static Cache, i: usize) -> Self::V;
    /// Sets it.
    fn set_overflow(&mut self, o: Self::O, c: &'static Cache, i: usize, v: Self::V) -> Out<()>;
    /// The value that a valid cache holds.
    fn cached(&mut self, c: &'static Cache) -> Self::V;
    /// Full attribute lookup; fills the cache.
    fn load_attr_slow(&mut self, o: Self::V, c: &'static Cache) -> Out<Self::V>;
    /// Full attribute store; fills the cache.
    fn store_attr_slow(&mut self, o: Self::V, v: Self::V, c: &'static Cache) -> Out<()>;
    /// Full method lookup; fills the cache. Gives function and self, or value and nothing.
    fn load_method_slow(&mut self, o: Self::V, c: &'static Cache) -> Out<(Self::V, Self::V)>;
    /// A variable of a module, or an attribute of a class object, through the cache.
    #[inline(always)]
    fn named_value(&mut self, _o: Self::V, _c: &'static Cache) -> Option<Self::V> {
        None
    }
    /// A global or builtin through the cache.
    fn global(&mut self, c: &'static Cache) -> Option<Self::V>;
    /// Full lookup of a global; fills the cache.
    fn global_slow(&mut self, c: &'static Cache) -> Out<Self::V>;
    /// A name in an exact dict through the cache.
    fn dict_cached(&mut self, d: Self::V, c: &'static Cache) -> Option<Self::V>;
    /// Full lookup of a name in a namespace, globals, builtins; fills the cache.
    fn name_slow(&mut self, ns: Self::V, c: &'static Cache) -> Out<Self::V>;
    /// Content of a cell; may be absent.
    fn cell_get(&mut self, cell: Self::V) -> Self::V;
    /// Sets the content of a cell.
    fn cell_set(&mut self, cell: Self::V, v: Self::V) -> Out<()>;
    /// A new cell.
    fn new_cell(&mut self, v: Self::V) -> Out<Self::V>;
    /// Cell number `i` of the running function's closure.
    fn closure(&mut self, i: usize) -> Self::V;

    // ---- texts
    /// Are two texts equal? No answer means that it takes a closer look.
    #[inline(always)]
    fn same_text(&mut self, _a: Self::V, _b: Self::V) -> Option<bool> {
        None
    }
    /// Character `i` of a text, if it is at hand.
    #[inline(always)]
    fn text_item(&mut self, _s: Self::V, _i: Self::I) -> Option<Self::V> {
        None
    }

    // ---- lists, tuples
    /// The index counted from 0 if it is in range.
    fn list_index(&mut self, l: Self::L, i: Self::I) -> Option<Self::I>;
    fn list_get(&mut self, l: Self::L, i: Self::I) -> Self::V;
    fn list_set(&mut self, l: Self::L, i: Self::I, v: Self::V) -> Out<()>;
    /// Appends if there is room.
    fn list_push(&mut self, l: Self::L, v: Self::V) -> Out<()>;
    fn list_len_is(&mut self, l: Self::L, n: usize) -> bool;
    fn tuple_index(&mut self, t: Self::T, i: Self::I) -> Option<Self::I>;
    fn tuple_get(&mut self, t: Self::T, i: Self::I) -> Self::V;
    fn tuple_len_is(&mut self, t: Self::T, n: usize) -> bool;
    /// A tuple of registers.
    fn new_tuple(&mut self, from: usize, n: usize) -> Out<Self::V>;

    // ---- iteration
    /// Is it a builtin iterator with an in-line step? The outer `None` says
    /// no; `Some(None)` that it has ended.
    fn iter_next(&mut self, it: Self::V) -> Option<Option<Self::V>>;

    // ---- calls
    /// Is `f` a Python function that takes exactly `n` positional arguments,
    /// and can its frame be made in the window at register `at`?
    fn py_callee(&mut self, f: Self::V, n: usize, at: usize) -> Option<Self::C>;
    /// Enters a function whose arguments are in the window at register `at`;
    /// its frame returns to `ret`.
    fn enter(&mut self, f: Self::C, at: usize, ret: Pc) -> Out<()>;
    /// Returns `v` to the caller.
    fn leave(&mut self, v: Self::V) -> Out<()>;
    /// Any other call.
    /// The call of a native function that runs no Python code at once, if it is one.
    fn plain_native(&mut self, site: CallSite) -> Out<Option<Self::V>>;
    /// Any other call.
    fn call_any(&mut self, site: CallSite) -> Out<Called<Self::V>>;
    /// A call with `*args` and maybe `**kwargs`.
    fn call_ex(&mut self, at: usize, kwargs: bool) -> Out<Called<Self::V>>;

    // ---- special methods written in Python
    /// The Python function that is special method `s` of `x`.
    fn special(&mut self, x: Self::V, s: Special) -> Option<Self::V>;
    /// The stub and the Python function that tell the truth of `x`.
    fn truth_special(&mut self, x: Self::V) -> Option<(Stub, Self::V)>;
    /// The Python function that is asked first for `x op y`.
    fn asked(&mut self, op: Operator, x: Self::V, y: Self::V) -> Option<Asked<Self::V>>;
    /// The stub for a call of a native function that leads to Python code at once.
    fn door(&mut self, site: CallSite) -> Option<Door>;
    /// The parts of a `map` or `filter` object with a Python function.
    fn parts(&mut self, it: Self::V) -> Option<Parts<Self::V>>;
    /// Enters a stub with its first registers.
    fn enter_stub(&mut self, stub: Stub, registers: &[Self::V]) -> Out<()>;
    /// Leaves a stub; pc is the instruction that entered it.
    fn leave_stub(&mut self) -> Out<()>;

    // ---- generators
    /// A new generator, coroutine or async generator that takes over the frame.
    fn make_generator(&mut self) -> Out<Self::V>;
    /// Is it a coroutine that has not begun, so that waiting for it is known to be right? A
    /// machine that does not know says no.
    fn is_fresh_coroutine(&mut self, _v: Self::V) -> bool {
        false
    }
    /// Is it a suspended generator or coroutine of ours that can be resumed in place?
    fn resumable(&mut self, v: Self::V) -> Option<Self::G>;
    /// Enters the frame of `g`; the value sent is `v`. Yield and return come
    /// back to this instruction through [`crate::handlers::generators::deliver`].
    fn resume(&mut self, g: Self::G, v: Self::V) -> Out<()>;
    /// Leaves the frame of the running generator; pc is the resumer's instruction.
    fn suspend(&mut self) -> Out<()>;
    /// Ends the running generator; pc is the resumer's instruction.
    fn finish(&mut self) -> Out<()>;

    // ---- control
    /// Polls at a back-edge from `from`; pc is the target.
    fn back_edge(&mut self, from: Pc) -> Out<()>;
    /// Makes exception `e` pending as it is.
    fn raise(&mut self, e: Self::V) -> Stop;
    /// As raise; the place is the instruction of index `lasti`.
    fn raise_at(&mut self, e: Self::V, lasti: Self::V) -> Stop;
}

/// A residual call that reads a row of registers.
pub struct RegsHelper {
    /// The name in traces.
    pub name: &'static str,
    /// What an optimiser may assume.
    pub effects: Effects,
    /// The function.
    pub call: fn(&Thread, &[Value]) -> R<Value>,
}
