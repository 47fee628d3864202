//! What single exception classes add to `BaseException`: constructors,
//! attributes, texts.

use pyjit_heap::{Gc, Value};

use crate::core::class::{GetSetDef, method_object};
use crate::core::native::NativeDef;
use crate::core::thread::{R, Thread};
use crate::core::{errors, ops};
use crate::types::descriptors::GetSet;
use crate::types::dict::Dict;
use crate::types::exceptions::{self, Exc, Exception};
use crate::types::int;
use crate::types::str_::{Str, intern, intern_str};
use crate::types::tuple::Tuple;
use crate::types::type_::{Type, class_of, type_name};

type E = Gc<Exception>;

/// Index of the class-specific attribute `name` of the class that `e` belongs to.
fn slot(e: Value, name: &str) -> Option<usize> {
    let mut c = Some(class_of(e));
    while let Some(class) = c {
        if let Some(x) = Exc::all().iter().find(|x| x.class() == class)
            && let Some(i) = exceptions::extra_index(*x, name)
        {
            return Some(i);
        }
        c = class.base.opt();
    }
    None
}

/// Reads class-specific attribute `name`.
pub fn get(e: E, name: &str) -> Value {
    slot(e.value(), name).map_or(Value::NULL, |i| e.extra(i))
}
/// Sets class-specific attribute `name`.
pub fn set(e: E, name: &str, v: Value) {
    if let Some(i) = slot(e.value(), name) {
        e.set_extra(i, v);
    }
}

/// Attributes stored in the extras, `None` when not set.
macro_rules! attributes {
    ($table:ident: $($name:literal)*) => {
        static $table: &[GetSetDef] = &[$(GetSetDef {
            name: $name,
            doc: "",
            get: |_t, a| Ok(get(Gc::from_value(a[0]), $name).opt().unwrap_or(Value::NONE)),
            set: Some(|_t, a| {
                set(Gc::from_value(a[0]), $name, a[1]);
                Ok(Value::NONE)
            }),
        }),*];
    };
}
attributes!(STOP: "value");
attributes!(EXIT: "code");
attributes!(NAME: "name");
attributes!(ATTRIBUTE: "name" "obj");
attributes!(IMPORT: "msg" "name" "path" "name_from");
attributes!(OS: "errno" "strerror" "filename" "filename2");
attributes!(SYNTAX: "msg" "filename" "lineno" "offset" "text" "end_lineno" "end_offset" "print_file_and_line" "_metadata");
attributes!(UNICODE: "encoding" "object" "start" "end" "reason");
attributes!(GROUP_SET: "message" "exceptions");
/// Those of groups cannot be set.
static GROUP: &[GetSetDef] = &[
    GetSetDef {
        set: None,
        ..GROUP_SET[0]
    },
    GetSetDef {
        set: None,
        ..GROUP_SET[1]
    },
];

fn no_keywords(t: &Thread, this: E, kwargs: Option<Gc<Dict>>) -> R<()> {
    match kwargs.filter(|k| !k.is_empty()) {
        None => Ok(()),
        Some(_) => Err(errors::type_error(
            t,
            format!("{}() takes no keyword arguments", type_name(this.value())),
        )),
    }
}

fn stop_init(t: &Thread, this: E, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    no_keywords(t, this, kwargs)?;
    this.args.put(this, args);
    set(
        this,
        "value",
        args.items().first().copied().unwrap_or(Value::NONE),
    );
    Ok(())
}
fn exit_init(t: &Thread, this: E, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    no_keywords(t, this, kwargs)?;
    this.args.put(this, args);
    let code = match args.items() {
        [] => Value::NONE,
        [x] => *x,
        _ => args.value(),
    };
    set(this, "code", code);
    Ok(())
}

