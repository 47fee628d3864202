//! The call protocol: from any callable value to its result.
//!
//! The interpreter handles Python functions, bound methods and classes itself
//! where it can, so that Python calls do not nest natively; this is the
//! general path, also used by native code that calls back.

use pyjit_heap::{Gc, Value};

use super::args::{self, call_native};
use super::native::{Keywords, NativeDef, NativeObject, split};
use super::special::Special;
use super::thread::{R, Thread};
use super::{errors, kinds};
use crate::types::descriptors::BoundMethod;
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, flags, of_kind, type_name};

/// Calls `f` with positional arguments.
#[inline]
pub fn call(t: &Thread, f: Value, args: &[Value]) -> R<Value> {
    if NativeObject::is(f) {
        let f: Gc<NativeObject> = Gc::from_value(f);
        if bound_object(f).is_none() {
            return call_plain(t, f, args);
        }
    }
    call_kw(t, f, args, None)
}

/// Calls `f`; the last `kwnames.len()` arguments are keyword arguments.
pub fn call_kw(t: &Thread, f: Value, args: &[Value], kwnames: Option<Gc<Tuple>>) -> R<Value> {
    if !f.is_ptr() {
        return Err(not_callable(t, f));
    }
    match f.shape_id() {
        kinds::FUNCTION => t.host().call_function(t, f, args, kwnames),
        kinds::BUILTIN_FUNCTION..=kinds::METHOD_WRAPPER => {
            let (args, kw) = split(args, kwnames.as_deref());
            call_native_object(t, Gc::from_value(f), args, kw)
        }
        kinds::BOUND_METHOD => {
            let m: Gc<BoundMethod> = Gc::from_value(f);
            call_kw(t, m.function.get(), &prepend(m.this.get(), args), kwnames)
        }
        _ => {
            if let Some(class) = f.cast::<Type>()
                && is_called_as_type(class)
            {
                return call_type(t, class, args, kwnames);
            }
            call_special_call(t, f, args, kwnames)
        }
    }
}

/// Is calling the class what `type.__call__` does?
#[inline]
pub fn is_called_as_type(class: Gc<Type>) -> bool {
    let (meta, plain) = (class_of(class.value()), of_kind(kinds::TYPE));
    meta == plain || meta.special(Special::Call) == plain.special(Special::Call)
}

fn call_special_call(t: &Thread, f: Value, args: &[Value], kwnames: Option<Gc<Tuple>>) -> R<Value> {
    let Some(m) = class_of(f).special(Special::Call) else {
        return Err(not_callable(t, f));
    };
    enter_native(t, " while calling a Python object")?;
    call_method_kw(t, m, f, args, kwnames)
}

/// Raises `RecursionError` when the native stack is nearly used up.
#[inline]
pub fn enter_native(t: &Thread, what: &str) -> R<()> {
    let here = 0u8;
    if (&raw const here as usize) < t.native_limit.get() {
        let m = format!("maximum recursion depth exceeded{what}");
        return Err(errors::raise(
            t,
            crate::types::exceptions::Exc::RecursionError,
            m,
        ));
    }
    Ok(())
}

/// `[first, ...rest]`.
pub fn prepend(first: Value, rest: &[Value]) -> ArgVec {
    let mut v = ArgVec::new();
    v.push(first);
    v.extend(rest);
    v
}

/// A short argument list on the native stack (which the collector scans);
/// longer ones live in a heap array.
pub struct ArgVec {
    inline: [Value; 10],
    len: usize,
    heap: Option<Gc<pyjit_heap::RefArray>>,
}

