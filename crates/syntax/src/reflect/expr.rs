//! Expressions, arguments and comprehensions, as nodes.

use super::{Builder, Ctx, Fields, Walk, node};
use crate::ast::*;

impl<B: Builder> Walk<'_, '_, B> {
    pub(super) fn expr(&mut self, e: &Expr<'_>, ctx: Ctx) -> B::Value {
        use ExprKind as E;
        let fields = match &e.kind {
            E::Attribute { .. }
            | E::Subscript { .. }
            | E::Starred { .. }
            | E::Name { .. }
            | E::List { .. }
            | E::Tuple { .. } => self.target(&e.kind, ctx),
            E::ListComp { .. }
            | E::SetComp { .. }
            | E::DictComp { .. }
            | E::GeneratorExp { .. } => self.comprehension(&e.kind),
            E::FormattedValue { .. }
            | E::Interpolation { .. }
            | E::JoinedStr { .. }
            | E::TemplateStr { .. } => self.template(&e.kind),
            E::Constant(c) => {
                let kind = if let Constant::Str { u: true, .. } = c {
                    self.b.text("u")
                } else {
                    self.b.none()
                };
                node!("Constant" { "value": self.b.constant(c), "kind": kind })
            }
            kind => self.operation(kind),
        };
        self.make(fields, Some(e.span))
    }

    /// The expressions that can also be targets.
    fn target(&mut self, kind: &ExprKind<'_>, ctx: Ctx) -> Fields<B::Value> {
        use ExprKind as E;
        let (class, mut fields) = match kind {
            E::Attribute { value, attr } => {
                node!("Attribute" { "value": self.load(value), "attr": self.sym(*attr) })
            }
            E::Subscript { value, slice } => {
                node!("Subscript" { "value": self.load(value), "slice": self.load(slice) })
            }
            E::Starred { value } => node!("Starred" { "value": self.expr(value, ctx) }),
            E::List { elts } => node!("List" { "elts": self.exprs(elts, ctx) }),
            E::Tuple { elts } => node!("Tuple" { "elts": self.exprs(elts, ctx) }),
            E::Name { id } => node!("Name" { "id": self.sym(*id) }),
            _ => ("Name", vec![]),
        };
        let ctx = self.mark(match ctx {
            Ctx::Load => "Load",
            Ctx::Store => "Store",
            Ctx::Del => "Del",
        });
        fields.push(("ctx", ctx));
        (class, fields)
    }

    fn operation(&mut self, kind: &ExprKind<'_>) -> Fields<B::Value> {
        use ExprKind as E;
        match kind {
            E::BoolOp { op, values } => {
                node!("BoolOp" { "op": self.mark(op.name()), "values": self.loads(values) })
            }
            E::NamedExpr { target, value } => node!("NamedExpr" {
                "target": self.expr(target, Ctx::Store), "value": self.load(value),
            }),
            E::BinOp { left, op, right } => node!("BinOp" {
                "left": self.load(left), "op": self.mark(op.name()), "right": self.load(right),
            }),
            E::UnaryOp { op, operand } => {
                node!("UnaryOp" { "op": self.mark(op.name()), "operand": self.load(operand) })
            }
            E::Lambda { args, body } => {
                node!("Lambda" { "args": self.arguments(args), "body": self.load(body) })
            }
            E::IfExp { test, body, orelse } => node!("IfExp" {
                "test": self.load(test), "body": self.load(body), "orelse": self.load(orelse),
            }),
            E::Dict { keys, values } => node!("Dict" {
                "keys": self.each(keys, |w, k| w.opt(*k)), "values": self.loads(values),
            }),
            E::Set { elts } => node!("Set" { "elts": self.loads(elts) }),
            E::Await { value } => node!("Await" { "value": self.load(value) }),
            E::Yield { value } => node!("Yield" { "value": self.opt(*value) }),
            E::YieldFrom { value } => node!("YieldFrom" { "value": self.load(value) }),
            E::Compare {
                left,
                ops,
                comparators,
            } => node!("Compare" {
                "left": self.load(left),
                "ops": self.each(ops, |w, op| w.mark(op.name())),
                "comparators": self.loads(comparators),
            }),
            E::Call {
                func,
                args,
                keywords,
            } => node!("Call" {
                "func": self.load(func), "args": self.loads(args), "keywords": self.keywords(keywords),
            }),
            E::Slice { lower, upper, step } => node!("Slice" {
                "lower": self.opt(*lower), "upper": self.opt(*upper), "step": self.opt(*step),
            }),
            // The others have functions of their own.
            _ => ("Constant", vec![]),
        }
    }

