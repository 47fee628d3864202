//! The interpreter as the runtime sees it: set-up, entry, the [`Host`] door.

use std::cell::{Cell, RefCell};

use pyjit_bytecode::{CodeObject, Op, word};
use pyjit_heap::stack::{self, HEADER_WORDS, ValueStack};
use pyjit_heap::{Base, Gc, GilCell, Pc, RootVec, Value};
use pyjit_runtime::core::call;
use pyjit_runtime::core::host::{CompileRequest, Host, Resume, Resumed};
use pyjit_runtime::core::native::NativeObject;
use pyjit_runtime::core::{class, errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::Type;
use pyjit_runtime::{R, Thread};

use crate::calls::{self, Flow};
use crate::dispatch;
use crate::generators;
use crate::objects::code::Code;
use crate::objects::function::Function;
use crate::objects::generator::Generator;
use crate::objects::generator_methods;
use crate::unwind;

/// The interpreter's state that all threads share.
pub struct Vm {
    halt: Pc,
    nested_halt: Pc,
    /// Stubs that call `__init__`, by number of arguments.
    stubs: RefCell<RootVec>,
    pub(crate) bodies: crate::bodies::Bodies,
    /// The functions of [`crate::stubs`], by number.
    pub(crate) operator_stubs: RefCell<RootVec>,
    /// The namespace of module `builtins`.
    builtins: RefCell<RootVec>,
    /// Value stacks of the threads that run.
    pub(crate) threads: RefCell<Vec<(&'static Thread, ValueStack)>>,
    /// States of threads that have ended, for new ones.
    pub(crate) spare: RefCell<Vec<&'static Thread>>,
}

static VM: GilCell<Cell<Option<&'static Vm>>> = GilCell::new(Cell::new(None));

/// Words of address space for a value stack: 1M frames of 1000 words.
const STACK_WORDS: usize = 1 << 30;
/// Largest window, kept free above the limit.
const MAX_WINDOW: usize = 1 << 17;
/// Native stack kept free for what does not check its depth.
const NATIVE_RESERVE: usize = 256 << 10;

impl Vm {
    /// Attaches the interpreter to a thread of an initialised runtime.
    pub fn init(t: &'static Thread) -> &'static Vm {
        let block: &'static [u64; 3] = {
            let halt = word::pack(Op::halt, 0, 0, 0);
            Box::leak(Box::new([0, halt, halt]))
        };
        let vm: &'static Vm = Box::leak(Box::new(Vm {
            halt: Pc::new(&block[1]),
            nested_halt: Pc::new(&block[2]),
            stubs: RefCell::new(RootVec::new()),
            bodies: crate::bodies::Bodies::default(),
            operator_stubs: RefCell::new(RootVec::new()),
            builtins: RefCell::new(RootVec::new()),
            threads: RefCell::new(Vec::new()),
            spare: RefCell::new(Vec::new()),
        }));
        VM.get().set(Some(vm));
        stack::set_root_lister(list_roots);
        vm.attach(t, STACK_WORDS)
            .expect("address space for the value stack");
        Vm::enter(t);
        class::make_all(t, &crate::objects::classes());
        vm
    }

    /// Gives a thread its value stack, if there is address space for one.
    pub fn attach(&self, t: &'static Thread, words: usize) -> Option<()> {
        let stack = ValueStack::reserve(words)?;
        let bottom = stack.bottom();
        bottom.set_below(HEADER_WORDS, Value::NULL);
        bottom.set_below(2, Pc::NULL.to_word());
        bottom.set_below(1, Value::int(0));
        t.base.set(bottom);
        t.pc.set(self.halt);
        t.stack_limit.set(stack.end().down(MAX_WINDOW));
        t.set_host(&HOST);
        self.threads.borrow_mut().push((t, stack));
        Some(())
    }

    /// Tells a thread the limits of the native stack on which it is called.
    pub fn enter(t: &Thread) {
        let (low, _) = pyjit_heap::threads::stack_bounds();
        t.native_limit.set(low + NATIVE_RESERVE);
    }

    /// The interpreter.
    #[inline]
    pub fn get() -> &'static Vm {
        VM.get()
            .get()
            .expect("the interpreter is initialised first")
    }
    /// The return address of entry frames.
    #[inline]
    pub fn halt(&self) -> Pc {
        self.halt
    }
    /// The return address of frames that are finished for compiled callers.
    #[inline]
    pub fn nested_halt(&self) -> Pc {
        self.nested_halt
    }
    /// The namespace of module `builtins`.
    pub fn builtins(&self) -> Gc<Dict> {
        Gc::from_value(self.builtins.borrow().get(0))
    }
    /// The same, if it is there.
    pub fn try_builtins(&self) -> Option<Gc<Dict>> {
        self.builtins.borrow().iter().next().map(Gc::from_value)
    }
    /// Sets the namespace of module `builtins`.
    pub fn set_builtins(&self, d: Gc<Dict>) {
        let mut b = self.builtins.borrow_mut();
        b.clear();
        b.push(d.value());
        for name in crate::bodies::FUNCTIONS {
            b.push(d.get_str(intern(name)).unwrap_or(Value::NONE));
        }
    }
    /// A builtin function that [`crate::bodies`] uses, whatever the script has made of the name.
    pub fn original(&self, i: usize) -> Value {
        self.builtins.borrow().get(1 + i)
    }

    /// The stub that calls an `__init__` with `n` arguments besides self.
    pub fn init_stub(&self, t: &Thread, n: usize) -> R<Gc<Function>> {
        loop {
            let have = self.stubs.borrow().len();
            if have > n {
                return Ok(Gc::from_value(self.stubs.borrow().get(n)));
            }
            let f = make_init_stub(t, have, self.builtins())?;
            self.stubs.borrow_mut().push(f.value());
        }
    }
}

