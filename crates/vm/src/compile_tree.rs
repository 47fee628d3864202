//! `compile(..., ast.PyCF_ONLY_AST)`: the tree as objects of module `_ast`.

use pyjit_compiler::reflect_source;
use pyjit_heap::{Gc, GilCell, Root, RootVec, Value};
use pyjit_runtime::bigint;
use pyjit_runtime::core::attr;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::float::from_f64;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::object::new_instance;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::Type;
use pyjit_runtime::{R, Raised, Thread};
use pyjit_syntax::ast::Constant;
use pyjit_syntax::reflect::Builder;
use pyjit_syntax::source::Span;
use pyjit_syntax::type_comments::TypeComments;
use pyjit_syntax::{Mode, Source, SyntaxError};

use crate::tree_rules::{Rules, Simplifier, refusal};

/// Operators and contexts by class name.
static MARKS: GilCell<Option<Root>> = GilCell::new(None);

/// Makes nodes. What has been made so far is kept in `made`; parts are told by
/// their index there. After an error nothing is made any more.
struct Nodes<'t> {
    t: &'t Thread,
    source: &'t Source,
    module: Value,
    made: RootVec,
    failed: bool,
    rules: Rules,
    comments: Option<TypeComments>,
    /// The first node that the version of the language has not.
    refused: Option<Box<SyntaxError>>,
}

/// The tree of a source, or why there is none.
pub fn tree(
    t: &Thread,
    source: &Source,
    mode: Mode,
    rules: Rules,
) -> R<Result<Value, Box<SyntaxError>>> {
    let module = t.host().import(t, "_ast")?;
    let mut nodes = Nodes {
        t,
        source,
        module,
        made: RootVec::new(),
        failed: false,
        rules,
        comments: rules.type_comments.then(|| TypeComments::find(source)),
        refused: None,
    };
    let tree = reflect_source(source, mode, &mut nodes);
    let left = nodes.comments.as_ref().and_then(TypeComments::misplaced);
    if let (Ok(_), Some(at)) = (&tree, left) {
        nodes.refuse(at, "invalid syntax");
    }
    if let Some(e) = nodes.refused {
        return Ok(Err(e));
    }
    match tree {
        Ok(_) if nodes.failed => Err(Raised),
        Ok(root) => Ok(Ok(nodes.made[root])),
        Err(e) => Ok(Err(e)),
    }
}

