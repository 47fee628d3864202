//! The walk over expressions, targets, patterns and parameters.

use pyjit_syntax::ast::*;
use pyjit_syntax::{Span, Sym};

use super::build::Builder;
use super::*;

impl<'a> Builder<'_, '_> {
    pub fn optional(&mut self, e: Option<ExprRef<'a>>) -> R<()> {
        e.map_or(Ok(()), |e| self.expr(e))
    }

    fn all(&mut self, list: Exprs<'a>) -> R<()> {
        list.iter().try_for_each(|e| self.expr(e))
    }

    /// An expression that is evaluated.
    pub fn expr(&mut self, e: ExprRef<'a>) -> R<()> {
        match &e.kind {
            ExprKind::Name { id } => self.load(*id, e.span),
            ExprKind::Constant(_) => Ok(()),
            ExprKind::BoolOp { values, .. }
            | ExprKind::JoinedStr { values }
            | ExprKind::TemplateStr { values } => self.all(values),
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)
            }
            ExprKind::UnaryOp { operand: value, .. }
            | ExprKind::Attribute { value, .. }
            | ExprKind::Starred { value } => self.expr(value),
            ExprKind::IfExp { test, body, orelse } => self.all(&[test, body, orelse]),
            ExprKind::Dict { keys, values } => {
                for (k, v) in keys.iter().zip(*values) {
                    self.optional(*k)?;
                    self.expr(v)?;
                }
                Ok(())
            }
            ExprKind::Set { elts } | ExprKind::List { elts } | ExprKind::Tuple { elts } => {
                self.all(elts)
            }
            ExprKind::Compare {
                left, comparators, ..
            } => {
                self.expr(left)?;
                self.all(comparators)
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                self.expr(func)?;
                self.all(args)?;
                keywords.iter().try_for_each(|k| self.keyword(k))
            }
            ExprKind::FormattedValue {
                value, format_spec, ..
            }
            | ExprKind::Interpolation {
                value, format_spec, ..
            } => {
                self.expr(value)?;
                self.optional(*format_spec)
            }
            ExprKind::Subscript { value, slice } => {
                self.expr(value)?;
                self.expr(slice)
            }
            ExprKind::Slice { lower, upper, step } => {
                self.optional(*lower)?;
                self.optional(*upper)?;
                self.optional(*step)
            }
            _ => self.special(e),
        }
    }

    /// Expressions that open scopes or are not allowed everywhere.
    fn special(&mut self, e: ExprRef<'a>) -> R<()> {
        match &e.kind {
            ExprKind::NamedExpr { target, value } => self.named(e, target, value),
            ExprKind::Lambda { args, body } => {
                self.defaults(args)?;
                self.place = e.span;
                let outer = self.enter(ScopeKind::Function, "<lambda>", e, Opens::Body);
                self.params(args)?;
                self.expr(body)?;
                self.at = outer;
                Ok(())
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(e, CompKind::List, elt, None, generators)
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(e, CompKind::Set, elt, None, generators)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(e, CompKind::Generator, elt, None, generators)
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => self.comprehension(e, CompKind::Dict, key, Some(value), generators),
            ExprKind::Await { value } => {
                self.not_in_annotation(e.span, "await expression")?;
                self.check_await(e.span)?;
                self.expr(value)
            }
            ExprKind::Yield { value } => {
                self.not_in_annotation(e.span, "yield expression")?;
                self.optional(*value)?;
                self.yields(e.span)
            }
            ExprKind::YieldFrom { value } => {
                self.not_in_annotation(e.span, "yield expression")?;
                self.expr(value)?;
                self.yields(e.span)
            }
            _ => Ok(()),
        }
    }

    fn load(&mut self, id: Sym, span: Span) -> R<()> {
        self.define(id, def::USE, span)?;
        if id == self.cx.known.super_ && self.scope().kind == ScopeKind::Function {
            self.define(self.cx.known.dunder_class, def::USE, span)?;
        }
        Ok(())
    }

    fn check_await(&mut self, span: Span) -> R<()> {
        let top_level_await = self.cx.top_level_await;
        let scope = self.scope();
        match scope.kind {
            ScopeKind::Module if top_level_await => scope.coroutine = true,
            ScopeKind::Function if scope.comprehension.is_some() => scope.coroutine = true,
            ScopeKind::Function if scope.coroutine => {}
            ScopeKind::Function => return self.cx.error(span, "'await' outside async function"),
            _ => return self.cx.error(span, "'await' outside function"),
        }
        Ok(())
    }

    fn yields(&mut self, span: Span) -> R<()> {
        let scope = self.scope();
        if let Some(kind) = scope.comprehension {
            let what = match kind {
                CompKind::List => "list comprehension",
                CompKind::Set => "set comprehension",
                CompKind::Dict => "dict comprehension",
                CompKind::Generator => "generator expression",
            };
            return self.cx.error(span, format!("'yield' inside {what}"));
        }
        if scope.kind == ScopeKind::Function {
            scope.generator = true;
            self.check_return(span)?;
        }
        Ok(())
    }

    /// An async generator can't return a value, in whichever order the two appear.
    pub fn check_return(&mut self, _span: Span) -> R<()> {
        let scope = self.scope();
        if scope.coroutine
            && scope.generator
            && let Some(at) = scope.returns_value
        {
            return self.cx.error(at, "'return' with value in async generator");
        }
        Ok(())
    }

    fn not_in_annotation(&mut self, span: Span, what: &str) -> R<()> {
        let scope = self.scope();
        let message = match scope.kind {
            ScopeKind::Annotation => format!("{what} cannot be used within an annotation"),
            ScopeKind::TypeVariable => format!("{what} cannot be used within {}", scope.info),
            ScopeKind::TypeAlias => format!("{what} cannot be used within a type alias"),
            ScopeKind::TypeParams => {
                format!("{what} cannot be used within the definition of a generic")
            }
            _ => return Ok(()),
        };
        self.cx.error(span, message)
    }

    fn named(&mut self, e: ExprRef<'a>, target: ExprRef<'a>, value: ExprRef<'a>) -> R<()> {
        self.not_in_annotation(e.span, "named expression")?;
        if self.scope().comp_iter_expr > 0 {
            return self.cx.error(
                e.span,
                "assignment expression cannot be used in a comprehension iterable expression",
            );
        }
        let ExprKind::Name { id } = target.kind else {
            return self.expr(value);
        };
        if self.scope().comprehension.is_some() {
            self.extend_named(id, target.span)?;
        }
        self.scope().has_walrus = true;
        self.expr(value)?;
        self.target(target)
    }

    /// The target of an assignment expression in a comprehension belongs to the enclosing function or module.
    fn extend_named(&mut self, id: Sym, span: Span) -> R<()> {
        let name = self.mangled(id);
        let current = self.at;
        let mut next = Some(current);
        while let Some(at) = next {
            let scope = &self.table.scopes[at];
            let flags = scope.symbols.flags(name);
            let place = match scope.kind {
                ScopeKind::Function if scope.comprehension.is_some() => {
                    if flags & def::COMP_ITER != 0 && flags & def::LOCAL != 0 {
                        let text = self.cx.text(id);
                        let message = format!(
                            "assignment expression cannot rebind comprehension iteration variable '{text}'"
                        );
                        return self.cx.error(span, message);
                    }
                    next = scope.parent;
                    continue;
                }
                ScopeKind::Function => {
                    let flag = if flags & def::GLOBAL != 0 {
                        def::GLOBAL
                    } else {
                        def::NONLOCAL
                    };
                    self.define_in(current, name, flag, span)?;
                    self.table.scopes[current].directives.push((name, span));
                    return self.define_in(at, name, def::LOCAL, span);
                }
                ScopeKind::Module => {
                    self.define_in(current, name, def::GLOBAL, span)?;
                    self.table.scopes[current].directives.push((name, span));
                    return self.define_in(at, name, def::GLOBAL, span);
                }
                ScopeKind::Class => "a class body",
                ScopeKind::TypeVariable => "a TypeVar bound",
                ScopeKind::TypeAlias => "a type alias",
                ScopeKind::TypeParams => "the definition of a generic",
                ScopeKind::Annotation => {
                    next = scope.parent;
                    continue;
                }
            };
            let verb = if place == "the definition of a generic" {
                "used within"
            } else {
                "used in"
            };
            return self.cx.error(
                span,
                format!("assignment expression within a comprehension cannot be {verb} {place}"),
            );
        }
        Ok(())
    }

    fn comprehension(
        &mut self,
        e: ExprRef<'a>,
        kind: CompKind,
        elt: ExprRef<'a>,
        value: Option<ExprRef<'a>>,
        generators: &'a [Comprehension<'a>],
    ) -> R<()> {
        let first = &generators[0];
        self.scope().comp_iter_expr += 1;
        self.expr(first.iter)?;
        self.scope().comp_iter_expr -= 1;
        let name = match kind {
            CompKind::List => "<listcomp>",
            CompKind::Set => "<setcomp>",
            CompKind::Dict => "<dictcomp>",
            CompKind::Generator => "<genexpr>",
        };
        self.place = e.span;
        let outer = self.enter(ScopeKind::Function, name, e, Opens::Body);
        self.scope().comprehension = Some(kind);
        self.scope().coroutine = first.is_async;
        self.define(self.cx.known.iter, def::PARAM | def::USE, e.span)?;
        self.comp_target(first.target)?;
        self.all(first.ifs)?;
        for g in &generators[1..] {
            self.comp_target(g.target)?;
            self.scope().comp_iter_expr += 1;
            self.expr(g.iter)?;
            self.scope().comp_iter_expr -= 1;
            self.all(g.ifs)?;
            self.scope().coroutine |= g.is_async;
        }
        self.optional(value)?;
        self.expr(elt)?;
        let is_async = self.scope().coroutine && kind != CompKind::Generator;
        self.scope().generator = kind == CompKind::Generator;
        self.at = outer;
        if is_async {
            self.async_comprehension(e.span)?;
        }
        Ok(())
    }

    fn async_comprehension(&mut self, span: Span) -> R<()> {
        let top_level_await = self.cx.top_level_await;
        let scope = self.scope();
        let allowed = match scope.kind {
            ScopeKind::Module => top_level_await,
            ScopeKind::Function => scope.coroutine || scope.comprehension.is_some(),
            _ => false,
        };
        if !allowed {
            return self.cx.error(
                span,
                "asynchronous comprehension outside of an asynchronous function",
            );
        }
        scope.coroutine = true;
        Ok(())
    }

    fn comp_target(&mut self, target: ExprRef<'a>) -> R<()> {
        self.scope().comp_iter_target = true;
        self.target(target)?;
        self.scope().comp_iter_target = false;
        Ok(())
    }

    /// A place that is assigned to.
    pub fn target(&mut self, e: ExprRef<'a>) -> R<()> {
        match &e.kind {
            ExprKind::Name { id } => self.bind(*id, e.span),
            ExprKind::Tuple { elts } | ExprKind::List { elts } => {
                elts.iter().try_for_each(|t| self.target(t))
            }
            ExprKind::Starred { value } => self.target(value),
            ExprKind::Attribute { value, attr } => {
                self.check_debug(*attr, e.span, "assign to")?;
                self.expr(value)
            }
            _ => self.expr(e),
        }
    }

    /// A place that is deleted.
    pub fn delete(&mut self, e: ExprRef<'a>) -> R<()> {
        match &e.kind {
            ExprKind::Name { id } => {
                self.check_debug(*id, e.span, "delete")?;
                self.define(*id, def::LOCAL, e.span)
            }
            ExprKind::Tuple { elts } | ExprKind::List { elts } => {
                elts.iter().try_for_each(|t| self.delete(t))
            }
            ExprKind::Attribute { value, attr } => {
                self.check_debug(*attr, e.span, "delete")?;
                self.expr(value)
            }
            _ => self.expr(e),
        }
    }

    pub fn keyword(&mut self, k: &'a Keyword<'a>) -> R<()> {
        if let Some(name) = k.arg {
            self.check_debug(name, k.span, "assign to")?;
        }
        self.expr(k.value)
    }

    /// Default values, in the enclosing scope.
    pub fn defaults(&mut self, args: &'a Arguments<'a>) -> R<()> {
        self.all(args.defaults)?;
        args.kw_defaults.iter().try_for_each(|d| self.optional(*d))
    }

    /// Parameters, in order of registers.
    pub fn params(&mut self, args: &'a Arguments<'a>) -> R<()> {
        let plain = args
            .posonlyargs
            .iter()
            .chain(args.args)
            .chain(args.kwonlyargs);
        for a in plain.chain(args.vararg).chain(args.kwarg) {
            self.check_debug(a.name, a.span, "assign to")?;
            self.define(a.name, def::PARAM, a.span)?;
        }
        Ok(())
    }

    pub fn function_annotations(
        &mut self,
        args: &'a Arguments<'a>,
        returns: Option<ExprRef<'a>>,
    ) -> R<()> {
        let outer = self.at;
        let children = self.scope().children.len();
        self.enter_thunk(
            ScopeKind::Annotation,
            "__annotate__",
            args,
            Opens::Annotations,
        )?;
        let plain = args
            .posonlyargs
            .iter()
            .chain(args.args)
            .chain(args.vararg)
            .chain(args.kwarg)
            .chain(args.kwonlyargs);
        let thunk = self.at;
        if self.cx.future_annotations {
            // The thunk gives texts; the expressions are only checked, in a scope that is dropped.
            self.enter(ScopeKind::Annotation, "__annotate__", args, Opens::Bound);
        }
        let mut used = returns.is_some();
        for a in plain {
            used |= a.annotation.is_some();
            self.optional(a.annotation)?;
        }
        self.optional(returns)?;
        if self.cx.future_annotations {
            self.table.scopes[thunk].children.clear();
        }
        self.table.scopes[thunk].annotations_used = used;
        self.at = outer;
        if !used {
            self.scope().children.truncate(children);
        }
        Ok(())
    }

    pub fn pattern(&mut self, p: PatternRef<'a>) -> R<()> {
        match &p.kind {
            PatternKind::MatchValue { value } => {
                if is_formatted(value) {
                    let m = "patterns may only match literals and attribute lookups";
                    return self.cx.error(value.span, m);
                }
                self.expr(value)
            }
            PatternKind::MatchSingleton { .. } => Ok(()),
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                patterns.iter().try_for_each(|p| self.pattern(p))
            }
            PatternKind::MatchMapping {
                keys,
                patterns,
                rest,
            } => {
                if keys.iter().any(|k| is_formatted(k)) {
                    let m = "mapping pattern keys may only match literals and attribute lookups";
                    return self.cx.error(p.span, m);
                }
                self.all(keys)?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                rest.map_or(Ok(()), |n| self.bind(n, p.span))
            }
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                self.expr(cls)?;
                patterns.iter().try_for_each(|p| self.pattern(p))?;
                kwd_attrs
                    .iter()
                    .try_for_each(|n| self.check_debug(*n, p.span, "assign to"))?;
                kwd_patterns.iter().try_for_each(|p| self.pattern(p))
            }
            PatternKind::MatchStar { name } => name.map_or(Ok(()), |n| self.bind(n, p.span)),
            PatternKind::MatchAs { pattern, name } => {
                pattern.map_or(Ok(()), |p| self.pattern(p))?;
                name.map_or(Ok(()), |n| self.bind(n, p.span))
            }
        }
    }
}

/// A string with fields, which the grammar takes for a literal.
fn is_formatted(e: ExprRef) -> bool {
    matches!(
        e.kind,
        ExprKind::JoinedStr { .. } | ExprKind::TemplateStr { .. }
    )
}
