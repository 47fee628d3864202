//! Reading. Bytes may come from anywhere: whatever they say ends in a value or an exception.

use pyjit_heap::{Gc, RootVec, Value};
use pyjit_runtime::bigint::{self, Endian};
use pyjit_runtime::core::errors;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::set::Set;
use pyjit_runtime::types::slice::Slice;
use pyjit_runtime::types::str_::{Str, intern_str};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::{complex, float, int};
use pyjit_runtime::{R, Raised, Thread};

use super::{DIGIT, MAX_DEPTH, tag};
use crate::modules::pickle::load::utf8;

struct Reader<'a> {
    t: &'a Thread,
    data: &'a [u8],
    at: usize,
    allow_code: bool,
    depth: usize,
    /// What may be referred to, by number; absent while it is being read.
    refs: RootVec,
}

/// The first value in `data`, and how many bytes it takes.
pub fn value(t: &Thread, data: &[u8], allow_code: bool) -> R<(Value, usize)> {
    let mut r = Reader {
        t,
        data,
        at: 0,
        allow_code,
        depth: 0,
        refs: RootVec::new(),
    };
    match r.item()? {
        Some(v) => Ok((v, r.at)),
        None => Err(errors::type_error(
            t,
            "NULL object in marshal data for object",
        )),
    }
}

