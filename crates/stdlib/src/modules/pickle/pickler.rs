//! `Pickler`: the object, its attributes and its memo.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, errors, kinds, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind, type_name};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::memo;
use super::opcodes::{DEFAULT, HIGHEST};
use super::save::Saver;
use crate::native_layout;

native_layout! {
    /// `persistent` is an attribute of the instance; `kept` and `table` are the memo.
    Pickler = 486, refs 1..7 { write, dispatch_table, buffer_callback, persistent, kept, table }
        ints { bin, fast, proto, fix_imports, running, memo_len }
}
pub type P = Gc<Pickler>;

native_layout! {
    /// The memo of a pickler, as an object.
    PicklerMemoProxy = 489, refs 1..2 { pickler } ints { }
}
type M = Gc<PicklerMemoProxy>;

fn blank(class: Gc<Type>) -> P {
    let n = Value::NULL;
    Pickler::alloc(class, n, n, n, n, n, n, 0, 0, 0, 0, 0, 0)
}
fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kw: Value) -> P {
    blank(class)
}
fn in_use(t: &Thread) -> Raised {
    errors::runtime_error(t, "Pickler object is already used")
}
fn set_protocol(
    t: &Thread,
    p: P,
    protocol: Option<Value>,
    fix_imports: Option<bool>,
    callback: Option<Value>,
) -> R<()> {
    let mut proto = match protocol.filter(|v| !v.is_none()) {
        Some(v) => ops::index_i64(t, v)?,
        None => DEFAULT,
    };
    if proto < 0 {
        proto = HIGHEST;
    }
    if proto > HIGHEST {
        let m = format!("pickle protocol must be <= {HIGHEST}");
        return Err(errors::value_error(t, m));
    }
    let callback = callback.filter(|v| !v.is_none());
    if callback.is_some() && proto < 5 {
        return Err(errors::value_error(
            t,
            "buffer_callback needs protocol >= 5",
        ));
    }
    p.proto.set(proto);
    p.bin.set((proto > 0) as i64);
    p.fast.set(0);
    p.fix_imports
        .set((fix_imports.unwrap_or(true) && proto < 3) as i64);
    p.buffer_callback.set(p, callback.unwrap_or(Value::NULL));
    Ok(())
}
fn initialise(
    t: &Thread,
    p: P,
    file: Value,
    protocol: Option<Value>,
    fix_imports: Option<bool>,
    callback: Option<Value>,
) -> R<()> {
    if p.running.get() != 0 {
        return Err(in_use(t));
    }
    set_protocol(t, p, protocol, fix_imports, callback)?;
    let Some(write) = attr::get_opt(t, file, intern("write"))? else {
        return Err(errors::type_error(t, "file must have a 'write' attribute"));
    };
    p.write.set(p, write);
    memo::clear(p);
    Ok(())
}
fn run(t: &Thread, p: P, object: Value) -> R<Vec<u8>> {
    p.running.set(1);
    let r = Saver::new(t, p).and_then(|s| s.dump(object));
    p.running.set(0);
    r
}
fn dump_method(t: &Thread, p: P, object: Value) -> R<()> {
    if p.running.get() != 0 {
        return Err(in_use(t));
    }
    if p.write.get().is_null() {
        let m = format!(
            "Pickler.__init__() was not called by {}.__init__()",
            type_name(p.value())
        );
        return Err(super::cannot_pickle(t, m));
    }
    run(t, p, object).map(|_| ())
}
pub fn dump(
    t: &Thread,
    object: Value,
    file: Value,
    protocol: Option<Value>,
    fix_imports: Option<bool>,
    callback: Option<Value>,
) -> R<()> {
    let p = blank(of_kind(486));
    initialise(t, p, file, protocol, fix_imports, callback)?;
    run(t, p, object).map(|_| ())
}
pub fn dumps(
    t: &Thread,
    object: Value,
    protocol: Option<Value>,
    fix_imports: Option<bool>,
    callback: Option<Value>,
) -> R<Gc<Bytes>> {
    let p = blank(of_kind(486));
    set_protocol(t, p, protocol, fix_imports, callback)?;
    Ok(Bytes::new(&run(t, p, object)?))
}
fn clear_memo(_t: &Thread, p: P) {
    memo::clear(p);
}
fn sizeof(_t: &Thread, p: P) -> usize {
    let table = p
        .table
        .get()
        .opt()
        .map(Gc::<pyjit_heap::RawArray>::from_value);
    size_of::<Pickler>() + table.map_or(0, |a| a.len())
}
pub fn persistent_id(_t: &Thread, _p: P, _object: Value) {}

