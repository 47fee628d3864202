//! The syntax tree, in the shape of Python 3.14's abstract grammar (ASDL), allocated in a bump arena.
//!
//! Everything is `&'a` references and slices into one arena per module, freed as a whole.
//! There is no `ctx` field: whether a name is loaded, stored or deleted follows from its place in the tree.
//! It is not a concrete syntax tree: parentheses, comments and layout are gone; byte spans remain.

use crate::names::Sym;
use crate::source::Span;

/// A reference to an expression in the arena.
pub type ExprRef<'a> = &'a Expr<'a>;
/// A list of expressions.
pub type Exprs<'a> = &'a [ExprRef<'a>];
/// A reference to a statement in the arena.
pub type StmtRef<'a> = &'a Stmt<'a>;
/// A suite of statements.
pub type Body<'a> = &'a [StmtRef<'a>];
/// A reference to a pattern in the arena.
pub type PatternRef<'a> = &'a Pattern<'a>;

/// The deepest tree that the parser builds; deeper source is a `SyntaxError`.
/// Recursive walks over the tree may therefore recurse this deep, and no deeper.
pub const MAX_DEPTH: u32 = 3000;

/// A whole compilation unit, by the mode in which it was parsed.
#[derive(Debug, Clone, Copy)]
pub enum Mod<'a> {
    /// `exec`: a file.
    Module { body: Body<'a> },
    /// `single`: one statement of an interactive session.
    Interactive { body: Body<'a> },
    /// `eval`: one expression.
    Expression { body: ExprRef<'a> },
    /// `func_type`: a signature comment, `(int, str) -> bool`.
    FunctionType {
        argtypes: Exprs<'a>,
        returns: ExprRef<'a>,
    },
}

/// A statement with its place in the source.
#[derive(Debug)]
pub struct Stmt<'a> {
    /// Byte range, without decorators and without the newline.
    pub span: Span,
    /// Height of the tree below, at most [`MAX_DEPTH`].
    pub depth: u32,
    /// What it is.
    pub kind: StmtKind<'a>,
}

/// The statements of the abstract grammar; `async` forms carry `is_async`.
#[derive(Debug)]
pub enum StmtKind<'a> {
    FunctionDef(&'a FunctionDef<'a>),
    ClassDef(&'a ClassDef<'a>),
    Return {
        value: Option<ExprRef<'a>>,
    },
    Delete {
        targets: Exprs<'a>,
    },
    Assign {
        targets: Exprs<'a>,
        value: ExprRef<'a>,
    },
    /// `type X[T] = value`; `name` is always a `Name`.
    TypeAlias {
        name: ExprRef<'a>,
        type_params: &'a [TypeParam<'a>],
        value: ExprRef<'a>,
    },
    AugAssign {
        target: ExprRef<'a>,
        op: Operator,
        value: ExprRef<'a>,
    },
    /// `simple`: the target is a name without parentheses.
    AnnAssign {
        target: ExprRef<'a>,
        annotation: ExprRef<'a>,
        value: Option<ExprRef<'a>>,
        simple: bool,
    },
    For(&'a For<'a>),
    While {
        test: ExprRef<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    },
    If {
        test: ExprRef<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    },
    With {
        items: &'a [WithItem<'a>],
        body: Body<'a>,
        is_async: bool,
    },
    Match {
        subject: ExprRef<'a>,
        cases: &'a [MatchCase<'a>],
    },
    Raise {
        exc: Option<ExprRef<'a>>,
        cause: Option<ExprRef<'a>>,
    },
    /// `try` with `except` clauses, or with `except*` clauses when `is_star`.
    Try(&'a Try<'a>),
    Assert {
        test: ExprRef<'a>,
        msg: Option<ExprRef<'a>>,
    },
    Import {
        names: &'a [Alias],
    },
    /// `level` counts the leading dots.
    ImportFrom {
        module: Option<Sym>,
        names: &'a [Alias],
        level: u32,
    },
    Global {
        names: &'a [Sym],
    },
    Nonlocal {
        names: &'a [Sym],
    },
    Expr {
        value: ExprRef<'a>,
    },
    Pass,
    Break,
    Continue,
}

