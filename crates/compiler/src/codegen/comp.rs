//! Comprehensions: in place where possible, generator expressions as functions.

use pyjit_bytecode::Op;
use pyjit_bytecode::code::flags;
use pyjit_syntax::ast::*;

use super::Gen;
use super::unit::{NOWHERE, Reg, UnitKind};
use crate::scope::{CompKind, Opens, R};

/// What is collected: kind, element (or key) and value.
struct Element<'a> {
    kind: CompKind,
    elt: ExprRef<'a>,
    value: Option<ExprRef<'a>>,
}

impl<'a> Gen<'a, '_> {
    pub fn comprehension(&mut self, e: ExprRef<'a>, dst: Reg) -> R<()> {
        let (kind, elt, value, generators) = match e.kind {
            ExprKind::ListComp { elt, generators } => (CompKind::List, elt, None, generators),
            ExprKind::SetComp { elt, generators } => (CompKind::Set, elt, None, generators),
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => (CompKind::Dict, key, Some(value), generators),
            ExprKind::GeneratorExp { elt, generators } => {
                (CompKind::Generator, elt, None, generators)
            }
            _ => return Ok(()),
        };
        let element = Element { kind, elt, value };
        let scope = self.table.of(e, Opens::Body);
        if self.table.scopes[scope].inlined {
            return self.in_place(e, element, generators, dst);
        }
        let base = self.window(dst);
        let iter = self.u.alloc();
        if generators[0].is_async {
            self.scratch(|g| {
                let before = g.at(generators[0].iter.span);
                let r = g.expr(generators[0].iter)?;
                g.u.emit(Op::get_aiter, iter, r, 0);
                g.u.position = before;
                Ok(())
            })?;
        } else {
            self.iterator(generators[0].iter, iter)?;
        }
        let is_async = self.table.scopes[scope].coroutine;
        let name = self.table.scopes[scope].name.clone();
        let line = self.position(e.span).line;
        self.enter_unit(scope, UnitKind::Comprehension, &name, line);
        self.u.code.argcount = 1;
        self.prologue();
        let guard = self.begin_generator();
        self.at(e.span);
        let acc = (kind != CompKind::Generator).then(|| self.u.alloc());
        if let Some(acc) = acc {
            self.accumulator(kind, acc);
        }
        self.generators(&element, generators, 0, Some(0), acc)?;
        match acc {
            Some(acc) => self.u.emit(Op::ret, acc, 0, 0),
            None => self.return_none(),
        }
        self.end_generator(guard);
        let code = self.leave()?;
        self.make_function(code, &[], base)?;
        self.u.emit(Op::call, base, 1, 0);
        if is_async && kind != CompKind::Generator {
            self.u.top = base + 1;
            let pair = self.u.alloc_n(2);
            self.await_value(base, 0, pair);
            self.u.emit(Op::mov, base, pair + 1, 0);
        }
        self.built(base, dst);
        Ok(())
    }

    fn accumulator(&mut self, kind: CompKind, acc: Reg) {
        let op = match kind {
            CompKind::Set => Op::build_set,
            CompKind::Dict => Op::build_dict,
            _ => Op::build_list,
        };
        self.u.emit(op, acc, acc, 0);
    }

    fn in_place(
        &mut self,
        e: ExprRef<'a>,
        element: Element<'a>,
        generators: &'a [Comprehension<'a>],
        dst: Reg,
    ) -> R<()> {
        let scope = self.table.of(e, Opens::Body);
        let acc = self.building(dst);
        let iter = if generators[0].is_async {
            self.async_iterator(generators[0].iter)?
        } else {
            let iter = self.u.alloc();
            self.iterator(generators[0].iter, iter)?;
            iter
        };
        let Some(layer) = self.u.comps.remove(&scope) else {
            return self.copy_of_comprehension(e, dst);
        };
        let kept = super::unit::Layer {
            scope,
            locals: layer.locals.clone(),
            cells: layer.cells.clone(),
        };
        let mut cells: Vec<Reg> = layer.cells.values().copied().collect();
        let mut locals: Vec<Reg> = layer.locals.values().copied().collect();
        cells.sort();
        locals.sort();
        self.u.layers.push(layer);
        for r in &cells {
            self.u.emit(Op::new_cell, *r, 0, 0);
        }
        self.accumulator(element.kind, acc);
        self.generators(&element, generators, 0, Some(iter), Some(acc))?;
        let before = std::mem::replace(&mut self.u.position, NOWHERE);
        for r in locals.into_iter().chain(cells) {
            self.u.emit(Op::clear, r, 0, 0);
        }
        self.u.position = before;
        self.u.layers.pop();
        self.u.comps.insert(scope, kept);
        self.built(acc, dst);
        Ok(())
    }

    fn copy_of_comprehension<T>(&mut self, e: ExprRef<'a>, _dst: Reg) -> R<T> {
        self.error(e.span, "compiler: comprehension without registers")
    }

    /// The loops from number `n` on; `iter` is the first iterator if it is made already.
    fn generators(
        &mut self,
        element: &Element<'a>,
        list: &'a [Comprehension<'a>],
        n: usize,
        iter: Option<Reg>,
        acc: Option<Reg>,
    ) -> R<()> {
        let Some(c) = list.get(n) else {
            return self.element(element, acc);
        };
        if c.is_async {
            return self.async_generator(element, list, n, iter, acc);
        }
        // `for x in [value]` binds a name: no loop.
        if iter.is_none()
            && let ExprKind::List { elts: [value] } | ExprKind::Tuple { elts: [value] } =
                c.iter.kind
            && !matches!(value.kind, ExprKind::Starred { .. })
        {
            return self.single(element, list, n, value, acc);
        }
        let top_mark = self.u.top;
        let iter = match iter {
            Some(r) => r,
            None => {
                let r = self.u.alloc();
                self.iterator(c.iter, r)?;
                r
            }
        };
        let (top, next) = (self.u.label(), self.u.label());
        let (item, direct) = self.loop_item(c.target);
        // A generator expression begins in its own line, a comprehension in that of the iterable.
        let before = match acc {
            Some(_) => self.at(c.iter.span),
            None => self.u.position,
        };
        self.u.jump(Op::jump, 0, 0, next);
        self.u.position = before;
        self.u.bind(top);
        if !direct {
            self.scratch(|g| g.store(c.target, item))?;
        }
        for test in c.ifs {
            self.branch(test, next, false)?;
        }
        self.generators(element, list, n + 1, None, acc)?;
        self.u.bind(next);
        let before = self.at(c.iter.span);
        self.u.jump(Op::for_iter, iter, item, top);
        self.u.position = before;
        self.u.top = top_mark;
        Ok(())
    }

    fn single(
        &mut self,
        element: &Element<'a>,
        list: &'a [Comprehension<'a>],
        n: usize,
        value: ExprRef<'a>,
        acc: Option<Reg>,
    ) -> R<()> {
        let c = &list[n];
        self.scratch(|g| g.assign(&[c.target], value))?;
        let next = self.u.label();
        for test in c.ifs {
            self.branch(test, next, false)?;
        }
        self.generators(element, list, n + 1, None, acc)?;
        self.u.bind(next);
        Ok(())
    }

    fn async_generator(
        &mut self,
        element: &Element<'a>,
        list: &'a [Comprehension<'a>],
        n: usize,
        iter: Option<Reg>,
        acc: Option<Reg>,
    ) -> R<()> {
        let c = &list[n];
        let mark = self.u.top;
        let iter = match iter {
            // The handler wants the exception right behind the iterator.
            Some(r) if r + 1 == self.u.top => r,
            Some(r) => {
                let t = self.u.alloc();
                self.u.emit(Op::mov, t, r, 0);
                t
            }
            None => self.async_iterator(c.iter)?,
        };
        let (top, done) = (self.u.label(), self.u.label());
        let outer = self.u.catch;
        self.u.bind(top);
        let item = self.async_next(c.iter.span, iter, done);
        self.u.catch = outer;
        self.scratch(|g| g.store(c.target, item))?;
        self.u.top = iter + 1;
        for test in c.ifs {
            let yes = self.u.label();
            self.branch(test, yes, true)?;
            self.u.jump(Op::jump_back, 0, 0, top);
            self.u.bind(yes);
        }
        self.generators(element, list, n + 1, None, acc)?;
        self.u.jump(Op::jump_back, 0, 0, top);
        self.u.bind(done);
        let before = std::mem::replace(&mut self.u.position, NOWHERE);
        self.u.emit(Op::end_async_for, iter + 1, 0, 0);
        self.u.position = before;
        self.u.top = mark;
        Ok(())
    }

    fn element(&mut self, element: &Element<'a>, acc: Option<Reg>) -> R<()> {
        self.scratch(|g| {
            let before = g.at(element.elt.span);
            match (element.kind, acc) {
                (CompKind::Dict, Some(acc)) => {
                    let later = element.value.unwrap_or(element.elt);
                    let k = g.operand(element.elt, &[later])?;
                    let v = g.expr(later)?;
                    g.u.emit(Op::dict_set, acc, k, v);
                }
                (_, Some(acc)) => {
                    let r = g.expr(element.elt)?;
                    let op = if element.kind == CompKind::Set {
                        Op::set_add
                    } else {
                        Op::list_append
                    };
                    g.u.emit(op, acc, r, 0);
                }
                (_, None) => {
                    let r = g.expr(element.elt)?;
                    let is_async = g.u.code.flags & flags::ASYNC_GENERATOR != 0;
                    let t = g.u.alloc();
                    g.emit_yield(r, t, is_async);
                }
            }
            g.u.position = before;
            Ok(())
        })
    }
}
