//! What the grammar's rules do: build nodes, and check what the grammar can't say.
//!
//! Messages here are the last resort: for a rejected program `diagnose` usually finds CPython's words.

use crate::ast::*;
use crate::depth;
use crate::error::Warning;
use crate::names::{Interner, Sym};
use crate::source::Span;
use crate::token::{Tok, Token};
use bumpalo::Bump;
use unicode_normalization::UnicodeNormalization;

/// A program that the grammar accepts and an action rejects.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub message: String,
    pub span: Span,
    /// Final: CPython raises it while parsing, before any other analysis.
    pub last_word: bool,
}

/// The error type of generated code.
pub(crate) type ParseError = lalrpop_util::ParseError<u32, Tok, Fault>;
pub(crate) type Checked<T> = Result<T, ParseError>;

/// An error that the diagnoser may replace.
pub(crate) fn fail<T>(message: impl Into<String>, span: Span) -> Checked<T> {
    Err(ParseError::User {
        error: Fault {
            message: message.into(),
            span,
            last_word: false,
        },
    })
}

/// An error that stands.
pub(crate) fn fail_for_good<T>(message: impl Into<String>, span: Span) -> Checked<T> {
    Err(ParseError::User {
        error: Fault {
            message: message.into(),
            span,
            last_word: true,
        },
    })
}

