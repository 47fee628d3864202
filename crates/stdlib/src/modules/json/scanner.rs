//! `make_scanner`: a whole document at once.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::float;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, byte_offset, char_index, intern};
use pyjit_runtime::types::str_methods::piece;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, of_kind};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::{decode_error, strings};
use crate::native_layout;

native_layout! {
    /// The hooks of a decoder, and whether it is strict.
    Scanner = 465, refs 1..6 { object_hook, object_pairs_hook, parse_float, parse_int, parse_constant } ints { strict }
}

fn new(t: &Thread, class: Gc<Type>, context: Value) -> R<Gc<Scanner>> {
    let get = |name: &str| attr::get(t, context, intern(name));
    let strict = pyjit_runtime::core::ops::truth(t, get("strict")?)?;
    Ok(Scanner::alloc(
        class,
        get("object_hook")?,
        get("object_pairs_hook")?,
        get("parse_float")?,
        get("parse_int")?,
        get("parse_constant")?,
        strict as i64,
    ))
}

/// A document that is read.
struct Document<'a> {
    t: &'a Thread,
    hooks: Gc<Scanner>,
    s: Gc<Str>,
    text: &'a [u8],
    /// Keys seen before: equal ones become one object.
    keys: Gc<Dict>,
}

fn scan_once(t: &Thread, this: Gc<Scanner>, string: Value, idx: i64) -> R<Gc<Tuple>> {
    let s = super::text(t, string)?;
    if idx < 0 {
        return Err(errors::value_error(t, "idx cannot be negative"));
    }
    let document = Document {
        t,
        hooks: this,
        s,
        text: s.bytes(),
        keys: Dict::new(),
    };
    let from = byte_offset(&s, idx as usize);
    if idx as usize >= s.len() {
        return Err(errors::stop_iteration(t, Value::int(idx)));
    }
    let (v, end) = document.value(from)?;
    Ok(Tuple::new(&[v, Value::int(char_index(&s, end) as i64)]))
}

type Found = R<(Value, usize)>;

