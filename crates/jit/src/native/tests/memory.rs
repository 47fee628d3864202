//! Fields, items, objects, the barrier; virtual objects, recipes and pending stores at exits.

use super::*;
use crate::ir::{AliasClass, Field, Items, Kind, PendingStore, Recipe, Virtual};
use pyjit_heap::{Header, alloc};

const CLASS: AliasClass = AliasClass(1);

/// A heap object of `words` words behind the header, all `fill`.
fn object(words: usize, fill: u64) -> u64 {
    object_of(RAW_SHAPE, words, fill)
}

fn object_of(shape: u32, words: usize, fill: u64) -> u64 {
    let bytes = 8 + 8 * words;
    let at = alloc::allocate(Header::word(shape, bytes), bytes).cast::<u64>();
    for i in 0..words {
        // SAFETY: the object was just allocated with that many words.
        unsafe { *at.add(1 + i) = fill };
    }
    at as u64
}

fn word(object: u64, offset: i32) -> u64 {
    // SAFETY: the tests read inside objects that they made.
    unsafe { *((object as i64 + i64::from(offset)) as *const u64) }
}

const KINDS: [Kind; 8] = Kind::ALL;

/// What memory of a kind gives back after `word` was stored.
fn read_back(kind: Kind, w: u64) -> Live {
    match kind {
        Kind::Value | Kind::Ref => Live::Word(Value(w)),
        Kind::F64 => Live::Float(f64::from_bits(w)),
        Kind::I64 | Kind::Len => Live::Int((w as i64).into()),
        Kind::I32 => Live::Int((w as i32).into()),
        Kind::U32 => Live::Int((w as u32).into()),
        Kind::U8 => Live::Int((w as u8).into()),
    }
}

fn fact_of(kind: Kind, rep: IntRep) -> IntFact {
    let (lo, hi) = kind.range();
    IntFact { rep, lo, hi }
}

fn sample(kind: Kind, rng: &mut Rng) -> u64 {
    match kind {
        Kind::Len => rng.next() >> 17,
        Kind::F64 => rng.float().to_bits(),
        Kind::I32 => rng.next() as i32 as i64 as u64,
        Kind::U32 => rng.next() as u32 as u64,
        Kind::U8 => rng.next() & 255,
        _ => rng.next(),
    }
}

#[test]
fn fields_of_every_kind() {
    let _guard = lock();
    let mut native = native();
    let mut ctx = JitCtx::new();
    let mut rng = Rng(5);
    for kind in KINDS {
        for offset in [8, 24] {
            let field = Field {
                barrier: kind == Kind::Value,
                ..Field::new(offset, kind, CLASS)
            };
            let desc = code_desc("field", &[Ty::Ref, kind.ty()], Ty::Value);
            let mut b = Build::new();
            let (o, v) = (b.arg(0, Ty::Ref), b.arg(1, kind.ty()));
            b.imm(Op::SetField, Ty::None, Imm::Field(field), &[o, v]);
            let back = b.imm(Op::GetField, kind.ty(), Imm::Field(field), &[o]);
            let done = b.snap(1, &[back]);
            b.end(Term::Exit(done));
            if kind.ty() == Ty::Int {
                let rep = if kind == Kind::I64 {
                    IntRep::I64
                } else {
                    IntRep::Shl1
                };
                set_fact(&mut b.f, v, fact_of(kind, rep));
                set_fact(&mut b.f, back, fact_of(kind, rep));
            }
            let artifact = native
                .compile("field", &b.f, &Role::Function { desc })
                .expect("compiles");
            for _ in 0..20 {
                let w = sample(kind, &mut rng);
                let o = object(4, 0x1111_1111_1111_1111);
                let pair = run(&artifact, &mut ctx, &mut [0; 8], &[o, w]);
                let (_, values) = exit_values(&mut ctx, pair);
                let same = match (values[0].1, read_back(kind, w)) {
                    (Live::Float(a), Live::Float(b)) => a.to_bits() == b.to_bits(),
                    (a, b) => a == b,
                };
                assert!(same, "{kind:?} {w:x}: {:?}", values[0].1);
                for other in (8..40).step_by(8).filter(|&x| x != offset) {
                    assert_eq!(word(o, other), 0x1111_1111_1111_1111);
                }
                let kept = !0u64 << (8 * kind.size() - 1) << 1;
                let mask = if kind.size() == 8 { 0 } else { kept };
                assert_eq!(word(o, offset) & mask, 0x1111_1111_1111_1111 & mask);
            }
        }
    }
}

