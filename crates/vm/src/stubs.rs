//! Stubs: small pieces of internal code whose frames stand between an instruction and the
//! Python functions that it has called: `__add__`, `__next__`, `__contains__` and so on.
//!
//! So special methods written in Python need no native recursion, and the recorder sees
//! them as calls like any other. A stub's return address is the instruction itself, which
//! decides what happens with the result: see [`crate::handlers::stubs`].
//!
//! Registers of all stubs: R[0] to R[2] are data, R[3] is a function to be called, its
//! arguments are from R[6] on.

use pyjit_bytecode::code::Handler;
use pyjit_bytecode::{CodeObject, Op, word};
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, Value};
use pyjit_runtime::core::kinds;
use pyjit_runtime::core::native::NativeObject;
use pyjit_runtime::core::operators::Operator;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::iterator_tools::Tool;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, is_builtin};
use pyjit_runtime::{R, Thread};

use crate::calls::{check_depth, top};
use crate::objects::code::Code;
use crate::objects::function::Function;
use crate::vm::Vm;

/// Register of the function.
pub const CALLEE: usize = 3;
/// Register of its first argument.
pub const ARGS: usize = CALLEE + HEADER_WORDS;
/// Most arguments.
const MOST: usize = 3;
/// Registers of a stub's frame.
pub const REGISTERS: u16 = (ARGS + MOST) as u16;

/// Which code a stub has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Stub {
    /// An operator's method; the operands are R[0], R[1], R[2] is the operator's number and
    /// that of the next method to ask.
    Operator,
    /// The same for an instruction that wants to know the truth.
    OperatorTruth,
    /// A method of one, two or three operands.
    Call1,
    Call2,
    Call3,
    /// `__contains__`.
    Contains,
    /// `__bool__`.
    Bool,
    /// `__len__` for its truth.
    LenTruth,
    /// `__len__`.
    Len,
    /// `__iter__`.
    Iter,
    /// `__next__`; R[0] is `StopIteration`.
    Next,
    /// `next(x, R[1])` by `__next__`; R[0] is `StopIteration`.
    NextOr,
    /// `R[0].send(R[1])` of a generator or coroutine.
    Send,
    /// The end of one that such a call has resumed: raises `StopIteration` with R[1].
    Stop,
    /// `next(R[0], R[2])` of a generator; R[1] is `None`.
    SendOr,
    /// The next item of `map(R[1], R[0])`; both are iterators' own.
    Map1,
    /// The next item of `map(R[1], R[0], R[2])`.
    Map2,
    /// The next item of `filter(R[1], R[0])`.
    Filter,
    /// The next item of `enumerate` object R[1], whose iterator is R[0].
    Enumerate,
    /// The next item of `zip(R[0], R[2])`; both are iterators' own.
    Zip2,
    /// `__await__`.
    Await,
    /// `__aiter__`.
    Aiter,
    /// `__anext__`.
    Anext,
}

/// Number of stubs.
const COUNT: usize = Stub::Anext as usize + 1;

/// What `stub_result` makes of a result: its operand c.
pub mod result {
    /// A length: an int that is not negative.
    pub const LEN: u16 = 0;
    /// An iterator.
    pub const ITER: u16 = 1;
    /// `True` or `False`.
    pub const BOOL: u16 = 2;
    /// Raises `StopIteration` with the value.
    pub const STOP: u16 = 3;
    /// An iterator for `await`.
    pub const AWAIT: u16 = 4;
    /// An asynchronous iterator.
    pub const AITER: u16 = 5;
    /// What `async for` awaits.
    pub const ANEXT: u16 = 6;
    /// The number of the next item of an `enumerate` object, which is counted.
    pub const NUMBER: u16 = 7;
}

impl Stub {
    /// The stub that calls a method with `n` arguments and gives its result.
    pub const fn call(n: usize) -> Stub {
        match n {
            1 => Stub::Call1,
            2 => Stub::Call2,
            _ => Stub::Call3,
        }
    }

