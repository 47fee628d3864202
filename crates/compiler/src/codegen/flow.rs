//! Control flow: conditions, loops, and leaving blocks by `break`, `continue` and `return`.

use pyjit_bytecode::asm::Label;
use pyjit_bytecode::{Constant as K, Op};
use pyjit_syntax::ast::*;
use pyjit_syntax::{Span, Sym};

use super::Gen;
use super::unit::{NOWHERE, Reg};
use crate::scope::R;

/// A block that `break`, `continue` or `return` may leave.
#[derive(Debug, Clone, Copy)]
pub enum Block<'a> {
    /// A loop.
    Loop { next: Label, end: Label },
    /// The body of `try` with `finally`: leaving runs the clause, under the handler outside.
    Finally { body: Body<'a>, catch: Option<u32> },
    /// Handling an exception: leaving makes R[previous] the handled exception again.
    Handling { previous: Reg, catch: Option<u32> },
    /// The body of `except ... as name`: leaving unbinds the name.
    ExceptName { name: Sym, catch: Option<u32> },
    /// The body of `with`: leaving calls `__exit__` in the window.
    With {
        window: Reg,
        is_async: bool,
        catch: Option<u32>,
        span: Span,
    },
    /// The body of an `async for`'s step or another range with its own handler but no clean-up.
    Except { catch: Option<u32> },
    /// The clause of `finally` itself, for the warnings of PEP 765.
    FinallyClause,
    /// The handlers of `except*`, which can't be left.
    ExceptStar,
}

