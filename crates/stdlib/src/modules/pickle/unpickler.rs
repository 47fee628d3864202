//! `Unpickler`: the object, its attributes and its memo.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, errors, kinds, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind, type_name};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::bad_pickle;
use super::build;
use super::input::Input;
use super::load::Loader;
use crate::native_layout;

native_layout! {
    /// `persistent` is an attribute of the instance; the memo is a list with
    /// absent items.
    Unpickler = 487, refs 1..10 { read, readline, peek, readinto, buffers, persistent, memo, encoding, errors }
        ints { fix_imports, proto, running, memo_len }
}
pub type U = Gc<Unpickler>;

native_layout! {
    /// The memo of an unpickler, as an object.
    UnpicklerMemoProxy = 490, refs 1..2 { unpickler } ints { }
}
type M = Gc<UnpicklerMemoProxy>;

impl Unpickler {
    pub fn memo_list(&self) -> Gc<List> {
        Gc::from_value(self.memo.get())
    }
}
/// Enters `v` as number `i`.
pub fn memo_put(t: &Thread, u: U, i: usize, v: Value) -> R<()> {
    let l = u.memo_list();
    while l.len() <= i {
        l.push(t, Value::NULL)?;
    }
    if l.get(i).is_null() {
        u.memo_len.set(u.memo_len.get() + 1);
    }
    l.set(i, v);
    Ok(())
}

fn blank(class: Gc<Type>) -> U {
    let (n, memo) = (Value::NULL, List::new().value());
    let ascii = intern("ASCII").value();
    let strict = intern("strict").value();
    Unpickler::alloc(class, n, n, n, n, n, n, memo, ascii, strict, 0, 0, 0, 0)
}
fn new(_t: &Thread, class: Gc<Type>, _args: Value, _kw: Value) -> U {
    blank(class)
}
fn in_use(t: &Thread) -> Raised {
    errors::runtime_error(t, "Unpickler object is already used")
}
fn set_options(
    t: &Thread,
    u: U,
    fix_imports: Option<bool>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
    buffers: Option<Value>,
) -> R<()> {
    u.fix_imports.set(fix_imports.unwrap_or(true) as i64);
    u.encoding
        .set(u, encoding.unwrap_or_else(|| intern("ASCII")).value());
    u.errors
        .set(u, errors.unwrap_or_else(|| intern("strict")).value());
    let buffers = match buffers.filter(|b| !b.is_none()) {
        Some(b) => ops::iter(t, b)?,
        None => Value::NULL,
    };
    u.buffers.set(u, buffers);
    u.memo.set(u, List::new().value());
    u.memo_len.set(0);
    u.proto.set(0);
    Ok(())
}
fn initialise(
    t: &Thread,
    u: U,
    file: Value,
    fix_imports: Option<bool>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
    buffers: Option<Value>,
) -> R<()> {
    if u.running.get() != 0 {
        return Err(in_use(t));
    }
    let method = |name: &str| Ok(attr::get_opt(t, file, intern(name))?.unwrap_or(Value::NULL));
    let (peek, readinto) = (method("peek")?, method("readinto")?);
    let (read, readline) = (method("read")?, method("readline")?);
    if read.is_null() || readline.is_null() {
        let m = "file must have 'read' and 'readline' attributes";
        return Err(errors::attribute_error(t, m));
    }
    u.read.set(u, read);
    u.readline.set(u, readline);
    u.peek.set(u, peek);
    u.readinto.set(u, readinto);
    set_options(t, u, fix_imports, encoding, errors, buffers)
}
fn run(t: &Thread, u: U, input: Input) -> R<Value> {
    u.running.set(1);
    let r = Loader::new(t, u, input).and_then(|l| l.load());
    u.running.set(0);
    r
}
fn load_method(t: &Thread, u: U) -> R<Value> {
    if u.running.get() != 0 {
        return Err(in_use(t));
    }
    if u.read.get().is_null() {
        let m = format!(
            "Unpickler.__init__() was not called by {}.__init__()",
            type_name(u.value())
        );
        return Err(bad_pickle(t, m));
    }
    run(t, u, Input::file(u))
}
pub fn load(
    t: &Thread,
    file: Value,
    fix_imports: Option<bool>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
    buffers: Option<Value>,
) -> R<Value> {
    let u = blank(of_kind(487));
    initialise(t, u, file, fix_imports, encoding, errors, buffers)?;
    run(t, u, Input::file(u))
}
pub fn loads(
    t: &Thread,
    data: Value,
    fix_imports: Option<bool>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
    buffers: Option<Value>,
) -> R<Value> {
    let u = blank(of_kind(487));
    set_options(t, u, fix_imports, encoding, errors, buffers)?;
    let bytes = buffer::bytes(t, data)?.to_vec();
    run(t, u, Input::whole(bytes))
}
fn find_class(t: &Thread, u: U, module: Value, name: Value) -> R<Value> {
    build::find_class(t, u, module, name)
}
pub fn persistent_load(t: &Thread, _u: U, _id: Value) -> R<()> {
    let m = "A load persistent id instruction was encountered, but no persistent_load function was specified.";
    Err(bad_pickle(t, m))
}
fn sizeof(_t: &Thread, u: U) -> usize {
    size_of::<Unpickler>() + 8 * u.memo_list().len()
}