impl Nodes<'_> {
    fn keep(&mut self, v: Value) -> usize {
        self.made.push(v);
        self.made.len() - 1
    }
    fn keep_or_fail(&mut self, v: R<Value>) -> usize {
        let v = v.unwrap_or_else(|Raised| {
            self.failed = true;
            Value::NONE
        });
        self.keep(v)
    }
    fn make(&self, class: &str, fields: &[(&'static str, usize)], span: Option<Span>) -> R<Value> {
        let t = self.t;
        if fields.is_empty() && span.is_none() {
            return self.mark(class);
        }
        let kind = class;
        let class = attr::get(t, self.module, intern(class))?;
        let Some(class) = class.cast::<Type>() else {
            return Err(pyjit_runtime::core::errors::type_error(
                t,
                "_ast is damaged",
            ));
        };
        let node = new_instance(class);
        for (name, i) in fields {
            attr::set(t, node, intern(name), Some(self.made[*i]))?;
        }
        if let Some(span) = span {
            let (from, to) = (self.source.locate(span.start), self.source.locate(span.end));
            let places = [
                ("lineno", from.line),
                ("col_offset", from.column),
                ("end_lineno", to.line),
                ("end_col_offset", to.column),
            ];
            for (name, n) in places {
                attr::set(t, node, intern(name), Some(Value::int(n as i64)))?;
            }
        }
        match self.rules.simplify {
            Some(level) => {
                let module = self.module;
                Simplifier { t, module, level }.node(kind, node)
            }
            None => Ok(node),
        }
    }
    /// An operator or a context: one object for all places.
    fn mark(&self, class: &str) -> R<Value> {
        let marks = MARKS.with_mut(|m| {
            m.get_or_insert_with(|| Root::new(Dict::new().value()))
                .get()
        });
        let marks: Gc<Dict> = Gc::from_value(marks);
        let key = intern(class);
        if let Some(m) = marks.get_str(key) {
            return Ok(m);
        }
        let class = attr::get(self.t, self.module, key)?;
        let node = new_instance(Gc::from_value(class));
        marks.set_str(self.t, key, node)?;
        Ok(node)
    }
    fn check_version(&mut self, class: &str, fields: &[(&'static str, usize)], span: Option<Span>) {
        if self.rules.version >= 14 || self.refused.is_some() {
            return;
        }
        let values: Vec<(&'static str, Value)> =
            fields.iter().map(|(n, i)| (*n, self.made[*i])).collect();
        if let Some(m) = refusal(self.rules, self.source, class, &values, span) {
            let at = span.unwrap_or(Span::new(0, 0));
            self.refused = Some(Box::new(SyntaxError::new(self.source, at, m)));
        }
    }
    fn refuse(&mut self, at: Span, message: &str) {
        if self.refused.is_none() {
            self.refused = Some(Box::new(SyntaxError::new(self.source, at, message)));
        }
    }
    /// Gives a node the type comment that is at its place.
    fn comment(&mut self, class: &str, fields: &mut [(&'static str, usize)], span: Option<Span>) {
        let Some(comments) = &mut self.comments else {
            return;
        };
        let text = match (class, span) {
            ("Module", _) => return self.ignores(fields),
            ("Assign", Some(s)) => comments.behind(s.end),
            ("arg", Some(s)) => comments.of_parameter(s.end),
            ("For" | "AsyncFor" | "With" | "AsyncWith", Some(s)) => comments.of_head(s.start),
            ("FunctionDef" | "AsyncFunctionDef", Some(s)) => match comments.of_function(s.start) {
                Ok(text) => text,
                Err(at) => return self.refuse(at, "Cannot have two type comments on def"),
            },
            _ => None,
        };
        let Some(text) = text else { return };
        let text = self.text(&text);
        for (_, i) in fields.iter_mut().filter(|(n, _)| *n == "type_comment") {
            *i = text;
        }
    }
    /// The list of a module's `# type: ignore` comments.
    fn ignores(&mut self, fields: &mut [(&'static str, usize)]) {
        let all = self
            .comments
            .as_ref()
            .map_or(Vec::new(), |c| c.ignores().to_vec());
        let mut nodes = Vec::new();
        for (span, tag) in all {
            let line = self.int(i64::from(self.source.locate(span.start).line));
            let tag = self.text(&tag);
            let node = self.make("TypeIgnore", &[("lineno", line), ("tag", tag)], None);
            nodes.push(self.keep_or_fail(node));
        }
        let list = self.list(nodes);
        for (_, i) in fields.iter_mut().filter(|(n, _)| *n == "type_ignores") {
            *i = list;
        }
    }
    fn constant_value(&self, c: &Constant<'_>) -> R<Value> {
        let t = self.t;
        Ok(match *c {
            Constant::None => Value::NONE,
            Constant::True => Value::TRUE,
            Constant::False => Value::FALSE,
            Constant::Ellipsis => Value::ELLIPSIS,
            Constant::Int(i) => int::from_i64(t, i),
            Constant::BigInt { radix, digits } => {
                match bigint::parse_int(digits.as_bytes(), radix, usize::MAX) {
                    Ok(n) => int::from_big(&n),
                    Err(_) => Value::NONE,
                }
            }
            Constant::Float(f) => from_f64(f),
            Constant::Complex(im) => crate::bridge::complex(t, 0.0, im)?,
            Constant::Str { value, .. } => Str::from_wtf8(value).value(),
            Constant::Bytes(b) => Bytes::new(b).value(),
        })
    }
}

impl Builder for Nodes<'_> {
    type Value = usize;

    fn none(&mut self) -> usize {
        self.keep(Value::NONE)
    }
    fn name(&mut self, text: &str) -> usize {
        self.keep(intern(text).value())
    }
    fn text(&mut self, text: &str) -> usize {
        self.keep(Str::new(text).value())
    }
    fn int(&mut self, value: i64) -> usize {
        self.keep(Value::int(value))
    }
    fn constant(&mut self, value: &Constant<'_>) -> usize {
        let v = self.constant_value(value);
        self.keep_or_fail(v)
    }
    fn list(&mut self, items: Vec<usize>) -> usize {
        let list = List::new();
        let at = self.keep(list.value());
        for i in items {
            if list.push(self.t, self.made[i]).is_err() {
                self.failed = true;
            }
        }
        at
    }
    fn node(
        &mut self,
        class: &'static str,
        mut fields: Vec<(&'static str, usize)>,
        span: Option<Span>,
    ) -> usize {
        if self.failed {
            return self.keep(Value::NONE);
        }
        self.comment(class, &mut fields, span);
        self.check_version(class, &fields, span);
        let node = self.make(class, &fields, span);
        self.keep_or_fail(node)
    }
}