impl<'a> Gen<'a, '_> {
    /// As deep as CPython allows statements that `break` or an exception may leave.
    pub fn check_blocks(&self, span: Span) -> R<()> {
        const MAX_BLOCKS: usize = 21;
        if self.u.blocks.len() >= MAX_BLOCKS {
            return self.error(span, "too many statically nested blocks");
        }
        Ok(())
    }

    pub fn body(&mut self, body: Body<'a>) -> R<()> {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    /// A body whose annotations may not be reached.
    pub fn conditional_body(&mut self, body: Body<'a>) -> R<()> {
        self.u.conditional_depth += 1;
        let result = self.body(body);
        // After an error the unit may be an inner one.
        self.u.conditional_depth = self.u.conditional_depth.saturating_sub(1);
        result
    }

    /// An instruction of the current line, which goes where another one shows the line.
    pub fn line(&mut self) {
        self.u.emit(Op::nop, 0, 0, 0);
    }
    /// As [`Gen::line`], of an expression.
    fn line_of(&mut self, e: ExprRef<'a>) {
        let before = self.at(e.span);
        self.line();
        self.u.position = before;
    }

    pub fn if_stmt(&mut self, test: ExprRef<'a>, body: Body<'a>, orelse: Body<'a>) -> R<()> {
        let (no, end) = (self.u.label(), self.u.label());
        // A constant test is a line to stop at, too.
        self.line_of(test);
        self.branch(test, no, false)?;
        self.conditional_body(body)?;
        if !orelse.is_empty() {
            self.u.skip_to(end);
        }
        self.u.bind(no);
        self.conditional_body(orelse)?;
        self.u.bind(end);
        Ok(())
    }

    pub fn while_stmt(&mut self, test: ExprRef<'a>, body: Body<'a>, orelse: Body<'a>) -> R<()> {
        let (top, next, no, end) = (
            self.u.label(),
            self.u.label(),
            self.u.label(),
            self.u.label(),
        );
        // The test is copied to the bottom: one jump an iteration. Large tests stay at the top.
        let copy = test.depth <= 6;
        if !copy {
            self.u.bind(top);
        }
        self.line_of(test);
        self.branch(test, no, false)?;
        if copy {
            self.u.bind(top);
        }
        self.u.blocks.push(Block::Loop { next, end });
        self.conditional_body(body)?;
        self.u.blocks.pop();
        self.u.bind(next);
        if copy {
            self.branch_back(test, top)?;
        } else {
            self.u.loop_to(top);
        }
        self.u.bind(no);
        self.conditional_body(orelse)?;
        self.u.bind(end);
        Ok(())
    }

    pub fn for_stmt(&mut self, s: StmtRef<'a>, f: &'a For<'a>) -> R<()> {
        if f.is_async {
            return self.async_for(s, f);
        }
        let (top, next, end) = (self.u.label(), self.u.label(), self.u.label());
        let iter = self.u.alloc();
        self.iterator(f.iter, iter)?;
        let (item, direct) = self.loop_item(f.target);
        let before = self.at(f.iter.span);
        self.u.jump(Op::jump, 0, 0, next);
        self.u.position = before;
        self.u.bind(top);
        if !direct {
            self.scratch(|g| g.store(f.target, item))?;
        }
        self.u.blocks.push(Block::Loop { next, end });
        self.conditional_body(f.body)?;
        self.u.blocks.pop();
        self.u.bind(next);
        let before = self.at(f.iter.span);
        self.u.jump(Op::for_iter, iter, item, top);
        self.u.position = before;
        self.conditional_body(f.orelse)?;
        self.u.bind(end);
        Ok(())
    }

    /// R[dst] = iterator of the expression.
    pub fn iterator(&mut self, e: ExprRef<'a>, dst: Reg) -> R<()> {
        self.scratch(|g| {
            let before = g.at(e.span);
            let r = match g.fold_container(e) {
                Some(k) => {
                    g.load_const(k, dst);
                    dst
                }
                None if matches!(e.kind, ExprKind::Name { .. }) => g.expr(e)?,
                None => {
                    g.expr_to(e, dst)?;
                    dst
                }
            };
            g.u.emit(Op::get_iter, dst, r, 0);
            g.u.position = before;
            Ok(())
        })
    }

    /// The register for a loop's item: the target's own if it is a local.
    pub fn loop_item(&mut self, target: ExprRef<'a>) -> (Reg, bool) {
        if let ExprKind::Name { id } = target.kind
            && let Some(r) = self.local(id)
        {
            return (r, true);
        }
        (self.u.alloc(), false)
    }

    fn async_for(&mut self, s: StmtRef<'a>, f: &'a For<'a>) -> R<()> {
        let (top, done, end) = (self.u.label(), self.u.label(), self.u.label());
        let iter = self.async_iterator(f.iter)?;
        let outer = self.u.catch;
        self.u.bind(top);
        self.u.blocks.push(Block::Loop { next: top, end });
        let item = self.async_next(s.span, iter, done);
        self.u.catch = outer;
        self.scratch(|g| g.store(f.target, item))?;
        self.u.top = iter + 1;
        self.conditional_body(f.body)?;
        self.u.blocks.pop();
        self.u.loop_to(top);
        self.u.bind(done);
        let before = self.at(f.iter.span);
        self.u.emit(Op::end_async_for, iter + 1, 0, 0);
        self.u.position = before;
        self.conditional_body(f.orelse)?;
        self.u.bind(end);
        Ok(())
    }

    /// The asynchronous iterator of an expression in a new temporary.
    pub fn async_iterator(&mut self, e: ExprRef<'a>) -> R<Reg> {
        let iter = self.u.alloc();
        let before = self.at(e.span);
        self.scratch(|g| {
            let r = g.expr(e)?;
            g.u.emit(Op::get_aiter, iter, r, 0);
            Ok(())
        })?;
        self.u.position = before;
        Ok(iter)
    }

    /// Awaits the next item of R[iter]; its end arrives at `done` with the exception in R[iter+1].
    /// The handler stays in force: the caller restores the one before.
    pub fn async_next(&mut self, _span: Span, iter: Reg, done: Label) -> Reg {
        self.u.catch = Some(self.u.catch_at(done, iter + 1, false));
        let pair = self.u.alloc_n(2);
        self.u.emit(Op::get_anext, pair, iter, 0);
        self.await_value(pair, 3, pair);
        pair + 1
    }

    pub fn break_stmt(&mut self, span: Span) -> R<()> {
        self.leave_loop(span, true)
    }

    pub fn continue_stmt(&mut self, span: Span) -> R<()> {
        self.leave_loop(span, false)
    }

    fn leave_loop(&mut self, span: Span, is_break: bool) -> R<()> {
        let word = if is_break { "break" } else { "continue" };
        let mut in_finally = false;
        let found = self.u.blocks.iter().rposition(|b| {
            in_finally |= matches!(b, Block::FinallyClause);
            matches!(b, Block::Loop { .. } | Block::ExceptStar)
        });
        if in_finally {
            self.warn(span, format!("'{word}' in a 'finally' block"));
        }
        let Some(i) = found else {
            let message = if is_break {
                "'break' outside loop"
            } else {
                "'continue' not properly in loop"
            };
            return self.error(span, message);
        };
        let Block::Loop { next, end } = self.u.blocks[i] else {
            return self.leaves_except_star(span);
        };
        let catch = self.u.catch;
        self.line();
        let saved = self.unwind_to(i + 1, None)?;
        self.u
            .jump(Op::jump, 0, 0, if is_break { end } else { next });
        self.u.blocks.extend(saved);
        self.u.catch = catch;
        Ok(())
    }

    fn leaves_except_star<T>(&mut self, span: Span) -> R<T> {
        self.error(
            span,
            "'break', 'continue' and 'return' cannot appear in an except* block",
        )
    }

    /// Emits the clean-up of all blocks above the first `keep`; gives them back to be restored.
    /// What follows clean-up in other lines is in none.
    fn unwind_to(&mut self, keep: usize, value: Option<Reg>) -> R<Vec<Block<'a>>> {
        let saved: Vec<Block<'a>> = self.u.blocks[keep..].to_vec();
        for block in saved.iter().rev() {
            self.u.blocks.pop();
            self.leave_block(*block, value)?;
        }
        Ok(saved)
    }

    fn leave_block(&mut self, block: Block<'a>, _value: Option<Reg>) -> R<()> {
        match block {
            Block::Loop { .. } | Block::FinallyClause | Block::ExceptStar => {}
            Block::Except { catch } => self.u.catch = catch,
            Block::Finally { body, catch } => {
                self.u.catch = catch;
                self.u.blocks.push(Block::FinallyClause);
                self.scratch(|g| g.conditional_body(body))?;
                self.u.position = NOWHERE;
                self.u.blocks.pop();
            }
            Block::Handling { previous, catch } => {
                self.u.emit(Op::pop_exc, previous, 0, 0);
                self.u.catch = catch;
            }
            Block::ExceptName { name, catch } => {
                self.u.catch = catch;
                self.unbind_except_name(name);
            }
            Block::With {
                window,
                is_async,
                catch,
                span,
            } => {
                self.u.catch = catch;
                self.at(span);
                self.exit_call(window, is_async);
                self.u.position = NOWHERE;
            }
        }
        Ok(())
    }

    /// `name = None; del name`, the end of an `except ... as name`.
    pub fn unbind_except_name(&mut self, name: Sym) {
        let top = self.u.top;
        let t = self.u.alloc();
        self.load_const(K::None, t);
        self.store_name(name, t);
        self.delete_name(name);
        self.u.top = top;
    }

    pub fn return_stmt(&mut self, s: StmtRef<'a>, value: Option<ExprRef<'a>>) -> R<()> {
        let scope = &self.table.scopes[self.u.scope];
        if scope.kind != crate::scope::ScopeKind::Function {
            return self.error(s.span, "'return' outside function");
        }
        if self
            .u
            .blocks
            .iter()
            .any(|b| matches!(b, Block::FinallyClause))
        {
            self.warn(s.span, "'return' in a 'finally' block".to_owned());
        }
        let plain = self
            .u
            .blocks
            .iter()
            .all(|b| matches!(b, Block::Loop { .. }));
        let constant = match value {
            Some(v) => self.fold(v),
            None => Some(K::None),
        };
        let star = |b: &Block| matches!(b, Block::ExceptStar);
        if self.u.blocks.iter().any(star) {
            let at = value
                .filter(|_| constant.is_some())
                .map_or(s.span, |v| v.span);
            return self.leaves_except_star(at);
        }
        let early = match (value, &constant) {
            (Some(v), None) if plain => Some(self.expr(v)?),
            // The clean-up may rebind a local.
            (Some(v), None) => Some(self.temp(v)?),
            _ => None,
        };
        if early.is_none()
            && let Some(v) = value
        {
            self.line_of(v);
        }
        if value.is_none_or(|v| self.position(v.span).line != self.u.position.line) {
            self.line();
        }
        let catch = self.u.catch;
        let saved = self.unwind_to(0, early)?;
        match (early, constant) {
            (Some(r), _) => self.u.emit(Op::ret, r, 0, 0),
            (None, Some(K::None) | None) => self.u.emit(Op::ret_none, 0, 0, 0),
            (None, Some(k)) => {
                let r = self.u.alloc();
                self.load_const(k, r);
                self.u.emit(Op::ret, r, 0, 0);
            }
        }
        self.u.blocks = saved;
        self.u.catch = catch;
        Ok(())
    }
}
