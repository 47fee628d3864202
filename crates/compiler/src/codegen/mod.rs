//! Code generation: one pass over the tree, one [`Unit`](unit::Unit) for each code object.
//!
//! Temporaries are allocated stack-wise. An expression is compiled *to* a register, which is written last of all
//! (so a local may be the target), or *as an operand*, which may be the register of a local itself.

mod assign;
mod call;
mod comp;
mod compare;
mod display;
mod expr;
mod finish;
mod flow;
mod fold;
mod function;
mod generic;
mod names;
mod number;
mod pattern;
mod stmt;
mod strings;
mod trying;
mod unit;
mod unparse;
mod warn;

use pyjit_bytecode::code::{self, CodeObject, Text};
use pyjit_bytecode::{Constant, Op, Position};
use pyjit_syntax::ast::Mod;
use pyjit_syntax::{Span, Sym, Warning};

use crate::Options;
use crate::scope::{Binding, Context, R, ScopeId, ScopeKind, Symbol, Table, def};
use unit::{Layer, Reg, Unit};

/// The code generator.
pub struct Gen<'a, 'c> {
    pub cx: Context<'c>,
    pub table: Table,
    pub u: Unit<'a>,
    /// The units around the current one.
    pub stack: Vec<Unit<'a>>,
    pub options: &'c Options,
    pub warnings: Vec<Warning>,
    pub last_position: Option<(Span, Position)>,
    pub future_flags: u32,
    pub interactive: bool,
    /// Where `from __future__` imports end to be allowed.
    pub future_end: u32,
}

/// The position of what belongs to no line.
pub(crate) const NOWHERE: pyjit_bytecode::Position = pyjit_bytecode::Position {
    line: 0,
    end_line: 0,
    column: -1,
    end_column: -1,
};

impl<'a, 'c> Gen<'a, 'c> {
    /// A generator for a module whose scopes are known.
    pub fn new(
        cx: Context<'c>,
        table: Table,
        options: &'c Options,
        future_flags: u32,
        future_end: u32,
    ) -> Gen<'a, 'c> {
        Gen {
            cx,
            table,
            u: Unit::default(),
            stack: Vec::new(),
            options,
            warnings: Vec::new(),
            last_position: None,
            future_flags,
            interactive: false,
            future_end,
        }
    }

    /// Compiles a whole module.
    pub fn module(mut self, module: &'a Mod<'a>) -> R<(CodeObject, Vec<Warning>)> {
        self.enter(0, "<module>", None);
        self.u.code.qualname = "<module>".into();
        self.u.code.firstlineno = 1;
        self.u.position = Position {
            line: 1,
            end_line: 1,
            column: 0,
            end_column: 0,
        };
        if self.table.scopes[0].coroutine {
            self.u.code.flags |= code::flags::COROUTINE;
        }
        self.prologue();
        match *module {
            Mod::Module { body } => {
                self.module_body(body)?;
                self.u.stay();
                self.return_from(body);
            }
            Mod::Interactive { body } => {
                self.interactive = true;
                self.module_body(body)?;
                self.u.stay();
                self.return_none();
            }
            Mod::Expression { body } => {
                let r = self.expr(body)?;
                self.u.emit(Op::ret, r, 0, 0);
            }
            Mod::FunctionType { .. } => {
                return Err(Box::new(pyjit_syntax::SyntaxError::without_place(
                    "a signature can't be compiled",
                )));
            }
        }
        let code = self.leave()?;
        Ok((code, self.warnings))
    }

    /// Ends a body with `return None`. Behind a compound statement that is in the line
    /// from which it is reached.
    pub fn return_from(&mut self, body: pyjit_syntax::ast::Body<'_>) {
        if body.last().is_some_and(|s| !s.kind.is_simple()) {
            self.u.position = NOWHERE;
        }
        self.return_none();
    }

    /// Ends the code with `return None`.
    pub fn return_none(&mut self) {
        self.u.emit(Op::ret_none, 0, 0, 0);
    }