#[test]
fn items_with_every_index_representation() {
    let _guard = lock();
    let mut native = native();
    let mut ctx = JitCtx::new();
    for kind in KINDS {
        for rep in [IntRep::I64, IntRep::Shl1, IntRep::U64] {
            let items = Items {
                barrier: kind == Kind::Ref,
                ..Items::new(16, kind, CLASS)
            };
            let desc = code_desc("item", &[Ty::Ref, Ty::Int, kind.ty()], Ty::Value);
            let mut b = Build::new();
            let (o, i, v) = (b.arg(0, Ty::Ref), b.arg(1, Ty::Int), b.arg(2, kind.ty()));
            set_fact(&mut b.f, i, IntFact { rep, lo: 0, hi: 5 });
            b.imm(Op::SetItem, Ty::None, Imm::Items(items), &[o, i, v]);
            let back = b.imm(Op::GetItem, kind.ty(), Imm::Items(items), &[o, i]);
            let two = b.int(2);
            let fixed = b.imm(Op::GetItem, kind.ty(), Imm::Items(items), &[o, two]);
            let done = b.snap(1, &[back, fixed]);
            b.end(Term::Exit(done));
            let artifact = native
                .compile("item", &b.f, &Role::Function { desc })
                .expect("compiles");
            for index in 0..6u64 {
                let o = object(8, 0);
                let pair = run(&artifact, &mut ctx, &mut [0; 8], &[o, index, 77]);
                let (_, values) = exit_values(&mut ctx, pair);
                assert_eq!(values[0].1, read_back(kind, 77), "{kind:?} {rep:?} {index}");
                let there = read_back(kind, if index == 2 { 77 } else { 0 });
                assert_eq!(values[1].1, there);
            }
        }
    }
}

#[test]
fn the_barrier_runs_for_old_objects_and_keeps_registers() {
    let _guard = lock();
    let mut native = native();
    let mut ctx = JitCtx::new();
    let field = Field::new(16, Kind::Value, CLASS);
    let types = [Ty::Ref, Ty::Value, Ty::Float, Ty::Int];
    let desc = code_desc("barrier", &types, Ty::Value);
    let mut b = Build::new();
    let args: Vec<Ref> = types
        .iter()
        .enumerate()
        .map(|(i, &t)| b.arg(i as i32, t))
        .collect();
    b.imm(Op::SetField, Ty::None, Imm::Field(field), &args[..2]);
    let done = b.snap(1, &args);
    b.end(Term::Exit(done));
    let artifact = native
        .compile("barrier", &b.f, &Role::Function { desc })
        .expect("compiles");
    for old in [false, true] {
        let o = object_of(SHAPE, 2, 0);
        if old {
            alloc::collect(alloc::Kind::Minor);
            assert!((word(o, 0) as i64) < 0, "the object is old now");
        }
        let words = [o, Value::NONE.0, 1.25f64.to_bits(), 99];
        let pair = run(&artifact, &mut ctx, &mut [0; 8], &words);
        let (_, values) = exit_values(&mut ctx, pair);
        assert_eq!(values[2].1, Live::Float(1.25));
        assert_eq!(values[3].1, Live::Int(99));
        assert_eq!(word(o, 16), Value::NONE.0);
        assert!(word(o, 0) as i64 >= 0, "young, or logged by the barrier");
    }
}

#[test]
fn objects_are_cleared_and_distinct() {
    let _guard = lock();
    let mut native = native();
    let mut ctx = JitCtx::new();
    for bytes in [16usize, 48, 512, 4096] {
        let header = Header::word(SHAPE, bytes);
        let desc = code_desc("new", &[Ty::Value], Ty::Ref);
        let mut b = Build::new();
        let v = b.arg(0, Ty::Value);
        let o = b.imm(Op::New, Ty::Ref, Imm::Header(header), &[]);
        let field = Field {
            barrier: false,
            ..Field::new(8, Kind::Value, CLASS)
        };
        b.imm(Op::SetField, Ty::None, Imm::Field(field), &[o, v]);
        b.end(Term::Finish(o));
        let artifact = native
            .compile("new", &b.f, &Role::Function { desc })
            .expect("compiles");
        let mut last = 0;
        for i in 0..3000u64 {
            let pair = run(&artifact, &mut ctx, &mut [0; 8], &[Value::int(i as i64).0]);
            let o = pair.value;
            assert_ne!(o, last);
            last = o;
            assert_eq!(word(o, 0), header);
            assert_eq!(word(o, 8), Value::int(i as i64).0);
            for offset in (16..bytes as i32).step_by(8) {
                assert_eq!(word(o, offset), 0);
                // SAFETY: dirties memory of an object that nobody else uses.
                unsafe { *((o + offset as u64) as *mut u64) = Value::int(-1).0 };
            }
        }
    }
}

