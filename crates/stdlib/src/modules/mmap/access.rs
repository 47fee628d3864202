//! Reading, writing and searching the bytes of a mapping.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::slice::{self, Slice};
use pyjit_runtime::types::{bytes_common, int, type_};
use pyjit_runtime::{R, Thread};

use super::{ACCESS_READ, M, Mmap, open};

/// The mapping, which must be open and writable.
fn writable(t: &Thread, m: M) -> R<M> {
    open(t, m)?;
    if m.access.get() == ACCESS_READ {
        let m = "mmap can't modify a readonly memory map.";
        return Err(errors::type_error(t, m));
    }
    Ok(m)
}
impl Mmap {
    fn rest(&self) -> usize {
        self.len.get().saturating_sub(self.pos.get())
    }
    fn part(&self, from: usize, len: usize) -> Gc<Bytes> {
        Bytes::new(self.memory().window(from, len).bytes())
    }
}

pub fn len(t: &Thread, this: M) -> R<usize> {
    open(t, this).map(|m| m.len.get())
}
fn is_index(v: Value) -> bool {
    let index = pyjit_runtime::core::special::Special::Index;
    int::is_int(v) || type_::class_of(v).special(index).is_some()
}
/// The position that an index means.
fn position(t: &Thread, this: M, key: Value) -> R<usize> {
    if !is_index(key) {
        return Err(errors::type_error(t, "mmap indices must be integers"));
    }
    let i = ops::index(t, key)?;
    open(t, this)?;
    let len = this.len.get() as i64;
    int::to_i64(i)
        .map(|i| if i < 0 { i + len } else { i })
        .filter(|i| (0..len).contains(i))
        .map(|i| i as usize)
        .ok_or_else(|| errors::index_error(t, "mmap index out of range"))
}
pub fn getitem(t: &Thread, this: M, key: Value) -> R<Value> {
    open(t, this)?;
    if let Some(s) = key.cast::<Slice>() {
        let bounds = slice::unpack(t, s)?;
        open(t, this)?;
        let (span, memory) = (bounds.on(this.len.get()), this.memory());
        let data: Vec<u8> = match span.step {
            1 => return Ok(this.part(span.start as usize, span.count).value()),
            _ => span.indices().map(|i| memory.bytes()[i]).collect(),
        };
        return Ok(Bytes::new(&data).value());
    }
    let at = position(t, this, key)?;
    Ok(Value::int(i64::from(this.memory().bytes()[at])))
}
pub fn setitem(t: &Thread, this: M, key: Value, value: Value) -> R<()> {
    writable(t, this)?;
    if let Some(s) = key.cast::<Slice>() {
        let bounds = slice::unpack(t, s)?;
        let data = buffer::bytes(t, value)?;
        open(t, this)?;
        let span = bounds.on(this.len.get());
        if data.len() != span.count {
            return Err(errors::index_error(
                t,
                "mmap slice assignment is wrong size",
            ));
        }
        let data = data.to_vec();
        let memory = this.memory();
        for (i, b) in span.indices().zip(data) {
            memory.bytes_mut()[i] = b;
        }
        return Ok(());
    }
    let at = position(t, this, key)?;
    if !is_index(value) {
        return Err(errors::type_error(t, "mmap item value must be an int"));
    }
    let v = int::to_i64(ops::index(t, value)?);
    let Some(b) = v.and_then(|v| u8::try_from(v).ok()) else {
        let m = "mmap item value must be in range(0, 256)";
        return Err(errors::value_error(t, m));
    };
    open(t, this)?;
    match this.memory().bytes_mut().get_mut(at) {
        Some(place) => *place = b,
        None => return Err(errors::index_error(t, "mmap index out of range")),
    }
    Ok(())
}
pub fn delitem(t: &Thread, this: M, _key: Value) -> R<()> {
    writable(t, this)?;
    let m = "mmap object doesn't support item deletion";
    Err(errors::type_error(t, m))
}

