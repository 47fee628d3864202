//! What CPython's messages call an expression.

use crate::ast::{Constant, Expr, ExprKind};

/// The noun for an expression, as in "cannot assign to function call".
pub(crate) fn expr(e: &Expr<'_>) -> &'static str {
    use ExprKind as E;
    match &e.kind {
        E::Attribute { .. } => "attribute",
        E::Subscript { .. } => "subscript",
        E::Starred { .. } => "starred",
        E::Name { .. } => "name",
        E::List { .. } => "list",
        E::Tuple { .. } => "tuple",
        E::Lambda { .. } => "lambda",
        E::Call { .. } => "function call",
        E::BoolOp { .. } | E::BinOp { .. } | E::UnaryOp { .. } => "expression",
        E::GeneratorExp { .. } => "generator expression",
        E::Yield { .. } | E::YieldFrom { .. } => "yield expression",
        E::Await { .. } => "await expression",
        E::ListComp { .. } => "list comprehension",
        E::SetComp { .. } => "set comprehension",
        E::DictComp { .. } => "dict comprehension",
        E::Dict { .. } => "dict literal",
        E::Set { .. } => "set display",
        E::JoinedStr { .. } | E::FormattedValue { .. } => "f-string expression",
        E::TemplateStr { .. } | E::Interpolation { .. } => "t-string expression",
        E::Constant(Constant::None) => "None",
        E::Constant(Constant::True) => "True",
        E::Constant(Constant::False) => "False",
        E::Constant(Constant::Ellipsis) => "ellipsis",
        E::Constant(_) => "literal",
        E::Compare { .. } => "comparison",
        E::IfExp { .. } => "conditional expression",
        E::NamedExpr { .. } => "named expression",
        E::Slice { .. } => "slice",
    }
}
