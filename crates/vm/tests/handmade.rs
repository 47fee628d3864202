//! The interpreter on code made by hand: loops, calls, recursion.

use pyjit_bytecode::code::flags;
use pyjit_bytecode::{CodeObject, Constant, Op, PoolEntry, PoolSlot, word};
use pyjit_heap::{Gc, Value};
use pyjit_runtime::Thread;
use pyjit_runtime::core::call;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::intern;
use pyjit_vm::Vm;
use pyjit_vm::objects::code::Code;
use pyjit_vm::objects::function::Function;

fn start() -> &'static Thread {
    let t = pyjit_runtime::core::init::init();
    let vm = Vm::init(t);
    if vm.try_builtins().is_none() {
        vm.set_builtins(Dict::new());
    }
    t
}

fn function(t: &Thread, words: &[u64], pool: &[PoolSlot], globals: Gc<Dict>, nargs: u32) -> Value {
    let code: &'static CodeObject = Box::leak(Box::new(CodeObject {
        name: "f".into(),
        qualname: "f".into(),
        filename: "handmade".into(),
        argcount: nargs,
        flags: flags::OPTIMIZED | flags::NEWLOCALS,
        nregs: 12,
        nlocals: 4,
        varnames: ["n", "i", "s", "x"].map(|s| s.into()).into(),
        names: ["f".into()].into(),
        constants: [Constant::None].into(),
        words: words.into(),
        pool: pool.into(),
        heights: vec![12; words.len()].into(),
        ..CodeObject::default()
    }));
    Function::new(t, Code::new(t, code).expect("code"), globals).value()
}

fn rel(from: usize, to: usize) -> u16 {
    (to as i64 - from as i64) as u16
}

#[test]
fn loops_calls_recursion() {
    let t = start();
    let globals = Dict::new();
    // s = 0; i = 0; while i < n: s += i * i % 7; i += 1; return s
    let sum = [
        word::pack(Op::load_int, 2, 0, 0),
        word::pack(Op::load_int, 1, 0, 0),
        word::pack(Op::jump, 0, 0, 5),
        word::pack(Op::mul_rr, 3, 1, 1),
        word::pack(Op::mod_ri, 3, 3, 7),
        word::pack(Op::iadd_rr, 2, 2, 3),
        word::pack(Op::iadd_ri, 1, 1, 1),
        word::pack(Op::jlt_back_rr, 1, 0, rel(7, 3)),
        word::pack(Op::ret, 2, 0, 0),
    ];
    let f = function(t, &sum, &[], globals, 1);
    let n = 1_000_000;
    let want: i64 = (0..n).map(|i| i * i % 7).sum();
    assert_eq!(call::call(t, f, &[Value::int(n)]), Ok(Value::int(want)));

    // return n if n < 2 else f(n - 1) + f(n - 2)
    let fib = [
        word::pack(Op::jnlt_ri, 0, 2, 2),
        word::pack(Op::ret, 0, 0, 0),
        word::pack(Op::load_global, 4, 0, 9),
        word::pack(Op::sub_ri, 7, 0, 1),
        word::pack(Op::call, 4, 1, 0),
        word::pack(Op::load_global, 5, 0, 6),
        word::pack(Op::sub_ri, 8, 0, 2),
        word::pack(Op::call, 5, 1, 0),
        word::pack(Op::add_rr, 4, 4, 5),
        word::pack(Op::ret, 4, 0, 0),
        0,
        0,
        0,
        0,
    ];
    let pool = [PoolSlot {
        at: 11,
        entry: PoolEntry::Global(0),
    }];
    let g = function(t, &fib, &pool, globals, 1);
    globals.set_str(t, intern("f"), g).expect("memory");
    assert_eq!(call::call(t, g, &[Value::int(22)]), Ok(Value::int(17711)));
    // The recursion limit.
    let endless = [
        word::pack(Op::load_global, 4, 0, 4),
        word::pack(Op::mov, 7, 0, 0),
        word::pack(Op::call, 4, 1, 0),
        word::pack(Op::ret, 4, 0, 0),
        0,
        0,
        0,
    ];
    let pool = [PoolSlot {
        at: 4,
        entry: PoolEntry::Global(0),
    }];
    let h = function(t, &endless, &pool, globals, 1);
    globals.set_str(t, intern("f"), h).expect("memory");
    let left = t.depth_left.get();
    assert!(call::call(t, h, &[Value::int(22)]).is_err());
    assert_eq!(left, t.depth_left.get());
    t.take_exception();
}