impl ArgVec {
    /// Empty.
    pub fn new() -> ArgVec {
        ArgVec {
            inline: [Value::NULL; 10],
            len: 0,
            heap: None,
        }
    }
    /// Appends `v`.
    pub fn push(&mut self, v: Value) {
        match self.heap {
            None if self.len < self.inline.len() => self.inline[self.len] = v,
            Some(h) if self.len < h.len() => h.set(self.len, v),
            _ => {
                let h = pyjit_heap::RefArray::new(self.len * 2).expect("memory for arguments");
                h.copy_from(0, self);
                h.set(self.len, v);
                self.heap = Some(h);
            }
        }
        self.len += 1;
    }
    /// Appends all of `vs`.
    pub fn extend(&mut self, vs: &[Value]) {
        for v in vs {
            self.push(*v);
        }
    }
}

impl Default for ArgVec {
    fn default() -> Self {
        Self::new()
    }
}

impl std::ops::Deref for ArgVec {
    type Target = [Value];
    #[inline]
    fn deref(&self) -> &[Value] {
        match &self.heap {
            None => &self.inline[..self.len],
            Some(h) => &h.as_slice()[..self.len],
        }
    }
}

/// What a bound native function passes before the arguments.
#[inline(always)]
pub fn bound_object(f: Gc<NativeObject>) -> Option<Value> {
    let kind = f.header().shape_id();
    if kind == kinds::METHOD_WRAPPER || kind == kinds::BUILTIN_FUNCTION && takes_self(f.def()) {
        return f.this.get().opt();
    }
    None
}

/// Calls a native callable that has a [`bound_object`], which is the first argument.
#[inline]
pub fn call_bound(t: &Thread, f: Gc<NativeObject>, args: &[Value]) -> R<Value> {
    call_native(t, f.def(), args, Keywords::NONE)
}

/// Calls a native callable without a [`bound_object`] with positional arguments.
#[inline]
pub fn call_plain(t: &Thread, f: Gc<NativeObject>, args: &[Value]) -> R<Value> {
    let def = f.def();
    let checked = match f.header().shape_id() {
        kinds::BUILTIN_FUNCTION => !takes_self(def),
        kinds::METHOD_DESCRIPTOR | kinds::WRAPPER_DESCRIPTOR => args
            .first()
            .is_some_and(|v| class_of(*v).value() == f.owner.get()),
        _ => false,
    };
    if checked {
        return call_native(t, def, args, Keywords::NONE);
    }
    call_native_object(t, f, args, Keywords::NONE)
}

/// Calls a native callable of any kind.
pub fn call_native_object(
    t: &Thread,
    f: Gc<NativeObject>,
    args: &[Value],
    kw: Keywords,
) -> R<Value> {
    let def = f.def();
    match f.header().shape_id() {
        kinds::BUILTIN_FUNCTION if !takes_self(def) => call_native(t, def, args, kw),
        kinds::BUILTIN_FUNCTION | kinds::METHOD_WRAPPER => {
            if f.this.is_set() {
                call_native(t, def, &prepend(f.this.get(), args), kw)
            } else {
                check_new(t, f, args)?;
                call_native(t, def, args, kw)
            }
        }
        kinds::CLASSMETHOD_DESCRIPTOR => call_native(t, def, args, kw),
        _ => {
            check_receiver(t, f, args)?;
            call_native(t, def, args, kw)
        }
    }
}

/// A native `__new__` can only make instances of classes with its layout.
#[inline]
fn check_new(t: &Thread, f: Gc<NativeObject>, args: &[Value]) -> R<()> {
    let Some(owner) = f.owner.value().cast_opt::<Type>() else {
        return Ok(());
    };
    match args.first().and_then(|c| c.cast::<Type>()) {
        Some(c) if c.kind.get() == owner.kind.get() && c.is_subtype(owner) => Ok(()),
        // Native classes may share the `__new__` of a base.
        Some(c)
            if c.is_subtype(owner)
                && crate::types::type_::of_kind(c.kind.get()).special(Special::New)
                    == Some(f.value()) =>
        {
            Ok(())
        }
        _ => Err(bad_new(t, owner, args)),
    }
}

