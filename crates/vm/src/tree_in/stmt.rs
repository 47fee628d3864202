//! Statements.

use pyjit_heap::Value;
use pyjit_runtime::R;
use pyjit_syntax::ast::*;
use pyjit_syntax::source::Span;

use super::{Ctx, Node, Reader};

impl<'a> Reader<'_, 'a> {
    pub(super) fn body(&mut self, n: Node, name: &str) -> R<Body<'a>> {
        let all = self.each(n, name, |r, v| {
            if v.is_none() {
                return r.value_error("None disallowed in statement list");
            }
            r.stmt(v)
        })?;
        Ok(self.slice(all))
    }
    /// A suite that must have statements.
    fn suite(&mut self, n: Node, name: &str) -> R<Body<'a>> {
        let body = self.body(n, name)?;
        if body.is_empty() {
            return self.value_error(format!("empty {name} on {}", n.kind));
        }
        Ok(body)
    }
    fn targets(&mut self, n: Node, ctx: Ctx) -> R<Exprs<'a>> {
        let targets = self.exprs(n, "targets", ctx)?;
        if targets.is_empty() {
            return self.value_error(format!("empty targets on {}", n.kind));
        }
        Ok(targets)
    }
    fn syms(&mut self, n: Node) -> R<&'a [pyjit_syntax::Sym]> {
        let all = self.each(n, "names", |r, v| r.sym_of(v))?;
        if all.is_empty() {
            return self.value_error(format!("empty names on {}", n.kind));
        }
        Ok(self.slice(all))
    }

    fn stmt(&mut self, v: Value) -> R<StmtRef<'a>> {
        let kind = self.kind(v)?;
        if !self.is_a(v, "stmt")? {
            return self.unexpected("stmt", v);
        }
        let n = Node {
            object: v,
            kind: &kind,
        };
        let span = self.span(n, "stmt")?;
        let (kind, depth) = self.nested(|r| r.stmt_kind(n))?;
        Ok(self.arena.alloc(Stmt { span, depth, kind }))
    }

    fn stmt_kind(&mut self, n: Node) -> R<StmtKind<'a>> {
        use StmtKind as S;
        let load = Ctx::Load;
        Ok(match n.kind {
            "FunctionDef" | "AsyncFunctionDef" => {
                let name = self.bound(n, "name")?;
                let type_params = self.type_params(n)?;
                let def = FunctionDef {
                    name,
                    args: self.arguments(n)?,
                    body: self.suite(n, "body")?,
                    decorator_list: self.exprs(n, "decorator_list", load)?,
                    returns: self.opt_expr(n, "returns", load)?,
                    type_params,
                    is_async: n.kind == "AsyncFunctionDef",
                };
                S::FunctionDef(self.arena.alloc(def))
            }
            "ClassDef" => {
                let name = self.bound(n, "name")?;
                let type_params = self.type_params(n)?;
                let def = ClassDef {
                    name,
                    bases: self.exprs(n, "bases", load)?,
                    keywords: self.keywords(n)?,
                    body: self.suite(n, "body")?,
                    decorator_list: self.exprs(n, "decorator_list", load)?,
                    type_params,
                };
                S::ClassDef(self.arena.alloc(def))
            }
            "Return" => S::Return {
                value: self.opt_expr(n, "value", load)?,
            },
            "Delete" => S::Delete {
                targets: self.targets(n, Ctx::Del)?,
            },
            "Assign" => S::Assign {
                targets: self.targets(n, Ctx::Store)?,
                value: self.expr(n, "value", load)?,
            },
            "TypeAlias" => self.type_alias(n)?,
            "AugAssign" => S::AugAssign {
                target: self.expr(n, "target", Ctx::Store)?,
                op: self.binary(n)?,
                value: self.expr(n, "value", load)?,
            },
            "AnnAssign" => self.annotated(n)?,
            "For" | "AsyncFor" => {
                let f = For {
                    target: self.expr(n, "target", Ctx::Store)?,
                    iter: self.expr(n, "iter", load)?,
                    body: self.suite(n, "body")?,
                    orelse: self.body(n, "orelse")?,
                    is_async: n.kind == "AsyncFor",
                };
                S::For(self.arena.alloc(f))
            }
            "While" => S::While {
                test: self.expr(n, "test", load)?,
                body: self.suite(n, "body")?,
                orelse: self.body(n, "orelse")?,
            },
            "If" => S::If {
                test: self.expr(n, "test", load)?,
                body: self.suite(n, "body")?,
                orelse: self.body(n, "orelse")?,
            },
            "With" | "AsyncWith" => self.with(n)?,
            "Match" => {
                let subject = self.expr(n, "subject", load)?;
                let cases = self.each(n, "cases", |r, v| r.case(v))?;
                if cases.is_empty() {
                    return self.value_error("empty cases on Match");
                }
                let cases = self.slice(cases);
                S::Match { subject, cases }
            }
            "Try" | "TryStar" => self.try_(n)?,
            _ => return self.simple_stmt(n),
        })
    }

    /// Statements without a body.
    fn simple_stmt(&mut self, n: Node) -> R<StmtKind<'a>> {
        use StmtKind as S;
        let load = Ctx::Load;
        Ok(match n.kind {
            "Raise" => {
                let exc = self.opt_expr(n, "exc", load)?;
                let cause = self.opt_expr(n, "cause", load)?;
                if exc.is_none() && cause.is_some() {
                    return self.value_error("Raise with cause but no exception");
                }
                S::Raise { exc, cause }
            }
            "Assert" => S::Assert {
                test: self.expr(n, "test", load)?,
                msg: self.opt_expr(n, "msg", load)?,
            },
            "Import" => S::Import {
                names: self.aliases(n)?,
            },
            "ImportFrom" => {
                let level = match self.opt_field(n, "level")? {
                    Some(v) => self.int_of(v)?,
                    None => 0,
                };
                if level < 0 {
                    return self.value_error("Negative ImportFrom level");
                }
                S::ImportFrom {
                    module: self.opt_sym(n, "module")?,
                    names: self.aliases(n)?,
                    level: level as u32,
                }
            }
            "Global" => S::Global {
                names: self.syms(n)?,
            },
            "Nonlocal" => S::Nonlocal {
                names: self.syms(n)?,
            },
            "Expr" => S::Expr {
                value: self.expr(n, "value", load)?,
            },
            "Pass" => S::Pass,
            "Break" => S::Break,
            "Continue" => S::Continue,
            _ => return self.unexpected("stmt", n.object),
        })
    }

    fn type_alias(&mut self, n: Node) -> R<StmtKind<'a>> {
        let name = self.expr(n, "name", Ctx::Store)?;
        if !matches!(name.kind, ExprKind::Name { .. }) {
            return self.type_error("TypeAlias with non-Name name");
        }
        Ok(StmtKind::TypeAlias {
            name,
            type_params: self.type_params(n)?,
            value: self.expr(n, "value", Ctx::Load)?,
        })
    }
    fn annotated(&mut self, n: Node) -> R<StmtKind<'a>> {
        let target = self.expr(n, "target", Ctx::Store)?;
        let simple = self.int(n, "simple")? != 0;
        if simple && !matches!(target.kind, ExprKind::Name { .. }) {
            return self.type_error("AnnAssign with simple non-Name target");
        }
        let known = matches!(
            target.kind,
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. }
        );
        if !known {
            return self.type_error("AnnAssign with an invalid target");
        }
        Ok(StmtKind::AnnAssign {
            target,
            annotation: self.expr(n, "annotation", Ctx::Load)?,
            value: self.opt_expr(n, "value", Ctx::Load)?,
            simple,
        })
    }
    fn with(&mut self, n: Node) -> R<StmtKind<'a>> {
        let items = self.each(n, "items", |r, v| {
            if !r.is_a(v, "withitem")? {
                return r.unexpected("withitem", v);
            }
            let n = Node {
                object: v,
                kind: "withitem",
            };
            Ok(WithItem {
                context_expr: r.expr(n, "context_expr", Ctx::Load)?,
                optional_vars: r.opt_expr(n, "optional_vars", Ctx::Store)?,
            })
        })?;
        if items.is_empty() {
            return self.value_error(format!("empty items on {}", n.kind));
        }
        Ok(StmtKind::With {
            items: self.slice(items),
            body: self.suite(n, "body")?,
            is_async: n.kind == "AsyncWith",
        })
    }
    fn case(&mut self, v: Value) -> R<MatchCase<'a>> {
        if !self.is_a(v, "match_case")? {
            return self.unexpected("match_case", v);
        }
        let n = Node {
            object: v,
            kind: "match_case",
        };
        let pattern = self.required(n, "pattern")?;
        Ok(MatchCase {
            pattern: self.pattern_of(pattern)?,
            guard: self.opt_expr(n, "guard", Ctx::Load)?,
            body: self.suite(n, "body")?,
        })
    }
    fn try_(&mut self, n: Node) -> R<StmtKind<'a>> {
        let body = self.suite(n, "body")?;
        let handlers = self.each(n, "handlers", |r, v| r.handler(v))?;
        let (orelse, finalbody) = (self.body(n, "orelse")?, self.body(n, "finalbody")?);
        if handlers.is_empty() && finalbody.is_empty() {
            let m = format!("{} has neither except handlers nor finalbody", n.kind);
            return self.value_error(m);
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return self.value_error(format!("{} has orelse but no except handlers", n.kind));
        }
        let made = Try {
            body,
            handlers: self.slice(handlers),
            orelse,
            finalbody,
            is_star: n.kind == "TryStar",
        };
        Ok(StmtKind::Try(self.arena.alloc(made)))
    }
    fn handler(&mut self, v: Value) -> R<ExceptHandler<'a>> {
        if !self.is_a(v, "excepthandler")? {
            return self.unexpected("excepthandler", v);
        }
        let n = Node {
            object: v,
            kind: "ExceptHandler",
        };
        Ok(ExceptHandler {
            span: self.span(n, "excepthandler")?,
            typ: self.opt_expr(n, "type", Ctx::Load)?,
            name: self.opt_bound(n, "name")?,
            body: self.suite(n, "body")?,
        })
    }
    fn aliases(&mut self, n: Node) -> R<&'a [Alias]> {
        let all = self.each(n, "names", |r, v| {
            if !r.is_a(v, "alias")? {
                return r.unexpected("alias", v);
            }
            let n = Node {
                object: v,
                kind: "alias",
            };
            Ok(Alias {
                span: r.span(n, "alias")?,
                name: r.bound(n, "name")?,
                asname: r.opt_bound(n, "asname")?,
            })
        })?;
        if all.is_empty() {
            return self.value_error(format!("empty names on {}", n.kind));
        }
        Ok(self.slice(all))
    }
    fn type_params(&mut self, n: Node) -> R<&'a [TypeParam<'a>]> {
        let all = self.each(n, "type_params", |r, v| {
            if !r.is_a(v, "type_param")? {
                return r.unexpected("type_param", v);
            }
            let kind = r.kind(v)?;
            let n = Node {
                object: v,
                kind: &kind,
            };
            let span: Span = r.span(n, "type_param")?;
            let name = r.required(n, "name")?;
            Ok(TypeParam {
                span,
                kind: match &*kind {
                    "TypeVarTuple" => TypeParamKind::TypeVarTuple,
                    "ParamSpec" => TypeParamKind::ParamSpec,
                    _ => TypeParamKind::TypeVar,
                },
                name: r.name_of(name)?,
                bound: match &*kind {
                    "TypeVar" => r.opt_expr(n, "bound", Ctx::Load)?,
                    _ => None,
                },
                default_value: r.opt_expr(n, "default_value", Ctx::Load)?,
            })
        })?;
        Ok(self.slice(all))
    }
}
