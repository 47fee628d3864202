//! Expressions, patterns, parameters.

use pyjit_heap::Value;
use pyjit_runtime::R;
use pyjit_runtime::core::ops;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::types::{float, int};
use pyjit_syntax::ast::*;
use pyjit_syntax::source::Span;

use super::{Ctx, Node, Reader};

/// Pairs of names and operators.
macro_rules! table {
    ($ty:ident: $($name:ident)*) => { &[$((stringify!($name), $ty::$name)),*] };
}

impl<'a> Reader<'_, 'a> {
    pub(super) fn expr(&mut self, n: Node, name: &str, ctx: Ctx) -> R<ExprRef<'a>> {
        let v = self.required(n, name)?;
        self.expr_of(v, ctx)
    }
    pub(super) fn opt_expr(&mut self, n: Node, name: &str, ctx: Ctx) -> R<Option<ExprRef<'a>>> {
        let v = self.opt_field(n, name)?;
        v.map(|v| self.expr_of(v, ctx)).transpose()
    }
    pub(super) fn exprs(&mut self, n: Node, name: &str, ctx: Ctx) -> R<Exprs<'a>> {
        let all = self.each(n, name, |r, v| {
            if v.is_none() {
                return r.value_error("None disallowed in expression list");
            }
            r.expr_of(v, ctx)
        })?;
        Ok(self.slice(all))
    }
    fn opt_exprs(&mut self, n: Node, name: &str) -> R<&'a [Option<ExprRef<'a>>]> {
        let all = self.each(n, name, |r, v| match v.is_none() {
            true => Ok(None),
            false => r.expr_of(v, Ctx::Load).map(Some),
        })?;
        Ok(self.slice(all))
    }

    /// An expression.
    pub(super) fn expr_of(&mut self, v: Value, ctx: Ctx) -> R<ExprRef<'a>> {
        let kind = self.kind(v)?;
        if !self.is_a(v, "expr")? {
            return self.unexpected("expr", v);
        }
        let n = Node {
            object: v,
            kind: &kind,
        };
        let span = self.span(n, "expr")?;
        let has_ctx = matches!(
            &*kind,
            "Attribute" | "Subscript" | "Starred" | "Name" | "List" | "Tuple"
        );
        if has_ctx {
            let given = self.field(n, "ctx")?;
            let given = self.kind(given)?;
            if given != ctx.name() && matches!(&*given, "Load" | "Store" | "Del") {
                return self.value_error(format!(
                    "expression must have {} context but has {given} instead",
                    ctx.name()
                ));
            }
        } else if ctx != Ctx::Load {
            return self.value_error(format!(
                "expression which can't be assigned to in {} context",
                ctx.name()
            ));
        }
        let (kind, depth) = self.nested(|r| r.expr_kind(n, ctx, span))?;
        Ok(self.arena.alloc(Expr { span, depth, kind }))
    }

    fn expr_kind(&mut self, n: Node, ctx: Ctx, span: Span) -> R<ExprKind<'a>> {
        use ExprKind as E;
        let load = Ctx::Load;
        Ok(match n.kind {
            "BoolOp" => {
                let op = self.required(n, "op")?;
                let op = self.operator(op, "boolop", table!(BoolOp: And Or))?;
                let values = self.exprs(n, "values", load)?;
                if values.len() < 2 {
                    return self.value_error("BoolOp with less than 2 values");
                }
                E::BoolOp { op, values }
            }
            "NamedExpr" => {
                let target = self.required(n, "target")?;
                if self.kind(target)? != "Name" {
                    return self.type_error("NamedExpr target must be a Name");
                }
                let target = self.expr_of(target, Ctx::Store)?;
                let value = self.expr(n, "value", load)?;
                E::NamedExpr { target, value }
            }
            "BinOp" => E::BinOp {
                left: self.expr(n, "left", load)?,
                op: self.binary(n)?,
                right: self.expr(n, "right", load)?,
            },
            "UnaryOp" => {
                let op = self.required(n, "op")?;
                let op = self.operator(op, "unaryop", table!(UnaryOp: Invert Not UAdd USub))?;
                let operand = self.expr(n, "operand", load)?;
                E::UnaryOp { op, operand }
            }
            "Lambda" => E::Lambda {
                args: self.arguments(n)?,
                body: self.expr(n, "body", load)?,
            },
            "IfExp" => E::IfExp {
                test: self.expr(n, "test", load)?,
                body: self.expr(n, "body", load)?,
                orelse: self.expr(n, "orelse", load)?,
            },
            "Dict" => {
                let keys = self.opt_exprs(n, "keys")?;
                let values = self.exprs(n, "values", load)?;
                if keys.len() != values.len() {
                    return self.value_error("Dict doesn't have the same number of keys as values");
                }
                E::Dict { keys, values }
            }
            "Set" => E::Set {
                elts: self.exprs(n, "elts", load)?,
            },
            "ListComp" | "SetComp" | "GeneratorExp" | "DictComp" => self.comprehension(n)?,
            "Await" => E::Await {
                value: self.expr(n, "value", load)?,
            },
            "Yield" => E::Yield {
                value: self.opt_expr(n, "value", load)?,
            },
            "YieldFrom" => E::YieldFrom {
                value: self.expr(n, "value", load)?,
            },
            "Compare" => self.compare(n)?,
            "Call" => E::Call {
                func: self.expr(n, "func", load)?,
                args: self.exprs(n, "args", load)?,
                keywords: self.keywords(n)?,
            },
            _ => return self.part_or_place(n, ctx, span),
        })
    }

    /// Constants, parts of texts, and what can be assigned to.
    fn part_or_place(&mut self, n: Node, ctx: Ctx, span: Span) -> R<ExprKind<'a>> {
        use ExprKind as E;
        let load = Ctx::Load;
        Ok(match n.kind {
            "FormattedValue" => E::FormattedValue {
                value: self.expr(n, "value", load)?,
                conversion: self.conversion(n)?,
                format_spec: self.opt_expr(n, "format_spec", load)?,
            },
            "Interpolation" => {
                let value = self.expr(n, "value", load)?;
                let text = self.field(n, "str")?;
                let text = match text.cast::<Str>() {
                    Some(s) => s.lossy().into_owned(),
                    None => ops::repr(self.t, text)?.lossy().into_owned(),
                };
                E::Interpolation {
                    value,
                    text: self.arena.alloc_str(&text),
                    conversion: self.conversion(n)?,
                    format_spec: self.opt_expr(n, "format_spec", load)?,
                }
            }
            "JoinedStr" => E::JoinedStr {
                values: self.exprs(n, "values", load)?,
            },
            "TemplateStr" => E::TemplateStr {
                values: self.exprs(n, "values", load)?,
            },
            "Constant" => {
                let v = self.field(n, "value")?;
                self.constant(n, v, span)?
            }
            "Attribute" => E::Attribute {
                value: self.expr(n, "value", load)?,
                attr: self.sym(n, "attr")?,
            },
            "Subscript" => E::Subscript {
                value: self.expr(n, "value", load)?,
                slice: self.expr(n, "slice", load)?,
            },
            "Starred" => E::Starred {
                value: self.expr(n, "value", ctx)?,
            },
            "Name" => {
                let id = self.required(n, "id")?;
                E::Name {
                    id: self.name_of(id)?,
                }
            }
            "List" => E::List {
                elts: self.exprs(n, "elts", ctx)?,
            },
            "Tuple" => E::Tuple {
                elts: self.exprs(n, "elts", ctx)?,
            },
            "Slice" => E::Slice {
                lower: self.opt_expr(n, "lower", load)?,
                upper: self.opt_expr(n, "upper", load)?,
                step: self.opt_expr(n, "step", load)?,
            },
            _ => return self.unexpected("expr", n.object),
        })
    }
    pub(super) fn binary(&mut self, n: Node) -> R<Operator> {
        let op = self.required(n, "op")?;
        let all = table!(Operator: Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv);
        self.operator(op, "operator", all)
    }
    fn conversion(&mut self, n: Node) -> R<Conversion> {
        Ok(match self.int(n, "conversion")? {
            -1 => Conversion::None,
            115 => Conversion::Str,
            114 => Conversion::Repr,
            97 => Conversion::Ascii,
            c => {
                let m = format!("Unrecognized conversion character {c}");
                return Err(pyjit_runtime::core::errors::system_error(self.t, m));
            }
        })
    }
    fn compare(&mut self, n: Node) -> R<ExprKind<'a>> {
        let left = self.expr(n, "left", Ctx::Load)?;
        let all = table!(CmpOp: Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn);
        let ops = self.each(n, "ops", |r, v| r.operator(v, "cmpop", all))?;
        let comparators = self.exprs(n, "comparators", Ctx::Load)?;
        if comparators.is_empty() {
            return self.value_error("Compare with no comparators");
        }
        if comparators.len() != ops.len() {
            return self.value_error("Compare has a different number of comparators and operands");
        }
        Ok(ExprKind::Compare {
            left,
            ops: self.slice(ops),
            comparators,
        })
    }
    fn comprehension(&mut self, n: Node) -> R<ExprKind<'a>> {
        let generators = self.each(n, "generators", |r, v| {
            if !r.is_a(v, "comprehension")? {
                return r.unexpected("comprehension", v);
            }
            let n = Node {
                object: v,
                kind: "comprehension",
            };
            Ok(Comprehension {
                target: r.expr(n, "target", Ctx::Store)?,
                iter: r.expr(n, "iter", Ctx::Load)?,
                ifs: r.exprs(n, "ifs", Ctx::Load)?,
                is_async: r.int(n, "is_async")? != 0,
            })
        })?;
        if generators.is_empty() {
            return self.value_error("comprehension with no generators");
        }
        let generators = self.slice(generators);
        if n.kind == "DictComp" {
            let (key, value) = (
                self.expr(n, "key", Ctx::Load)?,
                self.expr(n, "value", Ctx::Load)?,
            );
            return Ok(ExprKind::DictComp {
                key,
                value,
                generators,
            });
        }
        let elt = self.expr(n, "elt", Ctx::Load)?;
        Ok(match n.kind {
            "ListComp" => ExprKind::ListComp { elt, generators },
            "SetComp" => ExprKind::SetComp { elt, generators },
            _ => ExprKind::GeneratorExp { elt, generators },
        })
    }
    pub(super) fn keywords(&mut self, n: Node) -> R<&'a [Keyword<'a>]> {
        let all = self.each(n, "keywords", |r, v| {
            if !r.is_a(v, "keyword")? {
                return r.unexpected("keyword", v);
            }
            let n = Node {
                object: v,
                kind: "keyword",
            };
            Ok(Keyword {
                span: r.span(n, "keyword")?,
                arg: r.opt_sym(n, "arg")?,
                value: r.expr(n, "value", Ctx::Load)?,
            })
        })?;
        Ok(self.slice(all))
    }

    /// A literal's value; some values need an expression.
    fn constant(&mut self, n: Node, v: Value, span: Span) -> R<ExprKind<'a>> {
        if let Some(items) = v.cast_exact::<Tuple>() {
            let mut elts = Vec::new();
            for i in 0..items.len() {
                let v = items.items()[i];
                let (kind, depth) = self.nested(|r| r.constant(n, v, span))?;
                elts.push(&*self.arena.alloc(Expr { span, depth, kind }));
            }
            return Ok(ExprKind::Tuple {
                elts: self.slice(elts),
            });
        }
        if let Some((re, im)) = pyjit_runtime::types::complex::get(v) {
            let imaginary = ExprKind::Constant(Constant::Complex(im));
            if re == 0.0 && !re.is_sign_negative() {
                return Ok(imaginary);
            }
            let part = |kind| {
                &*self.arena.alloc(Expr {
                    span,
                    depth: 1,
                    kind,
                })
            };
            return Ok(ExprKind::BinOp {
                left: part(ExprKind::Constant(Constant::Float(re))),
                op: Operator::Add,
                right: part(imaginary),
            });
        }
        let c = match v {
            Value::NONE => Constant::None,
            Value::TRUE => Constant::True,
            Value::FALSE => Constant::False,
            Value::ELLIPSIS => Constant::Ellipsis,
            v if v.is_int() => Constant::Int(v.as_int()),
            v => return self.other_constant(n, v, span),
        };
        Ok(ExprKind::Constant(c))
    }
    fn other_constant(&mut self, n: Node, v: Value, span: Span) -> R<ExprKind<'a>> {
        let c = if let Some(s) = v.cast_exact::<Str>() {
            let u = self.opt_field(n, "kind")?.is_some();
            Constant::Str {
                value: self.arena.alloc_slice_copy(s.bytes()),
                u,
            }
        } else if let Some(b) = v.cast_exact::<Bytes>() {
            Constant::Bytes(self.arena.alloc_slice_copy(b.bytes()))
        } else if let Some(f) = float::get(v) {
            Constant::Float(f)
        } else if int::is_int(v) {
            let text = ops::repr(self.t, ops::unary(self.t, Special::Abs, v)?)?
                .lossy()
                .into_owned();
            let big = Constant::BigInt {
                radix: 10,
                digits: self.arena.alloc_str(&text),
            };
            if int::is_negative(v) {
                let operand = self.arena.alloc(Expr {
                    span,
                    depth: 1,
                    kind: ExprKind::Constant(big),
                });
                return Ok(ExprKind::UnaryOp {
                    op: UnaryOp::USub,
                    operand,
                });
            }
            big
        } else {
            let m = format!("got an invalid type in Constant: {}", type_name(v));
            return self.type_error(m);
        };
        Ok(ExprKind::Constant(c))
    }

    /// The parameters of a function.
    pub(super) fn arguments(&mut self, n: Node) -> R<&'a Arguments<'a>> {
        let v = self.required(n, "args")?;
        if !self.is_a(v, "arguments")? {
            return self.unexpected("arguments", v);
        }
        let n = Node {
            object: v,
            kind: "arguments",
        };
        let args = Arguments {
            posonlyargs: self.args(n, "posonlyargs")?,
            args: self.args(n, "args")?,
            vararg: self.opt_arg(n, "vararg")?,
            kwonlyargs: self.args(n, "kwonlyargs")?,
            kw_defaults: self.opt_exprs(n, "kw_defaults")?,
            kwarg: self.opt_arg(n, "kwarg")?,
            defaults: self.exprs(n, "defaults", Ctx::Load)?,
        };
        if args.defaults.len() > args.posonlyargs.len() + args.args.len() {
            return self.value_error("more positional defaults than args on arguments");
        }
        if args.kw_defaults.len() != args.kwonlyargs.len() {
            return self
                .value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        Ok(self.arena.alloc(args))
    }
    fn args(&mut self, n: Node, name: &str) -> R<&'a [Arg<'a>]> {
        let all = self.each(n, name, |r, v| r.arg(v))?;
        Ok(self.slice(all))
    }
    fn opt_arg(&mut self, n: Node, name: &str) -> R<Option<&'a Arg<'a>>> {
        match self.opt_field(n, name)? {
            Some(v) => {
                let arg = self.arg(v)?;
                Ok(Some(self.arena.alloc(arg)))
            }
            None => Ok(None),
        }
    }
    fn arg(&mut self, v: Value) -> R<Arg<'a>> {
        if !self.is_a(v, "arg")? {
            return self.unexpected("arg", v);
        }
        let n = Node {
            object: v,
            kind: "arg",
        };
        let name = self.required(n, "arg")?;
        Ok(Arg {
            span: self.span(n, "arg")?,
            name: self.name_of(name)?,
            annotation: self.opt_expr(n, "annotation", Ctx::Load)?,
        })
    }

    fn patterns(&mut self, n: Node, name: &str) -> R<&'a [PatternRef<'a>]> {
        let all = self.each(n, name, |r, v| r.pattern_of(v))?;
        Ok(self.slice(all))
    }
    /// A pattern of a `case`.
    pub(super) fn pattern_of(&mut self, v: Value) -> R<PatternRef<'a>> {
        let kind = self.kind(v)?;
        if !self.is_a(v, "pattern")? {
            return self.unexpected("pattern", v);
        }
        let n = Node {
            object: v,
            kind: &kind,
        };
        let span = self.span(n, "pattern")?;
        let (kind, _) = self.nested(|r| r.pattern_kind(n, span))?;
        Ok(self.arena.alloc(Pattern { span, kind }))
    }
    fn capture(&mut self, n: Node, field: &str) -> R<Option<pyjit_syntax::Sym>> {
        let Some(v) = self.opt_field(n, field)? else {
            return Ok(None);
        };
        let sym = self.name_of(v)?;
        if self.names.resolve(sym) == "_" {
            return self.value_error("can't capture name '_' in patterns");
        }
        Ok(Some(sym))
    }
    fn pattern_kind(&mut self, n: Node, span: Span) -> R<PatternKind<'a>> {
        use PatternKind as P;
        Ok(match n.kind {
            "MatchValue" => {
                let value = self.expr(n, "value", Ctx::Load)?;
                self.check_pattern_value(value)?;
                P::MatchValue { value }
            }
            "MatchSingleton" => {
                let v = self.field(n, "value")?;
                match self.constant(n, v, span)? {
                    ExprKind::Constant(
                        value @ (Constant::None | Constant::True | Constant::False),
                    ) => P::MatchSingleton { value },
                    _ => {
                        return self
                            .value_error("MatchSingleton can only contain True, False and None");
                    }
                }
            }
            "MatchSequence" => P::MatchSequence {
                patterns: self.patterns(n, "patterns")?,
            },
            "MatchMapping" => {
                let keys = self.exprs(n, "keys", Ctx::Load)?;
                for k in keys {
                    self.check_pattern_key(k)?;
                }
                let patterns = self.patterns(n, "patterns")?;
                if keys.len() != patterns.len() {
                    let m = "MatchMapping doesn't have the same number of keys as patterns";
                    return self.value_error(m);
                }
                let rest = self.capture(n, "rest")?;
                P::MatchMapping {
                    keys,
                    patterns,
                    rest,
                }
            }
            "MatchClass" => {
                let cls = self.expr(n, "cls", Ctx::Load)?;
                let patterns = self.patterns(n, "patterns")?;
                let kwd_attrs = self.each(n, "kwd_attrs", |r, v| r.sym_of(v))?;
                let kwd_patterns = self.patterns(n, "kwd_patterns")?;
                if kwd_attrs.len() != kwd_patterns.len() {
                    let m =
                        "MatchClass doesn't have the same number of keyword attributes as patterns";
                    return self.value_error(m);
                }
                P::MatchClass {
                    cls,
                    patterns,
                    kwd_attrs: self.slice(kwd_attrs),
                    kwd_patterns,
                }
            }
            "MatchStar" => P::MatchStar {
                name: self.capture(n, "name")?,
            },
            "MatchAs" => {
                let name = self.capture(n, "name")?;
                let pattern = match self.opt_field(n, "pattern")? {
                    Some(v) => Some(self.pattern_of(v)?),
                    None => None,
                };
                if pattern.is_some() && name.is_none() {
                    let m = "MatchAs must specify a target name if a pattern is given";
                    return self.value_error(m);
                }
                P::MatchAs { pattern, name }
            }
            "MatchOr" => {
                let patterns = self.patterns(n, "patterns")?;
                if patterns.len() < 2 {
                    return self.value_error("MatchOr requires at least 2 patterns");
                }
                P::MatchOr { patterns }
            }
            _ => return self.unexpected("pattern", n.object),
        })
    }
    fn check_pattern_key(&mut self, e: ExprRef) -> R<()> {
        match &e.kind {
            ExprKind::Constant(Constant::None | Constant::True | Constant::False) => Ok(()),
            ExprKind::JoinedStr { .. } => {
                self.value_error("patterns may only match literals and attribute lookups")
            }
            _ => self.check_pattern_value(e),
        }
    }
    fn check_pattern_value(&mut self, e: ExprRef) -> R<()> {
        let ok = match &e.kind {
            ExprKind::Constant(c) => !matches!(
                c,
                Constant::None | Constant::True | Constant::False | Constant::Ellipsis
            ),
            ExprKind::Attribute { .. }
            | ExprKind::UnaryOp { .. }
            | ExprKind::BinOp { .. }
            | ExprKind::JoinedStr { .. } => true,
            _ => false,
        };
        match ok {
            true => Ok(()),
            false => self.value_error("patterns may only match literals and attribute lookups"),
        }
    }
}
