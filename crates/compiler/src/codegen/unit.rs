//! A code object under construction: registers, constants, names, instructions.

use pyjit_bytecode::asm::{Asm, Catch, Ins, Label};
use pyjit_bytecode::{Constant, Op, PoolEntry, Position};
use pyjit_syntax::Sym;
use pyjit_syntax::ast::ExprRef;
use rustc_hash::FxHashMap;

use super::flow::Block;
use crate::scope::ScopeId;

/// A register of the frame.
pub type Reg = u16;

/// The place of instructions that no source stands for.
pub const NOWHERE: Position = Position {
    line: 0,
    end_line: 0,
    column: -1,
    end_column: -1,
};

/// A variable annotation whose evaluation waits in `__annotate__`.
#[derive(Debug, Clone, Copy)]
pub struct Deferred<'a> {
    pub name: Sym,
    pub annotation: ExprRef<'a>,
    /// Its number in `__conditional_annotations__`.
    pub condition: Option<u32>,
}

/// A scope whose names the current code sees as its own: the unit's, then comprehensions that run in place.
#[derive(Debug, Default)]
pub struct Layer {
    pub scope: ScopeId,
    /// Registers of locals.
    pub locals: FxHashMap<Sym, Reg>,
    /// Registers of cells.
    pub cells: FxHashMap<Sym, Reg>,
}

/// What the code object is for: decides qualified names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnitKind {
    #[default]
    Module,
    Class,
    Function,
    Lambda,
    Comprehension,
    /// Annotations, type parameters, aliases.
    Annotations,
}

/// The state of one code object.
#[derive(Debug, Default)]
pub struct Unit<'a> {
    pub kind: UnitKind,
    pub scope: ScopeId,
    pub asm: Asm,
    pub code: pyjit_bytecode::CodeObject,
    pub names: FxHashMap<Sym, u32>,
    pub name_list: Vec<Sym>,
    pub constants: FxHashMap<Constant, u32>,
    pub constant_list: Vec<Constant>,
    /// Layers of scopes, the innermost last.
    pub layers: Vec<Layer>,
    /// Layers of all comprehensions that run in place, by scope.
    pub comps: FxHashMap<ScopeId, Layer>,
    /// Registers of the closure's cells.
    pub free: FxHashMap<Sym, Reg>,
    pub blocks: Vec<Block<'a>>,
    /// The exception handler of what is emitted now.
    pub catch: Option<u32>,
    /// The next free temporary.
    pub top: Reg,
    pub private: Option<Sym>,
    pub position: Position,
    pub static_attributes: Vec<Sym>,
    pub deferred: Vec<Deferred<'a>>,
    pub condition_count: u32,
    pub conditional_depth: u32,
    pub overflow: bool,
}

impl Unit<'_> {
    /// A new temporary on top.
    pub fn alloc(&mut self) -> Reg {
        self.alloc_n(1)
    }
    /// `n` consecutive temporaries; gives the first.
    pub fn alloc_n(&mut self, n: u16) -> Reg {
        let first = self.top;
        match self.top.checked_add(n) {
            Some(top) if top < u16::MAX - 300 => self.top = top,
            _ => self.overflow = true,
        }
        self.code.nregs = self.code.nregs.max(self.top);
        first
    }
    /// Whether a register is a temporary.
    pub fn is_temp(&self, r: Reg) -> bool {
        r as u32 >= self.code.first_temp()
    }
    /// The index of a constant.
    pub fn constant(&mut self, k: Constant) -> u32 {
        if let Some(&i) = self.constants.get(&k) {
            return i;
        }
        let i = self.constant_list.len() as u32;
        if !matches!(k, Constant::Code(_)) {
            self.constants.insert(k.clone(), i);
        }
        self.constant_list.push(k);
        i
    }
    /// The index of a name.
    pub fn name(&mut self, name: Sym) -> u32 {
        *self.names.entry(name).or_insert_with(|| {
            self.name_list.push(name);
            self.name_list.len() as u32 - 1
        })
    }
    fn push(
        &mut self,
        op: Op,
        a: u16,
        b: u16,
        c: u16,
        target: Option<Label>,
        pool: Option<PoolEntry>,
    ) {
        self.asm.ins.push(Ins {
            op,
            a,
            b,
            c,
            target,
            pool,
            position: self.position,
            handler: self.catch,
        });
    }
    /// Emits an instruction of plain operands.
    pub fn emit(&mut self, op: Op, a: u16, b: u16, c: u16) {
        self.push(op, a, b, c, None, None);
    }
    /// Emits a jump.
    pub fn jump(&mut self, op: Op, a: u16, b: u16, to: Label) {
        self.push(op, a, b, 0, Some(to), None);
    }
    /// Jumps at the end of a branch: no place of its own, so tracing sees no line.
    pub fn skip_to(&mut self, to: Label) {
        let before = std::mem::replace(&mut self.position, NOWHERE);
        self.jump(Op::jump, 0, 0, to);
        self.position = before;
    }
    /// As [`Unit::skip_to`] at the end of a loop's body.
    pub fn loop_to(&mut self, top: Label) {
        let before = std::mem::replace(&mut self.position, NOWHERE);
        self.jump(Op::jump_back, 0, 0, top);
        self.position = before;
    }
    /// What follows has the place of the last instruction.
    pub fn stay(&mut self) {
        if let Some(last) = self.asm.ins.last() {
            self.position = last.position;
        }
    }
    /// Emits an instruction with a constant operand.
    pub fn emit_k(&mut self, op: Op, a: u16, b: u16, k: Constant) {
        let k = self.constant(k);
        self.push(op, a, b, 0, None, Some(PoolEntry::Const(k)));
    }
    /// Emits a compare-and-jump with a constant operand.
    pub fn jump_k(&mut self, op: Op, a: u16, k: Constant, to: Label) {
        let k = self.constant(k);
        self.push(op, a, 0, 0, Some(to), Some(PoolEntry::Const(k)));
    }
    /// Emits an instruction with a name operand of the kind its row asks for.
    pub fn emit_name(&mut self, op: Op, a: u16, b: u16, name: Sym) {
        use pyjit_bytecode::Operand;
        let n = self.name(name);
        let entry = match op.info().operands[2] {
            Operand::Attr => PoolEntry::Attr(n),
            Operand::Global => PoolEntry::Global(n),
            _ => PoolEntry::Name(n),
        };
        self.push(op, a, b, 0, None, Some(entry));
    }
    /// Emits a call with keyword names.
    pub fn emit_keywords(&mut self, op: Op, a: u16, n: u16, names: Constant) {
        let k = self.constant(names);
        self.push(op, a, n, 0, None, Some(PoolEntry::Keywords(k)));
    }
    /// A new label.
    pub fn label(&mut self) -> Label {
        self.asm.label()
    }
    /// Binds a label here.
    pub fn bind(&mut self, label: Label) {
        self.asm.bind(label);
    }
    /// A new exception handler at the current height; gives its number.
    pub fn new_catch(&mut self, target: Label, lasti: bool) -> u32 {
        self.catch_at(target, self.top, lasti)
    }
    /// A new exception handler with the exception in a given register.
    pub fn catch_at(&mut self, target: Label, height: Reg, lasti: bool) -> u32 {
        self.asm.catches.push(Catch {
            target,
            height,
            lasti,
        });
        self.code.nregs = self.code.nregs.max(height.saturating_add(2));
        self.asm.catches.len() as u32 - 1
    }
}
