//! Why a name is missing from a module: the module is still being initialised,
//! or its file hides the one that was meant.

use pyjit_heap::Value;

use crate::core::thread::{R, Thread};
use crate::core::{attr, modules, ops, settings};
use crate::types::set::any_set;
use crate::types::str_::{Str, intern};

/// What is known of a module's file.
pub struct Origin {
    /// `__spec__.origin`, if it is a place in the file system.
    pub file: Option<String>,
    /// Does its file lie where a program's own modules come first?
    shadowing: bool,
    /// Does it have the name of a module of the standard library?
    stdlib: bool,
    /// Is it being executed for the first time?
    pub initializing: bool,
}

impl Origin {
    /// Looks at the spec of module `name`.
    pub fn of(t: &Thread, spec: Option<Value>, name: &str) -> R<Origin> {
        let mut o = Origin {
            file: None,
            shadowing: false,
            stdlib: false,
            initializing: false,
        };
        let Some(spec) = spec.filter(|s| !s.is_none()) else {
            return Ok(o);
        };
        let flag = |name: &str| match attr::get_opt(t, spec, intern(name))? {
            Some(v) => ops::truth(t, v),
            None => Ok(false),
        };
        o.initializing = flag("_initializing")?;
        if flag("has_location")? {
            let origin = attr::get_opt(t, spec, intern("origin"))?;
            o.file = origin
                .and_then(|v| v.cast::<Str>())
                .map(|s| s.lossy().into_owned());
        }
        o.shadowing = o.file.as_deref().is_some_and(comes_first);
        o.stdlib = o.shadowing && is_stdlib(t, name)?;
        Ok(o)
    }

    /// The hint to give another name to the file, if that may be the reason.
    pub fn hint(&self, name: &str) -> Option<String> {
        let file = self.file.as_deref()?;
        let file = format!("'{file}'");
        if self.stdlib {
            return Some(format!(
                "(consider renaming {file} since it has the same name as the standard library \
                 module named '{name}' and prevents importing that standard library module)"
            ));
        }
        (self.shadowing && self.initializing).then(|| {
            format!(
                "(consider renaming {file} if it has the same name as a library you intended to \
                 import)"
            )
        })
    }
}

/// Is this file found through `sys.path[0]`?
fn comes_first(file: &str) -> bool {
    if settings::get().safe_path {
        return false;
    }
    let first = modules::sys_attr("path")
        .and_then(|p| p.cast::<crate::types::list::List>())
        .and_then(|l| l.items().first().copied())
        .and_then(|v| v.cast::<Str>());
    let Some(first) = first else { return false };
    let path = std::path::Path::new(file);
    let folder = match path.file_name().is_some_and(|n| n == "__init__.py") {
        true => path.parent().and_then(|p| p.parent()),
        false => path.parent(),
    };
    let first = first.lossy();
    let wanted = match first.is_empty() {
        true => std::env::current_dir().unwrap_or_default(),
        false => std::path::PathBuf::from(&*first),
    };
    folder == Some(wanted.as_path())
}

fn is_stdlib(t: &Thread, name: &str) -> R<bool> {
    match modules::sys_attr("stdlib_module_names").and_then(any_set) {
        Some(s) => s.contains(t, intern(name).value()),
        None => Ok(false),
    }
}