    fn comprehension(&mut self, kind: &ExprKind<'_>) -> Fields<B::Value> {
        let (class, elt, generators) = match kind {
            ExprKind::ListComp { elt, generators } => ("ListComp", elt, generators),
            ExprKind::SetComp { elt, generators } => ("SetComp", elt, generators),
            ExprKind::GeneratorExp { elt, generators } => ("GeneratorExp", elt, generators),
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                return node!("DictComp" {
                    "key": self.load(key), "value": self.load(value), "generators": self.generators(generators),
                });
            }
            _ => return ("Constant", vec![]),
        };
        (
            class,
            vec![
                ("elt", self.load(elt)),
                ("generators", self.generators(generators)),
            ],
        )
    }

    fn generators(&mut self, list: &[Comprehension<'_>]) -> B::Value {
        self.each(list, |w, c| {
            let fields = node!("comprehension" {
                "target": w.expr(c.target, Ctx::Store),
                "iter": w.load(c.iter),
                "ifs": w.loads(c.ifs),
                "is_async": w.b.int(i64::from(c.is_async)),
            });
            w.make(fields, None)
        })
    }

    fn template(&mut self, kind: &ExprKind<'_>) -> Fields<B::Value> {
        match kind {
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => node!("FormattedValue" {
                "value": self.load(value),
                "conversion": self.b.int(i64::from(conversion.code())),
                "format_spec": self.opt(*format_spec),
            }),
            ExprKind::Interpolation {
                value,
                text,
                conversion,
                format_spec,
            } => node!("Interpolation" {
                "value": self.load(value),
                "str": self.b.text(text),
                "conversion": self.b.int(i64::from(conversion.code())),
                "format_spec": self.opt(*format_spec),
            }),
            ExprKind::JoinedStr { values } => node!("JoinedStr" { "values": self.loads(values) }),
            ExprKind::TemplateStr { values } => {
                node!("TemplateStr" { "values": self.loads(values) })
            }
            _ => ("Constant", vec![]),
        }
    }

    fn arg(&mut self, a: &Arg<'_>) -> B::Value {
        let fields = node!("arg" {
            "arg": self.sym(a.name), "annotation": self.opt(a.annotation), "type_comment": self.b.none(),
        });
        self.make(fields, Some(a.span))
    }

    pub(super) fn arguments(&mut self, a: &Arguments<'_>) -> B::Value {
        let fields = node!("arguments" {
            "posonlyargs": self.each(a.posonlyargs, |w, a| w.arg(a)),
            "args": self.each(a.args, |w, a| w.arg(a)),
            "vararg": self.maybe(a.vararg, |w, a| w.arg(a)),
            "kwonlyargs": self.each(a.kwonlyargs, |w, a| w.arg(a)),
            "kw_defaults": self.each(a.kw_defaults, |w, d| w.opt(*d)),
            "kwarg": self.maybe(a.kwarg, |w, a| w.arg(a)),
            "defaults": self.loads(a.defaults),
        });
        self.make(fields, None)
    }

    pub(super) fn keywords(&mut self, list: &[Keyword<'_>]) -> B::Value {
        self.each(list, |w, k| {
            let fields = node!("keyword" { "arg": w.opt_sym(k.arg), "value": w.load(k.value) });
            w.make(fields, Some(k.span))
        })
    }
}
