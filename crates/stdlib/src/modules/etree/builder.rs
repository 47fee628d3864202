//! `TreeBuilder`: starts, texts and ends become a tree.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::ops::{self, BinOp};
use pyjit_runtime::core::{attr, call, errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{empty, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::element::{self, Element};
use super::events::report;
use super::{PARSE_ERROR, children, factories};
use crate::native_layout;

native_layout! {
    /// The root, the element that is open, the latest one, and the same again
    /// if text belongs behind it; text that was not yet given to it (one piece,
    /// or a list of them in `pieces`); the elements that are open around the
    /// current one; factories; the queue of events and the names of those wanted.
    TreeBuilder = 622, refs 1..18 {
        root, open, last, behind, data, pieces, stack, factory, comment_factory, pi_factory,
        append, on_start, on_end, on_start_ns, on_end_ns, on_comment, on_pi
    } ints { insert_comments, insert_pis }
}
type B = Gc<TreeBuilder>;

fn make(class: Gc<Type>) -> B {
    let (no, stack) = (Value::NULL, List::new().value());
    TreeBuilder::alloc(
        class, no, no, no, no, no, no, stack, no, no, no, no, no, no, no, no, no, no, 0, 0,
    )
}
/// One as a parser makes it for itself.
pub fn plain(t: &Thread) -> B {
    let b = make(of_kind(622));
    init(t, b, None, None, None, None, None);
    b
}
fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> B {
    make(class)
}
fn init(
    _t: &Thread,
    this: B,
    factory: Option<Value>,
    comment: Option<Value>,
    pi: Option<Value>,
    insert_comments: Option<bool>,
    insert_pis: Option<bool>,
) {
    let (default_comment, default_pi) = factories();
    let chosen = |v: Option<Value>, default: Value| {
        let v = v.filter(|v| !v.is_none()).unwrap_or(default);
        if v.is_none() { Value::NULL } else { v }
    };
    for (field, v) in [
        (&this.factory, chosen(factory, Value::NONE)),
        (&this.comment_factory, chosen(comment, default_comment)),
        (&this.pi_factory, chosen(pi, default_pi)),
    ] {
        match v.is_null() {
            true => field.clear(),
            false => field.set(this, v),
        }
    }
    this.insert_comments
        .set(insert_comments.unwrap_or(false) as i64);
    this.insert_pis.set(insert_pis.unwrap_or(false) as i64);
}

/// Text, to be given to its element later.
pub fn data(t: &Thread, this: B, text: Value) -> R<()> {
    if this.data.get().is_null() {
        // Before the first element there is nothing that could have it.
        if this.last.is_set() {
            this.data.set(this, text);
        }
        return Ok(());
    }
    let pieces = this.pieces.get().cast_opt::<List>().unwrap_or_else(|| {
        let list = List::new();
        this.pieces.set(this, list.value());
        list
    });
    if pieces.is_empty() {
        pieces.push(t, this.data.get())?;
    }
    pieces.push(t, text)
}
/// The text belongs to the latest element.
fn flush(t: &Thread, this: B) -> R<()> {
    let Some(first) = this.data.get().opt() else {
        return Ok(());
    };
    this.data.clear();
    let pieces = this.pieces.get().cast_opt::<List>();
    let text = match pieces.filter(|l| !l.is_empty()) {
        None => first,
        Some(l) => {
            this.pieces.clear();
            call::call_attr(t, empty().value(), "join", &[l.value()])?
        }
    };
    let (owner, name) = match this.behind.get().opt() {
        Some(owner) => (owner, "tail"),
        None => (this.last.get(), "text"),
    };
    if let Some(e) = owner.cast_exact::<Element>() {
        let field = if name == "tail" { &e.tail } else { &e.text };
        if field.get().is_none() {
            field.set(e, text);
            return Ok(());
        }
    }
    let before = attr::get(t, owner, intern(name))?;
    let text = match before.is_none() {
        true => text,
        false => ops::binary(t, BinOp::Add, before, text)?,
    };
    attr::set(t, owner, intern(name), Some(text))
}
fn add(t: &Thread, parent: Value, new: Value) -> R<()> {
    match parent.cast_exact::<Element>() {
        Some(parent) => children::push(t, parent, new),
        None => call::call_attr(t, parent, "append", &[new]).map(drop),
    }
}

/// An element begins; without attributes they are absent.
pub fn start_element(t: &Thread, this: B, tag: Value, attributes: Value) -> R<Value> {
    flush(t, this)?;
    let new = match this.factory.get().opt() {
        None => element::make(tag, attributes).value(),
        Some(factory) => {
            let attributes = attributes.opt().unwrap_or_else(|| Dict::new().value());
            call::call(t, factory, &[tag, attributes])?
        }
    };
    this.behind.clear();
    let stack: Gc<List> = Gc::from_value(this.stack.get());
    match this.open.get().opt() {
        Some(open) => {
            add(t, open, new)?;
            stack.push(t, open)?;
        }
        None => {
            if this.root.is_set() {
                return Err(PARSE_ERROR.raise(t, "multiple elements on top level"));
            }
            this.root.set(this, new);
            stack.push(t, Value::NONE)?;
        }
    }
    this.open.set(this, new);
    this.last.set(this, new);
    report(t, this, &this.on_start, new)?;
    Ok(new)
}
/// The element that is open ends.
pub fn end_element(t: &Thread, this: B) -> R<Value> {
    flush(t, this)?;
    let stack: Gc<List> = Gc::from_value(this.stack.get());
    let Some(n) = stack.len().checked_sub(1) else {
        return Err(errors::index_error(t, "pop from empty stack"));
    };
    let done = this.open.get();
    this.last.set(this, done);
    this.behind.set(this, done);
    let outer = stack.remove(n);
    match outer.is_none() {
        true => this.open.clear(),
        false => this.open.set(this, outer),
    }
    report(t, this, &this.on_end, done)?;
    Ok(done)
}
/// Something that is no element stands in the document.
fn insert(t: &Thread, this: B, what: Value, wanted: bool) -> R<()> {
    if let Some(open) = this.open.get().opt().filter(|_| wanted) {
        add(t, open, what)?;
        this.last.set(this, what);
        this.behind.set(this, what);
    }
    Ok(())
}
pub fn comment(t: &Thread, this: B, text: Value) -> R<Value> {
    flush(t, this)?;
    let comment = match this.comment_factory.get().opt() {
        None => text,
        Some(factory) => {
            let comment = call::call(t, factory, &[text])?;
            insert(t, this, comment, this.insert_comments.get() != 0)?;
            comment
        }
    };
    report(t, this, &this.on_comment, comment)?;
    Ok(comment)
}
pub fn instruction(t: &Thread, this: B, target: Value, text: Option<Value>) -> R<Value> {
    let text = text.unwrap_or(Value::NONE);
    flush(t, this)?;
    let pi = match this.pi_factory.get().opt() {
        None => Tuple::new(&[target, text]).value(),
        Some(factory) => {
            let pi = call::call(t, factory, &[target, text])?;
            insert(t, this, pi, this.insert_pis.get() != 0)?;
            pi
        }
    };
    report(t, this, &this.on_pi, pi)?;
    Ok(pi)
}
fn start(t: &Thread, this: B, tag: Value, attributes: Gc<Dict>) -> R<Value> {
    start_element(t, this, tag, attributes.value())
}
fn end(t: &Thread, this: B, _tag: Value) -> R<Value> {
    end_element(t, this)
}
/// The root, if there is one.
pub fn close(_t: &Thread, this: B) -> Value {
    this.root.get().opt().unwrap_or(Value::NONE)
}

py_class! {
    pub TREE_BUILDER: TreeBuilder = "TreeBuilder", base kinds::OBJECT, flags flags::BASETYPE, module "xml.etree.ElementTree";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, element_factory=None, *, comment_factory=None, pi_factory=None, insert_comments=False, insert_pis=False) => init;
        data(self, data, /) => data;
        start(self, tag, attrs, /) => start;
        end(self, tag, /) => end;
        comment(self, text, /) => comment;
        pi(self, target, text=None, /) => instruction;
        close(self, /) => close;
    }
}