/// Intrinsic number of "`__init__` returned something", R[b].
pub const BAD_INIT: u16 = 0xffff;

fn make_init_stub(t: &Thread, n: usize, builtins: Gc<Dict>) -> R<Gc<Function>> {
    let words = [
        word::pack(Op::call, 1, n as u16 + 1, 0),
        word::pack(Op::jump_if_none, 1, 0, 2),
        word::pack(Op::intrinsic, 1, 1, BAD_INIT),
        word::pack(Op::ret, 0, 0, 0),
    ];
    let nregs = n as u16 + 6;
    let object: &'static CodeObject = Box::leak(Box::new(CodeObject {
        name: "__init__".into(),
        qualname: "__init__".into(),
        filename: "".into(),
        nregs,
        words: words.into(),
        heights: vec![nregs; words.len()].into(),
        ..CodeObject::default()
    }));
    let code = Code::new(t, object)?;
    code.set_internal();
    Ok(Function::with_builtins(code, Dict::new(), builtins))
}

/// The used part of every value stack.
fn list_roots(visit: &mut dyn FnMut(*const Value, usize)) {
    let vm = Vm::get();
    for (t, stack) in vm.threads.borrow().iter() {
        let top = calls::top(t.base.get()).ptr() as usize;
        let top = top.max(crate::trace::native_top(t));
        visit(stack.start(), (top - stack.start() as usize) / 8);
    }
}

/// A nested run: what is saved, and the two result registers.
struct Entry<'t> {
    t: &'t Thread,
    pc: Pc,
    base: Base,
    /// A window without a function that marks the border.
    border: Base,
}

