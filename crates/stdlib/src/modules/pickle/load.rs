//! The machine that reads a pickle: a stack, marks, and what each opcode does.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::bigint::{self, Endian};
use pyjit_runtime::core::{attr, call, errors, ops};
use pyjit_runtime::types::bytes::{ByteArray, Bytes};
use pyjit_runtime::types::bytes_methods;
use pyjit_runtime::types::codec_registry::decode_text;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::memoryview::{self, MemoryView};
use pyjit_runtime::types::set;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::types::{buffer, float, int};
use pyjit_runtime::{R, Raised, Thread};

use super::bad_pickle;
use super::build;
use super::input::Input;
use super::opcodes::*;
use super::unpickler::{U, memo_put};

/// A pickle being read.
pub struct Loader<'t> {
    pub t: &'t Thread,
    pub u: U,
    input: Input,
    stack: Gc<List>,
    marks: Vec<usize>,
    /// The part of the stack below was marked off.
    fence: usize,
    persistent: Option<Value>,
    pub exact: bool,
}

/// Text of the input.
pub fn utf8(t: &Thread, bytes: &[u8]) -> R<Value> {
    match std::str::from_utf8(bytes) {
        Ok(s) => Ok(Str::new(s).value()),
        Err(_) => Ok(decode_text(
            t,
            Bytes::new(bytes).value(),
            "utf-8",
            "surrogatepass",
        )?),
    }
}

