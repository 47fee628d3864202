//! Template strings: `string.templatelib.Template`, `Interpolation`, and the
//! iterator over a template's parts.

use std::cell::Cell;

use pyjit_heap::{Field, Gc, Header, Value, heap_object};

use super::str_::{Str, intern};
use super::tuple::Tuple;
use crate::core::ops;
use crate::core::thread::{R, Thread};
use crate::core::{attr, errors, kinds};
use crate::types::dict::Dict;
use crate::types::generic_alias;
use crate::types::type_::{Type, class_of, type_name};

/// A replacement field of a template, evaluated but not formatted.
#[repr(C)]
pub struct Interpolation {
    header: Header,
    pub value: Field,
    pub expression: Field,
    /// `None`, `"s"`, `"r"` or `"a"`.
    pub conversion: Field,
    pub format_spec: Field,
}
heap_object!(Interpolation = kinds::INTERPOLATION, refs 1..5);

impl Interpolation {
    /// With these attributes.
    pub fn new(
        value: Value,
        expression: Value,
        conversion: Value,
        format_spec: Value,
    ) -> Gc<Interpolation> {
        Gc::new(Interpolation {
            header: Header::NEW,
            value: Field::new(value),
            expression: Field::new(expression),
            conversion: Field::new(conversion),
            format_spec: Field::new(format_spec),
        })
    }
}

/// A template: strings, and an interpolation between each two of them.
#[repr(C)]
pub struct Template {
    header: Header,
    pub strings: Field<Gc<Tuple>>,
    pub interpolations: Field<Gc<Tuple>>,
}
heap_object!(Template = kinds::TEMPLATE, refs 1..3);

impl Template {
    /// One more string than interpolations.
    pub fn new(strings: Gc<Tuple>, interpolations: Gc<Tuple>) -> Gc<Template> {
        debug_assert_eq!(strings.len(), interpolations.len() + 1);
        Gc::new(Template {
            header: Header::NEW,
            strings: Field::of(strings),
            interpolations: Field::of(interpolations),
        })
    }
}

/// Iterator over the parts of a template, without the empty strings.
#[repr(C)]
pub struct TemplateIterator {
    header: Header,
    template: Field<Gc<Template>>,
    /// Even: a string, odd: an interpolation.
    next: Cell<usize>,
}
heap_object!(TemplateIterator = kinds::TEMPLATE_ITERATOR, refs 1..2);

type T = Gc<Template>;
type I = Gc<Interpolation>;

fn new(t: &Thread, _class: Gc<Type>, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<T> {
    if kwargs.is_some_and(|k| !k.is_empty()) {
        return Err(errors::type_error(
            t,
            "Template.__new__ only accepts *args arguments",
        ));
    }
    let strings = super::list::List::new();
    let interpolations = super::list::List::new();
    let mut text = intern("");
    for v in args.items() {
        if let Some(s) = v.cast::<Str>() {
            text = super::str_methods::concat(t, text, s)?;
        } else if v.cast::<Interpolation>().is_some() {
            strings.push(t, text.value())?;
            interpolations.push(t, *v)?;
            text = intern("");
        } else {
            let m = format!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                type_name(*v)
            );
            return Err(errors::type_error(t, m));
        }
    }
    strings.push(t, text.value())?;
    Ok(Template::new(
        Tuple::new(strings.items()),
        Tuple::new(interpolations.items()),
    ))
}
fn add(t: &Thread, a: T, b: Value) -> R<T> {
    let Some(b) = b.cast::<Template>() else {
        let m = format!(
            "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
            type_name(b)
        );
        return Err(errors::type_error(t, m));
    };
    let (x, y) = (a.strings.gc(), b.strings.gc());
    let (last, first) = (x.items()[x.len() - 1], y.items()[0]);
    let middle =
        super::str_methods::concat(t, Gc::from_value(last), Gc::from_value(first))?.value();
    let n = x.len() - 1;
    let strings = Tuple::from_fn(n + y.len(), |i| match i.cmp(&n) {
        std::cmp::Ordering::Less => x.items()[i],
        std::cmp::Ordering::Equal => middle,
        std::cmp::Ordering::Greater => y.items()[i - n],
    });
    let (x, y) = (a.interpolations.gc(), b.interpolations.gc());
    let both = Tuple::from_fn(x.len() + y.len(), |i| {
        if i < x.len() {
            x.items()[i]
        } else {
            y.items()[i - x.len()]
        }
    });
    Ok(Template::new(strings, both))
}
fn iter(_t: &Thread, this: T) -> Gc<TemplateIterator> {
    Gc::new(TemplateIterator {
        header: Header::NEW,
        template: Field::of(this),
        next: Cell::new(0),
    })
}
fn repr(t: &Thread, this: T) -> R<Gc<Str>> {
    let (a, b) = (
        ops::repr(t, this.strings.value())?,
        ops::repr(t, this.interpolations.value())?,
    );
    let parts: [&[u8]; 5] = [
        b"Template(strings=",
        a.bytes(),
        b", interpolations=",
        b.bytes(),
        b")",
    ];
    Ok(Str::from_wtf8(&parts.concat()))
}
fn get_strings(_t: &Thread, this: T) -> Gc<Tuple> {
    this.strings.gc()
}
fn get_interpolations(_t: &Thread, this: T) -> Gc<Tuple> {
    this.interpolations.gc()
}
fn get_values(_t: &Thread, this: T) -> Gc<Tuple> {
    let all = this.interpolations.gc();
    Tuple::from_fn(all.len(), |i| I::from_value(all.items()[i]).value.get())
}
fn reduce(t: &Thread, this: T) -> R<Gc<Tuple>> {
    let module = t.host().import(t, "string.templatelib")?;
    let f = attr::get(t, module, intern("_template_unpickle"))?;
    let args = Tuple::new(&[this.strings.value(), this.interpolations.value()]);
    Ok(Tuple::new(&[f, args.value()]))
}
fn class_getitem(t: &Thread, class: Value, item: Value) -> R<Value> {
    generic_alias::make(t, class, item)
}