/// Is `name` the attribute that instances may have of their own?
fn is_persistent(name: Gc<Str>) -> bool {
    name.bytes() == b"persistent_load"
}
fn get_attribute(t: &Thread, u: U, name: Gc<Str>) -> R<Value> {
    if is_persistent(name)
        && let Some(v) = u.persistent.get().opt()
    {
        return Ok(v);
    }
    attr::generic_get(t, u.value(), class_of(u.value()), name)
}
fn set_attribute(t: &Thread, u: U, name: Gc<Str>, v: Value) -> R<()> {
    if is_persistent(name) {
        u.persistent.set(u, v);
        return Ok(());
    }
    attr::generic_set(t, u.value(), class_of(u.value()), name, Some(v))
}
fn delete_attribute(t: &Thread, u: U, name: Gc<Str>) -> R<()> {
    if is_persistent(name) && u.persistent.is_set() {
        u.persistent.clear();
        return Ok(());
    }
    attr::generic_set(t, u.value(), class_of(u.value()), name, None)
}
fn get_memo(_t: &Thread, u: U) -> M {
    UnpicklerMemoProxy::alloc(of_kind(490), u.value())
}
fn set_memo(t: &Thread, u: U, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        return Err(errors::type_error(t, "attribute deletion is not supported"));
    };
    if let Some(proxy) = v.cast::<UnpicklerMemoProxy>() {
        let from: U = Gc::from_value(proxy.unpickler.get());
        let copy = List::from_slice(t, from.memo_list().items())?;
        u.memo.set(u, copy.value());
        u.memo_len.set(from.memo_len.get());
        return Ok(());
    }
    let Some(d) = v.cast::<Dict>() else {
        let m = format!(
            "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {}",
            type_name(v)
        );
        return Err(errors::type_error(t, m));
    };
    let old = (u.memo.get(), u.memo_len.get());
    u.memo.set(u, List::new().value());
    u.memo_len.set(0);
    let r = fill_memo(t, u, d);
    if r.is_err() {
        u.memo.set(u, old.0);
        u.memo_len.set(old.1);
    }
    r
}
fn fill_memo(t: &Thread, u: U, d: Gc<Dict>) -> R<()> {
    for (k, v) in d.iter() {
        if !pyjit_runtime::types::int::is_int(k) {
            return Err(errors::type_error(t, "memo key must be integers"));
        }
        let Ok(i) = usize::try_from(ops::index_i64(t, k)?) else {
            return Err(errors::value_error(
                t,
                "memo key must be positive integers.",
            ));
        };
        memo_put(t, u, i, v)?;
    }
    Ok(())
}
fn proxy_clear(_t: &Thread, this: M) {
    let u: U = Gc::from_value(this.unpickler.get());
    u.memo.set(u, List::new().value());
    u.memo_len.set(0);
}
fn proxy_copy(t: &Thread, this: M) -> R<Gc<Dict>> {
    let u: U = Gc::from_value(this.unpickler.get());
    let (copy, l) = (Dict::new(), u.memo_list());
    for i in 0..l.len() {
        if let Some(v) = l.get(i).opt() {
            copy.set(t, Value::int(i as i64), v)?;
        }
    }
    Ok(copy)
}
fn proxy_reduce(t: &Thread, this: M) -> R<Gc<Tuple>> {
    let args = Tuple::new(&[proxy_copy(t, this)?.value()]);
    Ok(Tuple::new(&[of_kind(kinds::DICT).value(), args.value()]))
}

py_class! {
    /// This takes a binary file for reading a pickle data stream.
    ///
    /// The protocol version of the pickle is detected automatically, so no
    /// protocol argument is needed.  Bytes past the pickled object's
    /// representation are ignored.
    pub CLASS: Unpickler = "Unpickler", base kinds::OBJECT, flags flags::BASETYPE, module "_pickle";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, file, *, fix_imports=True, encoding="ASCII", errors="strict", buffers=()) => initialise;
        /// Load a pickle.
        ///
        /// Read a pickled object representation from the open file object given
        /// in the constructor, and return the reconstituted object hierarchy
        /// specified therein.
        load(self, /) => load_method;
        /// Return an object from a specified module.
        find_class(self, module_name, global_name, /) => find_class;
        /// Returns size in memory, in bytes.
        __sizeof__(self, /) => sizeof;
        persistent_load(self, pid, /) => persistent_load;
        __getattribute__(self, name, /) => get_attribute;
        __setattr__(self, name, value, /) => set_attribute;
        __delattr__(self, name, /) => delete_attribute;
    }
    getset {
        memo => get_memo, set_memo;
    }
}
py_class! {
    pub MEMO: UnpicklerMemoProxy = "UnpicklerMemoProxy", base kinds::OBJECT, flags flags::NO_NEW, module "_pickle";
    methods {
        /// Remove all items from memo.
        clear(self, /) => proxy_clear;
        /// Copy the memo to a new object.
        copy(self, /) => proxy_copy;
        /// Implement pickling support.
        __reduce__(self, /) => proxy_reduce;
    }
}
