//! Writing functions and classes by name.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::modules as known;
use pyjit_runtime::core::{attr, errors, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Raised, Thread};

use super::opcodes::*;
use super::save::Saver;
use super::{cannot_pickle, instead};
use crate::import;

/// The parts of a dotted name.
pub fn path(name: Gc<Str>) -> Vec<Vec<u8>> {
    name.bytes()
        .split(|c| *c == b'.')
        .map(<[u8]>::to_vec)
        .collect()
}
/// The attribute that a path leads to.
pub fn follow(t: &Thread, from: Value, path: &[Vec<u8>]) -> R<Value> {
    let mut v = from;
    for name in path {
        v = attr::get(t, v, Str::from_wtf8(name))?;
    }
    Ok(v)
}
fn shown(t: &Thread, v: Value) -> R<String> {
    Ok(ops::repr(t, v)?.lossy().into_owned())
}

/// The module in which `v` is found under `path`, when it does not tell.
fn search(t: &Thread, v: Value, path: &[Vec<u8>]) -> R<Gc<Str>> {
    let all = known::modules().copy();
    for (name, module) in all.iter() {
        let Some(name) = name.cast::<Str>() else {
            continue;
        };
        if matches!(name.bytes(), b"__main__" | b"__mp_main__") || module.is_none() {
            continue;
        }
        match follow(t, module, path) {
            Ok(found) if found == v => return Ok(name),
            Ok(_) => {}
            Err(_) if errors::catch(t, Exc::AttributeError) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(intern("__main__"))
}

impl Saver<'_> {
    #[cold]
    fn not_found(&self, v: Value, why: &str) -> Raised {
        let make = || {
            let m = format!("Can't pickle {}: {why}", shown(self.t, v)?);
            Ok(cannot_pickle(self.t, m))
        };
        make().unwrap_or_else(|e| e)
    }
    /// The name of the module where `v` is `name`.
    fn module_of(&self, v: Value, name: Gc<Str>) -> R<Gc<Str>> {
        let t = self.t;
        let path = path(name);
        let told = attr::get_opt(t, v, intern("__module__"))?;
        if path.iter().any(|p| p == b"<locals>") {
            let m = format!("Can't pickle local object {}", shown(t, v)?);
            return Err(cannot_pickle(t, m));
        }
        let module = match told.filter(|m| !m.is_none()) {
            Some(m) => m,
            None => search(t, v, &path)?.value(),
        };
        let found = match self.import_module(module) {
            Ok(m) => m,
            Err(e) => {
                let expected = [Exc::ImportError, Exc::ValueError, Exc::KeyError];
                if !expected.iter().any(|x| errors::matches(t, *x)) {
                    return Err(e);
                }
                let old = t.take_exception();
                let text = ops::str(t, old)?.lossy().into_owned();
                t.set_exception(old);
                return Err(instead(t, || self.not_found(v, &text)));
            }
        };
        let full =
            |m: Value| -> R<String> { Ok(format!("{}.{}", ops::str(t, m)?.lossy(), name.lossy())) };
        match follow(t, found, &path) {
            Ok(same) if same == v => {}
            Ok(_) => {
                let why = format!("it's not the same object as {}", full(module)?);
                return Err(self.not_found(v, &why));
            }
            Err(e) => {
                if !errors::matches(t, Exc::AttributeError) {
                    return Err(e);
                }
                let old = t.take_exception();
                let why = format!("it's not found as {}", full(module)?);
                t.set_exception(old);
                return Err(instead(t, || self.not_found(v, &why)));
            }
        }
        match module.cast::<Str>() {
            Some(m) => Ok(m),
            None => Err(self.not_found(v, "its module's name is no string")),
        }
    }
    fn import_module(&self, name: Value) -> R<Value> {
        import_by_name(self.t, name)
    }
    /// Writes `v` by its name.
    pub fn save_global(&mut self, v: Value, name: Option<Gc<Str>>) -> R<()> {
        let t = self.t;
        let name = match name {
            Some(n) => n.value(),
            None => match attr::get_opt(t, v, intern("__qualname__"))?.filter(|q| !q.is_none()) {
                Some(q) => q,
                None => attr::get(t, v, intern("__name__"))?,
            },
        };
        let Some(name) = name.cast::<Str>() else {
            return Err(self.not_found(v, "its name is no string"));
        };
        let module = self.module_of(v, name)?;
        if self.proto >= 2 && self.save_extension(v, module, name)? {
            return Ok(());
        }
        if self.proto >= 4 {
            self.save(module.value())?;
            self.save(name.value())?;
            self.op(STACK_GLOBAL);
        } else if name.bytes().contains(&b'.') {
            self.save_nested(module, name)?;
        } else {
            self.save_toplevel(module, name)?;
        }
        self.memoize(v)
    }
    /// An attribute of an attribute is got by calls of `getattr`.
    fn save_nested(&mut self, module: Gc<Str>, name: Gc<Str>) -> R<()> {
        let getattr = known::builtins().get("getattr").unwrap_or(Value::NONE);
        let parts = path(name);
        for _ in &parts[1..] {
            self.save(getattr)?;
            if self.proto < 2 {
                self.op(MARK);
            }
        }
        self.save_toplevel(module, Str::from_wtf8(&parts[0]))?;
        for part in &parts[1..] {
            self.save(Str::from_wtf8(part).value())?;
            self.op(if self.proto < 2 { TUPLE } else { TUPLE2 });
            self.op(REDUCE);
        }
        Ok(())
    }
    /// The extension registry has numbers for some globals.
    fn save_extension(&mut self, v: Value, module: Gc<Str>, name: Gc<Str>) -> R<bool> {
        let t = self.t;
        let registry = import::attribute(t, "copyreg", "_extension_registry")?;
        let Some(registry) = registry.cast::<Dict>().filter(|d| !d.is_empty()) else {
            return Ok(false);
        };
        let key = Tuple::new(&[module.value(), name.value()]);
        let Some(code) = registry.get(t, key.value())? else {
            return Ok(false);
        };
        let Some(n) = int::to_i64(code) else {
            let m = format!(
                "Can't pickle {}: extension code {} isn't an integer",
                shown(t, v)?,
                shown(t, code)?
            );
            return Err(cannot_pickle(t, m));
        };
        match n {
            1..=0xff => self.add(&[EXT1, n as u8]),
            0x100..=0xffff => self.add(&[EXT2, n as u8, (n >> 8) as u8]),
            0x1_0000..=0x7fff_ffff => {
                self.op(EXT4);
                self.add(&(n as i32).to_le_bytes());
            }
            _ => {
                let m = format!("extension code {n} is out of range");
                return Err(errors::runtime_error(t, m));
            }
        }
        Ok(true)
    }
    /// `GLOBAL` and its two lines.
    fn save_toplevel(&mut self, module: Gc<Str>, name: Gc<Str>) -> R<()> {
        let t = self.t;
        let (mut module, mut name) = (module, name);
        if self.p.fix_imports.get() != 0 {
            (module, name) = old_names(t, module, name)?;
        }
        for (s, what) in [(module, "module"), (name, "global")] {
            if self.proto < 3 && !s.is_ascii() || s.to_str().is_none() {
                let m = format!(
                    "can't pickle {what} identifier {} using pickle protocol {}",
                    shown(t, s.value())?,
                    self.proto
                );
                let encoding = if self.proto < 3 { "ascii" } else { "utf-8" };
                let r = pyjit_runtime::types::codec_registry::encode_text(
                    t,
                    s.value(),
                    encoding,
                    "strict",
                );
                return Err(match r {
                    Ok(_) => cannot_pickle(t, m),
                    Err(_) => instead(t, || cannot_pickle(t, m)),
                });
            }
        }
        self.op(GLOBAL);
        self.add(module.bytes());
        self.op(b'\n');
        self.add(name.bytes());
        self.op(b'\n');
        Ok(())
    }
}

/// Imports a module by its full name.
pub fn import_by_name(t: &Thread, name: Value) -> R<Value> {
    let Some(text) = name.cast::<Str>() else {
        let m = format!(
            "module name must be a string, not {}",
            pyjit_runtime::types::type_::type_name(name)
        );
        return Err(errors::type_error(t, m));
    };
    if let Some(m) = known::modules().get_str(text)
        && !m.is_none()
    {
        return Ok(m);
    }
    if text.is_empty() {
        return Err(errors::value_error(t, "Empty module name"));
    }
    let import = known::builtins().get("__import__").unwrap_or(Value::NONE);
    pyjit_runtime::core::call::call(t, import, &[name])?;
    match known::modules().get_str(text) {
        Some(m) => Ok(m),
        None => Err(errors::key_error(t, name)),
    }
}

/// A table of `_compat_pickle`.
pub fn compat(t: &Thread, table: &str) -> R<Gc<Dict>> {
    let v = import::attribute(t, "_compat_pickle", table)?;
    v.cast::<Dict>().ok_or_else(|| {
        let m = format!("_compat_pickle.{table} should be a dict");
        errors::runtime_error(t, m)
    })
}

/// Names as Python 2 has them.
fn old_names(t: &Thread, module: Gc<Str>, name: Gc<Str>) -> R<(Gc<Str>, Gc<Str>)> {
    mapped(
        t,
        module,
        name,
        "REVERSE_NAME_MAPPING",
        "REVERSE_IMPORT_MAPPING",
    )
}
/// Names by two tables of `_compat_pickle`.
pub fn mapped(
    t: &Thread,
    module: Gc<Str>,
    name: Gc<Str>,
    names: &str,
    modules: &str,
) -> R<(Gc<Str>, Gc<Str>)> {
    let key = Tuple::new(&[module.value(), name.value()]);
    if let Some(pair) = compat(t, names)?.get(t, key.value())? {
        let text = |v: &Value| v.cast::<Str>();
        let both = pair.cast::<Tuple>().map(|p| match p.items() {
            [m, n] => text(m).zip(text(n)),
            _ => None,
        });
        return both.flatten().ok_or_else(|| {
            let m = format!("_compat_pickle.{names} values should be 2-tuples of str");
            errors::runtime_error(t, m)
        });
    }
    if let Some(m) = compat(t, modules)?.get(t, module.value())? {
        let Some(m) = m.cast::<Str>() else {
            let m = format!("_compat_pickle.{modules} values should be strings");
            return Err(errors::runtime_error(t, m));
        };
        return Ok((m, name));
    }
    Ok((module, name))
}