    fn words(self) -> Vec<u64> {
        let at = CALLEE as u16;
        let call = |n| word::pack(Op::call, at, n, 0);
        let ret = word::pack(Op::stub_ret, at, 0, 0);
        let rest = word::pack(Op::stub_rest, at, 0, 0);
        let truth = word::pack(Op::stub_truth, at, 0, 0);
        let result = |c| word::pack(Op::stub_result, at, 0, c);
        // Argument i is the next item of the iterator in a register; falls through at the end.
        let item = |r, i| word::pack(Op::for_iter, r, ARGS as u16 + i, 2);
        let end = word::pack(Op::stub_end, 0, 0, 0);
        let function = word::pack(Op::mov, at, 1, 0);
        let pair = word::pack(Op::build_tuple, at, ARGS as u16, 2);
        match self {
            Stub::Operator => vec![call(2), rest, ret],
            Stub::OperatorTruth => vec![call(2), rest, truth, ret],
            Stub::Call1 => vec![call(1), ret],
            Stub::Call2 => vec![call(2), ret],
            Stub::Call3 => vec![call(3), ret],
            Stub::Contains => vec![call(2), truth, ret],
            Stub::Bool => vec![call(1), result(result::BOOL), ret],
            Stub::LenTruth => vec![call(1), result(result::LEN), truth, ret],
            Stub::Len => vec![call(1), result(result::LEN), ret],
            Stub::Iter => vec![call(1), result(result::ITER), ret],
            Stub::Await => vec![call(1), result(result::AWAIT), ret],
            Stub::Aiter => vec![call(1), result(result::AITER), ret],
            Stub::Anext => vec![call(1), result(result::ANEXT), ret],
            Stub::Next => vec![
                call(1),
                ret,
                word::pack(Op::jump_no_match, at, 0, 2),
                word::pack(Op::stub_end, 0, 0, 0),
                word::pack(Op::reraise, at, 0, 0),
            ],
            Stub::NextOr => vec![
                call(1),
                ret,
                word::pack(Op::jump_no_match, at, 0, 2),
                word::pack(Op::stub_ret, 1, 0, 0),
                word::pack(Op::reraise, at, 0, 0),
            ],
            Stub::Send => vec![
                word::pack(Op::send, 1, 0, 2),
                word::pack(Op::stub_ret, 1, 0, 0),
                word::pack(Op::stub_result, 1, 0, result::STOP),
                word::pack(Op::stub_ret, 1, 0, 0),
            ],
            Stub::Stop => vec![
                word::pack(Op::stub_result, 1, 0, result::STOP),
                word::pack(Op::stub_ret, 1, 0, 0),
            ],
            Stub::SendOr => vec![
                word::pack(Op::send, 1, 0, 2),
                word::pack(Op::stub_ret, 1, 0, 0),
                word::pack(Op::stub_ret, 2, 0, 0),
            ],
            Stub::Map1 => vec![item(0, 0), end, function, call(1), ret],
            Stub::Map2 => vec![item(0, 0), end, item(2, 1), end, function, call(2), ret],
            Stub::Enumerate => vec![
                item(0, 1),
                end,
                word::pack(Op::mov, ARGS as u16, 1, 0),
                word::pack(Op::stub_result, ARGS as u16, 0, result::NUMBER),
                pair,
                ret,
            ],
            Stub::Zip2 => vec![item(0, 0), end, item(2, 1), end, pair, ret],
            Stub::Filter => vec![
                item(0, 0),
                end,
                word::pack(Op::mov, 2, ARGS as u16, 0),
                function,
                call(1),
                word::pack(Op::jump_if_false, at, 0, -5i16 as u16),
                word::pack(Op::stub_ret, 2, 0, 0),
            ],
        }
    }

    fn handlers(self) -> Vec<Handler> {
        let caught = Handler {
            start: 0,
            end: 1,
            target: 2,
            height: CALLEE as u16,
            lasti: false,
        };
        match self {
            Stub::Next | Stub::NextOr => vec![caught],
            _ => vec![],
        }
    }

    /// All of them, by number.
    const ALL: [Stub; COUNT] = [
        Stub::Operator,
        Stub::OperatorTruth,
        Stub::Call1,
        Stub::Call2,
        Stub::Call3,
        Stub::Contains,
        Stub::Bool,
        Stub::LenTruth,
        Stub::Len,
        Stub::Iter,
        Stub::Next,
        Stub::NextOr,
        Stub::Send,
        Stub::Stop,
        Stub::SendOr,
        Stub::Map1,
        Stub::Map2,
        Stub::Filter,
        Stub::Enumerate,
        Stub::Zip2,
        Stub::Await,
        Stub::Aiter,
        Stub::Anext,
    ];

    /// Its function.
    pub fn function(self, t: &Thread) -> R<Gc<Function>> {
        let vm = Vm::get();
        let mut made = vm.operator_stubs.borrow_mut();
        while made.len() <= self as usize {
            let f = make(t, Stub::ALL[made.len()], vm.builtins())?;
            made.push(f.value());
        }
        Ok(Gc::from_value(made.get(self as usize)))
    }
}

