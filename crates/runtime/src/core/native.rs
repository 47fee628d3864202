//! Native functions: how a Rust function becomes a Python callable.
//!
//! A Rust function keeps its natural signature, `fn(&Thread, Gc<List>, Value)
//! -> R<()>`; [`NativeFn`] converts arguments and result. Its Python signature
//! is text in the class table; [`Sig`] is what constant evaluation reads from it.

use pyjit_heap::{Field, Gc, Header, HeapObject, Value, heap_object};

use super::errors;
use super::kinds;
use super::thread::{R, Thread};
use crate::types::dict::Dict;
use crate::types::str_::Str;
use crate::types::tuple::Tuple;
use crate::types::type_::{self, Type};

/// Entry point: arguments bound to parameters, absent ones `NULL`.
pub type Entry = fn(&Thread, &[Value]) -> R<Value>;

/// What kind of callable a table row makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// Instance method (or, in a module, a plain function).
    Method,
    ClassMethod,
    StaticMethod,
}

/// One native function, declared in a table.
pub struct NativeDef {
    pub name: &'static str,
    pub doc: &'static str,
    /// Parameters as Python text, without parentheses.
    pub params: &'static str,
    pub sig: Sig,
    pub entry: Entry,
    pub binding: Binding,
    pub effects: Effects,
}

/// What an optimiser may assume. Nothing stated means anything may happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effects(pub u8);

impl Effects {
    /// May do anything.
    pub const ANY: Effects = Effects(0);
    /// Never runs Python code, so never touches interpreter frames.
    pub const LEAF: u8 = 1;
    /// Same result for the same arguments; no effect.
    pub const PURE: u8 = 2;
    /// Never raises.
    pub const NO_RAISE: u8 = 4;
    /// Writes nothing that existed before.
    pub const READS: u8 = 8;
    /// Parses a list of words, as the tables write them.
    pub const fn parse(words: &[&str]) -> Effects {
        let mut e = 0;
        let mut i = 0;
        while i < words.len() {
            e |= match words[i].as_bytes() {
                b"leaf" => Self::LEAF,
                b"pure" => Self::PURE | Self::LEAF | Self::READS,
                b"no_raise" => Self::NO_RAISE,
                b"reads" => Self::READS,
                _ => panic!("unknown effect"),
            };
            i += 1;
        }
        Effects(e)
    }
    /// Is the claim made?
    pub const fn has(self, claim: u8) -> bool {
        self.0 & claim != 0
    }
}

/// Shape of a parameter list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sig {
    /// Parameters that can be passed by position, and of those positional-only.
    pub positional: u8,
    pub positional_only: u8,
    /// Of the positional ones, how many have no default.
    pub required: u8,
    pub keyword_only: u8,
    /// Has a keyword-only parameter no default?
    pub needs_keyword: bool,
    pub varargs: bool,
    pub varkw: bool,
    /// The number of arguments if they are exactly the slots, else [`Sig::NEVER`].
    pub exact: u8,
    /// Does the entry point take the bound object (or class, or module) first?
    pub takes_self: bool,
}

impl Sig {
    /// No number of arguments.
    pub const NEVER: u8 = u8::MAX;
    /// Number of argument slots that the entry point gets: positional,
    /// keyword-only, then `*args` (a tuple) and `**kwargs` (a dict or absent).
    pub const fn slots(self) -> usize {
        self.positional as usize
            + self.keyword_only as usize
            + self.varargs as usize
            + self.varkw as usize
    }

