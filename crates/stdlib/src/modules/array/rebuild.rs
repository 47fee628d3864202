//! Pickling of arrays: machine formats, and arrays from bytes in any of them.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::bigint::{self, Endian};
use pyjit_runtime::core::{attr, call, errors, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, of_kind, type_name};
use pyjit_runtime::types::{float, int};
use pyjit_runtime::{R, Thread};

use super::code::{self, Code};
use super::{A, bytes, sequence, with_bytes};

/// A machine format by its number in pickles.
#[derive(Clone, Copy)]
enum Machine {
    Int {
        size: usize,
        signed: bool,
        big: bool,
    },
    Float {
        size: usize,
        big: bool,
    },
    Utf16 {
        big: bool,
    },
    Utf32 {
        big: bool,
    },
}

const SIZES: [usize; 4] = [1, 2, 4, 8];

impl Machine {
    fn of_number(n: i64) -> Option<Machine> {
        Some(match n {
            0 | 1 => Machine::Int {
                size: 1,
                signed: n == 1,
                big: false,
            },
            2..=13 => Machine::Int {
                size: SIZES[(n as usize - 2) / 4 + 1],
                signed: (n - 2) % 4 >= 2,
                big: n % 2 == 1,
            },
            14..=17 => Machine::Float {
                size: if n < 16 { 4 } else { 8 },
                big: n % 2 == 1,
            },
            18 | 19 => Machine::Utf16 { big: n == 19 },
            20 | 21 => Machine::Utf32 { big: n == 21 },
            _ => return None,
        })
    }
    fn size(self) -> usize {
        match self {
            Machine::Int { size, .. } | Machine::Float { size, .. } => size,
            Machine::Utf16 { .. } => 2,
            Machine::Utf32 { .. } => 4,
        }
    }
}

/// The number of this machine's format of `code`.
fn number(code: Code) -> i64 {
    let big = cfg!(target_endian = "big") as i64;
    if code.is_char() {
        return 20 + big;
    }
    if code.is_float() {
        return if code.size == 4 { 14 } else { 16 } + big;
    }
    let signed = code.is_signed() as i64;
    match code.size {
        1 => signed,
        n => n.trailing_zeros() as i64 * 4 - 2 + signed * 2 + big,
    }
}

pub fn reduce(t: &Thread, this: A, protocol: Value) -> R<Gc<Tuple>> {
    if !int::is_int(protocol) {
        let m = "__reduce_ex__ argument should be an integer";
        return Err(errors::type_error(t, m));
    }
    let state = attr::get_opt(t, this.value(), intern("__dict__"))?.unwrap_or(Value::NONE);
    let class = class_of(this.value()).value();
    let letter = Str::new(&(this.code().letter as char).to_string()).value();
    if ops::index_i64(t, protocol)? < 3 {
        let items = sequence::tolist(t, this)?.value();
        let args = Tuple::new(&[letter, items]);
        return Ok(Tuple::new(&[class, args.value(), state]));
    }
    let m = t.host().import(t, "array")?;
    let rebuild = attr::get(t, m, intern("_array_reconstructor"))?;
    let data = bytes::tobytes(t, this).value();
    let args = Tuple::new(&[class, letter, Value::int(number(this.code())), data]);
    Ok(Tuple::new(&[rebuild, args.value(), state]))
}

pub fn reconstruct(
    t: &Thread,
    class: Value,
    typecode: Gc<Str>,
    format: i64,
    items: Value,
) -> R<Value> {
    let Some(class) = class.cast::<Type>() else {
        let m = format!(
            "first argument must be a type object, not {}",
            type_name(class)
        );
        return Err(errors::type_error(t, m));
    };
    if !class.is_subtype(of_kind(500)) {
        let m = format!("{} is not a subtype of array.array", class.name_str());
        return Err(errors::type_error(t, m));
    }
    let Some(code) = code::find(typecode.bytes()) else {
        let m = "second argument must be a valid type code";
        return Err(errors::value_error(t, m));
    };
    let Some(machine) = Machine::of_number(format) else {
        let m = "third argument must be a valid machine format code.";
        return Err(errors::value_error(t, m));
    };
    let Some(data) = items.cast::<Bytes>() else {
        let m = format!("fourth argument should be bytes, not {}", type_name(items));
        return Err(errors::type_error(t, m));
    };
    if format == number(code) {
        check_length(t, data, machine)?;
        return Ok(with_bytes(t, class, code, data.bytes())?.value());
    }
    let items = decode(t, machine, data)?;
    let code = suitable(code, machine);
    let letter = Str::new(&(code.letter as char).to_string()).value();
    call::call(t, class.value(), &[letter, items])
}
/// An integer type code that holds what the machine format holds.
fn suitable(code: Code, machine: Machine) -> Code {
    let Machine::Int { size, signed, .. } = machine else {
        return code;
    };
    let fits =
        |c: &&Code| !c.is_char() && !c.is_float() && c.size == size && c.is_signed() == signed;
    if fits(&&code) {
        return code;
    }
    code::ALL.iter().find(fits).copied().unwrap_or(code)
}
fn check_length(t: &Thread, data: Gc<Bytes>, machine: Machine) -> R<()> {
    if !data.len().is_multiple_of(machine.size()) {
        let m = "string length not a multiple of item size";
        return Err(errors::value_error(t, m));
    }
    Ok(())
}
fn decode(t: &Thread, machine: Machine, data: Gc<Bytes>) -> R<Value> {
    let codec = match machine {
        Machine::Utf16 { big: false } => Some("utf-16-le"),
        Machine::Utf16 { big: true } => Some("utf-16-be"),
        Machine::Utf32 { big: false } => Some("utf-32-le"),
        Machine::Utf32 { big: true } => Some("utf-32-be"),
        _ => None,
    };
    if let Some(codec) = codec {
        return call::call_attr(t, data.value(), "decode", &[intern(codec).value()]);
    }
    check_length(t, data, machine)?;
    let items = List::new();
    for part in data.bytes().chunks_exact(machine.size()) {
        let v = match machine {
            Machine::Int { signed, big, .. } => {
                let order = if big { Endian::Big } else { Endian::Little };
                int::result(t, bigint::from_bytes(part, order, signed))?
            }
            Machine::Float { size, big } => {
                let mut w = [0u8; 8];
                w[..size].copy_from_slice(part);
                if big {
                    w[..size].reverse();
                }
                let w = u64::from_le_bytes(w);
                float::from_f64(if size == 4 {
                    f32::from_bits(w as u32) as f64
                } else {
                    f64::from_bits(w)
                })
            }
            _ => continue,
        };
        items.push(t, v)?;
    }
    Ok(items.value())
}
