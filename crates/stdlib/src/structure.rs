//! Structure sequences of native modules (`time.struct_time` and its like):
//! a class, made when it is first needed, and its instances.

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::namespace::{struct_class, struct_instance};
use pyjit_runtime::types::type_::Type;
use pyjit_runtime::{R, Thread};

/// A class of structure sequences.
pub struct Structure {
    /// `module.name`.
    name: &'static str,
    /// Names of all fields; those that begin with `_` are items without a name.
    fields: &'static [&'static str],
    /// How many of them are items.
    visible: usize,
    class: GilCell<Option<Root>>,
}

impl Structure {
    /// The description of a class.
    pub const fn new(
        name: &'static str,
        fields: &'static [&'static str],
        visible: usize,
    ) -> Structure {
        Structure {
            name,
            fields,
            visible,
            class: GilCell::new(None),
        }
    }
    /// The class.
    pub fn class(&self, t: &Thread) -> R<Gc<Type>> {
        if let Some(c) = self.class.get() {
            return Ok(Gc::from_value(c.get()));
        }
        let c = struct_class(t, self.name, self.fields, self.visible)?;
        self.class
            .with_mut(|slot| *slot = Some(Root::new(c.value())));
        Ok(c)
    }
    /// An instance with these values for all fields.
    pub fn make(&self, t: &Thread, values: &[Value]) -> R<Value> {
        Ok(struct_instance(self.class(t)?, values).value())
    }
    /// Makes the class an attribute of its module.
    pub fn install(&self, t: &Thread, m: Gc<Module>) -> R<()> {
        let short = self.name.rsplit('.').next().unwrap_or(self.name);
        m.set(t, short, self.class(t)?.value())
    }
}