#[test]
fn shapes_are_guarded() {
    let _guard = lock();
    let mut native = native();
    let mut ctx = JitCtx::new();
    let desc = code_desc("shape", &[Ty::Value], Ty::Value);
    let mut b = Build::new();
    let v = b.arg(0, Ty::Value);
    let (not_ref, other, fine) = (b.snap(1, &[v]), b.snap(2, &[v]), b.snap(3, &[v]));
    b.guard(Op::GuardRef, &[v], not_ref);
    let o = b.op(Op::UnboxRef, Ty::Ref, &[v]);
    let g = b.f.push(
        b.at,
        Op::GuardShape,
        Ty::None,
        Imm::Shape(RAW_SHAPE),
        &[o],
        Some(other),
    );
    b.end(Term::Exit(fine));
    assert_eq!(b.f.inst(g).op, Op::GuardShape);
    let artifact = native
        .compile("shape", &b.f, &Role::Function { desc })
        .expect("compiles");
    let bytes = 16;
    let stranger = alloc::allocate(Header::word(SHAPE, bytes), bytes) as u64;
    let cases = [
        (object(1, 0), 3),
        (stranger, 2),
        (Value::int(4).0, 1),
        (Value::NULL.0, 1),
        (Value::NONE.0, 1),
        (Value::try_float(1.5).expect("immediate").0, 1),
    ];
    for (word, want) in cases {
        let pair = run(&artifact, &mut ctx, &mut [0; 8], &[word]);
        assert_eq!(exit_values(&mut ctx, pair).0, want);
    }
}

#[test]
fn guards_on_words_agree_with_eval() {
    let _guard = lock();
    let mut native = native();
    let mut ctx = JitCtx::new();
    let boxed = alloc::allocate(Header::word(FLOAT_SHAPE, 16), 16) as u64;
    let words = [
        Value::int(0).0,
        Value::int(-1).0,
        2,
        Value::try_float(2.5).expect("immediate").0,
        Value::NONE.0,
        Value::TRUE.0,
        Value::FALSE.0,
        Value::NULL.0,
        object(1, 0),
        Value::NOT_IMPLEMENTED.0,
        Value::ELLIPSIS.0,
    ];
    for op in [
        Op::GuardInt,
        Op::GuardFloat,
        Op::GuardBool,
        Op::GuardRef,
        Op::GuardBound,
    ] {
        let desc = code_desc("guard", &[Ty::Value], Ty::Value);
        let mut b = Build::new();
        let v = b.arg(0, Ty::Value);
        let (fails, holds) = (b.snap(1, &[v]), b.snap(2, &[v]));
        b.guard(op, &[v], fails);
        b.end(Term::Exit(holds));
        let artifact = native
            .compile("guard", &b.f, &Role::Function { desc })
            .expect("compiles");
        for w in words {
            let want = (op.info().eval)(&[Lit::Value(crate::ir::Boxed::from_word(Value(w)))]);
            let pair = run(&artifact, &mut ctx, &mut [0; 8], &[w]);
            let pc = exit_values(&mut ctx, pair).0;
            assert_eq!(Some(Lit::Bool(pc == 2)), want, "{} {w:x}", op.name());
        }
        let pair = run(&artifact, &mut ctx, &mut [0; 8], &[boxed]);
        let holds = matches!(op, Op::GuardFloat | Op::GuardRef | Op::GuardBound);
        assert_eq!(
            exit_values(&mut ctx, pair).0 == 2,
            holds,
            "{} of a boxed float",
            op.name()
        );
    }
}

/// Records what an exit asks for.
#[derive(Default)]
struct Sink {
    objects: Vec<(u64, Vec<(i32, Live)>)>,
    slots: Vec<(i32, Value)>,
    wide: Vec<u128>,
}

/// Values that stand for big integers here.
fn token(i: usize) -> Value {
    Value(0x1000 + 16 * i as u64)
}