/// Keyword arguments that name attributes; any other is an error.
fn named(t: &Thread, this: E, class: &str, kwargs: Option<Gc<Dict>>, names: &[&str]) -> R<()> {
    for (k, v) in kwargs.iter().flat_map(|d| d.iter()) {
        let k: Gc<Str> = Gc::from_value(k);
        let text = k.lossy();
        if !names.contains(&&*text) {
            let m = format!("{class}() got an unexpected keyword argument '{text}'");
            return Err(errors::type_error(t, m));
        }
        set(this, &text, v);
    }
    Ok(())
}
fn name_init(t: &Thread, this: E, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    this.args.put(this, args);
    named(t, this, "NameError", kwargs, &["name"])
}
fn attribute_init(t: &Thread, this: E, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    this.args.put(this, args);
    named(t, this, "AttributeError", kwargs, &["name", "obj"])
}
fn import_init(t: &Thread, this: E, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    this.args.put(this, args);
    for name in ["msg", "name", "path", "name_from"] {
        set(this, name, Value::NONE);
    }
    named(
        t,
        this,
        "ImportError",
        kwargs,
        &["name", "path", "name_from"],
    )?;
    if let [m] = args.items() {
        set(this, "msg", *m);
    }
    Ok(())
}
fn import_str(t: &Thread, this: E) -> R<Value> {
    match get(this, "msg").opt() {
        Some(m) if m.cast_exact::<Str>().is_some() => Ok(m),
        _ => base_str(t, this),
    }
}
fn base_str(t: &Thread, this: E) -> R<Value> {
    match this.args.gc().items() {
        [] => Ok(intern("").value()),
        [x] => ops::str(t, *x).map(Gc::value),
        _ => ops::str(t, this.args.gc().value()).map(Gc::value),
    }
}
fn key_str(t: &Thread, this: E) -> R<Value> {
    match this.args.gc().items() {
        [x] => ops::repr(t, *x).map(Gc::value),
        _ => base_str(t, this),
    }
}

// ---- OSError ------------------------------------------------------------

