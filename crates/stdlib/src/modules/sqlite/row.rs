//! The class `Row`: a tuple whose items have names.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::class::words;
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::slice::Slice;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, type_name};
use pyjit_runtime::{R, Thread, py_class};

use super::cursor::Cursor;

/// The values, and the cursor's description with their names.
#[repr(C)]
pub struct Row {
    header: Header,
    data: Field,
    description: Field,
}
heap_object!(Row = 444, refs 1..3);

type W = Gc<Row>;

fn new(t: &Thread, class: Gc<Type>, cursor: Value, data: Value) -> R<W> {
    let Some(c) = cursor.cast::<Cursor>() else {
        let m = format!(
            "Row() argument 1 must be sqlite3.Cursor, not {}",
            type_name(cursor)
        );
        return Err(errors::type_error(t, m));
    };
    if data.cast::<Tuple>().is_none() {
        let m = format!("Row() argument 2 must be tuple, not {}", type_name(data));
        return Err(errors::type_error(t, m));
    }
    let r = Row {
        header: Header::NEW,
        data: Field::new(data),
        description: Field::new(c.description.get()),
    };
    let extra = class.extra_bytes(words::<Row>());
    Ok(Gc::with_shape(class.root_shape.get(), r, extra))
}
fn data(this: W) -> Gc<Tuple> {
    Gc::from_value(this.data.get())
}
/// The names of the columns, in order.
fn names(this: W) -> Vec<Gc<Str>> {
    let description = this.description.get().cast::<Tuple>();
    let columns = description.iter().flat_map(|d| d.items().iter());
    let name = |c: &Value| c.cast::<Tuple>()?.items().first()?.cast::<Str>();
    columns.filter_map(name).collect()
}
fn keys(t: &Thread, this: W) -> R<Gc<List>> {
    let l = List::new();
    for n in names(this) {
        l.push(t, n.value())?;
    }
    Ok(l)
}
fn getitem(t: &Thread, this: W, key: Value) -> R<Value> {
    let items = data(this);
    if let Some(s) = key.cast::<Str>() {
        let wanted = s.lossy();
        let same = |n: &Gc<Str>| n.lossy().eq_ignore_ascii_case(&wanted);
        let at = names(this).iter().position(same);
        return match at.and_then(|i| items.items().get(i).copied()) {
            Some(v) => Ok(v),
            None if this.description.get().is_none() => {
                let shown = ops::repr(t, key)?;
                let m = format!("No item with key {}", shown.lossy());
                Err(errors::index_error(t, m))
            }
            None => Err(errors::index_error(t, "No item with that key")),
        };
    }
    if int::is_int(key) {
        let n = items.len() as i64;
        let Some(i) = int::to_i64(key) else {
            let m = "cannot fit 'int' into an index-sized integer";
            return Err(errors::index_error(t, m));
        };
        let i = if i < 0 { i + n } else { i };
        return match usize::try_from(i)
            .ok()
            .and_then(|i| items.items().get(i).copied())
        {
            Some(v) => Ok(v),
            None => Err(errors::index_error(t, "tuple index out of range")),
        };
    }
    if key.cast::<Slice>().is_some() {
        return ops::getitem(t, items.value(), key);
    }
    Err(errors::index_error(t, "Index must be int or string"))
}
fn len(_t: &Thread, this: W) -> usize {
    data(this).len()
}
fn iter(t: &Thread, this: W) -> R<Value> {
    ops::iter(t, this.data.get())
}
fn hash(t: &Thread, this: W) -> R<i64> {
    let description = ops::hash(t, this.description.get())?;
    Ok(description ^ ops::hash(t, this.data.get())?)
}
fn compare(t: &Thread, this: W, other: Value, same: bool) -> R<Value> {
    let Some(o) = other.cast::<Row>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = ops::eq(t, this.description.get(), o.description.get())?
        && ops::eq(t, this.data.get(), o.data.get())?;
    Ok(Value::bool(equal == same))
}
fn eq(t: &Thread, this: W, other: Value) -> R<Value> {
    compare(t, this, other, true)
}
fn ne(t: &Thread, this: W, other: Value) -> R<Value> {
    compare(t, this, other, false)
}

py_class! {
    pub ROW: Row = "Row", base kinds::OBJECT, flags flags::BASETYPE, module "sqlite3";
    methods {
        @staticmethod __new__(cls, cursor, data, /) => new;
        /// Returns the keys of the row.
        keys(self, /) => keys;
        __getitem__(self, key, /) => getitem;
        __len__(self, /) => len;
        __iter__(self, /) => iter;
        __hash__(self, /) => hash;
        __eq__(self, other, /) => eq;
        __ne__(self, other, /) => ne;
    }
}