    /// Reads parameter text such as `self, index = -1, /, *, key = None`.
    pub const fn parse(text: &str) -> Sig {
        let b = text.as_bytes();
        let mut s = Sig {
            positional: 0,
            positional_only: 0,
            required: 0,
            keyword_only: 0,
            needs_keyword: false,
            varargs: false,
            varkw: false,
            exact: 0,
            takes_self: starts_with(b, b"self")
                || starts_with(b, b"cls")
                || starts_with(b, b"module"),
        };
        let mut star = false;
        let mut i = 0;
        while i < b.len() {
            while i < b.len() && (b[i] == b' ' || b[i] == b'\n' || b[i] == b',') {
                i += 1;
            }
            if i >= b.len() {
                break;
            }
            let start = i;
            let mut depth = 0;
            let mut default = false;
            while i < b.len() && (depth > 0 || b[i] != b',') {
                match b[i] {
                    b'(' | b'[' | b'{' => depth += 1,
                    b')' | b']' | b'}' => depth -= 1,
                    b'=' => default = true,
                    _ => {}
                }
                i += 1;
            }
            match b[start] {
                b'/' => s.positional_only = s.positional,
                b'*' if start + 1 < b.len() && b[start + 1] == b'*' => s.varkw = true,
                b'*' => {
                    star = true;
                    s.varargs = !is_bare_star(b, start, i);
                }
                _ if star => {
                    s.keyword_only += 1;
                    s.needs_keyword |= !default;
                }
                _ => {
                    s.positional += 1;
                    if !default {
                        s.required += 1;
                    }
                }
            }
        }
        s.exact = if s.slots() == s.positional as usize {
            s.positional
        } else {
            Sig::NEVER
        };
        s
    }
}

const fn starts_with(b: &[u8], word: &[u8]) -> bool {
    let mut i = 0;
    while i < word.len() {
        if i >= b.len() || b[i] != word[i] {
            return false;
        }
        i += 1;
    }
    true
}

const fn is_bare_star(b: &[u8], start: usize, end: usize) -> bool {
    let mut i = start + 1;
    while i < end {
        if b[i] != b' ' && b[i] != b'\n' {
            return false;
        }
        i += 1;
    }
    true
}

/// A native callable: plain function, method descriptor, slot wrapper. Which
/// one is told by the object's kind; all share this layout.
#[repr(C)]
pub struct NativeObject {
    header: Header,
    /// `self` of a bound function (module or instance), or absent.
    pub this: Field,
    /// Owning class of a descriptor, or `__module__` of a function.
    pub owner: Field,
    /// Attributes set from Python, or absent.
    pub dict: Field,
    def: &'static NativeDef,
}
heap_object!(NativeObject = kinds::BUILTIN_FUNCTION, refs 1..4);

impl NativeObject {
    /// Makes a callable of one of the native kinds.
    pub fn new(kind: u32, def: &'static NativeDef, this: Value, owner: Value) -> Gc<NativeObject> {
        Gc::with_shape(
            kind,
            NativeObject {
                header: Header::NEW,
                this: Field::new(this),
                owner: Field::new(owner),
                dict: Field::null(),
                def,
            },
            0,
        )
    }
    /// The table row.
    #[inline(always)]
    pub fn def(&self) -> &'static NativeDef {
        self.def
    }
    /// Is `v` any native callable?
    #[inline(always)]
    pub fn is(v: Value) -> bool {
        v.is_ptr() && (kinds::BUILTIN_FUNCTION..=kinds::METHOD_WRAPPER).contains(&v.shape_id())
    }
    /// `v` as a native callable.
    #[inline]
    pub fn of(v: Value) -> Option<Gc<NativeObject>> {
        if NativeObject::is(v) {
            Some(Gc::from_value(v))
        } else {
            None
        }
    }
}

/// A Rust function that can be called with Python arguments.
pub trait NativeFn<A> {
    /// Converts, calls, converts back. The names are for messages.
    fn call(&self, t: &Thread, args: &[Value], names: Names) -> R<Value>;
}