impl StmtKind<'_> {
    /// Whether it has no suite of statements.
    pub fn is_simple(&self) -> bool {
        use StmtKind as S;
        !matches!(
            self,
            S::FunctionDef(_)
                | S::ClassDef(_)
                | S::For(_)
                | S::While { .. }
                | S::If { .. }
                | S::With { .. }
                | S::Match { .. }
                | S::Try(_)
        )
    }
}

/// `def` and `async def`.
#[derive(Debug)]
pub struct FunctionDef<'a> {
    pub name: Sym,
    pub args: &'a Arguments<'a>,
    pub body: Body<'a>,
    pub decorator_list: Exprs<'a>,
    pub returns: Option<ExprRef<'a>>,
    pub type_params: &'a [TypeParam<'a>],
    pub is_async: bool,
}

/// `class`.
#[derive(Debug)]
pub struct ClassDef<'a> {
    pub name: Sym,
    pub bases: Exprs<'a>,
    pub keywords: &'a [Keyword<'a>],
    pub body: Body<'a>,
    pub decorator_list: Exprs<'a>,
    pub type_params: &'a [TypeParam<'a>],
}

/// `for` and `async for`.
#[derive(Debug)]
pub struct For<'a> {
    pub target: ExprRef<'a>,
    pub iter: ExprRef<'a>,
    pub body: Body<'a>,
    pub orelse: Body<'a>,
    pub is_async: bool,
}

/// `try`.
#[derive(Debug)]
pub struct Try<'a> {
    pub body: Body<'a>,
    pub handlers: &'a [ExceptHandler<'a>],
    pub orelse: Body<'a>,
    pub finalbody: Body<'a>,
    pub is_star: bool,
}

/// One `except` clause.
#[derive(Debug, Clone, Copy)]
pub struct ExceptHandler<'a> {
    pub span: Span,
    pub typ: Option<ExprRef<'a>>,
    pub name: Option<Sym>,
    pub body: Body<'a>,
}

/// One `expr as target` of a `with` statement.
#[derive(Debug, Clone, Copy)]
pub struct WithItem<'a> {
    pub context_expr: ExprRef<'a>,
    pub optional_vars: Option<ExprRef<'a>>,
}

/// One imported name; `name` is the whole dotted path, or `*`.
#[derive(Debug, Clone, Copy)]
pub struct Alias {
    pub span: Span,
    pub name: Sym,
    pub asname: Option<Sym>,
}

/// One `case` block.
#[derive(Debug, Clone, Copy)]
pub struct MatchCase<'a> {
    pub pattern: PatternRef<'a>,
    pub guard: Option<ExprRef<'a>>,
    pub body: Body<'a>,
}

/// The parameters of a function or lambda. `defaults` belong to the last of `posonlyargs + args`;
/// `kw_defaults` is parallel to `kwonlyargs`.
#[derive(Debug, Default)]
pub struct Arguments<'a> {
    pub posonlyargs: &'a [Arg<'a>],
    pub args: &'a [Arg<'a>],
    pub vararg: Option<&'a Arg<'a>>,
    pub kwonlyargs: &'a [Arg<'a>],
    pub kw_defaults: &'a [Option<ExprRef<'a>>],
    pub kwarg: Option<&'a Arg<'a>>,
    pub defaults: Exprs<'a>,
}

/// One parameter; the span covers name and annotation, not the default.
#[derive(Debug, Clone, Copy)]
pub struct Arg<'a> {
    pub span: Span,
    pub name: Sym,
    pub annotation: Option<ExprRef<'a>>,
}

/// `name=value` in a call or class header, or `**value` when `arg` is `None`.
#[derive(Debug, Clone, Copy)]
pub struct Keyword<'a> {
    pub span: Span,
    pub arg: Option<Sym>,
    pub value: ExprRef<'a>,
}