    /// Begins a code object for a scope. Parameters' counts are the caller's.
    pub fn enter(&mut self, scope: ScopeId, name: &str, private: Option<Sym>) {
        let s = &self.table.scopes[scope];
        let mut unit = Unit {
            scope,
            private,
            position: self.u.position,
            ..Unit::default()
        };
        unit.code.name = name.to_owned().into();
        unit.code.filename = self.options.filename.clone().into();
        unit.code.flags = self.future_flags;
        if s.kind.is_function_like() {
            unit.code.flags |= code::flags::OPTIMIZED | code::flags::NEWLOCALS;
            if s.nested {
                unit.code.flags |= code::flags::NESTED;
            }
            unit.code.flags |= match (s.generator, s.coroutine) {
                (true, true) => code::flags::ASYNC_GENERATOR,
                (true, false) => code::flags::GENERATOR,
                (false, true) => code::flags::COROUTINE,
                (false, false) => 0,
            };
        }
        let outer = std::mem::replace(&mut self.u, unit);
        self.stack.push(outer);
        self.assign_registers(scope);
    }

    /// Gives registers to parameters, locals, cells, and free variables.
    fn assign_registers(&mut self, id: ScopeId) {
        let mut layer = Layer {
            scope: id,
            ..Layer::default()
        };
        let mut locals = self.own_locals(id);
        for (i, name) in locals.iter().enumerate() {
            layer.locals.insert(*name, i as Reg);
        }
        let mut comps = Vec::new();
        self.comp_locals(id, 1, &mut locals, &mut comps);
        let nlocals = locals.len();
        let mut cells = self.own_cells(id);
        for (i, name) in cells.iter().enumerate() {
            layer.cells.insert(*name, (nlocals + i) as Reg);
        }
        for comp in &mut comps {
            let symbols = &self.table.scopes[comp.scope].symbols;
            for (name, _) in symbols.iter().filter(|(_, s)| s.binding == Binding::Cell) {
                comp.cells.insert(name, (nlocals + cells.len()) as Reg);
                cells.push(name);
            }
        }
        let symbols = self.table.scopes[id].symbols.iter();
        let is_free = |s: &Symbol| s.binding == Binding::Free || s.flags & def::FREE_CLASS != 0;
        let free = symbols.filter(|(_, s)| is_free(s)).map(|(n, _)| n);
        let free = self.sorted(free.collect());
        let first_free = nlocals + cells.len();
        let total = first_free + free.len();
        self.u.free = (first_free..)
            .zip(&free)
            .map(|(i, n)| (*n, i as Reg))
            .collect();
        let texts = |list: &[Sym]| {
            let texts = list
                .iter()
                .map(|n| self.cx.names.resolve(*n).to_owned().into());
            texts.collect::<Box<[Text]>>()
        };
        self.u.code.varnames = texts(&locals);
        self.u.code.cellvars = texts(&cells);
        self.u.code.freevars = texts(&free);
        self.u.code.nlocals = nlocals as u16;
        self.u.overflow |= total > 60_000;
        self.u.top = total as u16;
        self.u.code.nregs = self.u.top;
        self.u.layers.push(layer);
        self.u.comps = comps.into_iter().map(|l| (l.scope, l)).collect();
    }

    /// Names by their text.
    fn sorted(&self, mut list: Vec<Sym>) -> Vec<Sym> {
        let names = &self.cx.names;
        list.sort_by(|a, b| names.resolve(*a).cmp(names.resolve(*b)));
        list
    }

    /// Parameters and locals of a scope, or its namespace.
    fn own_locals(&self, id: ScopeId) -> Vec<Sym> {
        let scope = &self.table.scopes[id];
        if !scope.kind.is_function_like() {
            return vec![self.cx.known.ns];
        }
        let is_local = |s: &Symbol| s.binding == Binding::Local && s.flags & def::PARAM == 0;
        let others = scope.symbols.iter().filter(|(_, s)| is_local(s));
        scope
            .params
            .iter()
            .copied()
            .chain(others.map(|(n, _)| n))
            .collect()
    }

