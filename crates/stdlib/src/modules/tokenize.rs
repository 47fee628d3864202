//! `_tokenize`: what the library's `tokenize` needs to be imported.

use crate::native_module;

native_module! {
    pub MODULE = "_tokenize";
    functions {}
}