fn search(t: &Thread, this: M, what: Value, bounds: [Option<Value>; 2], last: bool) -> R<i64> {
    open(t, this)?;
    let what = buffer::bytes(t, what)?;
    let [start, end] = bounds.map(|v| v.filter(|v| !v.is_none()));
    let len = this.len.get();
    let start = slice::clamp_bound(t, start, this.pos.get(), len)?;
    let end = slice::clamp_bound(t, end, len, len)?;
    open(t, this)?;
    let memory = this.memory().window(start, end.saturating_sub(start));
    let (text, what) = (memory.bytes(), &what[..]);
    if end < start {
        return Ok(-1);
    }
    let found = match last {
        true => memchr::memmem::rfind(text, what),
        false => memchr::memmem::find(text, what),
    };
    Ok(found.map_or(-1, |i| (i + start) as i64))
}
pub fn find(t: &Thread, this: M, what: Value, start: Option<Value>, end: Option<Value>) -> R<i64> {
    search(t, this, what, [start, end], false)
}
pub fn rfind(t: &Thread, this: M, what: Value, start: Option<Value>, end: Option<Value>) -> R<i64> {
    search(t, this, what, [start, end], true)
}

pub fn copy_within(t: &Thread, this: M, to: i64, from: i64, count: i64) -> R<()> {
    writable(t, this)?;
    let len = this.len.get() as i64;
    let fits = |at: i64| at >= 0 && count >= 0 && len - at >= count;
    if !fits(to) || !fits(from) {
        let m = "source, destination, or count out of range";
        return Err(errors::value_error(t, m));
    }
    let (from, to, count) = (from as usize, to as usize, count as usize);
    this.memory()
        .bytes_mut()
        .copy_within(from..from + count, to);
    Ok(())
}
pub fn read(t: &Thread, this: M, n: Option<Value>) -> R<Gc<Bytes>> {
    open(t, this)?;
    let n = match n.filter(|n| !n.is_none()) {
        None => -1,
        Some(n) if is_index(n) => ops::index_i64(t, n)?,
        Some(n) => {
            let name = type_::type_name(n);
            let m = format!("argument should be integer or None, not '{name}'");
            return Err(errors::type_error(t, m));
        }
    };
    open(t, this)?;
    let rest = this.rest();
    let n = usize::try_from(n).map_or(rest, |n| n.min(rest));
    let b = this.part(this.pos.get(), n);
    this.pos.set(this.pos.get() + n);
    Ok(b)
}
pub fn read_byte(t: &Thread, this: M) -> R<i64> {
    open(t, this)?;
    if this.rest() == 0 {
        return Err(errors::value_error(t, "read byte out of range"));
    }
    let b = this.memory().bytes()[this.pos.get()];
    this.pos.set(this.pos.get() + 1);
    Ok(i64::from(b))
}
pub fn readline(t: &Thread, this: M) -> R<Gc<Bytes>> {
    open(t, this)?;
    let memory = this.memory().window(this.pos.get(), this.rest());
    let text = memory.bytes();
    let n = memchr::memchr(b'\n', text).map_or(text.len(), |i| i + 1);
    let b = Bytes::new(&text[..n]);
    this.pos.set(this.pos.get() + n);
    Ok(b)
}
pub fn seek(t: &Thread, this: M, distance: i64, whence: Option<i64>) -> R<i64> {
    open(t, this)?;
    let base = match whence.unwrap_or(0) {
        0 => 0,
        1 => this.pos.get() as i64,
        2 => this.len.get() as i64,
        _ => return Err(errors::value_error(t, "unknown seek type")),
    };
    let to = base.checked_add(distance);
    match to.filter(|to| (0..=this.len.get() as i64).contains(to)) {
        Some(to) => {
            this.pos.set(to as usize);
            Ok(to)
        }
        None => Err(errors::value_error(t, "seek out of range")),
    }
}
pub fn seekable(_t: &Thread, _this: M) -> bool {
    true
}
pub fn tell(t: &Thread, this: M) -> R<usize> {
    open(t, this).map(|m| m.pos.get())
}
pub fn write(t: &Thread, this: M, data: Value) -> R<usize> {
    open(t, this)?;
    let data = buffer::bytes(t, data)?.to_vec();
    writable(t, this)?;
    if this.rest() < data.len() {
        return Err(errors::value_error(t, "data out of range"));
    }
    let at = this.pos.get();
    this.memory().bytes_mut()[at..at + data.len()].copy_from_slice(&data);
    this.pos.set(at + data.len());
    Ok(data.len())
}
pub fn write_byte(t: &Thread, this: M, byte: Value) -> R<()> {
    let b = bytes_common::byte(t, byte)?;
    writable(t, this)?;
    if this.rest() == 0 {
        return Err(errors::value_error(t, "write byte out of range"));
    }
    let at = this.pos.get();
    this.memory().bytes_mut()[at] = b;
    this.pos.set(at + 1);
    Ok(())
}
