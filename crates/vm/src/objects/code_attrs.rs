//! Python-visible attributes and methods of code objects.

use pyjit_bytecode::code::{Blob, CodeObject, Text};
use pyjit_bytecode::{Constant, positions};
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call::ArgVec;
use pyjit_runtime::core::{errors, kinds, ops, settings};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::flags;
use pyjit_runtime::{R, Thread};

use super::code::Code;
use super::code_listing::{handlers, instructions};

fn names_tuple(names: &[Text]) -> Gc<Tuple> {
    Tuple::from_fn(names.len(), |i| intern(&names[i]).value())
}
fn name(_t: &Thread, c: Gc<Code>) -> Gc<Str> {
    c.name.gc()
}
fn qualname(_t: &Thread, c: Gc<Code>) -> Gc<Str> {
    c.qualname.gc()
}
fn filename(_t: &Thread, c: Gc<Code>) -> Gc<Str> {
    c.filename.gc()
}
fn firstlineno(_t: &Thread, c: Gc<Code>) -> i64 {
    c.object().firstlineno as i64
}
fn argcount(_t: &Thread, c: Gc<Code>) -> i64 {
    c.object().argcount as i64
}
fn posonlyargcount(_t: &Thread, c: Gc<Code>) -> i64 {
    c.object().posonlyargcount as i64
}
fn kwonlyargcount(_t: &Thread, c: Gc<Code>) -> i64 {
    c.object().kwonlyargcount as i64
}
/// Names as the user knows them: parameters and locals, no hidden ones.
fn varnames(_t: &Thread, c: Gc<Code>) -> Gc<Tuple> {
    let o = c.object();
    let names: Vec<Text> = o
        .varnames
        .iter()
        .filter(|n| &***n != pyjit_bytecode::code::NAMESPACE)
        .cloned()
        .collect();
    names_tuple(&names)
}
fn nlocals(t: &Thread, c: Gc<Code>) -> i64 {
    varnames(t, c).len() as i64
}
fn cellvars(_t: &Thread, c: Gc<Code>) -> Gc<Tuple> {
    names_tuple(&c.object().cellvars)
}
fn freevars(_t: &Thread, c: Gc<Code>) -> Gc<Tuple> {
    names_tuple(&c.object().freevars)
}
fn names(_t: &Thread, c: Gc<Code>) -> Gc<Tuple> {
    names_tuple(&c.object().names)
}
fn co_flags(_t: &Thread, c: Gc<Code>) -> i64 {
    c.object().flags as i64
}
fn stacksize(_t: &Thread, c: Gc<Code>) -> i64 {
    c.object().nregs as i64
}
fn consts(t: &Thread, c: Gc<Code>) -> R<Gc<Tuple>> {
    let mut v = ArgVec::new();
    for i in 0..c.object().constants.len() {
        v.push(c.constant(t, i)?);
    }
    Ok(Tuple::new(&v))
}
fn code(t: &Thread, c: Gc<Code>) -> R<Value> {
    let bytes: Vec<u8> = c
        .object()
        .words
        .iter()
        .flat_map(|w| w.to_le_bytes())
        .collect();
    crate::bridge::bytes(t, &bytes)
}
fn linetable(t: &Thread, c: Gc<Code>) -> R<Value> {
    crate::bridge::bytes(t, &c.object().positions)
}
fn exceptiontable(t: &Thread, c: Gc<Code>) -> R<Value> {
    let mut b = Vec::new();
    for h in &c.object().handlers {
        for n in [
            h.start,
            h.end,
            h.target,
            h.height as u32 * 2 + h.lasti as u32,
        ] {
            b.extend(n.to_le_bytes());
        }
    }
    crate::bridge::bytes(t, &b)
}
fn number(n: i32) -> Value {
    if n < 0 {
        Value::NONE
    } else {
        Value::int(n as i64)
    }
}
/// `co_positions()`: for each word (line, end line, column, end column).
fn co_positions(t: &Thread, c: Gc<Code>) -> R<Value> {
    let o = c.object();
    let mut rows = ArgVec::new();
    let (first, zero) = (Value::int(i64::from(c.first_line())), Value::int(0));
    if !o.positions.is_empty() {
        let row = match settings::get().debug_ranges {
            true => [first, first, zero, zero],
            false => [first, first, Value::NONE, Value::NONE],
        };
        rows.push(Tuple::new(&row).value());
    }
    for (n, p) in positions::runs(&o.positions) {
        let line = if p.line == 0 {
            Value::NONE
        } else {
            Value::int(p.line as i64)
        };
        let end = if p.line == 0 {
            Value::NONE
        } else {
            Value::int(p.end_line as i64)
        };
        let row = match settings::get().debug_ranges {
            true => [line, end, number(p.column), number(p.end_column)],
            false => [line, line, Value::NONE, Value::NONE],
        };
        let row = Tuple::new(&row).value();
        for _ in 0..n {
            rows.push(row);
        }
    }
    ops::iter(t, Tuple::new(&rows).value())
}
/// `co_lines()`: (start, end, line) of runs, in code units of two.
fn co_lines(t: &Thread, c: Gc<Code>) -> R<Value> {
    let mut rows = ArgVec::new();
    let mut lines = vec![(0, 2, Value::int(i64::from(c.first_line())))];
    if c.object().positions.is_empty() {
        lines[0].2 = Value::NONE;
    }
    for (n, p) in positions::runs(&c.object().positions) {
        let line = if p.line == 0 {
            Value::NONE
        } else {
            Value::int(p.line as i64)
        };
        match lines.last_mut() {
            Some(last) if last.2 == line => last.1 += i64::from(n) * 2,
            last => {
                let at = last.map_or(0, |l| l.1);
                lines.push((at, at + i64::from(n) * 2, line));
            }
        }
    }
    for (at, end, line) in lines {
        rows.push(Tuple::new(&[Value::int(at), Value::int(end), line]).value());
    }
    ops::iter(t, Tuple::new(&rows).value())
}
fn repr(_t: &Thread, c: Gc<Code>) -> String {
    format!(
        "<code object {} at {:#x}, file \"{}\", line {}>",
        c.name.gc().lossy(),
        c.addr(),
        c.filename.gc().lossy(),
        c.object().firstlineno
    )
}
fn same(a: &CodeObject, b: &CodeObject) -> bool {
    a.name == b.name
        && a.qualname == b.qualname
        && a.firstlineno == b.firstlineno
        && (a.argcount, a.posonlyargcount, a.kwonlyargcount, a.flags)
            == (b.argcount, b.posonlyargcount, b.kwonlyargcount, b.flags)
        && a.words == b.words
        && a.positions == b.positions
        && (&a.names, &a.varnames, &a.cellvars, &a.freevars)
            == (&b.names, &b.varnames, &b.cellvars, &b.freevars)
        && a.constants.len() == b.constants.len()
        && a.constants
            .iter()
            .zip(&b.constants)
            .all(|(x, y)| match (x, y) {
                (Constant::Code(x), Constant::Code(y)) => same(x, y),
                _ => x == y,
            })
}
fn eq(_t: &Thread, a: Gc<Code>, b: Value) -> Value {
    match b.cast::<Code>() {
        Some(b) => Value::bool(same(a.object(), b.object())),
        None => Value::NOT_IMPLEMENTED,
    }
}
fn hash(_t: &Thread, c: Gc<Code>) -> i64 {
    let o = c.object();
    let h = pyjit_runtime::types::str_::hash_bytes(o.name.as_bytes());
    (h ^ o
        .words
        .iter()
        .fold(7i64, |h, w| h.wrapping_mul(31).wrapping_add(*w as i64)))
        >> 2
}

