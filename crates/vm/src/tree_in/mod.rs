//! `compile(tree, ...)`: objects of module `_ast` to the compiler's tree.
//!
//! A place is a number for a mark, a line and column as the nodes tell them: there is no text.

mod expr;
mod stmt;

use std::collections::HashMap;

use bumpalo::Bump;
use pyjit_compiler::{Compiled, Options, compile_module};
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, errors, ops};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{Type, class_of, type_name};
use pyjit_runtime::{R, Thread};
use pyjit_syntax::ast::*;
use pyjit_syntax::source::{Location, Span};
use pyjit_syntax::{Interner, Source, Sym, SyntaxError};

/// Whether an expression is read, assigned or deleted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ctx {
    Load,
    Store,
    Del,
}

impl Ctx {
    fn name(self) -> &'static str {
        match self {
            Ctx::Load => "Load",
            Ctx::Store => "Store",
            Ctx::Del => "Del",
        }
    }
}

/// The reader of a tree.
pub(super) struct Reader<'t, 'a> {
    t: &'t Thread,
    arena: &'a Bump,
    names: Interner,
    marks: Vec<Location>,
    module: Value,
    /// Names of node classes by their addresses.
    kinds: HashMap<usize, String>,
    /// Height of the tallest tree read so far on this level.
    height: u32,
}

/// A node: the object and the class of module `_ast` that it is of.
#[derive(Clone, Copy)]
pub(super) struct Node<'k> {
    object: Value,
    kind: &'k str,
}

/// Compiles a tree.
pub fn compile(
    t: &Thread,
    tree: Value,
    mode: &str,
    options: &Options,
) -> R<Result<(Compiled, Source), Box<SyntaxError>>> {
    let arena = Bump::new();
    let module = t.host().import(t, "_ast")?;
    let mut reader = Reader {
        t,
        arena: &arena,
        names: Interner::new(),
        marks: Vec::new(),
        module,
        kinds: HashMap::new(),
        height: 0,
    };
    let tree = reader.module(tree, mode)?;
    let source = Source::from_marks(std::mem::take(&mut reader.marks));
    match compile_module(&tree, &source, &mut reader.names, options) {
        Ok(code) => Ok(Ok((code, source))),
        Err(e) => Ok(Err(e)),
    }
}

/// Checks that an object is the tree of a mode.
pub fn check(t: &Thread, tree: Value, mode: &str) -> R<()> {
    let wanted = match mode {
        "exec" => "Module",
        "eval" => "Expression",
        "func_type" => "FunctionType",
        _ => "Interactive",
    };
    let module = t.host().import(t, "_ast")?;
    let class = attr::get(t, module, intern(wanted))?;
    if ops::is_instance(t, tree, class)? {
        return Ok(());
    }
    let m = format!("expected {wanted} node, got {}", type_name(tree));
    Err(errors::type_error(t, m))
}

