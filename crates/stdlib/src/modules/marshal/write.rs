//! Writing.

use std::collections::HashMap;

use pyjit_heap::Value;
use pyjit_runtime::bigint::{self, Endian};
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::fmt::push_float_repr;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::slice::Slice;
use pyjit_runtime::types::str_::{Str, is_interned};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::{buffer, complex, float, int, set};
use pyjit_runtime::{R, Thread};

use super::{DIGIT, MAX_DEPTH, tag};

struct Writer<'t> {
    t: &'t Thread,
    out: Vec<u8>,
    version: i64,
    allow_code: bool,
    depth: usize,
    /// Numbers of the objects that have been written; none below version 3.
    seen: HashMap<u64, u32>,
}

/// `v` as bytes.
pub fn bytes(t: &Thread, v: Value, version: i64, allow_code: bool) -> R<Vec<u8>> {
    let mut w = Writer {
        t,
        out: Vec::new(),
        version,
        allow_code,
        depth: 0,
        seen: HashMap::new(),
    };
    w.value(v)?;
    Ok(w.out)
}

impl Writer<'_> {
    fn unmarshallable(&self) -> pyjit_runtime::Raised {
        errors::value_error(self.t, "unmarshallable object")
    }
    fn word(&mut self, n: i32) {
        self.out.extend(n.to_le_bytes());
    }
    fn length(&mut self, n: usize) -> R<()> {
        let n = i32::try_from(n).map_err(|_| self.unmarshallable())?;
        self.word(n);
        Ok(())
    }
    fn sized(&mut self, kind: u8, bytes: &[u8]) -> R<()> {
        self.out.push(kind);
        self.length(bytes.len())?;
        self.out.extend(bytes);
        Ok(())
    }

    fn value(&mut self, v: Value) -> R<()> {
        if self.depth > MAX_DEPTH {
            return Err(errors::value_error(
                self.t,
                "object too deeply nested to marshal",
            ));
        }
        self.depth += 1;
        let r = self.any(v);
        self.depth -= 1;
        r
    }

    fn any(&mut self, v: Value) -> R<()> {
        let constant = match v {
            Value::NONE => tag::NONE,
            Value::TRUE => tag::TRUE,
            Value::FALSE => tag::FALSE,
            Value::ELLIPSIS => tag::ELLIPSIS,
            _ if v == Exc::StopIteration.class().value() => tag::STOP_ITERATION,
            _ => return self.object(v),
        };
        self.out.push(constant);
        Ok(())
    }

    fn object(&mut self, v: Value) -> R<()> {
        if !v.is_ptr() || self.version < 3 {
            return self.contents(v);
        }
        if let Some(n) = self.seen.get(&v.0) {
            let n = *n as i32;
            self.out.push(tag::REFERENCE);
            self.word(n);
            return Ok(());
        }
        let number = self.seen.len() as u32;
        self.seen.insert(v.0, number);
        let at = self.out.len();
        self.contents(v)?;
        self.out[at] |= tag::REFERRED;
        Ok(())
    }

    fn contents(&mut self, v: Value) -> R<()> {
        if v.is_int() {
            return self.int(v);
        }
        let kind = match v.is_ptr() {
            true => v.shape_id(),
            false => kinds::FLOAT,
        };
        match kind {
            kinds::INT => self.int(v),
            kinds::FLOAT => self.float(v),
            kinds::COMPLEX => self.complex(v),
            kinds::STR => self.text(v),
            kinds::TUPLE => {
                let items = v
                    .cast_exact::<Tuple>()
                    .ok_or_else(|| self.unmarshallable())?;
                if self.version >= 4 && items.len() < 256 {
                    self.out.extend([tag::SMALL_TUPLE, items.len() as u8]);
                } else {
                    self.out.push(tag::TUPLE);
                    self.length(items.len())?;
                }
                items.items().iter().try_for_each(|i| self.value(*i))
            }
            kinds::LIST => {
                let items = v
                    .cast_exact::<List>()
                    .ok_or_else(|| self.unmarshallable())?;
                self.out.push(tag::LIST);
                self.length(items.len())?;
                (0..items.len()).try_for_each(|i| self.value(items.items()[i]))
            }
            kinds::DICT => self.dict(v),
            kinds::SET | kinds::FROZENSET => self.set(v, kind == kinds::SET),
            kinds::SLICE if self.version >= 5 => {
                let s = v
                    .cast_exact::<Slice>()
                    .ok_or_else(|| self.unmarshallable())?;
                self.out.push(tag::SLICE);
                self.value(s.start.get())?;
                self.value(s.stop.get())?;
                self.value(s.step.get())
            }
            kinds::CODE if !self.allow_code => Err(errors::value_error(
                self.t,
                "marshalling code objects is disallowed",
            )),
            kinds::CODE => {
                let code = self.t.host().encode_code(self.t, v)?;
                self.sized(tag::CODE, &code)
            }
            _ => self.buffer(v),
        }
    }

    fn int(&mut self, v: Value) -> R<()> {
        if let Some(n) = int::to_i64(v).and_then(|n| i32::try_from(n).ok()) {
            self.out.push(tag::INT);
            self.word(n);
            return Ok(());
        }
        let n = int::operand(v).ok_or_else(|| self.unmarshallable())?;
        let n = n.as_ref();
        let bits = bigint::bit_length(n) as usize;
        let count = bits.div_ceil(DIGIT);
        // Two's complement: one byte more than the magnitude needs.
        let mut bytes = vec![0; bits / 8 + 1];
        bigint::to_bytes(n, &mut bytes, Endian::Little, true).map_err(|e| int::raise(self.t, e))?;
        let negative = int::is_negative(v);
        if negative {
            let mut carry = true;
            for b in &mut bytes {
                (*b, carry) = (!*b).overflowing_add(u8::from(carry));
            }
        }
        self.out.push(tag::LONG);
        let signed = i32::try_from(count).map_err(|_| self.unmarshallable())?;
        self.word(if negative { -signed } else { signed });
        for i in 0..count {
            let at = i * DIGIT;
            let word = (0..3).fold(0u32, |w, k| {
                w | u32::from(bytes.get(at / 8 + k).copied().unwrap_or(0)) << (8 * k)
            });
            let digit = (word >> (at % 8)) & ((1 << DIGIT) - 1);
            self.out.extend((digit as u16).to_le_bytes());
        }
        Ok(())
    }

    fn float(&mut self, v: Value) -> R<()> {
        let x = float::get(v).ok_or_else(|| self.unmarshallable())?;
        self.number(x, tag::BINARY_FLOAT, tag::FLOAT);
        Ok(())
    }
    /// A float behind its tag, as bits or, below version 2, as text.
    fn number(&mut self, x: f64, binary: u8, text: u8) {
        self.out.push(if self.version > 1 { binary } else { text });
        self.digits(x);
    }
    fn digits(&mut self, x: f64) {
        if self.version > 1 {
            self.out.extend(x.to_le_bytes());
        } else {
            let mut text = Vec::new();
            push_float_repr(&mut text, x);
            self.out.push(text.len() as u8);
            self.out.extend(text);
        }
    }
    fn complex(&mut self, v: Value) -> R<()> {
        let c = complex::get(v).ok_or_else(|| self.unmarshallable())?;
        self.number(c.0, tag::BINARY_COMPLEX, tag::COMPLEX);
        self.digits(c.1);
        Ok(())
    }

    fn text(&mut self, v: Value) -> R<()> {
        let s = v.cast_exact::<Str>().ok_or_else(|| self.unmarshallable())?;
        let interned = self.version >= 1 && is_interned(s);
        let bytes = s.bytes();
        if self.version < 4 || !s.is_ascii() {
            return self.sized(if interned { tag::INTERNED } else { tag::TEXT }, bytes);
        }
        let Ok(n) = u8::try_from(bytes.len()) else {
            let kind = if interned {
                tag::ASCII_INTERNED
            } else {
                tag::ASCII
            };
            return self.sized(kind, bytes);
        };
        let kind = match interned {
            true => tag::SHORT_ASCII_INTERNED,
            false => tag::SHORT_ASCII,
        };
        self.out.extend([kind, n]);
        self.out.extend(bytes);
        Ok(())
    }

    fn dict(&mut self, v: Value) -> R<()> {
        let d = v
            .cast_exact::<Dict>()
            .ok_or_else(|| self.unmarshallable())?;
        self.out.push(tag::DICT);
        for (k, v) in d.iter() {
            self.value(k)?;
            self.value(v)?;
        }
        self.out.push(tag::NULL);
        Ok(())
    }

    fn set(&mut self, v: Value, mutable: bool) -> R<()> {
        let s = set::any_set(v).ok_or_else(|| self.unmarshallable())?;
        self.out
            .push(if mutable { tag::SET } else { tag::FROZEN_SET });
        self.length(s.len())?;
        // In an order that does not depend on hashes, so that equal sets give equal bytes.
        let mut items: Vec<(Vec<u8>, Value)> = Vec::with_capacity(s.len());
        for (v, _) in s.iter() {
            items.push((bytes(self.t, v, self.version, self.allow_code)?, v));
        }
        items.sort_by(|a, b| a.0.cmp(&b.0));
        items.iter().try_for_each(|(_, v)| self.value(*v))
    }

    fn buffer(&mut self, v: Value) -> R<()> {
        if let Some(b) = v.cast_exact::<Bytes>() {
            return self.sized(tag::BYTES, b.bytes());
        }
        match buffer::copy(self.t, v)? {
            Some(b) => self.sized(tag::BYTES, &b),
            None => Err(self.unmarshallable()),
        }
    }
}