fn varname_from_oparg(_t: &Thread, c: Gc<Code>, i: i64) -> &'static str {
    c.register_name(i.max(0) as usize)
}

/// `code.replace(...)` for what can be replaced without touching the words.
fn replace(t: &Thread, c: Gc<Code>, kwargs: Value) -> R<Gc<Code>> {
    let mut o = c.object().clone();
    let Some(kw) = kwargs.opt().and_then(|k| k.cast::<Dict>()) else {
        return Code::new(t, crate::compile::leak(o));
    };
    for (k, v) in kw.iter() {
        let key = crate::vm::text(k);
        let string = v.cast::<Str>().map(|s| Text::Owned(s.lossy().into_owned()));
        match (key.as_str(), string, v.is_int()) {
            ("co_name", Some(s), _) => o.name = s,
            ("co_qualname", Some(s), _) => o.qualname = s,
            ("co_filename", Some(s), _) => o.filename = s,
            ("co_firstlineno", _, true) => {
                let new = v.as_int() as u32;
                o.positions = shifted(&o.positions, new as i64 - o.firstlineno as i64);
                o.firstlineno = new;
            }
            ("co_flags", _, true) => o.flags = v.as_int() as u32,
            ("co_linetable", None, false) => match pyjit_runtime::types::bytes::like(v) {
                Some(b)
                    if linetable(t, c)?
                        .cast::<Bytes>()
                        .is_some_and(|l| l.bytes() == &*b) => {}
                // A table of lines that did not come from here says nothing.
                Some(_) => o.positions = Blob::default(),
                None => {
                    let m = "replace() argument 'co_linetable' must be bytes";
                    return Err(errors::type_error(t, m));
                }
            },
            ("co_exceptiontable" | "co_stacksize" | "co_nlocals", ..) => {}
            (
                "co_consts" | "co_names" | "co_varnames" | "co_code" | "co_freevars"
                | "co_cellvars",
                ..,
            ) => {}
            _ => {
                let m = format!("code.replace() cannot replace '{key}'");
                return Err(errors::type_error(t, m));
            }
        }
    }
    Code::new(t, crate::compile::leak(o))
}

