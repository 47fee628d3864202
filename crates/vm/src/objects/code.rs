//! Run-time code: the words of a [`CodeObject`] with its pool filled in.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

use pyjit_bytecode::code::flags as co;
use pyjit_bytecode::nested::Nested;
use pyjit_bytecode::{CodeObject, Constant, Op, PoolEntry, word};
use pyjit_heap::stack::EntryInfo;
use pyjit_heap::{Field, Gc, Header, Pc, RawArray, RefArray, Value, heap_object};
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::str_::{Str, intern, intern_str};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread};

/// A `code` object.
#[repr(C)]
pub struct Code {
    header: Header,
    pub name: Field<Gc<Str>>,
    pub qualname: Field<Gc<Str>>,
    pub filename: Field<Gc<Str>>,
    /// The words that run; the first one is the [`EntryInfo`].
    words: Field<Gc<RawArray>>,
    /// Constants by number; nested code is absent until it is needed.
    constants: Field<Gc<RefArray>>,
    /// Names by number, interned.
    names: Field<Gc<RefArray>>,
    /// Weak references to this object.
    pub weakrefs: Field,
    /// Absent until it is asked for, if the code is that of an embedded module.
    object: Cell<Option<&'static CodeObject>>,
    nested: Option<&'static Nested>,
    flags: u32,
    /// [`Pc::NULL`] until the words have been made.
    entry: Cell<Pc>,
    /// Word index of `return_generator`; [`NEVER`] in ordinary code.
    resume_index: Cell<u32>,
    /// Are there handlers, besides the one for the whole of a generator's frame?
    cleanup: Cell<bool>,
    /// Not the user's: left out of tracebacks.
    internal: Cell<bool>,
    /// Does its frame return to the instruction that entered it?
    stub: Cell<bool>,
    /// Address of the word through which compiled code calls it with arguments of any
    /// types; 0: not asked for yet.
    pub cell: Cell<usize>,
    /// Functions made of it, or more than one.
    made: Cell<u8>,
}
heap_object!(Code = kinds::CODE, refs 1..8);

/// What is known of code that has not been read.
struct Head<'a> {
    name: &'a str,
    qualname: &'a str,
    flags: u32,
}

/// No word index.
pub const NEVER: u32 = u32::MAX;

/// Calls between two hot events of a function, and back-edges of a loop.
pub const HOT_INTERVAL: u32 = 1 << 14;

/// Calls until a function is looked at for the first time.
static INTERVAL: AtomicU32 = AtomicU32::new(HOT_INTERVAL);

/// Sets the number of calls until functions made from now on are looked at.
pub fn set_hot_interval(n: u32) {
    INTERVAL.store(n, Ordering::Relaxed)
}

impl Code {
    /// Makes the run-time form. The plain form lives for ever.
    pub fn new(t: &Thread, object: &'static CodeObject) -> R<Gc<Code>> {
        let head = Head {
            name: &object.name,
            qualname: &object.qualname,
            flags: object.flags,
        };
        let code = Code::with(head, intern(&object.filename), Some(object), None);
        code.ready(t)?;
        Ok(code)
    }

    /// The same of code in the code of a file: it is made ready when it is
    /// called, and read from where it is stored when it is needed.
    fn nested(nested: &'static Nested, filename: Gc<Str>) -> Gc<Code> {
        if let Some(s) = nested.head() {
            let head = Head {
                name: s.name,
                qualname: s.qualname,
                flags: s.flags,
            };
            return Code::with(head, filename, None, Some(nested));
        }
        let head = Head {
            name: &nested.name,
            qualname: &nested.qualname,
            flags: nested.flags,
        };
        Code::with(head, filename, Some(nested), None)
    }

    fn with(
        head: Head,
        filename: Gc<Str>,
        object: Option<&'static CodeObject>,
        nested: Option<&'static Nested>,
    ) -> Gc<Code> {
        Gc::new(Code {
            header: Header::NEW,
            name: Field::of(intern(head.name)),
            qualname: Field::of(Str::from_wtf8(head.qualname.as_bytes())),
            filename: Field::of(filename),
            words: Field::null(),
            constants: Field::null(),
            names: Field::null(),
            weakrefs: Field::null(),
            object: Cell::new(object),
            nested,
            flags: head.flags,
            entry: Cell::new(Pc::NULL),
            resume_index: Cell::new(NEVER),
            cleanup: Cell::new(false),
            internal: Cell::new(false),
            stub: Cell::new(false),
            cell: Cell::new(0),
            made: Cell::new(0),
        })
    }

