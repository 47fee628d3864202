//! The classes of the abstract grammar: sums of constructors, and products.
//! `?` marks what may be absent, `*` lists.

/// A sum (several constructors) or a product (none), with positions or not.
pub struct Rule {
    pub name: &'static str,
    /// Have the nodes a position? Is its end optional?
    pub places: Places,
    /// Fields of a product.
    pub fields: &'static str,
    /// Constructors of a sum: name, fields.
    pub constructors: &'static [(&'static str, &'static str)],
}

/// Position attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Places {
    None,
    /// All four must be given.
    Exact,
    /// The end may be absent.
    OpenEnd,
}

macro_rules! rules {
    ($($name:ident $places:ident $(($fields:literal))? $(= $($c:ident $(($cf:literal))?)|+)?;)*) => {
        &[$(Rule {
            name: stringify!($name),
            places: Places::$places,
            fields: concat!($($fields)?),
            constructors: &[$($((stringify!($c), concat!($($cf)?))),+)?],
        }),*]
    };
}

/// The grammar of Python 3.14.
pub static RULES: &[Rule] = rules! {
    mod None = Module("stmt* body, type_ignore* type_ignores") | Interactive("stmt* body") | Expression("expr body")
        | FunctionType("expr* argtypes, expr returns");
    stmt OpenEnd
        = FunctionDef("identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params")
        | AsyncFunctionDef("identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params")
        | ClassDef("identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params")
        | Return("expr? value") | Delete("expr* targets") | Assign("expr* targets, expr value, string? type_comment")
        | TypeAlias("expr name, type_param* type_params, expr value") | AugAssign("expr target, operator op, expr value")
        | AnnAssign("expr target, expr annotation, expr? value, int simple")
        | For("expr target, expr iter, stmt* body, stmt* orelse, string? type_comment")
        | AsyncFor("expr target, expr iter, stmt* body, stmt* orelse, string? type_comment")
        | While("expr test, stmt* body, stmt* orelse") | If("expr test, stmt* body, stmt* orelse")
        | With("withitem* items, stmt* body, string? type_comment") | AsyncWith("withitem* items, stmt* body, string? type_comment")
        | Match("expr subject, match_case* cases") | Raise("expr? exc, expr? cause")
        | Try("stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody")
        | TryStar("stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody")
        | Assert("expr test, expr? msg") | Import("alias* names")
        | ImportFrom("identifier? module, alias* names, int? level") | Global("identifier* names")
        | Nonlocal("identifier* names") | Expr("expr value") | Pass | Break | Continue;
    expr OpenEnd
        = BoolOp("boolop op, expr* values") | NamedExpr("expr target, expr value")
        | BinOp("expr left, operator op, expr right") | UnaryOp("unaryop op, expr operand")
        | Lambda("arguments args, expr body") | IfExp("expr test, expr body, expr orelse")
        | Dict("expr?* keys, expr* values") | Set("expr* elts")
        | ListComp("expr elt, comprehension* generators") | SetComp("expr elt, comprehension* generators")
        | DictComp("expr key, expr value, comprehension* generators") | GeneratorExp("expr elt, comprehension* generators")
        | Await("expr value") | Yield("expr? value") | YieldFrom("expr value")
        | Compare("expr left, cmpop* ops, expr* comparators") | Call("expr func, expr* args, keyword* keywords")
        | FormattedValue("expr value, int conversion, expr? format_spec")
        | Interpolation("expr value, constant str, int conversion, expr? format_spec")
        | JoinedStr("expr* values") | TemplateStr("expr* values") | Constant("constant value, string? kind")
        | Attribute("expr value, identifier attr, expr_context ctx") | Subscript("expr value, expr slice, expr_context ctx")
        | Starred("expr value, expr_context ctx") | Name("identifier id, expr_context ctx")
        | List("expr* elts, expr_context ctx") | Tuple("expr* elts, expr_context ctx")
        | Slice("expr? lower, expr? upper, expr? step");
    expr_context None = Load | Store | Del;
    boolop None = And | Or;
    operator None = Add | Sub | Mult | MatMult | Div | Mod | Pow | LShift | RShift | BitOr | BitXor | BitAnd | FloorDiv;
    unaryop None = Invert | Not | UAdd | USub;
    cmpop None = Eq | NotEq | Lt | LtE | Gt | GtE | Is | IsNot | In | NotIn;
    comprehension None ("expr target, expr iter, expr* ifs, int is_async");
    excepthandler OpenEnd = ExceptHandler("expr? type, identifier? name, stmt* body");
    arguments None ("arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults");
    arg OpenEnd ("identifier arg, expr? annotation, string? type_comment");
    keyword OpenEnd ("identifier? arg, expr value");
    alias OpenEnd ("identifier name, identifier? asname");
    withitem None ("expr context_expr, expr? optional_vars");
    match_case None ("pattern pattern, expr? guard, stmt* body");
    pattern Exact
        = MatchValue("expr value") | MatchSingleton("constant value") | MatchSequence("pattern* patterns")
        | MatchMapping("expr* keys, pattern* patterns, identifier? rest")
        | MatchClass("expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns")
        | MatchStar("identifier? name") | MatchAs("pattern? pattern, identifier? name") | MatchOr("pattern* patterns");
    type_ignore None = TypeIgnore("int lineno, string tag");
    type_param Exact
        = TypeVar("identifier name, expr? bound, expr? default_value") | ParamSpec("identifier name, expr? default_value")
        | TypeVarTuple("identifier name, expr? default_value");
};

/// One field: type name, mark, name.
pub struct FieldRule {
    pub type_name: &'static str,
    pub optional: bool,
    pub list: bool,
    pub name: &'static str,
}

/// The fields that a text declares.
pub fn fields(text: &'static str) -> impl Iterator<Item = FieldRule> {
    text.split(", ").filter_map(|f| {
        let (type_name, name) = f.split_once(' ')?;
        let bare = type_name.trim_end_matches(['*', '?']);
        let marks = &type_name[bare.len()..];
        Some(FieldRule {
            type_name: bare,
            optional: marks == "?",
            list: marks.ends_with('*'),
            name,
        })
    })
}
