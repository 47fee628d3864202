//! Names: where a variable lives, and the instructions that read, write and delete it.

use pyjit_bytecode::Op;
use pyjit_syntax::{Span, Sym};

use super::Gen;
use super::unit::Reg;
use crate::scope::{Binding, R, ScopeKind, def, mangle};

/// Where a variable lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a register.
    Local(Reg),
    /// In the cell of a register.
    Cell(Reg),
    /// In the cell of a register, unless a class namespace has the name.
    DictOrCell(Reg),
    /// Among globals.
    Global,
    /// Among globals, unless the class namespace in `__classdict__` has the name.
    ClassDictOrGlobal,
    /// In the namespace mapping of register 0.
    Namespace,
}

impl<'a> Gen<'a, '_> {
    /// The name with a class's private mangling.
    pub fn mangled(&mut self, name: Sym) -> Sym {
        let scope = self.u.layers.last().map_or(self.u.scope, |l| l.scope);
        match self.table.scopes[scope].mangles(name) {
            true => mangle(self.cx.names, self.u.private, name),
            false => name,
        }
    }

    /// Where a (mangled) name lives.
    pub fn place(&self, name: Sym) -> Place {
        let unit = &self.table.scopes[self.u.scope];
        for (depth, layer) in self.u.layers.iter().enumerate().rev() {
            let in_comp = depth > 0;
            let Some(symbol) = self.table.scopes[layer.scope].symbols.get(name) else {
                continue;
            };
            match symbol.binding {
                Binding::Free if in_comp => {
                    if depth == 1
                        && unit.kind == ScopeKind::Class
                        && let Some(&r) = self.u.free.get(&name)
                    {
                        return Place::Cell(r);
                    }
                }
                Binding::Cell => return Place::Cell(layer.cells[&name]),
                Binding::Local if in_comp || unit.kind.is_function_like() => {
                    return Place::Local(layer.locals[&name]);
                }
                Binding::Local => {
                    return self.class_cell(name).map_or(Place::Namespace, Place::Cell);
                }
                Binding::Free => {
                    let Some(&r) = self.u.free.get(&name) else {
                        return Place::Global;
                    };
                    let dict = unit.kind == ScopeKind::Class && self.u.layers.len() == 1
                        || unit.can_see_class_scope;
                    let own = name == self.cx.known.classdict;
                    return if dict && !own && symbol.flags & def::NONLOCAL == 0 {
                        Place::DictOrCell(r)
                    } else {
                        Place::Cell(r)
                    };
                }
                Binding::GlobalExplicit => return Place::Global,
                _ => return self.implicit_global(name, in_comp),
            }
        }
        self.implicit_global(name, false)
    }

    fn implicit_global(&self, name: Sym, in_comp: bool) -> Place {
        let unit = &self.table.scopes[self.u.scope];
        match unit.kind {
            ScopeKind::Class if in_comp => Place::Global,
            ScopeKind::Module | ScopeKind::Class => {
                self.class_cell(name).map_or(Place::Namespace, Place::Cell)
            }
            _ if unit.can_see_class_scope => Place::ClassDictOrGlobal,
            _ => Place::Global,
        }
    }

    /// The cells that a class body itself has.
    fn class_cell(&self, name: Sym) -> Option<Reg> {
        let layer = &self.u.layers[0];
        let known = self.cx.known;
        let only_cell = name == known.conditional || name == known.classdict;
        layer.cells.get(&name).copied().filter(|_| only_cell)
    }

    /// The cell register that a nested function's free variable binds to.
    pub fn cell_for_closure(&self, name: Sym) -> Option<Reg> {
        for (depth, layer) in self.u.layers.iter().enumerate().rev() {
            if let Some(&r) = layer.cells.get(&name) {
                return Some(r);
            }
            let binding = self.table.scopes[layer.scope]
                .symbols
                .get(name)
                .map(|s| s.binding);
            if depth > 0
                && binding.is_some_and(|b| b != Binding::Free && b != Binding::GlobalImplicit)
            {
                return None;
            }
        }
        self.u.free.get(&name).copied()
    }

    /// The register of a name that is a plain local.
    pub fn local(&mut self, name: Sym) -> Option<Reg> {
        let name = self.mangled(name);
        match self.place(name) {
            Place::Local(r) => Some(r),
            _ => None,
        }
    }

    /// R[dst] = the name's value.
    pub fn load_name(&mut self, name: Sym, dst: Reg) {
        let name = self.mangled(name);
        self.load_mangled(name, dst);
    }

    pub fn load_mangled(&mut self, name: Sym, dst: Reg) {
        match self.place(name) {
            Place::Local(r) => {
                self.u.emit(Op::check_bound, r, 0, 0);
                self.u.emit(Op::mov, dst, r, 0);
            }
            Place::Cell(r) => self.u.emit(Op::load_cell, dst, r, 0),
            Place::DictOrCell(r) => {
                let mapping = self.class_namespace(dst);
                self.u.emit(Op::load_dict_or_cell, dst, mapping, r);
            }
            Place::Global => self.u.emit_name(Op::load_global, dst, 0, name),
            Place::ClassDictOrGlobal => {
                let mapping = self.class_namespace(dst);
                self.u.emit_name(Op::load_name, dst, mapping, name);
            }
            Place::Namespace => self.u.emit_name(Op::load_name, dst, 0, name),
        }
    }

    /// The register with the class namespace; `scratch` may be used for it.
    fn class_namespace(&mut self, scratch: Reg) -> Reg {
        if self.table.scopes[self.u.scope].kind == ScopeKind::Class {
            return 0;
        }
        let classdict = self.cx.known.classdict;
        match self.u.free.get(&classdict).copied() {
            Some(cell) => {
                let mapping = if self.u.is_temp(scratch) {
                    scratch
                } else {
                    self.u.alloc()
                };
                self.u.emit(Op::load_cell, mapping, cell, 0);
                mapping
            }
            None => scratch,
        }
    }

    /// The name's value = R[src].
    pub fn store_name(&mut self, name: Sym, src: Reg) {
        let name = self.mangled(name);
        self.store_mangled(name, src);
    }

    pub fn store_mangled(&mut self, name: Sym, src: Reg) {
        match self.place(name) {
            Place::Local(r) if r == src => {}
            Place::Local(r) => self.u.emit(Op::mov, r, src, 0),
            Place::Cell(r) | Place::DictOrCell(r) => self.u.emit(Op::store_cell, r, src, 0),
            Place::Global | Place::ClassDictOrGlobal => {
                self.u.emit_name(Op::store_global, src, 0, name)
            }
            Place::Namespace => self.u.emit_name(Op::store_name, src, 0, name),
        }
    }

    /// Deletes the name.
    pub fn delete_name(&mut self, name: Sym) {
        let name = self.mangled(name);
        match self.place(name) {
            Place::Local(r) => self.u.emit(Op::delete_local, r, 0, 0),
            Place::Cell(r) | Place::DictOrCell(r) => self.u.emit(Op::delete_cell, r, 0, 0),
            Place::Global | Place::ClassDictOrGlobal => {
                self.u.emit_name(Op::delete_global, 0, 0, name)
            }
            Place::Namespace => self.u.emit_name(Op::delete_name, 0, 0, name),
        }
    }

    /// Sets the source range of what follows; gives back the one before.
    pub fn at(&mut self, span: Span) -> pyjit_bytecode::Position {
        let position = self.position(span);
        std::mem::replace(&mut self.u.position, position)
    }

    /// Lines and columns of a span.
    pub fn position(&mut self, span: Span) -> pyjit_bytecode::Position {
        if let Some((s, p)) = self.last_position
            && s == span
        {
            return p;
        }
        let (start, end) = (
            self.cx.source.locate(span.start),
            self.cx.source.locate(span.end),
        );
        let p = pyjit_bytecode::Position {
            line: start.line,
            end_line: end.line,
            column: start.column as i32,
            end_column: end.column as i32,
        };
        self.last_position = Some((span, p));
        p
    }

    /// A new, empty range: instructions that belong to no source.
    pub fn check_size(&self) -> R<()> {
        if self.u.overflow {
            return Err(Box::new(pyjit_syntax::SyntaxError::without_place(
                "too many values in one expression or block",
            )));
        }
        Ok(())
    }
}