impl ExitSink for Sink {
    fn int(&mut self, i: i128) -> Value {
        match i64::try_from(i).ok().and_then(Value::try_int) {
            Some(v) => v,
            None => self.wide(i as u128),
        }
    }
    fn wide(&mut self, u: u128) -> Value {
        self.wide.push(u);
        token(self.wide.len())
    }
    fn float(&mut self, f: f64) -> Value {
        Value::try_float(f).expect("immediate")
    }
    fn arith(&mut self, op: Op, args: &[Value]) -> Value {
        assert_eq!(op, Op::IntMul);
        let [a, b] = args else { panic!("two operands") };
        self.int(i128::from(a.as_int()) * i128::from(b.as_int()))
    }
    fn allocate(&mut self, header: u64) -> Value {
        self.objects.push((header, vec![]));
        Value(0x10_0000 + 16 * self.objects.len() as u64)
    }
    fn set_field(&mut self, object: Value, field: Field, value: Live) {
        let index = (object.0 as usize)
            .checked_sub(0x10_0000)
            .map(|x| x / 16 - 1);
        match index.and_then(|i| self.objects.get_mut(i)) {
            Some(o) => o.1.push((field.offset, value)),
            None => self.slots.push((
                -field.offset,
                match value {
                    Live::Word(v) => v,
                    other => panic!("{other:?}"),
                },
            )),
        }
    }
    fn set_slot(&mut self, slot: i32, value: Value) {
        self.slots.push((slot, value));
    }
}

/// `i`, `x` and `o` at an exit with two objects that name each other, a product to compute
/// and a store to do.
fn rich_code() -> Func {
    let mut b = Build::new();
    let (i, x, o) = (b.arg(0, Ty::Int), b.arg(1, Ty::Float), b.arg(2, Ty::Ref));
    let wide = b.op(Op::IntMul, Ty::Int, &[i, i]);
    let (rep, lo, hi) = (IntRep::I128, 0, i128::MAX);
    set_fact(&mut b.f, wide, IntFact { rep, lo, hi });
    let five = b.int(5);
    let value = |offset| Field::new(offset, Kind::Value, CLASS);
    let raw = Field::new(16, Kind::F64, CLASS);
    let slots = [
        Entry::Virtual(0),
        Entry::Recipe(0),
        Entry::Ref(wide),
        Entry::Ref(x),
    ];
    let slots = slots.into_iter().enumerate().map(|(i, e)| (i as i32, e));
    let mut snap = snapshot(1, slots.collect());
    snap.virtuals = vec![
        Virtual {
            header: 77,
            fields: vec![(value(8), Entry::Virtual(1)), (raw, Entry::Ref(x))],
        },
        Virtual {
            header: 88,
            fields: vec![(value(8), Entry::Virtual(0))],
        },
    ];
    snap.recipes = vec![Recipe {
        op: Op::IntMul,
        args: vec![Entry::Ref(i), Entry::Ref(five)],
    }];
    snap.stores = vec![PendingStore {
        object: Entry::Ref(o),
        field: value(24),
        value: Entry::Recipe(0),
    }];
    let snap = b.f.add_snap(snap);
    b.end(Term::Exit(snap));
    b.f
}

#[test]
fn exits_rebuild_objects_recipes_and_stores() {
    let _guard = lock();
    let desc = code_desc("rich", &[Ty::Int, Ty::Float, Ty::Ref], Ty::Value);
    let f = rich_code();
    let mut native = native();
    let artifact = native
        .compile("rich", &f, &Role::Function { desc })
        .expect("compiles");
    let mut ctx = JitCtx::new();
    let i = 1i64 << 61;
    let pair = run(
        &artifact,
        &mut ctx,
        &mut [0; 8],
        &[i as u64, 2.5f64.to_bits(), 0x40],
    );
    assert_eq!(pair.status, Status::Exit as u64);
    let mut sink = Sink::default();
    // SAFETY: the code has just left through an exit and is still alive.
    unsafe { ExitReader::last(&mut ctx) }.rebuild(&mut sink);
    let (first, second) = (Value(0x10_0010), Value(0x10_0020));
    assert_eq!(
        sink.objects[0],
        (77, vec![(8, Live::Word(second)), (16, Live::Float(2.5))])
    );
    assert_eq!(sink.objects[1], (88, vec![(8, Live::Word(first))]));
    assert_eq!(sink.wide, [5 * (1u128 << 61), 1 << 122]);
    let x = Value::try_float(2.5).expect("immediate");
    let want = [
        (-24, token(1)),
        (0, first),
        (1, token(1)),
        (2, token(2)),
        (3, x),
    ];
    assert_eq!(sink.slots, want);
    let left = ctx.buffer[..3].iter().any(|w| *w != 0);
    assert!(!left, "nothing lives on because of an exit that is over");
}

