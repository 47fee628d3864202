//! `partial` and its `Placeholder`.

use pyjit_heap::{Gc, GilCell, Header, Root, Value};
use pyjit_runtime::core::call::{self, ArgVec};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{attr, errors, kinds, ops};
use pyjit_runtime::types::descriptors::BoundMethod;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list_methods::ReprGuard;
use pyjit_runtime::types::str_::push_lossless;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, of_kind};
use pyjit_runtime::types::{dict_methods, object};
use pyjit_runtime::{R, Raised, Thread, py_class};

use crate::layout::{call_with_dict, class_getitem};
use crate::native_layout;

native_layout! {
    /// Function, positional arguments (a tuple), keyword arguments (a dict),
    /// and how many of the positional ones are placeholders.
    Partial = 295, refs 1..4 { function, args, keywords } ints { holes }
}
/// The type of `Placeholder`.
#[repr(C)]
pub struct Placeholder {
    header: Header,
    unused: u64,
}
pyjit_heap::heap_object!(Placeholder = 296, no refs);

static PLACE: GilCell<Option<Root>> = GilCell::new(None);
/// The only placeholder.
pub fn placeholder() -> Value {
    PLACE.with_mut(|p| {
        p.get_or_insert_with(|| {
            let o = Placeholder {
                header: Header::NEW,
                unused: 0,
            };
            Root::new(Gc::new(o).value())
        })
        .get()
    })
}
fn is_hole(v: Value) -> bool {
    v.cast_exact::<Placeholder>().is_some()
}

impl Partial {
    fn args(&self) -> Gc<Tuple> {
        Gc::from_value(self.args.get())
    }
    fn keywords(&self) -> Gc<Dict> {
        Gc::from_value(self.keywords.get())
    }
}

fn trailing(t: &Thread) -> Raised {
    errors::type_error(t, "trailing Placeholders are not allowed")
}
/// `args` with its holes filled from `more`, what is left of that behind it.
fn merge(args: &[Value], more: &[Value]) -> ArgVec {
    let (mut out, mut rest) = (ArgVec::new(), more.iter());
    for a in args {
        let a = if is_hole(*a) {
            rest.next().copied().unwrap_or(*a)
        } else {
            *a
        };
        out.push(a);
    }
    out.extend(rest.as_slice());
    out
}

