//! `make_encoder`: a whole object as text at once.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::native::NativeObject;
use pyjit_runtime::core::{call, errors, kinds, ops};
use pyjit_runtime::fmt::push_float_repr;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, flags, type_name};
use pyjit_runtime::types::{float, int, int_methods};
use pyjit_runtime::{R, Raised, Thread, py_class};

use super::quote;
use crate::native_layout;

native_layout! {
    /// What the constructor was given. `quoting`: 1 and 2 mean our own
    /// functions for ASCII and for all text, 0 another function.
    Encoder = 359, refs 1..7 { markers, default, encoder, indent, key_separator, item_separator }
        ints { sort_keys, skip_keys, allow_nan, quoting }
}
type E = Gc<Encoder>;

fn new(
    t: &Thread,
    class: Gc<Type>,
    markers: Value,
    default: Value,
    encoder: Value,
    indent: Value,
    key_separator: Gc<Str>,
    item_separator: Gc<Str>,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
) -> R<E> {
    if !markers.is_none() && markers.cast::<Dict>().is_none() {
        let m = format!(
            "make_encoder() argument 1 must be dict or None, not {}",
            type_name(markers)
        );
        return Err(errors::type_error(t, m));
    }
    let own = |name: &str| {
        let f = super::MODULE.functions.iter().find(|f| f.name == name);
        let given = NativeObject::of(encoder).map(|f| f.def());
        matches!((f, given), (Some(f), Some(g)) if std::ptr::eq(f, g))
    };
    let quoting = if own("encode_basestring_ascii") {
        1
    } else {
        2 * i64::from(own("encode_basestring"))
    };
    Ok(Encoder::alloc(
        class,
        markers,
        default,
        encoder,
        indent,
        key_separator.value(),
        item_separator.value(),
        sort_keys as i64,
        skip_keys as i64,
        allow_nan as i64,
        quoting,
    ))
}

fn encode(t: &Thread, this: E, object: Value, level: i64) -> R<Gc<Tuple>> {
    let text = |v: Value| v.cast::<Str>().map_or(Vec::new(), |s| s.bytes().to_vec());
    let mut w = Writer {
        t,
        this,
        out: Vec::new(),
        key_separator: text(this.key_separator.get()),
        item_separator: text(this.item_separator.get()),
        indent: this.indent.get().cast::<Str>().map(|s| s.bytes().to_vec()),
    };
    w.value(object, level.max(0) as usize)?;
    Ok(Tuple::new(&[Str::from_wtf8(&w.out).value()]))
}

/// Text in the making.
struct Writer<'t> {
    t: &'t Thread,
    this: E,
    out: Vec<u8>,
    key_separator: Vec<u8>,
    item_separator: Vec<u8>,
    indent: Option<Vec<u8>>,
}

