//! Attributes, subscripts, calls, awaiting and yielding.

use pyjit_bytecode::ops::Intrinsic;
use pyjit_bytecode::{Constant as K, Op};
use pyjit_syntax::ast::*;
use pyjit_syntax::{Span, Sym};

use super::Gen;
use super::names::Place;
use super::unit::Reg;
use crate::scope::{R, ScopeKind, def};

/// More arguments than this go through a tuple.
const MAX_ARGS: usize = 250;
/// Distance from a window's callee to its first argument.
pub const ARGS: u16 = 1 + pyjit_bytecode::ops::HEADER;

impl<'a> Gen<'a, '_> {
    /// A call window on top: at `dst` if that is the top temporary.
    pub fn window(&mut self, dst: Reg) -> Reg {
        let base = if self.u.is_temp(dst) && dst + 1 == self.u.top {
            dst
        } else {
            self.u.alloc()
        };
        self.u.alloc_n(ARGS - 1);
        base
    }

    pub fn attribute(&mut self, e: ExprRef<'a>, value: ExprRef<'a>, attr: Sym, dst: Reg) -> R<()> {
        let attr = self.mangled(attr);
        if let Some(args) = self.super_args(value) {
            let base = self.u.alloc_n(3);
            self.super_operands(value, args, base)?;
            self.at_attribute(e.span, attr);
            self.u.emit_name(Op::load_super_attr, dst, base, attr);
            return Ok(());
        }
        let r = self.expr(value)?;
        self.at_attribute(e.span, attr);
        self.u.emit_name(Op::load_attr, dst, r, attr);
        Ok(())
    }

    /// Of an attribute over several lines, what follows happens in the line of the name.
    pub fn at_attribute(&mut self, span: Span, attr: Sym) {
        let p = self.position(span);
        let place = &mut self.u.position;
        if place.line != p.end_line {
            let length = self.cx.names.resolve(attr).chars().count() as i32;
            place.line = p.end_line;
            place.column = p.end_column - length;
            if place.column < 0 {
                (place.column, place.end_column) = (-1, -1);
            }
        }
    }

    /// `super()` or `super(a, b)` of the builtin, when the name may be it: its arguments.
    fn super_args(&self, e: ExprRef<'a>) -> Option<Exprs<'a>> {
        let ExprKind::Call {
            func,
            args,
            keywords: [],
        } = e.kind
        else {
            return None;
        };
        let ExprKind::Name { id } = func.kind else {
            return None;
        };
        let scope = &self.table.scopes[self.u.scope];
        if id != self.cx.known.super_
            || scope.kind != ScopeKind::Function
            || self.place(id) != Place::Global
        {
            return None;
        }
        if args
            .iter()
            .any(|a| matches!(a.kind, ExprKind::Starred { .. }))
        {
            return None;
        }
        match args.len() {
            2 => Some(args),
            // Needs the method's first parameter in its register, and the class in a cell.
            0 => {
                let first = !scope.params.is_empty()
                    && scope.comprehension.is_none()
                    && self.u.layers.len() == 1;
                let plain = self.u.code.argcount > 0
                    || self.u.code.flags & pyjit_bytecode::code::flags::VARARGS == 0;
                let free = self.u.free.contains_key(&self.cx.known.dunder_class);
                (first && plain && self.u.code.argcount > 0 && free).then_some(args)
            }
            _ => None,
        }
    }

    /// R[base] = super, R[base+1] = class, R[base+2] = self.
    fn super_operands(&mut self, call: ExprRef<'a>, args: Exprs<'a>, base: Reg) -> R<()> {
        if let ExprKind::Call { func, .. } = call.kind {
            let before = self.at(func.span);
            self.load_name(self.cx.known.super_, base);
            self.u.position = before;
        }
        if let [class, this] = args {
            self.expr_to(class, base + 1)?;
            return self.expr_to(this, base + 2);
        }
        self.load_mangled(self.cx.known.dunder_class, base + 1);
        let first = self.table.scopes[self.u.scope].params[0];
        self.load_mangled(first, base + 2);
        Ok(())
    }

    pub fn subscript(&mut self, value: ExprRef<'a>, slice: ExprRef<'a>, dst: Reg) -> R<()> {
        self.check_subscript(value, slice);
        let v = self.operand(value, &[slice])?;
        match self.fold(slice) {
            Some(K::Int(i)) if i as i16 as i64 == i => {
                self.u.emit(Op::load_item_i, dst, v, i as i16 as u16)
            }
            Some(k) => self.u.emit_k(Op::load_item_k, dst, v, k),
            None => match slice.kind {
                ExprKind::Slice {
                    lower,
                    upper,
                    step: None,
                } => {
                    let pair = self.slice_pair(lower, upper)?;
                    self.u.emit(Op::load_slice, dst, v, pair);
                }
                _ => {
                    let i = self.expr(slice)?;
                    self.u.emit(Op::load_item, dst, v, i);
                }
            },
        }
        Ok(())
    }

    /// Start and stop of a slice in two registers.
    pub fn slice_pair(&mut self, lower: Option<ExprRef<'a>>, upper: Option<ExprRef<'a>>) -> R<Reg> {
        let pair = self.u.alloc_n(2);
        self.expr_or_none(lower, pair)?;
        self.expr_or_none(upper, pair + 1)?;
        Ok(pair)
    }

    pub fn expr_or_none(&mut self, e: Option<ExprRef<'a>>, dst: Reg) -> R<()> {
        match e {
            Some(e) => self.expr_to(e, dst),
            None => {
                self.load_const(K::None, dst);
                Ok(())
            }
        }
    }

    pub fn slice(
        &mut self,
        lower: Option<ExprRef<'a>>,
        upper: Option<ExprRef<'a>>,
        step: Option<ExprRef<'a>>,
        dst: Reg,
    ) -> R<()> {
        let n = 2 + step.is_some() as u16;
        let base = self.u.alloc_n(n);
        self.expr_or_none(lower, base)?;
        self.expr_or_none(upper, base + 1)?;
        if step.is_some() {
            self.expr_or_none(step, base + 2)?;
        }
        self.u.emit(Op::build_slice, dst, base, n);
        Ok(())
    }

    pub fn call(
        &mut self,
        func: ExprRef<'a>,
        args: Exprs<'a>,
        keywords: &'a [Keyword<'a>],
        dst: Reg,
    ) -> R<()> {
        self.check_keywords(keywords)?;
        self.check_caller(func);
        let base = self.window(dst);
        let starred = args
            .iter()
            .any(|a| matches!(a.kind, ExprKind::Starred { .. }));
        let double = keywords.iter().any(|k| k.arg.is_none());
        if starred || double || args.len() + keywords.len() > MAX_ARGS {
            self.expr_to(func, base)?;
            self.call_ex(base, args, keywords, (&[], &[]))?;
        } else if let ExprKind::Attribute { value, attr } = func.kind
            && !self.is_imported(value)
        {
            self.method_callee(func, value, attr, base)?;
            self.u.alloc();
            let at = Some((func.span, attr));
            self.call_plain(base, at, args, keywords)?;
        } else {
            self.expr_to(func, base)?;
            self.call_plain(base, None, args, keywords)?;
        }
        self.built(base, dst);
        Ok(())
    }

    /// Callee and self of `value.attr(...)`.
    fn method_callee(
        &mut self,
        func: ExprRef<'a>,
        value: ExprRef<'a>,
        attr: Sym,
        base: Reg,
    ) -> R<()> {
        let attr = self.mangled(attr);
        let before = self.at(func.span);
        self.scratch(|g| {
            if let Some(args) = g.super_args(value) {
                let operands = g.u.alloc_n(3);
                g.super_operands(value, args, operands)?;
                g.at_attribute(func.span, attr);
                g.u.emit_name(Op::load_super_method, base, operands, attr);
                return Ok(());
            }
            let r = g.expr(value)?;
            g.at_attribute(func.span, attr);
            g.u.emit_name(Op::load_method, base, r, attr);
            Ok(())
        })?;
        self.u.position = before;
        Ok(())
    }

    /// A name that the module imports: most likely a module, whose functions are not methods.
    fn is_imported(&mut self, e: ExprRef<'a>) -> bool {
        let ExprKind::Name { id } = e.kind else {
            return false;
        };
        let id = self.mangled(id);
        let imported = self.table.scopes[0].symbols.flags(id) & def::IMPORT != 0;
        imported && matches!(self.place(id), Place::Global | Place::Namespace)
    }

    /// Arguments into the window and the call; of a method (its place and name) self is there already.
    fn call_plain(
        &mut self,
        base: Reg,
        method: Option<(Span, Sym)>,
        args: Exprs<'a>,
        keywords: &'a [Keyword<'a>],
    ) -> R<()> {
        for a in args {
            self.temp(a)?;
        }
        for k in keywords {
            self.temp(k.value)?;
        }
        let n = method.is_some() as u16 + (args.len() + keywords.len()) as u16;
        if let Some((span, attr)) = method {
            self.at_attribute(span, attr);
        }
        self.emit_call(base, method.is_some(), n, keywords);
        Ok(())
    }

    /// Keyword arguments on top of positional ones that are in the window, and the call.
    pub fn call_with_keywords(&mut self, base: Reg, keywords: &'a [Keyword<'a>]) -> R<()> {
        for k in keywords {
            self.temp(k.value)?;
        }
        let n = self.u.top - base - ARGS;
        self.emit_call(base, false, n, keywords);
        Ok(())
    }

    fn emit_call(&mut self, base: Reg, method: bool, n: u16, keywords: &[Keyword]) {
        if keywords.is_empty() {
            self.u
                .emit(if method { Op::call_method } else { Op::call }, base, n, 0);
        } else {
            let names = self.keyword_names(keywords);
            self.u.emit_keywords(
                if method {
                    Op::call_method_kw
                } else {
                    Op::call_kw
                },
                base,
                n,
                names,
            );
        }
    }

    /// Names of arguments in calls are never private to a class.
    fn keyword_names(&mut self, keywords: &[Keyword]) -> K {
        let names = keywords.iter().filter_map(|k| k.arg);
        K::Tuple(names.map(|n| self.name_constant(n)).collect())
    }

    /// A call through an argument tuple and dict. `given` are registers of leading and trailing positional arguments.
    pub fn call_ex(
        &mut self,
        base: Reg,
        args: Exprs<'a>,
        keywords: &'a [Keyword<'a>],
        given: (&[Reg], &[Reg]),
    ) -> R<()> {
        let tuple = self.u.alloc();
        match args {
            [
                Expr {
                    kind: ExprKind::Starred { value },
                    ..
                },
            ] if given == (&[], &[]) => self.expr_to(value, tuple)?,
            _ => self.sequence_with(args, super::display::Kind::Tuple, tuple, given)?,
        }
        self.call_ex_keywords(base, keywords)
    }

    /// The dict of keyword arguments behind the argument tuple, and the call.
    pub fn call_ex_keywords(&mut self, base: Reg, keywords: &'a [Keyword<'a>]) -> R<()> {
        if keywords.is_empty() {
            self.u.emit(Op::call_ex, base, 0, 0);
            return Ok(());
        }
        let dict = self.u.alloc();
        let mut started = false;
        let mut at = 0;
        while at < keywords.len() {
            let run = keywords[at..]
                .iter()
                .take_while(|k| k.arg.is_some())
                .count();
            if run > 0 {
                let part = if started { self.u.alloc() } else { dict };
                self.scratch(|g| g.keyword_dict(&keywords[at..at + run], part))?;
                if started {
                    self.u.emit(Op::dict_merge, dict, part, base);
                    self.u.top = part;
                }
                at += run;
            } else {
                if !started {
                    self.u.emit(Op::build_dict, dict, dict, 0);
                }
                self.scratch(|g| {
                    let r = g.expr(keywords[at].value)?;
                    g.u.emit(Op::dict_merge, dict, r, base);
                    Ok(())
                })?;
                at += 1;
            }
            started = true;
        }
        self.u.emit(Op::call_ex, base, 1, 0);
        Ok(())
    }

    fn keyword_dict(&mut self, keywords: &'a [Keyword<'a>], dst: Reg) -> R<()> {
        for (i, chunk) in keywords.chunks(30).enumerate() {
            let pairs = self.u.top;
            for k in chunk {
                let name = k.arg;
                let key = self.u.alloc();
                let name = name.map_or(K::None, |n| self.name_constant(n));
                self.load_const(name, key);
                self.temp(k.value)?;
            }
            self.u.top = pairs;
            if i == 0 {
                self.u.emit(Op::build_dict, dst, pairs, chunk.len() as u16);
            } else {
                let part = self.u.alloc();
                self.u.emit(Op::build_dict, part, pairs, chunk.len() as u16);
                self.u.emit(Op::dict_update, dst, part, 0);
                self.u.top = pairs;
            }
        }
        Ok(())
    }

    pub fn await_expr(&mut self, value: ExprRef<'a>, dst: Reg) -> R<()> {
        let iter = self.u.alloc_n(2);
        let r = self.expr(value)?;
        self.await_value(r, 0, iter);
        self.u.emit(Op::mov, dst, iter + 1, 0);
        Ok(())
    }

    /// Awaits R[value]; the result is in R[iter+1]. `iter` is the first of two temporaries.
    pub fn await_value(&mut self, value: Reg, context: u16, iter: Reg) {
        self.u.emit(Op::get_awaitable, iter, value, context);
        self.delegate(iter);
    }

    /// Runs iterator R[iter] to its end, passing on what is sent and thrown; the result is in R[iter+1].
    fn delegate(&mut self, iter: Reg) {
        let value = iter + 1;
        self.load_const(K::None, value);
        let (again, handler, done) = (self.u.label(), self.u.label(), self.u.label());
        self.u.bind(again);
        self.u.jump(Op::send, value, iter, done);
        let outer = self.u.catch;
        self.u.catch = Some(self.u.catch_at(handler, value, false));
        self.u.emit(Op::yield_delegate, value, iter, 0);
        self.u.catch = outer;
        self.u.jump(Op::jump, 0, 0, again);
        self.u.bind(handler);
        self.u.emit(Op::cleanup_throw, value, 0, 0);
        self.u.bind(done);
    }

    pub fn yield_expr(&mut self, e: ExprRef<'a>, value: Option<ExprRef<'a>>, dst: Reg) -> R<()> {
        let scope = &self.table.scopes[self.u.scope];
        if scope.kind != ScopeKind::Function {
            return self.error(e.span, "'yield' outside function");
        }
        let is_async = scope.coroutine;
        let r = match value {
            Some(v) => self.expr(v)?,
            None => {
                let r = self.u.alloc();
                self.load_const(K::None, r);
                r
            }
        };
        self.emit_yield(r, dst, is_async);
        Ok(())
    }

    /// Yields R[r]; what is sent goes to R[dst].
    pub fn emit_yield(&mut self, r: Reg, dst: Reg, is_async: bool) {
        if is_async {
            let wrapped = self.u.alloc();
            self.u
                .emit(Op::intrinsic, wrapped, r, Intrinsic::AsyncGenWrap as u16);
            self.u.emit(Op::yield_value, dst, wrapped, 0);
        } else {
            self.u.emit(Op::yield_value, dst, r, 0);
        }
    }

    pub fn yield_from(&mut self, e: ExprRef<'a>, value: ExprRef<'a>, dst: Reg) -> R<()> {
        let scope = &self.table.scopes[self.u.scope];
        if scope.kind != ScopeKind::Function {
            return self.error(e.span, "'yield from' outside function");
        }
        if scope.coroutine {
            return self.error(e.span, "'yield from' inside async function");
        }
        let iter = self.u.alloc_n(2);
        let r = self.expr(value)?;
        self.u.emit(Op::get_yield_from_iter, iter, r, 0);
        self.delegate(iter);
        self.u.emit(Op::mov, dst, iter + 1, 0);
        Ok(())
    }
}