/// A type parameter: `T: bound = default`, `*Ts = default`, `**P = default`.
#[derive(Debug, Clone, Copy)]
pub struct TypeParam<'a> {
    pub span: Span,
    pub kind: TypeParamKind,
    pub name: Sym,
    /// Only of a `TypeVar`.
    pub bound: Option<ExprRef<'a>>,
    pub default_value: Option<ExprRef<'a>>,
}

/// Which type parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeParamKind {
    TypeVar,
    TypeVarTuple,
    ParamSpec,
}

/// An expression with its place in the source.
#[derive(Debug)]
pub struct Expr<'a> {
    /// Byte range, without enclosing parentheses (except a tuple's or generator's own).
    pub span: Span,
    /// Height of the tree below, at most [`MAX_DEPTH`].
    pub depth: u32,
    /// What it is.
    pub kind: ExprKind<'a>,
}

/// The expressions of the abstract grammar.
#[derive(Debug)]
pub enum ExprKind<'a> {
    BoolOp {
        op: BoolOp,
        values: Exprs<'a>,
    },
    /// `target` is always a `Name`.
    NamedExpr {
        target: ExprRef<'a>,
        value: ExprRef<'a>,
    },
    BinOp {
        left: ExprRef<'a>,
        op: Operator,
        right: ExprRef<'a>,
    },
    UnaryOp {
        op: UnaryOp,
        operand: ExprRef<'a>,
    },
    Lambda {
        args: &'a Arguments<'a>,
        body: ExprRef<'a>,
    },
    IfExp {
        test: ExprRef<'a>,
        body: ExprRef<'a>,
        orelse: ExprRef<'a>,
    },
    /// A `None` key is `**value`.
    Dict {
        keys: &'a [Option<ExprRef<'a>>],
        values: Exprs<'a>,
    },
    Set {
        elts: Exprs<'a>,
    },
    ListComp {
        elt: ExprRef<'a>,
        generators: &'a [Comprehension<'a>],
    },
    SetComp {
        elt: ExprRef<'a>,
        generators: &'a [Comprehension<'a>],
    },
    DictComp {
        key: ExprRef<'a>,
        value: ExprRef<'a>,
        generators: &'a [Comprehension<'a>],
    },
    GeneratorExp {
        elt: ExprRef<'a>,
        generators: &'a [Comprehension<'a>],
    },
    Await {
        value: ExprRef<'a>,
    },
    Yield {
        value: Option<ExprRef<'a>>,
    },
    YieldFrom {
        value: ExprRef<'a>,
    },
    /// `ops` and `comparators` are parallel.
    Compare {
        left: ExprRef<'a>,
        ops: &'a [CmpOp],
        comparators: Exprs<'a>,
    },
    Call {
        func: ExprRef<'a>,
        args: Exprs<'a>,
        keywords: &'a [Keyword<'a>],
    },
    /// A replacement field of an f-string.
    FormattedValue {
        value: ExprRef<'a>,
        conversion: Conversion,
        format_spec: Option<ExprRef<'a>>,
    },
    /// A replacement field of a t-string; `text` is the expression's source text.
    Interpolation {
        value: ExprRef<'a>,
        text: &'a str,
        conversion: Conversion,
        format_spec: Option<ExprRef<'a>>,
    },
    /// An f-string: `Constant` strings and `FormattedValue`s.
    JoinedStr {
        values: Exprs<'a>,
    },
    /// A t-string: `Constant` strings and `Interpolation`s.
    TemplateStr {
        values: Exprs<'a>,
    },
    Constant(Constant<'a>),
    Attribute {
        value: ExprRef<'a>,
        attr: Sym,
    },
    Subscript {
        value: ExprRef<'a>,
        slice: ExprRef<'a>,
    },
    Starred {
        value: ExprRef<'a>,
    },
    Name {
        id: Sym,
    },
    List {
        elts: Exprs<'a>,
    },
    Tuple {
        elts: Exprs<'a>,
    },
    Slice {
        lower: Option<ExprRef<'a>>,
        upper: Option<ExprRef<'a>>,
        step: Option<ExprRef<'a>>,
    },
}