/// The subclass of `OSError` for an error number.
fn class_of_errno(n: i64) -> Option<Exc> {
    Some(match n {
        11 | 114 | 115 => Exc::BlockingIOError,
        32 | 108 => Exc::BrokenPipeError,
        10 => Exc::ChildProcessError,
        103 => Exc::ConnectionAbortedError,
        111 => Exc::ConnectionRefusedError,
        104 => Exc::ConnectionResetError,
        17 => Exc::FileExistsError,
        2 => Exc::FileNotFoundError,
        21 => Exc::IsADirectoryError,
        20 => Exc::NotADirectoryError,
        4 => Exc::InterruptedError,
        1 | 13 => Exc::PermissionError,
        3 => Exc::ProcessLookupError,
        110 => Exc::TimeoutError,
        _ => return None,
    })
}
fn os_new(t: &Thread, class: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<E> {
    let mut class = class;
    if class == Exc::OSError.class()
        && args.len() >= 2
        && let Some(x) = int::to_i64(args.items()[0]).and_then(class_of_errno)
    {
        class = x.class();
    }
    let e = Exception::new(class, args.items());
    if class.special(crate::core::special::Special::Init)
        == Exc::OSError
            .class()
            .special(crate::core::special::Special::Init)
    {
        os_fill(t, e, args, kwargs)?;
    }
    Ok(e)
}
fn os_fill(t: &Thread, this: E, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    no_keywords(t, this, kwargs)?;
    let a = args.items();
    this.args.put(this, args);
    if !(2..=5).contains(&a.len()) {
        return Ok(());
    }
    set(this, "errno", a[0]);
    set(this, "strerror", a[1]);
    if let Some(f) = a.get(2).filter(|f| !f.is_none()) {
        let blocking = class_of(this.value()) == Exc::BlockingIOError.class() && int::is_int(*f);
        set(
            this,
            if blocking {
                "characters_written"
            } else {
                "filename"
            },
            *f,
        );
        if !blocking {
            this.args.put(this, Tuple::new(&a[..2]));
        }
    }
    if let Some(f) = a.get(4) {
        set(this, "filename2", *f);
    }
    Ok(())
}
fn os_init(t: &Thread, this: E, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    use crate::core::special::Special;
    if class_of(this.value()).special(Special::Init) == Exc::OSError.class().special(Special::Init)
    {
        return Ok(());
    }
    os_fill(t, this, args, kwargs)
}
fn os_str(t: &Thread, this: E) -> R<Value> {
    let part = |n: &str| get(this, n).opt();
    let (Some(n), Some(m)) = (part("errno"), part("strerror")) else {
        return base_str(t, this);
    };
    let mut s = format!(
        "[Errno {}] {}",
        ops::str(t, n)?.lossy(),
        ops::str(t, m)?.lossy()
    );
    if let Some(f) = part("filename") {
        s += &format!(": {}", ops::repr(t, f)?.lossy());
        if let Some(g) = part("filename2").filter(|g| !g.is_none()) {
            s += &format!(" -> {}", ops::repr(t, g)?.lossy());
        }
    }
    Ok(Str::new(&s).value())
}
fn written_get(t: &Thread, a: &[Value]) -> R<Value> {
    let v = get(Gc::from_value(a[0]), "characters_written");
    v.opt()
        .ok_or_else(|| errors::attribute_error(t, "characters_written"))
}
fn written_set(_t: &Thread, a: &[Value]) -> R<Value> {
    set(Gc::from_value(a[0]), "characters_written", a[1]);
    Ok(Value::NONE)
}
static WRITTEN: GetSetDef = GetSetDef {
    name: "characters_written",
    doc: "",
    get: written_get,
    set: Some(written_set),
};

// ---- SyntaxError, UnicodeError -------------------------------------------

fn syntax_init(t: &Thread, this: E, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    no_keywords(t, this, kwargs)?;
    this.args.put(this, args);
    if let Some(m) = args.items().first() {
        set(this, "msg", *m);
    }
    if args.len() != 2 {
        return Ok(());
    }
    let info = super::tuple_methods::from_iterable(t, args.items()[1])?;
    if !matches!(info.len(), 4 | 6 | 7) {
        return Err(errors::type_error(
            t,
            format!(
                "function takes exactly 4 or 6 arguments ({} given)",
                info.len()
            ),
        ));
    }
    let names = [
        "filename",
        "lineno",
        "offset",
        "text",
        "end_lineno",
        "end_offset",
        "_metadata",
    ];
    for (i, n) in names.iter().enumerate() {
        set(this, n, info.items().get(i).copied().unwrap_or(Value::NONE));
    }
    Ok(())
}
fn syntax_str(t: &Thread, this: E) -> R<String> {
    let msg = ops::str(t, get(this, "msg").opt().unwrap_or(Value::NONE))?
        .lossy()
        .into_owned();
    let file = get(this, "filename")
        .opt()
        .and_then(|f| f.cast::<Str>())
        .map(|f| {
            let f = f.lossy().into_owned();
            f.rsplit('/').next().unwrap_or(&f).to_string()
        });
    let line = get(this, "lineno").opt().filter(|l| int::is_int(*l));
    Ok(match (file, line) {
        (Some(f), Some(l)) => format!("{msg} ({f}, line {})", ops::str(t, l)?.lossy()),
        (Some(f), None) => format!("{msg} ({f})"),
        (None, Some(l)) => format!("{msg} (line {})", ops::str(t, l)?.lossy()),
        (None, None) => msg,
    })
}
fn unicode_init(t: &Thread, this: E, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<()> {
    no_keywords(t, this, kwargs)?;
    this.args.put(this, args);
    let translate = class_of(this.value()).is_subtype(Exc::UnicodeTranslateError.class());
    let names: &[&str] = match translate {
        true => &["object", "start", "end", "reason"],
        false => &["encoding", "object", "start", "end", "reason"],
    };
    if args.len() != names.len() {
        let m = format!(
            "function takes exactly {} arguments ({} given)",
            names.len(),
            args.len()
        );
        return Err(errors::type_error(t, m));
    }
    for (i, (n, v)) in names.iter().zip(args.items()).enumerate() {
        let ok = match *n {
            "start" | "end" => int::is_int(*v),
            "object" if class_of(this.value()).is_subtype(Exc::UnicodeDecodeError.class()) => {
                super::bytes::like(*v).is_some()
            }
            _ => v.cast::<Str>().is_some(),
        };
        if !ok {
            let want = if matches!(*n, "start" | "end") {
                "int"
            } else {
                "str"
            };
            let m = format!("argument {} must be {want}, not {}", i + 1, type_name(*v));
            return Err(errors::type_error(t, m));
        }
        // The object of a failed decoding is kept as bytes.
        let v = match super::bytes::like(*v) {
            Some(b) if v.cast::<super::bytes::Bytes>().is_none() => {
                super::bytes::Bytes::new(&b).value()
            }
            _ => *v,
        };
        set(this, n, v);
    }
    Ok(())
}
fn unicode_str(t: &Thread, this: E) -> R<String> {
    let part = |n: &str| get(this, n).opt();
    let (Some(object), Some(start), Some(end)) = (part("object"), part("start"), part("end"))
    else {
        return Ok(String::new());
    };
    let (start, end) = (
        int::to_i64(start).unwrap_or(0),
        int::to_i64(end).unwrap_or(0),
    );
    let text = |n: &str| -> R<String> {
        Ok(ops::str(t, part(n).unwrap_or(Value::NONE))?
            .lossy()
            .into_owned())
    };
    let reason = text("reason")?;
    let codec = match part("encoding") {
        Some(_) => Some(text("encoding")?),
        None => None,
    };
    // Making texts of them runs Python code, which may have changed the object.
    let now = get(this, "object").opt();
    let same = |now: Value| match now.cast::<Str>() {
        Some(_) => object.cast::<Str>().is_some(),
        None => super::bytes::like(now).is_some() && super::bytes::like(object).is_some(),
    };
    if !now.is_some_and(same) {
        let kind = match codec {
            Some(_) if super::bytes::like(object).is_some() => "bytes",
            _ => "str",
        };
        let m = match now {
            None => "UnicodeError 'object' attribute is not set".to_owned(),
            Some(_) => format!("UnicodeError 'object' attribute must be a {kind}"),
        };
        return Err(errors::type_error(t, m));
    }
    if let Some(bytes) = super::bytes::like(object) {
        let codec = codec.unwrap_or_default();
        return Ok(match bytes.get(start as usize) {
            Some(b) if end == start + 1 => {
                format!("'{codec}' codec can't decode byte 0x{b:02x} in position {start}: {reason}")
            }
            _ => format!(
                "'{codec}' codec can't decode bytes in position {start}-{}: {reason}",
                end - 1
            ),
        });
    }
    let verb = match codec {
        Some(codec) => format!("'{codec}' codec can't encode"),
        None => "can't translate".into(),
    };
    let one = object
        .cast::<Str>()
        .filter(|s| end == start + 1 && (start as usize) < s.len());
    Ok(match one {
        Some(s) => {
            let at = super::str_::byte_offset(&s, start as usize);
            let c = crate::unicode::wtf8::decode_first(&s.bytes()[at..]).map_or(0, |(c, _)| c);
            let shown = match c {
                0..=0xff => format!("\\x{c:02x}"),
                0x100..=0xffff => format!("\\u{c:04x}"),
                _ => format!("\\U{c:08x}"),
            };
            format!("{verb} character '{shown}' in position {start}: {reason}")
        }
        None => format!(
            "{verb} characters in position {start}-{}: {reason}",
            end - 1
        ),
    })
}

static STOP_METHODS: &[NativeDef] =
    crate::native_table! { __init__(self, /, *args, **kwargs) => stop_init; };
static EXIT_METHODS: &[NativeDef] =
    crate::native_table! { __init__(self, /, *args, **kwargs) => exit_init; };
static NAME_METHODS: &[NativeDef] =
    crate::native_table! { __init__(self, /, *args, **kwargs) => name_init; };
static ATTRIBUTE_METHODS: &[NativeDef] =
    crate::native_table! { __init__(self, /, *args, **kwargs) => attribute_init; };
static IMPORT_METHODS: &[NativeDef] = crate::native_table! {
    __init__(self, /, *args, **kwargs) => import_init;
    __str__(self, /) => import_str;
};
static KEY_METHODS: &[NativeDef] = crate::native_table! { __str__(self, /) => key_str; };
static OS_METHODS: &[NativeDef] = crate::native_table! {
    @staticmethod __new__(cls, /, *args, **kwargs) => os_new;
    __init__(self, /, *args, **kwargs) => os_init;
    __str__(self, /) => os_str;
};
static SYNTAX_METHODS: &[NativeDef] = crate::native_table! {
    __init__(self, /, *args, **kwargs) => syntax_init;
    __str__(self, /) => syntax_str;
};
static UNICODE_METHODS: &[NativeDef] = crate::native_table! {
    __init__(self, /, *args, **kwargs) => unicode_init;
    __str__(self, /) => unicode_str;
};

/// Completes the exception classes. Called once, after they have been made.
pub fn init(t: &Thread) {
    let table: &[(Exc, &[GetSetDef], &'static [NativeDef])] = &[
        (Exc::StopIteration, STOP, STOP_METHODS),
        (Exc::SystemExit, EXIT, EXIT_METHODS),
        (Exc::NameError, NAME, NAME_METHODS),
        (Exc::AttributeError, ATTRIBUTE, ATTRIBUTE_METHODS),
        (Exc::ImportError, IMPORT, IMPORT_METHODS),
        (Exc::KeyError, &[], KEY_METHODS),
        (Exc::OSError, OS, OS_METHODS),
        (Exc::SyntaxError, SYNTAX, SYNTAX_METHODS),
        (Exc::UnicodeDecodeError, UNICODE, UNICODE_METHODS),
        (Exc::UnicodeEncodeError, UNICODE, UNICODE_METHODS),
        (Exc::UnicodeTranslateError, UNICODE, UNICODE_METHODS),
        (
            Exc::BaseExceptionGroup,
            GROUP,
            super::exception_groups::METHODS,
        ),
    ];
    for (exc, attributes, methods) in table {
        let class = exc.class();
        let dict = class.dict.gc();
        for m in *methods {
            dict.set_str(t, intern(m.name), method_object(class, m))
                .expect("start-up memory");
        }
        for g in *attributes {
            add_attribute(t, class, g);
        }
    }
    add_attribute(t, Exc::OSError.class(), &WRITTEN);
}

fn add_attribute(t: &Thread, class: Gc<Type>, def: &'static GetSetDef) {
    let name = intern_str(intern(def.name));
    class
        .dict
        .gc()
        .set_str(t, name, GetSet::new(def, class).value())
        .expect("start-up memory");
}