fn shifted(table: &[u8], by: i64) -> Blob {
    let mut all = Vec::new();
    for (n, mut p) in positions::runs(table) {
        if p.line != 0 {
            p.line = (p.line as i64 + by).max(1) as u32;
            p.end_line = (p.end_line as i64 + by).max(1) as u32;
        }
        all.extend(std::iter::repeat_n(p, n as usize));
    }
    positions::encode(&all)
}

pyjit_runtime::py_class! {
    /// Code objects are made by the compiler.
    pub CLASS: Code = "code", base kinds::OBJECT, flags flags::HAS_WEAKREF | flags::NO_NEW;
    methods {
        __repr__(self, /) => repr;
        __eq__(self, value, /) => eq;
        __hash__(self, /) => hash;
        /// Return an iterator over the source positions of the instructions.
        co_positions(self, /) => co_positions;
        /// Return an iterator over the line numbers of the instructions.
        co_lines(self, /) => co_lines;
        /// Return a copy of the code object with new values for the specified fields.
        replace(self, /, **kwargs) => replace;
        /// (internal-only) Return the local variable name for the given oparg.
        _varname_from_oparg(self, /, oparg) => varname_from_oparg;
        /// (internal-only) What dis shows of the instructions.
        _instructions(self, /) => instructions;
        /// (internal-only) What dis shows of the exception handlers.
        _handlers(self, /) => handlers;
        /// The same as replace().
        __replace__(self, /, **kwargs) => replace;
    }
    getset {
        co_name => name;
        co_qualname => qualname;
        co_filename => filename;
        co_firstlineno => firstlineno;
        co_argcount => argcount;
        co_posonlyargcount => posonlyargcount;
        co_kwonlyargcount => kwonlyargcount;
        co_nlocals => nlocals;
        co_varnames => varnames;
        co_cellvars => cellvars;
        co_freevars => freevars;
        co_names => names;
        co_flags => co_flags;
        co_stacksize => stacksize;
        co_consts => consts;
        co_code => code;
        co_linetable => linetable;
        co_exceptiontable => exceptiontable;
    }
}
