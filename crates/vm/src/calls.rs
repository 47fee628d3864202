//! The call protocol: from a filled window to a frame, or to a result.
//!
//! Python functions, bound methods of them, and classes with a Python
//! `__init__` get a frame on the value stack, without native recursion;
//! everything else goes through the runtime.

use pyjit_bytecode::code::flags as co;
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, Value};
use pyjit_runtime::core::call::{self, ArgVec};
use pyjit_runtime::core::native::{Keywords, NativeObject};
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{args, errors, fast, kinds};
use pyjit_runtime::types::descriptors::BoundMethod;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{self, Type, class_of, flags};
use pyjit_runtime::{R, Thread};

use crate::binding;
use crate::bodies::Body;
use crate::machine::CallSite;
use crate::objects::function::Function;
use crate::vm::Vm;

/// What a call led to.
pub enum Flow {
    /// A frame: go on there.
    Enter(Pc, Base),
    /// The result.
    Value(Value),
}

/// Room behind the running frame's registers that windows being filled may use.
pub const TOP_SLACK: usize = 8;

/// The first free word above the running frame.
pub fn top(base: Base) -> Base {
    let f = base.below(HEADER_WORDS);
    let n = if f.is_null() {
        2
    } else {
        Gc::<Function>::from_value(f).code.gc().nregs()
    };
    base.up(n + TOP_SLACK)
}

/// Is there room for one more frame with its window at `new`?
#[inline]
pub fn check_depth(t: &Thread, new: Base) -> R<()> {
    if t.depth_left.get() <= 0 || new >= t.stack_limit.get() {
        return Err(too_deep(t));
    }
    Ok(())
}

#[cold]
fn too_deep(t: &Thread) -> pyjit_runtime::Raised {
    // Leave room for the handlers of this very exception.
    t.depth_left.set(t.depth_left.get() + 50);
    let r = errors::raise(t, Exc::RecursionError, "maximum recursion depth exceeded");
    t.depth_left.set(t.depth_left.get() - 50);
    r
}

/// Makes the frame of `f` whose parameters are filled in at `new`.
#[inline]
pub fn push_frame(t: &Thread, f: Gc<Function>, new: Base, caller: Base, ret: Pc) -> R<(Pc, Base)> {
    check_depth(t, new)?;
    let code = f.code.gc();
    let o = code.object();
    new.clear(o.nparams() as usize, o.first_temp() as usize);
    t.depth_left.set(t.depth_left.get() - 1);
    new.set_below(HEADER_WORDS, f.value());
    new.set_below(2, ret.to_word());
    new.set_below(1, Value::int(new.distance(caller) as i64));
    Ok((code.entry(), new))
}

/// The arguments of a call, in the window of the callee.
struct Window {
    caller: Base,
    /// Register 0 of the window; the callee is 3 below.
    new: Base,
    count: usize,
    kwnames: Option<Gc<Tuple>>,
    ret: Pc,
}

impl Window {
    fn args(&self) -> &'static [Value] {
        self.new.slice(0, self.count)
    }
    /// Inserts `v` before the arguments.
    fn prepend(&mut self, v: Value) {
        self.new.fill(1, self.args());
        self.new.set(0, v);
        self.count += 1;
    }
}

/// The arguments in the window of a call.
#[inline]
pub fn arguments(base: Base, site: CallSite) -> &'static [Value] {
    base.slice(site.at + HEADER_WORDS + site.gap as usize, site.count)
}

/// May a native function with these arguments run Python code that a frame could run? Those
/// that do look at the first two; the methods among them, `send` and `join`, have two.
#[inline(always)]
pub fn may_run_python(base: Base, site: CallSite) -> bool {
    let f = base.get(site.at);
    let few = site.count < 2 && !site.keywords;
    if few && f.is_ptr() && f.shape_id() == kinds::METHOD_DESCRIPTOR {
        return false;
    }
    let mut first = arguments(base, site).iter().take(2);
    site.keywords || first.any(|v| !is_inert(*v))
}

/// Is it of a builtin kind that runs no Python code of its own when it is gone through?
#[inline(always)]
fn is_inert(v: Value) -> bool {
    if !v.has_pointer_tag() {
        return true;
    }
    let k = v.shape_id();
    k < pyjit_heap::shape::FIRST_DYNAMIC
        && !(kinds::GENERATOR..=kinds::ASYNC_GENERATOR).contains(&k)
        && !(kinds::ENUMERATE..=kinds::FILTER).contains(&k)
}

