//! The tree as Python's `ast` module sees it: classes with named fields, contexts and all.
//!
//! One walk serves every representation: implement [`Builder`] to make Python objects, or text (`dump`).

mod expr;
mod stmt;

use crate::ast::*;
use crate::names::{Interner, Sym};
use crate::source::Span;

/// Makes values of some representation from the parts of the tree.
pub trait Builder {
    /// A node, a list or a leaf.
    type Value;
    /// An optional field that is absent, or a `None` in a list.
    fn none(&mut self) -> Self::Value;
    /// An identifier.
    fn name(&mut self, text: &str) -> Self::Value;
    /// A string that is not an identifier.
    fn text(&mut self, text: &str) -> Self::Value;
    /// A small number.
    fn int(&mut self, value: i64) -> Self::Value;
    /// A literal's value.
    fn constant(&mut self, value: &Constant<'_>) -> Self::Value;
    /// A list.
    fn list(&mut self, items: Vec<Self::Value>) -> Self::Value;
    /// A node of a class; `span` if it has a position.
    fn node(
        &mut self,
        class: &'static str,
        fields: Vec<(&'static str, Self::Value)>,
        span: Option<Span>,
    ) -> Self::Value;
}

/// Represents a whole tree.
pub fn reflect<B: Builder>(tree: &Mod<'_>, names: &Interner, builder: &mut B) -> B::Value {
    let mut walk = Walk { b: builder, names };
    match tree {
        Mod::Module { body } => {
            let body = walk.body(body);
            let ignores = walk.b.list(Vec::new());
            walk.b.node(
                "Module",
                vec![("body", body), ("type_ignores", ignores)],
                None,
            )
        }
        Mod::Interactive { body } => {
            let body = walk.body(body);
            walk.b.node("Interactive", vec![("body", body)], None)
        }
        Mod::Expression { body } => {
            let body = walk.expr(body, Ctx::Load);
            walk.b.node("Expression", vec![("body", body)], None)
        }
        Mod::FunctionType { argtypes, returns } => {
            let argtypes = walk.exprs(argtypes, Ctx::Load);
            let returns = walk.expr(returns, Ctx::Load);
            walk.b.node(
                "FunctionType",
                vec![("argtypes", argtypes), ("returns", returns)],
                None,
            )
        }
    }
}

/// Whether an expression is read, assigned or deleted.
#[derive(Clone, Copy)]
enum Ctx {
    Load,
    Store,
    Del,
}

struct Walk<'b, 'n, B> {
    b: &'b mut B,
    names: &'n Interner,
}

/// A class and its fields.
type Fields<V> = (&'static str, Vec<(&'static str, V)>);

/// `node!("Class" { "field": value, ... })`: a class and its fields, made in that order.
macro_rules! node {
    ($class:literal { $($name:literal: $value:expr),* $(,)? }) => { ($class, vec![$(($name, $value)),*]) };
}
use node;

impl<B: Builder> Walk<'_, '_, B> {
    fn make(&mut self, fields: Fields<B::Value>, span: Option<Span>) -> B::Value {
        self.b.node(fields.0, fields.1, span)
    }

    fn each<T>(&mut self, items: &[T], mut one: impl FnMut(&mut Self, &T) -> B::Value) -> B::Value {
        let items = items.iter().map(|item| one(self, item)).collect();
        self.b.list(items)
    }

    fn maybe<T>(
        &mut self,
        item: Option<T>,
        one: impl FnOnce(&mut Self, T) -> B::Value,
    ) -> B::Value {
        match item {
            Some(item) => one(self, item),
            None => self.b.none(),
        }
    }

    fn body(&mut self, body: Body<'_>) -> B::Value {
        self.each(body, |w, s| w.stmt(s))
    }

    fn exprs(&mut self, list: Exprs<'_>, ctx: Ctx) -> B::Value {
        self.each(list, |w, e| w.expr(e, ctx))
    }

    fn loads(&mut self, list: Exprs<'_>) -> B::Value {
        self.exprs(list, Ctx::Load)
    }

    fn load(&mut self, e: &Expr<'_>) -> B::Value {
        self.expr(e, Ctx::Load)
    }

    fn opt(&mut self, e: Option<ExprRef<'_>>) -> B::Value {
        self.maybe(e, |w, e| w.load(e))
    }

    fn sym(&mut self, sym: Sym) -> B::Value {
        self.b.name(self.names.resolve(sym))
    }

    fn opt_sym(&mut self, sym: Option<Sym>) -> B::Value {
        self.maybe(sym, |w, sym| w.sym(sym))
    }

    fn syms(&mut self, list: &[Sym]) -> B::Value {
        self.each(list, |w, s| w.sym(*s))
    }

    /// A node without fields, such as an operator or a context.
    fn mark(&mut self, class: &'static str) -> B::Value {
        self.b.node(class, Vec::new(), None)
    }
}