impl<'a> Reader<'_, 'a> {
    fn module(&mut self, tree: Value, mode: &str) -> R<Mod<'a>> {
        check(self.t, tree, mode)?;
        let kind = match mode {
            "exec" => "Module",
            "eval" => "Expression",
            "func_type" => "FunctionType",
            _ => "Interactive",
        };
        let n = Node { object: tree, kind };
        Ok(match mode {
            "exec" => Mod::Module {
                body: self.body(n, "body")?,
            },
            "eval" => Mod::Expression {
                body: self.expr(n, "body", Ctx::Load)?,
            },
            "func_type" => Mod::FunctionType {
                argtypes: self.exprs(n, "argtypes", Ctx::Load)?,
                returns: self.expr(n, "returns", Ctx::Load)?,
            },
            _ => Mod::Interactive {
                body: self.body(n, "body")?,
            },
        })
    }

    fn slice<T: Copy>(&self, items: Vec<T>) -> &'a [T] {
        self.arena.alloc_slice_copy(&items)
    }
    fn value_error<T>(&self, m: impl AsRef<str>) -> R<T> {
        Err(errors::value_error(self.t, m.as_ref()))
    }
    fn type_error<T>(&self, m: impl AsRef<str>) -> R<T> {
        Err(errors::type_error(self.t, m.as_ref()))
    }

    /// The class of module `_ast` that an object is an instance of.
    fn kind(&mut self, object: Value) -> R<String> {
        let class = class_of(object);
        if let Some(k) = self.kinds.get(&class.addr()) {
            return Ok(k.clone());
        }
        for c in class.mro_types() {
            let name = c.name_str().to_string();
            let known = attr::get_opt(self.t, self.module, intern(&name))?;
            if known == Some(c.value()) {
                self.kinds.insert(class.addr(), name.clone());
                return Ok(name);
            }
        }
        Ok(String::new())
    }
    /// Enters a node: not deeper than the stack and the compiler allow.
    fn nested<T>(&mut self, f: impl FnOnce(&mut Self) -> R<T>) -> R<(T, u32)> {
        call::enter_native(self.t, " during ast construction")?;
        let outer = std::mem::replace(&mut self.height, 0);
        let made = f(self)?;
        let height = self.height + 1;
        if height > MAX_DEPTH {
            let m = "maximum recursion depth exceeded during ast construction";
            return Err(errors::raise(self.t, Exc::RecursionError, m));
        }
        self.height = outer.max(height);
        Ok((made, height))
    }

    /// A field that must be there.
    fn field(&mut self, n: Node, name: &str) -> R<Value> {
        match attr::get_opt(self.t, n.object, intern(name))? {
            Some(v) => Ok(v),
            None => {
                let m = format!("required field \"{name}\" missing from {}", n.kind);
                self.type_error(m)
            }
        }
    }
    fn opt_field(&mut self, n: Node, name: &str) -> R<Option<Value>> {
        let v = attr::get_opt(self.t, n.object, intern(name))?;
        Ok(v.filter(|v| !v.is_none()))
    }
    /// A field that must not be None.
    fn required(&mut self, n: Node, name: &str) -> R<Value> {
        let v = self.field(n, name)?;
        if v.is_none() {
            return self.value_error(format!("field '{name}' is required for {}", n.kind));
        }
        Ok(v)
    }
    /// The items of a list field; one that is absent is empty.
    fn list(&mut self, n: Node, name: &str) -> R<Gc<List>> {
        let Some(v) = attr::get_opt(self.t, n.object, intern(name))? else {
            return Ok(List::new());
        };
        match v.cast::<List>() {
            Some(l) => Ok(l),
            None => {
                let m = format!(
                    "{} field \"{name}\" must be a list, not a {}",
                    n.kind,
                    type_name(v)
                );
                self.type_error(m)
            }
        }
    }
    /// Reads each item of a list field.
    fn each<T>(
        &mut self,
        n: Node,
        name: &str,
        mut one: impl FnMut(&mut Self, Value) -> R<T>,
    ) -> R<Vec<T>> {
        let l = self.list(n, name)?;
        let (size, mut all) = (l.len(), Vec::new());
        for i in 0..size {
            if l.len() != size {
                let m = format!("{} field \"{name}\" changed size during iteration", n.kind);
                return Err(errors::raise(self.t, Exc::RuntimeError, m));
            }
            all.push(one(self, l.get(i))?);
        }
        Ok(all)
    }

    fn int(&mut self, n: Node, name: &str) -> R<i64> {
        let v = self.field(n, name)?;
        self.int_of(v)
    }
    fn int_of(&mut self, v: Value) -> R<i64> {
        if v.is_int() {
            return Ok(v.as_int());
        }
        if v == Value::TRUE || v == Value::FALSE {
            return Ok(i64::from(v == Value::TRUE));
        }
        let shown = ops::repr(self.t, v)?;
        self.value_error(format!("invalid integer value: {}", shown.lossy()))
    }
    fn sym_of(&mut self, v: Value) -> R<Sym> {
        match v.cast::<Str>() {
            Some(s) => Ok(self.names.intern(&s.lossy())),
            None => self.type_error("AST identifier must be of type str"),
        }
    }
    /// An identifier that may be bound or read.
    fn name_of(&mut self, v: Value) -> R<Sym> {
        let sym = self.sym_of(v)?;
        let text = self.names.resolve(sym);
        if matches!(text, "None" | "True" | "False") {
            let m = format!("identifier field can't represent '{text}' constant");
            return self.value_error(m);
        }
        Ok(sym)
    }
    fn sym(&mut self, n: Node, name: &str) -> R<Sym> {
        let v = self.required(n, name)?;
        self.sym_of(v)
    }
    fn opt_sym(&mut self, n: Node, name: &str) -> R<Option<Sym>> {
        let v = self.opt_field(n, name)?;
        v.map(|v| self.sym_of(v)).transpose()
    }
    /// A field with an identifier that is bound.
    fn bound(&mut self, n: Node, name: &str) -> R<Sym> {
        let v = self.required(n, name)?;
        self.name_of(v)
    }
    fn opt_bound(&mut self, n: Node, name: &str) -> R<Option<Sym>> {
        let v = self.opt_field(n, name)?;
        v.map(|v| self.name_of(v)).transpose()
    }

    /// The place of a node; `family` is what messages call it.
    fn span(&mut self, n: Node, family: &'static str) -> R<Span> {
        let named = Node {
            object: n.object,
            kind: family,
        };
        let line = self.int(named, "lineno")?;
        let column = self.int(named, "col_offset")?;
        let end_line = match self.opt_field(named, "end_lineno")? {
            Some(v) => self.int_of(v)?,
            None => line,
        };
        let end_column = match self.opt_field(named, "end_col_offset")? {
            Some(v) => self.int_of(v)?,
            None => column,
        };
        if line > end_line {
            let m = format!("AST node line range ({line}, {end_line}) is not valid");
            return self.value_error(m);
        }
        if (line < 0 && end_line != line) || (column < 0 && column != end_column) {
            let m = format!(
                "AST node column range ({column}, {end_column}) for line range ({line}, {end_line}) is not valid"
            );
            return self.value_error(m);
        }
        if line == end_line && column > end_column {
            let m = format!("line {line}, column {column}-{end_column} is not a valid range");
            return self.value_error(m);
        }
        let start = self.mark(line, column);
        let end = self.mark(end_line, end_column);
        Ok(Span::new(start, end))
    }
    fn mark(&mut self, line: i64, column: i64) -> u32 {
        let number = |n: i64| u32::try_from(n).unwrap_or(0);
        self.marks.push(Location {
            line: number(line),
            column: number(column),
        });
        self.marks.len() as u32 - 1
    }
    /// Something else than what is wanted here.
    fn unexpected<T>(&mut self, what: &str, v: Value) -> R<T> {
        let shown = ops::repr(self.t, v)?;
        self.type_error(format!(
            "expected some sort of {what}, but got {}",
            shown.lossy()
        ))
    }
    fn class(&self, name: &str) -> R<Gc<Type>> {
        let c = attr::get(self.t, self.module, intern(name))?;
        c.cast::<Type>()
            .ok_or_else(|| errors::type_error(self.t, "_ast is damaged"))
    }
    /// Is it a node of this sum or product?
    fn is_a(&mut self, v: Value, name: &str) -> R<bool> {
        let c = self.class(name)?;
        ops::is_instance(self.t, v, c.value())
    }
    /// What names an operator.
    fn operator<O: Copy>(&mut self, v: Value, sum: &str, all: &[(&str, O)]) -> R<O> {
        let kind = self.kind(v)?;
        match all.iter().find(|(name, _)| *name == kind) {
            Some((_, op)) => Ok(*op),
            None => self.unexpected(sum, v),
        }
    }
}
