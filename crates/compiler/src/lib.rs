//! From syntax tree to bytecode: scopes, then one pass of code generation for each code object.
//!
//! Pure: no I/O and no run-time values. All errors are `SyntaxError`s; warnings are returned.

mod codegen;
mod future;
pub mod scope;

use pyjit_bytecode::CodeObject;
use pyjit_syntax::ast::{Body, Mod};
use pyjit_syntax::{Interner, Mode, Source, SyntaxError, Warning};

/// How to compile.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `co_filename`.
    pub filename: String,
    /// 0, 1 (`-O`: no asserts) or 2 (`-OO`: no docstrings either).
    pub optimize: u8,
    /// `__future__` features in force, as `co_flags` numbers them.
    pub future_flags: u32,
    /// Whether `await` may stand at the top level (`ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
}

/// Code and what the compiler warns about.
pub type Compiled = (CodeObject, Vec<Warning>);

/// Parses and compiles a source text. The parser's warnings come first.
pub fn compile_source(
    source: &Source,
    mode: Mode,
    options: &Options,
) -> Result<Compiled, Box<SyntaxError>> {
    let arena = bumpalo::Bump::new();
    let mut names = Interner::new();
    let parsed = pyjit_syntax::parse(source, mode, &arena, &mut names)?;
    let (code, warnings) = compile_module(&parsed.tree, source, &mut names, options)?;
    Ok((code, parsed.warnings.into_iter().chain(warnings).collect()))
}

/// Compiles a module, interactive statement or expression. `names` is the table that the tree was built with.
pub fn compile_module(
    module: &Mod,
    source: &Source,
    names: &mut Interner,
    options: &Options,
) -> Result<Compiled, Box<SyntaxError>> {
    deep(module, || compile(module, source, names, options))
}

/// The scopes of a source text, with the table of their names.
pub fn symbols(source: &Source, mode: Mode) -> Result<(scope::Table, Interner), Box<SyntaxError>> {
    let arena = bumpalo::Bump::new();
    let mut names = Interner::new();
    let parsed = pyjit_syntax::parse(source, mode, &arena, &mut names)?;
    let table = deep(&parsed.tree, || {
        let future = future::features(&parsed.tree, source, &names)?;
        let known = scope::Known::new(&mut names);
        let mut cx = context(source, &mut names, known, future.flags, false);
        scope::build(&parsed.tree, &mut cx)
    })?;
    Ok((table, names))
}

/// Does `work`, which walks over a tree. Walks recurse as deep as the tree, which the parser bounds: if need
/// be on a stack that is deep enough.
fn deep<T: Send>(
    module: &Mod,
    work: impl FnOnce() -> Result<T, Box<SyntaxError>> + Send,
) -> Result<T, Box<SyntaxError>> {
    if depth(module) <= SHALLOW {
        return work();
    }
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new()
            .stack_size(DEEP_STACK)
            .spawn_scoped(scope, work);
        match worker.map(|w| w.join()) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => Err(Box::new(SyntaxError::without_place(
                "too deeply nested to compile",
            ))),
        }
    })
}

/// Trees up to this depth are compiled on the caller's stack.
const SHALLOW: u32 = 100;
/// Stack for the deepest trees.
const DEEP_STACK: usize = 512 << 20;

fn depth(module: &Mod) -> u32 {
    let of = |body: Body| body.iter().map(|s| s.depth).max().unwrap_or(0);
    match module {
        Mod::Module { body } | Mod::Interactive { body } => of(body),
        Mod::Expression { body } => body.depth,
        Mod::FunctionType { returns, .. } => returns.depth,
    }
}

fn compile(
    module: &Mod,
    source: &Source,
    names: &mut Interner,
    options: &Options,
) -> Result<Compiled, Box<SyntaxError>> {
    let future = future::features(module, source, names)?;
    let flags = options.future_flags | future.flags;
    let known = scope::Known::new(names);
    let mut cx = context(source, names, known, flags, options.top_level_await);
    let table = scope::build(module, &mut cx)?;
    codegen::Gen::new(cx, table, options, flags, future.end).module(module)
}

fn context<'c>(
    source: &'c Source,
    names: &'c mut Interner,
    known: scope::Known,
    flags: u32,
    top_level_await: bool,
) -> scope::Context<'c> {
    scope::Context {
        source,
        names,
        known,
        future_annotations: flags & pyjit_bytecode::code::flags::FUTURE_ANNOTATIONS != 0,
        top_level_await,
    }
}

/// Parses a source text and lets `builder` represent its tree.
pub fn reflect_source<B: pyjit_syntax::reflect::Builder>(
    source: &Source,
    mode: Mode,
    builder: &mut B,
) -> Result<B::Value, Box<SyntaxError>> {
    let arena = bumpalo::Bump::new();
    let mut names = Interner::new();
    let parsed = pyjit_syntax::parse(source, mode, &arena, &mut names)?;
    Ok(pyjit_syntax::reflect::reflect(
        &parsed.tree,
        &names,
        builder,
    ))
}
