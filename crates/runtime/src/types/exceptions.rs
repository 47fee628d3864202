//! Exception objects and the builtin exception classes (their Python-visible
//! methods are in `exception_methods`).

use std::cell::Cell;

use pyjit_heap::{Field, Gc, GilCell, Header, RefArray, Value, alloc, heap_object};

use crate::core::kinds;
use crate::core::thread::Thread;
use crate::types::dict::Dict;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{self, NewType, Type, flags};

/// An exception object.
#[repr(C)]
pub struct Exception {
    header: Header,
    pub args: Field<Gc<Tuple>>,
    pub traceback: Field,
    pub context: Field,
    pub cause: Field,
    /// Class-specific attributes by position ([`Exception::extra`]), or absent.
    extra: Field<Gc<RefArray>>,
    pub suppress_context: Cell<bool>,
}
heap_object!(Exception = kinds::EXCEPTION, refs 1..6);

/// Words of the fixed part.
pub const WORDS: u32 = (size_of::<Exception>() / 8) as u32;
/// Most class-specific attributes (`OSError`, `SyntaxError`).
pub const EXTRA: usize = 10;

macro_rules! exceptions {
    ($($name:ident $base:ident $doc:literal [$($extra:literal),*];)*) => {
        /// A builtin exception class.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Exc { $($name),* }
        /// (name, base, doc, class-specific attributes) in table order: bases first.
        const TABLE: &[(&str, Exc, &str, &[&str])] = &[$((stringify!($name), Exc::$base, $doc, &[$($extra),*])),*];
        const ALL: &[Exc] = &[$(Exc::$name),*];
    };
}

