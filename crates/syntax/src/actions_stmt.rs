//! Building compound statements, imports and patterns.

use crate::actions::{Argument, Checked, Cx, PatternArg, Purpose, fail, fail_for_good};
use crate::ast::*;
use crate::names::Sym;
use crate::source::Span;

/// An item of a mapping pattern: a key with its pattern, or the name after `**`.
pub(crate) type MappingItem<'a> = (Option<(ExprRef<'a>, PatternRef<'a>)>, Option<Sym>);

/// What stands before a function's parameters: `async`, name and type parameters.
pub(crate) type Header<'a> = (bool, Sym, Option<&'a [TypeParam<'a>]>);

impl<'a> Cx<'a, '_> {
    pub fn alias(&mut self, start: u32, end: u32, name: Span, asname: Option<Sym>) -> Alias {
        let text = self.text(name);
        // `a . b` may have blanks, continuations and comments between the parts.
        let name = if text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'*'))
        {
            self.names.intern(text)
        } else {
            let dotted = self.dotted(name);
            self.names.intern(&dotted)
        };
        Alias {
            span: Span { start, end },
            name,
            asname,
        }
    }

    /// A dotted name put together from its tokens.
    fn dotted(&mut self, span: Span) -> String {
        let first = self.tokens.partition_point(|t| t.start < span.start);
        let mut out = String::new();
        for token in self.tokens[first..]
            .iter()
            .take_while(|t| t.end <= span.end)
        {
            if self.text(token.span()) == "." {
                out.push('.');
            } else {
                let sym = self.name(token.start, token.end);
                out.push_str(self.names.resolve(sym));
            }
        }
        out
    }

    pub fn import_from(
        &mut self,
        start: u32,
        end: u32,
        from: (u32, Option<Span>),
        v: Vec<Alias>,
    ) -> StmtRef<'a> {
        let (level, module) = from;
        let module = module.map(|span| self.alias(span.start, span.end, span, None).name);
        let names = self.list(v);
        self.stmt(
            start,
            end,
            StmtKind::ImportFrom {
                module,
                names,
                level,
            },
        )
    }

    pub fn for_loop(
        &mut self,
        start: u32,
        is_async: bool,
        target: ExprRef<'a>,
        iter: ExprRef<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    ) -> Checked<StmtRef<'a>> {
        self.target(target, Purpose::Store)?;
        let node = self.arena.alloc(For {
            target,
            iter,
            body,
            orelse,
            is_async,
        });
        Ok(self.compound(start, &[body, orelse], StmtKind::For(node)))
    }

    pub fn handler(
        &mut self,
        start: u32,
        typ: Option<ExprRef<'a>>,
        name: Option<Sym>,
        body: Body<'a>,
    ) -> ExceptHandler<'a> {
        let end = body.last().map_or(start, |s| self.suite_end(s.span.end));
        ExceptHandler {
            span: Span { start, end },
            typ,
            name,
            body,
        }
    }

    pub fn try_except(
        &mut self,
        start: u32,
        body: Body<'a>,
        handlers: Vec<(bool, ExceptHandler<'a>)>,
        orelse: Body<'a>,
        finalbody: Option<Body<'a>>,
    ) -> Checked<StmtRef<'a>> {
        let is_star = handlers.iter().any(|h| h.0);
        if let Some((_, handler)) = handlers.iter().find(|h| h.0 != handlers[0].0) {
            return fail(
                "cannot have both 'except' and 'except*' on the same 'try'",
                handler.span,
            );
        }
        let finalbody = finalbody.unwrap_or(&[]);
        let mut bodies = vec![body];
        bodies.extend(handlers.iter().map(|h| h.1.body));
        bodies.extend([orelse, finalbody]);
        let handlers = self.list(handlers.into_iter().map(|h| h.1).collect());
        let node = self.arena.alloc(Try {
            body,
            handlers,
            orelse,
            finalbody,
            is_star,
        });
        Ok(self.compound(start, &bodies, StmtKind::Try(node)))
    }

    pub fn try_finally(&mut self, start: u32, body: Body<'a>, finalbody: Body<'a>) -> StmtRef<'a> {
        let node = self.arena.alloc(Try {
            body,
            handlers: &[],
            orelse: &[],
            finalbody,
            is_star: false,
        });
        self.compound(start, &[body, finalbody], StmtKind::Try(node))
    }

    pub fn elif(
        &mut self,
        start: u32,
        test: ExprRef<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    ) -> Body<'a> {
        let stmt = self.compound(start, &[body, orelse], StmtKind::If { test, body, orelse });
        self.list(vec![stmt])
    }

    pub fn with_expr(&mut self, context_expr: ExprRef<'a>) -> &'a [WithItem<'a>] {
        self.list(vec![WithItem {
            context_expr,
            optional_vars: None,
        }])
    }

    pub fn with_item(
        &mut self,
        context_expr: ExprRef<'a>,
        target: ExprRef<'a>,
    ) -> Checked<WithItem<'a>> {
        self.target(target, Purpose::Store)?;
        Ok(WithItem {
            context_expr,
            optional_vars: Some(target),
        })
    }

    /// `with ( ... ):` is a list of items, unless something in it can only be in an expression:
    /// a starred element, or a walrus without parentheses of its own.
    pub fn with_group(
        &mut self,
        start: u32,
        end: u32,
        v: Vec<(u32, WithItem<'a>)>,
        comma: bool,
    ) -> Checked<&'a [WithItem<'a>]> {
        let is_expr = |&(start, item): &(u32, WithItem<'a>)| match item.context_expr.kind {
            ExprKind::Starred { .. } => true,
            ExprKind::NamedExpr { .. } => item.context_expr.span.start == start,
            _ => false,
        };
        let expression = v.iter().any(is_expr);
        let v: Vec<WithItem<'a>> = v.into_iter().map(|x| x.1).collect();
        if !expression {
            return Ok(self.list(v));
        }
        if let Some(item) = v.iter().find(|x| x.optional_vars.is_some()) {
            return fail("invalid syntax", item.context_expr.span);
        }
        let single = v.len() == 1 && !comma;
        if single {
            let e = self.group(v[0].context_expr)?;
            return Ok(self.with_expr(e));
        }
        let tuple = self.tuple(start, end, v.iter().map(|x| x.context_expr).collect());
        Ok(self.with_expr(tuple))
    }

    pub fn function_def(
        &mut self,
        start: u32,
        decorators: Vec<ExprRef<'a>>,
        (is_async, name, type_params): Header<'a>,
        args: &'a Arguments<'a>,
        returns: Option<ExprRef<'a>>,
        body: Body<'a>,
    ) -> StmtRef<'a> {
        let decorator_list = self.list(decorators);
        let type_params = type_params.unwrap_or(&[]);
        let node = self.arena.alloc(FunctionDef {
            name,
            args,
            body,
            decorator_list,
            returns,
            type_params,
            is_async,
        });
        self.compound(start, &[body], StmtKind::FunctionDef(node))
    }

    pub fn class_def(
        &mut self,
        start: u32,
        decorators: Vec<ExprRef<'a>>,
        name: Sym,
        type_params: Option<&'a [TypeParam<'a>]>,
        args: Option<(Vec<Argument<'a>>, bool)>,
        body: Body<'a>,
    ) -> Checked<StmtRef<'a>> {
        let (bases, keywords) = self.arguments(args.unwrap_or_default().0)?;
        let decorator_list = self.list(decorators);
        let type_params = type_params.unwrap_or(&[]);
        let node = self.arena.alloc(ClassDef {
            name,
            bases,
            keywords,
            body,
            decorator_list,
            type_params,
        });
        Ok(self.compound(start, &[body], StmtKind::ClassDef(node)))
    }

    // ------------------------------------------------------------ patterns

    pub fn match_stmt(
        &mut self,
        start: u32,
        subject: ExprRef<'a>,
        cases: Vec<MatchCase<'a>>,
    ) -> Checked<StmtRef<'a>> {
        if let ExprKind::Starred { .. } = subject.kind {
            return fail("invalid syntax", subject.span);
        }
        let bodies: Vec<Body<'a>> = cases.iter().map(|c| c.body).collect();
        let cases = self.list(cases);
        Ok(self.compound(start, &bodies, StmtKind::Match { subject, cases }))
    }

    /// The name that a pattern captures; `_` captures nothing.
    pub fn capture(&self, name: Sym) -> Option<Sym> {
        (self.names.resolve(name) != "_").then_some(name)
    }

    pub fn sequence(&self, start: u32, end: u32, v: Vec<PatternRef<'a>>) -> PatternRef<'a> {
        let patterns = self.list(v);
        self.pattern(start, end, PatternKind::MatchSequence { patterns })
    }

    pub fn as_pattern(
        &mut self,
        start: u32,
        end: u32,
        pattern: PatternRef<'a>,
        name: Sym,
    ) -> Checked<PatternRef<'a>> {
        match self.capture(name) {
            None => fail(
                "cannot use '_' as a target",
                Span {
                    start: end - 1,
                    end,
                },
            ),
            name => Ok(self.pattern(
                start,
                end,
                PatternKind::MatchAs {
                    pattern: Some(pattern),
                    name,
                },
            )),
        }
    }

    pub fn class_pattern(
        &mut self,
        start: u32,
        end: u32,
        cls: ExprRef<'a>,
        args: Option<Vec<PatternArg<'a>>>,
    ) -> Checked<PatternRef<'a>> {
        let (mut patterns, mut kwd_attrs, mut kwd_patterns) = (Vec::new(), Vec::new(), Vec::new());
        for arg in args.unwrap_or_default() {
            match arg {
                PatternArg::Positional(p) if !kwd_attrs.is_empty() => {
                    return fail("positional patterns follow keyword patterns", p.span);
                }
                PatternArg::Positional(p) => patterns.push(p),
                PatternArg::Keyword(name, p) => {
                    kwd_attrs.push(name);
                    kwd_patterns.push(p);
                }
            }
        }
        let kind = PatternKind::MatchClass {
            cls,
            patterns: self.list(patterns),
            kwd_attrs: self.list(kwd_attrs),
            kwd_patterns: self.list(kwd_patterns),
        };
        Ok(self.pattern(start, end, kind))
    }

    pub fn mapping(
        &mut self,
        start: u32,
        end: u32,
        items: Vec<MappingItem<'a>>,
    ) -> Checked<PatternRef<'a>> {
        let span = Span { start, end };
        let (mut keys, mut patterns, mut rest) = (Vec::new(), Vec::new(), None);
        for item in items {
            if rest.is_some() {
                return fail("invalid syntax", span);
            }
            match item {
                (Some((key, pattern)), _) => {
                    keys.push(key);
                    patterns.push(pattern);
                }
                (None, name) => {
                    rest = name.and_then(|n| self.capture(n));
                    if rest.is_none() {
                        return fail("invalid syntax", span);
                    }
                }
            }
        }
        let (keys, patterns) = (self.list(keys), self.list(patterns));
        Ok(self.pattern(
            start,
            end,
            PatternKind::MatchMapping {
                keys,
                patterns,
                rest,
            },
        ))
    }

    /// `1 + 2j`: a real and an imaginary number.
    pub fn complex_pattern(
        &mut self,
        start: u32,
        end: u32,
        left: ExprRef<'a>,
        op: Operator,
        right: ExprRef<'a>,
    ) -> Checked<ExprRef<'a>> {
        let number = match left.kind {
            ExprKind::UnaryOp { operand, .. } => operand,
            _ => left,
        };
        if let ExprKind::Constant(Constant::Complex(_)) = number.kind {
            return fail_for_good("real number required in complex literal", number.span);
        }
        if !matches!(right.kind, ExprKind::Constant(Constant::Complex(_))) {
            return fail_for_good("imaginary number required in complex literal", right.span);
        }
        Ok(self.expr(start, end, ExprKind::BinOp { left, op, right }))
    }
}
