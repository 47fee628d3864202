//! What `compile(..., ONLY_AST)` does beside building nodes: it refuses what a
//! version of the language has not, and with `ast.PyCF_OPTIMIZED_AST` it
//! simplifies. Both look at each node when its parts exist.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{attr, ops};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::{class_of, type_name};
use pyjit_runtime::{R, Thread};
use pyjit_syntax::Source;
use pyjit_syntax::source::Span;

/// How to build a tree.
#[derive(Clone, Copy)]
pub struct Rules {
    /// Minor version of the language.
    pub version: i64,
    /// Type comments are part of the tree.
    pub type_comments: bool,
    /// Level of `optimize` if the tree is to be simplified.
    pub simplify: Option<u8>,
}

/// Nodes that came with a version.
const NODES: &[(&str, i64, &str)] = &[
    ("AsyncFunctionDef", 5, "Async functions are"),
    ("AsyncFor", 5, "Async for loops are"),
    ("AsyncWith", 5, "Async with statements are"),
    ("Await", 5, "Await expressions are"),
    ("MatMult", 5, "The '@' operator is"),
    ("AnnAssign", 6, "Variable annotation syntax is"),
    ("NamedExpr", 8, "Assignment expressions are"),
    ("Match", 10, "Pattern matching is"),
    ("TryStar", 11, "Exception groups are"),
    ("TypeAlias", 12, "Type statement is"),
    ("TemplateStr", 14, "t-strings are"),
];
/// Fields that came with a version: they were absent or empty before.
const FIELDS: &[(&str, i64, &str)] = &[
    ("posonlyargs", 8, "Positional-only parameters are"),
    ("type_params", 12, "Type parameter lists are"),
    ("default_value", 13, "Type parameter defaults are"),
];

