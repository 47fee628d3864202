//! Start-up of the object model.

use pyjit_heap::shape;

use super::thread::Thread;
use super::{class, modules, special};
use crate::types::{self, exceptions, str_, type_};

/// Makes the builtin types. Called once, after the heap is ready.
pub fn init() -> &'static Thread {
    let t = Thread::create();
    shape::define_builtin::<pyjit_heap::RefArray>();
    shape::define_builtin::<pyjit_heap::RawArray>();
    shape::define_builtin::<types::str_::Str>();
    shape::define_builtin::<types::tuple::Tuple>();
    shape::define_builtin::<types::dict::Dict>();
    shape::define_builtin::<types::type_::Type>();
    types::define_hidden_layouts();
    str_::init_interned();
    type_::init();
    special::init();
    class::make_all(t, &types::classes());
    exceptions::init(t);
    types::exception_kinds::init(t);
    types::template::init(t).expect("memory for class attributes");
    modules::init(t).expect("memory for the first modules");
    crate::builtins::init(t).expect("memory for builtins");
    t
}
