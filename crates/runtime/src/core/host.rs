//! The only door upwards: what the runtime asks of the interpreter.

use pyjit_heap::{Gc, Value};

use super::native::NativeObject;
use super::thread::{R, Thread};
use crate::types::dict::Dict;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::Type;

/// How `compile()` is called.
pub struct CompileRequest<'a> {
    /// Source text, UTF-8 (already decoded) or raw bytes with a cookie.
    pub source: &'a [u8],
    pub is_bytes: bool,
    pub filename: Value,
    /// "exec", "eval", "single" or "func_type".
    pub mode: &'a str,
    pub flags: i64,
    pub dont_inherit: bool,
    pub optimize: i64,
    /// Minor version of the language, or -1 for this one.
    pub feature_version: i64,
}

/// Implemented by the interpreter.
pub trait Host {
    /// Calls a Python function object with positional arguments, then the
    /// keyword ones named by `kwnames` (their values are the last arguments).
    fn call_function(
        &self,
        t: &Thread,
        f: Value,
        args: &[Value],
        kwnames: Option<Gc<Tuple>>,
    ) -> R<Value>;
    /// Resumes a generator, coroutine or async generator frame: `Ok(Some)` is a
    /// yielded value, `Ok(None)` a return whose value is in `result`.
    fn resume(&self, t: &Thread, generator: Value, action: Resume) -> R<Resumed>;
    /// The methods `send` and `throw` of generators and coroutines, without a
    /// `StopIteration`; `None` for other objects.
    fn drive(&self, t: &Thread, generator: Value, action: Resume) -> Option<R<Resumed>>;
    /// `next(generator)`; `None` at its end.
    fn generator_next(&self, t: &Thread, generator: Value) -> R<Option<Value>>;
    /// Compiles source text to a code object.
    fn compile(&self, t: &Thread, request: &CompileRequest) -> R<Value>;
    /// The scopes of a source: a tuple for each (see module `_symtable`).
    fn symbol_table(&self, t: &Thread, request: &CompileRequest) -> R<Value>;
    /// Compiles an AST object (of module `_ast`).
    fn compile_ast(&self, t: &Thread, ast: Value, request: &CompileRequest) -> R<Value>;
    /// `__import__` with all its arguments.
    fn import_name(
        &self,
        t: &Thread,
        name: Gc<Str>,
        globals: Value,
        locals: Value,
        fromlist: Value,
        level: i64,
    ) -> R<Value>;
    /// `anext(it, default)` for the awaitable that `__anext__` gave.
    fn anext_default(&self, t: &Thread, awaitable: Value, default: Value) -> R<Value>;
    /// What `super()` without arguments means in the innermost Python frame:
    /// its `__class__` cell and its first argument.
    fn super_arguments(&self, t: &Thread) -> R<(Value, Value)>;
    /// A code object from its encoded form (`marshal`).
    fn decode_code(&self, t: &Thread, data: &[u8]) -> R<Value>;
    /// The same of an embedded module: the functions in it are read when they are called.
    fn decode_embedded(&self, t: &Thread, data: &'static [u8]) -> R<Value>;
    /// The encoded form of a code object.
    fn encode_code(&self, t: &Thread, code: Value) -> R<Vec<u8>>;
    /// Runs a code object with the given namespaces.
    fn exec_code(
        &self,
        t: &Thread,
        code: Value,
        globals: Gc<Dict>,
        locals: Value,
        closure: Value,
    ) -> R<Value>;
    /// The frame object `depth` levels up from the innermost Python frame.
    fn frame(&self, t: &Thread, depth: usize) -> Option<Value>;
    /// Globals of the innermost Python frame.
    fn current_globals(&self, t: &Thread) -> Option<Gc<Dict>>;
    /// `locals()` of the innermost Python frame.
    fn current_locals(&self, t: &Thread) -> R<Value>;
    /// A class was changed whose version compiled code relies on.
    fn type_changed(&self, class: Gc<Type>);
    /// A namespace was changed that compiled code relies on.
    fn dict_changed(&self, dict: Gc<Dict>);
    /// Trace functions, or what `sys.monitoring` is to tell, have changed.
    fn tracing_changed(&self, t: &Thread);
    /// Does something for the state of every thread.
    fn each_thread(&self, f: &dyn Fn(&Thread));
    /// Runs what is pending: signals, finalizers, lock requests.
    fn poll(&self, t: &Thread) -> R<()>;
    /// Reports an exception with its traceback on `sys.stderr`.
    fn print_exception(&self, t: &Thread, exception: Value) -> R<()>;
    /// Writes text to `sys.stderr`, or to the process's error stream if there is none.
    fn write_error(&self, t: &Thread, text: &str) -> R<()>;
    /// Starts a thread of the operating system that calls `run` with its own
    /// state and `argument`, holding the interpreter lock. Gives the number
    /// by which the C library knows it.
    fn start_thread(
        &self,
        t: &Thread,
        stack: usize,
        run: fn(&Thread, Value),
        argument: Value,
    ) -> std::io::Result<u64>;
    /// Empties registers of the innermost Python frames that are not in use, so
    /// that a collection does not find what they still refer to.
    fn forget_dead_registers(&self, t: &Thread);
    /// The native function that an instruction is calling, and where on the native
    /// stack the interpreter was entered, if nothing but that function's own activation
    /// lies below. `None`: not known.
    fn direct_callee(&self, t: &Thread) -> Option<(Gc<NativeObject>, usize)>;
    /// The process is the child of a fork: of all threads only this one is left.
    fn after_fork_in_child(&self, t: &Thread);
    /// `import name`, giving the module `name` itself.
    fn import(&self, t: &Thread, name: &str) -> R<Value>;
    /// `importlib._bootstrap`, once it is loaded.
    fn import_bootstrap(&self) -> Option<Value>;
    /// An attribute of a function, code, frame, generator or traceback object
    /// changed in a way the interpreter caches.
    fn code_changed(&self, object: Value);
    /// Code that was compiled under another name, with all code in it, comes from the file
    /// `path`: a cache may have moved. Other values are left alone.
    fn set_code_file(&self, code: Value, path: Gc<Str>);
}

/// What to do with a suspended frame.
#[derive(Clone, Copy)]
pub enum Resume {
    Send(Value),
    /// Throw this exception object in.
    Throw(Value),
}

/// What a resumed frame did.
#[derive(Clone, Copy)]
pub enum Resumed {
    Yielded(Value),
    Returned(Value),
}
