//! Writing a pickle: output, frames, and the builtin types.

use std::collections::HashSet;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::bigint::{self, Endian};
use pyjit_runtime::core::native::NativeObject;
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::fmt::push_float_repr;
use pyjit_runtime::types::bytes::{ByteArray, Bytes};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::set::{self, Set};
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{class_of, of_kind};
use pyjit_runtime::types::{float, int, int_methods};
use pyjit_runtime::unicode::wtf8;
use pyjit_runtime::{R, Raised, Thread};

use super::buffer::{self, PickleBuffer};
use super::opcodes::*;
use super::pickler::{CLASS, P};
use super::{cannot_pickle, kind_of, memo};

const FRAME_TARGET: usize = 64 * 1024;
const FRAME_MIN: usize = 4;
const FRAME_HEADER: usize = 9;
/// Items of one `APPENDS`, `SETITEMS` or `ADDITEMS`.
const BATCH: usize = 1000;
/// Nesting at which the pickler without a memo begins to look for cycles.
const FAST_NESTING: usize = 50;

/// A pickle in the making.
pub struct Saver<'t> {
    pub t: &'t Thread,
    pub p: P,
    out: Vec<u8>,
    framing: bool,
    frame: Option<usize>,
    pub proto: i64,
    pub bin: bool,
    persistent: Option<Value>,
    override_: Option<Value>,
    /// The pickler's own dispatch table.
    pub table: Option<Value>,
    nesting: usize,
    /// Addresses of the containers being written without a memo.
    open: HashSet<u64>,
}

