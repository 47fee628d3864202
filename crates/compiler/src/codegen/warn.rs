//! Warnings about suspicious code, and errors about arguments.

use pyjit_bytecode::Constant as K;
use pyjit_syntax::ast::*;

use super::Gen;
use crate::scope::R;

/// The name of a literal's type if it has one that is surely wrong as a callee or container.
fn type_name(e: &Expr) -> Option<&'static str> {
    Some(match &e.kind {
        ExprKind::Constant(c) => constant_type(c),
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::TemplateStr { .. } | ExprKind::Interpolation { .. } => {
            "string.templatelib.Template"
        }
        _ => return None,
    })
}

fn constant_type(c: &Constant) -> &'static str {
    match c {
        Constant::None => "NoneType",
        Constant::True | Constant::False => "bool",
        Constant::Ellipsis => "ellipsis",
        Constant::Int(_) | Constant::BigInt { .. } => "int",
        Constant::Float(_) => "float",
        Constant::Complex(_) => "complex",
        Constant::Str { .. } => "str",
        Constant::Bytes(_) => "bytes",
    }
}

impl<'a> Gen<'a, '_> {
    /// `is` with a literal.
    pub fn check_compare(
        &mut self,
        e: ExprRef<'a>,
        left: ExprRef<'a>,
        ops: &[CmpOp],
        comparators: Exprs<'a>,
    ) {
        let mut before = literal_type(left);
        for (op, right) in ops.iter().zip(comparators) {
            let after = literal_type(right);
            if matches!(op, CmpOp::Is | CmpOp::IsNot)
                && let Some(name) = before.or(after)
            {
                let (text, instead) = if *op == CmpOp::Is {
                    ("is", "==")
                } else {
                    ("is not", "!=")
                };
                self.warn(
                    e.span,
                    format!("\"{text}\" with '{name}' literal. Did you mean \"{instead}\"?"),
                );
                return;
            }
            before = after;
        }
    }

    /// A literal that is called.
    pub fn check_caller(&mut self, func: ExprRef<'a>) {
        if matches!(func.kind, ExprKind::Lambda { .. }) {
            return;
        }
        if let Some(name) = type_name(func) {
            self.warn(
                func.span,
                format!("'{name}' object is not callable; perhaps you missed a comma?"),
            );
        }
    }

    /// A literal that is subscripted wrongly.
    pub fn check_subscript(&mut self, value: ExprRef<'a>, slice: ExprRef<'a>) {
        let name = type_name(value).unwrap_or("");
        match name {
            "NoneType"
            | "bool"
            | "ellipsis"
            | "int"
            | "float"
            | "complex"
            | "set"
            | "generator"
            | "function"
            | "string.templatelib.Template" => {
                self.warn(
                    value.span,
                    format!("'{name}' object is not subscriptable; perhaps you missed a comma?"),
                );
            }
            "str" | "bytes" | "tuple" | "list" => {
                let index = match type_name(slice) {
                    Some("int" | "bool") | None => return,
                    Some(index) => index,
                };
                let message = format!(
                    "{name} indices must be integers or slices, not {index}; perhaps you missed a comma?"
                );
                self.warn(value.span, message);
            }
            _ => {}
        }
    }

    /// No keyword twice.
    pub fn check_keywords(&mut self, keywords: &[Keyword<'a>]) -> R<()> {
        for (i, k) in keywords.iter().enumerate() {
            let Some(name) = k.arg else { continue };
            if let Some(again) = keywords[i + 1..]
                .iter()
                .find(|other| other.arg == Some(name))
            {
                let text = self.cx.text(name);
                return self.error(again.span, format!("keyword argument repeated: {text}"));
            }
        }
        Ok(())
    }
}

/// The type of a literal whose identity means nothing.
fn literal_type(e: &Expr) -> Option<&'static str> {
    match &e.kind {
        ExprKind::Constant(
            Constant::None | Constant::True | Constant::False | Constant::Ellipsis,
        ) => None,
        ExprKind::Constant(c) => Some(constant_type(c)),
        ExprKind::Tuple { .. } => Some("tuple"),
        _ => None,
    }
}

/// Whether two constants are the same dict key.
pub fn equal_keys(a: &K, b: &K) -> bool {
    let number = |k: &K| match k {
        K::Float(f) => Some(*f),
        K::Bool(b) => Some(*b as i64 as f64),
        K::Int(i) if i.unsigned_abs() < 1 << 53 => Some(*i as f64),
        K::Complex(re, 0.0) => Some(*re),
        _ => None,
    };
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

/// A constant as `repr` shows it, for messages.
pub fn repr(k: &K) -> String {
    match k {
        K::Str(s) => super::unparse::quote(&String::from_utf8_lossy(s)),
        K::Complex(re, im) => {
            let part = |f: &f64| {
                let text = super::unparse::float_text(*f);
                text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
            };
            if *re == 0.0 && re.is_sign_positive() {
                format!("{}j", part(im))
            } else {
                let sign = if im.is_sign_negative() { "" } else { "+" };
                format!("({}{sign}{}j)", part(re), part(im))
            }
        }
        K::Bytes(s) => format!("b'{}'", s.escape_ascii()),
        k => pyjit_bytecode::dis::constant(k),
    }
}
