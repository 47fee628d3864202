//! `_symtable`: the compiler's scopes, for module `symtable`.

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::host::CompileRequest;
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::bytes;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::flags;
use pyjit_runtime::{R, Thread, py_class};

use crate::native_module;

/// A scope.
#[repr(C)]
pub struct Entry {
    header: Header,
    /// `(id, name, symbols, varnames, children, nested, type, lineno)`.
    parts: Field<Gc<Tuple>>,
}
heap_object!(Entry = 313, refs 1..2);

type E = Gc<Entry>;

/// Makes the objects of a scope and of those inside.
fn entry(t: &Thread, parts: Value) -> R<Value> {
    let Some(parts) = parts.cast::<Tuple>() else {
        return Err(errors::system_error(t, "bad scope"));
    };
    let mut all = parts.items().to_vec();
    let children = List::new();
    if let Some(inner) = all[4].cast::<List>() {
        for i in 0..inner.len() {
            children.push(t, entry(t, inner.get(i))?)?;
        }
    }
    all[4] = children.value();
    Ok(Gc::new(Entry {
        header: Header::NEW,
        parts: Field::of(Tuple::new(&all)),
    })
    .value())
}

macro_rules! parts {
    ($($name:ident = $i:literal;)*) => {
        $(fn $name(_t: &Thread, this: E) -> Value { this.parts.gc().items()[$i] })*
    };
}
parts! { id = 0; name = 1; symbols = 2; varnames = 3; children = 4; nested = 5; kind = 6; lineno = 7; }

fn repr(_t: &Thread, this: E) -> String {
    let p = this.parts.gc();
    let name = p.items()[1].cast::<Str>().map(|s| s.lossy().into_owned());
    format!(
        "<symtable entry {}({}), line {}>",
        name.unwrap_or_default(),
        p.items()[0].as_int(),
        p.items()[7].as_int()
    )
}

fn symtable(t: &Thread, source: Value, filename: Value, startstr: Gc<Str>) -> R<Value> {
    let mode = startstr.lossy().into_owned();
    if !matches!(&*mode, "exec" | "eval" | "single") {
        let m = "symtable() arg 3 must be 'exec' or 'eval' or 'single'";
        return Err(errors::value_error(t, m));
    }
    let (text, is_bytes) = match source.cast::<Str>() {
        Some(s) => (s.bytes().to_vec(), false),
        None => match bytes::like(source) {
            Some(b) => (b.to_vec(), true),
            None => {
                let m = "symtable() arg 1 must be a string or bytes";
                return Err(errors::type_error(t, m));
            }
        },
    };
    let filename = match super::posix::fspath(t, filename)? {
        f if f.cast::<Str>().is_some() => f,
        f => Str::from_wtf8(&bytes::like(f).map_or(Vec::new(), |b| b.to_vec())).value(),
    };
    let request = CompileRequest {
        source: &text,
        is_bytes,
        filename,
        mode: &mode,
        flags: 0,
        dont_inherit: true,
        optimize: -1,
        feature_version: -1,
    };
    let parts = t.host().symbol_table(t, &request)?;
    entry(t, parts)
}

const NUMBERS: &[(&str, i64)] = &[
    ("USE", 16),
    ("DEF_GLOBAL", 1),
    ("DEF_NONLOCAL", 8),
    ("DEF_LOCAL", 2),
    ("DEF_PARAM", 4),
    ("DEF_TYPE_PARAM", 1024),
    ("DEF_FREE_CLASS", 64),
    ("DEF_IMPORT", 128),
    ("DEF_BOUND", 134),
    ("DEF_ANNOT", 256),
    ("DEF_COMP_ITER", 512),
    ("DEF_COMP_CELL", 2048),
    ("TYPE_FUNCTION", 0),
    ("TYPE_CLASS", 1),
    ("TYPE_MODULE", 2),
    ("TYPE_ANNOTATION", 3),
    ("TYPE_TYPE_ALIAS", 4),
    ("TYPE_TYPE_PARAMETERS", 5),
    ("TYPE_TYPE_VARIABLE", 6),
    ("LOCAL", 1),
    ("GLOBAL_EXPLICIT", 2),
    ("GLOBAL_IMPLICIT", 3),
    ("FREE", 4),
    ("CELL", 5),
    ("SCOPE_OFF", 12),
    ("SCOPE_MASK", 15),
];

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    pyjit_runtime::core::class::make(t, &CLASS);
    for (name, n) in NUMBERS {
        m.set(t, name, Value::int(*n))?;
    }
    Ok(())
}

py_class! {
    pub CLASS: Entry = "symtable entry", base kinds::OBJECT, flags flags::NO_NEW;
    methods { __repr__(self, /) => repr; }
    getset {
        id => id; name => name; symbols => symbols; varnames => varnames; children => children;
        nested => nested; type => kind; lineno => lineno;
    }
}

native_module! {
    pub MODULE = "_symtable", init init;
    functions {
        /// Return symbol and scope dictionaries used internally by compiler.
        symtable(source, filename, startstr, /) => symtable;
    }
}