#[cold]
fn bad_new(t: &Thread, owner: Gc<Type>, args: &[Value]) -> super::thread::Raised {
    let name = owner.message_name();
    let m = match args.first() {
        None => format!("{name}.__new__(): not enough arguments"),
        Some(v) => match v.cast::<Type>() {
            None => format!(
                "{name}.__new__(X): X is not a type object ({})",
                type_name(*v)
            ),
            Some(c) if !c.is_subtype(owner) => {
                let c = c.message_name();
                format!("{name}.__new__({c}): {c} is not a subtype of {name}")
            }
            Some(c) => {
                let native = crate::types::type_::of_kind(c.kind.get()).message_name();
                format!(
                    "{name}.__new__({}) is not safe, use {native}.__new__()",
                    c.message_name()
                )
            }
        },
    };
    errors::type_error(t, m)
}

/// Does the entry point take the bound object as its first parameter?
#[inline(always)]
pub fn takes_self(def: &NativeDef) -> bool {
    def.sig.takes_self
}

/// A descriptor called through its class needs an instance of it first.
#[inline]
fn check_receiver(t: &Thread, f: Gc<NativeObject>, args: &[Value]) -> R<()> {
    let owner: Gc<Type> = Gc::from_value(f.owner.get());
    match args.first() {
        Some(v) if class_of(*v).is_subtype(owner) => Ok(()),
        Some(v) => {
            let (name, owner) = (f.def().name, owner.name_str());
            if f.header().shape_id() == kinds::WRAPPER_DESCRIPTOR {
                let m = format!(
                    "descriptor '{name}' requires a '{owner}' object but received a '{}'",
                    type_name(*v)
                );
                return Err(errors::type_error(t, m));
            }
            Err(args::wrong_receiver(t, name, &owner, *v))
        }
        None => {
            let (name, owner) = (f.def().name, owner.name_str());
            let m = if f.header().shape_id() == kinds::WRAPPER_DESCRIPTOR {
                format!("descriptor '{name}' of '{owner}' object needs an argument")
            } else {
                format!("unbound method {owner}.{name}() needs an argument")
            };
            Err(errors::type_error(t, m))
        }
    }
}

/// Calls `class(*args)`: `__new__`, then `__init__` if the result is an instance.
pub fn call_type(
    t: &Thread,
    class: Gc<Type>,
    args: &[Value],
    kwnames: Option<Gc<Tuple>>,
) -> R<Value> {
    if class == crate::types::type_::of_kind(kinds::TYPE) && args.len() == 1 && kwnames.is_none() {
        return Ok(class_of(args[0]).value());
    }
    if class == crate::types::type_::of_kind(kinds::TYPE)
        && args.len() - kwnames.map_or(0, |k| k.len()) != 3
    {
        return Err(errors::type_error(t, "type() takes 1 or 3 arguments"));
    }
    if args.len() == 1
        && kwnames.is_none()
        && let Some(r) = super::fast::convert(t, class, args[0])
    {
        return r;
    }
    construct(t, class, &prepend(class.value(), args), kwnames)
}

/// The same with the class as the first of the arguments, and more than one
/// or none behind it if the class is `type`.
pub fn construct(
    t: &Thread,
    class: Gc<Type>,
    all: &[Value],
    kwnames: Option<Gc<Tuple>>,
) -> R<Value> {
    let args = &all[1..];
    if class == of_kind(kinds::TYPE) && kwnames.is_none() && args.len() != 3 {
        return call_type(t, class, args, kwnames);
    }
    let Some(new) = class.special(Special::New) else {
        return Err(errors::type_error(
            t,
            format!("cannot create '{}' instances", class.message_name()),
        ));
    };
    // Descriptors of any kind may stand for it.
    let is_bound =
        new.is_ptr() && (new.shape_id() == kinds::CLASSMETHOD || class_of(new).has(flags::HEAP));
    let new = match is_bound {
        true => super::attr::bind_to_class(t, new, class)?,
        false => unwrap_static(new),
    };
    let object = call_kw(t, new, all, kwnames)?;
    let made = class_of(object);
    if !made.is_subtype(class) {
        return Ok(object);
    }
    // Plain instances are registered when they are made.
    if made.has(flags::HAS_DEL) && made.kind.get() != kinds::OBJECT {
        pyjit_heap::finalize::register(object);
    }
    // `object.__init__` does nothing where something else has dealt with the arguments.
    let object_class = super::attr::object_class();
    let has_new = made.special(Special::New) != object_class.special(Special::New);
    if has_new && made.special(Special::Init) == object_class.special(Special::Init) {
        return Ok(object);
    }
    if let Some(init) = made.special(Special::Init) {
        let r = call_method_kw(t, init, object, args, kwnames)?;
        if !r.is_none() {
            let m = format!("__init__() should return None, not '{}'", type_name(r));
            return Err(errors::type_error(t, m));
        }
    }
    Ok(object)
}