crate::py_class! {
    /// Template object
    pub CLASS: Template = "Template", base kinds::OBJECT, flags 0, module "string.templatelib";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __add__(self, value, /) => add; __iter__(self, /) => iter [leaf no_raise]; __repr__(self, /) => repr;
        __reduce__(self, /) => reduce;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        /// Strings
        strings => get_strings;
        /// Interpolations
        interpolations => get_interpolations;
        /// Values of interpolations
        values => get_values;
    }
}

fn next(t: &Thread, this: Gc<TemplateIterator>) -> R<Value> {
    let template = this.template.gc();
    loop {
        let i = this.next.get();
        this.next.set(i + 1);
        if i % 2 == 1 {
            match template.interpolations.gc().items().get(i / 2) {
                Some(v) => return Ok(*v),
                None => break,
            }
        }
        match template.strings.gc().items().get(i / 2) {
            Some(s) if Gc::<Str>::from_value(*s).is_empty() => {}
            Some(s) => return Ok(*s),
            None => break,
        }
    }
    this.next.set(template.strings.gc().len() * 2);
    Err(errors::stop_iteration(t, Value::NONE))
}
fn iter_self(_t: &Thread, this: Value) -> Value {
    this
}

crate::py_class! {
    /// Template iterator object
    pub ITERATOR: TemplateIterator = "TemplateIter", base kinds::OBJECT, flags 0, module "string.templatelib";
    methods {
        __iter__(self, /) => iter_self; __next__(self, /) => next [leaf];
    }
}

fn text(t: &Thread, v: Option<Value>, name: &str) -> R<Value> {
    match v {
        None => Ok(intern("").value()),
        Some(v) if v.cast::<Str>().is_some() => Ok(v),
        Some(v) => {
            let m = format!(
                "Interpolation() argument '{name}' must be str, not {}",
                type_name(v)
            );
            Err(errors::type_error(t, m))
        }
    }
}
fn interpolation_new(
    t: &Thread,
    _class: Gc<Type>,
    value: Value,
    expression: Option<Value>,
    conversion: Option<Value>,
    format_spec: Option<Value>,
) -> R<I> {
    let expression = text(t, expression, "expression")?;
    let conversion = match conversion.filter(|c| !c.is_none()) {
        None => Value::NONE,
        Some(c) => {
            let c = Gc::<Str>::from_value(text(t, Some(c), "conversion")?);
            if !matches!(c.bytes(), b"s" | b"r" | b"a") {
                let m = "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'";
                return Err(errors::value_error(t, m));
            }
            c.value()
        }
    };
    Ok(Interpolation::new(
        value,
        expression,
        conversion,
        text(t, format_spec, "format_spec")?,
    ))
}
fn fields(this: I) -> Gc<Tuple> {
    Tuple::new(&[
        this.value.get(),
        this.expression.get(),
        this.conversion.get(),
        this.format_spec.get(),
    ])
}
fn interpolation_repr(t: &Thread, this: I) -> R<Gc<Str>> {
    let all = ops::repr(t, fields(this).value())?;
    Ok(Str::from_wtf8(&[b"Interpolation", all.bytes()].concat()))
}
fn interpolation_reduce(_t: &Thread, this: I) -> Gc<Tuple> {
    Tuple::new(&[class_of(this.value()).value(), fields(this).value()])
}
fn match_args() -> Gc<Tuple> {
    Tuple::new(&["value", "expression", "conversion", "format_spec"].map(|n| intern(n).value()))
}
fn get_value(_t: &Thread, this: I) -> Value {
    this.value.get()
}
fn get_expression(_t: &Thread, this: I) -> Value {
    this.expression.get()
}
fn get_conversion(_t: &Thread, this: I) -> Value {
    this.conversion.get()
}
fn get_format_spec(_t: &Thread, this: I) -> Value {
    this.format_spec.get()
}

crate::py_class! {
    /// Interpolation object
    pub INTERPOLATION: Interpolation = "Interpolation", base kinds::OBJECT, flags 0, module "string.templatelib";
    methods {
        @staticmethod __new__(cls, /, value, expression="", conversion=None, format_spec="") => interpolation_new;
        __repr__(self, /) => interpolation_repr; __reduce__(self, /) => interpolation_reduce;
        /// See PEP 585
        @classmethod __class_getitem__(cls, object, /) => class_getitem;
    }
    getset {
        /// Value
        value => get_value;
        /// Expression
        expression => get_expression;
        /// Conversion
        conversion => get_conversion;
        /// Format specification
        format_spec => get_format_spec;
    }
}

/// What a class table cannot say: class attributes. Called once at start-up.
pub fn init(t: &Thread) -> R<()> {
    let class = super::type_::of_kind(kinds::INTERPOLATION);
    class
        .dict
        .gc()
        .set_str(t, intern("__match_args__"), match_args().value())?;
    class.modified(t);
    Ok(())
}
