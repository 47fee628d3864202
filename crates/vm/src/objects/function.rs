//! Function objects.

use std::cell::Cell;

use pyjit_bytecode::code::flags as co;
use pyjit_heap::{Field, Gc, Header, Pc, Value, heap_object};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::{R, Thread};

use super::code::Code;

/// A `function` object. What calls need stands ready in `entry` and `arity`.
#[repr(C)]
pub struct Function {
    header: Header,
    /// Attributes, or absent. The runtime knows that it is word 1.
    pub dict: Field,
    pub code: Field<Gc<Code>>,
    pub globals: Field<Gc<Dict>>,
    pub builtins: Field<Gc<Dict>>,
    /// Tuple of cells, or absent.
    pub closure: Field,
    pub name: Field<Gc<Str>>,
    pub qualname: Field<Gc<Str>>,
    /// Tuple, or absent.
    pub defaults: Field,
    /// Dict, or absent.
    pub kwdefaults: Field,
    pub module: Field,
    pub doc: Field,
    /// Dict of annotations, or absent; and the function that makes it.
    pub annotations: Field,
    pub annotate: Field,
    pub type_params: Field,
    pub weakrefs: Field,
    /// [`Pc::NULL`] until the code is ready to run.
    pub entry: Cell<Pc>,
    /// The number of positional arguments if nothing else can be passed, else [`NOT_SIMPLE`].
    pub arity: Cell<u32>,
}
heap_object!(Function = kinds::FUNCTION, refs 1..16);

/// An arity that no call has.
pub const NOT_SIMPLE: u32 = u32::MAX;

impl Function {
    /// A function of `code` in a namespace.
    pub fn new(t: &Thread, code: Gc<Code>, globals: Gc<Dict>) -> Gc<Function> {
        Function::with_builtins(code, globals, builtins_of(t, globals))
    }

    /// As [`Function::new`] when the builtins are at hand.
    pub fn with_builtins(code: Gc<Code>, globals: Gc<Dict>, builtins: Gc<Dict>) -> Gc<Function> {
        code.count_function();
        let name = code.name.gc();
        let module = globals.get_str(intern("__name__")).unwrap_or(Value::NONE);
        let f = Gc::new(Function {
            header: Header::NEW,
            dict: Field::null(),
            code: Field::of(code),
            globals: Field::of(globals),
            builtins: Field::of(builtins),
            closure: Field::null(),
            name: Field::of(name),
            qualname: Field::of(code.qualname.gc()),
            defaults: Field::null(),
            kwdefaults: Field::null(),
            module: Field::new(module),
            doc: Field::null(),
            annotations: Field::null(),
            annotate: Field::null(),
            type_params: Field::null(),
            weakrefs: Field::null(),
            entry: Cell::new(Pc::NULL),
            arity: Cell::new(NOT_SIMPLE),
        });
        f.refresh();
        f
    }

    /// May other functions of the same code come in its place?
    pub fn is_one_of_many(&self) -> bool {
        !self.closure.get().is_null() || self.code.gc().has_many_functions()
    }

    /// Makes the code ready to run, if it is not.
    #[inline]
    pub fn ready(&self, t: &Thread) -> R<()> {
        if self.entry.get() == Pc::NULL {
            self.code.gc().ready(t)?;
            self.refresh();
        }
        Ok(())
    }

    /// Recomputes what calls need after the code changed.
    pub fn refresh(&self) {
        let code = self.code.gc();
        self.entry.set(code.entry());
        if !code.is_ready() {
            self.arity.set(NOT_SIMPLE);
            return;
        }
        let o = code.object();
        // Code that is no function's runs in a namespace: see `calls::enter_function`.
        let simple = o.kwonlyargcount == 0
            && o.flags & (co::VARARGS | co::VARKEYWORDS | co::OPTIMIZED) == co::OPTIMIZED;
        self.arity.set(if simple { o.argcount } else { NOT_SIMPLE });
    }
}

/// The builtins that code with these globals sees.
pub fn builtins_of(t: &Thread, globals: Gc<Dict>) -> Gc<Dict> {
    if let Some(b) = globals.get_str(intern("__builtins__")) {
        if let Some(d) = b.cast_exact::<Dict>() {
            return d;
        }
        if let Some(d) = crate::bridge::module_dict(b) {
            return d;
        }
        return crate::names::around_mapping(t, b);
    }
    crate::vm::Vm::get().builtins()
}
