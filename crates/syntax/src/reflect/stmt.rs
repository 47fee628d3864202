//! Statements, their parts, and patterns, as nodes.

use super::{Builder, Ctx, Fields, Walk, node};
use crate::ast::*;

impl<B: Builder> Walk<'_, '_, B> {
    pub(super) fn stmt(&mut self, s: &Stmt<'_>) -> B::Value {
        use StmtKind as S;
        let fields = match &s.kind {
            S::FunctionDef(f) => self.function_def(f),
            S::ClassDef(c) => self.class_def(c),
            S::For(_)
            | S::While { .. }
            | S::If { .. }
            | S::With { .. }
            | S::Match { .. }
            | S::Try(_) => self.block_stmt(&s.kind),
            S::Assign { .. } | S::TypeAlias { .. } | S::AugAssign { .. } | S::AnnAssign { .. } => {
                self.assignment(&s.kind)
            }
            _ => self.simple_stmt(&s.kind),
        };
        self.make(fields, Some(s.span))
    }

    fn simple_stmt(&mut self, kind: &StmtKind<'_>) -> Fields<B::Value> {
        use StmtKind as S;
        match kind {
            S::Return { value } => node!("Return" { "value": self.opt(*value) }),
            S::Delete { targets } => node!("Delete" { "targets": self.exprs(targets, Ctx::Del) }),
            S::Raise { exc, cause } => {
                node!("Raise" { "exc": self.opt(*exc), "cause": self.opt(*cause) })
            }
            S::Assert { test, msg } => {
                node!("Assert" { "test": self.load(test), "msg": self.opt(*msg) })
            }
            S::Import { names } => node!("Import" { "names": self.aliases(names) }),
            S::ImportFrom {
                module,
                names,
                level,
            } => node!("ImportFrom" {
                "module": self.opt_sym(*module),
                "names": self.aliases(names),
                "level": self.b.int(i64::from(*level)),
            }),
            S::Global { names } => node!("Global" { "names": self.syms(names) }),
            S::Nonlocal { names } => node!("Nonlocal" { "names": self.syms(names) }),
            S::Expr { value } => node!("Expr" { "value": self.load(value) }),
            S::Break => ("Break", vec![]),
            S::Continue => ("Continue", vec![]),
            _ => ("Pass", vec![]),
        }
    }

    fn assignment(&mut self, kind: &StmtKind<'_>) -> Fields<B::Value> {
        use StmtKind as S;
        match kind {
            S::Assign { targets, value } => node!("Assign" {
                "targets": self.exprs(targets, Ctx::Store),
                "value": self.load(value),
                "type_comment": self.b.none(),
            }),
            S::TypeAlias {
                name,
                type_params,
                value,
            } => node!("TypeAlias" {
                "name": self.expr(name, Ctx::Store),
                "type_params": self.type_params(type_params),
                "value": self.load(value),
            }),
            S::AugAssign { target, op, value } => node!("AugAssign" {
                "target": self.expr(target, Ctx::Store),
                "op": self.mark(op.name()),
                "value": self.load(value),
            }),
            S::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => node!("AnnAssign" {
                "target": self.expr(target, Ctx::Store),
                "annotation": self.load(annotation),
                "value": self.opt(*value),
                "simple": self.b.int(i64::from(*simple)),
            }),
            _ => ("Pass", vec![]),
        }
    }

    fn block_stmt(&mut self, kind: &StmtKind<'_>) -> Fields<B::Value> {
        use StmtKind as S;
        match kind {
            S::For(f) => {
                let fields = vec![
                    ("target", self.expr(f.target, Ctx::Store)),
                    ("iter", self.load(f.iter)),
                    ("body", self.body(f.body)),
                    ("orelse", self.body(f.orelse)),
                    ("type_comment", self.b.none()),
                ];
                (if f.is_async { "AsyncFor" } else { "For" }, fields)
            }
            S::While { test, body, orelse } => node!("While" {
                "test": self.load(test), "body": self.body(body), "orelse": self.body(orelse),
            }),
            S::If { test, body, orelse } => node!("If" {
                "test": self.load(test), "body": self.body(body), "orelse": self.body(orelse),
            }),
            S::With {
                items,
                body,
                is_async,
            } => {
                let fields = vec![
                    ("items", self.each(items, |w, item| w.with_item(item))),
                    ("body", self.body(body)),
                    ("type_comment", self.b.none()),
                ];
                (if *is_async { "AsyncWith" } else { "With" }, fields)
            }
            S::Match { subject, cases } => node!("Match" {
                "subject": self.load(subject), "cases": self.each(cases, |w, case| w.case(case)),
            }),
            S::Try(t) => {
                let fields = vec![
                    ("body", self.body(t.body)),
                    ("handlers", self.each(t.handlers, |w, h| w.handler(h))),
                    ("orelse", self.body(t.orelse)),
                    ("finalbody", self.body(t.finalbody)),
                ];
                (if t.is_star { "TryStar" } else { "Try" }, fields)
            }
            _ => ("Pass", vec![]),
        }
    }

