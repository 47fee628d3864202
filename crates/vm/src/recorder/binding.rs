//! Calls that need more than moving to a new window: bound methods, classes with a Python
//! `__init__`, keywords, defaults. The interpreter makes the frames; the trace says what
//! their registers hold.

use pyjit_bytecode::code::flags as co;
use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Gc, Header, Value};
use pyjit_jit::ir::{Imm, Op, Ref};
use pyjit_runtime::core::kinds;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::types::descriptors::BoundMethod;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags};

use super::calls::{Callee, Way};
use super::{Recorder, T, layout};
use crate::bodies::Body;
use crate::calls::{self, plain_init};
use crate::machine::{CallSite, Called, Machine, Out, Stop};
use crate::objects::function::{Function, NOT_SIMPLE};
use crate::trace::stats::AbortReason;

type V = T<Value>;

/// Most items of a tuple that is spread to arguments.
const SPREAD: usize = 8;

/// A Python function behind what is called.
enum Target {
    Plain(Gc<Function>),
    Bound(Gc<Function>, Value),
    Class(Gc<Function>, Gc<Type>),
    /// The `__call__` of an instance.
    Instance(Gc<Function>),
    /// What stands for a builtin function with these arguments.
    Body(Gc<Function>),
}

impl Target {
    fn of(f: Value) -> Option<Target> {
        let function = |v: Value| {
            let exact = v.is_ptr() && v.shape_id() == kinds::FUNCTION;
            exact.then(|| Gc::<Function>::from_value(v))
        };
        if let Some(f) = function(f) {
            return Some(Target::Plain(f));
        }
        if let Some(m) = f.cast_exact::<BoundMethod>() {
            return Some(Target::Bound(function(m.function.get())?, m.this.get()));
        }
        let Some(class) = f.cast::<Type>() else {
            let call = class_of(f).special(Special::Call)?;
            return Some(Target::Instance(function(call)?));
        };
        let init = plain_init(class).and_then(function)?;
        (!class.has(flags::HAS_DEL)).then_some(Target::Class(init, class))
    }

    fn function(&self) -> Gc<Function> {
        match self {
            Target::Plain(f)
            | Target::Bound(f, _)
            | Target::Class(f, _)
            | Target::Instance(f)
            | Target::Body(f) => *f,
        }
    }
}

/// Where an argument comes from.
#[derive(Clone, Copy)]
enum Source {
    /// The instance or bound object.
    This,
    /// A register of the caller.
    Register(usize),
    /// A default value, by its number.
    Default(usize, Value),
    /// A tuple of so many registers of the caller.
    Rest(usize, usize),
}

/// What each parameter gets; `None`: not known here, or an error.
fn sources(
    f: Gc<Function>,
    site: CallSite,
    first: usize,
    this: bool,
    names: Option<Gc<Tuple>>,
) -> Option<Vec<Source>> {
    let o = f.code.gc().object();
    let n = o.argcount as usize;
    let rest = o.flags & co::VARARGS != 0;
    if o.kwonlyargcount != 0 || o.flags & co::VARKEYWORDS != 0 {
        return None;
    }
    let mut bound: Vec<Option<Source>> = vec![None; n];
    let nkw = names.map_or(0, |t| t.len());
    let given = this.then_some(Source::This);
    let positional = (0..site.count - nkw).map(|i| Source::Register(first + i));
    let mut more = Source::Rest(first, 0);
    for (i, s) in given.into_iter().chain(positional).enumerate() {
        match (bound.get_mut(i), s, more) {
            (Some(place), ..) => *place = Some(s),
            (None, Source::Register(r), Source::Rest(_, 0)) if rest => more = Source::Rest(r, 1),
            (None, Source::Register(_), Source::Rest(r, k)) if rest => {
                more = Source::Rest(r, k + 1);
            }
            _ => return None,
        }
    }
    for (j, name) in names.iter().flat_map(|t| t.items()).enumerate() {
        let name = name.cast_exact::<Str>()?.lossy().into_owned();
        let only = o.posonlyargcount as usize;
        let i = (only..n).find(|i| *o.varnames[*i] == *name)?;
        if bound[i].is_some() {
            return None;
        }
        bound[i] = Some(Source::Register(first + site.count - nkw + j));
    }
    let defaults = f.defaults.get().cast_exact::<Tuple>();
    let count = defaults.map_or(0, |d| d.len());
    let default = |i: usize| {
        let k = (i + count).checked_sub(n)?;
        Some(Source::Default(k, *defaults?.items().get(k)?))
    };
    let mut all: Vec<Source> = (0..n)
        .map(|i| bound[i].or_else(|| default(i)))
        .collect::<Option<_>>()?;
    if rest {
        all.push(more);
    }
    Some(all)
}

