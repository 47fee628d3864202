//! Functions and generators that a trace makes: objects like others. They need not exist where
//! nobody but the trace sees them.

use pyjit_bytecode::ops::FunctionAttr;
use pyjit_heap::{Gc, Value};
use pyjit_jit::ir::{Field, Ref};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::intern;

use super::{Recorder, T, layout, thunks};
use crate::generators;
use crate::machine::{Helper, Machine, Out, Stop};
use crate::objects::function::Function;
use crate::objects::generator::{FRAME, Generator};

type V = T<Value>;

/// Most registers of a generator that is made in the trace.
const MOST_REGISTERS: usize = 40;

impl Recorder<'_> {
    /// A function of a code constant: only its variables, which are set afterwards, differ from
    /// time to time.
    pub(super) fn made_function(
        &mut self,
        h: &'static Helper<2>,
        outer: V,
        k: V,
    ) -> Option<Out<V>> {
        let t = self.m.t;
        let Ok(v) = (h.call)(t, [outer.v, k.v]) else {
            return Some(Err(Stop::Raise));
        };
        let f: Gc<Function> = Gc::from_value(v);
        if f.ready(t).is_err() {
            // Whoever calls it will see why.
            t.take_exception();
        }
        // The trace will make more.
        f.code.gc().count_function();
        self.guard_globals(self.m.callee());
        let module = self.module_name(f.globals.gc());
        let entry = self.int_const(f.entry.get().addr() as i64);
        let arity = self.int_const(i64::from(f.arity.get()));
        let fields = [
            (layout::FUNCTION_CODE, self.object(f.code.gc().value())),
            (layout::GLOBALS, self.object(f.globals.gc().value())),
            (
                layout::FUNCTION_BUILTINS,
                self.object(f.builtins.gc().value()),
            ),
            (layout::FUNCTION_NAME, self.object(f.name.gc().value())),
            (
                layout::FUNCTION_QUALNAME,
                self.object(f.qualname.gc().value()),
            ),
            (layout::MODULE_NAME, module),
            (layout::FUNCTION_ENTRY, entry),
            (layout::ARITY, arity),
        ];
        let r = self.new_object(kinds::FUNCTION, size_of::<Function>(), &fields);
        Some(Ok(T { v, r }))
    }

    /// What a new function with these globals has as `__module__`.
    fn module_name(&mut self, globals: Gc<Dict>) -> Ref {
        match globals.find_str(intern("__name__")) {
            Some(i) => self.entry(globals, i),
            None => {
                self.guard_keys(globals);
                self.value(Value::NONE)
            }
        }
    }

    /// Gives a new function its closure, defaults and the like.
    pub(super) fn set_function_attribute(
        &mut self,
        h: &'static Helper<3>,
        [f, v, k]: [V; 3],
    ) -> Option<Out<V>> {
        let (field, closure) = match FunctionAttr::from_u16(k.v.as_int() as u16)? {
            FunctionAttr::Defaults => (layout::DEFAULTS, false),
            FunctionAttr::KwDefaults => (layout::KWDEFAULTS, false),
            FunctionAttr::Annotate => (layout::ANNOTATE, false),
            FunctionAttr::Annotations => (layout::ANNOTATIONS, false),
            FunctionAttr::Closure => (layout::CLOSURE, true),
        };
        let o = self.shape(f.r, kinds::FUNCTION);
        let x = if closure { self.address(v.r) } else { v.r };
        self.set(field, o, x);
        let done = (h.call)(self.m.t, [f.v, v.v, k.v]);
        Some(match done {
            Ok(x) => Ok(Machine::konst(self, x)),
            Err(_) => Err(Stop::Raise),
        })
    }

    /// The generator that takes over the running frame.
    pub(super) fn make_generator(&mut self) -> Out<V> {
        let made = generators::make(self.m.t, self.m.pc, self.m.base);
        if let Ok(v) = made
            && let Some(r) = self.new_generator(Gc::from_value(v))
        {
            return Ok(T { v, r });
        }
        self.outcome(made, thunks::make_generator(), &[])
    }

    /// A generator like this one, which has just been made, if it needs nothing but memory.
    fn new_generator(&mut self, g: Gc<Generator>) -> Option<Ref> {
        let code = g.code();
        let plain = g.value().shape_id() == kinds::GENERATOR && !code.has_cleanup();
        if !plain || code.nregs() > MOST_REGISTERS {
            return None;
        }
        let f = Machine::function(self);
        let o = self.address(f.r);
        let mut fields: Vec<(Field, Ref)> = vec![
            (layout::GENERATOR_NAME, self.get(layout::FUNCTION_NAME, o)),
            (
                layout::GENERATOR_QUALNAME,
                self.get(layout::FUNCTION_QUALNAME, o),
            ),
            (layout::GENERATOR_FUNCTION, f.r),
            (
                layout::GENERATOR_PC,
                self.int_const(g.pc.get().addr() as i64),
            ),
            (
                layout::GENERATOR_STATE,
                self.int_const(g.state.get() as i64),
            ),
        ];
        let saved = g.registers().len();
        fields.push((layout::GENERATOR_SAVED, self.int_const(saved as i64)));
        for i in 0..saved {
            let r = self.read(self.slot_of(i), self.m.base.get(i));
            fields.push((layout::generator_register(i), r));
        }
        let bytes = 8 * (FRAME + code.nregs());
        Some(self.new_object(kinds::GENERATOR, bytes, &fields))
    }
}