/// The function inside a `staticmethod`, or the value itself.
pub fn unwrap_static(f: Value) -> Value {
    if f.is_ptr() && f.shape_id() == kinds::STATICMETHOD {
        return Gc::<crate::types::descriptors::Wrapped>::from_value(f)
            .function
            .get();
    }
    f
}

/// Calls `m`, found on the class of `this`, as a method of `this`: plain
/// functions get `this` as first argument, other descriptors are bound first.
pub fn call_method(t: &Thread, m: Value, this: Value, args: &[Value]) -> R<Value> {
    call_method_kw(t, m, this, args, None)
}

/// As [`call_method`], with keyword arguments.
pub fn call_method_kw(
    t: &Thread,
    m: Value,
    this: Value,
    args: &[Value],
    kwnames: Option<Gc<Tuple>>,
) -> R<Value> {
    if is_method_function(m) {
        if kwnames.is_none() && args.len() < SHORT {
            return call_short_method(t, m, this, args);
        }
        let mut all = ArgVec::new();
        all.push(this);
        all.extend(args);
        return call_kw(t, m, &all, kwnames);
    }
    let bound = super::attr::bind(t, m, this, class_of(this))?;
    call_kw(t, bound, args, kwnames)
}

/// Is `m` a function-like descriptor that merely prepends the instance?
#[inline]
pub fn is_method_function(m: Value) -> bool {
    m.is_ptr()
        && matches!(
            m.shape_id(),
            kinds::FUNCTION | kinds::METHOD_DESCRIPTOR | kinds::WRAPPER_DESCRIPTOR
        )
}

/// Arguments with self that fit the short way.
const SHORT: usize = 4;

/// A method function with fewer than [`SHORT`] positional arguments.
#[inline]
fn call_short_method(t: &Thread, m: Value, this: Value, args: &[Value]) -> R<Value> {
    let mut all = [Value::NULL; SHORT];
    all[0] = this;
    all[1..1 + args.len()].copy_from_slice(args);
    let all = &all[..1 + args.len()];
    if m.shape_id() == kinds::FUNCTION {
        return t.host().call_function(t, m, all, None);
    }
    let f: Gc<NativeObject> = Gc::from_value(m);
    check_receiver(t, f, all)?;
    call_native(t, f.def(), all, Keywords::NONE)
}

/// Calls special method `s` of `this`, if its class has it.
#[inline]
pub fn call_special(t: &Thread, this: Value, s: Special, args: &[Value]) -> Option<R<Value>> {
    let m = class_of(this).special(s)?;
    if m.is_none() {
        return None;
    }
    Some(call_method(t, m, this, args))
}

/// Calls the attribute `name` of `this`.
pub fn call_attr(t: &Thread, this: Value, name: &str, args: &[Value]) -> R<Value> {
    let f = super::attr::get(t, this, crate::types::str_::intern(name))?;
    call(t, f, args)
}

#[cold]
fn not_callable(t: &Thread, f: Value) -> super::thread::Raised {
    errors::type_error(t, format!("'{}' object is not callable", type_name(f)))
}

/// Can `f` be called?
pub fn is_callable(f: Value) -> bool {
    class_of(f).special(Special::Call).is_some()
}
