//! Scopes: what each name means in each block of a module.
//!
//! `build` walks the tree and collects definitions and uses; `analyse` then decides local, cell, free or global.
//! Comprehensions that run in place keep a scope of their own, but their variables live in the enclosing frame.

mod analyse;
mod build;
mod expr;
mod generic;

use pyjit_syntax::{Interner, Source, Span, Sym, SyntaxError};
use rustc_hash::{FxHashMap, FxHashSet};

pub use build::build;

/// A result with a syntax error.
pub type R<T> = Result<T, Box<SyntaxError>>;

/// Number of a scope in the table.
pub type ScopeId = usize;

/// What kind of block a scope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// A module, an interactive statement or an expression.
    Module,
    /// A function, lambda or comprehension.
    Function,
    /// A class body.
    Class,
    /// The thunk that evaluates annotations.
    Annotation,
    /// A bound or default of a type variable.
    TypeVariable,
    /// The value of a type alias.
    TypeAlias,
    /// The type parameters around a generic function, class or alias.
    TypeParams,
}

impl ScopeKind {
    /// Whether names bound here are visible in nested scopes.
    pub fn is_function_like(self) -> bool {
        !matches!(self, ScopeKind::Module | ScopeKind::Class)
    }
}

/// Which comprehension a scope belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompKind {
    List,
    Set,
    Dict,
    Generator,
}

/// What a name is in a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// Not decided yet.
    Unknown,
    /// A local (or a name of the namespace in modules and classes).
    Local,
    /// Declared `global`.
    GlobalExplicit,
    /// Found nowhere: a global or builtin.
    GlobalImplicit,
    /// Bound in an enclosing scope.
    Free,
    /// A local that nested scopes use.
    Cell,
}

/// Definition flags of a symbol.
pub mod def {
    pub const GLOBAL: u16 = 1;
    pub const LOCAL: u16 = 2;
    pub const PARAM: u16 = 4;
    pub const NONLOCAL: u16 = 8;
    pub const USE: u16 = 16;
    /// Also free through this class: nested scopes see an outer variable.
    pub const FREE_CLASS: u16 = 64;
    pub const IMPORT: u16 = 128;
    pub const ANNOT: u16 = 256;
    /// Iteration variable of a comprehension.
    pub const COMP_ITER: u16 = 512;
    pub const TYPE_PARAM: u16 = 1024;
    pub const BOUND: u16 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
}

/// A name in a scope.
#[derive(Debug, Clone, Copy)]
pub struct Symbol {
    /// See [`def`].
    pub flags: u16,
    /// The decision.
    pub binding: Binding,
}

/// Names of a scope in order of appearance.
#[derive(Debug, Default)]
pub struct Symbols {
    index: FxHashMap<Sym, u32>,
    list: Vec<(Sym, Symbol)>,
}

impl Symbols {
    /// The symbol of a name.
    pub fn get(&self, name: Sym) -> Option<&Symbol> {
        self.index.get(&name).map(|&i| &self.list[i as usize].1)
    }
    /// Its definition flags, 0 if unknown.
    pub fn flags(&self, name: Sym) -> u16 {
        self.get(name).map_or(0, |s| s.flags)
    }
    /// The symbol of a name, made if need be.
    pub fn entry(&mut self, name: Sym) -> &mut Symbol {
        let i = *self.index.entry(name).or_insert_with(|| {
            self.list.push((
                name,
                Symbol {
                    flags: 0,
                    binding: Binding::Unknown,
                },
            ));
            self.list.len() as u32 - 1
        });
        &mut self.list[i as usize].1
    }
    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Sym, Symbol)> {
        self.list.iter().copied()
    }
    fn iter_mut(&mut self) -> impl Iterator<Item = (Sym, &mut Symbol)> {
        self.list.iter_mut().map(|(n, s)| (*n, s))
    }
}