    /// This code and what it holds come from the file `path`. Code in it that nobody has asked
    /// for takes its name from here.
    pub fn set_file(&self, path: Gc<Str>) {
        let this = Gc::of(self);
        if self.filename.gc().bytes() == path.bytes() {
            return;
        }
        self.filename.put(this, path);
        let held = self.constants.opt();
        for v in held.iter().flat_map(|c| c.as_slice()) {
            if let Some(code) = v.cast_opt::<Code>() {
                code.set_file(path);
            }
        }
    }

    /// Makes what runs, if that has not been done.
    pub fn ready(&self, t: &Thread) -> R<()> {
        if self.is_ready() {
            return Ok(());
        }
        let (this, object) = (Gc::of(self), self.object());
        let names = filled(t, object.names.len(), |i| intern(&object.names[i]).value())?;
        let Some(constants) = RefArray::new(object.constants.len()) else {
            return Err(errors::memory_error(t));
        };
        for (i, k) in object.constants.iter().enumerate() {
            if !matches!(k, Constant::Code(_)) {
                constants.set(i, constant(t, k)?);
            }
        }
        let Some(words) = RawArray::new((object.words.len() + 1) * 8) else {
            return Err(errors::memory_error(t));
        };
        fill(object, words, constants, names);
        self.names.put(this, names);
        self.constants.put(this, constants);
        self.words.put(this, words);
        self.resume_index.set(resume_index(object));
        self.cleanup.set(has_cleanup(object));
        self.entry.set(Pc::new(words.data() as *const u64).next());
        Ok(())
    }
    /// Has a suspended frame of it something to clean up?
    #[inline(always)]
    pub fn has_cleanup(&self) -> bool {
        self.cleanup.get()
    }
    /// A function is being made of it.
    pub fn count_function(&self) {
        self.made.set(self.made.get().saturating_add(1))
    }

    /// Has more than one function been made of it?
    pub fn has_many_functions(&self) -> bool {
        self.made.get() > 1
    }

    /// Can it run?
    #[inline(always)]
    pub fn is_ready(&self) -> bool {
        self.entry.get() != Pc::NULL
    }