macro_rules! native_fn {
    ($($a:ident $i:tt),*) => {
        impl<F, Ret: IntoResult, $($a: FromArg),*> NativeFn<($($a,)*)> for F
        where
            F: Fn(&Thread, $($a),*) -> Ret,
        {
            #[inline]
            #[allow(unused_variables)]
            fn call(&self, t: &Thread, args: &[Value], names: Names) -> R<Value> {
                self(t, $($a::from_arg(t, args[$i], Position { names, index: $i })?),*).into_result(t)
            }
        }
    };
}
native_fn!();
native_fn!(A 0);
native_fn!(A 0, B 1);
native_fn!(A 0, B 1, C 2);
native_fn!(A 0, B 1, C 2, D 3);
native_fn!(A 0, B 1, C 2, D 3, E 4);
native_fn!(A 0, B 1, C 2, D 3, E 4, G 5);
native_fn!(A 0, B 1, C 2, D 3, E 4, G 5, H 6);
native_fn!(A 0, B 1, C 2, D 3, E 4, G 5, H 6, I 7);
native_fn!(A 0, B 1, C 2, D 3, E 4, G 5, H 6, I 7, J 8);
native_fn!(A 0, B 1, C 2, D 3, E 4, G 5, H 6, I 7, J 8, K 9);

/// What messages need to know of a native function.
#[derive(Clone, Copy)]
pub struct Names {
    pub name: &'static str,
    /// Parameters as Python text.
    pub params: &'static str,
}

/// Which argument of which function, for messages.
#[derive(Clone, Copy)]
pub struct Position {
    pub names: Names,
    pub index: usize,
}

impl Position {
    /// The argument as messages call it: `argument`, `argument 2`, `argument 'key'`.
    fn shown(self) -> String {
        let p = self.names.params;
        let s = Sig::parse(p);
        let hidden = p.starts_with("self") || p.starts_with("cls") || p.starts_with("module");
        let number = self.index + 1 - usize::from(hidden).min(self.index);
        if self.index >= s.positional_only as usize
            && let Some(name) = super::args::parameter_name(p, self.index)
        {
            return format!("argument '{name}'");
        }
        match s.slots() - usize::from(hidden) {
            1 => "argument".into(),
            _ => format!("argument {number}"),
        }
    }
}

/// A Rust type that an argument converts to.
pub trait FromArg: Sized {
    /// `v` is `NULL` for an argument that was not passed.
    fn from_arg(t: &Thread, v: Value, at: Position) -> R<Self>;
}

impl FromArg for Value {
    #[inline(always)]
    fn from_arg(_: &Thread, v: Value, _: Position) -> R<Value> {
        Ok(v)
    }
}

/// Absent gives `None`; Python's `None` is a value like any other.
impl<T: FromArg> FromArg for Option<T> {
    #[inline(always)]
    fn from_arg(t: &Thread, v: Value, at: Position) -> R<Option<T>> {
        if v.is_null() {
            Ok(None)
        } else {
            T::from_arg(t, v, at).map(Some)
        }
    }
}

impl<T: HeapObject> FromArg for Gc<T> {
    #[inline(always)]
    fn from_arg(t: &Thread, v: Value, at: Position) -> R<Gc<T>> {
        match v.cast::<T>() {
            Some(g) => Ok(g),
            None => Err(wrong_type(t, T::KIND, v, at)),
        }
    }
}

/// An index-like integer argument (`__index__`), clamped errors as CPython:
/// `OverflowError` when it does not fit 64 bits.
impl FromArg for i64 {
    #[inline]
    fn from_arg(t: &Thread, v: Value, _: Position) -> R<i64> {
        if v.is_int() {
            Ok(v.as_int())
        } else {
            super::ops::index_i64(t, v)
        }
    }
}

impl FromArg for f64 {
    #[inline]
    fn from_arg(t: &Thread, v: Value, _: Position) -> R<f64> {
        if v.is_float() {
            Ok(v.as_float())
        } else {
            super::ops::to_f64(t, v)
        }
    }
}

/// Truth value of any object.
impl FromArg for bool {
    #[inline]
    fn from_arg(t: &Thread, v: Value, _: Position) -> R<bool> {
        super::ops::truth(t, v)
    }
}