impl<'t> Saver<'t> {
    pub fn new(t: &'t Thread, p: P) -> R<Saver<'t>> {
        let exact = class_of(p.value()) == of_kind(486);
        let own = p.persistent.get().opt();
        let mut override_ = None;
        let mut table = p.dispatch_table.get().opt();
        let mut persistent = own;
        if !exact {
            table = attr::get_opt(t, p.value(), intern("dispatch_table"))?;
            override_ = attr::get_opt(t, p.value(), intern("reducer_override"))?;
            if own.is_none() {
                let f = attr::get_opt(t, p.value(), intern("persistent_id"))?;
                let default = CLASS.methods.iter().find(|m| m.name == "persistent_id");
                persistent = f.filter(|f| match (NativeObject::of(*f), default) {
                    (Some(f), Some(d)) => !std::ptr::eq(f.def(), d),
                    _ => true,
                });
            }
        }
        Ok(Saver {
            t,
            p,
            out: Vec::new(),
            framing: false,
            frame: None,
            proto: p.proto.get(),
            bin: p.bin.get() != 0,
            persistent,
            override_,
            table,
            nesting: 0,
            open: HashSet::new(),
        })
    }
    /// Writes the whole pickle of `v`; what was not given to the file.
    pub fn dump(mut self, v: Value) -> R<Vec<u8>> {
        if self.proto >= 2 {
            self.add(&[PROTO, self.proto as u8]);
            self.framing = self.proto >= 4;
        }
        self.save(v)?;
        self.op(STOP);
        self.end_frame();
        self.flush()?;
        Ok(self.out)
    }

    // Output.

    fn open_frame(&mut self) {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.out.len());
            self.out.extend_from_slice(&[0; FRAME_HEADER]);
        }
    }
    #[inline]
    pub fn add(&mut self, bytes: &[u8]) {
        self.open_frame();
        self.out.extend_from_slice(bytes);
    }
    #[inline]
    pub fn op(&mut self, op: u8) {
        self.open_frame();
        self.out.push(op);
    }
    fn end_frame(&mut self) {
        let Some(start) = self.frame.take() else {
            return;
        };
        let body = self.out.len() - start - FRAME_HEADER;
        if body < FRAME_MIN {
            self.out.drain(start..start + FRAME_HEADER);
            return;
        }
        self.out[start] = FRAME;
        self.out[start + 1..start + FRAME_HEADER].copy_from_slice(&(body as u64).to_le_bytes());
    }
    fn flush(&mut self) -> R<()> {
        if self.p.write.is_set() {
            let bytes = Bytes::new(&self.out);
            self.out.clear();
            call::call(self.t, self.p.write.get(), &[bytes.value()])?;
        }
        Ok(())
    }
    /// Between two opcodes a frame that is large enough ends.
    fn boundary(&mut self) -> R<()> {
        match self.frame {
            Some(start) if self.out.len() - start - FRAME_HEADER >= FRAME_TARGET => {
                self.end_frame();
                self.flush()
            }
            _ => Ok(()),
        }
    }
    /// Large data stand outside of frames, and reach a file uncopied.
    fn add_data(&mut self, header: &[u8], data: &[u8], whole: Option<Value>) -> R<()> {
        if data.len() < FRAME_TARGET {
            self.add(header);
            self.add(data);
            return Ok(());
        }
        self.end_frame();
        let framing = std::mem::replace(&mut self.framing, false);
        self.add(header);
        if self.p.write.is_set() {
            self.flush()?;
            let payload = whole.unwrap_or_else(|| Bytes::new(data).value());
            call::call(self.t, self.p.write.get(), &[payload])?;
        } else {
            self.add(data);
        }
        self.framing = framing;
        Ok(())
    }

    // The memo.

    /// Writes a reference to object `number`.
    pub fn reference(&mut self, number: u64) {
        if !self.bin {
            self.add(format!("g{number}\n").as_bytes());
        } else if number < 256 {
            self.add(&[BINGET, number as u8]);
        } else {
            self.op(LONG_BINGET);
            self.add(&(number as u32).to_le_bytes());
        }
    }
    /// The number of `v`, if it was written.
    pub fn known(&self, v: Value) -> Option<u64> {
        memo::get(self.p, v)
    }
    pub fn memoize(&mut self, v: Value) -> R<()> {
        if self.p.fast.get() != 0 {
            return Ok(());
        }
        let number = self.p.memo_len.get() as u64;
        memo::put(self.t, self.p, v, number)?;
        if self.proto >= 4 {
            self.op(MEMOIZE);
        } else if !self.bin {
            self.add(format!("p{number}\n").as_bytes());
        } else if number < 256 {
            self.add(&[BINPUT, number as u8]);
        } else {
            self.op(LONG_BINPUT);
            self.add(&(number as u32).to_le_bytes());
        }
        Ok(())
    }

    // Objects.

    /// Tells in an exception's notes what was being written.
    pub fn noted(&self, r: R<()>, of: Value, what: impl FnOnce() -> String) -> R<()> {
        r.map_err(|e| self.note(e, of, what()))
    }
    #[cold]
    pub fn note(&self, e: Raised, of: Value, what: String) -> Raised {
        let pending = self.t.take_exception();
        let text = format!("when serializing {} {what}", kind_of(self.t, of));
        let note = Str::new(&text).value();
        match call::call_attr(self.t, pending, "add_note", &[note]) {
            Ok(_) => self.t.set_exception(pending),
            Err(_) => e,
        }
    }
    pub fn save(&mut self, v: Value) -> R<()> {
        self.save_with(v, true)
    }
    fn save_with(&mut self, v: Value, persistent: bool) -> R<()> {
        self.boundary()?;
        if persistent && let Some(f) = self.persistent {
            let id = call::call(self.t, f, &[v])?;
            if !id.is_none() {
                return self.save_persistent(id);
            }
        }
        if self.save_atom(v)? {
            return Ok(());
        }
        if let Some(n) = self.known(v) {
            self.reference(n);
            return Ok(());
        }
        if let Some(s) = v.cast_exact::<Str>() {
            return self.save_str(s);
        }
        if let Some(b) = v.cast_exact::<Bytes>() {
            return self.save_bytes(b);
        }
        call::enter_native(self.t, " while pickling an object")?;
        let kind = class_of(v);
        if kind == of_kind(kinds::DICT) {
            self.save_dict(Gc::from_value(v))
        } else if kind == of_kind(kinds::LIST) {
            self.save_list(Gc::from_value(v))
        } else if kind == of_kind(kinds::TUPLE) {
            self.save_tuple(Gc::from_value(v))
        } else if kind == of_kind(kinds::SET) {
            self.save_set(v)
        } else if kind == of_kind(kinds::FROZENSET) {
            self.save_frozenset(v)
        } else if kind == of_kind(kinds::BYTEARRAY) {
            self.save_bytearray(Gc::from_value(v))
        } else if kind == of_kind(488) {
            self.save_buffer(Gc::from_value(v))
        } else {
            self.save_other(v, self.override_)
        }
    }
    fn save_persistent(&mut self, id: Value) -> R<()> {
        if self.bin {
            self.save_with(id, false)?;
            self.op(BINPERSID);
            return Ok(());
        }
        let s = ops::str(self.t, id)?;
        if !s.is_ascii() {
            let m = "persistent IDs in protocol 0 must be ASCII strings";
            return Err(cannot_pickle(self.t, m));
        }
        self.op(PERSID);
        self.add(s.bytes());
        self.op(b'\n');
        Ok(())
    }
    /// Objects that no memo needs; was it one?
    fn save_atom(&mut self, v: Value) -> R<bool> {
        if v.is_none() {
            self.op(NONE);
        } else if v == Value::TRUE || v == Value::FALSE {
            let yes = v == Value::TRUE;
            match self.proto >= 2 {
                true => self.op(if yes { NEWTRUE } else { NEWFALSE }),
                false => self.add(if yes { b"I01\n" } else { b"I00\n" }),
            }
        } else if v.is_int() || class_of(v) == of_kind(kinds::INT) {
            self.save_int(v)?;
        } else if class_of(v) == of_kind(kinds::FLOAT)
            && let Some(x) = float::get(v)
        {
            if self.bin {
                self.op(BINFLOAT);
                self.add(&x.to_be_bytes());
            } else {
                let mut text = vec![FLOAT];
                push_float_repr(&mut text, x);
                text.push(b'\n');
                self.add(&text);
            }
        } else {
            return Ok(false);
        }
        Ok(true)
    }
    fn save_int(&mut self, v: Value) -> R<()> {
        let small = int::to_i64(v).and_then(|i| i32::try_from(i).ok());
        match small {
            Some(i) if !self.bin => self.add(format!("I{i}\n").as_bytes()),
            Some(i @ 0..=0xff) => self.add(&[BININT1, i as u8]),
            Some(i @ 0..=0xffff) => self.add(&[BININT2, i as u8, (i >> 8) as u8]),
            Some(i) => {
                self.op(BININT);
                self.add(&i.to_le_bytes());
            }
            None if self.proto >= 2 => return self.save_long(v),
            None => {
                let text = int_methods::text(self.t, v)?;
                self.op(LONG);
                self.add(text.bytes());
                self.add(b"L\n");
            }
        }
        Ok(())
    }
    fn save_long(&mut self, v: Value) -> R<()> {
        let Some(n) = int::operand(v) else {
            return Err(errors::system_error(self.t, "not an int"));
        };
        let mut bytes = vec![0; (bigint::bit_length(n.as_ref()) / 8 + 1) as usize];
        bigint::to_bytes(n.as_ref(), &mut bytes, Endian::Little, true)
            .map_err(|e| int::raise(self.t, e))?;
        if let [.., before, 0xff] = *bytes
            && before & 0x80 != 0
        {
            bytes.pop();
        }
        match u8::try_from(bytes.len()) {
            Ok(n) => self.add(&[LONG1, n]),
            Err(_) => {
                self.op(LONG4);
                self.add(&(bytes.len() as u32).to_le_bytes());
            }
        }
        self.add(&bytes);
        Ok(())
    }
    fn save_str(&mut self, s: Gc<Str>) -> R<()> {
        if !self.bin {
            let mut text = vec![UNICODE];
            push_raw_escaped(&mut text, s.bytes());
            text.push(b'\n');
            self.add(&text);
            return self.memoize(s.value());
        }
        let b = s.bytes();
        let mut head = Vec::with_capacity(9);
        match b.len() {
            n if n <= 0xff && self.proto >= 4 => head.extend([SHORT_BINUNICODE, n as u8]),
            n if n > u32::MAX as usize => {
                if self.proto < 4 {
                    let m = "serializing a string larger than 4 GiB requires pickle protocol 4 or higher";
                    return Err(errors::overflow_error(self.t, m));
                }
                head.push(BINUNICODE8);
                head.extend((n as u64).to_le_bytes());
            }
            n => {
                head.push(BINUNICODE);
                head.extend((n as u32).to_le_bytes());
            }
        }
        self.add_data(&head, b, None)?;
        self.memoize(s.value())
    }
    fn add_bytes(&mut self, b: &[u8], whole: Option<Value>) -> R<()> {
        let mut head = Vec::with_capacity(9);
        match b.len() {
            n if n <= 0xff => head.extend([SHORT_BINBYTES, n as u8]),
            n if n > u32::MAX as usize => {
                if self.proto < 4 {
                    let m = "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher";
                    return Err(errors::overflow_error(self.t, m));
                }
                head.push(BINBYTES8);
                head.extend((n as u64).to_le_bytes());
            }
            n => {
                head.push(BINBYTES);
                head.extend((n as u32).to_le_bytes());
            }
        }
        self.add_data(&head, b, whole)
    }
    fn save_bytes(&mut self, b: Gc<Bytes>) -> R<()> {
        if self.proto >= 3 {
            self.add_bytes(b.bytes(), Some(b.value()))?;
            return self.memoize(b.value());
        }
        if b.is_empty() {
            let rv = [of_kind(kinds::BYTES).value(), Tuple::new(&[]).value()];
            return self.save_reduce(&rv, Some(b.value()));
        }
        let encode = crate::import::attribute(self.t, "codecs", "encode")?;
        let mut text = Vec::with_capacity(b.len());
        b.bytes()
            .iter()
            .for_each(|c| wtf8::push(&mut text, u32::from(*c)));
        let args = Tuple::new(&[Str::from_wtf8(&text).value(), intern("latin1").value()]);
        self.save_reduce(&[encode, args.value()], Some(b.value()))
    }
    fn add_bytearray(&mut self, b: &[u8], whole: Option<Value>) -> R<()> {
        let mut head = vec![BYTEARRAY8];
        head.extend((b.len() as u64).to_le_bytes());
        self.add_data(&head, b, whole)
    }
    fn save_bytearray(&mut self, b: Gc<ByteArray>) -> R<()> {
        if self.proto >= 5 {
            self.add_bytearray(b.bytes(), Some(b.value()))?;
            return self.memoize(b.value());
        }
        let args = match b.bytes() {
            [] => Tuple::new(&[]),
            bytes => Tuple::new(&[Bytes::new(bytes).value()]),
        };
        let rv = [of_kind(kinds::BYTEARRAY).value(), args.value()];
        self.save_reduce(&rv, Some(b.value()))
    }
    fn save_buffer(&mut self, b: Gc<PickleBuffer>) -> R<()> {
        let t = self.t;
        if self.proto < 5 {
            let m = "PickleBuffer can only be pickled with protocol >= 5";
            return Err(cannot_pickle(t, m));
        }
        let m = buffer::view(t, b)?;
        let Some(order) = buffer::order(m) else {
            let m = "PickleBuffer can not be pickled when pointing to a non-contiguous buffer";
            return Err(cannot_pickle(t, m));
        };
        let in_band = match self.p.buffer_callback.get().opt() {
            Some(f) => {
                let r = call::call(t, f, &[b.value()])?;
                ops::truth(t, r)?
            }
            None => true,
        };
        if in_band {
            let bytes = m.to_vec(order);
            match m.readonly() {
                true => self.add_bytes(&bytes, None)?,
                false => self.add_bytearray(&bytes, None)?,
            }
            return self.memoize(b.value());
        }
        self.op(NEXT_BUFFER);
        if m.readonly() {
            self.op(READONLY_BUFFER);
        }
        Ok(())
    }

    // Containers.

    /// Before a container's items are written without a memo.
    fn enter(&mut self, v: Value) -> R<()> {
        if self.p.fast.get() == 0 {
            return Ok(());
        }
        self.nesting += 1;
        if self.nesting >= FAST_NESTING && !self.open.insert(v.0) {
            let m = format!(
                "fast mode: can't pickle cyclic objects including object type {} at 0x{:x}",
                kind_of(self.t, v),
                v.0
            );
            return Err(errors::value_error(self.t, m));
        }
        Ok(())
    }
    fn leave(&mut self, v: Value) {
        if self.p.fast.get() != 0 && self.nesting > 0 {
            self.nesting -= 1;
            self.open.remove(&v.0);
        }
    }
    fn save_tuple(&mut self, p: Gc<Tuple>) -> R<()> {
        let (v, n) = (p.value(), p.len());
        if n == 0 {
            match self.bin {
                true => self.op(EMPTY_TUPLE),
                false => self.add(&[MARK, TUPLE]),
            }
            return Ok(());
        }
        let short = n <= 3 && self.proto >= 2;
        if !short {
            self.op(MARK);
        }
        for (i, x) in p.items().iter().enumerate() {
            let r = self.save(*x);
            self.noted(r, v, || format!("item {i}"))?;
        }
        // A tuple that its items contain has been written by now.
        if let Some(number) = self.known(v) {
            match (short, self.bin) {
                (false, true) => self.op(POP_MARK),
                _ => (0..n + usize::from(!short)).for_each(|_| self.op(POP)),
            }
            self.reference(number);
            return Ok(());
        }
        self.op(match (short, n) {
            (true, 1) => TUPLE1,
            (true, 2) => TUPLE2,
            (true, _) => TUPLE3,
            _ => TUPLE,
        });
        self.memoize(v)
    }
    fn save_list(&mut self, l: Gc<List>) -> R<()> {
        let v = l.value();
        self.enter(v)?;
        match self.bin {
            true => self.op(EMPTY_LIST),
            false => self.add(&[MARK, LIST]),
        }
        self.memoize(v)?;
        if !self.bin || l.len() == 1 {
            let mut i = 0;
            while i < l.len() {
                let r = self.save(l.get(i));
                self.noted(r, v, || format!("item {i}"))?;
                self.op(APPEND);
                i += 1;
            }
        } else {
            let mut i = 0;
            while i < l.len() {
                self.op(MARK);
                let end = i + BATCH;
                while i < l.len().min(end) {
                    let r = self.save(l.get(i));
                    self.noted(r, v, || format!("item {i}"))?;
                    i += 1;
                }
                self.op(APPENDS);
            }
        }
        self.leave(v);
        Ok(())
    }
    /// The value of an item of mapping `of`.
    fn save_value(&mut self, of: Value, key: Value, x: Value) -> R<()> {
        self.save(x).map_err(|e| {
            let pending = self.t.take_exception();
            let shown = ops::repr(self.t, key);
            match shown {
                Ok(shown) => {
                    self.t.set_exception(pending);
                    self.note(e, of, format!("item {}", shown.lossy()))
                }
                Err(e) => e,
            }
        })
    }
    fn save_dict(&mut self, d: Gc<Dict>) -> R<()> {
        let v = d.value();
        self.enter(v)?;
        match self.bin {
            true => self.op(EMPTY_DICT),
            false => self.add(&[MARK, DICT]),
        }
        self.memoize(v)?;
        let n = d.len();
        let single = !self.bin || n == 1;
        let (mut i, mut batch) = (0, 0);
        while i < d.used() {
            let Some((key, x)) = d.entry(i) else {
                i += 1;
                continue;
            };
            i += 1;
            if !single && batch == 0 {
                self.op(MARK);
            }
            batch += 1;
            self.save(key)?;
            self.save_value(v, key, x)?;
            if d.len() != n {
                let m = "dictionary changed size during iteration";
                return Err(errors::runtime_error(self.t, m));
            }
            if single {
                self.op(SETITEM);
            } else if batch == BATCH {
                self.op(SETITEMS);
                batch = 0;
            }
        }
        if !single && batch > 0 {
            self.op(SETITEMS);
        }
        self.leave(v);
        Ok(())
    }
    fn items_of(&self, v: Value) -> R<Gc<List>> {
        let items = List::new();
        if let Some(s) = set::any_set(v) {
            for (x, _) in s.iter() {
                items.push(self.t, x)?;
            }
        }
        Ok(items)
    }
    fn save_set(&mut self, v: Value) -> R<()> {
        let items = self.items_of(v)?;
        if self.proto < 4 {
            let rv = [
                of_kind(kinds::SET).value(),
                Tuple::new(&[items.value()]).value(),
            ];
            return self.save_reduce(&rv, Some(v));
        }
        self.op(EMPTY_SET);
        self.memoize(v)?;
        let s: Gc<Set> = Gc::from_value(v);
        let mut i = 0;
        while i < items.len() {
            self.op(MARK);
            let end = items.len().min(i + BATCH);
            while i < end {
                let r = self.save(items.get(i));
                self.noted(r, v, || "element".into())?;
                if s.len() != items.len() {
                    let m = "set changed size during iteration";
                    return Err(errors::runtime_error(self.t, m));
                }
                i += 1;
            }
            self.op(ADDITEMS);
        }
        Ok(())
    }
    fn save_frozenset(&mut self, v: Value) -> R<()> {
        let items = self.items_of(v)?;
        if self.proto < 4 {
            let rv = [
                of_kind(kinds::FROZENSET).value(),
                Tuple::new(&[items.value()]).value(),
            ];
            return self.save_reduce(&rv, Some(v));
        }
        self.op(MARK);
        for i in 0..items.len() {
            let r = self.save(items.get(i));
            self.noted(r, v, || "element".into())?;
        }
        if let Some(number) = self.known(v) {
            self.op(POP_MARK);
            self.reference(number);
            return Ok(());
        }
        self.op(FROZENSET);
        self.memoize(v)
    }
    /// The items that an iterator gives, as `APPENDS`.
    pub fn save_appends(&mut self, items: Value, of: Value) -> R<()> {
        let mut i = 0;
        let mut next = self.next_of(items)?;
        while let Some(first) = next {
            next = self.next_of(items)?;
            let many = self.bin && next.is_some();
            if many {
                self.op(MARK);
            }
            let r = self.save(first);
            self.noted(r, of, || format!("item {i}"))?;
            i += 1;
            let mut n = 1;
            while many
                && n < BATCH
                && let Some(x) = next
            {
                let r = self.save(x);
                self.noted(r, of, || format!("item {i}"))?;
                (i, n) = (i + 1, n + 1);
                next = self.next_of(items)?;
            }
            self.op(if many { APPENDS } else { APPEND });
        }
        Ok(())
    }
    fn next_of(&self, iterator: Value) -> R<Option<Value>> {
        ops::next(self.t, iterator)
    }
    fn pair(&self, v: Value) -> R<(Value, Value)> {
        match v.cast::<Tuple>().as_ref().map(|p| p.items()) {
            Some(&[k, x]) => Ok((k, x)),
            _ => {
                let m = "dict items iterator must return 2-tuples";
                Err(errors::type_error(self.t, m))
            }
        }
    }
    /// The pairs that an iterator gives, as `SETITEMS`.
    pub fn save_setitems(&mut self, items: Value, of: Value) -> R<()> {
        let mut next = self.next_of(items)?;
        while let Some(first) = next {
            let (k, x) = self.pair(first)?;
            next = self.next_of(items)?;
            let many = self.bin && next.is_some();
            if many {
                self.op(MARK);
            }
            self.save(k)?;
            self.save_value(of, k, x)?;
            let mut n = 1;
            while many
                && n < BATCH
                && let Some(p) = next
            {
                let (k, x) = self.pair(p)?;
                self.save(k)?;
                self.save_value(of, k, x)?;
                n += 1;
                next = self.next_of(items)?;
            }
            self.op(if many { SETITEMS } else { SETITEM });
        }
        Ok(())
    }
}

/// Text as `UNICODE` has it: Latin-1 with escapes.
fn push_raw_escaped(out: &mut Vec<u8>, text: &[u8]) {
    for c in wtf8::code_points(text) {
        match c {
            0 | 10 | 13 | 26 | 92 => out.extend(format!("\\u{c:04x}").bytes()),
            0x1_0000.. => out.extend(format!("\\U{c:08x}").bytes()),
            0x100.. => out.extend(format!("\\u{c:04x}").bytes()),
            _ => out.push(c as u8),
        }
    }
}