exceptions! {
    BaseException BaseException "Common base class for all exceptions." [];
    Exception BaseException "Common base class for all non-exit exceptions." [];
    BaseExceptionGroup BaseException "A combination of multiple unrelated exceptions." ["message", "exceptions"];
    GeneratorExit BaseException "Request that a generator exit." [];
    KeyboardInterrupt BaseException "Program interrupted by user." [];
    SystemExit BaseException "Request to exit from the interpreter." ["code"];
    ArithmeticError Exception "Base class for arithmetic errors." [];
    AssertionError Exception "Assertion failed." [];
    AttributeError Exception "Attribute not found." ["name", "obj"];
    BufferError Exception "Buffer error." [];
    EOFError Exception "Read beyond end of file." [];
    ImportError Exception "Import can't find module, or can't find name in module." ["msg", "name", "path", "name_from"];
    ModuleNotFoundError ImportError "Module not found." [];
    LookupError Exception "Base class for lookup errors." [];
    IndexError LookupError "Sequence index out of range." [];
    KeyError LookupError "Mapping key not found." [];
    MemoryError Exception "Out of memory." [];
    NameError Exception "Name not found globally." ["name"];
    UnboundLocalError NameError "Local name referenced but not bound to a value." [];
    OSError Exception "Base class for I/O related errors." ["errno", "strerror", "filename", "filename2", "characters_written"];
    BlockingIOError OSError "I/O operation would block." [];
    ChildProcessError OSError "Child process error." [];
    ConnectionError OSError "Connection error." [];
    BrokenPipeError ConnectionError "Broken pipe." [];
    ConnectionAbortedError ConnectionError "Connection aborted." [];
    ConnectionRefusedError ConnectionError "Connection refused." [];
    ConnectionResetError ConnectionError "Connection reset." [];
    FileExistsError OSError "File already exists." [];
    FileNotFoundError OSError "File not found." [];
    InterruptedError OSError "Interrupted by signal." [];
    IsADirectoryError OSError "Operation doesn't work on directories." [];
    NotADirectoryError OSError "Operation only works on directories." [];
    PermissionError OSError "Not enough permissions." [];
    ProcessLookupError OSError "Process not found." [];
    TimeoutError OSError "Timeout expired." [];
    ReferenceError Exception "Weak ref proxy used after referent went away." [];
    RuntimeError Exception "Unspecified run-time error." [];
    NotImplementedError RuntimeError "Method or function hasn't been implemented yet." [];
    PythonFinalizationError RuntimeError "Operation blocked during Python finalization." [];
    RecursionError RuntimeError "Recursion limit exceeded." [];
    StopAsyncIteration Exception "Signal the end from iterator.__anext__()." [];
    StopIteration Exception "Signal the end from iterator.__next__()." ["value"];
    SyntaxError Exception "Invalid syntax." ["msg", "filename", "lineno", "offset", "text", "end_lineno", "end_offset", "print_file_and_line", "_metadata"];
    IndentationError SyntaxError "Improper indentation." [];
    TabError IndentationError "Improper mixture of spaces and tabs." [];
    _IncompleteInputError SyntaxError "incomplete input." [];
    SystemError Exception "Internal error in the Python interpreter." [];
    TypeError Exception "Inappropriate argument type." [];
    ValueError Exception "Inappropriate argument value (of correct type)." [];
    UnicodeError ValueError "Unicode related error." [];
    UnicodeDecodeError UnicodeError "Unicode decoding error." ["encoding", "object", "start", "end", "reason"];
    UnicodeEncodeError UnicodeError "Unicode encoding error." ["encoding", "object", "start", "end", "reason"];
    UnicodeTranslateError UnicodeError "Unicode translation error." ["encoding", "object", "start", "end", "reason"];
    FloatingPointError ArithmeticError "Floating-point operation failed." [];
    OverflowError ArithmeticError "Result too large to be represented." [];
    ZeroDivisionError ArithmeticError "Second argument to a division or modulo operation was zero." [];
    ExceptionGroup BaseExceptionGroup "A combination of multiple unrelated exceptions." [];
    Warning Exception "Base class for warning categories." [];
    BytesWarning Warning "Base class for warnings about bytes and buffer related problems, mostly related to conversion from str or comparing to str." [];
    DeprecationWarning Warning "Base class for warnings about deprecated features." [];
    EncodingWarning Warning "Base class for warnings about encodings." [];
    FutureWarning Warning "Base class for warnings about constructs that will change semantically in the future." [];
    ImportWarning Warning "Base class for warnings about probable mistakes in module imports" [];
    PendingDeprecationWarning Warning "Base class for warnings about features which will be deprecated in the future." [];
    ResourceWarning Warning "Base class for warnings about resource usage." [];
    RuntimeWarning Warning "Base class for warnings about dubious runtime behavior." [];
    SyntaxWarning Warning "Base class for warnings about dubious syntax." [];
    UnicodeWarning Warning "Base class for warnings about Unicode related problems, mostly related to conversion problems." [];
    UserWarning Warning "Base class for warnings generated by user code." [];
}

static CLASSES: GilCell<[Cell<Value>; TABLE.len()]> =
    GilCell::new([const { Cell::new(Value::NULL) }; TABLE.len()]);

impl Exc {
    /// The class object.
    #[inline]
    pub fn class(self) -> Gc<Type> {
        Gc::from_value(CLASSES.get()[self as usize].get())
    }
    /// The name.
    pub fn name(self) -> &'static str {
        TABLE[self as usize].0
    }
    /// All of them.
    pub fn all() -> &'static [Exc] {
        ALL
    }
}

/// Makes the exception classes. `BaseException` itself has been made from its
/// class table; called once at start-up.
pub fn init(t: &Thread) {
    alloc::add_root_range(CLASSES.as_ptr() as *const u64, TABLE.len());
    CLASSES.get()[0].set(type_::of_kind(kinds::EXCEPTION).value());
    let root = Exc::BaseException.class();
    root.set_layout(<Exception as pyjit_heap::HeapObject>::REFS, WORDS, 0, 0);
    for (i, (name, base, doc, _)) in TABLE.iter().enumerate().skip(1) {
        let bases: Vec<Value> = match ALL[i] {
            Exc::ExceptionGroup => vec![
                Exc::BaseExceptionGroup.class().value(),
                Exc::Exception.class().value(),
            ],
            _ => vec![base.class().value()],
        };
        let c = make_class(t, name, &bases, doc);
        CLASSES.get()[i].set(c.value());
    }
}

