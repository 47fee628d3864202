//! `binascii`: base64, hexadecimal, uuencode, quoted-printable, and checksums.

mod quoted;
mod text;

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{of_kind, type_name};
use pyjit_runtime::types::type_new::type_new;
use pyjit_runtime::{R, Raised, Thread};

use crate::native_module;

static ERROR: GilCell<Option<Root>> = GilCell::new(None);

/// Raises `binascii.Error`.
fn fail(t: &Thread, message: &str) -> Raised {
    let class = ERROR.with_mut(|e| e.as_ref().map(Root::get));
    let class = class.map_or_else(|| Exc::ValueError.class(), Gc::from_value);
    errors::raise_args(t, class, &[Str::new(message).value()])
}
/// The bytes of a bytes-like object or an ASCII string.
fn ascii(t: &Thread, v: Value) -> R<Vec<u8>> {
    if let Some(s) = v.cast::<Str>() {
        if !s.is_ascii() {
            let m = "string argument should contain only ASCII characters";
            return Err(errors::value_error(t, m));
        }
        return Ok(s.bytes().to_vec());
    }
    match buffer::acquire(t, v)? {
        Some(b) => Ok(b.to_vec()),
        None => {
            let m = format!(
                "argument should be bytes, buffer or ASCII string, not '{}'",
                type_name(v)
            );
            Err(errors::type_error(t, m))
        }
    }
}
fn data(t: &Thread, v: Value) -> R<Vec<u8>> {
    Ok(buffer::bytes(t, v)?.to_vec())
}

fn digit(c: u8) -> Option<u8> {
    (c as char).to_digit(16).map(|d| d as u8)
}
fn a2b_hex(t: &Thread, v: Value) -> R<Gc<Bytes>> {
    let s = ascii(t, v)?;
    if s.len() % 2 != 0 {
        return Err(fail(t, "Odd-length string"));
    }
    let pairs = s.chunks(2).map(|p| Some(digit(p[0])? << 4 | digit(p[1])?));
    match pairs.collect::<Option<Vec<u8>>>() {
        Some(out) => Ok(Bytes::new(&out)),
        None => Err(fail(t, "Non-hexadecimal digit found")),
    }
}
/// The one byte that separates groups of hexadecimal digits.
fn separator(t: &Thread, v: Value) -> R<u8> {
    let s = match v.cast::<Str>() {
        Some(s) => {
            let all: Vec<u32> = s.lossy().chars().map(|c| c as u32).collect();
            if all.len() == 1 && all[0] > 255 {
                return Err(errors::value_error(t, "sep must be ASCII."));
            }
            all.iter().map(|c| *c as u8).collect()
        }
        None => match buffer::acquire(t, v)? {
            Some(b) => b.to_vec(),
            None => return Err(errors::type_error(t, "sep must be str or bytes.")),
        },
    };
    match s[..] {
        [b] => Ok(b),
        _ => Err(errors::value_error(t, "sep must be length 1.")),
    }
}
fn b2a_hex(t: &Thread, v: Value, sep: Option<Value>, group: Option<i64>) -> R<Gc<Bytes>> {
    let bytes = data(t, v)?;
    let sep = match sep {
        Some(s) => Some(separator(t, s)?),
        None => None,
    };
    let group = group.unwrap_or(1);
    let (n, size) = (bytes.len(), group.unsigned_abs() as usize);
    let mut out = Vec::with_capacity(n * 3);
    for (i, b) in bytes.iter().enumerate() {
        let from_start = if group < 0 { i } else { n - i };
        if let Some(s) = sep
            && i > 0
            && size > 0
            && from_start % size == 0
        {
            out.push(s);
        }
        for d in [b >> 4, b & 15] {
            out.push(b"0123456789abcdef"[d as usize]);
        }
    }
    Ok(Bytes::new(&out))
}

/// An int argument modulo 2^32.
fn word(v: Option<Value>) -> u32 {
    v.and_then(int::operand)
        .map_or(0, |i| i.as_ref().wrapping_u64() as u32)
}
fn crc32(t: &Thread, v: Value, crc: Option<Value>) -> R<Value> {
    if let Some(c) = crc {
        ops::index(t, c)?;
    }
    let mut c = !word(crc);
    for b in buffer::bytes(t, v)?.iter() {
        c = CRC32[(c as u8 ^ b) as usize] ^ c >> 8;
    }
    Ok(Value::int(!c as i64))
}
const CRC32: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let (mut c, mut k) = (i as u32, 0);
        while k < 8 {
            c = c >> 1 ^ if c & 1 != 0 { 0xedb8_8320 } else { 0 };
            k += 1;
        }
        table[i] = c;
        i += 1;
    }
    table
};
fn crc_hqx(t: &Thread, v: Value, crc: Value) -> R<Value> {
    ops::index(t, crc)?;
    let mut c = word(Some(crc)) & 0xffff;
    for b in buffer::bytes(t, v)?.iter() {
        c ^= (*b as u32) << 8;
        for _ in 0..8 {
            c = c << 1 ^ if c & 0x8000 != 0 { 0x1021 } else { 0 };
        }
        c &= 0xffff;
    }
    Ok(Value::int(c as i64))
}

fn exception(t: &Thread, name: &str, base: Exc) -> R<Value> {
    let d = Dict::new();
    d.set_str(t, intern("__module__"), intern("binascii").value())?;
    let bases = Tuple::new(&[base.class().value()]);
    let name = intern(name).value();
    type_new(
        t,
        of_kind(kinds::TYPE),
        &[name, bases.value(), d.value()],
        None,
    )
}
fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let e = exception(t, "Error", Exc::ValueError)?;
    ERROR.with_mut(|r| *r = Some(Root::new(e)));
    m.set(t, "Error", e)?;
    let i = exception(t, "Incomplete", Exc::Exception)?;
    m.set(t, "Incomplete", i)
}

native_module! {
    /// Conversion between binary data and ASCII
    pub MODULE = "binascii", init init;
    functions {
        /// Decode a line of uuencoded data.
        a2b_uu(data, /) => text::a2b_uu;
        /// Uuencode line of data.
        b2a_uu(data, /, *, backtick=False) => text::b2a_uu;
        /// Decode a line of base64 data.
        a2b_base64(data, /, *, strict_mode=False) => text::a2b_base64;
        /// Base64-code line of data.
        b2a_base64(data, /, *, newline=True) => text::b2a_base64;
        /// Binary data of hexadecimal representation.
        a2b_hex(hexstr, /) => a2b_hex;
        /// Binary data of hexadecimal representation.
        unhexlify(hexstr, /) => a2b_hex;
        /// Hexadecimal representation of binary data.
        b2a_hex(data, sep=None, bytes_per_sep=1) => b2a_hex;
        /// Hexadecimal representation of binary data.
        hexlify(data, sep=None, bytes_per_sep=1) => b2a_hex;
        /// Compute CRC-32 incrementally.
        crc32(data, crc=0, /) => crc32;
        /// Compute CRC-CCITT incrementally.
        crc_hqx(data, crc, /) => crc_hqx;
        /// Decode a string of qp-encoded data.
        a2b_qp(data, header=False) => quoted::a2b_qp;
        /// Encode a string using quoted-printable encoding.
        b2a_qp(data, quotetabs=False, istext=True, header=False) => quoted::b2a_qp;
    }
}
