//! Exception classes of native modules, made when they are first needed.

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, of_kind};
use pyjit_runtime::types::type_new::type_new;
use pyjit_runtime::{R, Raised, Thread};

/// An exception class that a module defines.
pub struct ExceptionClass {
    module: &'static str,
    name: &'static str,
    base: Exc,
    class: GilCell<Option<Root>>,
}

impl ExceptionClass {
    /// The description of a class.
    pub const fn new(module: &'static str, name: &'static str, base: Exc) -> ExceptionClass {
        ExceptionClass {
            module,
            name,
            base,
            class: GilCell::new(None),
        }
    }
    /// The class.
    pub fn class(&self, t: &Thread) -> R<Gc<Type>> {
        if let Some(c) = self.class.get() {
            return Ok(Gc::from_value(c.get()));
        }
        let d = Dict::new();
        d.set_str(t, intern("__module__"), intern(self.module).value())?;
        let bases = Tuple::new(&[self.base.class().value()]);
        let args = [intern(self.name).value(), bases.value(), d.value()];
        let c = type_new(t, of_kind(kinds::TYPE), &args, None)?;
        self.class.with_mut(|slot| *slot = Some(Root::new(c)));
        Ok(Gc::from_value(c))
    }
    /// Raises it with a message.
    #[cold]
    pub fn raise(&self, t: &Thread, message: impl AsRef<str>) -> Raised {
        self.raise_args(t, &[Str::new(message.as_ref()).value()])
    }
    /// Raises it with these arguments.
    #[cold]
    pub fn raise_args(&self, t: &Thread, args: &[Value]) -> Raised {
        match self.class(t) {
            Ok(c) => errors::raise_args(t, c, args),
            Err(e) => e,
        }
    }
    /// Makes the class an attribute of its module.
    pub fn install(&self, t: &Thread, m: Gc<Module>) -> R<()> {
        m.set(t, self.name, self.class(t)?.value())
    }
}