fn make_class(t: &Thread, name: &str, bases: &[Value], doc: &str) -> Gc<Type> {
    let base: Gc<Type> = Gc::from_value(bases[0]);
    let name = intern(name);
    let dict = Dict::new();
    let c = Type::allocate(
        NewType {
            metaclass_shape: kinds::TYPE,
            name,
            qualname: name,
            base: Some(base),
            bases: Tuple::new(bases),
            dict,
            kind: kinds::EXCEPTION,
            flags: flags::BASETYPE | flags::HAS_DICT,
        },
        0,
    );
    dict.set_str(t, intern("__doc__"), Str::new(doc).value())
        .expect("start-up memory");
    let mut mro = vec![c.value()];
    mro.extend(base.mro.gc().items());
    if bases.len() > 1 {
        // ExceptionGroup: BaseExceptionGroup, Exception, BaseException, object.
        mro.insert(2, bases[1]);
    }
    c.mro.put(c, Tuple::new(&mro));
    c.set_layout(<Exception as pyjit_heap::HeapObject>::REFS, WORDS, 0, 0);
    c
}

/// Position of a class-specific attribute among the extras of `class` or its bases.
pub fn extra_index(exc: Exc, name: &str) -> Option<usize> {
    TABLE[exc as usize].3.iter().position(|n| *n == name)
}

/// The builtin exception class that `class` is or derives from most closely.
pub fn builtin_base(class: Gc<Type>) -> Exc {
    let items = class.mro.gc();
    items
        .items()
        .iter()
        .find_map(|c| CLASSES.get().iter().position(|k| k.get() == *c))
        .map_or(Exc::BaseException, |i| ALL[i])
}

/// Class-specific attribute names of `exc`, in extra order.
pub fn extra_names(exc: Exc) -> &'static [&'static str] {
    TABLE[exc as usize].3
}

/// Are instances made by storing the arguments only (no `__init__`/`__new__`
/// of a more special kind)?
pub fn plain_layout(class: Gc<Type>) -> bool {
    use crate::core::special::Special;
    let root = Exc::BaseException.class();
    class.special(Special::Init) == root.special(Special::Init)
        && class.special(Special::New) == root.special(Special::New)
}

impl Exception {
    /// A new exception with these `args`; nothing is run.
    pub fn new(class: Gc<Type>, args: &[Value]) -> Gc<Exception> {
        let args = Tuple::new(args);
        Gc::with_shape(
            class.root_shape.get(),
            Exception {
                header: Header::NEW,
                args: Field::of(args),
                traceback: Field::null(),
                context: Field::null(),
                cause: Field::null(),
                extra: Field::null(),
                suppress_context: Cell::new(false),
            },
            class.extra_bytes(WORDS),
        )
    }
    /// Class-specific attribute `i`, absent if not set.
    pub fn extra(&self, i: usize) -> Value {
        self.extra.opt().map_or(Value::NULL, |e| e.get(i))
    }
}

impl Exception {
    /// Sets class-specific attribute `i < EXTRA`.
    pub fn set_extra(&self, i: usize, v: Value) {
        let e = self.extra.opt().unwrap_or_else(|| {
            let e = RefArray::new(EXTRA).expect("memory for an exception");
            self.extra.put(self, e);
            e
        });
        e.set(i, v);
    }
}

/// Sets `__context__` of `e` to the exception being handled, cutting cycles.
pub fn chain_context(t: &Thread, e: Value) {
    let handled = t.handled.get();
    let Some(exc) = e.cast::<Exception>() else {
        return;
    };
    if handled.is_null() || handled.is_none() || handled == e {
        return;
    }
    // A second pointer goes half as fast: a cycle that was there before must not hold us.
    let (mut at, mut behind, mut step) = (handled, handled, false);
    while let Some(x) = at.opt().and_then(|v| v.cast::<Exception>()) {
        let next = x.context.value();
        if next == e {
            x.context.clear();
            break;
        }
        at = next;
        if at == behind {
            break;
        }
        if step && let Some(x) = behind.cast::<Exception>() {
            behind = x.context.value();
        }
        step = !step;
    }
    exc.context.set(exc, handled);
}
