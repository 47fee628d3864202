//! `_io`: streams. `base` has the abstract classes, `fileio` raw files,
//! `buffered` and `text` the layers above, `opening` what puts them together.

pub mod base;
pub mod buffered;
pub mod bytesio;
pub mod decoder;
pub mod fileio;
pub mod newline;
pub mod opening;
pub mod pair;
pub mod standard;
pub mod stringio;
pub mod text;

use pyjit_heap::{Gc, HeapObject, Value};
use pyjit_runtime::core::call;
use pyjit_runtime::core::class::words;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, of_kind};
use pyjit_runtime::{R, Thread};

use crate::native_module;

/// `DEFAULT_BUFFER_SIZE`.
pub const BUFFER_SIZE: usize = 128 << 10;

/// Gives instances of a native class attributes of their own.
fn with_attributes<T: HeapObject>() {
    let class: Gc<Type> = of_kind(T::KIND);
    class.set_layout(T::REFS, words::<T>(), 0, 0);
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    with_attributes::<fileio::FileIO>();
    with_attributes::<buffered::BufferedReader>();
    with_attributes::<buffered::BufferedWriter>();
    with_attributes::<buffered::BufferedRandom>();
    with_attributes::<bytesio::BytesIO>();
    with_attributes::<stringio::StringIO>();
    with_attributes::<text::TextIOWrapper>();
    m.set(t, "DEFAULT_BUFFER_SIZE", Value::int(BUFFER_SIZE as i64))?;
    m.set(t, "BlockingIOError", Exc::BlockingIOError.class().value())?;
    let ns = Dict::new();
    ns.set_str(t, intern("__module__"), intern("io").value())?;
    let bases = Tuple::new(&[
        Exc::OSError.class().value(),
        Exc::ValueError.class().value(),
    ]);
    let name = intern("UnsupportedOperation");
    let args = [name.value(), bases.value(), ns.value()];
    let class = call::call(t, of_kind(pyjit_runtime::core::kinds::TYPE).value(), &args)?;
    m.set(t, "UnsupportedOperation", class)?;
    pyjit_runtime::builtins::set_fast_writer(text::write_fast);
    Ok(())
}

native_module! {
    /// The io module provides the Python interfaces to stream handling.
    pub MODULE = "_io", classes [
        base::IO_BASE, base::RAW_IO_BASE, base::BUFFERED_IO_BASE, base::TEXT_IO_BASE,
        fileio::CLASS, bytesio::CLASS, stringio::CLASS,
        buffered::READER, buffered::WRITER, buffered::RANDOM, pair::CLASS,
        text::CLASS, decoder::CLASS,
    ], init init;
    functions {
        /// Open file and return a stream.  Raise OSError upon failure.
        open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None) => opening::open;
        /// Opens the provided file with the intent to import the contents.
        open_code(path) => opening::open_code;
        /// A helper function to choose the text encoding.
        text_encoding(encoding, stacklevel=2, /) => opening::text_encoding;
    }
}