    fn function_def(&mut self, f: &FunctionDef<'_>) -> Fields<B::Value> {
        let fields = vec![
            ("name", self.sym(f.name)),
            ("args", self.arguments(f.args)),
            ("body", self.body(f.body)),
            ("decorator_list", self.loads(f.decorator_list)),
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

    fn class_def(&mut self, c: &ClassDef<'_>) -> Fields<B::Value> {
        node!("ClassDef" {
            "name": self.sym(c.name),
            "bases": self.loads(c.bases),
            "keywords": self.keywords(c.keywords),
            "body": self.body(c.body),
            "decorator_list": self.loads(c.decorator_list),
            "type_params": self.type_params(c.type_params),
        })
    }

    fn with_item(&mut self, item: &WithItem<'_>) -> B::Value {
        let fields = node!("withitem" {
            "context_expr": self.load(item.context_expr),
            "optional_vars": self.maybe(item.optional_vars, |w, e| w.expr(e, Ctx::Store)),
        });
        self.make(fields, None)
    }

    fn case(&mut self, case: &MatchCase<'_>) -> B::Value {
        let fields = node!("match_case" {
            "pattern": self.pattern(case.pattern), "guard": self.opt(case.guard), "body": self.body(case.body),
        });
        self.make(fields, None)
    }

    fn handler(&mut self, h: &ExceptHandler<'_>) -> B::Value {
        let fields = node!("ExceptHandler" {
            "type": self.opt(h.typ), "name": self.opt_sym(h.name), "body": self.body(h.body),
        });
        self.make(fields, Some(h.span))
    }

    fn aliases(&mut self, list: &[Alias]) -> B::Value {
        self.each(list, |w, a| {
            let fields = node!("alias" { "name": w.sym(a.name), "asname": w.opt_sym(a.asname) });
            w.make(fields, Some(a.span))
        })
    }

    fn type_params(&mut self, list: &[TypeParam<'_>]) -> B::Value {
        self.each(list, |w, p| {
            let mut fields = vec![("name", w.sym(p.name))];
            let class = match p.kind {
                TypeParamKind::TypeVar => "TypeVar",
                TypeParamKind::TypeVarTuple => "TypeVarTuple",
                TypeParamKind::ParamSpec => "ParamSpec",
            };
            if p.kind == TypeParamKind::TypeVar {
                fields.push(("bound", w.opt(p.bound)));
            }
            fields.push(("default_value", w.opt(p.default_value)));
            w.make((class, fields), Some(p.span))
        })
    }

    fn pattern(&mut self, p: &Pattern<'_>) -> B::Value {
        use PatternKind as P;
        let fields = match &p.kind {
            P::MatchValue { value } => node!("MatchValue" { "value": self.load(value) }),
            P::MatchSingleton { value } => {
                node!("MatchSingleton" { "value": self.b.constant(value) })
            }
            P::MatchSequence { patterns } => {
                node!("MatchSequence" { "patterns": self.patterns(patterns) })
            }
            P::MatchMapping {
                keys,
                patterns,
                rest,
            } => node!("MatchMapping" {
                "keys": self.loads(keys), "patterns": self.patterns(patterns), "rest": self.opt_sym(*rest),
            }),
            P::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => node!("MatchClass" {
                "cls": self.load(cls),
                "patterns": self.patterns(patterns),
                "kwd_attrs": self.syms(kwd_attrs),
                "kwd_patterns": self.patterns(kwd_patterns),
            }),
            P::MatchStar { name } => node!("MatchStar" { "name": self.opt_sym(*name) }),
            P::MatchAs { pattern, name } => node!("MatchAs" {
                "pattern": self.maybe(*pattern, |w, p| w.pattern(p)), "name": self.opt_sym(*name),
            }),
            P::MatchOr { patterns } => node!("MatchOr" { "patterns": self.patterns(patterns) }),
        };
        self.make(fields, Some(p.span))
    }

    fn patterns(&mut self, list: &[PatternRef<'_>]) -> B::Value {
        self.each(list, |w, p| w.pattern(p))
    }
}
