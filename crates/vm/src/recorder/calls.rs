//! Calls: Python functions are inlined, everything else is called from the trace.

use pyjit_heap::stack::HEADER_WORDS;
use pyjit_heap::{Base, Gc, Pc, Value};
use pyjit_runtime::core::call;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::type_::Type;
use pyjit_runtime::{R, Thread};

use super::{Recorder, T, thunks};
use crate::machine::{CallSite, Out};
use crate::objects::code::Code;
use crate::objects::function::Function;

type V = T<Value>;

/// The call of an instruction, run to its end.
pub fn call_window(t: &Thread, pc: Pc, base: Base, site: CallSite) -> R<Value> {
    let f = base.get(site.at);
    let first = site.at + HEADER_WORDS + site.gap as usize;
    let args = base.slice(first, site.count);
    let names = site.keywords.then(|| Gc::from_value(pc.value(pc.c() + 2)));
    call::call_kw(t, f, args, names)
}

/// Is it a Python function, or a class whose objects one initialises?
fn runs_python(f: Value) -> bool {
    if let Some(class) = f.cast::<Type>() {
        let init = class.lookup(intern("__init__"));
        return init.is_some_and(|i| i.cast::<Function>().is_some());
    }
    f.cast::<Function>().is_some()
}

impl Recorder<'_> {
    /// Is a call of `f` to become part of the trace?
    pub(super) fn inlines(&mut self, f: Gc<Function>) -> bool {
        let code = f.code.gc();
        if !code.is_resumable() && self.live.of(code.object()).loops {
            return false;
        }
        let (depth, same) = self.nesting(code);
        depth < self.limits.depth && same < 2
    }

    /// How many frames are inlined into each other, and how many of this code.
    pub(super) fn nesting(&self, code: Gc<Code>) -> (usize, usize) {
        let (mut depth, mut same, mut base) = (0, 0, self.m.base);
        loop {
            let f: Gc<Function> = Gc::from_value(base.below(HEADER_WORDS));
            same += (f.code.gc() == code) as usize;
            if base == self.start.root {
                return (depth, same);
            }
            depth += 1;
            base = base.down(base.below(1).as_int() as usize);
        }
    }

    /// A call of anything that is not inlined.
    pub(super) fn any_call(&mut self, site: CallSite) -> Out<V> {
        if let Some(v) = self.known_native(site)? {
            return Ok(v);
        }
        if runs_python(self.m.base.get(site.at)) {
            self.nested += 1;
        }
        // The arguments are in the frame, which is written before the call.
        let (t, pc, base) = (self.m.t, self.m.pc, self.m.base);
        let v = call_window(t, pc, base, site);
        let packed = self.int_const(thunks::pack_site(site));
        self.outcome(v, thunks::call(), &[packed])
    }
}
