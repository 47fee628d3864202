//! Issuing warnings from native code.

use pyjit_heap::Value;

use super::thread::{R, Thread};
use super::{attr, call};
use crate::types::exceptions::Exc;
use crate::types::str_::{Str, intern};

/// `warnings.warn(message, category)`, attributed to the running Python code.
/// Raises when the filters turn the warning into an error.
#[cold]
pub fn warn(t: &Thread, category: Exc, message: &str) -> R<()> {
    let module = t.host().import(t, "warnings")?;
    let f = attr::get(t, module, intern("warn"))?;
    call::call(
        t,
        f,
        &[
            Str::new(message).value(),
            category.class().value(),
            Value::int(1),
        ],
    )?;
    Ok(())
}

/// A `DeprecationWarning`.
#[cold]
pub fn deprecated(t: &Thread, message: &str) -> R<()> {
    warn(t, Exc::DeprecationWarning, message)
}