impl Document<'_> {
    fn space(&self, mut at: usize) -> usize {
        while matches!(self.text.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        at
    }
    #[cold]
    fn fail(&self, message: &str, at: usize) -> Raised {
        decode_error(self.t, message, self.s, at)
    }
    #[cold]
    fn nothing(&self, at: usize) -> Raised {
        let at = char_index(&self.s, at.min(self.text.len())) as i64;
        errors::stop_iteration(self.t, Value::int(at))
    }
    fn strict(&self) -> bool {
        self.hooks.strict.get() != 0
    }

    /// The value at `at`, and the place behind it.
    fn value(&self, at: usize) -> Found {
        let rest = &self.text[at.min(self.text.len())..];
        let word = |w: &str, v: Value| Ok((v, at + w.len()));
        match rest.first() {
            Some(b'"') => strings::scan(self.t, self.s, at + 1, self.strict()),
            Some(b'{') => self.object(at + 1),
            Some(b'[') => self.array(at + 1),
            Some(b'n') if rest.starts_with(b"null") => word("null", Value::NONE),
            Some(b't') if rest.starts_with(b"true") => word("true", Value::TRUE),
            Some(b'f') if rest.starts_with(b"false") => word("false", Value::FALSE),
            Some(b'N') if rest.starts_with(b"NaN") => self.constant("NaN", at),
            Some(b'I') if rest.starts_with(b"Infinity") => self.constant("Infinity", at),
            Some(b'-') if rest.starts_with(b"-Infinity") => self.constant("-Infinity", at),
            Some(b'-' | b'0'..=b'9') => self.number(at),
            _ => Err(self.nothing(at)),
        }
    }
    fn constant(&self, name: &str, at: usize) -> Found {
        let hook = self.hooks.parse_constant.get();
        let v = call::call(self.t, hook, &[intern(name).value()])?;
        Ok((v, at + name.len()))
    }

    fn number(&self, from: usize) -> Found {
        let digits = |mut at: usize| {
            while matches!(self.text.get(at), Some(b'0'..=b'9')) {
                at += 1;
            }
            at
        };
        let first = from + (self.text[from] == b'-') as usize;
        let mut end = match self.text.get(first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => digits(first),
            _ => return Err(self.nothing(from)),
        };
        let mut is_float = false;
        if self.text.get(end) == Some(&b'.') && digits(end + 1) > end + 1 {
            is_float = true;
            end = digits(end + 1);
        }
        if matches!(self.text.get(end), Some(b'e' | b'E')) {
            let sign = matches!(self.text.get(end + 1), Some(b'+' | b'-')) as usize;
            let stop = digits(end + 1 + sign);
            if stop > end + 1 + sign {
                is_float = true;
                end = stop;
            }
        }
        let v = self.numeral(from..end, is_float)?;
        Ok((v, end))
    }
    fn numeral(&self, r: std::ops::Range<usize>, is_float: bool) -> R<Value> {
        let text = std::str::from_utf8(&self.text[r.clone()]).unwrap_or("");
        let (hook, usual) = match is_float {
            true => (self.hooks.parse_float.get(), kinds::FLOAT),
            false => (self.hooks.parse_int.get(), kinds::INT),
        };
        if hook == of_kind(usual).value() {
            if is_float && let Ok(f) = text.parse::<f64>() {
                return Ok(float::from_f64(f));
            }
            // Short ones fit a word.
            if !is_float
                && text.len() <= 18
                && let Ok(i) = text.parse::<i64>()
            {
                return Ok(Value::int(i));
            }
        }
        call::call(self.t, hook, &[piece(self.s, r).value()])
    }

    fn key(&self, at: usize) -> Found {
        let (key, next) = strings::scan(self.t, self.s, at, self.strict())?;
        let known: Gc<Str> = Gc::from_value(key);
        if let Some(v) = self.keys.get_str(known) {
            return Ok((v, next));
        }
        self.keys.set_str(self.t, known, key)?;
        Ok((key, next))
    }

    /// The members from behind the brace on.
    fn object(&self, at: usize) -> Found {
        call::enter_native(
            self.t,
            " while decoding a JSON object from a unicode string",
        )?;
        let pairs = !self.hooks.object_pairs_hook.get().is_none();
        let (dict, list) = (Dict::new(), List::new());
        let mut at = self.space(at);
        if self.text.get(at) != Some(&b'}') {
            loop {
                if self.text.get(at) != Some(&b'"') {
                    let m = "Expecting property name enclosed in double quotes";
                    return Err(self.fail(m, at));
                }
                let (key, next) = self.key(at + 1)?;
                at = self.space(next);
                if self.text.get(at) != Some(&b':') {
                    return Err(self.fail("Expecting ':' delimiter", at));
                }
                let (v, next) = self.value(self.space(at + 1))?;
                match pairs {
                    true => list.push(self.t, Tuple::new(&[key, v]).value())?,
                    false => dict.set_str(self.t, Gc::from_value(key), v)?,
                }
                at = self.space(next);
                match self.text.get(at) {
                    Some(b'}') => break,
                    Some(b',') => {}
                    _ => return Err(self.fail("Expecting ',' delimiter", at)),
                }
                let comma = at;
                at = self.space(at + 1);
                if self.text.get(at) == Some(&b'}') {
                    let m = "Illegal trailing comma before end of object";
                    return Err(self.fail(m, comma));
                }
            }
        }
        let hook = self.hooks.object_hook.get();
        let v = if pairs {
            call::call(self.t, self.hooks.object_pairs_hook.get(), &[list.value()])?
        } else if !hook.is_none() {
            call::call(self.t, hook, &[dict.value()])?
        } else {
            dict.value()
        };
        Ok((v, at + 1))
    }

    /// The items from behind the bracket on.
    fn array(&self, at: usize) -> Found {
        call::enter_native(self.t, " while decoding a JSON array from a unicode string")?;
        let list = List::new();
        let mut at = self.space(at);
        if self.text.get(at) != Some(&b']') {
            loop {
                let (v, next) = self.value(at)?;
                list.push(self.t, v)?;
                at = self.space(next);
                match self.text.get(at) {
                    Some(b']') => break,
                    Some(b',') => {}
                    _ => return Err(self.fail("Expecting ',' delimiter", at)),
                }
                let comma = at;
                at = self.space(at + 1);
                if self.text.get(at) == Some(&b']') {
                    let m = "Illegal trailing comma before end of array";
                    return Err(self.fail(m, comma));
                }
            }
        }
        Ok((list.value(), at + 1))
    }
}

macro_rules! getters {
    ($($name:ident)*) => { $(
        fn $name(_t: &Thread, this: Gc<Scanner>) -> Value {
            this.$name.get()
        }
    )* };
}
getters!(object_hook object_pairs_hook parse_float parse_int parse_constant);
fn strict(_t: &Thread, this: Gc<Scanner>) -> bool {
    this.strict.get() != 0
}

py_class! {
    /// JSON scanner object
    pub CLASS: Scanner = "Scanner", base kinds::OBJECT, flags flags::BASETYPE, module "_json";
    methods {
        @staticmethod __new__(cls, context) => new;
        __call__(self, string, idx) => scan_once;
    }
    getset {
        /// strict
        strict => strict;
        /// object_hook
        object_hook => object_hook;
        object_pairs_hook => object_pairs_hook;
        /// parse_float
        parse_float => parse_float;
        /// parse_int
        parse_int => parse_int;
        /// parse_constant
        parse_constant => parse_constant;
    }
}
