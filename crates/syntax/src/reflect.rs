//! The tree as Python's `ast` module sees it: classes with named fields, contexts and all.
//!
//! One walk serves every representation: implement [`Builder`] to make Python objects, or text (`dump`).

use crate::ast::*;
use crate::names::{Interner, Sym};
use crate::source::Span;

/// Makes values of some representation from the parts of the tree.
pub trait Builder {
    /// A node, a list or a leaf.
    type Value;
    /// An optional field that is absent, or a `None` in a list.
    fn none(&mut self) -> Self::Value;
    /// An identifier.
    fn name(&mut self, text: &str) -> Self::Value;
    /// A string that is not an identifier.
    fn text(&mut self, text: &str) -> Self::Value;
    /// A small number.
    fn int(&mut self, value: i64) -> Self::Value;
    /// A literal's value.
    fn constant(&mut self, value: &Constant<'_>) -> Self::Value;
    /// A list.
    fn list(&mut self, items: Vec<Self::Value>) -> Self::Value;
    /// A node of a class; `span` if it has a position.
    fn node(
        &mut self,
        class: &'static str,
        fields: Vec<(&'static str, Self::Value)>,
        span: Option<Span>,
    ) -> Self::Value;
}

/// Represents a whole tree.
pub fn reflect<B: Builder>(tree: &Mod<'_>, names: &Interner, builder: &mut B) -> B::Value {
    let mut walk = Walk { b: builder, names };
    match tree {
        Mod::Module { body } => {
            let body = walk.body(body);
            let ignores = walk.b.list(Vec::new());
            walk.b.node(
                "Module",
                vec![("body", body), ("type_ignores", ignores)],
                None,
            )
        }
        Mod::Interactive { body } => {
            let body = walk.body(body);
            walk.b.node("Interactive", vec![("body", body)], None)
        }
        Mod::Expression { body } => {
            let body = walk.expr(body, Ctx::Load);
            walk.b.node("Expression", vec![("body", body)], None)
        }
        Mod::FunctionType { argtypes, returns } => {
            let argtypes = walk.exprs(argtypes, Ctx::Load);
            let returns = walk.expr(returns, Ctx::Load);
            walk.b.node(
                "FunctionType",
                vec![("argtypes", argtypes), ("returns", returns)],
                None,
            )
        }
    }
}

#[derive(Clone, Copy)]
enum Ctx {
    Load,
    Store,
    Del,
}

struct Walk<'b, 'n, B> {
    b: &'b mut B,
    names: &'n Interner,
}

type Fields<V> = Vec<(&'static str, V)>;

impl<B: Builder> Walk<'_, '_, B> {
    fn body(&mut self, body: Body<'_>) -> B::Value {
        let items = body.iter().map(|s| self.stmt(s)).collect();
        self.b.list(items)
    }

    fn exprs(&mut self, list: Exprs<'_>, ctx: Ctx) -> B::Value {
        let items = list.iter().map(|e| self.expr(e, ctx)).collect();
        self.b.list(items)
    }

    fn opt(&mut self, e: Option<ExprRef<'_>>) -> B::Value {
        match e {
            Some(e) => self.expr(e, Ctx::Load),
            None => self.b.none(),
        }
    }

    fn opts(&mut self, list: &[Option<ExprRef<'_>>]) -> B::Value {
        let items = list.iter().map(|e| self.opt(*e)).collect();
        self.b.list(items)
    }

    fn sym(&mut self, sym: Sym) -> B::Value {
        self.b.name(self.names.resolve(sym))
    }

    fn opt_sym(&mut self, sym: Option<Sym>) -> B::Value {
        match sym {
            Some(sym) => self.sym(sym),
            None => self.b.none(),
        }
    }

    fn syms(&mut self, list: &[Sym]) -> B::Value {
        let items = list.iter().map(|s| self.sym(*s)).collect();
        self.b.list(items)
    }

    /// A node without fields, such as an operator or a context.
    fn mark(&mut self, class: &'static str) -> B::Value {
        self.b.node(class, Vec::new(), None)
    }

    fn stmt(&mut self, s: &Stmt<'_>) -> B::Value {
        let (class, fields) = self.stmt_fields(&s.kind);
        self.b.node(class, fields, Some(s.span))
    }

    fn stmt_fields(&mut self, kind: &StmtKind<'_>) -> (&'static str, Fields<B::Value>) {
        use StmtKind as S;
        match kind {
            S::FunctionDef(_)
            | S::ClassDef(_)
            | S::For(_)
            | S::With { .. }
            | S::Match { .. }
            | S::Try(_) => self.suite_fields(kind),
            S::While { test, body, orelse } => {
                let test = self.expr(test, Ctx::Load);
                (
                    "While",
                    vec![
                        ("test", test),
                        ("body", self.body(body)),
                        ("orelse", self.body(orelse)),
                    ],
                )
            }
            S::If { test, body, orelse } => {
                let test = self.expr(test, Ctx::Load);
                (
                    "If",
                    vec![
                        ("test", test),
                        ("body", self.body(body)),
                        ("orelse", self.body(orelse)),
                    ],
                )
            }
            S::Return { value } => ("Return", vec![("value", self.opt(*value))]),
            S::Delete { targets } => ("Delete", vec![("targets", self.exprs(targets, Ctx::Del))]),
            S::Assign { targets, value } => {
                let targets = self.exprs(targets, Ctx::Store);
                (
                    "Assign",
                    vec![
                        ("targets", targets),
                        ("value", self.expr(value, Ctx::Load)),
                        ("type_comment", self.b.none()),
                    ],
                )
            }
            S::TypeAlias {
                name,
                type_params,
                value,
            } => {
                let name = self.expr(name, Ctx::Store);
                let params = self.type_params(type_params);
                (
                    "TypeAlias",
                    vec![
                        ("name", name),
                        ("type_params", params),
                        ("value", self.expr(value, Ctx::Load)),
                    ],
                )
            }
            S::AugAssign { target, op, value } => {
                let target = self.expr(target, Ctx::Store);
                (
                    "AugAssign",
                    vec![
                        ("target", target),
                        ("op", self.mark(op.name())),
                        ("value", self.expr(value, Ctx::Load)),
                    ],
                )
            }
            S::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                let target = self.expr(target, Ctx::Store);
                let annotation = self.expr(annotation, Ctx::Load);
                let value = self.opt(*value);
                let simple = self.b.int(i64::from(*simple));
                (
                    "AnnAssign",
                    vec![
                        ("target", target),
                        ("annotation", annotation),
                        ("value", value),
                        ("simple", simple),
                    ],
                )
            }
            S::Raise { exc, cause } => (
                "Raise",
                vec![("exc", self.opt(*exc)), ("cause", self.opt(*cause))],
            ),
            S::Assert { test, msg } => {
                let test = self.expr(test, Ctx::Load);
                ("Assert", vec![("test", test), ("msg", self.opt(*msg))])
            }
            S::Import { names } => ("Import", vec![("names", self.aliases(names))]),
            S::ImportFrom {
                module,
                names,
                level,
            } => {
                let module = self.opt_sym(*module);
                let names = self.aliases(names);
                (
                    "ImportFrom",
                    vec![
                        ("module", module),
                        ("names", names),
                        ("level", self.b.int(i64::from(*level))),
                    ],
                )
            }
            S::Global { names } => ("Global", vec![("names", self.syms(names))]),
            S::Nonlocal { names } => ("Nonlocal", vec![("names", self.syms(names))]),
            S::Expr { value } => ("Expr", vec![("value", self.expr(value, Ctx::Load))]),
            S::Pass => ("Pass", vec![]),
            S::Break => ("Break", vec![]),
            S::Continue => ("Continue", vec![]),
        }
    }

    fn suite_fields(&mut self, kind: &StmtKind<'_>) -> (&'static str, Fields<B::Value>) {
        match kind {
            StmtKind::FunctionDef(f) => {
                let fields = vec![
                    ("name", self.sym(f.name)),
                    ("args", self.arguments(f.args)),
                    ("body", self.body(f.body)),
                    ("decorator_list", self.exprs(f.decorator_list, Ctx::Load)),
                    ("returns", self.opt(f.returns)),
                    ("type_comment", self.b.none()),
                    ("type_params", self.type_params(f.type_params)),
                ];
                (
                    if f.is_async {
                        "AsyncFunctionDef"
                    } else {
                        "FunctionDef"
                    },
                    fields,
                )
            }
            StmtKind::ClassDef(c) => {
                let fields = vec![
                    ("name", self.sym(c.name)),
                    ("bases", self.exprs(c.bases, Ctx::Load)),
                    ("keywords", self.keywords(c.keywords)),
                    ("body", self.body(c.body)),
                    ("decorator_list", self.exprs(c.decorator_list, Ctx::Load)),
                    ("type_params", self.type_params(c.type_params)),
                ];
                ("ClassDef", fields)
            }
            StmtKind::For(f) => {
                let fields = vec![
                    ("target", self.expr(f.target, Ctx::Store)),
                    ("iter", self.expr(f.iter, Ctx::Load)),
                    ("body", self.body(f.body)),
                    ("orelse", self.body(f.orelse)),
                    ("type_comment", self.b.none()),
                ];
                (if f.is_async { "AsyncFor" } else { "For" }, fields)
            }
            StmtKind::With {
                items,
                body,
                is_async,
            } => {
                let items = items.iter().map(|i| self.with_item(i)).collect();
                let fields = vec![
                    ("items", self.b.list(items)),
                    ("body", self.body(body)),
                    ("type_comment", self.b.none()),
                ];
                (if *is_async { "AsyncWith" } else { "With" }, fields)
            }
            StmtKind::Match { subject, cases } => {
                let subject = self.expr(subject, Ctx::Load);
                let cases = cases.iter().map(|c| self.case(c)).collect();
                (
                    "Match",
                    vec![("subject", subject), ("cases", self.b.list(cases))],
                )
            }
            StmtKind::Try(t) => {
                let body = self.body(t.body);
                let handlers = t.handlers.iter().map(|h| self.handler(h)).collect();
                let fields = vec![
                    ("body", body),
                    ("handlers", self.b.list(handlers)),
                    ("orelse", self.body(t.orelse)),
                    ("finalbody", self.body(t.finalbody)),
                ];
                (if t.is_star { "TryStar" } else { "Try" }, fields)
            }
            _ => ("Pass", vec![]),
        }
    }

    fn with_item(&mut self, item: &WithItem<'_>) -> B::Value {
        let expr = self.expr(item.context_expr, Ctx::Load);
        let vars = match item.optional_vars {
            Some(e) => self.expr(e, Ctx::Store),
            None => self.b.none(),
        };
        self.b.node(
            "withitem",
            vec![("context_expr", expr), ("optional_vars", vars)],
            None,
        )
    }

    fn case(&mut self, case: &MatchCase<'_>) -> B::Value {
        let pattern = self.pattern(case.pattern);
        let guard = self.opt(case.guard);
        let body = self.body(case.body);
        self.b.node(
            "match_case",
            vec![("pattern", pattern), ("guard", guard), ("body", body)],
            None,
        )
    }

    fn handler(&mut self, h: &ExceptHandler<'_>) -> B::Value {
        let fields = vec![
            ("type", self.opt(h.typ)),
            ("name", self.opt_sym(h.name)),
            ("body", self.body(h.body)),
        ];
        self.b.node("ExceptHandler", fields, Some(h.span))
    }

    fn aliases(&mut self, list: &[Alias]) -> B::Value {
        let mut items = Vec::with_capacity(list.len());
        for a in list {
            let fields = vec![
                ("name", self.sym(a.name)),
                ("asname", self.opt_sym(a.asname)),
            ];
            items.push(self.b.node("alias", fields, Some(a.span)));
        }
        self.b.list(items)
    }

    fn type_params(&mut self, list: &[TypeParam<'_>]) -> B::Value {
        let mut items = Vec::with_capacity(list.len());
        for p in list {
            let mut fields = vec![("name", self.sym(p.name))];
            let class = match p.kind {
                TypeParamKind::TypeVar => {
                    fields.push(("bound", self.opt(p.bound)));
                    "TypeVar"
                }
                TypeParamKind::TypeVarTuple => "TypeVarTuple",
                TypeParamKind::ParamSpec => "ParamSpec",
            };
            fields.push(("default_value", self.opt(p.default_value)));
            items.push(self.b.node(class, fields, Some(p.span)));
        }
        self.b.list(items)
    }

    fn arg(&mut self, a: &Arg<'_>) -> B::Value {
        let fields = vec![
            ("arg", self.sym(a.name)),
            ("annotation", self.opt(a.annotation)),
            ("type_comment", self.b.none()),
        ];
        self.b.node("arg", fields, Some(a.span))
    }

    fn args(&mut self, list: &[Arg<'_>]) -> B::Value {
        let items = list.iter().map(|a| self.arg(a)).collect();
        self.b.list(items)
    }

    fn opt_arg(&mut self, a: Option<&Arg<'_>>) -> B::Value {
        match a {
            Some(a) => self.arg(a),
            None => self.b.none(),
        }
    }

    fn arguments(&mut self, a: &Arguments<'_>) -> B::Value {
        let fields = vec![
            ("posonlyargs", self.args(a.posonlyargs)),
            ("args", self.args(a.args)),
            ("vararg", self.opt_arg(a.vararg)),
            ("kwonlyargs", self.args(a.kwonlyargs)),
            ("kw_defaults", self.opts(a.kw_defaults)),
            ("kwarg", self.opt_arg(a.kwarg)),
            ("defaults", self.exprs(a.defaults, Ctx::Load)),
        ];
        self.b.node("arguments", fields, None)
    }

    fn keywords(&mut self, list: &[Keyword<'_>]) -> B::Value {
        let mut items = Vec::with_capacity(list.len());
        for k in list {
            let fields = vec![
                ("arg", self.opt_sym(k.arg)),
                ("value", self.expr(k.value, Ctx::Load)),
            ];
            items.push(self.b.node("keyword", fields, Some(k.span)));
        }
        self.b.list(items)
    }

    fn comprehensions(&mut self, list: &[Comprehension<'_>]) -> B::Value {
        let mut items = Vec::with_capacity(list.len());
        for c in list {
            let fields = vec![
                ("target", self.expr(c.target, Ctx::Store)),
                ("iter", self.expr(c.iter, Ctx::Load)),
                ("ifs", self.exprs(c.ifs, Ctx::Load)),
                ("is_async", self.b.int(i64::from(c.is_async))),
            ];
            items.push(self.b.node("comprehension", fields, None));
        }
        self.b.list(items)
    }

    fn expr(&mut self, e: &Expr<'_>, ctx: Ctx) -> B::Value {
        let (class, mut fields) = match &e.kind {
            ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::GeneratorExp { .. } => self.comprehension_fields(&e.kind),
            ExprKind::FormattedValue { .. }
            | ExprKind::Interpolation { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Constant(_) => self.literal_fields(&e.kind),
            _ => self.expr_fields(&e.kind, ctx),
        };
        if matches!(
            class,
            "Attribute" | "Subscript" | "Starred" | "Name" | "List" | "Tuple"
        ) {
            let ctx = self.mark(match ctx {
                Ctx::Load => "Load",
                Ctx::Store => "Store",
                Ctx::Del => "Del",
            });
            fields.push(("ctx", ctx));
        }
        self.b.node(class, fields, Some(e.span))
    }

    fn load(&mut self, e: &Expr<'_>) -> B::Value {
        self.expr(e, Ctx::Load)
    }

    fn expr_fields(&mut self, kind: &ExprKind<'_>, ctx: Ctx) -> (&'static str, Fields<B::Value>) {
        use ExprKind as E;
        match kind {
            E::BoolOp { op, values } => (
                "BoolOp",
                vec![
                    ("op", self.mark(op.name())),
                    ("values", self.exprs(values, Ctx::Load)),
                ],
            ),
            E::NamedExpr { target, value } => (
                "NamedExpr",
                vec![
                    ("target", self.expr(target, Ctx::Store)),
                    ("value", self.load(value)),
                ],
            ),
            E::BinOp { left, op, right } => (
                "BinOp",
                vec![
                    ("left", self.load(left)),
                    ("op", self.mark(op.name())),
                    ("right", self.load(right)),
                ],
            ),
            E::UnaryOp { op, operand } => (
                "UnaryOp",
                vec![
                    ("op", self.mark(op.name())),
                    ("operand", self.load(operand)),
                ],
            ),
            E::Lambda { args, body } => (
                "Lambda",
                vec![("args", self.arguments(args)), ("body", self.load(body))],
            ),
            E::IfExp { test, body, orelse } => (
                "IfExp",
                vec![
                    ("test", self.load(test)),
                    ("body", self.load(body)),
                    ("orelse", self.load(orelse)),
                ],
            ),
            E::Dict { keys, values } => (
                "Dict",
                vec![
                    ("keys", self.opts(keys)),
                    ("values", self.exprs(values, Ctx::Load)),
                ],
            ),
            E::Set { elts } => ("Set", vec![("elts", self.exprs(elts, Ctx::Load))]),
            E::Await { value } => ("Await", vec![("value", self.load(value))]),
            E::Yield { value } => ("Yield", vec![("value", self.opt(*value))]),
            E::YieldFrom { value } => ("YieldFrom", vec![("value", self.load(value))]),
            E::Compare {
                left,
                ops,
                comparators,
            } => {
                let left = self.load(left);
                let ops = ops.iter().map(|op| self.mark(op.name())).collect();
                (
                    "Compare",
                    vec![
                        ("left", left),
                        ("ops", self.b.list(ops)),
                        ("comparators", self.exprs(comparators, Ctx::Load)),
                    ],
                )
            }
            E::Call {
                func,
                args,
                keywords,
            } => {
                let func = self.load(func);
                (
                    "Call",
                    vec![
                        ("func", func),
                        ("args", self.exprs(args, Ctx::Load)),
                        ("keywords", self.keywords(keywords)),
                    ],
                )
            }
            E::Attribute { value, attr } => (
                "Attribute",
                vec![("value", self.load(value)), ("attr", self.sym(*attr))],
            ),
            E::Subscript { value, slice } => (
                "Subscript",
                vec![("value", self.load(value)), ("slice", self.load(slice))],
            ),
            E::Starred { value } => ("Starred", vec![("value", self.expr(value, ctx))]),
            E::Name { id } => ("Name", vec![("id", self.sym(*id))]),
            E::List { elts } => ("List", vec![("elts", self.exprs(elts, ctx))]),
            E::Tuple { elts } => ("Tuple", vec![("elts", self.exprs(elts, ctx))]),
            E::Slice { lower, upper, step } => (
                "Slice",
                vec![
                    ("lower", self.opt(*lower)),
                    ("upper", self.opt(*upper)),
                    ("step", self.opt(*step)),
                ],
            ),
            // The rest is in `comprehension_fields` and `literal_fields`.
            _ => ("Constant", vec![]),
        }
    }

    fn comprehension_fields(&mut self, kind: &ExprKind<'_>) -> (&'static str, Fields<B::Value>) {
        let (class, elt, generators) = match kind {
            ExprKind::ListComp { elt, generators } => ("ListComp", elt, generators),
            ExprKind::SetComp { elt, generators } => ("SetComp", elt, generators),
            ExprKind::GeneratorExp { elt, generators } => ("GeneratorExp", elt, generators),
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                let fields = vec![
                    ("key", self.load(key)),
                    ("value", self.load(value)),
                    ("generators", self.comprehensions(generators)),
                ];
                return ("DictComp", fields);
            }
            _ => return ("Constant", vec![]),
        };
        (
            class,
            vec![
                ("elt", self.load(elt)),
                ("generators", self.comprehensions(generators)),
            ],
        )
    }

    fn literal_fields(&mut self, kind: &ExprKind<'_>) -> (&'static str, Fields<B::Value>) {
        match kind {
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => {
                let fields = vec![
                    ("value", self.load(value)),
                    ("conversion", self.b.int(i64::from(conversion.code()))),
                    ("format_spec", self.opt(*format_spec)),
                ];
                ("FormattedValue", fields)
            }
            ExprKind::Interpolation {
                value,
                text,
                conversion,
                format_spec,
            } => {
                let fields = vec![
                    ("value", self.load(value)),
                    ("str", self.b.text(text)),
                    ("conversion", self.b.int(i64::from(conversion.code()))),
                    ("format_spec", self.opt(*format_spec)),
                ];
                ("Interpolation", fields)
            }
            ExprKind::JoinedStr { values } => {
                ("JoinedStr", vec![("values", self.exprs(values, Ctx::Load))])
            }
            ExprKind::TemplateStr { values } => (
                "TemplateStr",
                vec![("values", self.exprs(values, Ctx::Load))],
            ),
            ExprKind::Constant(c) => {
                let kind = match c {
                    Constant::Str { u: true, .. } => self.b.text("u"),
                    _ => self.b.none(),
                };
                (
                    "Constant",
                    vec![("value", self.b.constant(c)), ("kind", kind)],
                )
            }
            _ => ("Constant", vec![]),
        }
    }

    fn patterns(&mut self, list: &[PatternRef<'_>]) -> B::Value {
        let items = list.iter().map(|p| self.pattern(p)).collect();
        self.b.list(items)
    }

    fn pattern(&mut self, p: &Pattern<'_>) -> B::Value {
        use PatternKind as P;
        let (class, fields) = match &p.kind {
            P::MatchValue { value } => ("MatchValue", vec![("value", self.load(value))]),
            P::MatchSingleton { value } => {
                ("MatchSingleton", vec![("value", self.b.constant(value))])
            }
            P::MatchSequence { patterns } => {
                ("MatchSequence", vec![("patterns", self.patterns(patterns))])
            }
            P::MatchMapping {
                keys,
                patterns,
                rest,
            } => {
                let keys = self.exprs(keys, Ctx::Load);
                (
                    "MatchMapping",
                    vec![
                        ("keys", keys),
                        ("patterns", self.patterns(patterns)),
                        ("rest", self.opt_sym(*rest)),
                    ],
                )
            }
            P::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                let fields = vec![
                    ("cls", self.load(cls)),
                    ("patterns", self.patterns(patterns)),
                    ("kwd_attrs", self.syms(kwd_attrs)),
                    ("kwd_patterns", self.patterns(kwd_patterns)),
                ];
                ("MatchClass", fields)
            }
            P::MatchStar { name } => ("MatchStar", vec![("name", self.opt_sym(*name))]),
            P::MatchAs { pattern, name } => {
                let pattern = match pattern {
                    Some(p) => self.pattern(p),
                    None => self.b.none(),
                };
                (
                    "MatchAs",
                    vec![("pattern", pattern), ("name", self.opt_sym(*name))],
                )
            }
            P::MatchOr { patterns } => ("MatchOr", vec![("patterns", self.patterns(patterns))]),
        };
        self.b.node(class, fields, Some(p.span))
    }
}