/// The call of a native function that gets nothing which could lead to Python code at once: what
/// most calls of natives are. `None`: it is another call.
#[inline(always)]
pub fn plain_native(t: &Thread, base: Base, site: CallSite) -> Option<R<Value>> {
    let f = base.get(site.at);
    if site.keywords || !f.has_pointer_tag() {
        return None;
    }
    let given = arguments(base, site);
    let f = NativeObject::of(f)?;
    let f = match f.header().shape_id() {
        kinds::METHOD_DESCRIPTOR if class_of(*given.first()?).value() == f.owner.get() => f,
        kinds::BUILTIN_FUNCTION if !call::takes_self(f.def()) => f,
        _ => return None,
    };
    let inert = match given {
        [] => true,
        [x] => is_inert(*x),
        [x, y, ..] => is_inert(*x) && is_inert(*y),
    };
    if !inert {
        return None;
    }
    Some(args::call_native(t, f.def(), given, Keywords::NONE))
}

/// The result of a call `type(x)`.
#[inline(always)]
pub fn type_of(base: Base, site: CallSite) -> Option<Value> {
    let f = base.get(site.at);
    if site.count != 1 || site.keywords || f != type_::of_kind(kinds::TYPE).value() {
        return None;
    }
    Some(class_of(arguments(base, site)[0]).value())
}

/// The keyword names of a call.
#[inline]
pub fn keyword_names(pc: Pc, site: CallSite) -> Option<Gc<Tuple>> {
    site.keywords.then(|| Gc::from_value(pc.value(pc.c() + 2)))
}

/// Puts the Python body of a builtin function in its place, if it is to be called instead.
#[inline]
pub fn use_body(t: &Thread, pc: Pc, base: Base, site: CallSite) -> R<()> {
    // Observers are told of the native function.
    if t.instrumented.get() {
        return Ok(());
    }
    let f = base.get(site.at);
    if let Some(body) = Body::of(f, arguments(base, site), keyword_names(pc, site))
        && (body.pays_interpreted() || crate::trace::get().is_some())
    {
        base.set(site.at, body.function(t, f)?.value());
    }
    Ok(())
}

/// Does the call of an instruction if the callee is native and all arguments
/// are positional: straight from the window, whose header words are free to
/// take the bound object.
#[inline(always)]
pub fn native_site(t: &Thread, base: Base, site: CallSite) -> Option<R<Value>> {
    let f = base.get(site.at);
    if site.keywords || !NativeObject::is(f) {
        return None;
    }
    let f: Gc<NativeObject> = Gc::from_value(f);
    let (mut from, mut count) = (site.at + HEADER_WORDS + site.gap as usize, site.count);
    if let Some(this) = call::bound_object(f) {
        from -= 1;
        count += 1;
        base.set(from, this);
        return Some(call::call_bound(t, f, base.slice(from, count)));
    }
    Some(call::call_plain(t, f, base.slice(from, count)))
}

/// Does the call of an instruction.
#[inline(never)]
pub fn call_site(t: &Thread, pc: Pc, base: Base, site: CallSite, ret: Pc) -> R<Flow> {
    let new = base.up(site.at + HEADER_WORDS);
    if site.gap {
        new.fill(0, new.slice(1, site.count));
    }
    let kwnames = if site.keywords {
        Some(Gc::from_value(pc.value(pc.c() + 2)))
    } else {
        None
    };
    let f = base.get(site.at);
    run_window(
        t,
        f,
        Window {
            caller: base,
            new,
            count: site.count,
            kwnames,
            ret,
        },
    )
}

/// Does a call whose window is at `at` above `caller`.
pub fn call_at(
    t: &Thread,
    caller: Base,
    at: usize,
    count: usize,
    kwnames: Option<Gc<Tuple>>,
    ret: Pc,
) -> R<Flow> {
    let f = caller.get(at);
    let new = caller.up(at + HEADER_WORDS);
    run_window(
        t,
        f,
        Window {
            caller,
            new,
            count,
            kwnames,
            ret,
        },
    )
}