impl<'t> Entry<'t> {
    fn new(t: &'t Thread, room: usize) -> R<Entry<'t>> {
        call::enter_native(t, "")?;
        let (pc, base) = (t.pc.get(), t.base.get());
        let border = calls::top(base).up(HEADER_WORDS);
        if border.up(room) >= t.stack_limit.get() {
            return Err(errors::raise(
                t,
                Exc::RecursionError,
                "maximum recursion depth exceeded",
            ));
        }
        border.set_below(HEADER_WORDS, Value::NULL);
        border.set_below(2, pc.to_word());
        border.set_below(1, Value::int(border.distance(base) as i64));
        border.set(0, Value::NULL);
        border.set(1, Value::NULL);
        Ok(Entry {
            t,
            pc,
            base,
            border,
        })
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.t.pc.set(self.pc);
        self.t.base.set(self.base);
    }
}

/// The interpreter as the runtime's [`Host`].
struct TheHost;
static HOST: TheHost = TheHost;

impl Host for TheHost {
    fn call_function(
        &self,
        t: &Thread,
        f: Value,
        args: &[Value],
        kwnames: Option<Gc<Tuple>>,
    ) -> R<Value> {
        let e = Entry::new(t, args.len() + 8)?;
        let halt = Vm::get().halt();
        e.border.set(2, f);
        e.border.fill(2 + HEADER_WORDS, args);
        if kwnames.is_none()
            && let Some(function) = f.cast_exact::<Function>()
            && function.arity.get() as usize == args.len()
        {
            let new = e.border.up(2 + HEADER_WORDS);
            let (pc, base) = calls::push_frame(t, function, new, e.border, halt)?;
            start(t, pc, base)?;
            return Ok(e.border.get(2));
        }
        match calls::call_at(t, e.border, 2, args.len(), kwnames, halt)? {
            Flow::Value(v) => Ok(v),
            Flow::Enter(pc, base) => {
                start(t, pc, base)?;
                Ok(e.border.get(2))
            }
        }
    }

    fn resume(&self, t: &Thread, generator: Value, action: Resume) -> R<Resumed> {
        let g: Gc<Generator> = Gc::from_value(generator);
        let e = Entry::new(t, 8)?;
        let halt = Vm::get().halt();
        let at = match action {
            Resume::Send(v) => generators::enter(t, g, v, e.border, halt)?,
            Resume::Throw(exc) => {
                let pc = g.pc.get();
                // Nothing is sent: the yield's register keeps its value.
                let (_, base) = generators::enter(t, g, Value::NULL, e.border, halt)?;
                errors::set(t, exc);
                match unwind::unwind(t, pc, base) {
                    Some(at) => at,
                    None => return Err(pyjit_runtime::Raised),
                }
            }
        };
        match action {
            Resume::Send(_) => start(t, at.0, at.1)?,
            Resume::Throw(_) => dispatch::run(t, at.0, at.1)?,
        }
        let v = e.border.get(0);
        Ok(if e.border.get(1) == Value::TRUE {
            Resumed::Yielded(v)
        } else {
            Resumed::Returned(v)
        })
    }

    fn drive(&self, t: &Thread, generator: Value, action: Resume) -> Option<R<Resumed>> {
        let g =
            Generator::of(generator).filter(|_| generator.shape_id() != kinds::ASYNC_GENERATOR)?;
        Some(match action {
            Resume::Send(v) => generator_methods::send(t, g, v),
            Resume::Throw(e) => generator_methods::throw(t, g, e),
        })
    }
    fn generator_next(&self, t: &Thread, generator: Value) -> R<Option<Value>> {
        let r = generator_methods::send(t, Gc::from_value(generator), Value::NONE)?;
        Ok(match r {
            Resumed::Yielded(v) => Some(v),
            Resumed::Returned(_) => None,
        })
    }

    fn compile(&self, t: &Thread, request: &CompileRequest) -> R<Value> {
        crate::compile::compile(t, request)
    }

    fn exec_code(
        &self,
        t: &Thread,
        code: Value,
        globals: Gc<Dict>,
        locals: Value,
        closure: Value,
    ) -> R<Value> {
        let f = Function::new(t, Gc::from_value(code), globals);
        if closure.is_ptr() {
            f.closure.set(f, closure);
        }
        run_module(t, f, locals)
    }

    fn symbol_table(&self, t: &Thread, request: &CompileRequest) -> R<Value> {
        crate::symbols::table(t, request)
    }
    fn compile_ast(&self, t: &Thread, ast: Value, request: &CompileRequest) -> R<Value> {
        crate::compile::compile_ast(t, ast, request)
    }
    fn import_name(
        &self,
        t: &Thread,
        name: Gc<Str>,
        globals: Value,
        _locals: Value,
        fromlist: Value,
        level: i64,
    ) -> R<Value> {
        crate::import::import_level(t, name, globals, fromlist, level)
    }
    fn super_arguments(&self, t: &Thread) -> R<(Value, Value)> {
        crate::frames::super_arguments(t)
    }
    fn anext_default(&self, _t: &Thread, awaitable: Value, default: Value) -> R<Value> {
        Ok(crate::objects::anext::new(awaitable, default))
    }

