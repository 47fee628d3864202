//! Writing objects by what their `__reduce_ex__` gives.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, errors, kinds, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of, of_kind};
use pyjit_runtime::{R, Thread};

use super::opcodes::*;
use super::save::Saver;
use super::{cannot_pickle, kind_of};
use crate::layout::call_with_dict;

/// How a reconstructor is called.
#[derive(PartialEq)]
enum Make {
    Reduce,
    New,
    NewEx,
}

/// The entry of a dispatch table for a class.
fn table_entry(t: &Thread, table: Value, class: Gc<Type>) -> R<Option<Value>> {
    if let Some(d) = table.cast_exact::<Dict>() {
        return d.get(t, class.value());
    }
    match ops::getitem(t, table, class.value()) {
        Ok(v) => Ok(Some(v)),
        Err(_) if errors::catch(t, Exc::KeyError) => Ok(None),
        Err(e) => Err(e),
    }
}

impl Saver<'_> {
    /// Any object that has no opcodes of its own.
    pub fn save_other(&mut self, v: Value, override_: Option<Value>) -> R<()> {
        let t = self.t;
        if let Some(f) = override_ {
            let rv = call::call(t, f, &[v])?;
            if rv != Value::NOT_IMPLEMENTED {
                return self.save_reduced(v, rv);
            }
        }
        let class = class_of(v);
        if class == of_kind(kinds::TYPE) {
            return self.save_type(v);
        }
        if class == of_kind(kinds::FUNCTION) {
            return self.save_global(v, None);
        }
        let table = match self.table {
            Some(table) => table,
            None => crate::import::attribute(t, "copyreg", "dispatch_table")?,
        };
        if let Some(f) = table_entry(t, table, class)? {
            let rv = call::call(t, f, &[v])?;
            return self.save_reduced(v, rv);
        }
        if class.is_subtype(of_kind(kinds::TYPE)) {
            return self.save_global(v, None);
        }
        let rv = if let Some(f) = attr::get_opt(t, v, intern("__reduce_ex__"))? {
            call::call(t, f, &[Value::int(self.proto)])?
        } else if let Some(f) = attr::get_opt(t, v, intern("__reduce__"))? {
            call::call(t, f, &[])?
        } else {
            let m = format!("Can't pickle {} object", kind_of(t, v));
            return Err(cannot_pickle(t, m));
        };
        self.save_reduced(v, rv)
    }
    fn save_type(&mut self, v: Value) -> R<()> {
        for single in [Value::NONE, Value::NOT_IMPLEMENTED, Value::ELLIPSIS] {
            if class_of(single).value() == v {
                let rv = [of_kind(kinds::TYPE).value(), Tuple::new(&[single]).value()];
                return self.save_reduce(&rv, Some(v));
            }
        }
        self.save_global(v, None)
    }
    /// Writes what a reducing function gave for `v`.
    fn save_reduced(&mut self, v: Value, rv: Value) -> R<()> {
        if let Some(name) = rv.cast::<Str>() {
            return self.save_global(v, Some(name));
        }
        let r = match rv.cast::<Tuple>() {
            Some(parts) => self.save_reduce(parts.items(), Some(v)),
            None => {
                let m = format!(
                    "__reduce__ must return a string or tuple, not {}",
                    kind_of(self.t, rv)
                );
                Err(cannot_pickle(self.t, m))
            }
        };
        self.noted(r, v, || "object".into())
    }
    /// Writes the parts of a reduction (of `v`).
    pub fn save_reduce(&mut self, parts: &[Value], v: Option<Value>) -> R<()> {
        let t = self.t;
        if !(2..=6).contains(&parts.len()) {
            let m = "tuple returned by __reduce__ must contain 2 through 6 elements";
            return Err(cannot_pickle(t, m));
        }
        let (f, args) = (parts[0], parts[1]);
        let part = |i: usize| parts.get(i).copied().filter(|v| !v.is_none());
        if !call::is_callable(f) {
            let m = format!(
                "first item of the tuple returned by __reduce__ must be callable, not {}",
                kind_of(t, f)
            );
            return Err(cannot_pickle(t, m));
        }
        let Some(args) = args.cast::<Tuple>() else {
            let m = format!(
                "second item of the tuple returned by __reduce__ must be a tuple, not {}",
                kind_of(t, args)
            );
            return Err(cannot_pickle(t, m));
        };
        for (i, what) in [(3, "fourth"), (4, "fifth")] {
            if let Some(x) = part(i)
                && class_of(x).lookup(intern("__next__")).is_none()
            {
                let m = format!(
                    "{what} item of the tuple returned by __reduce__ must be an iterator, not {}",
                    kind_of(t, x)
                );
                return Err(cannot_pickle(t, m));
            }
        }
        if let Some(x) = part(5)
            && !call::is_callable(x)
        {
            let m = format!(
                "sixth item of the tuple returned by __reduce__ must be callable, not {}",
                kind_of(t, x)
            );
            return Err(cannot_pickle(t, m));
        }
        self.save_made(f, args, v)?;
        if let Some(v) = v {
            match self.known(v) {
                // The object contains itself and has been written meanwhile.
                Some(number) => {
                    self.op(POP);
                    self.reference(number);
                }
                None => self.memoize(v)?,
            }
        }
        let of = v.unwrap_or(f);
        if let Some(items) = part(3) {
            self.save_appends(items, of)?;
        }
        if let Some(items) = part(4) {
            self.save_setitems(items, of)?;
        }
        if let Some(state) = part(2) {
            self.save_state(of, state, part(5))?;
        }
        Ok(())
    }
    fn save_state(&mut self, of: Value, state: Value, setter: Option<Value>) -> R<()> {
        let Some(setter) = setter else {
            let r = self.save(state);
            self.noted(r, of, || "state".into())?;
            self.op(BUILD);
            return Ok(());
        };
        let r = self.save(setter);
        self.noted(r, of, || "state setter".into())?;
        self.save(of)?;
        let r = self.save(state);
        self.noted(r, of, || "state".into())?;
        self.add(&[TUPLE2, REDUCE, POP]);
        Ok(())
    }
    /// The call that makes the object.
    fn save_made(&mut self, f: Value, args: Gc<Tuple>, v: Option<Value>) -> R<()> {
        let t = self.t;
        let mut how = Make::Reduce;
        if self.proto >= 2
            && let Some(name) = attr::get_opt(t, f, intern("__name__"))?
            && let Some(name) = name.cast::<Str>()
        {
            how = match name.bytes() {
                b"__newobj__" => Make::New,
                b"__newobj_ex__" => Make::NewEx,
                _ => Make::Reduce,
            };
        }
        let of = v.unwrap_or(f);
        match how {
            Make::New => self.save_new(args, v, of),
            Make::NewEx => self.save_new_ex(args, v, of),
            Make::Reduce => {
                let r = self.save(f);
                self.noted(r, of, || "reconstructor".into())?;
                let r = self.save(args.value());
                self.noted(r, of, || "reconstructor arguments".into())?;
                self.op(REDUCE);
                Ok(())
            }
        }
    }
    /// Is `class`, the first argument of function `name`, what makes `v`?
    fn check_class(&self, name: &str, class: Value, v: Option<Value>) -> R<()> {
        let t = self.t;
        if class.cast::<Type>().is_none() {
            let m = format!(
                "first argument to {name}() must be a class, not {}",
                kind_of(t, class)
            );
            return Err(cannot_pickle(t, m));
        }
        if attr::get_opt(t, class, intern("__new__"))?.is_none() {
            let m = format!("first argument to {name}() has no __new__");
            return Err(cannot_pickle(t, m));
        }
        let Some(v) = v else { return Ok(()) };
        let own = attr::get(t, v, intern("__class__"))?;
        if own != class {
            let (a, b) = (ops::repr(t, own)?, ops::repr(t, class)?);
            let m = format!(
                "first argument to {name}() must be {}, not {}",
                a.lossy(),
                b.lossy()
            );
            return Err(cannot_pickle(t, m));
        }
        Ok(())
    }
    fn save_new(&mut self, args: Gc<Tuple>, v: Option<Value>, of: Value) -> R<()> {
        let Some((&class, rest)) = args.items().split_first() else {
            let m = "__newobj__ expected at least 1 argument, got 0";
            return Err(cannot_pickle(self.t, m));
        };
        self.check_class("__newobj__", class, v)?;
        let rest = Tuple::new(rest);
        let r = self.save(class);
        self.noted(r, of, || "class".into())?;
        let r = self.save(rest.value());
        self.noted(r, of, || "__new__ arguments".into())?;
        self.op(NEWOBJ);
        Ok(())
    }
    fn save_new_ex(&mut self, parts: Gc<Tuple>, v: Option<Value>, of: Value) -> R<()> {
        let t = self.t;
        let &[class, args, kw] = parts.items() else {
            let m = format!("__newobj_ex__ expected 3 arguments, got {}", parts.len());
            return Err(cannot_pickle(t, m));
        };
        self.check_class("__newobj_ex__", class, v)?;
        let Some(given) = args.cast::<Tuple>() else {
            let m = format!(
                "second argument to __newobj_ex__() must be a tuple, not {}",
                kind_of(t, args)
            );
            return Err(cannot_pickle(t, m));
        };
        let Some(named) = kw.cast::<Dict>() else {
            let m = format!(
                "third argument to __newobj_ex__() must be a dict, not {}",
                kind_of(t, kw)
            );
            return Err(cannot_pickle(t, m));
        };
        if self.proto >= 4 {
            let r = self.save(class);
            self.noted(r, of, || "class".into())?;
            let r = self.save(args).and_then(|()| self.save(kw));
            self.noted(r, of, || "__new__ arguments".into())?;
            self.op(NEWOBJ_EX);
            return Ok(());
        }
        let partial = crate::import::attribute(t, "functools", "partial")?;
        let mut all = call::ArgVec::new();
        all.push(attr::get(t, class, intern("__new__"))?);
        all.push(class);
        all.extend(given.items());
        let f = call_with_dict(t, partial, &all, Some(named))?;
        let r = self.save(f);
        self.noted(r, of, || "reconstructor".into())?;
        self.save(Tuple::new(&[]).value())?;
        self.op(REDUCE);
        Ok(())
    }
}
