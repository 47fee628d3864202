//! `from __future__ import ...` at the beginning of a module.

use pyjit_bytecode::code::flags;
use pyjit_syntax::ast::*;
use pyjit_syntax::{Interner, Source};

use crate::scope::{R, error_at};

/// The features of a module.
#[derive(Debug, Default)]
pub struct Future {
    /// As `co_flags`.
    pub flags: u32,
    /// Where in the source such imports are no longer allowed.
    pub end: u32,
}

/// Features that have become the language: nothing to do.
const MANDATORY: &[&str] = &[
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
];

/// Reads the imports; an unknown feature is an error.
pub fn features(module: &Mod, source: &Source, names: &Interner) -> R<Future> {
    let mut future = Future::default();
    let (Mod::Module { body } | Mod::Interactive { body }) = module else {
        return Ok(future);
    };
    let mut doc = true;
    for s in *body {
        match &s.kind {
            StmtKind::ImportFrom {
                module: Some(m),
                names: list,
                level: 0,
            } if names.resolve(*m) == "__future__" => {
                for alias in *list {
                    let name = names.resolve(alias.name);
                    future.flags |= match name {
                        "annotations" => flags::FUTURE_ANNOTATIONS,
                        "barry_as_FLUFL" => flags::FUTURE_BARRY_AS_BDFL,
                        _ if MANDATORY.contains(&name) => 0,
                        "braces" => {
                            return Err(error_at(source, alias.span, "not a chance"));
                        }
                        _ => {
                            let message = format!("future feature {name} is not defined");
                            return Err(error_at(source, alias.span, message));
                        }
                    };
                }
                future.end = s.span.end;
            }
            StmtKind::Expr { value }
                if doc && matches!(value.kind, ExprKind::Constant(Constant::Str { .. })) => {}
            _ => break,
        }
        doc = false;
    }
    Ok(future)
}
