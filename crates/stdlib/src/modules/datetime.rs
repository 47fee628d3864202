//! `_datetime`: the classes of the library's `_pydatetime`. They are Python,
//! which is compiled like every other program; what imports the accelerator by
//! its name gets the same classes.

use pyjit_heap::Gc;
use pyjit_runtime::core::attr;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::{R, Thread};

use crate::native_module;

const NAMES: [&str; 9] = [
    "date",
    "datetime",
    "time",
    "timedelta",
    "timezone",
    "tzinfo",
    "MINYEAR",
    "MAXYEAR",
    "UTC",
];

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let python = t.host().import(t, "_pydatetime")?;
    for name in NAMES {
        m.set(t, name, attr::get(t, python, intern(name))?)?;
    }
    Ok(())
}

native_module! {
    /// Fast implementation of the datetime module.
    pub MODULE = "_datetime", init init;
    functions {}
}