fn run_window(t: &Thread, mut f: Value, mut w: Window) -> R<Flow> {
    loop {
        if !f.is_ptr() {
            return call::call(t, f, &[]).map(Flow::Value);
        }
        match f.shape_id() {
            kinds::FUNCTION => return enter_function(t, Gc::from_value(f), &w),
            kinds::BOUND_METHOD => {
                let m: Gc<BoundMethod> = Gc::from_value(f);
                w.prepend(m.this.get());
                f = m.function.get();
                w.new.set_below(HEADER_WORDS, f);
            }
            kinds::BUILTIN_FUNCTION..=kinds::METHOD_WRAPPER => return native(t, f, &w),
            _ => {
                if let Some(class) = f.cast::<Type>() {
                    if w.kwnames.is_none()
                        && let Some(r) = fast::construct(t, class, w.args())
                    {
                        return r.map(Flow::Value);
                    }
                    return call_class(t, class, &w);
                }
                match class_of(f).special(Special::Call) {
                    Some(m) if m.is_ptr() && m.shape_id() == kinds::FUNCTION => {
                        w.prepend(f);
                        f = m;
                        w.new.set_below(HEADER_WORDS, f);
                    }
                    _ => return call::call_kw(t, f, w.args(), w.kwnames).map(Flow::Value),
                }
            }
        }
    }
}

fn native(t: &Thread, f: Value, w: &Window) -> R<Flow> {
    let f: Gc<NativeObject> = Gc::from_value(f);
    let r = match w.kwnames {
        None => call::call_native_object(t, f, w.args(), Keywords::NONE),
        Some(names) => {
            let (args, values) = w.args().split_at(w.count - names.len());
            call::call_native_object(
                t,
                f,
                args,
                Keywords {
                    names: names.items(),
                    values,
                },
            )
        }
    };
    r.map(Flow::Value)
}

fn enter_function(t: &Thread, f: Gc<Function>, w: &Window) -> R<Flow> {
    f.ready(t)?;
    if w.kwnames.is_some() || f.arity.get() as usize != w.count {
        binding::bind(t, f, w.new, w.count, w.kwnames)?;
    }
    let (pc, base) = push_frame(t, f, w.new, w.caller, w.ret)?;
    // A function made of module code stores its variables in the globals.
    if f.code.gc().object().flags & co::OPTIMIZED == 0 {
        base.set(0, f.globals.value());
    }
    Ok(Flow::Enter(pc, base))
}

/// Calls a class. If all that would run is a Python `__init__`, it runs in a
/// frame of its own, under the frame of a stub that returns the instance.
fn call_class(t: &Thread, class: Gc<Type>, w: &Window) -> R<Flow> {
    if w.count == 0 && is_bare(class) {
        return Ok(Flow::Value(pyjit_runtime::types::object::new_instance(
            class,
        )));
    }
    if let Some(init) = plain_init(class) {
        let object = instance_of(class, w);
        let stub = Vm::get().init_stub(t, w.count)?;
        let kw = w.kwnames;
        // The stub's registers: instance, then the window of `__init__`.
        w.new.fill(1 + HEADER_WORDS + 1, w.args());
        w.new.set(0, object);
        w.new.set(1, init);
        w.new.set(1 + HEADER_WORDS, object);
        check_depth(t, w.new)?;
        t.depth_left.set(t.depth_left.get() - 1);
        w.new.set_below(HEADER_WORDS, stub.value());
        w.new.set_below(2, w.ret.to_word());
        w.new
            .set_below(1, Value::int(w.new.distance(w.caller) as i64));
        // As if the stub had executed its call.
        let ret = stub.entry.get().next();
        return match call_at(t, w.new, 1, w.count + 1, kw, ret) {
            Ok(Flow::Enter(pc, base)) => Ok(Flow::Enter(pc, base)),
            Ok(Flow::Value(_)) => Err(errors::system_error(t, "__init__ has no frame")),
            Err(e) => {
                t.depth_left.set(t.depth_left.get() + 1);
                Err(e)
            }
        };
    }
    if w.kwnames.is_none() && call::is_called_as_type(class) {
        // The header word below the arguments takes the class.
        w.new.set_below(1, class.value());
        let all = w.new.down(1).slice(0, w.count + 1);
        return call::construct(t, class, all, None).map(Flow::Value);
    }
    call::call_kw(t, class.value(), w.args(), w.kwnames).map(Flow::Value)
}

/// What `__new__` makes: `object`'s, or that of exceptions, which keeps the positional arguments.
fn instance_of(class: Gc<Type>, w: &Window) -> Value {
    if class.kind.get() != kinds::EXCEPTION {
        return pyjit_runtime::types::object::new_instance(class);
    }
    let n = w.count - w.kwnames.map_or(0, |k| k.len());
    Exception::new(class, &w.args()[..n]).value()
}

/// The `__init__` of a class that has a Python one, the `__new__` of `object` or of
/// exceptions, and no metaclass that changes calls.
pub(crate) fn plain_init(class: Gc<Type>) -> Option<Value> {
    let init = class.special(Special::Init)?;
    if !init.is_ptr() || init.shape_id() != kinds::FUNCTION {
        return None;
    }
    is_plain(class).then_some(init)
}

