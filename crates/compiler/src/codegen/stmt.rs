//! Simple statements, imports, and the bodies of modules.

use pyjit_bytecode::ops::{COMMON, Intrinsic};
use pyjit_bytecode::{Constant as K, Op};
use pyjit_syntax::ast::*;
use pyjit_syntax::{Span, Sym};

use super::Gen;
use crate::scope::{R, ScopeKind};

impl<'a> Gen<'a, '_> {
    pub fn stmt(&mut self, s: StmtRef<'a>) -> R<()> {
        let before = self.at(s.span);
        let top = self.u.top;
        self.stmt_kind(s)?;
        self.u.top = top;
        self.u.position = before;
        Ok(())
    }

    fn stmt_kind(&mut self, s: StmtRef<'a>) -> R<()> {
        let is_block = matches!(
            s.kind,
            StmtKind::While { .. } | StmtKind::For(_) | StmtKind::With { .. } | StmtKind::Try(_)
        );
        if is_block {
            self.check_blocks(s.span)?;
        }
        match &s.kind {
            StmtKind::Expr { value } => self.expr_stmt(value),
            StmtKind::Assign { targets, value } => self.assign(targets, value),
            StmtKind::AugAssign { target, op, value } => self.aug_assign(s, target, *op, value),
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => self.ann_assign(target, annotation, *value, *simple),
            StmtKind::Return { value } => self.return_stmt(s, *value),
            StmtKind::Delete { targets } => targets
                .iter()
                .try_for_each(|t| self.scratch(|g| g.delete(t))),
            StmtKind::If { test, body, orelse } => self.if_stmt(test, body, orelse),
            StmtKind::While { test, body, orelse } => self.while_stmt(test, body, orelse),
            StmtKind::For(f) => self.for_stmt(s, f),
            StmtKind::With {
                items,
                body,
                is_async,
            } => self.with_stmt(items, body, *is_async),
            StmtKind::Try(t) => self.try_stmt(t),
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::FunctionDef(f) => self.function_def(s, f),
            StmtKind::ClassDef(c) => self.class_def(s, c),
            StmtKind::TypeAlias {
                name,
                type_params,
                value,
            } => self.type_alias(s, name, type_params, value),
            StmtKind::Raise { exc, cause } => self.raise(*exc, *cause),
            StmtKind::Assert { test, msg } => self.assert(s, test, *msg),
            StmtKind::Import { names } => self.import(names),
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => self.import_from(s, *module, names, *level),
            StmtKind::Break => self.break_stmt(s.span),
            StmtKind::Continue => self.continue_stmt(s.span),
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => Ok(()),
            StmtKind::Pass => {
                self.line();
                Ok(())
            }
        }
    }

    fn expr_stmt(&mut self, value: ExprRef<'a>) -> R<()> {
        if self.interactive && self.stack.len() == 1 {
            let r = self.expr(value)?;
            let t = self.u.alloc();
            self.u
                .emit(Op::intrinsic, t, r, Intrinsic::PrintExpr as u16);
            return Ok(());
        }
        let before = self.u.asm.ins.len();
        if !matches!(value.kind, ExprKind::Constant(_)) {
            self.discard(value)?;
        }
        if self.u.asm.ins.len() == before {
            self.line();
        }
        Ok(())
    }

    fn raise(&mut self, exc: Option<ExprRef<'a>>, cause: Option<ExprRef<'a>>) -> R<()> {
        match (exc, cause) {
            (None, _) => self.u.emit(Op::raise_bare, 0, 0, 0),
            (Some(exc), None) => {
                let r = self.expr(exc)?;
                self.u.emit(Op::raise_value, r, 0, 0);
            }
            (Some(exc), Some(cause)) => {
                let r = self.operand(exc, &[cause])?;
                let c = self.expr(cause)?;
                self.u.emit(Op::raise_from, r, c, 0);
            }
        }
        Ok(())
    }

    fn assert(&mut self, s: StmtRef<'a>, test: ExprRef<'a>, msg: Option<ExprRef<'a>>) -> R<()> {
        if let ExprKind::Tuple { elts } = test.kind
            && !elts.is_empty()
        {
            self.warn(
                s.span,
                "assertion is always true, perhaps remove parentheses?".to_owned(),
            );
        }
        if self.options.optimize > 0 {
            self.line();
            return Ok(());
        }
        let end = self.u.label();
        self.branch(test, end, true)?;
        let base = self.u.alloc();
        let number = COMMON
            .iter()
            .position(|n| *n == "AssertionError")
            .unwrap_or(0);
        self.u.emit(Op::load_common, base, 0, number as u16);
        if let Some(msg) = msg {
            self.u.alloc_n(super::call::ARGS - 1);
            self.temp(msg)?;
            self.u.emit(Op::call, base, 1, 0);
        }
        self.at(test.span);
        self.u.emit(Op::raise_value, base, 0, 0);
        self.u.bind(end);
        Ok(())
    }

    /// R[base] = module; level and fromlist go to the two registers behind.
    fn import_name(&mut self, name: Sym, level: u32, fromlist: K) -> u16 {
        let module = self.u.alloc();
        let pair = self.u.alloc_n(2);
        self.load_const(K::Int(level as i64), pair);
        self.load_const(fromlist, pair + 1);
        self.u.emit_name(Op::import_name, module, pair, name);
        self.u.top = module + 1;
        module
    }

    fn import(&mut self, names: &[Alias]) -> R<()> {
        for alias in names {
            let top = self.u.top;
            let module = self.import_name(alias.name, 0, K::None);
            let path = self.cx.names.resolve(alias.name).to_owned();
            match alias.asname {
                Some(name) => {
                    let mut r = module;
                    for part in path.split('.').skip(1) {
                        let part = self.cx.names.intern(part);
                        let next = self.u.alloc();
                        self.u.emit_name(Op::import_from, next, r, part);
                        r = next;
                    }
                    self.store_name(name, r);
                }
                None => {
                    let first = self
                        .cx
                        .names
                        .intern(path.split('.').next().unwrap_or(&path));
                    self.store_name(first, module);
                }
            }
            self.u.top = top;
        }
        Ok(())
    }

    fn import_from(
        &mut self,
        s: StmtRef<'a>,
        module: Option<Sym>,
        names: &[Alias],
        level: u32,
    ) -> R<()> {
        if level == 0 && module == Some(self.cx.known.future) && s.span.start >= self.future_end {
            return self.error(
                s.span,
                "from __future__ imports must occur at the beginning of the file",
            );
        }
        let fromlist = K::Tuple(names.iter().map(|a| self.name_constant(a.name)).collect());
        let module = module.unwrap_or_else(|| self.cx.names.intern(""));
        let m = self.import_name(module, level, fromlist);
        for alias in names {
            let top = self.u.top;
            if alias.name == self.cx.known.star {
                let pair = self.u.alloc_n(2);
                self.u.emit(Op::mov, pair, m, 0);
                self.u.emit(Op::mov, pair + 1, 0, 0);
                self.u
                    .emit(Op::intrinsic, pair, pair, Intrinsic::ImportStar as u16);
            } else {
                let target = alias.asname.unwrap_or(alias.name);
                let r = match self.local(target) {
                    Some(r) => r,
                    None => self.u.alloc(),
                };
                self.u.emit_name(Op::import_from, r, m, alias.name);
                self.store_name(target, r);
            }
            self.u.top = top;
        }
        Ok(())
    }

    /// The statements of a module or class, with docstring and annotations.
    pub fn module_body(&mut self, body: Body<'a>) -> R<()> {
        let known = self.cx.known;
        if let Some(first) = body.first() {
            let line = self.position(first.span).line;
            self.u.position.line = self.u.position.line.max(1).min(line.max(1));
        }
        let scope = &self.table.scopes[self.u.scope];
        let (annotations, conditional) =
            (scope.annotations_used, scope.has_conditional_annotations);
        if conditional {
            let t = self.u.alloc();
            self.u.emit(Op::build_set, t, t, 0);
            self.store_mangled(known.conditional, t);
            self.u.top = t;
        }
        if annotations && self.cx.future_annotations {
            let t = self.u.alloc();
            self.u
                .emit(Op::intrinsic, t, 0, Intrinsic::SetupAnnotations as u16);
            self.u.top = t;
        }
        let start = self.u.asm.ins.len();
        let first = body.first().map(|s| s.span);
        let body = self.docstring(body);
        if let Some(doc) = body.1 {
            let before = first.map(|span| self.at(span));
            let t = self.u.alloc();
            self.load_const(doc, t);
            self.store_name(known.doc, t);
            self.u.top = t;
            self.u.position = before.unwrap_or(self.u.position);
        }
        self.body(body.0)?;
        let is_module = self.table.scopes[self.u.scope].kind == ScopeKind::Module;
        let end = self.u.asm.ins.len();
        if self.deferred_annotations()? && is_module {
            // A module that fails half-way, or is imported in a circle, has its annotations already.
            self.u.asm.rotate(start, end);
        }
        Ok(())
    }

    /// Splits off a docstring; it is dropped at optimisation level 2.
    pub fn docstring(&mut self, body: Body<'a>) -> (Body<'a>, Option<K>) {
        let Some(doc) = doc_text(body) else {
            return (body, None);
        };
        if self.options.optimize >= 2 || self.interactive && self.stack.len() == 1 {
            return (if self.interactive { body } else { &body[1..] }, None);
        }
        (&body[1..], Some(K::Str(clean_doc(doc).into())))
    }

    /// A warning, issued when the compiler is done.
    pub fn warn(&mut self, span: Span, message: String) {
        let warning = pyjit_syntax::Warning { span, message };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }
}

