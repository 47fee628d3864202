//! Shared by the tests: descriptors that texts may name, and reading trees from text.
#![allow(dead_code)]

pub mod toyjit;
pub mod vm;

use std::collections::HashMap;
use std::rc::Rc;

use pyjit_jit::ir::{
    AliasClass, CallDesc, ClassSet, CodeDesc, Effects, Names, Origin, Ty, parse, verify,
};
use pyjit_jit::tree::{Bridge, Raw, Tree, TreeKind};

/// `pure(int) -> int`, `read1(ref) -> value` reads class 1, `any(value) -> value` does
/// anything, `fib(int) -> int` is compiled code.
pub fn names() -> Names {
    let call = |name, args, ret, effects| {
        let d: &'static CallDesc = Box::leak(Box::new(CallDesc {
            name,
            address: 0,
            thread: false,
            frame: false,
            args,
            ret,
            effects,
        }));
        (name.to_string(), d)
    };
    let read1 = Effects {
        reads: ClassSet::of(AliasClass(1)),
        elidable: false,
        ..Effects::PURE
    };
    let code = CodeDesc {
        name: "fib".into(),
        cell: 0,
        args: vec![Ty::Int],
        ret: Ty::Int,
        window: 8,
        through: false,
    };
    Names {
        calls: HashMap::from([
            call("pure", &[Ty::Int], Ty::Int, Effects::PURE),
            call("read1", &[Ty::Ref], Ty::Value, read1),
            call("any", &[Ty::Value], Ty::Value, Effects::ANY),
        ]),
        codes: HashMap::from([("fib".to_string(), &*Box::leak(Box::new(code)))]),
    }
}

/// A text in sections: `--- NAME` lines separate them.
pub fn sections(text: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = vec![];
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("--- ") {
            out.push((name.trim().to_string(), String::new()));
        } else if let Some(last) = out.last_mut() {
            last.1 += line;
            last.1 += "\n";
        }
    }
    out
}

/// Reads a tree: sections `loop` or `function TYPES`, then `bridge MEMBER/SNAP [to LOOP]`
/// and `further` (a further loop).
pub fn tree(sections: &[(String, String)]) -> Tree {
    let mut tree: Option<Tree> = None;
    for (name, text) in sections {
        let words: Vec<&str> = name.split_whitespace().collect();
        if words[0] == "expect" {
            continue;
        }
        let func = parse(text, &names())
            .unwrap_or_else(|e| panic!("{name}: line {}: {}", e.line, e.message));
        verify(&func).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut raw = Raw::from_func(func);
        for l in text.lines().filter_map(|l| l.strip_prefix("; entry ")) {
            let n: Vec<i64> = l.split_whitespace().map(|w| w.parse().unwrap()).collect();
            raw.entry.push((n[0] as i32, n[1]));
        }
        let raw = Rc::new(raw);
        match (words[0], &mut tree) {
            ("loop", _) => tree = Some(Tree::new(TreeKind::Loop, raw)),
            ("function", _) => {
                let types = words[1..]
                    .iter()
                    .map(|w| Ty::from_name(w).unwrap())
                    .collect();
                tree = Some(Tree::new(TreeKind::Function(types), raw));
            }
            ("bridge", Some(t)) => {
                let (m, s) = words[1].split_once('/').unwrap();
                let at = Origin {
                    member: m.parse().unwrap(),
                    snap: s.parse().unwrap(),
                };
                let mut b = Bridge::new(at, raw);
                if let Some(["to", l]) = words.get(2..) {
                    b.to = Some(l.parse().unwrap());
                }
                t.bridges.push(b);
            }
            ("further", Some(t)) => {
                let to = Some(t.bridges.len() as u32 + 1);
                t.bridges.push(Bridge { at: None, raw, to });
            }
            _ => panic!("unknown section {name}"),
        }
    }
    tree.expect("no tree")
}

/// A small deterministic generator (xorshift).
pub struct Rng(pub u64);

impl Rng {
    /// The next word.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        (self.next() >> 11) % n
    }

    /// One of them.
    pub fn pick<T: Copy>(&mut self, xs: &[T]) -> T {
        xs[self.below(xs.len() as u64) as usize]
    }

    /// An integer, mostly near something interesting.
    pub fn int(&mut self) -> i128 {
        let near = self.below(5) as i128 - 2;
        match self.below(8) {
            0 => near,
            1 => self.below(100) as i128,
            2 => (1i128 << self.below(66)) + near,
            3 => -(1i128 << self.below(66)) + near,
            4 => (1i128 << 62) + near,
            5 => -(1i128 << 63) + near,
            6 => self.next() as i64 as i128,
            _ => self.next() as i128,
        }
    }

    /// A literal of that type.
    pub fn lit(&mut self, ty: Ty) -> pyjit_jit::ir::Lit {
        use pyjit_jit::ir::{Boxed, Lit};
        let floats = [
            0.0,
            -0.0,
            1.0,
            -1.5,
            1e300,
            f64::INFINITY,
            f64::NAN,
            5e-324,
            1e10,
        ];
        match ty {
            Ty::Int => Lit::Int(self.int()),
            Ty::Float => Lit::Float(self.pick(&floats)),
            Ty::Bool => Lit::Bool(self.below(2) == 0),
            Ty::Ref => Lit::Ref(self.below(3) * 0x10000),
            _ => Lit::Value(match self.below(4) {
                0 => Boxed::Int(self.int()),
                1 => Boxed::Float(self.pick(&floats)),
                2 => Boxed::Word(self.pick(&[0x04, 0x0c, 0x14, 0x1c])),
                _ => Boxed::Word(self.below(3) * 0x10000),
            }),
        }
    }
}