/// Has it nothing of its own to make an instance with?
fn is_bare(class: Gc<Type>) -> bool {
    let object = pyjit_runtime::core::attr::object_class();
    class != object
        && class.kind.get() == kinds::OBJECT
        && class.special(Special::Init) == object.special(Special::Init)
        && is_plain(class)
}

/// Is an instance made by `object.__new__`, by way of `type.__call__`?
pub(crate) fn is_plain(class: Gc<Type>) -> bool {
    let type_class = pyjit_runtime::types::type_::of_kind(kinds::TYPE);
    let meta = class_of(class.value());
    if meta != type_class && meta.special(Special::Call) != type_class.special(Special::Call) {
        return false;
    }
    let root = match class.kind.get() {
        kinds::OBJECT => pyjit_runtime::core::attr::object_class(),
        kinds::EXCEPTION => Exc::BaseException.class(),
        _ => return false,
    };
    class.special(Special::New) == root.special(Special::New) && !class.has(flags::ABSTRACT)
}

/// `R[at](*R[at + 3], **R[at + 4])`.
pub fn call_ex(t: &Thread, pc: Pc, base: Base, at: usize, kwargs: bool) -> R<Flow> {
    let f = base.get(at);
    let kwargs = kwargs.then(|| base.get(at + HEADER_WORDS + 1));
    let (args, names, values) = spread(t, f, base.get(at + HEADER_WORDS), kwargs)?;
    // From the last argument to the frame nothing runs: the window may reach above the caller's registers.
    let new = base.up(at + HEADER_WORDS);
    if let Some(function) = python_function(f) {
        function.ready(t)?;
        if new.up(args.len() + values.len()) >= t.stack_limit.get() {
            check_depth(t, t.stack_limit.get())?;
        }
        new.fill(0, args.items());
        new.fill(args.len(), &values);
        let count = args.len() + values.len();
        return run_window(
            t,
            f,
            Window {
                caller: base,
                new,
                count,
                kwnames: names,
                ret: pc.next(),
            },
        );
    }
    call_spread(t, f, args, names, &values).map(Flow::Value)
}

/// The arguments of a call with `*args` and maybe `**kwargs`: positional ones, keyword names
/// and values.
fn spread(
    t: &Thread,
    f: Value,
    args: Value,
    kwargs: Option<Value>,
) -> R<(Gc<Tuple>, Option<Gc<Tuple>>, ArgVec)> {
    let args = positional(t, f, args)?;
    let mut names = None;
    let mut values = ArgVec::new();
    if let Some(d) = kwargs.and_then(|d| d.cast::<Dict>())
        && !d.is_empty()
    {
        let mut keys = ArgVec::new();
        for i in 0..d.used() {
            if let Some((k, v)) = d.entry(i) {
                keys.push(k);
                values.push(v);
            }
        }
        names = Some(Tuple::new(&keys));
    }
    Ok((args, names, values))
}

fn call_spread(
    t: &Thread,
    f: Value,
    args: Gc<Tuple>,
    names: Option<Gc<Tuple>>,
    values: &[Value],
) -> R<Value> {
    if names.is_none() {
        return call::call(t, f, args.items());
    }
    let mut all = ArgVec::new();
    all.extend(args.items());
    all.extend(values);
    call::call_kw(t, f, &all, names)
}

/// A call with `*args` and maybe `**kwargs`, run to its end.
pub fn spread_call(t: &Thread, f: Value, args: Value, kwargs: Option<Value>) -> R<Value> {
    let (args, names, values) = spread(t, f, args, kwargs)?;
    call_spread(t, f, args, names, &values)
}

fn positional(t: &Thread, f: Value, args: Value) -> R<Gc<Tuple>> {
    if let Some(a) = args.cast_exact::<Tuple>() {
        return Ok(a);
    }
    if let Some(l) = args.cast_exact::<pyjit_runtime::types::list::List>() {
        return Ok(Tuple::new(l.items()));
    }
    if class_of(args).special(Special::Iter).is_none()
        && class_of(args).special(Special::Getitem).is_none()
    {
        let m = format!(
            "{} argument after * must be an iterable, not {}",
            binding::function_text(t, f),
            pyjit_runtime::types::type_::type_name(args)
        );
        return Err(errors::type_error(t, m));
    }
    crate::bridge::tuple_of(t, args)
}

/// A Python function, perhaps bound.
fn python_function(f: Value) -> Option<Gc<Function>> {
    if let Some(m) = f.cast_exact::<BoundMethod>() {
        return python_function(m.function.get());
    }
    f.cast_exact::<Function>()
}
