//! Calls that need more than moving to a new window: bound methods, classes with a Python
//! `__init__`, keywords, defaults. The interpreter makes the frames; the trace says what
//! their registers hold.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Gc, Header, Value};
use pyjit_jit::ir::{Imm, Op, Ref};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::descriptors::BoundMethod;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags};

use super::calls::{Callee, Way};
use super::{Recorder, T, layout};
use crate::calls::plain_init;
use crate::machine::{CallSite, Called, Machine, Out, Stop};
use crate::objects::function::{Function, NOT_SIMPLE};
use crate::trace::stats::AbortReason;

type V = T<Value>;

/// A Python function behind what is called.
enum Target {
    Plain(Gc<Function>),
    Bound(Gc<Function>, Value),
    Class(Gc<Function>, Gc<Type>),
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
        let class = f.cast::<Type>()?;
        let init = plain_init(class).and_then(function)?;
        (!class.has(flags::HAS_DEL)).then_some(Target::Class(init, class))
    }

    fn function(&self) -> Gc<Function> {
        match self {
            Target::Plain(f) | Target::Bound(f, _) | Target::Class(f, _) => *f,
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
    /// A default value.
    Default(Value),
}

/// What each parameter gets; `None`: not known here, or an error.
fn sources(
    f: Gc<Function>,
    site: CallSite,
    first: usize,
    this: bool,
    names: Option<Gc<Tuple>>,
) -> Option<Vec<Source>> {
    let n = f.arity.get();
    if n == NOT_SIMPLE {
        return None;
    }
    let n = n as usize;
    let o = f.code.gc().object();
    let mut bound: Vec<Option<Source>> = vec![None; n];
    let nkw = names.map_or(0, |t| t.len());
    let given = this.then_some(Source::This);
    let positional = (0..site.count - nkw).map(|i| Source::Register(first + i));
    for (i, s) in given.into_iter().chain(positional).enumerate() {
        *bound.get_mut(i)? = Some(s);
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
        Some(Source::Default(*defaults?.items().get(k)?))
    };
    (0..n).map(|i| bound[i].or_else(|| default(i))).collect()
}

impl Recorder<'_> {
    /// A call of a Python function in whatever way; `None`: it is something else.
    pub(super) fn python_call(&mut self, site: CallSite) -> Out<Option<Called<V>>> {
        let first = site.at + HEADER_WORDS + site.gap as usize;
        let Some(target) = Target::of(self.m.base.get(site.at)) else {
            return Ok(None);
        };
        let f = target.function();
        let pc = self.m.pc;
        let names = site.keywords.then(|| Gc::from_value(pc.value(pc.c() + 2)));
        let this = !matches!(target, Target::Plain(_));
        let Some(sources) = sources(f, site, first, this, names) else {
            return Ok(None);
        };
        let way = match self.way(f) {
            Some(way) if !f.code.gc().is_resumable() => way,
            _ => return Ok(None),
        };
        let is_class = matches!(target, Target::Class(..));
        if is_class && way == Way::Code {
            return Ok(None);
        }
        let callee = Machine::reg(self, site.at);
        let (r, this) = self.guard_target(&target, callee);
        if sources.iter().any(|s| matches!(s, Source::Default(_))) {
            self.guard_defaults(r, f);
        }
        let args: Vec<V> = sources.iter().map(|s| self.argument(*s, this)).collect();
        let callee = Callee { f, r, way };
        if way == Way::Code {
            return Ok(Some(Called::Value(self.code_call(callee, site, &args)?)));
        }
        self.entered(site)?;
        let args = args.into_iter().map(|a| a.r).collect();
        if let Target::Class(_, class) = target {
            self.new_frames(class, callee, args);
        } else {
            self.new_frame(callee, args);
        }
        Ok(Some(Called::Entered))
    }

    /// Lets the interpreter make the frames of a call.
    fn entered(&mut self, site: CallSite) -> Out<()> {
        match self.m.call_any(site) {
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
            Target::Class(f, class) => {
                let k = self.value(class.value());
                self.guard(Op::GuardValue, &[callee.r, k]);
                self.relies_on(*class);
                (self.value(f.value()), None)
            }
        }
    }

    /// Guards that a function has the defaults it has now.
    fn guard_defaults(&mut self, r: Ref, f: Gc<Function>) {
        let o = self.address(r);
        let now = self.get(layout::DEFAULTS, o);
        let then = self.value(f.defaults.get());
        self.guard(Op::GuardValue, &[now, then]);
    }

    fn argument(&mut self, s: Source, this: Option<V>) -> V {
        match (s, this) {
            (Source::This, Some(v)) => v,
            (Source::This, None) => T {
                v: Value::NULL,
                r: self.value(Value::NULL),
            },
            (Source::Register(i), _) => Machine::reg(self, i),
            (Source::Default(v), _) => Machine::konst(self, v),
        }
    }

    /// The running frame has just been made: what it holds.
    fn new_frame(&mut self, callee: Callee, args: Vec<Ref>) {
        let window = self.window();
        let base = self.m.base;
        let words = [base.below(2), base.below(1)].map(|w| self.value(w));
        let f = if callee.f.closure.get().is_null() {
            self.value(callee.f.value())
        } else {
            callee.r
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

    /// The frame of an `__init__` and that of its stub have just been made.
    fn new_frames(&mut self, class: Gc<Type>, init: Callee, mut args: Vec<Ref>) {
        let object = self.m.base.get(0);
        let header = object.header();
        let bytes = header.granules() as usize * 16;
        if header.granules() == pyjit_heap::object::LARGE
            || object.shape_id() != class.root_shape.get()
        {
            self.give_up(AbortReason::Unsupported);
        }
        let imm = Imm::Header(Header::word(object.shape_id(), bytes));
        let o = self.b.emit(Op::New, imm, &[]);
        let this = self.b.op(Op::BoxRef, &[o]);
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
