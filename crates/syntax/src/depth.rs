//! The height of a node from its children, so that recursive walks over the tree have a known bound.

use crate::ast::*;

fn of(exprs: &[ExprRef<'_>]) -> u32 {
    exprs.iter().map(|e| e.depth).max().unwrap_or(0)
}

fn opt(expr: Option<ExprRef<'_>>) -> u32 {
    expr.map_or(0, |e| e.depth)
}

fn arg(a: &Arg<'_>) -> u32 {
    opt(a.annotation)
}

fn arguments(a: &Arguments<'_>) -> u32 {
    let plain = a
        .posonlyargs
        .iter()
        .chain(a.args)
        .chain(a.kwonlyargs)
        .map(arg)
        .max()
        .unwrap_or(0);
    let stars = a.vararg.map_or(0, arg).max(a.kwarg.map_or(0, arg));
    let defaults = of(a.defaults).max(a.kw_defaults.iter().map(|d| opt(*d)).max().unwrap_or(0));
    plain.max(stars).max(defaults)
}

fn generators(list: &[Comprehension<'_>]) -> u32 {
    list.iter()
        .map(|c| c.target.depth.max(c.iter.depth).max(of(c.ifs)))
        .max()
        .unwrap_or(0)
}

fn keywords(list: &[Keyword<'_>]) -> u32 {
    list.iter().map(|k| k.value.depth).max().unwrap_or(0)
}

/// The height of an expression.
pub(crate) fn expr(kind: &ExprKind<'_>) -> u32 {
    use ExprKind as E;
    1 + match kind {
        E::Name { .. } | E::Constant(_) => 0,
        E::Attribute { value, .. }
        | E::Starred { value }
        | E::Await { value }
        | E::YieldFrom { value } => value.depth,
        E::Call {
            func,
            args,
            keywords: k,
        } => func.depth.max(of(args)).max(keywords(k)),
        E::Subscript { value: a, slice: b }
        | E::BinOp {
            left: a, right: b, ..
        }
        | E::NamedExpr {
            target: a,
            value: b,
        } => a.depth.max(b.depth),
        E::UnaryOp { operand, .. } => operand.depth,
        E::BoolOp { values, .. }
        | E::JoinedStr { values }
        | E::TemplateStr { values }
        | E::Set { elts: values }
        | E::List { elts: values }
        | E::Tuple { elts: values } => of(values),
        E::Compare {
            left, comparators, ..
        } => left.depth.max(of(comparators)),
        E::IfExp { test, body, orelse } => test.depth.max(body.depth).max(orelse.depth),
        E::Lambda { args, body } => arguments(args).max(body.depth),
        E::Dict { keys, values } => of(values).max(keys.iter().map(|k| opt(*k)).max().unwrap_or(0)),
        E::ListComp { elt, generators: g }
        | E::SetComp { elt, generators: g }
        | E::GeneratorExp { elt, generators: g } => elt.depth.max(generators(g)),
        E::DictComp {
            key,
            value,
            generators: g,
        } => key.depth.max(value.depth).max(generators(g)),
        E::Yield { value } => opt(*value),
        E::FormattedValue {
            value, format_spec, ..
        }
        | E::Interpolation {
            value, format_spec, ..
        } => value.depth.max(opt(*format_spec)),
        E::Slice { lower, upper, step } => opt(*lower).max(opt(*upper)).max(opt(*step)),
    }
}

fn body(stmts: Body<'_>) -> u32 {
    stmts.iter().map(|s| s.depth).max().unwrap_or(0)
}

/// The height of a statement that contains suites; the expressions in it have their own bound.
pub(crate) fn suites(bodies: &[Body<'_>]) -> u32 {
    1 + bodies.iter().map(|b| body(b)).max().unwrap_or(0)
}