#[test]
fn exits_share_tails_and_still_name_the_right_words() {
    let _guard = lock();
    // Twenty guards whose snapshots share most values.
    let types: Vec<Ty> = (0..12)
        .map(|i| if i % 3 == 2 { Ty::Float } else { Ty::Int })
        .collect();
    let desc = code_desc("many", &types, Ty::Value);
    let mut b = Build::new();
    let args: Vec<Ref> = types
        .iter()
        .enumerate()
        .map(|(i, &t)| b.arg(i as i32, t))
        .collect();
    let mut live = args.clone();
    let one = b.int(1);
    for pc in 0..20 {
        let limit = b.int(pc);
        let below = b.op(Op::IntLt, Ty::Bool, &[args[0], limit]);
        let snap = b.snap(pc as u64, &live);
        b.guard(Op::GuardFalse, &[below], snap);
        let which = [0, 1, 3, 4, 6, 7][pc as usize % 6];
        live[which] = b.checked(Op::IntAdd, &[live[which], one], snap);
    }
    let snap = b.snap(99, &live);
    b.end(Term::Exit(snap));
    let mut native = native();
    let artifact = native
        .compile("many", &b.f, &Role::Function { desc })
        .expect("compiles");
    let mut ctx = JitCtx::new();
    for first in -1..22i64 {
        let mut words = vec![first as u64];
        for i in 1..12u64 {
            words.push(if i % 3 == 2 {
                (i as f64).to_bits()
            } else {
                i * 100
            });
        }
        let pair = run(&artifact, &mut ctx, &mut [0; 8], &words);
        let (pc, values) = exit_values(&mut ctx, pair);
        let steps = if first >= 19 { 20 } else { (first + 1).max(0) };
        assert_eq!(pc, if first >= 19 { 99 } else { steps as u64 });
        let mut want: Vec<i64> = words.iter().map(|&w| w as i64).collect();
        for step in 0..steps {
            want[[0, 1, 3, 4, 6, 7][step as usize % 6]] += 1;
        }
        for (slot, got) in values {
            let want = match types[slot as usize] {
                Ty::Float => Live::Float(f64::from_bits(words[slot as usize])),
                _ => Live::Int(want[slot as usize].into()),
            };
            assert_eq!(got, want, "first {first}, slot {slot}");
        }
    }
}

#[test]
fn objects_made_together_survive_a_collection_in_between() {
    let _guard = lock();
    let (small, large) = (Header::word(SHAPE, 48), Header::word(SHAPE, 80));
    let desc = code_desc("pair", &[Ty::Value], Ty::Ref);
    let plain = |offset, kind| Field {
        barrier: false,
        ..Field::new(offset, kind, CLASS)
    };
    let mut b = Build::new();
    let v = b.arg(0, Ty::Value);
    let first = b.imm(Op::New, Ty::Ref, Imm::Header(small), &[]);
    let word = b.op(Op::BoxRef, Ty::Value, &[first]);
    let second = b.imm(Op::New, Ty::Ref, Imm::Header(large), &[]);
    for (object, offset, kind, value) in [
        (first, 8, Kind::Ref, second),
        (second, 16, Kind::Value, word),
        (first, 24, Kind::Value, v),
        (second, 32, Kind::Value, v),
    ] {
        b.imm(
            Op::SetField,
            Ty::None,
            Imm::Field(plain(offset, kind)),
            &[object, value],
        );
    }
    b.end(Term::Finish(first));
    let mut native = native();
    let artifact = native
        .compile("pair", &b.f, &Role::Function { desc })
        .expect("compiles");
    let mut ctx = JitCtx::new();
    let mut kept = pyjit_heap::RootVec::new();
    for i in 0..200_000i64 {
        let v = Value::int(i).0;
        let a = run(&artifact, &mut ctx, &mut [0; 8], &[v]).value;
        let words: Vec<u64> = (0..6).map(|n| self::word(a, 8 * n)).collect();
        let second = words[1];
        assert_eq!(words, [small, second, 0, v, 0, 0]);
        let words: Vec<u64> = (0..10).map(|n| self::word(second, 8 * n)).collect();
        assert_eq!(words, [large, 0, a, 0, v, 0, 0, 0, 0, 0]);
        if i % 1000 == 0 {
            kept.push(Value(a));
        }
    }
    for (i, v) in kept.iter().enumerate() {
        assert_eq!(self::word(v.0, 24), Value::int(1000 * i as i64).0);
    }
}
