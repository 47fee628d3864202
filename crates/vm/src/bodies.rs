//! Builtin functions with a body in Python, `bodies.py`: called in their place where the
//! iterable that they consume runs Python code.
//!
//! Their frames are the interpreter's own, left out of tracebacks.

use std::cell::RefCell;

use pyjit_bytecode::{CodeObject, Constant};
use pyjit_compiler::{Options, compile_source};
use pyjit_heap::{Gc, RootVec, Value};
use pyjit_runtime::core::native::NativeObject;
use pyjit_runtime::core::special::Special;
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::iterator_tools::Tool;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, of_kind};
use pyjit_runtime::{R, Thread};
use pyjit_syntax::{Mode, Source};

use crate::objects::code::Code;
use crate::objects::function::Function;
use crate::stubs;
use crate::vm::Vm;

macro_rules! bodies {
    ($($variant:ident $name:literal,)*) => {
        /// A builtin function with a body.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Body { $($variant),* }
        const NAMES: &[&str] = &[$($name),*];
    };
}
bodies! {
    Any "any", All "all", Sum "sum", Max "max", Min "min", MaxKey "max_key", MinKey "min_key",
    List "list", Tuple "tuple", Set "set", Join "join", Bytes "bytes", FrozenSet "frozenset",
    Sorted "sorted", MaxDefault "max_default", MinDefault "min_default",
}

/// Builtin functions that the bodies use.
pub const FUNCTIONS: [&str; 2] = ["iter", "abs"];

/// The functions, by number; absent until they are needed.
#[derive(Default)]
pub struct Bodies(RefCell<RootVec>);

impl Body {
    /// Is it, interpreted, as quick as the native function? What collects items is; what
    /// computes with them is not.
    pub fn pays_interpreted(self) -> bool {
        !matches!(self, Body::Sum | Body::MaxKey | Body::MinKey | Body::Bytes)
    }

    /// The body of a call of `f`, if it has one for these arguments.
    pub fn of(f: Value, args: &[Value], names: Option<Gc<Tuple>>) -> Option<Body> {
        if !f.is_ptr() {
            return None;
        }
        match f.shape_id() {
            kinds::BUILTIN_FUNCTION => Body::of_builtin(Gc::from_value(f), args, names),
            kinds::METHOD_DESCRIPTOR => {
                let [this, x] = args else { return None };
                let n: Gc<NativeObject> = Gc::from_value(f);
                let known = names.is_none()
                    && is_python_iterable(*x)
                    && this.is_ptr()
                    && this.shape_id() == kinds::STR
                    && n.def().name == "join"
                    && n.owner.get() == of_kind(kinds::STR).value();
                known.then_some(Body::Join)
            }
            _ => {
                let [x] = args else { return None };
                if names.is_some() {
                    return None;
                }
                let class = f.cast::<Type>()?;
                let body = match class.kind.get() {
                    kinds::LIST => Body::List,
                    kinds::TUPLE => Body::Tuple,
                    kinds::SET => Body::Set,
                    // Objects of classes may have `__bytes__`, or be sizes.
                    kinds::BYTES if is_iterator(*x) => Body::Bytes,
                    kinds::FROZENSET => Body::FrozenSet,
                    _ => return None,
                };
                let exact = class == of_kind(class.kind.get());
                (exact && is_python_iterable(*x) && !gives_length(*x)).then_some(body)
            }
        }
    }

    fn of_builtin(n: Gc<NativeObject>, args: &[Value], names: Option<Gc<Tuple>>) -> Option<Body> {
        let x = args.first()?;
        let keyword = match names {
            None => "",
            Some(names) => match (names.items(), args) {
                ([name], [_, f]) if *name == intern("key").value() => {
                    let python = f.is_ptr() && f.shape_id() == kinds::FUNCTION;
                    if !python {
                        return None;
                    }
                    "key"
                }
                ([name], [..]) if *name == intern("default").value() => "default",
                _ => return None,
            },
        };
        if keyword != "key" && !is_python_iterable(*x) {
            return None;
        }
        let body = match (n.def().name, args.len(), keyword) {
            ("any", 1, "") => Body::Any,
            ("all", 1, "") => Body::All,
            ("sum", 1, "") => Body::Sum,
            ("sum", 2, "") if !is_text(args[1]) => Body::Sum,
            ("max", 1, "") => Body::Max,
            ("min", 1, "") => Body::Min,
            ("sorted", 1, "") => Body::Sorted,
            ("max", 2, "key") => Body::MaxKey,
            ("min", 2, "key") => Body::MinKey,
            ("max", 2, "default") => Body::MaxDefault,
            ("min", 2, "default") => Body::MinDefault,
            _ => return None,
        };
        let module = n.owner.get().cast::<Str>()?;
        (module.bytes() == b"builtins").then_some(body)
    }