/// The text of a docstring.
pub fn doc_text<'a>(body: Body<'a>) -> Option<&'a [u8]> {
    let StmtKind::Expr { value } = body.first()?.kind else {
        return None;
    };
    match value.kind {
        ExprKind::Constant(Constant::Str { value, .. }) => Some(value),
        _ => None,
    }
}

/// Removes the indentation that all lines but the first have in common, and that of the first.
pub fn clean_doc(doc: &[u8]) -> Vec<u8> {
    let doc = expand_tabs(doc);
    let indent = |line: &[u8]| line.iter().take_while(|b| **b == b' ').count();
    let mut lines = doc.split(|b| *b == b'\n');
    let first = lines.next().unwrap_or(&[]);
    let rest: Vec<&[u8]> = lines.collect();
    let margin = rest
        .iter()
        .filter(|l| indent(l) < l.len())
        .map(|l| indent(l))
        .min()
        .unwrap_or(usize::MAX);
    let mut out = first[indent(first)..].to_vec();
    for line in rest {
        out.push(b'\n');
        out.extend_from_slice(&line[indent(line).min(margin)..]);
    }
    out
}

fn expand_tabs(doc: &[u8]) -> Vec<u8> {
    if !doc.contains(&b'\t') {
        return doc.to_vec();
    }
    let mut out = Vec::with_capacity(doc.len());
    let mut column = 0;
    for &b in doc {
        match b {
            b'\t' => {
                let n = 8 - column % 8;
                out.extend(std::iter::repeat_n(b' ', n));
                column += n;
            }
            b'\n' | b'\r' => {
                out.push(b);
                column = 0;
            }
            _ => {
                out.push(b);
                column += (b & 0xc0 != 0x80) as usize;
            }
        }
    }
    out
}