    /// The plain form: tables, flags, counts.
    #[inline(always)]
    pub fn object(&self) -> &'static CodeObject {
        match self.object.get() {
            Some(o) => o,
            None => self.read(),
        }
    }
    /// The plain form of code that has run.
    #[inline(always)]
    pub fn read_object(&self) -> Option<&'static CodeObject> {
        self.object.get()
    }
    #[cold]
    #[inline(never)]
    fn read(&self) -> &'static CodeObject {
        let o: &'static CodeObject = self.nested.expect("code that is not read is stored");
        self.object.set(Some(o));
        o
    }
    /// The first instruction.
    #[inline(always)]
    pub fn entry(&self) -> Pc {
        self.entry.get()
    }
    /// The word index of an instruction.
    #[inline(always)]
    pub fn index(&self, pc: Pc) -> u32 {
        pc.index_from(self.entry()) as u32
    }
    /// The instruction of a word index.
    pub fn at(&self, index: u32) -> Pc {
        self.entry().offset(index as isize)
    }
    /// Name number `i`.
    #[inline(always)]
    pub fn name_at(&self, i: u32) -> Value {
        self.names.gc().get(i as usize)
    }
    /// Registers of a frame.
    #[inline(always)]
    pub fn nregs(&self) -> usize {
        self.object().nregs as usize
    }
    /// Is the flag set?
    #[inline(always)]
    pub fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }
    /// Is the frame that stands at this word index that of a generator object?
    #[inline]
    pub fn is_resumed(&self, index: u32) -> bool {
        self.resume_index.get() != NEVER && index >= self.resume_index.get()
    }
    /// Is it the interpreter's own?
    pub fn is_internal(&self) -> bool {
        self.internal.get()
    }
    /// Declares the code to be the interpreter's own.
    pub fn set_internal(&self) {
        self.internal.set(true)
    }
    /// Declares the code to be that of a stub.
    pub fn set_stub(&self) {
        self.stub.set(true)
    }
    /// Is it a stub's?
    pub fn is_stub(&self) -> bool {
        self.stub.get()
    }
    /// Is the return address of the frame that stands at this word index the instruction
    /// that entered it? So it is for generators and stubs; others return behind their call.
    #[inline]
    pub fn returns_here(&self, index: u32) -> bool {
        self.stub.get() || self.is_resumed(index)
    }
    /// Generator, coroutine or async generator?
    #[inline(always)]
    pub fn is_resumable(&self) -> bool {
        self.has(co::GENERATOR | co::COROUTINE | co::ASYNC_GENERATOR)
    }
    /// The name of register `r`, if it is a variable.
    pub fn register_name(&self, r: usize) -> &'static str {
        let o = self.object();
        let (n, c) = (o.nlocals as usize, o.cellvars.len());
        match r {
            r if r < n => o.varnames.get(r),
            r if r < n + c => o.cellvars.get(r - n),
            r => o.freevars.get(r - n - c),
        }
        .map_or("", |s| s)
    }
    /// Source line of a word index.
    pub fn line(&self, index: u32) -> u32 {
        self.object().position_at(index).line
    }
    /// The line of an instruction, or of the nearest before it that has one.
    pub fn near_line(&self, index: u32) -> u32 {
        let found = (0..=index).rev().map(|i| self.line(i)).find(|n| *n != 0);
        found.unwrap_or(0)
    }
    /// What Python code sees as the offset of a word: two for each, as if they were code
    /// units, behind an imagined first instruction that stands for the entry.
    pub fn offset(index: u32) -> i64 {
        (i64::from(index) + 1) * 2
    }
    /// The line of that imagined instruction.
    pub fn first_line(&self) -> u32 {
        match &*self.object().name {
            "<module>" => 0,
            _ => self.object().firstlineno,
        }
    }
    /// Constant number `i` as a value.
    pub fn constant(&self, t: &Thread, i: usize) -> R<Value> {
        self.ready(t)?;
        let array = self.constants.gc();
        if let Some(v) = array.get(i).opt() {
            return Ok(v);
        }
        let v = match &self.object().constants[i] {
            Constant::Code(c) => Code::nested(c, self.filename.gc()).value(),
            k => constant(t, k)?,
        };
        array.set(i, v);
        Ok(v)
    }
}

/// Finds the constant that the pool word `at` of `code` refers to.
pub fn pool_constant(t: &Thread, code: Gc<Code>, at: u32) -> R<Value> {
    let pool = &code.object().pool;
    match pool
        .binary_search_by_key(&at, |p| p.at)
        .map(|i| pool[i].entry)
    {
        Ok(PoolEntry::Const(k)) => code.constant(t, k as usize),
        _ => Err(errors::system_error(t, "bad constant in code")),
    }
}

fn filled(t: &Thread, n: usize, item: impl Fn(usize) -> Value) -> R<Gc<RefArray>> {
    let Some(a) = RefArray::new(n) else {
        return Err(errors::memory_error(t));
    };
    for i in 0..n {
        a.set(i, item(i));
    }
    Ok(a)
}

fn fill(o: &CodeObject, block: Gc<RawArray>, constants: Gc<RefArray>, names: Gc<RefArray>) {
    let block = block.words_mut();
    let nparams = o.nparams() as u16;
    let nclear = (o.first_temp() as u16).saturating_sub(nparams);
    block[0] = pack_info(INTERVAL.load(Ordering::Relaxed), o.nregs, nclear);
    let words = &mut block[1..];
    words.copy_from_slice(&o.words);
    if o.flags & (co::GENERATOR | co::COROUTINE | co::ASYNC_GENERATOR) != 0 {
        rewrite_returns(o, words);
    }
    for slot in &o.pool {
        let at = slot.at as usize;
        match slot.entry {
            PoolEntry::Const(k) => words[at] = constants.get(k as usize).0,
            PoolEntry::Name(k) => words[at] = names.get(k as usize).0,
            PoolEntry::Attr(k) | PoolEntry::Global(k) => {
                words[at] = 0;
                words[at + 1] = 0;
                words[at + 2] = (k as u64) << 32;
            }
            PoolEntry::Keywords(k) => {
                words[at] = 0;
                words[at + 1] = 0;
                words[at + 2] = constants.get(k as usize).0;
            }
        }
    }
}