    fn decode_code(&self, t: &Thread, data: &[u8]) -> R<Value> {
        crate::compile::decode(t, data)
    }
    fn decode_embedded(&self, t: &Thread, data: &'static [u8]) -> R<Value> {
        crate::compile::decode_embedded(t, data)
    }
    fn encode_code(&self, t: &Thread, code: Value) -> R<Vec<u8>> {
        crate::compile::encode(t, code)
    }

    fn print_exception(&self, t: &Thread, exception: Value) -> R<()> {
        let text = crate::report::text(t, exception);
        self.write_error(t, &text)
    }
    fn write_error(&self, t: &Thread, text: &str) -> R<()> {
        crate::report::write(t, text)
    }
    fn import(&self, t: &Thread, name: &str) -> R<Value> {
        crate::import::import(t, name)
    }
    fn import_bootstrap(&self) -> Option<Value> {
        crate::import::bootstrap()
    }
    fn frame(&self, t: &Thread, depth: usize) -> Option<Value> {
        crate::frames::frame_object(t, depth).map(|f| f.value())
    }
    fn current_globals(&self, t: &Thread) -> Option<Gc<Dict>> {
        crate::frames::innermost(t).map(|f| f.function.globals.gc())
    }
    fn current_locals(&self, t: &Thread) -> R<Value> {
        crate::frames::current_locals(t)
    }
    fn type_changed(&self, class: Gc<Type>) {
        crate::trace::type_changed(class)
    }
    fn dict_changed(&self, _dict: Gc<Dict>) {}
    fn tracing_changed(&self, t: &Thread) {
        crate::instrument::update(t);
        for (other, _) in Vm::get().threads.borrow().iter() {
            if !std::ptr::eq(*other, t) {
                crate::instrument::update(other);
            }
        }
    }
    fn each_thread(&self, f: &dyn Fn(&Thread)) {
        for (t, _) in Vm::get().threads.borrow().iter() {
            f(t);
        }
    }
    fn poll(&self, t: &Thread) -> R<()> {
        crate::pending::run(t)
    }
    fn start_thread(
        &self,
        t: &Thread,
        stack: usize,
        run: fn(&Thread, Value),
        argument: Value,
    ) -> std::io::Result<u64> {
        crate::threads::start(t, stack, run, argument)
    }
    fn forget_dead_registers(&self, t: &Thread) {
        crate::pending::forget_dead_registers(t)
    }
    fn direct_callee(&self, t: &Thread) -> Option<(Gc<NativeObject>, usize)> {
        crate::pending::direct_callee(t)
    }
    fn after_fork_in_child(&self, t: &Thread) {
        crate::threads::after_fork_in_child(t)
    }
    fn set_code_file(&self, code: Value, path: Gc<Str>) {
        if let Some(code) = code.cast::<Code>() {
            code.set_file(path);
        }
    }
    fn code_changed(&self, object: Value) {
        if let Some(f) = object.cast::<Function>() {
            f.refresh();
        }
        crate::trace::object_changed(object)
    }
}

/// Runs module, class or expression code: `f` takes no arguments, register 0
/// is the namespace.
pub fn run_module(t: &Thread, f: Gc<Function>, namespace: Value) -> R<Value> {
    f.ready(t)?;
    let e = Entry::new(t, 16)?;
    e.border.set(2, f.value());
    let new = e.border.up(2 + HEADER_WORDS);
    let (pc, base) = calls::push_frame(t, f, new, e.border, Vm::get().halt())?;
    if f.code.gc().object().flags & pyjit_bytecode::code::flags::OPTIMIZED == 0 {
        base.set(0, namespace);
    }
    start(t, pc, base)?;
    Ok(e.border.get(2))
}

/// Runs a frame that has just been entered.
fn start(t: &Thread, pc: Pc, base: Base) -> R<()> {
    if t.instrumented.get() {
        crate::instrument::entered(t, base);
    }
    dispatch::run(t, pc, base)
}

/// The name of an exception's class, for the command's exit.
pub fn text(v: Value) -> String {
    v.cast::<Str>()
        .map_or(String::new(), |s| s.lossy().into_owned())
}