fn make(t: &Thread, stub: Stub, builtins: Gc<Dict>) -> R<Gc<Function>> {
    let words = stub.words();
    let object: &'static CodeObject = Box::leak(Box::new(CodeObject {
        name: "stub".into(),
        qualname: "stub".into(),
        filename: "".into(),
        nregs: REGISTERS,
        heights: vec![REGISTERS; words.len()].into(),
        words: words.into(),
        handlers: stub.handlers().into(),
        ..CodeObject::default()
    }));
    let code = Code::new(t, object)?;
    code.set_internal();
    code.set_stub();
    Ok(Function::with_builtins(code, Dict::new(), builtins))
}

/// Makes the frame of a stub above the frame at `caller`, in which the instruction `at` is
/// executed. `registers` are its first ones.
pub fn enter(t: &Thread, stub: Stub, registers: &[Value], at: Pc, caller: Base) -> R<(Pc, Base)> {
    let f = stub.function(t)?;
    let new = top(caller).up(HEADER_WORDS);
    check_depth(t, new)?;
    new.fill(0, registers);
    new.clear(registers.len(), REGISTERS as usize);
    new.set_below(HEADER_WORDS, f.value());
    new.set_below(2, at.to_word());
    new.set_below(1, Value::int(new.distance(caller) as i64));
    t.depth_left.set(t.depth_left.get() - 1);
    Ok((f.entry.get(), new))
}

/// Takes the frame of a stub off the stack.
#[inline(always)]
pub fn leave(t: &Thread, base: Base) -> (Pc, Base) {
    t.depth_left.set(t.depth_left.get() + 1);
    let at = Pc::from_word(base.below(2));
    (at, base.down(base.below(1).as_int() as usize))
}

/// The Python function that is a special method of `x`.
#[inline]
pub fn special(x: Value, s: Special) -> Option<Value> {
    if is_builtin(x) {
        return None;
    }
    let m = class_of(x).special(s)?;
    (m.is_ptr() && m.shape_id() == kinds::FUNCTION).then_some(m)
}

/// The stub and the Python function that tell the truth of `x`.
#[inline]
pub fn truth_special(x: Value) -> Option<(Stub, Value)> {
    if is_builtin(x) {
        return None;
    }
    match class_of(x).special(Special::Bool) {
        Some(_) => Some((Stub::Bool, special(x, Special::Bool)?)),
        None => Some((Stub::LenTruth, special(x, Special::Len)?)),
    }
}

/// A Python function that is asked first for the result of an operator.
#[derive(Clone, Copy)]
pub struct Asked<V> {
    pub function: V,
    /// Is it the right operand's?
    pub reflected: bool,
    /// The operator, and the number of the next method to ask, in one number.
    pub number: i64,
}

/// Who is asked first, if that is a Python function.
pub fn asked(op: Operator, x: Value, y: Value) -> Option<Asked<Value>> {
    let (i, c) = op.python_method(x, y)?;
    Some(Asked {
        function: c.method,
        reflected: c.reflected,
        number: op.number() << 3 | (i as i64 + 1),
    })
}

/// What a register of a stub holds when it is entered by a call.
#[derive(Clone, Copy)]
pub enum Source {
    /// An argument of the call.
    Arg(usize),
    /// A constant.
    Value(Value),
}

/// A stub that does what a native function would.
pub struct Door {
    pub stub: Stub,
    registers: [Source; REGISTERS as usize],
    count: usize,
}

impl Door {
    fn new(stub: Stub, first: &[Source]) -> Door {
        let mut registers = [Source::Value(Value::NULL); REGISTERS as usize];
        registers[..first.len()].copy_from_slice(first);
        Door {
            stub,
            registers,
            count: first.len(),
        }
    }
    /// Its first registers.
    pub fn registers(&self) -> &[Source] {
        &self.registers[..self.count]
    }
}

/// The stub for a call of native function `f` that would lead to Python code at once.
pub fn door(f: Value, args: &[Value]) -> Option<Door> {
    let x = *args.first()?;
    if !x.is_ptr() || args.len() > 2 {
        return None;
    }
    let generator = matches!(x.shape_id(), kinds::GENERATOR | kinds::COROUTINE);
    if !generator && x.shape_id() < pyjit_heap::shape::FIRST_DYNAMIC {
        return None;
    }
    let n = NativeObject::of(f)?;
    match (f.shape_id(), n.def().name, args.len()) {
        (kinds::METHOD_DESCRIPTOR, "send", 2) if generator && owner_is(n, x) => {
            Some(Door::new(Stub::Send, &[Source::Arg(0), Source::Arg(1)]))
        }
        (kinds::BUILTIN_FUNCTION, name, count) => {
            builtin_door(name, x, count).filter(|_| of_builtins(n))
        }
        _ => None,
    }
}

