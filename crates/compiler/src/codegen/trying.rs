//! `try` in all forms, and `with`.
//!
//! A handler finds the exception in R[h], h the height at the `try`; R[h+1] keeps the exception handled before.
//! `finally` bodies are compiled once for each way out.

use pyjit_bytecode::asm::Label;
use pyjit_bytecode::ops::Intrinsic;
use pyjit_bytecode::{Constant as K, Op};
use pyjit_syntax::ast::*;

use super::Gen;
use super::call::ARGS;
use super::flow::Block;
use super::unit::{NOWHERE, Reg};
use crate::scope::R;

/// Numbers of `load_special`.
const ENTER: u16 = 0;
const EXIT: u16 = 1;
const AENTER: u16 = 2;
const AEXIT: u16 = 3;

impl<'a> Gen<'a, '_> {
    pub fn try_stmt(&mut self, t: &'a Try<'a>) -> R<()> {
        // The line of `try` is seen when it is traced.
        self.line();
        if t.finalbody.is_empty() {
            return self.try_except(t);
        }
        let (handler, end) = (self.u.label(), self.u.label());
        let outer = self.u.catch;
        let h = self.u.top;
        self.u.catch = Some(self.u.new_catch(handler, false));
        self.u.blocks.push(Block::Finally {
            body: t.finalbody,
            catch: outer,
        });
        if t.handlers.is_empty() {
            self.conditional_body(t.body)?;
        } else {
            self.try_except(t)?;
        }
        self.u.blocks.pop();
        self.u.catch = outer;
        self.finally_body(t.finalbody)?;
        self.u.skip_to(end);

        self.u.bind(handler);
        let cleanup = self.begin_handling(h);
        self.finally_body(t.finalbody)?;
        self.reraise(h);
        self.end_handling(h, cleanup);
        self.u.bind(end);
        Ok(())
    }

    fn finally_body(&mut self, body: Body<'a>) -> R<()> {
        self.u.blocks.push(Block::FinallyClause);
        self.conditional_body(body)?;
        self.u.blocks.pop();
        Ok(())
    }

    /// At a handler with the exception in R[h]: makes it the handled one. What follows is under a clean-up handler
    /// (its label is returned) until `end_handling`.
    fn begin_handling(&mut self, h: Reg) -> (Label, Option<u32>) {
        let outer = self.u.catch;
        let cleanup = self.u.label();
        self.u.top = h;
        self.u.alloc_n(2);
        self.u.catch = Some(self.u.new_catch(cleanup, true));
        let before = std::mem::replace(&mut self.u.position, NOWHERE);
        self.u.emit(Op::push_exc, h + 1, h, 0);
        self.u.position = before;
        self.u.blocks.push(Block::Handling {
            previous: h + 1,
            catch: outer,
        });
        (cleanup, outer)
    }

    /// Ends the range of `begin_handling` and emits its clean-up.
    fn end_handling(&mut self, h: Reg, (cleanup, outer): (Label, Option<u32>)) {
        self.u.blocks.pop();
        self.u.catch = outer;
        self.u.bind(cleanup);
        let before = std::mem::replace(&mut self.u.position, NOWHERE);
        self.u.emit(Op::pop_exc, h + 1, 0, 0);
        self.u.emit(Op::reraise_lasti, h + 2, 0, 0);
        self.u.position = before;
        self.u.top = h;
    }

    /// Raises the exception on, at no place of its own.
    fn reraise(&mut self, h: Reg) {
        let before = std::mem::replace(&mut self.u.position, NOWHERE);
        self.u.emit(Op::reraise, h, 0, 0);
        self.u.position = before;
    }

    fn try_except(&mut self, t: &'a Try<'a>) -> R<()> {
        let (handler, end) = (self.u.label(), self.u.label());
        let outer = self.u.catch;
        let h = self.u.top;
        self.u.catch = Some(self.u.new_catch(handler, false));
        self.u.blocks.push(Block::Except { catch: outer });
        self.conditional_body(t.body)?;
        self.u.blocks.pop();
        self.u.catch = outer;
        self.conditional_body(t.orelse)?;
        self.u.skip_to(end);

        self.u.bind(handler);
        if t.is_star {
            self.except_star(t, h, end)?;
        } else {
            let cleanup = self.begin_handling(h);
            self.handlers(t, h, end)?;
            self.reraise(h);
            self.end_handling(h, cleanup);
        }
        self.u.bind(end);
        Ok(())
    }

    fn handlers(&mut self, t: &'a Try<'a>, h: Reg, end: Label) -> R<()> {
        for (i, clause) in t.handlers.iter().enumerate() {
            let before = self.at(clause.span);
            let next = self.u.label();
            match clause.typ {
                Some(typ) => self.scratch(|g| {
                    let r = g.expr(typ)?;
                    g.u.jump(Op::jump_no_match, h, r, next);
                    Ok(())
                })?,
                None if i + 1 < t.handlers.len() => {
                    return self.error(clause.span, "default 'except:' must be last");
                }
                None => self.line(),
            }
            let handling = self.u.blocks.len();
            let outer = match self.u.blocks[handling - 1] {
                Block::Handling { catch, .. } => catch,
                _ => None,
            };
            self.except_body(clause, h)?;
            let inner = self.u.catch;
            self.u.position = NOWHERE;
            self.u.emit(Op::pop_exc, h + 1, 0, 0);
            self.u.catch = outer;
            if let Some(name) = clause.name {
                self.unbind_except_name(name);
            }
            self.u.skip_to(end);
            self.u.catch = inner;
            self.u.bind(next);
            self.u.position = before;
        }
        Ok(())
    }

    /// The body of a clause; with a name also the handler that unbinds it.
    fn except_body(&mut self, clause: &ExceptHandler<'a>, h: Reg) -> R<()> {
        let Some(name) = clause.name else {
            return self.conditional_body(clause.body);
        };
        self.store_name(name, h);
        let (handler, after) = (self.u.label(), self.u.label());
        let outer = self.u.catch;
        let top = self.u.top;
        self.u.catch = Some(self.u.new_catch(handler, true));
        self.u.blocks.push(Block::ExceptName { name, catch: outer });
        self.conditional_body(clause.body)?;
        self.u.blocks.pop();
        self.u.catch = outer;
        self.u.skip_to(after);
        self.u.bind(handler);
        self.u.alloc_n(2);
        let before = std::mem::replace(&mut self.u.position, NOWHERE);
        self.unbind_except_name(name);
        self.u.emit(Op::reraise_lasti, top, 0, 0);
        self.u.position = before;
        self.u.top = top;
        self.u.bind(after);
        Ok(())
    }

    /// `except*`: R[h] the exception, then previous, the list of what was raised or is left, and the rest to match.
    fn except_star(&mut self, t: &'a Try<'a>, h: Reg, end: Label) -> R<()> {
        let cleanup = self.begin_handling(h);
        let before = std::mem::replace(&mut self.u.position, NOWHERE);
        let (list, rest) = (self.u.alloc(), self.u.alloc());
        self.u.emit(Op::build_list, list, list, 0);
        self.u.emit(Op::mov, rest, h, 0);
        self.u.blocks.push(Block::ExceptStar);
        for clause in t.handlers {
            self.at(clause.span);
            self.star_clause(clause, list, rest)?;
            self.u.position = NOWHERE;
        }
        self.u.blocks.pop();
        self.u.emit(Op::list_append, list, rest, 0);
        let pair = self.u.alloc_n(2);
        self.u.emit(Op::mov, pair, h, 0);
        self.u.emit(Op::mov, pair + 1, list, 0);
        self.u
            .emit(Op::intrinsic, pair, pair, Intrinsic::PrepReraiseStar as u16);
        let reraise = self.u.label();
        self.u.jump(Op::jump_if_not_none, pair, 0, reraise);
        self.u.emit(Op::pop_exc, h + 1, 0, 0);
        self.u.skip_to(end);
        self.u.bind(reraise);
        self.u.emit(Op::pop_exc, h + 1, 0, 0);
        let inner = std::mem::replace(&mut self.u.catch, cleanup.1);
        self.u.emit(Op::reraise, pair, 0, 0);
        self.u.position = before;
        self.u.catch = inner;
        self.end_handling(h, cleanup);
        Ok(())
    }

    fn star_clause(&mut self, clause: &ExceptHandler<'a>, list: Reg, rest: Reg) -> R<()> {
        let top = self.u.top;
        let (next, handler) = (self.u.label(), self.u.label());
        let Some(typ) = clause.typ else {
            return self.error(clause.span, "expected one or more exception types");
        };
        let pair = self.u.alloc_n(2);
        self.scratch(|g| {
            let r = g.expr(typ)?;
            g.u.emit(Op::eg_match, pair, rest, r);
            Ok(())
        })?;
        self.u.emit(Op::mov, rest, pair + 1, 0);
        self.u.jump(Op::jump_if_none, pair, 0, next);
        let unused = pair + 1;
        self.u.emit(Op::push_exc, unused, pair, 0);
        if let Some(name) = clause.name {
            self.store_name(name, pair);
        }
        let outer = self.u.catch;
        let at = self.u.top;
        self.u.catch = Some(self.u.new_catch(handler, true));
        self.conditional_body(clause.body)?;
        self.u.catch = outer;
        self.u.position = NOWHERE;
        if let Some(name) = clause.name {
            self.unbind_except_name(name);
        }
        self.u.skip_to(next);
        self.u.bind(handler);
        self.u.alloc_n(2);
        if let Some(name) = clause.name {
            self.unbind_except_name(name);
        }
        self.u.emit(Op::list_append, list, at, 0);
        self.u.bind(next);
        self.u.top = top;
        Ok(())
    }

    pub fn with_stmt(
        &mut self,
        items: &'a [WithItem<'a>],
        body: Body<'a>,
        is_async: bool,
    ) -> R<()> {
        let Some((item, more)) = items.split_first() else {
            return self.conditional_body(body);
        };
        let (handler, end) = (self.u.label(), self.u.label());
        let span = item.context_expr.span;
        let outer = self.u.catch;
        let top = self.u.top;
        let manager = self.expr(item.context_expr)?;
        let before = self.at(span);
        let window = self.u.alloc_n(1 + ARGS);
        let (enter, exit) = if is_async {
            (AENTER, AEXIT)
        } else {
            (ENTER, EXIT)
        };
        self.u.emit(Op::load_special, window, manager, exit);
        let h = self.u.top;
        let value = self.u.alloc_n(1 + ARGS);
        self.u.emit(Op::load_special, value, manager, enter);
        self.u.emit(Op::call_method, value, 1, 0);
        self.u.top = value + 1;
        let value = if is_async {
            self.await_into(value, 1)
        } else {
            value
        };
        self.u.position = before;
        self.u.catch = Some(self.u.catch_at(handler, h, true));
        self.u.blocks.push(Block::With {
            window,
            is_async,
            catch: outer,
            span,
        });
        if let Some(target) = item.optional_vars {
            self.scratch(|g| g.store(target, value))?;
        }
        self.u.top = h;
        self.with_stmt(more, body, is_async)?;
        self.u.blocks.pop();
        self.u.catch = outer;
        let before = self.at(span);
        self.exit_in_place(window, is_async);
        self.u.skip_to(end);
        self.u.bind(handler);
        self.with_handler(window, h, is_async, end);
        self.u.position = before;
        self.u.bind(end);
        self.u.top = top;
        Ok(())
    }

    /// Awaits R[r], the top temporary, in place.
    fn await_into(&mut self, r: Reg, context: u16) -> Reg {
        let iter = self.u.alloc_n(2);
        self.await_value(r, context, iter);
        self.u.emit(Op::mov, r, iter + 1, 0);
        self.u.top = r + 1;
        r
    }

    /// `exit(None, None, None)` of a `with` block that is left normally.
    fn exit_in_place(&mut self, window: Reg, is_async: bool) {
        let top = self.u.top;
        self.u.top = window + 1 + ARGS;
        let args = self.u.alloc_n(3);
        for i in 0..3 {
            self.load_const(K::None, args + i);
        }
        self.u.emit(Op::call_method, window, 4, 0);
        if is_async {
            self.u.top = window + 1;
            self.await_into(window, 2);
        }
        self.u.top = top;
    }

    /// As `exit_in_place` in a copy on top: the block is left by a jump while a value waits above the window.
    pub fn exit_call(&mut self, window: Reg, is_async: bool) {
        let top = self.u.top;
        let copy = self.u.alloc_n(1 + ARGS);
        self.u.emit(Op::mov, copy, window, 0);
        self.u.emit(Op::mov, copy + ARGS, window + ARGS, 0);
        self.exit_in_place(copy, is_async);
        self.u.top = top;
    }

    /// The exception in R[h], its place in R[h+1]: calls exit with it, and goes to `end` if that returns true.
    fn with_handler(&mut self, window: Reg, h: Reg, is_async: bool, end: Label) {
        let (cleanup, suppress) = (self.u.label(), self.u.label());
        let outer = self.u.catch;
        self.u.top = h;
        self.u.alloc_n(3);
        let at = self.u.top;
        self.u.catch = Some(self.u.new_catch(cleanup, true));
        self.u.emit(Op::push_exc, h + 2, h, 0);
        let call = self.u.alloc_n(1 + ARGS + 3);
        self.u.emit(Op::mov, call, window, 0);
        self.u.emit(Op::mov, call + ARGS, window + ARGS, 0);
        self.u.emit(Op::exc_triple, call + ARGS + 1, h, 0);
        self.u.emit(Op::call_method, call, 4, 0);
        if is_async {
            self.u.top = call + 1;
            self.await_into(call, 2);
        }
        self.u.jump(Op::jump_if_true, call, 0, suppress);
        self.u.emit(Op::reraise_lasti, h, 0, 0);
        self.u.bind(suppress);
        self.u.emit(Op::pop_exc, h + 2, 0, 0);
        self.u.catch = outer;
        self.u.skip_to(end);
        self.u.bind(cleanup);
        self.u.emit(Op::pop_exc, h + 2, 0, 0);
        self.u.emit(Op::reraise_lasti, at, 0, 0);
    }
}