impl Writer<'_> {
    fn add(&mut self, s: &str) {
        self.out.extend_from_slice(s.as_bytes());
    }
    fn value(&mut self, v: Value, level: usize) -> R<()> {
        let t = self.t;
        if let Some(s) = v.cast::<Str>() {
            return self.string(s);
        }
        if v.is_none() {
            self.add("null");
        } else if v == Value::TRUE {
            self.add("true");
        } else if v == Value::FALSE {
            self.add("false");
        } else if let Some(n) = int::exact(v) {
            self.out.extend_from_slice(int_methods::text(t, n)?.bytes());
        } else if let Some(x) = float::get(v) {
            self.float(v, x)?;
        } else if v.cast::<List>().is_some() || v.cast::<Tuple>().is_some() {
            call::enter_native(t, " while encoding a JSON object")?;
            self.list(v, level)?;
        } else if let Some(d) = v.cast::<Dict>() {
            call::enter_native(t, " while encoding a JSON object")?;
            self.dict(d, level)?;
        } else {
            self.other(v, level)?;
        }
        Ok(())
    }
    fn string(&mut self, s: Gc<Str>) -> R<()> {
        match self.this.quoting.get() {
            0 => {
                let r = call::call(self.t, self.this.encoder.get(), &[s.value()])?;
                let Some(text) = r.cast::<Str>() else {
                    let m = format!("encoder() must return a string, not {}", type_name(r));
                    return Err(errors::type_error(self.t, m));
                };
                self.out.extend_from_slice(text.bytes());
            }
            how => quote::push_quoted(&mut self.out, s.bytes(), how == 1),
        }
        Ok(())
    }
    fn float(&mut self, v: Value, x: f64) -> R<()> {
        if x.is_finite() {
            push_float_repr(&mut self.out, x);
            return Ok(());
        }
        if self.this.allow_nan.get() == 0 {
            let shown = ops::repr(self.t, v)?;
            let m = format!(
                "Out of range float values are not JSON compliant: {}",
                shown.lossy()
            );
            return Err(errors::value_error(self.t, m));
        }
        self.add(match x {
            _ if x.is_nan() => "NaN",
            _ if x > 0.0 => "Infinity",
            _ => "-Infinity",
        });
        Ok(())
    }
    /// Notes that `v` is being written; its mark, to be taken off.
    fn enter(&self, v: Value) -> R<Option<Value>> {
        let Some(markers) = self.this.markers.get().cast::<Dict>() else {
            return Ok(None);
        };
        let id = int::from_i64(self.t, v.0 as i64);
        if markers.get(self.t, id)?.is_some() {
            let m = "Circular reference detected";
            return Err(errors::value_error(self.t, m));
        }
        markers.set(self.t, id, v)?;
        Ok(Some(id))
    }
    fn leave(&self, mark: Option<Value>) -> R<()> {
        if let (Some(id), Some(markers)) = (mark, self.this.markers.get().cast::<Dict>()) {
            markers.remove(self.t, id)?;
        }
        Ok(())
    }
    fn new_line(&mut self, level: usize) {
        if let Some(indent) = &self.indent {
            self.out.push(b'\n');
            for _ in 0..level {
                self.out.extend_from_slice(indent);
            }
        }
    }
    fn separator(&mut self, level: usize) {
        self.out.extend_from_slice(&self.item_separator);
        self.new_line(level);
    }
    /// Adds to the pending exception where it happened.
    #[cold]
    fn note(&self, e: Raised, text: String) -> Raised {
        let pending = self.t.take_exception();
        let note = Str::new(&text).value();
        match call::call_attr(self.t, pending, "add_note", &[note]) {
            Ok(_) => self.t.set_exception(pending),
            Err(_) => e,
        }
    }
    fn list(&mut self, v: Value, level: usize) -> R<()> {
        let item = |i: usize| match v.cast::<List>() {
            Some(l) => (i < l.len()).then(|| l.get(i)),
            None => v.cast::<Tuple>().and_then(|p| p.items().get(i).copied()),
        };
        if item(0).is_none() {
            self.add("[]");
            return Ok(());
        }
        let mark = self.enter(v)?;
        self.out.push(b'[');
        self.new_line(level + 1);
        let mut i = 0;
        while let Some(x) = item(i) {
            if i > 0 {
                self.separator(level + 1);
            }
            self.value(x, level + 1).map_err(|e| {
                let kind = type_name(v);
                self.note(e, format!("when serializing {kind} item {i}"))
            })?;
            i += 1;
        }
        self.new_line(level);
        self.out.push(b']');
        self.leave(mark)
    }
    fn dict(&mut self, d: Gc<Dict>, level: usize) -> R<()> {
        let t = self.t;
        if d.is_empty() {
            self.add("{}");
            return Ok(());
        }
        let mark = self.enter(d.value())?;
        self.out.push(b'{');
        let mut first = true;
        let plain = class_of(d.value()).kind.get() == kinds::DICT
            && d.value().cast_exact::<Dict>().is_some();
        if self.this.sort_keys.get() == 0 && plain {
            let mut i = 0;
            while i < d.used() {
                if let Some((k, v)) = d.entry(i) {
                    self.pair(d, k, v, &mut first, level)?;
                }
                i += 1;
            }
        } else {
            let items = call::call_attr(t, d.value(), "items", &[])?;
            let list = List::new();
            ops::for_each(t, items, |x| list.push(t, x))?;
            if self.this.sort_keys.get() != 0 {
                call::call_attr(t, list.value(), "sort", &[])?;
            }
            let mut i = 0;
            while i < list.len() {
                let pair = list.get(i).cast::<Tuple>();
                let Some(&[k, v]) = pair.as_ref().map(|p| p.items()) else {
                    return Err(errors::value_error(t, "items must return 2-tuples"));
                };
                self.pair(d, k, v, &mut first, level)?;
                i += 1;
            }
        }
        if !first {
            self.new_line(level);
        }
        self.out.push(b'}');
        self.leave(mark)
    }
    fn pair(&mut self, d: Gc<Dict>, k: Value, v: Value, first: &mut bool, level: usize) -> R<()> {
        let before = self.out.len();
        match *first {
            true => self.new_line(level + 1),
            false => self.separator(level + 1),
        }
        if !self.key(k)? {
            self.out.truncate(before);
            return Ok(());
        }
        *first = false;
        self.out.extend_from_slice(&self.key_separator);
        self.value(v, level + 1).map_err(|e| {
            let pending = self.t.take_exception();
            let shown = ops::repr(self.t, k).map(|s| s.lossy().into_owned());
            self.t.set_exception(pending);
            let kind = type_name(d.value());
            let key = shown.unwrap_or_default();
            self.note(e, format!("when serializing {kind} item {key}"))
        })
    }
    /// A key in quotes; false: it is to be left out.
    fn key(&mut self, k: Value) -> R<bool> {
        if let Some(s) = k.cast::<Str>() {
            return self.string(s).map(|()| true);
        }
        let from = self.out.len();
        if let Some(x) = float::get(k) {
            self.float(k, x)?;
        } else if k.is_none() {
            self.add("null");
        } else if k == Value::TRUE || k == Value::FALSE {
            self.add(if k == Value::TRUE { "true" } else { "false" });
        } else if let Some(n) = int::exact(k) {
            let text = int_methods::text(self.t, n)?;
            self.out.extend_from_slice(text.bytes());
        } else if self.this.skip_keys.get() != 0 {
            return Ok(false);
        } else {
            let m = format!(
                "keys must be str, int, float, bool or None, not {}",
                type_name(k)
            );
            return Err(errors::type_error(self.t, m));
        }
        let text = Str::from_wtf8(&self.out[from..]);
        self.out.truncate(from);
        self.string(text).map(|()| true)
    }
    fn other(&mut self, v: Value, level: usize) -> R<()> {
        let mark = self.enter(v)?;
        call::enter_native(self.t, " while encoding a JSON object")?;
        let done = call::call(self.t, self.this.default.get(), &[v])
            .and_then(|instead| self.value(instead, level));
        done.map_err(|e| self.note(e, format!("when serializing {} object", type_name(v))))?;
        self.leave(mark)
    }
}