    /// Its function; `native` is what it stands for.
    pub fn function(self, t: &Thread, native: Value) -> R<Gc<Function>> {
        let all = &Vm::get().bodies.0;
        if all.borrow().len() == 0 {
            for _ in NAMES {
                all.borrow_mut().push(Value::NONE);
            }
        }
        let have = all.borrow().get(self as usize);
        if !have.is_none() {
            return Ok(Gc::from_value(have));
        }
        let f = make(t, NAMES[self as usize], native)?;
        all.borrow_mut().set(self as usize, f.value());
        Ok(f)
    }
}

/// Is it a builtin iterator that runs Python code?
fn is_iterator(x: Value) -> bool {
    let k = if x.is_ptr() { x.shape_id() } else { 0 };
    matches!(k, kinds::GENERATOR | kinds::MAP | kinds::FILTER)
}

/// Does going through it run Python code?
pub fn is_python_iterable(x: Value) -> bool {
    if !x.is_ptr() {
        return false;
    }
    match x.shape_id() {
        kinds::GENERATOR => true,
        kinds::MAP | kinds::FILTER => {
            let f = Gc::<Tool>::from_value(x).first.get();
            f.is_ptr() && f.shape_id() == kinds::FUNCTION
        }
        _ => stubs::special(x, Special::Iter).is_some(),
    }
}

/// Is it asked how many items it has?
fn gives_length(x: Value) -> bool {
    let c = class_of(x);
    c.special(Special::Len).is_some() || c.special(Special::LengthHint).is_some()
}

fn is_text(x: Value) -> bool {
    matches!(
        class_of(x).kind.get(),
        kinds::STR | kinds::BYTES | kinds::BYTEARRAY
    )
}

/// The text of one function of `bodies.py`: starting up needs few of them, each in a hurry.
fn source_of(name: &str) -> Option<&'static str> {
    let all = include_str!("bodies.py");
    let from = all.find(&format!("\ndef {name}("))? + 1;
    let rest = &all[from..];
    Some(rest.find("\n\ndef ").map_or(rest, |end| &rest[..end + 1]))
}

fn make(t: &Thread, name: &str, native: Value) -> R<Gc<Function>> {
    let broken = |what: &str| errors::system_error(t, format!("body of {name}: {what}"));
    let source = source_of(name).ok_or_else(|| broken("missing"))?;
    let source = Source::from_text(source);
    let options = Options {
        filename: "<builtins>".into(),
        optimize: 0,
        future_flags: 0,
        top_level_await: false,
    };
    let (module, _) =
        compile_source(&source, Mode::Module, &options).map_err(|e| broken(&e.message))?;
    let code = module.constants.iter().find_map(|k| match k {
        Constant::Code(c) if *c.name == *name => Some(c.clone()),
        _ => None,
    });
    let Some(code) = code else {
        return Err(broken("missing"));
    };
    let object: &'static CodeObject = Box::leak(Box::new((*code).clone()));
    let code = Code::new(t, object)?;
    code.set_internal();
    let globals = Dict::new();
    let builtins = Vm::get().builtins();
    for (i, name) in FUNCTIONS.iter().enumerate() {
        globals.set_str(t, intern(name), Vm::get().original(i))?;
    }
    for (name, kind) in [
        ("type", kinds::TYPE),
        ("int", kinds::INT),
        ("bool", kinds::BOOL),
        ("float", kinds::FLOAT),
        ("complex", kinds::COMPLEX),
        ("bytearray", kinds::BYTEARRAY),
    ] {
        globals.set_str(t, intern(name), of_kind(kind).value())?;
    }
    let error = Exc::ValueError.class().value();
    globals.set_str(t, intern("ValueError"), error)?;
    globals.set_str(t, intern("native"), native)?;
    let f = Function::with_builtins(code, globals, builtins);
    if name == "sum" {
        f.defaults.set(f, Tuple::new(&[Value::int(0)]).value());
    }
    Ok(f)
}