/// A literal. Signs and the real parts of complex numbers are operators around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Constant<'a> {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    /// An integer beyond `i64`: digits without prefix, underscores and leading zeros.
    BigInt {
        radix: u32,
        digits: &'a str,
    },
    Float(f64),
    /// An imaginary literal.
    Complex(f64),
    /// WTF-8: UTF-8 in which lone surrogates have their three-byte form. `u` tells the `u''` prefix.
    Str {
        value: &'a [u8],
        u: bool,
    },
    Bytes(&'a [u8]),
}

/// The `!r`, `!s`, `!a` of a replacement field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    None,
    Str,
    Repr,
    Ascii,
}

impl Conversion {
    /// The number that `ast` shows: -1, or the letter's code.
    pub fn code(self) -> i32 {
        match self {
            Conversion::None => -1,
            Conversion::Str => b's' as i32,
            Conversion::Repr => b'r' as i32,
            Conversion::Ascii => b'a' as i32,
        }
    }
}

/// One `for ... in ... if ...` of a comprehension.
#[derive(Debug, Clone, Copy)]
pub struct Comprehension<'a> {
    pub target: ExprRef<'a>,
    pub iter: ExprRef<'a>,
    pub ifs: Exprs<'a>,
    pub is_async: bool,
}

/// A pattern of a `case` with its place in the source.
#[derive(Debug)]
pub struct Pattern<'a> {
    /// Byte range.
    pub span: Span,
    /// What it is.
    pub kind: PatternKind<'a>,
}

/// The patterns of the abstract grammar.
#[derive(Debug)]
pub enum PatternKind<'a> {
    MatchValue {
        value: ExprRef<'a>,
    },
    /// `None`, `True` or `False`.
    MatchSingleton {
        value: Constant<'a>,
    },
    MatchSequence {
        patterns: &'a [PatternRef<'a>],
    },
    /// `keys` and `patterns` are parallel.
    MatchMapping {
        keys: Exprs<'a>,
        patterns: &'a [PatternRef<'a>],
        rest: Option<Sym>,
    },
    /// `kwd_attrs` and `kwd_patterns` are parallel.
    MatchClass {
        cls: ExprRef<'a>,
        patterns: &'a [PatternRef<'a>],
        kwd_attrs: &'a [Sym],
        kwd_patterns: &'a [PatternRef<'a>],
    },
    /// `*name`, or `*_` when `None`.
    MatchStar {
        name: Option<Sym>,
    },
    /// `pattern as name`, a capture (no pattern), or the wildcard (neither).
    MatchAs {
        pattern: Option<PatternRef<'a>>,
        name: Option<Sym>,
    },
    MatchOr {
        patterns: &'a [PatternRef<'a>],
    },
}

/// Declares an operator enum with the ASDL names and the source spelling.
macro_rules! operators {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($variant),* }
        impl $name {
            /// The name in the abstract grammar.
            pub fn name(self) -> &'static str { match self { $($name::$variant => stringify!($variant)),* } }
            /// How it is written in source.
            pub fn text(self) -> &'static str { match self { $($name::$variant => $text),* } }
        }
    };
}

operators! {
    /// Binary arithmetic and bit operators.
    Operator {
        Add "+", Sub "-", Mult "*", MatMult "@", Div "/", Mod "%", Pow "**", LShift "<<", RShift ">>",
        BitOr "|", BitXor "^", BitAnd "&", FloorDiv "//",
    }
}
operators! {
    /// Prefix operators.
    UnaryOp { Invert "~", Not "not", UAdd "+", USub "-" }
}
operators! {
    /// Short-circuit operators.
    BoolOp { And "and", Or "or" }
}
operators! {
    /// Comparison operators.
    CmpOp {
        Eq "==", NotEq "!=", Lt "<", LtE "<=", Gt ">", GtE ">=", Is "is", IsNot "is not", In "in", NotIn "not in",
    }
}
