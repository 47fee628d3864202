//! `BaseException` and its subclasses: the Python-visible part.

use pyjit_heap::Value;

use crate::core::thread::Thread;
use crate::core::{call, kinds};
use crate::types::exceptions::Exception;
use crate::types::str_::Str;
use crate::types::type_::flags;

crate::py_class! {
    /// Common base class for all exceptions.
    pub CLASS: Exception = "BaseException", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_DICT;
    methods {}
}

/// Adds a note to the pending exception.
pub fn add_note(t: &Thread, note: &str) {
    let e = t.exc.replace(Value::NULL);
    let r = call::call_attr(t, e, "add_note", &[Str::new(note).value()]);
    if r.is_err() {
        t.exc.set(Value::NULL);
    }
    t.exc.set(e);
}