/// A block of the program.
#[derive(Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    pub name: String,
    pub parent: Option<ScopeId>,
    pub children: Vec<ScopeId>,
    pub symbols: Symbols,
    /// Parameters in order of registers.
    pub params: Vec<Sym>,
    pub comprehension: Option<CompKind>,
    /// A comprehension that runs in the enclosing frame.
    pub inlined: bool,
    /// `async def`, or a comprehension that awaits.
    pub coroutine: bool,
    /// Contains `yield`.
    pub generator: bool,
    /// Inside a function.
    pub nested: bool,
    /// A class whose methods use `__class__`.
    pub needs_class_closure: bool,
    /// A class whose namespace annotation scopes look into.
    pub needs_classdict: bool,
    pub has_conditional_annotations: bool,
    /// An annotation scope directly in a class.
    pub can_see_class_scope: bool,
    pub annotations_used: bool,
    pub annotation_block: Option<ScopeId>,
    /// Contains assignment expressions, also in inlined comprehensions.
    pub has_walrus: bool,
    returns_value: Option<Span>,
    in_conditional_block: bool,
    comp_iter_target: bool,
    comp_iter_expr: u32,
    /// What a type variable's scope is for, in messages.
    info: &'static str,
    directives: Vec<(Sym, Span)>,
    /// Line where it starts.
    pub line: u32,
    /// Around a generic class only these private names are mangled.
    mangled_names: Option<FxHashSet<Sym>>,
}

impl Scope {
    /// Are private names here those of the class?
    pub fn mangles(&self, name: Sym) -> bool {
        self.mangled_names
            .as_ref()
            .is_none_or(|only| only.contains(&name))
    }
}

/// What a tree node may open a scope for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Opens {
    Body,
    TypeParams,
    Annotations,
    Bound,
    Default,
}

/// All scopes of a module.
#[derive(Debug, Default)]
pub struct Table {
    pub scopes: Vec<Scope>,
    by_node: FxHashMap<(usize, Opens), ScopeId>,
}

impl Table {
    /// The scope that a node opened.
    pub fn of<T: ?Sized>(&self, node: &T, opens: Opens) -> ScopeId {
        self.by_node[&(address(node), opens)]
    }
    /// The scope that a node opened, if it did.
    pub fn find<T: ?Sized>(&self, node: &T, opens: Opens) -> Option<ScopeId> {
        self.by_node.get(&(address(node), opens)).copied()
    }
}

/// Identity of a tree node: the arena never moves them.
fn address<T: ?Sized>(node: &T) -> usize {
    node as *const T as *const u8 as usize
}

macro_rules! known {
    ($($field:ident $text:literal,)*) => {
        /// Symbols that the compiler itself uses.
        #[derive(Debug, Clone, Copy)]
        #[allow(missing_docs)]
        pub struct Known { $(pub $field: Sym),* }
        impl Known {
            /// Interns them.
            pub fn new(names: &mut Interner) -> Known { Known { $($field: names.intern($text)),* } }
        }
    };
}
known! {
    dunder_class "__class__", classdict "__classdict__", conditional "__conditional_annotations__",
    format ".format", type_params ".type_params", generic_base ".generic_base", defaults ".defaults",
    kwdefaults ".kwdefaults", dunder_type_params "__type_params__", iter ".0", debug "__debug__", super_ "super",
    ns ".ns", self_ "self", module "__module__", name "__name__", qualname "__qualname__",
    firstlineno "__firstlineno__", doc "__doc__", static_attributes "__static_attributes__",
    classdictcell "__classdictcell__", classcell "__classcell__", annotations "__annotations__",
    annotate "__annotate__", annotate_func "__annotate_func__", future "__future__", star "*",
}

/// `_name` within class `_Private`: the name as the class's private one.
pub fn mangle(names: &mut Interner, private: Option<Sym>, name: Sym) -> Sym {
    let Some(private) = private else { return name };
    let text = names.resolve(name);
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
        return name;
    }
    let class = names.resolve(private).trim_start_matches('_');
    if class.is_empty() {
        return name;
    }
    let mangled = format!("_{class}{text}");
    names.intern(&mangled)
}

/// A syntax error as the compiler of CPython reports it: columns count bytes.
pub fn error_at(source: &Source, span: Span, message: impl Into<String>) -> Box<SyntaxError> {
    let (start, end) = (source.locate(span.start), source.locate(span.end));
    Box::new(SyntaxError {
        line: start.line,
        offset: start.column as i32 + 1,
        end_line: end.line,
        end_offset: end.column as i32 + 1,
        text: Some(source.line_text(start.line).to_owned()),
        ..SyntaxError::without_place(message)
    })
}

/// What building needs at hand.
pub struct Context<'c> {
    pub source: &'c Source,
    pub names: &'c mut Interner,
    pub known: Known,
    /// `from __future__ import annotations`.
    pub future_annotations: bool,
    /// `ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`.
    pub top_level_await: bool,
}

impl Context<'_> {
    /// A syntax error at a place.
    pub fn error<T>(&self, span: Span, message: impl Into<String>) -> R<T> {
        Err(error_at(self.source, span, message))
    }
    /// Text of a name.
    pub fn text(&self, name: Sym) -> &str {
        self.names.resolve(name)
    }
}
