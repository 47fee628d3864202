//! What the diagnoser remembers of an expression: its kind, its range, and what it contains as a target.

/// A node in the diagnoser's own pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct N(pub u32);

/// What an expression is, as far as messages tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Attribute,
    Subscript,
    Starred,
    Name,
    List,
    Tuple,
    Lambda,
    Call,
    Operation,
    Generator,
    Yield,
    Await,
    ListComp,
    SetComp,
    DictComp,
    Dict,
    Set,
    FString,
    TString,
    None,
    True,
    False,
    Ellipsis,
    Literal,
    /// A comparison whose first operator is `in`.
    CompareIn,
    Compare,
    Conditional,
    Named,
    Slice,
    /// A call's arguments; with `**` among them.
    Arguments,
    ArgumentsUnpacked,
}

impl Kind {
    /// The noun in messages.
    pub fn noun(self) -> &'static str {
        match self {
            Kind::Attribute => "attribute",
            Kind::Subscript => "subscript",
            Kind::Starred => "starred",
            Kind::Name => "name",
            Kind::List => "list",
            Kind::Tuple => "tuple",
            Kind::Lambda => "lambda",
            Kind::Call => "function call",
            Kind::Operation => "expression",
            Kind::Generator => "generator expression",
            Kind::Yield => "yield expression",
            Kind::Await => "await expression",
            Kind::ListComp => "list comprehension",
            Kind::SetComp => "set comprehension",
            Kind::DictComp => "dict comprehension",
            Kind::Dict => "dict literal",
            Kind::Set => "set display",
            Kind::FString => "f-string expression",
            Kind::TString => "t-string expression",
            Kind::None => "None",
            Kind::True => "True",
            Kind::False => "False",
            Kind::Ellipsis => "ellipsis",
            Kind::Literal => "literal",
            Kind::CompareIn | Kind::Compare => "comparison",
            Kind::Conditional => "conditional expression",
            Kind::Named => "named expression",
            Kind::Slice => "slice",
            Kind::Arguments | Kind::ArgumentsUnpacked => "arguments",
        }
    }
}

/// The data of a node.
#[derive(Debug, Clone)]
pub(super) struct NodeData {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
    /// Elements of a list or tuple, the value of a starred, the left side of a comparison.
    pub kids: Vec<N>,
}