/// Is it a method of the class of `x`?
fn owner_is(n: Gc<NativeObject>, x: Value) -> bool {
    n.owner.get() == class_of(x).value()
}

fn of_builtins(n: Gc<NativeObject>) -> bool {
    let owner = n.owner.get();
    owner.is_ptr()
        && owner.shape_id() == kinds::STR
        && Gc::<Str>::from_value(owner).bytes() == b"builtins"
}

fn builtin_door(name: &str, x: Value, count: usize) -> Option<Door> {
    let generator = x.shape_id() == kinds::GENERATOR;
    let null = Source::Value(Value::NULL);
    let stop = Source::Value(Exc::StopIteration.class().value());
    let by = |stub, s, first, second| {
        let f = Source::Value(special(x, s)?);
        let registers = [first, second, null, f, null, null, Source::Arg(0)];
        Some(Door::new(stub, &registers))
    };
    let none = Source::Value(Value::NONE);
    match (name, count) {
        ("next", 1) if generator => Some(Door::new(Stub::Send, &[Source::Arg(0), none])),
        ("next", 2) if generator => {
            let registers = [Source::Arg(0), none, Source::Arg(1)];
            Some(Door::new(Stub::SendOr, &registers))
        }
        ("next", 1) => by(Stub::Call1, Special::Next, null, null),
        ("next", 2) => by(Stub::NextOr, Special::Next, stop, Source::Arg(1)),
        ("iter", 1) => by(Stub::Iter, Special::Iter, null, null),
        ("len", 1) => by(Stub::Len, Special::Len, null, null),
        ("abs", 1) => by(Stub::Call1, Special::Abs, null, null),
        _ => None,
    }
}

/// A `map`, `filter`, `enumerate` or `zip` object whose next item a stub makes.
pub struct Parts<V> {
    pub stub: Stub,
    pub function: V,
    pub first: V,
    pub second: V,
}

/// Does the next item of an iterator come from a Python function?
fn runs_python(it: Value) -> bool {
    if !it.is_ptr() {
        return false;
    }
    match it.shape_id() {
        kinds::GENERATOR => true,
        kinds::MAP | kinds::FILTER => parts(it).is_some(),
        _ => special(it, Special::Next).is_some(),
    }
}

fn enumerate_parts(it: Value) -> Option<Parts<Value>> {
    let first = Gc::<Tool>::from_value(it).second.get();
    runs_python(first).then_some(Parts {
        stub: Stub::Enumerate,
        function: it,
        first,
        second: Value::NULL,
    })
}

fn zip_parts(it: Value) -> Option<Parts<Value>> {
    let tool: Gc<Tool> = Gc::from_value(it);
    let [first, second] = *tool.second.get().cast_exact::<Tuple>()?.items() else {
        return None;
    };
    let python = runs_python(first) || runs_python(second);
    (python && tool.state.get() == 0).then_some(Parts {
        stub: Stub::Zip2,
        function: it,
        first,
        second,
    })
}

/// Its parts, if what makes its items is a Python function.
pub fn parts(it: Value) -> Option<Parts<Value>> {
    if !it.is_ptr() {
        return None;
    }
    match it.shape_id() {
        kinds::MAP | kinds::FILTER => {}
        kinds::ENUMERATE => return enumerate_parts(it),
        kinds::ZIP => return zip_parts(it),
        _ => return None,
    }
    let tool: Gc<Tool> = Gc::from_value(it);
    let (function, source) = (tool.first.get(), tool.second.get());
    if !function.is_ptr() || function.shape_id() != kinds::FUNCTION || tool.state.get() != 0 {
        return None;
    }
    if it.shape_id() == kinds::FILTER {
        return Some(Parts {
            stub: Stub::Filter,
            function,
            first: source,
            second: Value::NULL,
        });
    }
    let sources: Gc<Tuple> = source.cast_exact::<Tuple>()?;
    let (stub, first, second) = match sources.items() {
        [x] => (Stub::Map1, *x, Value::NULL),
        [x, y] => (Stub::Map2, *x, *y),
        _ => return None,
    };
    Some(Parts {
        stub,
        function,
        first,
        second,
    })
}
