//! Expressions back to text, as `from __future__ import annotations` stores them.

use std::fmt::Write;

use pyjit_syntax::ast::*;
use pyjit_syntax::{Interner, Sym};

/// How tightly an expression binds.
mod level {
    pub const TEST: u8 = 1;
    pub const OR: u8 = 2;
    pub const AND: u8 = 3;
    pub const NOT: u8 = 4;
    pub const CMP: u8 = 5;
    pub const BOR: u8 = 6;
    pub const BXOR: u8 = 7;
    pub const BAND: u8 = 8;
    pub const SHIFT: u8 = 9;
    pub const ARITH: u8 = 10;
    pub const TERM: u8 = 11;
    pub const FACTOR: u8 = 12;
    pub const POWER: u8 = 13;
    pub const AWAIT: u8 = 14;
    pub const ATOM: u8 = 15;
    pub const TUPLE: u8 = 0;
}

/// The text of an annotation in UTF-8 (WTF-8 for lone surrogates).
pub fn annotation(e: &Expr, names: &Interner) -> Vec<u8> {
    let mut w = Writer {
        out: String::new(),
        names,
    };
    w.expr(e, level::TEST);
    w.out.into_bytes()
}

/// A string literal with the quotes that `repr` chooses.
pub fn quote(s: &str) -> String {
    let q = if s.contains('\'') && !s.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::new();
    out.push(q);
    for c in s.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == q => {
                out.push('\\');
                out.push(c);
            }
            c if (c as u32) < 32 || c as u32 == 127 => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push(q);
    out
}

struct Writer<'n> {
    out: String,
    names: &'n Interner,
}