impl<'t> Loader<'t> {
    pub fn new(t: &'t Thread, u: U, input: Input) -> R<Loader<'t>> {
        let exact = pyjit_runtime::types::type_::class_of(u.value()) == of_kind(487);
        let persistent = match u.persistent.get().opt() {
            Some(f) => Some(f),
            None => attr::get_opt(t, u.value(), intern("persistent_load"))?,
        };
        u.proto.set(0);
        Ok(Loader {
            t,
            u,
            input,
            stack: List::new(),
            marks: Vec::new(),
            fence: 0,
            persistent,
            exact,
        })
    }
    /// The object that the pickle is of.
    pub fn load(mut self) -> R<Value> {
        loop {
            let op = match self.input.read(self.t, self.u, 1) {
                Ok(b) => b[0],
                Err(e) => return Err(self.at_end(e)),
            };
            if op == STOP {
                let v = self.pop()?;
                self.input.settle(self.t, self.u)?;
                return Ok(v);
            }
            self.step(op)?;
        }
    }
    /// No opcode is there: the end, if nothing else is wrong.
    #[cold]
    fn at_end(&self, e: Raised) -> Raised {
        let class = Gc::from_value(super::error(2));
        let pending = self.t.exc.get();
        if pyjit_runtime::types::type_::class_of(pending).is_subtype(class) {
            self.t.take_exception();
            return errors::raise(self.t, Exc::EOFError, "Ran out of input");
        }
        e
    }

    // The stack.

    #[inline]
    pub fn push(&mut self, v: Value) -> R<()> {
        self.stack.push(self.t, v)
    }
    #[cold]
    fn underflow(&self) -> Raised {
        let m = match self.marks.is_empty() {
            false => "unexpected MARK found",
            true => "unpickling stack underflow",
        };
        bad_pickle(self.t, m)
    }
    pub fn pop(&mut self) -> R<Value> {
        let n = self.stack.len();
        if n <= self.fence {
            return Err(self.underflow());
        }
        Ok(self.stack.remove(n - 1))
    }
    pub fn top(&self) -> R<Value> {
        match self.stack.len() {
            n if n > self.fence => Ok(self.stack.get(n - 1)),
            _ => Err(self.underflow()),
        }
    }
    fn set_top(&mut self, v: Value) {
        self.stack.set(self.stack.len() - 1, v);
    }
    /// Takes the topmost mark away; where it was.
    fn mark(&mut self) -> R<usize> {
        let Some(at) = self.marks.pop() else {
            return Err(bad_pickle(self.t, "could not find MARK"));
        };
        self.fence = self.marks.last().copied().unwrap_or(0);
        Ok(at)
    }
    fn cut(&mut self, at: usize) -> R<()> {
        self.stack.splice(self.t, at, self.stack.len(), &[])
    }
    /// The items above the topmost mark, as a tuple.
    pub fn marked(&mut self) -> R<Gc<Tuple>> {
        let at = self.mark()?;
        let items = Tuple::new(&self.stack.items()[at..]);
        self.cut(at)?;
        Ok(items)
    }
    /// The last `n` items become a tuple.
    fn gather(&mut self, n: usize) -> R<()> {
        let len = self.stack.len();
        if len < self.fence + n {
            return Err(self.underflow());
        }
        let v = Tuple::new(&self.stack.items()[len - n..]).value();
        self.cut(len - n)?;
        self.push(v)
    }

    // Arguments of opcodes.

    fn byte(&mut self) -> R<usize> {
        Ok(usize::from(self.input.array::<1>(self.t, self.u)?[0]))
    }
    fn short(&mut self) -> R<usize> {
        Ok(u16::from_le_bytes(self.input.array(self.t, self.u)?) as usize)
    }
    fn word(&mut self) -> R<usize> {
        Ok(u32::from_le_bytes(self.input.array(self.t, self.u)?) as usize)
    }
    fn signed(&mut self) -> R<i64> {
        Ok(i64::from(i32::from_le_bytes(
            self.input.array(self.t, self.u)?,
        )))
    }
    /// A length of eight bytes for opcode `name`.
    fn long(&mut self, name: &str) -> R<usize> {
        let n = u64::from_le_bytes(self.input.array(self.t, self.u)?);
        if n > i64::MAX as u64 {
            let m = format!("{name} exceeds system's maximum size of {} bytes", i64::MAX);
            return Err(errors::overflow_error(self.t, m));
        }
        Ok(n as usize)
    }
    pub fn line(&mut self) -> R<Vec<u8>> {
        self.input.line(self.t, self.u)
    }
    /// A line with something on it.
    pub fn full_line(&mut self) -> R<Vec<u8>> {
        let line = self.line()?;
        match line.is_empty() {
            true => Err(bad_pickle(self.t, "pickle data was truncated")),
            false => Ok(line),
        }
    }
    fn bytes(&mut self, n: usize) -> R<&[u8]> {
        self.input.read(self.t, self.u, n)
    }

    // Opcodes.

    fn step(&mut self, op: u8) -> R<()> {
        match op {
            NONE => self.push(Value::NONE),
            BININT1 => {
                let i = self.byte()?;
                self.push(Value::int(i as i64))
            }
            BININT2 => {
                let i = self.short()?;
                self.push(Value::int(i as i64))
            }
            BININT => {
                let i = self.signed()?;
                self.push(Value::int(i))
            }
            BINFLOAT => {
                let x = f64::from_be_bytes(self.input.array(self.t, self.u)?);
                self.push(float::from_f64(x))
            }
            NEWTRUE => self.push(Value::TRUE),
            NEWFALSE => self.push(Value::FALSE),
            SHORT_BINUNICODE | BINUNICODE | BINUNICODE8 => {
                let n = self.size(op)?;
                let t = self.t;
                let v = utf8(t, self.bytes(n)?)?;
                self.push(v)
            }
            SHORT_BINBYTES | BINBYTES | BINBYTES8 => {
                let n = self.size(op)?;
                let v = Bytes::new(self.bytes(n)?).value();
                self.push(v)
            }
            MARK => {
                self.fence = self.stack.len();
                self.marks.push(self.fence);
                Ok(())
            }
            TUPLE1 => self.gather(1),
            TUPLE2 => self.gather(2),
            TUPLE3 => self.gather(3),
            EMPTY_TUPLE => self.push(Tuple::new(&[]).value()),
            EMPTY_LIST => self.push(List::new().value()),
            EMPTY_DICT => self.push(Dict::new().value()),
            EMPTY_SET => self.push(set::Set::new().value()),
            MEMOIZE => {
                let v = self.top()?;
                memo_put(self.t, self.u, self.u.memo_len.get() as usize, v)
            }
            BINGET | LONG_BINGET => {
                let i = self.size(op)?;
                self.get(i as i64)
            }
            BINPUT | LONG_BINPUT => {
                let i = self.size(op)?;
                let v = self.top()?;
                memo_put(self.t, self.u, i, v)
            }
            APPEND => {
                let at = self.stack.len().saturating_sub(1);
                if self.stack.len() < self.fence + 2 {
                    return Err(self.underflow());
                }
                self.append_from(at)
            }
            APPENDS => {
                let at = self.mark()?;
                self.append_from(at)
            }
            SETITEM => {
                if self.stack.len() < self.fence + 3 {
                    return Err(self.underflow());
                }
                self.set_from(self.stack.len() - 2)
            }
            SETITEMS => {
                let at = self.mark()?;
                self.set_from(at)
            }
            FRAME => self.frame(),
            PROTO => self.protocol(),
            _ => self.step_rare(op),
        }
    }
    /// The number before a text, before bytes or of a memoised object.
    fn size(&mut self, op: u8) -> R<usize> {
        match op {
            BINUNICODE | BINBYTES | LONG_BINGET | LONG_BINPUT => self.word(),
            BINUNICODE8 => self.long("BINUNICODE8"),
            BINBYTES8 => self.long("BINBYTES8"),
            _ => self.byte(),
        }
    }
    fn frame(&mut self) -> R<()> {
        let n = u64::from_le_bytes(self.input.array(self.t, self.u)?);
        if n > i64::MAX as u64 {
            let m = format!(
                "FRAME length exceeds system's maximum of {} bytes",
                i64::MAX
            );
            return Err(errors::overflow_error(self.t, m));
        }
        self.input.frame(self.t, self.u, n as usize)
    }
    fn protocol(&mut self) -> R<()> {
        let n = self.byte()? as i64;
        if n > HIGHEST {
            let m = format!("unsupported pickle protocol: {n}");
            return Err(errors::value_error(self.t, m));
        }
        self.u.proto.set(n);
        Ok(())
    }
    fn step_rare(&mut self, op: u8) -> R<()> {
        let t = self.t;
        match op {
            POP => match self.marks.last() {
                Some(m) if *m == self.stack.len() => self.mark().map(|_| ()),
                _ => self.pop().map(|_| ()),
            },
            POP_MARK => {
                let at = self.mark()?;
                self.cut(at)
            }
            DUP => {
                let v = self.top()?;
                self.push(v)
            }
            INT | LONG | FLOAT | GET | PUT | STRING | UNICODE | PERSID => self.step_text(op),
            LONG1 | LONG4 => self.load_long(op),
            BINSTRING | SHORT_BINSTRING => {
                let n = if op == BINSTRING {
                    self.signed()?
                } else {
                    self.byte()? as i64
                };
                if n < 0 {
                    return Err(bad_pickle(t, "BINSTRING pickle has negative byte count"));
                }
                let b = Bytes::new(self.bytes(n as usize)?).value();
                let v = self.decoded(b)?;
                self.push(v)
            }
            BYTEARRAY8 => {
                let n = self.long("BYTEARRAY8")?;
                let b = ByteArray::new(t, &bytes_methods::zeroed(t, n)?)?;
                self.input.fill(t, self.u, b.value(), n)?;
                self.push(b.value())
            }
            NEXT_BUFFER => self.next_buffer(),
            READONLY_BUFFER => self.readonly_buffer(),
            TUPLE => {
                let v = self.marked()?;
                self.push(v.value())
            }
            LIST => {
                let items = self.marked()?;
                let l = List::from_slice(t, items.items())?;
                self.push(l.value())
            }
            DICT => {
                let items = self.marked()?;
                let d = Dict::new();
                if items.len() % 2 == 1 {
                    return Err(bad_pickle(t, "odd number of items for DICT"));
                }
                for pair in items.items().chunks_exact(2) {
                    d.set(t, pair[0], pair[1])?;
                }
                self.push(d.value())
            }
            FROZENSET => {
                let items = self.marked()?;
                let s = set::from_iterable(t, items.value())?;
                self.push(set::Set::frozen(s).value())
            }
            ADDITEMS => self.add_items(),
            BINPERSID => {
                let id = self.pop()?;
                self.load_persistent(id)
            }
            _ => self.step_object(op),
        }
    }
    /// The opcodes that find, make and fill objects.
    fn step_object(&mut self, op: u8) -> R<()> {
        let t = self.t;
        match op {
            REDUCE => {
                let args = self.pop()?;
                let f = self.pop()?;
                let v = build::reduce(t, f, args)?;
                self.push(v)
            }
            NEWOBJ => build::newobj(self, false),
            NEWOBJ_EX => build::newobj(self, true),
            BUILD => {
                if self.stack.len() < self.fence + 2 {
                    return Err(self.underflow());
                }
                let state = self.pop()?;
                build::set_state(t, self.top()?, state)
            }
            GLOBAL => {
                let v = build::global(self)?;
                self.push(v)
            }
            STACK_GLOBAL => {
                let (name, module) = (self.pop()?, self.pop()?);
                if name.cast_exact::<Str>().is_none() || module.cast_exact::<Str>().is_none() {
                    return Err(bad_pickle(t, "STACK_GLOBAL requires str"));
                }
                let v = build::find(self, module, name)?;
                self.push(v)
            }
            INST => build::inst(self),
            OBJ => build::obj(self),
            EXT1 => {
                let n = self.byte()? as i64;
                build::extension(self, n)
            }
            EXT2 => {
                let n = self.short()? as i64;
                build::extension(self, n)
            }
            EXT4 => {
                let n = self.signed()?;
                build::extension(self, n)
            }
            _ => {
                let m = match op {
                    b'\'' => "invalid load key, '\\''.".to_string(),
                    b'\\' => "invalid load key, '\\\\'.".to_string(),
                    0x20..=0x7e => format!("invalid load key, '{}'.", op as char),
                    _ => format!("invalid load key, '\\x{op:02x}'."),
                };
                Err(bad_pickle(t, m))
            }
        }
    }
    /// The opcodes with a line of text.
    fn step_text(&mut self, op: u8) -> R<()> {
        let t = self.t;
        let line = match op {
            INT | LONG | FLOAT | GET | PUT => self.full_line()?,
            _ => self.line()?,
        };
        match op {
            INT => {
                let v = match &line[..] {
                    b"00" => Value::FALSE,
                    b"01" => Value::TRUE,
                    text => self.parse_int(text)?,
                };
                self.push(v)
            }
            LONG => {
                let v = self.parse_int(line.strip_suffix(b"L").unwrap_or(&line))?;
                self.push(v)
            }
            FLOAT => {
                let x = call::call(
                    t,
                    of_kind(pyjit_runtime::core::kinds::FLOAT).value(),
                    &[Bytes::new(&line).value()],
                )?;
                self.push(x)
            }
            GET => {
                let i = self.parse_int(&line)?;
                match int::to_i64(i) {
                    Some(i) => self.get(i),
                    None => Err(errors::overflow_error(t, "memo index too large")),
                }
            }
            PUT => {
                let i = self.parse_int(&line)?;
                match int::to_i64(i) {
                    Some(i @ 0..0x7fff_ffff) => {
                        let v = self.top()?;
                        memo_put(t, self.u, i as usize, v)
                    }
                    Some(..0) => Err(errors::value_error(t, "negative PUT argument")),
                    _ => Err(errors::memory_error(t)),
                }
            }
            STRING => {
                let inner = match &line[..] {
                    [a, inner @ .., b] if a == b && b"'\"".contains(a) => inner,
                    _ => {
                        let m = "the STRING opcode argument must be quoted";
                        return Err(bad_pickle(t, m));
                    }
                };
                let escape = crate::import::attribute(t, "_codecs", "escape_decode")?;
                let pair = call::call(t, escape, &[Bytes::new(inner).value()])?;
                let bytes = ops::getitem(t, pair, Value::int(0))?;
                let v = self.decoded(bytes)?;
                self.push(v)
            }
            UNICODE => {
                let b = Bytes::new(&line).value();
                let v = decode_text(t, b, "raw-unicode-escape", "strict")?;
                self.push(v)
            }
            _ => {
                if !line.is_ascii() {
                    let m = "persistent IDs in protocol 0 must be ASCII strings";
                    return Err(bad_pickle(t, m));
                }
                let id = Str::from_wtf8(&line).value();
                self.load_persistent(id)
            }
        }
    }
    fn parse_int(&self, text: &[u8]) -> R<Value> {
        let digits = text.trim_ascii();
        let class = of_kind(pyjit_runtime::core::kinds::INT).value();
        call::call(self.t, class, &[Bytes::new(digits).value()]).map_err(|e| {
            if errors::catch(self.t, Exc::ValueError) {
                return errors::value_error(self.t, "could not convert string to int");
            }
            e
        })
    }
    fn load_long(&mut self, op: u8) -> R<()> {
        let n = if op == LONG1 {
            self.byte()? as i64
        } else {
            self.signed()?
        };
        if n < 0 {
            let m = "LONG pickle has negative byte count";
            return Err(bad_pickle(self.t, m));
        }
        let t = self.t;
        let big = bigint::from_bytes(self.bytes(n as usize)?, Endian::Little, true);
        let v = int::result(t, big)?;
        self.push(v)
    }
    fn get(&mut self, i: i64) -> R<()> {
        let l = self.u.memo_list();
        let found = usize::try_from(i).ok().filter(|i| *i < l.len());
        match found.and_then(|i| l.get(i).opt()) {
            Some(v) => self.push(v),
            None => {
                let m = format!("Memo value not found at index {i}");
                Err(bad_pickle(self.t, m))
            }
        }
    }
    /// Strings of Python 2, which were bytes.
    fn decoded(&self, bytes: Value) -> R<Value> {
        let text = |v: Value| {
            v.cast::<Str>()
                .map_or(String::new(), |s| s.lossy().into_owned())
        };
        let encoding = text(self.u.encoding.get());
        match &encoding[..] {
            "bytes" => Ok(bytes),
            _ => decode_text(self.t, bytes, &encoding, &text(self.u.errors.get())),
        }
    }
    fn load_persistent(&mut self, id: Value) -> R<()> {
        let Some(f) = self.persistent else {
            let m = "A load persistent id instruction was encountered, but no persistent_load function was specified.";
            return Err(bad_pickle(self.t, m));
        };
        let v = call::call(self.t, f, &[id])?;
        self.push(v)
    }
    fn next_buffer(&mut self) -> R<()> {
        let t = self.t;
        let Some(buffers) = self.u.buffers.get().opt() else {
            let m = "pickle stream refers to out-of-band data but no *buffers* argument was given";
            return Err(bad_pickle(t, m));
        };
        match ops::next(t, buffers)? {
            Some(v) => self.push(v),
            None => Err(bad_pickle(t, "not enough out-of-band buffers")),
        }
    }
    fn readonly_buffer(&mut self) -> R<()> {
        let t = self.t;
        let v = self.top()?;
        let m: Gc<MemoryView> = memoryview::from_object(t, v, buffer::request::FULL_RO)?;
        if m.readonly() {
            return memoryview::release(t, m);
        }
        let mut parts = m.parts();
        parts.readonly = true;
        let only = MemoryView::new(t, parts)?;
        memoryview::release(t, m)?;
        self.set_top(only.value());
        Ok(())
    }
    /// The items from `at` on go to the list below them.
    fn append_from(&mut self, at: usize) -> R<()> {
        let t = self.t;
        if at <= self.fence {
            return Err(self.underflow());
        }
        if at == self.stack.len() {
            return Ok(());
        }
        let list = self.stack.get(at - 1);
        if let Some(l) = list.cast_exact::<List>() {
            l.extend(t, &self.stack.items()[at..])?;
            return self.cut(at);
        }
        let items = List::from_slice(t, &self.stack.items()[at..])?;
        self.cut(at)?;
        if let Some(extend) = attr::get_opt(t, list, intern("extend"))? {
            call::call(t, extend, &[items.value()])?;
            return Ok(());
        }
        let append = attr::get(t, list, intern("append"))?;
        for i in 0..items.len() {
            call::call(t, append, &[items.get(i)])?;
        }
        Ok(())
    }
    /// The pairs from `at` on go to the mapping below them.
    fn set_from(&mut self, at: usize) -> R<()> {
        let t = self.t;
        let n = self.stack.len() - at;
        if at <= self.fence {
            return Err(self.underflow());
        }
        if n == 0 {
            return Ok(());
        }
        if n % 2 == 1 {
            return Err(bad_pickle(t, "odd number of items for SETITEMS"));
        }
        let d = self.stack.get(at - 1);
        let exact = d.cast_exact::<Dict>();
        for i in (at..at + n).step_by(2) {
            let (k, v) = (self.stack.get(i), self.stack.get(i + 1));
            match exact {
                Some(d) => d.set(t, k, v)?,
                None => ops::setitem(t, d, k, v)?,
            }
        }
        self.cut(at)
    }
    fn add_items(&mut self) -> R<()> {
        let t = self.t;
        let at = self.mark()?;
        if at <= self.fence {
            return Err(self.underflow());
        }
        if at == self.stack.len() {
            return Ok(());
        }
        let target = self.stack.get(at - 1);
        let items = Tuple::new(&self.stack.items()[at..]);
        self.cut(at)?;
        if let Some(s) = set::any_set(target).filter(|_| !set::is_frozen(target)) {
            return set::update(t, s, items.value());
        }
        let add = attr::get(t, target, intern("add"))?;
        for v in items.items() {
            call::call(t, add, &[*v])?;
        }
        Ok(())
    }
}