    /// The cells that a scope makes: parameters in their order, then by name.
    fn own_cells(&self, id: ScopeId) -> Vec<Sym> {
        let scope = &self.table.scopes[id];
        let cells = scope
            .symbols
            .iter()
            .filter(|(_, s)| s.binding == Binding::Cell);
        let mut cells: Vec<Sym> = cells.map(|(n, _)| n).collect();
        if scope.kind == ScopeKind::Class {
            let known = self.cx.known;
            let implicit = [
                (scope.needs_class_closure, known.dunder_class),
                (scope.needs_classdict, known.classdict),
                (scope.has_conditional_annotations, known.conditional),
            ];
            cells.extend(implicit.iter().filter(|i| i.0).map(|i| i.1));
        }
        let mut cells = self.sorted(cells);
        cells.sort_by_key(|c| {
            scope
                .params
                .iter()
                .position(|p| p == c)
                .unwrap_or(usize::MAX)
        });
        cells
    }

    /// Registers for the variables of comprehensions that run in place: shared by name where they can't meet.
    fn comp_locals(
        &self,
        id: ScopeId,
        depth: usize,
        locals: &mut Vec<Sym>,
        comps: &mut Vec<Layer>,
    ) {
        let mut by_name = rustc_hash::FxHashMap::default();
        let mut queue: Vec<(ScopeId, usize)> = Vec::new();
        let inlined = |id: ScopeId| {
            self.table.scopes[id]
                .children
                .iter()
                .rev()
                .copied()
                .filter(|&c| self.table.scopes[c].inlined)
        };
        queue.extend(inlined(id).map(|c| (c, depth)));
        while let Some((comp, depth)) = queue.pop() {
            queue.extend(inlined(comp).map(|c| (c, depth + 1)));
            let mut layer = Layer {
                scope: comp,
                ..Layer::default()
            };
            let symbols = &self.table.scopes[comp].symbols;
            for (name, s) in symbols.iter() {
                if s.flags & def::PARAM != 0 || s.binding != Binding::Local {
                    continue;
                }
                let reg = *by_name.entry((name, depth)).or_insert_with(|| {
                    locals.push(name);
                    locals.len() as Reg - 1
                });
                layer.locals.insert(name, reg);
            }
            comps.push(layer);
        }
    }

    /// The instructions that every code object of the current kind begins with.
    pub fn prologue(&mut self) {
        let nfree = self.u.code.freevars.len() as u16;
        let first_free = self.u.code.first_temp() as u16 - nfree;
        if nfree > 0 {
            self.u.emit(Op::copy_free, first_free, nfree, 0);
        }
        let layer = &self.u.layers[0];
        let mut cells: Vec<(Reg, Option<Reg>)> = layer
            .cells
            .iter()
            .map(|(n, &r)| (r, layer.locals.get(n).copied()))
            .collect();
        cells.sort();
        for (cell, param) in cells {
            match param {
                Some(p) => self.u.emit(Op::make_cell, cell, p, 0),
                None => self.u.emit(Op::new_cell, cell, 0, 0),
            }
        }
        let suspends =
            code::flags::GENERATOR | code::flags::COROUTINE | code::flags::ASYNC_GENERATOR;
        if self.u.code.flags & suspends != 0 {
            self.u.emit(Op::return_generator, 0, 0, 0);
        }
    }

    /// Ends the current code object.
    pub fn leave(&mut self) -> R<CodeObject> {
        self.check_size()?;
        let outer = self.stack.pop().unwrap_or_default();
        let unit = std::mem::replace(&mut self.u, outer);
        Ok(finish::finish(unit, self.cx.names))
    }

    /// A string constant of a name.
    pub fn name_constant(&self, name: Sym) -> Constant {
        Constant::str(self.cx.names.resolve(name))
    }

    /// An error at a place.
    pub fn error<T>(&self, span: Span, message: impl Into<String>) -> R<T> {
        self.cx.error(span, message)
    }
}
