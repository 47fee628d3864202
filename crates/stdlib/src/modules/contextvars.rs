//! `_contextvars`: context variables. A context's variables are a dictionary
//! that copies share until one of them writes.

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::ops::{self, Cmp};
use pyjit_runtime::core::thread::Local;
use pyjit_runtime::core::{call, errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use crate::layout::{call_with_dict, class_getitem};
use crate::{native_layout, native_module};

native_layout! {
    /// The variables, the context that was current before it was entered, and
    /// whether it is entered, and whether another context has the same dictionary.
    Context = 305, refs 1..3 { vars, previous } ints { entered, shared }
}
native_layout! {
    /// Name and default (or absent).
    ContextVar = 306, refs 1..3 { name, default } ints {}
}
native_layout! {
    /// Context, variable, and its value before (or absent).
    Token = 307, refs 1..4 { context, var, old } ints { used }
}
native_layout! {
    /// `Token.MISSING`.
    Missing = 308, refs 1..1 {} ints { unused }
}

impl Context {
    fn vars(&self) -> Gc<Dict> {
        Gc::from_value(self.vars.get())
    }
    /// The dictionary, to be changed.
    fn own_vars(&self) -> Gc<Dict> {
        if self.shared.get() != 0 {
            self.vars.set(self, self.vars().copy().value());
            self.shared.set(0);
        }
        self.vars()
    }
}

/// The current context of the thread.
fn current(t: &Thread) -> Gc<Context> {
    let cell = t.local(Local::Context);
    if cell.get().is_null() {
        cell.set(empty().value());
    }
    Gc::from_value(cell.get())
}
fn empty() -> Gc<Context> {
    Context::alloc(of_kind(305), Dict::new().value(), Value::NULL, 0, 0)
}
fn copy(_t: &Thread, this: Gc<Context>) -> Gc<Context> {
    this.shared.set(1);
    Context::alloc(of_kind(305), this.vars.get(), Value::NULL, 0, 1)
}
/// A copy of the current context.
pub fn copy_context(t: &Thread) -> Gc<Context> {
    copy(t, current(t))
}
fn context_new(
    t: &Thread,
    _class: Gc<Type>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Gc<Context>> {
    if !args.is_empty() || kwargs.is_some() {
        let m = "Context() does not accept any arguments";
        return Err(errors::type_error(t, m));
    }
    Ok(empty())
}
fn run(t: &Thread, this: Gc<Context>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let [f, rest @ ..] = args.items() else {
        let m = "run() missing 1 required positional argument";
        return Err(errors::type_error(t, m));
    };
    entered(t, this, || call_with_dict(t, *f, rest, kwargs))
}
/// What `f` does while `context` is the current one.
pub fn within<T>(t: &Thread, context: Value, f: impl FnOnce() -> R<T>) -> R<T> {
    match context.cast::<Context>() {
        Some(context) => entered(t, context, f),
        None => {
            let m = "a contextvars.Context was expected";
            Err(errors::type_error(t, m))
        }
    }
}
fn entered<T>(t: &Thread, this: Gc<Context>, f: impl FnOnce() -> R<T>) -> R<T> {
    if this.entered.get() != 0 {
        let m = format!(
            "cannot enter context: {} is already entered",
            ops::repr(t, this.value())?.lossy()
        );
        return Err(errors::runtime_error(t, m));
    }
    this.previous.set(this, current(t).value());
    this.entered.set(1);
    t.local(Local::Context).set(this.value());
    let r = f();
    t.local(Local::Context).set(this.previous.get());
    this.previous.clear();
    this.entered.set(0);
    r
}
/// A key must be a variable.
fn lookup(t: &Thread, this: Gc<Context>, key: Value) -> R<Option<Value>> {
    if key.cast::<ContextVar>().is_none() {
        let m = format!(
            "a ContextVar key was expected, got {}",
            ops::repr(t, key)?.lossy()
        );
        return Err(errors::type_error(t, m));
    }
    this.vars().get(t, key)
}
fn getitem(t: &Thread, this: Gc<Context>, key: Value) -> R<Value> {
    lookup(t, this, key)?.ok_or_else(|| errors::key_error(t, key))
}
fn context_get(t: &Thread, this: Gc<Context>, key: Value, default: Option<Value>) -> R<Value> {
    Ok(lookup(t, this, key)?.unwrap_or(default.unwrap_or(Value::NONE)))
}
fn contains(t: &Thread, this: Gc<Context>, key: Value) -> R<bool> {
    Ok(lookup(t, this, key)?.is_some())
}
fn len(_t: &Thread, this: Gc<Context>) -> usize {
    this.vars().len()
}
/// A view of a copy: the dictionary may change place.
fn view(t: &Thread, this: Gc<Context>, what: &str) -> R<Value> {
    let v = call::call_attr(t, this.vars().copy().value(), what, &[])?;
    ops::iter(t, v)
}
fn iter(t: &Thread, this: Gc<Context>) -> R<Value> {
    view(t, this, "keys")
}
fn values(t: &Thread, this: Gc<Context>) -> R<Value> {
    view(t, this, "values")
}
fn items(t: &Thread, this: Gc<Context>) -> R<Value> {
    view(t, this, "items")
}
fn compare(t: &Thread, cmp: Cmp, a: Gc<Context>, b: Value) -> R<Value> {
    match b.cast::<Context>() {
        Some(b) => ops::compare(t, cmp, a.vars.get(), b.vars.get()),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}
fn eq(t: &Thread, a: Gc<Context>, b: Value) -> R<Value> {
    compare(t, Cmp::Eq, a, b)
}
fn ne(t: &Thread, a: Gc<Context>, b: Value) -> R<Value> {
    compare(t, Cmp::Ne, a, b)
}

pub(super) fn var_new(
    t: &Thread,
    class: Gc<Type>,
    name: Value,
    default: Option<Value>,
) -> R<Gc<ContextVar>> {
    if name.cast::<Str>().is_none() {
        return Err(errors::type_error(t, "context variable name must be a str"));
    }
    Ok(ContextVar::alloc(
        class,
        name,
        default.unwrap_or(Value::NULL),
    ))
}
pub(super) fn var_get(t: &Thread, this: Gc<ContextVar>, default: Option<Value>) -> R<Value> {
    if let Some(v) = current(t).vars().get(t, this.value())? {
        return Ok(v);
    }
    match default.or(this.default.get().opt()) {
        Some(v) => Ok(v),
        None => Err(errors::raise_args(
            t,
            Exc::LookupError.class(),
            &[this.value()],
        )),
    }
}
pub(super) fn var_set(t: &Thread, this: Gc<ContextVar>, value: Value) -> R<Gc<Token>> {
    let context = current(t);
    let vars = context.own_vars();
    let old = vars.get(t, this.value())?.unwrap_or(Value::NULL);
    vars.set(t, this.value(), value)?;
    let class = of_kind(307);
    Ok(Token::alloc(class, context.value(), this.value(), old, 0))
}
fn var_reset(t: &Thread, this: Gc<ContextVar>, token: Value) -> R<()> {
    let shown = ops::repr(t, token)?.lossy().into_owned();
    let Some(token) = token.cast::<Token>() else {
        let m = format!("expected an instance of Token, got {shown}");
        return Err(errors::type_error(t, m));
    };
    if token.used.get() != 0 {
        let m = format!("{shown} has already been used once");
        return Err(errors::runtime_error(t, m));
    }
    if token.var.get() != this.value() {
        let m = format!("{shown} was created by a different ContextVar");
        return Err(errors::value_error(t, m));
    }
    let context = current(t);
    if token.context.get() != context.value() {
        let m = format!("{shown} was created in a different Context");
        return Err(errors::value_error(t, m));
    }
    token.used.set(1);
    let vars = context.own_vars();
    match token.old.get().opt() {
        Some(v) => vars.set(t, this.value(), v),
        None => vars.remove(t, this.value()).map(drop),
    }
}
fn var_repr(t: &Thread, this: Gc<ContextVar>) -> R<String> {
    let mut s = format!(
        "<ContextVar name={}",
        ops::repr(t, this.name.get())?.lossy()
    );
    if let Some(d) = this.default.get().opt() {
        s.push_str(&format!(" default={}", ops::repr(t, d)?.lossy()));
    }
    s.push_str(&format!(" at {:#x}>", this.addr()));
    Ok(s)
}
fn var_name(_t: &Thread, this: Gc<ContextVar>) -> Value {
    this.name.get()
}

fn token_new(t: &Thread, _class: Value, _args: Value, _kwargs: Value) -> R<Value> {
    let m = "Tokens can only be created by ContextVars";
    Err(errors::runtime_error(t, m))
}
fn token_var(_t: &Thread, this: Gc<Token>) -> Value {
    this.var.get()
}
fn token_old(_t: &Thread, this: Gc<Token>) -> Value {
    this.old.get().opt().unwrap_or_else(missing)
}
fn token_repr(t: &Thread, this: Gc<Token>) -> R<String> {
    let used = if this.used.get() != 0 { " used" } else { "" };
    let var = ops::repr(t, this.var.get())?;
    Ok(format!(
        "<Token{used} var={} at {:#x}>",
        var.lossy(),
        this.addr()
    ))
}
fn enter(_t: &Thread, this: Value) -> Value {
    this
}
fn exit(t: &Thread, this: Gc<Token>, _a: Value, _b: Value, _c: Value) -> R<()> {
    var_reset(t, Gc::from_value(this.var.get()), this.value())
}

static MISSING: GilCell<Option<Root>> = GilCell::new(None);
fn missing() -> Value {
    MISSING.with_mut(|m| {
        m.get_or_insert_with(|| Root::new(Missing::alloc(of_kind(308), 0).value()))
            .get()
    })
}
fn missing_repr(_t: &Thread, this: Gc<Missing>) -> &'static str {
    let _ = this.unused.get();
    "<Token.MISSING>"
}

py_class! {
    pub CONTEXT: Context = "Context", base kinds::OBJECT, flags flags::MAPPING | flags::HAS_WEAKREF, module "_contextvars";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => context_new;
        /// Call *callable* in the context object.
        run(self, /, *args, **kwargs) => run;
        /// Return a shallow copy of the context object.
        copy(self, /) => copy;
        /// Return the value for `key` if `key` has the value in the context object.
        get(self, key, default=None, /) => context_get;
        /// Return a list of all variables in the context object.
        keys(self, /) => iter;
        /// Return a list of all variables' values in the context object.
        values(self, /) => values;
        /// Return all variables and their values in the context object.
        items(self, /) => items;
        __getitem__(self, key, /) => getitem;
        __contains__(self, key, /) => contains;
        __iter__(self, /) => iter;
        __len__(self, /) => len;
        __eq__(self, value, /) => eq;
        __ne__(self, value, /) => ne;
    }
}
py_class! {
    pub VAR: ContextVar = "ContextVar", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "_contextvars";
    methods {
        @staticmethod __new__(cls, name, /, *, default=None) => var_new;
        /// Return a value for the context variable for the current context.
        get(self, default=None, /) => var_get;
        /// Call to set a new value for the context variable in the current context.
        set(self, value, /) => var_set;
        /// Reset the context variable.
        reset(self, token, /) => var_reset;
        __repr__(self, /) => var_repr;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset { name => var_name; }
}
py_class! {
    pub TOKEN: Token = "Token", base kinds::OBJECT, flags flags::HAS_WEAKREF, module "_contextvars";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => token_new;
        /// Enter into Token context manager.
        __enter__(self, /) => enter;
        /// Exit from Token context manager, restore the linked ContextVar.
        __exit__(self, type, value, traceback, /) => exit;
        __repr__(self, /) => token_repr;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset { var => token_var; old_value => token_old; }
}
py_class! {
    pub MISSING_CLASS: Missing = "Token.MISSING", base kinds::OBJECT, flags 0;
    methods {
        __repr__(self, /) => missing_repr;
    }
}

fn init(t: &Thread, _m: Gc<Module>) -> R<()> {
    pyjit_runtime::core::class::make(t, &MISSING_CLASS);
    let token = of_kind(307);
    token.dict.gc().set_str(t, intern("MISSING"), missing())?;
    token.modified(t);
    Ok(())
}

native_module! {
    /// Context Variables
    pub MODULE = "_contextvars", classes [CONTEXT, VAR, TOKEN], init init;
    functions {
        copy_context() => copy_context [leaf];
    }
}