impl<'a> Reader<'a> {
    fn bad(&self, what: &str) -> Raised {
        errors::value_error(self.t, format!("bad marshal data ({what})"))
    }
    fn take(&mut self, n: usize) -> R<&'a [u8]> {
        match self.data[self.at..].get(..n) {
            Some(b) => {
                self.at += n;
                Ok(b)
            }
            None => Err(errors::raise(
                self.t,
                Exc::EOFError,
                "marshal data too short",
            )),
        }
    }
    fn array<const N: usize>(&mut self) -> R<[u8; N]> {
        let mut a = [0; N];
        a.copy_from_slice(self.take(N)?);
        Ok(a)
    }
    fn byte(&mut self) -> R<u8> {
        self.array::<1>().map(|a| a[0])
    }
    fn word(&mut self) -> R<i32> {
        self.array().map(i32::from_le_bytes)
    }
    fn length(&mut self, what: &str) -> R<usize> {
        let n = self.word()?;
        usize::try_from(n).map_err(|_| self.bad(&format!("{what} size out of range")))
    }
    fn sized(&mut self, what: &str) -> R<&'a [u8]> {
        let n = self.length(what)?;
        self.take(n)
    }

    /// The next value; nothing at the end of a dict.
    fn item(&mut self) -> R<Option<Value>> {
        if self.depth > MAX_DEPTH {
            return Err(errors::value_error(self.t, "recursion limit exceeded"));
        }
        self.depth += 1;
        let r = self.tagged();
        self.depth -= 1;
        r
    }
    fn some(&mut self, what: &str) -> R<Value> {
        match self.item()? {
            Some(v) => Ok(v),
            None => {
                let m = format!("NULL object in marshal data for {what}");
                Err(errors::type_error(self.t, m))
            }
        }
    }

    fn tagged(&mut self) -> R<Option<Value>> {
        if self.at == self.data.len() {
            let m = "EOF read where object expected";
            return Err(errors::raise(self.t, Exc::EOFError, m));
        }
        let byte = self.byte()?;
        let kind = byte & !tag::REFERRED;
        let simple = match kind {
            tag::NULL => return Ok(None),
            tag::NONE => Some(Value::NONE),
            tag::TRUE => Some(Value::TRUE),
            tag::FALSE => Some(Value::FALSE),
            tag::ELLIPSIS => Some(Value::ELLIPSIS),
            tag::STOP_ITERATION => Some(Exc::StopIteration.class().value()),
            tag::REFERENCE => Some(self.reference()?),
            _ => None,
        };
        if simple.is_some() {
            return Ok(simple);
        }
        // The number is taken before what is inside takes its own.
        let number = (byte != kind).then(|| {
            self.refs.push(Value::NULL);
            self.refs.len() - 1
        });
        self.contents(kind, number).map(Some)
    }

    fn reference(&mut self) -> R<Value> {
        let n = self.word()?;
        let found = usize::try_from(n)
            .ok()
            .and_then(|n| self.refs.as_slice().get(n).copied());
        found
            .and_then(Value::opt)
            .ok_or_else(|| self.bad("invalid reference"))
    }
    fn refer(&mut self, number: Option<usize>, v: Value) -> Value {
        if let Some(n) = number {
            self.refs.set(n, v);
        }
        v
    }

    fn contents(&mut self, kind: u8, number: Option<usize>) -> R<Value> {
        let v = match kind {
            tag::INT => Value::int(i64::from(self.word()?)),
            tag::LONG => self.long()?,
            tag::BINARY_FLOAT => float::from_f64(f64::from_le_bytes(self.array()?)),
            tag::FLOAT => float::from_f64(self.float_text()?),
            tag::BINARY_COMPLEX => {
                let re = f64::from_le_bytes(self.array()?);
                complex::make(re, f64::from_le_bytes(self.array()?))
            }
            tag::COMPLEX => {
                let re = self.float_text()?;
                complex::make(re, self.float_text()?)
            }
            tag::BYTES => Bytes::new(self.sized("bytes object")?).value(),
            tag::TEXT | tag::INTERNED => {
                let text = utf8(self.t, self.sized("string")?)?;
                self.interned(text, kind == tag::INTERNED)
            }
            tag::ASCII | tag::ASCII_INTERNED => {
                let text = self.sized("string")?;
                self.ascii(text, kind == tag::ASCII_INTERNED)?
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let n = self.byte()? as usize;
                let text = self.take(n)?;
                self.ascii(text, kind == tag::SHORT_ASCII_INTERNED)?
            }
            tag::CODE => self.code()?,
            _ => return self.container(kind, number),
        };
        Ok(self.refer(number, v))
    }

    fn container(&mut self, kind: u8, number: Option<usize>) -> R<Value> {
        match kind {
            tag::SMALL_TUPLE | tag::TUPLE | tag::FROZEN_SET => {
                let n = match kind {
                    tag::SMALL_TUPLE => self.byte()? as usize,
                    tag::TUPLE => self.length("tuple")?,
                    _ => self.length("set")?,
                };
                let items = self.items(n, "tuple")?;
                let v = match kind {
                    tag::FROZEN_SET => {
                        let s = Set::new();
                        items
                            .as_slice()
                            .iter()
                            .try_for_each(|v| s.add(self.t, *v))?;
                        Set::frozen(s).value()
                    }
                    _ => Tuple::new(items.as_slice()).value(),
                };
                Ok(self.refer(number, v))
            }
            tag::LIST => {
                let n = self.length("list")?;
                let list = List::new();
                self.refer(number, list.value());
                for _ in 0..n {
                    let v = self.some("list")?;
                    list.push(self.t, v)?;
                }
                Ok(list.value())
            }
            tag::SET => {
                let n = self.length("set")?;
                let s = Set::new();
                self.refer(number, s.value());
                for _ in 0..n {
                    let v = self.some("set")?;
                    s.add(self.t, v)?;
                }
                Ok(s.value())
            }
            tag::DICT => self.dict(number),
            tag::SLICE => {
                let mut part = || self.some("slice");
                let (start, stop, step) = (part()?, part()?, part()?);
                let v = Slice::new(start, stop, step).value();
                Ok(self.refer(number, v))
            }
            _ => Err(self.bad("unknown type code")),
        }
    }

    fn items(&mut self, n: usize, what: &str) -> R<RootVec> {
        let mut items = RootVec::new();
        for _ in 0..n {
            let v = self.some(what)?;
            items.push(v);
        }
        Ok(items)
    }

    fn dict(&mut self, number: Option<usize>) -> R<Value> {
        let d: Gc<Dict> = Dict::new();
        self.refer(number, d.value());
        while let Some(k) = self.item()? {
            let Some(v) = self.item()? else { break };
            d.set(self.t, k, v)?;
        }
        Ok(d.value())
    }

    fn long(&mut self) -> R<Value> {
        let n = self.word()?;
        let count = n.unsigned_abs() as usize;
        let digits = self.take(count.saturating_mul(2))?;
        let mut bytes = vec![0u8; (count * DIGIT).div_ceil(8) + 3];
        for (i, d) in digits.as_chunks::<2>().0.iter().enumerate() {
            let d = u16::from_le_bytes(*d);
            if d >> DIGIT != 0 {
                return Err(self.bad("digit out of range in long"));
            }
            let (at, word) = (i * DIGIT, u32::from(d) << (i * DIGIT % 8));
            for k in 0..3 {
                bytes[at / 8 + k] |= (word >> (8 * k)) as u8;
            }
        }
        if count > 0 && digits.ends_with(&[0, 0]) {
            return Err(self.bad("unnormalized long data"));
        }
        let big = bigint::from_bytes(&bytes, Endian::Little, false);
        let big = big.map_err(|e| int::raise(self.t, e))?;
        let v = int::from_big(&if n < 0 { big.negated() } else { big });
        Ok(v)
    }

    fn float_text(&mut self) -> R<f64> {
        let n = self.byte()? as usize;
        let text = self.take(n)?;
        let number = std::str::from_utf8(text).ok().and_then(|s| s.parse().ok());
        number.ok_or_else(|| self.bad("invalid float"))
    }

    fn interned(&self, text: Value, interned: bool) -> Value {
        match text.cast_exact::<Str>() {
            Some(s) if interned => intern_str(s).value(),
            _ => text,
        }
    }
    fn ascii(&self, text: &[u8], interned: bool) -> R<Value> {
        if !text.is_ascii() {
            return Err(self.bad("text that is not ASCII"));
        }
        Ok(self.interned(Str::from_wtf8(text).value(), interned))
    }

    fn code(&mut self) -> R<Value> {
        if !self.allow_code {
            let m = "unmarshalling code objects is disallowed";
            return Err(errors::value_error(self.t, m));
        }
        let payload = self.sized("code")?;
        self.t.host().decode_code(self.t, payload)
    }
}