impl Recorder<'_> {
    /// A call of a Python function in whatever way; `None`: it is something else.
    pub(super) fn python_call(&mut self, site: CallSite) -> Out<Option<Called<V>>> {
        let first = site.at + HEADER_WORDS + site.gap as usize;
        let pc = self.m.pc;
        let names = site.keywords.then(|| Gc::from_value(pc.value(pc.c() + 2)));
        let known = Target::of(self.m.base.get(site.at));
        let Some(target) = known.or_else(|| self.body(site, names)) else {
            return Ok(None);
        };
        let f = target.function();
        let this = !matches!(target, Target::Plain(_) | Target::Body(_));
        let Some(sources) = sources(f, site, first, this, names) else {
            return Ok(None);
        };
        let is_class = matches!(target, Target::Class(..));
        let way = if is_class {
            self.forced_way(f)
        } else {
            self.way(f)
        };
        let way = match way {
            Some(way) if !f.code.gc().is_resumable() => way,
            _ => return Ok(None),
        };
        if let Target::Class(_, class) = target
            && class.kind.get() == kinds::EXCEPTION
            && site.keywords
        {
            return Ok(None);
        }
        if way == Way::Code && (is_class || f.arity.get() == NOT_SIMPLE) {
            return Ok(None);
        }
        let callee = Machine::reg(self, site.at);
        if let Target::Body(_) = target {
            // It stands for the builtin function where these come.
            for i in first..first + site.count {
                let a = Machine::reg(self, i);
                self.guard_kind(a);
                self.relies_on(class_of(a.v));
            }
        }
        let (r, this) = self.guard_target(&target, callee);
        let uses_defaults = sources.iter().any(|s| matches!(s, Source::Default(..)));
        let defaults = match uses_defaults {
            true => self.guard_defaults(r, f),
            false => None,
        };
        let args: Vec<V> = sources
            .iter()
            .map(|s| self.argument(*s, this, defaults))
            .collect();
        let callee = Callee { f, r, way };
        if way == Way::Code {
            return Ok(Some(Called::Value(self.code_call(callee, site, &args)?)));
        }
        let given: Vec<Ref> = (first..first + site.count)
            .map(|i| Machine::reg(self, i).r)
            .collect();
        self.entered(site)?;
        let args = args.into_iter().map(|a| a.r).collect();
        if let Target::Class(_, class) = target {
            self.new_frames(class, callee, args, &given);
        } else {
            self.new_frame(callee, args);
        }
        Ok(Some(Called::Entered))
    }

    /// Lets the interpreter make the frames of a call.
    fn entered(&mut self, site: CallSite) -> Out<()> {
        let called = self.m.call_any(site);
        self.frame_made(called)
    }

    fn frame_made(&mut self, called: Out<Called<Value>>) -> Out<()> {
        match called {
            Ok(Called::Entered) => Ok(()),
            Ok(Called::Value(_)) => {
                self.give_up(AbortReason::Unsupported);
                Err(Stop::Raise)
            }
            Err(Stop::Hot) => {
                // The next call from the interpreter looks.
                self.m.pc.entry_info().hot.set(1);
                Ok(())
            }
            Err(e) => Err(e),
        }
    }

    /// Guards what is called; gives the function's name and what it is bound to.
    fn guard_target(&mut self, target: &Target, callee: V) -> (Ref, Option<V>) {
        match target {
            Target::Plain(f) => {
                self.guard_function(callee, *f);
                (callee.r, None)
            }
            Target::Bound(f, this) => {
                let o = self.shape(callee.r, kinds::BOUND_METHOD);
                let r = self.get(layout::BOUND_FUNCTION, o);
                let this = T {
                    v: *this,
                    r: self.get(layout::BOUND_THIS, o),
                };
                self.guard_function(T { v: f.value(), r }, *f);
                (r, Some(this))
            }
            Target::Instance(f) => {
                self.guard_class(callee);
                (self.value(f.value()), Some(callee))
            }
            Target::Class(f, class) => {
                let k = self.value(class.value());
                self.guard(Op::GuardValue, &[callee.r, k]);
                self.relies_on(*class);
                (self.value(f.value()), None)
            }
            Target::Body(f) => {
                let k = self.value(callee.v);
                self.guard(Op::GuardValue, &[callee.r, k]);
                (self.value(f.value()), None)
            }
        }
    }

    /// The Python function that stands for a builtin one with these arguments.
    fn body(&mut self, site: CallSite, names: Option<Gc<Tuple>>) -> Option<Target> {
        let f = self.m.base.get(site.at);
        let body = Body::of(f, calls::arguments(self.m.base, site), names)?;
        let f = body.function(self.m.t, f);
        if f.is_err() {
            self.m.t.take_exception();
        }
        f.ok().map(Target::Body)
    }

    /// Guards that a function has the defaults it has now; or, if it is one of many, as many of
    /// them: gives the tuple.
    fn guard_defaults(&mut self, r: Ref, f: Gc<Function>) -> Option<Ref> {
        let o = self.address(r);
        let now = self.get(layout::DEFAULTS, o);
        let many = f.is_one_of_many() && self.b.func().lit(r).is_none();
        if let (true, Some(d)) = (many, f.defaults.get().cast_exact::<Tuple>()) {
            let o = self.shape(now, kinds::TUPLE);
            self.guard_length(o, d.len());
            return Some(o);
        }
        let then = self.value(f.defaults.get());
        self.guard(Op::GuardValue, &[now, then]);
        None
    }

    /// Guards that a tuple has so many items.
    fn guard_length(&mut self, tuple: Ref, n: usize) {
        let len = self.get(layout::TUPLE_LEN, tuple);
        let k = self.int_const(n as i64);
        let c = self.b.op(Op::IntEq, &[len, k]);
        self.holds(c, true);
    }

    /// What a parameter gets. `defaults`: the tuple of default values, if they are not known.
    fn argument(&mut self, s: Source, this: Option<V>, defaults: Option<Ref>) -> V {
        match (s, this) {
            (Source::This, Some(v)) => v,
            (Source::This, None) => T {
                v: Value::NULL,
                r: self.value(Value::NULL),
            },
            (Source::Register(i), _) => Machine::reg(self, i),
            (Source::Default(i, v), _) => {
                let item = layout::TUPLE_ITEM.field(i as i64);
                match (defaults, item) {
                    (Some(tuple), Some(item)) => T {
                        v,
                        r: self.get(item, tuple),
                    },
                    _ => Machine::konst(self, v),
                }
            }
            (Source::Rest(from, count), _) => {
                let items: Vec<Ref> = (from..from + count)
                    .map(|i| Machine::reg(self, i).r)
                    .collect();
                // What it is the interpreter says when it makes the frame.
                T {
                    v: Value::NULL,
                    r: self.fresh_tuple(&items),
                }
            }
        }
    }

    /// A call of a Python function with the items of a tuple, in a frame of the trace.
    pub(super) fn spread_call(&mut self, at: usize) -> Out<bool> {
        let (f, items) = (self.m.base.get(at), self.m.base.get(at + HEADER_WORDS));
        let (Some(Target::Plain(f)), Some(items)) = (Target::of(f), items.cast_exact::<Tuple>())
        else {
            return Ok(false);
        };
        let inline = !f.code.gc().is_resumable()
            && f.arity.get() as usize == items.len()
            && items.len() <= SPREAD
            && self.forced_way(f) == Some(Way::Inline);
        if self.wrote || !inline {
            return Ok(false);
        }
        let (callee, tuple) = (
            Machine::reg(self, at),
            Machine::reg(self, at + HEADER_WORDS),
        );
        self.guard_function(callee, f);
        let o = self.shape(tuple.r, kinds::TUPLE);
        self.guard_length(o, items.len());
        let mut args = vec![];
        for i in 0..items.len() {
            if let Some(f) = layout::TUPLE_ITEM.field(i as i64) {
                args.push(self.get(f, o));
            }
        }
        let called = self.m.call_ex(at, false);
        self.frame_made(called)?;
        let r = callee.r;
        self.new_frame(
            Callee {
                f,
                r,
                way: Way::Inline,
            },
            args,
        );
        Ok(true)
    }

    /// The running frame has just been made: what it holds.
    fn new_frame(&mut self, callee: Callee, args: Vec<Ref>) {
        let window = self.window();
        let base = self.m.base;
        self.begin_rounds(base);
        let words = [base.below(2), base.below(1)].map(|w| self.value(w));
        let f = if callee.f.is_one_of_many() {
            callee.r
        } else {
            self.value(callee.f.value())
        };
        for (i, r) in [f, words[0], words[1]].into_iter().enumerate() {
            self.write(window - HEADER_WORDS as i32 + i as i32, r);
        }
        let n = args.len() as i32;
        for (i, r) in args.into_iter().enumerate() {
            self.write(window + i as i32, r);
        }
        let null = self.value(Value::NULL);
        for i in n..callee.f.code.gc().object().first_temp() as i32 {
            self.write(window + i, null);
        }
    }

    /// An instance like the given one, that has just been made.
    pub(super) fn new_instance(&mut self, object: Value, class: Gc<Type>) -> Ref {
        let header = object.header();
        let bytes = header.granules() as usize * 16;
        if header.granules() == pyjit_heap::object::LARGE
            || object.shape_id() != class.root_shape.get()
        {
            self.give_up(AbortReason::Unsupported);
        }
        let imm = Imm::Header(Header::word(object.shape_id(), bytes));
        let o = self.b.emit(Op::New, imm, &[]);
        self.b.op(Op::BoxRef, &[o])
    }

    /// The frame of an `__init__` and that of its stub have just been made.
    fn new_frames(&mut self, class: Gc<Type>, init: Callee, mut args: Vec<Ref>, given: &[Ref]) {
        let object = self.m.base.get(0);
        let this = self.new_instance(object, class);
        if class.kind.get() == kinds::EXCEPTION {
            self.new_arguments(this, given);
        }
        let base = self.m.base;
        let delta = base.below(1).as_int();
        let stub = base.down(delta as usize);
        let window = self.window() - delta as i32;
        for n in 1..=HEADER_WORDS {
            let r = self.value(stub.below(n));
            self.write(window - n as i32, r);
        }
        self.write(window, this);
        args[0] = this;
        self.new_frame(init, args);
    }
}