/// Is `name` the attribute that instances may have of their own?
fn is_persistent(name: Gc<Str>) -> bool {
    name.bytes() == b"persistent_id"
}
fn get_attribute(t: &Thread, p: P, name: Gc<Str>) -> R<Value> {
    if is_persistent(name)
        && let Some(v) = p.persistent.get().opt()
    {
        return Ok(v);
    }
    attr::generic_get(t, p.value(), class_of(p.value()), name)
}
fn set_attribute(t: &Thread, p: P, name: Gc<Str>, v: Value) -> R<()> {
    if is_persistent(name) {
        p.persistent.set(p, v);
        return Ok(());
    }
    attr::generic_set(t, p.value(), class_of(p.value()), name, Some(v))
}
fn delete_attribute(t: &Thread, p: P, name: Gc<Str>) -> R<()> {
    if is_persistent(name) && p.persistent.is_set() {
        p.persistent.clear();
        return Ok(());
    }
    attr::generic_set(t, p.value(), class_of(p.value()), name, None)
}
fn get_table(t: &Thread, p: P) -> R<Value> {
    p.dispatch_table.get().opt().ok_or_else(|| {
        let m = format!(
            "'{}' object has no attribute 'dispatch_table'",
            type_name(p.value())
        );
        errors::attribute_error_for(t, p.value(), intern("dispatch_table"), m)
    })
}
fn set_table(t: &Thread, p: P, v: Option<Value>) -> R<()> {
    if v.is_none() {
        get_table(t, p)?;
    }
    p.dispatch_table.set(p, v.unwrap_or(Value::NULL));
    Ok(())
}
fn number(t: &Thread, v: Option<Value>) -> R<i64> {
    let Some(v) = v else {
        let m = "can't delete numeric/char attribute";
        return Err(errors::type_error(t, m));
    };
    ops::index_i64(t, v)
}
fn get_bin(_t: &Thread, p: P) -> i64 {
    p.bin.get()
}
fn set_bin(t: &Thread, p: P, v: Option<Value>) -> R<()> {
    p.bin.set(number(t, v)?);
    Ok(())
}
fn get_fast(_t: &Thread, p: P) -> i64 {
    p.fast.get()
}
fn set_fast(t: &Thread, p: P, v: Option<Value>) -> R<()> {
    p.fast.set(number(t, v)?);
    Ok(())
}
fn get_memo(_t: &Thread, p: P) -> M {
    PicklerMemoProxy::alloc(of_kind(489), p.value())
}
fn set_memo(t: &Thread, p: P, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        return Err(errors::type_error(t, "attribute deletion is not supported"));
    };
    if let Some(proxy) = v.cast::<PicklerMemoProxy>() {
        let from: P = Gc::from_value(proxy.pickler.get());
        let all = memo::entries(from);
        if from.addr() == p.addr() {
            return Ok(());
        }
        memo::clear(p);
        for (number, i) in all {
            memo::put(t, p, memo::object(from, i), number)?;
        }
        return Ok(());
    }
    let Some(d) = v.cast::<Dict>() else {
        let m = format!(
            "'memo' attribute must be a PicklerMemoProxy object or dict, not {}",
            type_name(v)
        );
        return Err(errors::type_error(t, m));
    };
    memo::clear(p);
    for (_, pair) in d.iter() {
        let Some(&[number, object]) = pair.cast::<Tuple>().as_ref().map(|p| p.items()) else {
            memo::clear(p);
            let m = "'memo' values must be 2-item tuples";
            return Err(errors::type_error(t, m));
        };
        let number = ops::index_i64(t, number)?;
        memo::put(t, p, object, number as u64)?;
    }
    Ok(())
}

fn proxy_clear(_t: &Thread, this: M) {
    memo::clear(Gc::from_value(this.pickler.get()));
}
fn proxy_copy(t: &Thread, this: M) -> R<Gc<Dict>> {
    let p: P = Gc::from_value(this.pickler.get());
    let copy = Dict::new();
    for (number, i) in memo::entries(p) {
        let object = memo::object(p, i);
        let pair = Tuple::new(&[Value::int(number as i64), object]);
        copy.set(t, int::from_i64(t, object.0 as i64), pair.value())?;
    }
    Ok(copy)
}
fn proxy_reduce(t: &Thread, this: M) -> R<Gc<Tuple>> {
    let args = Tuple::new(&[proxy_copy(t, this)?.value()]);
    Ok(Tuple::new(&[of_kind(kinds::DICT).value(), args.value()]))
}

py_class! {
    /// This takes a binary file for writing a pickle data stream.
    ///
    /// The optional *protocol* argument tells the pickler to use the given
    /// protocol; supported protocols are 0, 1, 2, 3, 4 and 5.
    pub CLASS: Pickler = "Pickler", base kinds::OBJECT, flags flags::BASETYPE, module "_pickle";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, file, protocol=None, fix_imports=True, buffer_callback=None) => initialise;
        /// Write a pickled representation of the given object to the open file.
        dump(self, obj, /) => dump_method;
        /// Clears the pickler's "memo".
        ///
        /// The memo is the data structure that remembers which objects the
        /// pickler has already seen, so that shared or recursive objects are
        /// pickled by reference and not by value.  This method is useful when
        /// re-using picklers.
        clear_memo(self, /) => clear_memo;
        /// Returns size in memory, in bytes.
        __sizeof__(self, /) => sizeof;
        persistent_id(self, obj, /) => persistent_id;
        __getattribute__(self, name, /) => get_attribute;
        __setattr__(self, name, value, /) => set_attribute;
        __delattr__(self, name, /) => delete_attribute;
    }
    getset {
        bin => get_bin, set_bin;
        fast => get_fast, set_fast;
        dispatch_table => get_table, set_table;
        memo => get_memo, set_memo;
    }
}
py_class! {
    pub MEMO: PicklerMemoProxy = "PicklerMemoProxy", base kinds::OBJECT, flags flags::NO_NEW, module "_pickle";
    methods {
        /// Remove all items from memo.
        clear(self, /) => proxy_clear;
        /// Copy the memo to a new object.
        copy(self, /) => proxy_copy;
        /// Implement pickle support.
        __reduce__(self, /) => proxy_reduce;
    }
}