#[cold]
fn wrong_type(t: &Thread, kind: u32, v: Value, at: Position) -> super::thread::Raised {
    let want = type_::of_kind_opt(kind).map_or_else(|| "object".into(), |c: Gc<Type>| c.name_str());
    let got = if v.is_none() {
        "None".into()
    } else {
        type_::type_name(v)
    };
    let name = at.names.name;
    if at.index == 0 && name.starts_with("__") {
        let m = format!("descriptor '{name}' requires a '{want}' object but received a '{got}'");
        return errors::type_error(t, m);
    }
    errors::type_error(
        t,
        format!("{name}() {} must be {want}, not {got}", at.shown()),
    )
}

/// What a native function may give back.
pub trait IntoResult {
    /// As a Python result.
    fn into_result(self, t: &Thread) -> R<Value>;
}
impl IntoResult for Value {
    #[inline(always)]
    fn into_result(self, _: &Thread) -> R<Value> {
        Ok(self)
    }
}
impl IntoResult for () {
    #[inline(always)]
    fn into_result(self, _: &Thread) -> R<Value> {
        Ok(Value::NONE)
    }
}
impl IntoResult for bool {
    #[inline(always)]
    fn into_result(self, _: &Thread) -> R<Value> {
        Ok(Value::bool(self))
    }
}
impl IntoResult for i64 {
    #[inline(always)]
    fn into_result(self, t: &Thread) -> R<Value> {
        Ok(crate::types::int::from_i64(t, self))
    }
}
impl IntoResult for usize {
    #[inline(always)]
    fn into_result(self, t: &Thread) -> R<Value> {
        Ok(crate::types::int::from_i64(t, self as i64))
    }
}
impl IntoResult for f64 {
    #[inline(always)]
    fn into_result(self, _: &Thread) -> R<Value> {
        Ok(crate::types::float::from_f64(self))
    }
}
impl IntoResult for &str {
    fn into_result(self, _: &Thread) -> R<Value> {
        Ok(Str::new(self).value())
    }
}
impl IntoResult for String {
    fn into_result(self, _: &Thread) -> R<Value> {
        Ok(Str::new(&self).value())
    }
}
impl<T> IntoResult for Gc<T> {
    #[inline(always)]
    fn into_result(self, _: &Thread) -> R<Value> {
        Ok(self.value())
    }
}
impl<T: IntoResult> IntoResult for R<T> {
    #[inline(always)]
    fn into_result(self, t: &Thread) -> R<Value> {
        self?.into_result(t)
    }
}
/// `None` is Python's `None`.
impl<T: IntoResult> IntoResult for Option<T> {
    #[inline(always)]
    fn into_result(self, t: &Thread) -> R<Value> {
        match self {
            Some(v) => v.into_result(t),
            None => Ok(Value::NONE),
        }
    }
}

/// Keyword arguments of a call: names, and the values behind the positional ones.
#[derive(Clone, Copy)]
pub struct Keywords<'a> {
    pub names: &'a [Value],
    pub values: &'a [Value],
}

impl Keywords<'_> {
    /// No keyword arguments.
    pub const NONE: Keywords<'static> = Keywords {
        names: &[],
        values: &[],
    };
    /// As a dictionary.
    pub fn to_dict(self, t: &Thread) -> R<Gc<Dict>> {
        let d = Dict::new();
        for (n, v) in self.names.iter().zip(self.values) {
            d.set(t, *n, *v)?;
        }
        Ok(d)
    }
}

/// Splits `args` by the keyword-name tuple of a call.
pub fn split<'a>(args: &'a [Value], kwnames: Option<&'a Tuple>) -> (&'a [Value], Keywords<'a>) {
    match kwnames {
        None => (args, Keywords::NONE),
        Some(names) => {
            let (positional, values) = args.split_at(args.len() - names.len());
            (
                positional,
                Keywords {
                    names: names.items(),
                    values,
                },
            )
        }
    }
}