/// An item of a call's parentheses.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Argument<'a> {
    Positional(ExprRef<'a>),
    /// A generator expression without parentheses of its own.
    Generator(ExprRef<'a>),
    Star(ExprRef<'a>),
    Keyword(Keyword<'a>),
    DoubleStar(Keyword<'a>),
}

/// An item of a parameter list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Parameter<'a> {
    Plain(Arg<'a>, Option<ExprRef<'a>>),
    Slash(Span),
    Star(Span, Option<Arg<'a>>),
    DoubleStar(Arg<'a>),
}

impl Parameter<'_> {
    fn span(self) -> Span {
        match self {
            Parameter::Plain(arg, _) | Parameter::DoubleStar(arg) => arg.span,
            Parameter::Slash(span) | Parameter::Star(span, _) => span,
        }
    }
}

/// An item of a class pattern.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PatternArg<'a> {
    Positional(PatternRef<'a>),
    Keyword(Sym, PatternRef<'a>),
}

/// An operand of the flat arithmetic list, with its range including parentheses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operand<'a> {
    pub start: u32,
    pub expr: ExprRef<'a>,
    pub end: u32,
}

/// What a target is for; the rules differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Store,
    Delete,
}

/// The parser's context.
pub(crate) struct Cx<'a, 'n> {
    pub arena: &'a Bump,
    pub src: &'a str,
    pub names: &'n mut Interner,
    pub tokens: &'n [Token],
    pub warnings: &'n mut Vec<Warning>,
    /// The first node that is nested too deeply.
    pub too_deep: Option<Span>,
}

impl<'a> Cx<'a, '_> {
    /// The text of a range.
    pub fn text(&self, span: Span) -> &'a str {
        &self.src[span.start as usize..span.end as usize]
    }

    /// A list in the arena.
    #[inline]
    pub fn list<T>(&self, v: Vec<T>) -> &'a [T] {
        if v.is_empty() {
            &[]
        } else {
            self.arena.alloc_slice_fill_iter(v)
        }
    }

    #[inline]
    pub fn expr(&mut self, start: u32, end: u32, kind: ExprKind<'a>) -> ExprRef<'a> {
        let depth = depth::expr(&kind);
        let span = Span { start, end };
        if depth > MAX_DEPTH {
            self.too_deep.get_or_insert(span);
        }
        self.arena.alloc(Expr { span, depth, kind })
    }

    /// A statement without suites.
    #[inline]
    pub fn stmt(&self, start: u32, end: u32, kind: StmtKind<'a>) -> StmtRef<'a> {
        self.arena.alloc(Stmt {
            span: Span { start, end },
            depth: 1,
            kind,
        })
    }

    /// A statement with suites; it ends where the last of them ends.
    pub fn compound(&mut self, start: u32, bodies: &[Body<'a>], kind: StmtKind<'a>) -> StmtRef<'a> {
        let end = self.suite_end(
            bodies
                .iter()
                .rev()
                .find_map(|b| b.last())
                .map_or(start, |s| s.span.end),
        );
        let depth = depth::suites(bodies);
        let span = Span { start, end };
        if depth > MAX_DEPTH {
            self.too_deep.get_or_insert(span);
        }
        self.arena.alloc(Stmt { span, depth, kind })
    }

    /// A suite in one line may end with a semicolon, which belongs to the compound statement.
    pub fn suite_end(&self, end: u32) -> u32 {
        let bytes = self.src.as_bytes();
        let mut pos = end as usize;
        while let Some(b' ' | b'\t' | b'\x0c' | b'\\') = bytes.get(pos) {
            pos += if bytes[pos] == b'\\' { 2 } else { 1 };
        }
        if bytes.get(pos) == Some(&b';') {
            pos as u32 + 1
        } else {
            end
        }
    }

    pub fn pattern(&self, start: u32, end: u32, kind: PatternKind<'a>) -> PatternRef<'a> {
        self.arena.alloc(Pattern {
            span: Span { start, end },
            kind,
        })
    }

    /// A name; other than ASCII is normalised (NFKC).
    #[inline]
    pub fn name(&mut self, start: u32, end: u32) -> Sym {
        self.intern(self.text(Span { start, end }))
    }

    fn intern(&mut self, text: &str) -> Sym {
        if text.is_ascii() {
            self.names.intern(text)
        } else {
            let normal: String = text.nfkc().collect();
            self.names.intern(&normal)
        }
    }

    // ------------------------------------------------------------ expressions

    pub fn tuple(&mut self, start: u32, end: u32, v: Vec<ExprRef<'a>>) -> ExprRef<'a> {
        let elts = self.list(v);
        self.expr(start, end, ExprKind::Tuple { elts })
    }

    pub fn bool_op(
        &mut self,
        start: u32,
        end: u32,
        op: BoolOp,
        v: Vec<ExprRef<'a>>,
    ) -> ExprRef<'a> {
        let values = self.list(v);
        self.expr(start, end, ExprKind::BoolOp { op, values })
    }

    pub fn compare(
        &mut self,
        start: u32,
        end: u32,
        left: ExprRef<'a>,
        rest: Vec<(CmpOp, ExprRef<'a>)>,
    ) -> ExprRef<'a> {
        let ops = self.arena.alloc_slice_fill_iter(rest.iter().map(|r| r.0));
        let comparators = self.arena.alloc_slice_fill_iter(rest.iter().map(|r| r.1));
        self.expr(
            start,
            end,
            ExprKind::Compare {
                left,
                ops,
                comparators,
            },
        )
    }

    /// Precedence climbing over a flat list of operators and operands.
    pub fn climb(&mut self, first: Operand<'a>, rest: Vec<(Operator, Operand<'a>)>) -> ExprRef<'a> {
        let mut operands = vec![first];
        let mut operators: Vec<Operator> = Vec::new();
        for (op, operand) in rest {
            while operators
                .last()
                .is_some_and(|top| precedence(*top) >= precedence(op))
            {
                self.reduce(&mut operands, &mut operators);
            }
            operators.push(op);
            operands.push(operand);
        }
        while !operators.is_empty() {
            self.reduce(&mut operands, &mut operators);
        }
        operands[0].expr
    }

    fn reduce(&mut self, operands: &mut Vec<Operand<'a>>, operators: &mut Vec<Operator>) {
        if let (Some(right), Some(left), Some(op)) =
            (operands.pop(), operands.pop(), operators.pop())
        {
            let kind = ExprKind::BinOp {
                left: left.expr,
                op,
                right: right.expr,
            };
            let expr = self.expr(left.start, right.end, kind);
            operands.push(Operand {
                start: left.start,
                expr,
                end: right.end,
            });
        }
    }

    pub fn dict(
        &mut self,
        start: u32,
        end: u32,
        items: Vec<(Option<ExprRef<'a>>, ExprRef<'a>)>,
    ) -> ExprRef<'a> {
        let keys = self.arena.alloc_slice_fill_iter(items.iter().map(|i| i.0));
        let values = self.arena.alloc_slice_fill_iter(items.iter().map(|i| i.1));
        self.expr(start, end, ExprKind::Dict { keys, values })
    }

    /// Parentheses around one expression.
    pub fn group(&mut self, e: ExprRef<'a>) -> Checked<ExprRef<'a>> {
        match e.kind {
            ExprKind::Starred { .. } => fail("cannot use starred expression here", e.span),
            _ => Ok(e),
        }
    }

    /// A lone starred index is a tuple of one.
    pub fn subscript(
        &mut self,
        start: u32,
        end: u32,
        value: ExprRef<'a>,
        slice: ExprRef<'a>,
    ) -> ExprRef<'a> {
        let slice = match slice.kind {
            ExprKind::Starred { .. } => self.tuple(slice.span.start, slice.span.end, vec![slice]),
            _ => slice,
        };
        self.expr(start, end, ExprKind::Subscript { value, slice })
    }

    pub fn call(
        &mut self,
        start: u32,
        end: u32,
        func: ExprRef<'a>,
        open: u32,
        list: (Vec<Argument<'a>>, bool),
    ) -> Checked<ExprRef<'a>> {
        if let (&[Argument::Generator(e)], false) = (list.0.as_slice(), list.1) {
            // The call's parentheses are also the generator's.
            if let ExprKind::GeneratorExp { elt, generators } = e.kind {
                let e = self.expr(open, end, ExprKind::GeneratorExp { elt, generators });
                let args = self.list(vec![e]);
                return Ok(self.expr(
                    start,
                    end,
                    ExprKind::Call {
                        func,
                        args,
                        keywords: &[],
                    },
                ));
            }
        }
        let (args, keywords) = self.arguments(list.0)?;
        Ok(self.expr(
            start,
            end,
            ExprKind::Call {
                func,
                args,
                keywords,
            },
        ))
    }

    /// Checks the order of arguments and splits them.
    pub fn arguments(
        &mut self,
        list: Vec<Argument<'a>>,
    ) -> Checked<(Exprs<'a>, &'a [Keyword<'a>])> {
        let mut args = Vec::with_capacity(list.len());
        let mut keywords = Vec::new();
        let mut unpacked = false;
        for item in list {
            match item {
                Argument::Generator(e) => {
                    return fail("Generator expression must be parenthesized", e.span);
                }
                Argument::Positional(e) if unpacked => {
                    return fail(
                        "positional argument follows keyword argument unpacking",
                        e.span,
                    );
                }
                Argument::Positional(e) if !keywords.is_empty() => {
                    return fail("positional argument follows keyword argument", e.span);
                }
                Argument::Star(e) if unpacked => {
                    return fail(
                        "iterable argument unpacking follows keyword argument unpacking",
                        e.span,
                    );
                }
                Argument::Positional(e) | Argument::Star(e) => args.push(e),
                Argument::Keyword(k) => keywords.push(k),
                Argument::DoubleStar(k) => {
                    unpacked = true;
                    keywords.push(k);
                }
            }
        }
        Ok((self.list(args), self.list(keywords)))
    }

    pub fn comprehension(
        &mut self,
        is_async: bool,
        target: ExprRef<'a>,
        iter: ExprRef<'a>,
        ifs: Vec<ExprRef<'a>>,
    ) -> Checked<Comprehension<'a>> {
        self.target(target, Purpose::Store)?;
        Ok(Comprehension {
            target,
            iter,
            ifs: self.list(ifs),
            is_async,
        })
    }

    // ------------------------------------------------------------ parameters

    pub fn arg(&self, start: u32, end: u32, name: Sym, annotation: Option<ExprRef<'a>>) -> Arg<'a> {
        Arg {
            span: Span { start, end },
            name,
            annotation,
        }
    }

    pub fn no_parameters(&self) -> &'a Arguments<'a> {
        self.arena.alloc(Arguments::default())
    }

    /// Checks the order of parameters and sorts them into their kinds.
    pub fn parameters(&mut self, list: Vec<Parameter<'a>>) -> Checked<&'a Arguments<'a>> {
        let mut out = Arguments::default();
        let (mut args, mut defaults) = (Vec::new(), Vec::new());
        let (mut kwonly, mut kw_defaults) = (Vec::new(), Vec::new());
        let mut star: Option<Span> = None;
        let mut slash = false;
        for item in list {
            if out.kwarg.is_some() {
                return fail("arguments cannot follow var-keyword argument", item.span());
            }
            match item {
                Parameter::Plain(arg, default) if star.is_some() => {
                    kwonly.push(arg);
                    kw_defaults.push(default);
                }
                Parameter::Plain(arg, default) => {
                    if default.is_none() && !defaults.is_empty() {
                        return fail(
                            "parameter without a default follows parameter with a default",
                            arg.span,
                        );
                    }
                    args.push(arg);
                    defaults.extend(default);
                }
                Parameter::Slash(span) if star.is_some() => {
                    return fail("/ must be ahead of *", span);
                }
                Parameter::Slash(span) if slash => return fail("/ may appear only once", span),
                Parameter::Slash(span) if args.is_empty() => {
                    return fail("at least one parameter must precede /", span);
                }
                Parameter::Slash(_) => {
                    slash = true;
                    out.posonlyargs = self.list(std::mem::take(&mut args));
                }
                Parameter::Star(span, _) if star.is_some() => {
                    return fail("* may appear only once", span);
                }
                Parameter::Star(span, arg) => {
                    star = Some(span);
                    out.vararg = arg.map(|a| &*self.arena.alloc(a));
                }
                Parameter::DoubleStar(arg) => out.kwarg = Some(self.arena.alloc(arg)),
            }
        }
        if let (Some(span), None, true) = (star, out.vararg, kwonly.is_empty()) {
            return fail("named parameters must follow bare *", span);
        }
        out.args = self.list(args);
        out.defaults = self.list(defaults);
        out.kwonlyargs = self.list(kwonly);
        out.kw_defaults = self.list(kw_defaults);
        Ok(self.arena.alloc(out))
    }

    // ------------------------------------------------------------ targets

    /// Checks that an expression can be assigned to or deleted.
    pub fn target(&self, e: ExprRef<'a>, purpose: Purpose) -> Checked<()> {
        match e.kind {
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
                Ok(())
            }
            ExprKind::Starred { value }
                if purpose == Purpose::Store && !matches!(value.kind, ExprKind::Starred { .. }) =>
            {
                self.target(value, purpose)
            }
            // Brackets bound this recursion: the lexer allows 200.
            ExprKind::Tuple { elts } | ExprKind::List { elts } => {
                elts.iter().try_for_each(|e| self.target(e, purpose))
            }
            _ => fail(
                format!("cannot assign to {}", crate::describe::expr(e)),
                e.span,
            ),
        }
    }

    pub fn assign(
        &mut self,
        start: u32,
        end: u32,
        first: ExprRef<'a>,
        mut rest: Vec<ExprRef<'a>>,
    ) -> Checked<StmtRef<'a>> {
        rest.insert(0, first);
        let value = rest.pop().unwrap_or(first);
        for target in &rest {
            self.target(target, Purpose::Store)?;
        }
        let targets = self.list(rest);
        Ok(self.stmt(start, end, StmtKind::Assign { targets, value }))
    }

    pub fn aug_assign(
        &mut self,
        start: u32,
        end: u32,
        target: ExprRef<'a>,
        op: Operator,
        value: ExprRef<'a>,
    ) -> Checked<StmtRef<'a>> {
        match target.kind {
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
                Ok(self.stmt(start, end, StmtKind::AugAssign { target, op, value }))
            }
            _ => {
                let what = crate::describe::expr(target);
                fail(
                    format!("'{what}' is an illegal expression for augmented assignment"),
                    target.span,
                )
            }
        }
    }

    pub fn ann_assign(
        &mut self,
        start: u32,
        end: u32,
        target: ExprRef<'a>,
        annotation: ExprRef<'a>,
        value: Option<ExprRef<'a>>,
    ) -> Checked<StmtRef<'a>> {
        match target.kind {
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
                let simple =
                    matches!(target.kind, ExprKind::Name { .. }) && target.span.start == start;
                Ok(self.stmt(
                    start,
                    end,
                    StmtKind::AnnAssign {
                        target,
                        annotation,
                        value,
                        simple,
                    },
                ))
            }
            _ => fail("illegal target for annotation", target.span),
        }
    }

    pub fn delete(&mut self, start: u32, end: u32, v: Vec<ExprRef<'a>>) -> Checked<StmtRef<'a>> {
        for target in &v {
            self.target(target, Purpose::Delete)?;
        }
        let targets = self.list(v);
        Ok(self.stmt(start, end, StmtKind::Delete { targets }))
    }
}

fn precedence(op: Operator) -> u8 {
    match op {
        Operator::BitOr => 1,
        Operator::BitXor => 2,
        Operator::BitAnd => 3,
        Operator::LShift | Operator::RShift => 4,
        Operator::Add | Operator::Sub => 5,
        Operator::Mult | Operator::MatMult | Operator::Div | Operator::Mod | Operator::FloorDiv => {
            6
        }
        Operator::Pow => 7,
    }
}