fn new(t: &Thread, class: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Gc<Partial>> {
    let [f, rest @ ..] = args.items() else {
        let m = "type 'partial' takes at least one argument";
        return Err(errors::type_error(t, m));
    };
    if !call::is_callable(*f) {
        return Err(errors::type_error(t, "the first argument must be callable"));
    }
    if rest.last().is_some_and(|v| is_hole(*v)) {
        return Err(trailing(t));
    }
    if kwargs.is_some_and(|d| d.iter().any(|(_, v)| is_hole(v))) {
        let m = "Placeholder cannot be passed as a keyword argument";
        return Err(errors::type_error(t, m));
    }
    // A plain partial inside is taken apart.
    let plain = of_kind(295).special(Special::Call);
    let inner = f.cast::<Partial>().filter(|_| {
        let class = class_of(*f);
        class.special(Special::Call) == plain && f.shape_id() == class.root_shape.get()
    });
    let keywords = inner.map_or_else(Dict::new, |p| p.keywords().copy());
    if let Some(k) = kwargs {
        dict_methods::merge(t, keywords, k)?;
    }
    let (function, all) = match inner {
        Some(p) => (p.function.get(), merge(p.args().items(), rest)),
        None => (*f, merge(&[], rest)),
    };
    let holes = all.iter().filter(|v| is_hole(**v)).count() as i64;
    let args = Tuple::new(&all).value();
    Ok(Partial::alloc(
        class,
        function,
        args,
        keywords.value(),
        holes,
    ))
}

fn call_partial(
    t: &Thread,
    this: Gc<Partial>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Value> {
    let holes = this.holes.get() as usize;
    if args.len() < holes {
        let m = format!(
            "missing positional arguments in 'partial' call; expected at least {holes}, got {}",
            args.len()
        );
        return Err(errors::type_error(t, m));
    }
    let all = merge(this.args().items(), args.items());
    let own = this.keywords();
    let keywords = match kwargs.filter(|d| !d.is_empty()) {
        None => own,
        Some(k) if own.is_empty() => k,
        Some(k) => {
            let d = own.copy();
            dict_methods::merge(t, d, k)?;
            d
        }
    };
    call_with_dict(t, this.function.get(), &all, Some(keywords))
}
fn get(_t: &Thread, this: Gc<Partial>, object: Value, _class: Option<Value>) -> Value {
    if object.is_none() || object.is_null() {
        return this.value();
    }
    BoundMethod::new(this.value(), object)
}
fn repr(t: &Thread, this: Gc<Partial>) -> R<String> {
    let name = object::qualified_name(t, class_of(this.value()))?;
    let Some(_guard) = ReprGuard::enter(t, this.value()) else {
        return Ok("...".into());
    };
    let mut s = format!("{name}(");
    // What is shown may change the state.
    let (args, keywords) = (this.args(), this.keywords().copy());
    push_lossless(&mut s, ops::repr(t, this.function.get())?);
    for v in args.items() {
        s.push_str(", ");
        push_lossless(&mut s, ops::repr(t, *v)?);
    }
    for (k, v) in keywords.iter() {
        s.push_str(", ");
        push_lossless(&mut s, ops::str(t, k)?);
        s.push('=');
        push_lossless(&mut s, ops::repr(t, v)?);
    }
    s.push(')');
    Ok(s)
}
fn reduce(t: &Thread, this: Gc<Partial>) -> R<Gc<Tuple>> {
    let dict = if this.value().shape_id() == class_of(this.value()).root_shape.get() {
        Value::NONE
    } else {
        attr::instance_dict(t, this.value())?.value()
    };
    let f = this.function.get();
    let state = Tuple::new(&[f, this.args.get(), this.keywords.get(), dict]);
    let class = class_of(this.value()).value();
    Ok(Tuple::new(&[
        class,
        Tuple::new(&[f]).value(),
        state.value(),
    ]))
}
fn setstate(t: &Thread, this: Gc<Partial>, state: Value) -> R<()> {
    let parts = state.cast::<Tuple>().filter(|s| s.len() == 4);
    let invalid = || errors::type_error(t, "invalid partial state");
    let Some([f, args, keywords, dict]) = parts.as_ref().map(|p| p.items()) else {
        return Err(invalid());
    };
    let Some(args) = args.cast::<Tuple>().filter(|_| call::is_callable(*f)) else {
        return Err(invalid());
    };
    let keywords = match keywords.cast::<Dict>() {
        Some(d) if keywords.cast_exact::<Dict>().is_some() => d,
        Some(d) => d.copy(),
        None if keywords.is_none() => Dict::new(),
        None => return Err(invalid()),
    };
    if args.items().last().is_some_and(|v| is_hole(*v)) {
        return Err(trailing(t));
    }
    match dict.cast::<Dict>() {
        Some(d) => attr::set_instance_dict(t, this.value(), d)?,
        None if dict.is_none() => attr::set_instance_dict(t, this.value(), Dict::new())?,
        None => return Err(invalid()),
    }
    let holes = args.items().iter().filter(|v| is_hole(**v)).count();
    this.function.set(this, *f);
    let exact = args.value().cast_exact::<Tuple>();
    this.args.set(
        this,
        exact.unwrap_or_else(|| Tuple::new(args.items())).value(),
    );
    this.keywords.set(this, keywords.value());
    this.holes.set(holes as i64);
    Ok(())
}
fn get_func(_t: &Thread, this: Gc<Partial>) -> Value {
    this.function.get()
}
fn get_args(_t: &Thread, this: Gc<Partial>) -> Value {
    this.args.get()
}
fn get_keywords(_t: &Thread, this: Gc<Partial>) -> Value {
    this.keywords.get()
}

fn placeholder_new(
    t: &Thread,
    _class: Gc<Type>,
    args: Gc<Tuple>,
    kwargs: Option<Gc<Dict>>,
) -> R<Value> {
    if !args.is_empty() || kwargs.is_some() {
        return Err(errors::type_error(t, "PlaceholderType takes no arguments"));
    }
    Ok(placeholder())
}
fn placeholder_name(_t: &Thread, _this: Value) -> &'static str {
    "Placeholder"
}

py_class! {
    /// Create a new function with partial application of the given arguments
    /// and keywords.
    pub PARTIAL: Partial = "partial", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_WEAKREF, module "functools";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __call__(self, /, *args, **kwargs) => call_partial;
        __get__(self, instance, owner=None, /) => get;
        __repr__(self, /) => repr;
        __reduce__(self, /) => reduce;
        __setstate__(self, state, /) => setstate;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        /// function object to use in future partial calls
        func => get_func;
        /// tuple of arguments to future partial calls
        args => get_args;
        /// dictionary of keyword arguments to future partial calls
        keywords => get_keywords;
    }
}
py_class! {
    /// The type of the Placeholder singleton.
    ///
    /// Used as a placeholder for partial arguments.
    pub PLACEHOLDER: Placeholder = "_PlaceholderType", base kinds::OBJECT, flags 0, module "functools";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => placeholder_new;
        __repr__(self, /) => placeholder_name;
        __reduce__(self, /) => placeholder_name;
    }
}
