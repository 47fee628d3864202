//! Native modules as tables, and their making.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::class::{self, ClassDef};
use pyjit_runtime::core::modules as known;
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::types::module::{Module, add_functions};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::{R, Thread};

/// A native module.
pub struct NativeModule {
    pub name: &'static str,
    pub doc: &'static str,
    pub functions: &'static [NativeDef],
    /// Classes that are attributes of the module under their own name.
    pub classes: &'static [&'static ClassDef],
    /// Sets constants and whatever must be computed.
    pub init: Option<fn(&Thread, Gc<Module>) -> R<()>>,
}

/// The native module `name`.
pub fn find(name: &str) -> Option<&'static NativeModule> {
    crate::modules::ALL.iter().copied().find(|m| m.name == name)
}

/// A new module object for `def`, filled.
pub fn create(t: &Thread, def: &'static NativeModule) -> R<Gc<Module>> {
    let doc = if def.doc.is_empty() {
        Value::NONE
    } else {
        Str::new(def.doc).value()
    };
    let m = Module::new(t, intern(def.name).value(), doc)?;
    fill(t, m, def)?;
    Ok(m)
}

/// Adds what `def` declares to a module object.
pub fn fill(t: &Thread, m: Gc<Module>, def: &'static NativeModule) -> R<()> {
    add_functions(t, m, def.functions)?;
    for c in def.classes {
        let ty = class::make(t, c);
        m.set(t, c.name, ty.value())?;
    }
    match def.init {
        Some(init) => init(t, m),
        None => Ok(()),
    }
}

/// Makes the module and enters it into `sys.modules`.
pub fn load(t: &Thread, name: &str) -> R<Option<Gc<Module>>> {
    let Some(def) = find(name) else {
        return Ok(None);
    };
    let m = create(t, def)?;
    known::modules().set_str(t, intern(name), m.value())?;
    Ok(Some(m))
}

/// Declares a native module's table.
#[macro_export]
macro_rules! native_module {
    (
        $(#[doc = $doc:literal])*
        pub $static_name:ident = $name:literal $(, classes [$($class:expr),* $(,)?])? $(, init $init:path)?;
        functions { $($functions:tt)* }
    ) => {
        /// The module's table.
        pub static $static_name: $crate::registry::NativeModule = $crate::registry::NativeModule {
            name: $name,
            doc: concat!("", $($doc, "\n"),*),
            functions: ::pyjit_runtime::native_table! { $($functions)* },
            classes: &[$($(&$class),*)?],
            init: $crate::native_module!(@init $($init)?),
        };
    };
    (@init) => { None };
    (@init $init:path) => { Some($init) };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    /// A number stands for one layout: the second class with it would be taken for the first.
    #[test]
    fn layout_numbers_are_used_once() {
        let mut names = BTreeMap::new();
        for module in crate::modules::ALL {
            for class in module.classes {
                let name = (class.module, class.name);
                let first = *names.entry(class.kind).or_insert(name);
                assert_eq!(first, name, "layout {}", class.kind);
            }
        }
    }
}