impl Writer<'_> {
    fn name(&mut self, s: Sym) {
        self.out.push_str(self.names.resolve(s));
    }

    fn group(&mut self, own: u8, outer: u8, f: impl FnOnce(&mut Self)) {
        if own < outer {
            self.out.push('(');
        }
        f(self);
        if own < outer {
            self.out.push(')');
        }
    }

    fn list(&mut self, list: Exprs) {
        for (i, e) in list.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            self.expr(e, level::TEST);
        }
    }

    fn bracketed(&mut self, open: &str, list: Exprs, close: &str) {
        self.out.push_str(open);
        self.list(list);
        self.out.push_str(close);
    }

    fn expr(&mut self, e: &Expr, outer: u8) {
        match &e.kind {
            ExprKind::Name { id } => self.name(*id),
            ExprKind::Constant(c) => self.constant(c),
            ExprKind::Attribute { value, attr } => {
                self.expr(value, level::ATOM);
                if matches!(
                    value.kind,
                    ExprKind::Constant(Constant::Int(_) | Constant::BigInt { .. })
                ) {
                    self.out.push(' ');
                }
                self.out.push('.');
                self.name(*attr);
            }
            ExprKind::Subscript { value, slice } => {
                self.expr(value, level::ATOM);
                self.out.push('[');
                self.expr(slice, level::TUPLE);
                self.out.push(']');
            }
            ExprKind::Tuple { elts } => {
                let own = level::TUPLE;
                let parens = elts.is_empty() || own < outer;
                self.out.push_str(if parens { "(" } else { "" });
                self.list(elts);
                self.out.push_str(if elts.len() == 1 { "," } else { "" });
                self.out.push_str(if parens { ")" } else { "" });
            }
            ExprKind::List { elts } => self.bracketed("[", elts, "]"),
            ExprKind::Set { elts } => self.bracketed("{", elts, "}"),
            ExprKind::Starred { value } => {
                self.out.push('*');
                self.expr(value, level::BOR);
            }
            ExprKind::Slice { lower, upper, step } => {
                self.optional(*lower);
                self.out.push(':');
                self.optional(*upper);
                if step.is_some() {
                    self.out.push(':');
                    self.optional(*step);
                }
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.call(func, args, keywords),
            _ => self.operators(e, outer),
        }
    }

    fn optional(&mut self, e: Option<ExprRef>) {
        if let Some(e) = e {
            self.expr(e, level::TEST);
        }
    }

    fn call(&mut self, func: &Expr, args: Exprs, keywords: &[Keyword]) {
        self.expr(func, level::ATOM);
        if let (
            [
                Expr {
                    kind: ExprKind::GeneratorExp { .. },
                    ..
                },
            ],
            [],
        ) = (args, keywords)
        {
            return self.expr(args[0], level::ATOM);
        }
        self.out.push('(');
        self.list(args);
        for (i, k) in keywords.iter().enumerate() {
            if i > 0 || !args.is_empty() {
                self.out.push_str(", ");
            }
            match k.arg {
                Some(name) => {
                    self.name(name);
                    self.out.push('=');
                }
                None => self.out.push_str("**"),
            }
            self.expr(k.value, level::TEST);
        }
        self.out.push(')');
    }

    fn operators(&mut self, e: &Expr, outer: u8) {
        match &e.kind {
            ExprKind::BoolOp { op, values } => {
                let own = if *op == BoolOp::And {
                    level::AND
                } else {
                    level::OR
                };
                self.group(own, outer, |w| {
                    for (i, v) in values.iter().enumerate() {
                        if i > 0 {
                            let _ = write!(w.out, " {} ", op.text());
                        }
                        w.expr(v, own + 1);
                    }
                });
            }
            ExprKind::BinOp { left, op, right } => {
                let own = binary_level(*op);
                let power = *op == Operator::Pow;
                self.group(own, outer, |w| {
                    w.expr(left, own + power as u8);
                    let _ = write!(w.out, " {} ", op.text());
                    w.expr(right, own + !power as u8);
                });
            }
            ExprKind::UnaryOp { op, operand } => {
                let own = if *op == UnaryOp::Not {
                    level::NOT
                } else {
                    level::FACTOR
                };
                self.group(own, outer, |w| {
                    w.out.push_str(op.text());
                    w.out.push_str(if *op == UnaryOp::Not { " " } else { "" });
                    w.expr(operand, own);
                });
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.group(level::CMP, outer, |w| {
                w.expr(left, level::CMP + 1);
                for (op, right) in ops.iter().zip(*comparators) {
                    let _ = write!(w.out, " {} ", op.text());
                    w.expr(right, level::CMP + 1);
                }
            }),
            _ => self.keyword_operators(e, outer),
        }
    }

    /// Forms that begin with or are made of words.
    fn keyword_operators(&mut self, e: &Expr, outer: u8) {
        match &e.kind {
            ExprKind::IfExp { test, body, orelse } => self.group(level::TEST, outer, |w| {
                w.expr(body, level::TEST + 1);
                w.out.push_str(" if ");
                w.expr(test, level::TEST + 1);
                w.out.push_str(" else ");
                w.expr(orelse, level::TEST);
            }),
            ExprKind::Lambda { args, body } => self.group(level::TEST, outer, |w| {
                w.out.push_str("lambda");
                w.arguments(args);
                w.out.push_str(": ");
                w.expr(body, level::TEST);
            }),
            ExprKind::NamedExpr { target, value } => self.group(level::TUPLE, outer, |w| {
                w.expr(target, level::ATOM);
                w.out.push_str(" := ");
                w.expr(value, level::ATOM);
            }),
            ExprKind::Await { value } => self.group(level::AWAIT, outer, |w| {
                w.out.push_str("await ");
                w.expr(value, level::ATOM);
            }),
            ExprKind::Yield { value } => {
                self.out
                    .push_str(if value.is_some() { "(yield " } else { "(yield" });
                self.optional(*value);
                self.out.push(')');
            }
            ExprKind::YieldFrom { value } => {
                self.out.push_str("(yield from ");
                self.expr(value, level::TEST);
                self.out.push(')');
            }
            _ => self.displays(e),
        }
    }

    fn displays(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Dict { keys, values } => {
                self.out.push('{');
                for (i, (k, v)) in keys.iter().zip(*values).enumerate() {
                    self.out.push_str(if i > 0 { ", " } else { "" });
                    match k {
                        Some(k) => {
                            self.expr(k, level::TEST);
                            self.out.push_str(": ");
                            self.expr(v, level::TEST);
                        }
                        None => {
                            self.out.push_str("**");
                            self.expr(v, level::BOR);
                        }
                    }
                }
                self.out.push('}');
            }
            ExprKind::ListComp { elt, generators } => self.comp("[", elt, None, generators, "]"),
            ExprKind::SetComp { elt, generators } => self.comp("{", elt, None, generators, "}"),
            ExprKind::GeneratorExp { elt, generators } => {
                self.comp("(", elt, None, generators, ")")
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => self.comp("{", key, Some(value), generators, "}"),
            ExprKind::JoinedStr { values } => self.template('f', values),
            ExprKind::TemplateStr { values } => self.template('t', values),
            ExprKind::FormattedValue { .. } => self.template('f', &[e]),
            ExprKind::Interpolation { .. } => self.template('t', &[e]),
            _ => {}
        }
    }

    fn comp(
        &mut self,
        open: &str,
        elt: &Expr,
        value: Option<ExprRef>,
        generators: &[Comprehension],
        close: &str,
    ) {
        self.out.push_str(open);
        self.expr(elt, level::TEST);
        if let Some(v) = value {
            self.out.push_str(": ");
            self.expr(v, level::TEST);
        }
        for g in generators {
            self.out
                .push_str(if g.is_async { " async for " } else { " for " });
            self.expr(g.target, level::TUPLE);
            self.out.push_str(" in ");
            self.expr(g.iter, level::TEST + 1);
            for test in g.ifs {
                self.out.push_str(" if ");
                self.expr(test, level::TEST + 1);
            }
        }
        self.out.push_str(close);
    }

    fn arguments(&mut self, a: &Arguments) {
        let mut parts: Vec<(String, Option<ExprRef>, Sym)> = Vec::new();
        let plain = a.posonlyargs.len() + a.args.len();
        let without = plain - a.defaults.len().min(plain);
        let mut texts: Vec<String> = Vec::new();
        for (i, arg) in a.posonlyargs.iter().chain(a.args).enumerate() {
            parts.push((
                String::new(),
                i.checked_sub(without).map(|i| a.defaults[i]),
                arg.name,
            ));
            texts.push(self.parameter(&parts[i]));
            if i + 1 == a.posonlyargs.len() {
                texts.push("/".to_owned());
            }
        }
        match a.vararg {
            Some(v) => texts.push(format!("*{}", self.names.resolve(v.name))),
            None if !a.kwonlyargs.is_empty() => texts.push("*".to_owned()),
            None => {}
        }
        for (arg, default) in a.kwonlyargs.iter().zip(a.kw_defaults) {
            texts.push(self.parameter(&(String::new(), *default, arg.name)));
        }
        if let Some(k) = a.kwarg {
            texts.push(format!("**{}", self.names.resolve(k.name)));
        }
        if !texts.is_empty() {
            self.out.push(' ');
            self.out.push_str(&texts.join(", "));
        }
    }

    fn parameter(&self, (_, default, name): &(String, Option<ExprRef>, Sym)) -> String {
        let mut w = Writer {
            out: self.names.resolve(*name).to_owned(),
            names: self.names,
        };
        if let Some(d) = default {
            w.out.push('=');
            w.expr(d, level::TEST);
        }
        w.out
    }

    fn template(&mut self, prefix: char, values: Exprs) {
        let mut w = Writer {
            out: String::new(),
            names: self.names,
        };
        w.template_parts(values);
        self.out.push(prefix);
        self.out.push_str(&quote(&w.out));
    }

    fn template_parts(&mut self, values: Exprs) {
        for v in values {
            match &v.kind {
                ExprKind::Constant(Constant::Str { value, .. }) => {
                    let text = String::from_utf8_lossy(value)
                        .replace('{', "{{")
                        .replace('}', "}}");
                    self.out.push_str(&text);
                }
                ExprKind::FormattedValue {
                    value,
                    conversion,
                    format_spec,
                }
                | ExprKind::Interpolation {
                    value,
                    conversion,
                    format_spec,
                    ..
                } => {
                    let mut w = Writer {
                        out: String::new(),
                        names: self.names,
                    };
                    w.expr(value, level::TEST + 1);
                    self.out
                        .push_str(if w.out.starts_with('{') { "{ " } else { "{" });
                    self.out.push_str(&w.out);
                    match conversion {
                        Conversion::None => {}
                        Conversion::Str => self.out.push_str("!s"),
                        Conversion::Repr => self.out.push_str("!r"),
                        Conversion::Ascii => self.out.push_str("!a"),
                    }
                    if let Some(spec) = format_spec {
                        self.out.push(':');
                        match spec.kind {
                            ExprKind::JoinedStr { values } => self.template_parts(values),
                            _ => self.template_parts(&[spec]),
                        }
                    }
                    self.out.push('}');
                }
                ExprKind::JoinedStr { values } => self.template_parts(values),
                _ => {}
            }
        }
    }

    fn constant(&mut self, c: &Constant) {
        let float = |f: f64| {
            if f.is_infinite() {
                "1e309".to_owned()
            } else {
                float_text(f)
            }
        };
        match c {
            Constant::None => self.out.push_str("None"),
            Constant::True => self.out.push_str("True"),
            Constant::False => self.out.push_str("False"),
            Constant::Ellipsis => self.out.push_str("..."),
            Constant::Int(i) => {
                let _ = write!(self.out, "{i}");
            }
            Constant::BigInt { radix, digits } => {
                let prefix = match radix {
                    2 => "0b",
                    8 => "0o",
                    16 => "0x",
                    _ => "",
                };
                let _ = write!(self.out, "{prefix}{digits}");
            }
            Constant::Float(f) => self.out.push_str(&float(*f)),
            Constant::Complex(f) => {
                let text = float(*f);
                let _ = write!(self.out, "{}j", text.strip_suffix(".0").unwrap_or(&text));
            }
            Constant::Str { value, u } => {
                if *u {
                    self.out.push('u');
                }
                let text = quote(&String::from_utf8_lossy(value));
                self.out.push_str(&text);
            }
            Constant::Bytes(b) => {
                let _ = write!(self.out, "b'{}'", b.escape_ascii());
            }
        }
    }
}

/// A float as Python's repr: shortest digits, exponent from 1e16 on and below 1e-4.
pub fn float_text(f: f64) -> String {
    let magnitude = f.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{f:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let n: i32 = exponent.parse().unwrap_or(0);
        return format!("{digits}e{}{:02}", if n < 0 { '-' } else { '+' }, n.abs());
    }
    format!("{f:?}")
}

fn binary_level(op: Operator) -> u8 {
    match op {
        Operator::Add | Operator::Sub => level::ARITH,
        Operator::Mult | Operator::MatMult | Operator::Div | Operator::Mod | Operator::FloorDiv => {
            level::TERM
        }
        Operator::Pow => level::POWER,
        Operator::LShift | Operator::RShift => level::SHIFT,
        Operator::BitOr => level::BOR,
        Operator::BitXor => level::BXOR,
        Operator::BitAnd => level::BAND,
    }
}