fn pack_info(hot: u32, nregs: u16, nclear: u16) -> u64 {
    const { assert!(size_of::<EntryInfo>() == 8) };
    hot as u64 | (nregs as u64) << 32 | (nclear as u64) << 48
}

/// Has the code handlers that must run when a suspended frame dies? The last
/// handler of a generator is its own, for `StopIteration`.
fn has_cleanup(o: &CodeObject) -> bool {
    let all = &o.handlers;
    all.len() > 1 && all.iter().any(|h| h.target != all[all.len() - 1].target)
}

/// In the frame of a generator returning is another thing.
fn rewrite_returns(o: &CodeObject, words: &mut [u64]) {
    let mut pool = o.pool.iter().peekable();
    let mut at = 0;
    while at < words.len() {
        if let Some(p) = pool.peek()
            && p.at as usize == at
        {
            at += p.entry.words() as usize;
            pool.next();
            continue;
        }
        let w = words[at];
        let op = word::op(w);
        if op == Op::ret as u8 {
            words[at] = word::pack(Op::gen_ret, word::a(w), 0, 0);
        } else if op == Op::ret_none as u8 {
            words[at] = word::pack(Op::gen_ret_none, 0, 0, 0);
        }
        at += 1;
    }
}

fn resume_index(o: &CodeObject) -> u32 {
    if o.flags & (co::GENERATOR | co::COROUTINE | co::ASYNC_GENERATOR) == 0 {
        return NEVER;
    }
    let at = o
        .words
        .iter()
        .position(|w| word::op(*w) == Op::return_generator as u8);
    at.map_or(NEVER, |i| i as u32)
}

/// Does CPython intern such a string constant?
fn looks_like_a_name(b: &[u8]) -> bool {
    b.iter().all(|c| c.is_ascii_alphanumeric() || *c == b'_')
}

/// A constant as a value.
pub fn constant(t: &Thread, k: &'static Constant) -> R<Value> {
    Ok(match k {
        Constant::None => Value::NONE,
        Constant::Bool(b) => Value::bool(*b),
        Constant::Ellipsis => Value::ELLIPSIS,
        Constant::Int(i) => int::from_i64(t, *i),
        Constant::BigInt {
            negative,
            magnitude,
        } => {
            let limbs: Vec<u64> = magnitude
                .chunks(8)
                .map(|c| {
                    let mut w = [0; 8];
                    w[..c.len()].copy_from_slice(c);
                    u64::from_le_bytes(w)
                })
                .collect();
            int::from_limbs(*negative, &limbs)
        }
        Constant::Float(f) => float::from_f64(*f),
        Constant::Str(b) => {
            let s = Str::from_wtf8(b);
            if looks_like_a_name(b) {
                intern_str(s).value()
            } else {
                s.value()
            }
        }
        Constant::Tuple(items) => Tuple::new(&all(t, items)?).value(),
        Constant::Code(c) => Code::new(t, c)?.value(),
        Constant::Complex(re, im) => crate::bridge::complex(t, *re, *im)?,
        Constant::Bytes(b) => crate::bridge::bytes(t, b)?,
        Constant::FrozenSet(items) => crate::bridge::frozenset(t, &all(t, items)?)?,
        Constant::Slice(items) => crate::bridge::slice(t, &all(t, &items[..])?)?,
    })
}

fn all(t: &Thread, items: &'static [Constant]) -> R<pyjit_runtime::core::call::ArgVec> {
    let mut v = pyjit_runtime::core::call::ArgVec::new();
    for k in items {
        v.push(constant(t, k)?);
    }
    Ok(v)
}
