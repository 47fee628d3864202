//! Which registers are live before each instruction, kept for each code object.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use pyjit_bytecode::CodeObject;
use pyjit_bytecode::flow;

/// Live registers by word index: all variables, and the temporaries that are needed.
pub struct Liveness {
    variables: u16,
    temps: HashMap<u32, Rc<[u16]>>,
    /// Has it a loop?
    pub loops: bool,
}

impl Liveness {
    fn new(code: &CodeObject) -> Liveness {
        let (nodes, places) = flow::nodes(code);
        let first = code.first_temp() as u16;
        let mut temps = HashMap::new();
        flow::liveness(&nodes, first, code.nregs, |i, set| {
            temps.insert(places[i], set.iter().map(|r| r + first).collect());
        });
        let loops = nodes
            .iter()
            .any(|n| n.op.has(pyjit_bytecode::ops::flags::back));
        Liveness {
            variables: first,
            temps,
            loops,
        }
    }

    /// Calls `f` with each register that is live before the instruction.
    pub fn each(&self, index: u32, mut f: impl FnMut(u16)) {
        (0..self.variables).for_each(&mut f);
        if let Some(t) = self.temps.get(&index) {
            t.iter().copied().for_each(f);
        }
    }
}

/// Liveness of the code objects that were recorded.
#[derive(Default)]
pub struct Cache(RefCell<HashMap<usize, Rc<Liveness>>>);

impl Cache {
    /// That of a code object.
    pub fn of(&self, code: &'static CodeObject) -> Rc<Liveness> {
        let key = std::ptr::from_ref(code).addr();
        let mut map = self.0.borrow_mut();
        map.entry(key)
            .or_insert_with(|| Rc::new(Liveness::new(code)))
            .clone()
    }
}