/// Why a node is refused.
pub fn refusal(
    rules: Rules,
    source: &Source,
    class: &str,
    fields: &[(&'static str, Value)],
    span: Option<Span>,
) -> Option<String> {
    let new = |(_, version, what): &(&str, i64, &str)| {
        (rules.version < *version)
            .then(|| format!("{what} only supported in Python 3.{version} and greater"))
    };
    if rules.version >= 14 {
        return None;
    }
    let node = NODES.iter().find(|n| n.0 == class).and_then(new);
    let used = |v: Value| !v.is_none() && v.cast::<List>().is_none_or(|l| l.len() > 0);
    let field = || {
        let mut given = fields.iter().filter(|(_, v)| used(*v));
        given.find_map(|(name, _)| FIELDS.iter().find(|f| f.0 == *name).and_then(new))
    };
    let bare = || {
        let is_bare = class == "ExceptHandler" && bare_types(source, fields, span?);
        let n = ("", 14, "except expressions without parentheses are");
        is_bare.then(|| new(&n)).flatten()
    };
    let is_async = |(name, v): &(&str, Value)| *name == "is_async" && *v == Value::int(1);
    let detail = || {
        let n = match class {
            "comprehension" if fields.iter().any(is_async) => "Async comprehensions are",
            "Constant" if underscored(source, span?) => "Underscores in numeric literals are",
            _ => return None,
        };
        new(&("", 6, n))
    };
    node.or_else(field).or_else(bare).or_else(detail)
}

/// `1_000`.
fn underscored(source: &Source, span: Span) -> bool {
    let text = source.text().get(span.start as usize..span.end as usize);
    text.is_some_and(|s| s.starts_with(|c: char| c == '.' || c.is_ascii_digit()) && s.contains('_'))
}

/// `except A, B:`.
fn bare_types(source: &Source, fields: &[(&'static str, Value)], span: Span) -> bool {
    let types = fields.iter().find(|(name, _)| *name == "type");
    if !types.is_some_and(|(_, v)| v.is_ptr() && type_name(*v) == "Tuple") {
        return false;
    }
    let text = source.text().get(span.start as usize..).unwrap_or("");
    let text = text.strip_prefix("except").unwrap_or(text).trim_start();
    let text = text.strip_prefix('*').unwrap_or(text).trim_start();
    !text.starts_with('(')
}

/// Names the parts of nodes.
pub struct Simplifier<'t> {
    pub t: &'t Thread,
    /// Module `_ast`.
    pub module: Value,
    pub level: u8,
}

const PLACES: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

impl Simplifier<'_> {
    fn get(&self, node: Value, name: &str) -> R<Value> {
        attr::get(self.t, node, intern(name))
    }
    fn set(&self, node: Value, name: &str, v: Value) -> R<()> {
        attr::set(self.t, node, intern(name), Some(v))
    }
    fn is(&self, node: Value, class: &str) -> bool {
        node.is_ptr() && class_of(node).name.gc().bytes() == class.as_bytes()
    }
    fn make(&self, class: &str, place: Value) -> R<Value> {
        let class = self.get(self.module, class)?;
        let node = pyjit_runtime::types::object::new_instance(Gc::from_value(class));
        for name in PLACES {
            self.set(node, name, self.get(place, name)?)?;
        }
        Ok(node)
    }
    fn constant(&self, value: Value, place: Value) -> R<Value> {
        let c = self.make("Constant", place)?;
        self.set(c, "value", value)?;
        self.set(c, "kind", Value::NONE)?;
        Ok(c)
    }

    /// The node that stands for `node`.
    pub fn node(&self, class: &str, node: Value) -> R<Value> {
        match class {
            "Name" => return self.name(node),
            "BinOp" => return self.format(node),
            "MatchValue" => {
                let v = self.number(self.get(node, "value")?)?;
                self.set(node, "value", v)?;
            }
            "MatchMapping" => {
                let keys = self.get(node, "keys")?;
                let Some(keys) = keys.cast::<List>() else {
                    return Ok(node);
                };
                for i in 0..keys.len() {
                    keys.set(i, self.number(keys.get(i))?);
                }
            }
            "Module" | "ClassDef" | "FunctionDef" | "AsyncFunctionDef" if self.level >= 2 => {
                self.docstring(node)?;
            }
            _ => {}
        }
        Ok(node)
    }
    /// `__debug__`.
    fn name(&self, node: Value) -> R<Value> {
        let id = self.get(node, "id")?;
        let is_debug = id.cast::<Str>().is_some_and(|s| s.bytes() == b"__debug__");
        if is_debug && self.is(self.get(node, "ctx")?, "Load") {
            return self.constant(Value::bool(self.level == 0), node);
        }
        Ok(node)
    }
    /// The number that a pattern spells as an expression: `-1`, `1 + 2j`.
    fn number(&self, node: Value) -> R<Value> {
        let value = |n: Value| self.get(n, "value");
        if self.is(node, "UnaryOp") {
            let operand = self.get(node, "operand")?;
            if self.is(operand, "Constant") && self.is(self.get(node, "op")?, "USub") {
                let v = ops::unary(self.t, Special::Neg, value(operand)?)?;
                return self.constant(v, node);
            }
        } else if self.is(node, "BinOp") {
            let left = self.number(self.get(node, "left")?)?;
            let right = self.get(node, "right")?;
            let op = match type_name(self.get(node, "op")?).as_str() {
                "Add" => ops::BinOp::Add,
                "Sub" => ops::BinOp::Sub,
                _ => return Ok(node),
            };
            if self.is(left, "Constant") && self.is(right, "Constant") {
                let v = ops::binary(self.t, op, value(left)?, value(right)?)?;
                return self.constant(v, node);
            }
        }
        Ok(node)
    }
    /// Takes the docstring away; a body that had nothing else passes.
    fn docstring(&self, node: Value) -> R<()> {
        let Some(body) = self.get(node, "body")?.cast::<List>() else {
            return Ok(());
        };
        let Some(first) = body.items().first().copied() else {
            return Ok(());
        };
        if !self.is(first, "Expr") {
            return Ok(());
        }
        let text = self.get(first, "value")?;
        if !self.is(text, "Constant") || self.get(text, "value")?.cast::<Str>().is_none() {
            return Ok(());
        }
        if body.len() > 1 || self.is(node, "Module") {
            return body.splice(self.t, 0, 1, &[]);
        }
        let pass = self.make("Pass", first)?;
        self.set(pass, "end_lineno", self.get(pass, "lineno")?)?;
        let column = self.get(pass, "col_offset")?;
        let end = ops::binary(self.t, ops::BinOp::Add, column, Value::int(4))?;
        self.set(pass, "end_col_offset", end)?;
        body.set(0, pass);
        Ok(())
    }
    /// `'%s' % (a,)` as an f-string, where it has plain conversions only.
    fn format(&self, node: Value) -> R<Value> {
        let (left, right) = (self.get(node, "left")?, self.get(node, "right")?);
        let is_format = self.is(left, "Constant")
            && self.is(self.get(node, "op")?, "Mod")
            && self.is(right, "Tuple");
        let Some(text) = self
            .get_if(is_format, left, "value")?
            .and_then(|v| v.cast_exact::<Str>())
        else {
            return Ok(node);
        };
        let Some(elements) = self.get(right, "elts")?.cast::<List>() else {
            return Ok(node);
        };
        let text = text.lossy().into_owned();
        let starred = elements.items().iter().any(|e| self.is(*e, "Starred"));
        let Some(parts) = parts(&text).filter(|_| !starred) else {
            return Ok(node);
        };
        let wanted = parts.iter().filter(|p| p.1.is_some()).count();
        if wanted != elements.len() {
            return Ok(node);
        }
        let values = List::new();
        let mut at = 0;
        for (literal, conversion) in parts {
            if !literal.is_empty() {
                let c = self.constant(Str::new(&literal).value(), left)?;
                values.push(self.t, c)?;
            }
            if let Some(c) = conversion {
                let f = self.make("FormattedValue", elements.get(at))?;
                self.set(f, "value", elements.get(at))?;
                self.set(f, "conversion", Value::int(c as i64))?;
                self.set(f, "format_spec", Value::NONE)?;
                values.push(self.t, f)?;
                at += 1;
            }
        }
        let joined = self.make("JoinedStr", node)?;
        self.set(joined, "values", values.value())?;
        Ok(joined)
    }
    fn get_if(&self, yes: bool, node: Value, name: &str) -> R<Option<Value>> {
        match yes {
            true => self.get(node, name).map(Some),
            false => Ok(None),
        }
    }
}

/// The literal texts of a `%` format, each with the conversion that follows.
fn parts(format: &str) -> Option<Vec<(String, Option<char>)>> {
    let (mut all, mut literal) = (Vec::new(), String::new());
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.push(c);
            continue;
        }
        match chars.next()? {
            '%' => literal.push('%'),
            c @ ('s' | 'r' | 'a') => all.push((std::mem::take(&mut literal), Some(c))),
            _ => return None,
        }
    }
    if !literal.is_empty() {
        all.push((literal, None));
    }
    Some(all)
}