fn get_markers(_t: &Thread, this: E) -> Value {
    this.markers.get()
}
fn get_default(_t: &Thread, this: E) -> Value {
    this.default.get()
}
fn get_encoder(_t: &Thread, this: E) -> Value {
    this.encoder.get()
}
fn get_indent(_t: &Thread, this: E) -> Value {
    this.indent.get()
}
fn get_key_separator(_t: &Thread, this: E) -> Value {
    this.key_separator.get()
}
fn get_item_separator(_t: &Thread, this: E) -> Value {
    this.item_separator.get()
}
fn get_sort_keys(_t: &Thread, this: E) -> bool {
    this.sort_keys.get() != 0
}
fn get_skip_keys(_t: &Thread, this: E) -> bool {
    this.skip_keys.get() != 0
}

py_class! {
    /// Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)
    pub CLASS: Encoder = "Encoder", base kinds::OBJECT, flags flags::BASETYPE, module "_json";
    methods {
        @staticmethod __new__(cls, markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan) => new;
        __call__(self, obj, _current_indent_level) => encode;
    }
    getset {
        /// markers
        markers => get_markers;
        /// default
        default => get_default;
        /// encoder
        encoder => get_encoder;
        /// indent
        indent => get_indent;
        /// key_separator
        key_separator => get_key_separator;
        /// item_separator
        item_separator => get_item_separator;
        /// sort_keys
        sort_keys => get_sort_keys;
        /// skipkeys
        skipkeys => get_skip_keys;
    }
}
