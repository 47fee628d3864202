//! `compile`, `eval`, `exec`, `globals`, `locals`, `open`, `breakpoint`, `__import__`.

use pyjit_heap::{Gc, Value};

use crate::core::host::CompileRequest;
use crate::core::native::NativeDef;
use crate::core::special::Special;
use crate::core::thread::{R, Thread};
use crate::core::{attr, audit, call, errors, kinds, modules, ops};
use crate::types::bytes;
use crate::types::cell::Cell;
use crate::types::dict::Dict;
use crate::types::str_::{Str, intern};
use crate::types::tuple::Tuple;
use crate::types::type_::{class_of, type_name};

/// `ast.PyCF_ONLY_AST`.
const ONLY_AST: i64 = 0x400;
/// What `compile` takes: `ast.PyCF_*` and the flags of `__future__`.
const KNOWN_FLAGS: i64 = 0x01fe_f610;

/// Source text of `compile`, `eval` and `exec`, and whether it is bytes.
fn source_text(t: &Thread, source: Value, what: &str) -> R<(Vec<u8>, bool)> {
    let (text, is_bytes) = if let Some(s) = source.cast::<Str>() {
        (s.bytes().to_vec(), false)
    } else if let Some(b) = bytes::like(source) {
        (b.to_vec(), true)
    } else if class_of(source).special(Special::Buffer).is_some() {
        let b = crate::types::bytes_methods::to_bytes(t, source)?;
        (b.bytes().to_vec(), true)
    } else {
        let other = if what.starts_with("compile") {
            "AST"
        } else {
            "code"
        };
        return Err(errors::type_error(
            t,
            format!("{what} must be a string, bytes or {other} object"),
        ));
    };
    if text.contains(&0) {
        let m = "source code string cannot contain null bytes";
        return Err(errors::raise(
            t,
            crate::types::exceptions::Exc::SyntaxError,
            m,
        ));
    }
    Ok((text, is_bytes))
}

fn compile(
    t: &Thread,
    source: Value,
    filename: Value,
    mode: Gc<Str>,
    flags: Option<i64>,
    dont_inherit: Option<bool>,
    optimize: Option<i64>,
    feature_version: Option<i64>,
) -> R<Value> {
    let mode_text = mode.lossy().into_owned();
    if !matches!(&*mode_text, "exec" | "eval" | "single" | "func_type") {
        // Types of functions are for trees only.
        let m = match flags.unwrap_or(0) & ONLY_AST {
            0 => "compile() mode must be 'exec', 'eval' or 'single'",
            _ => "compile() mode must be 'exec', 'eval', 'single' or 'func_type'",
        };
        return Err(errors::value_error(t, m));
    }
    if flags.unwrap_or(0) & !KNOWN_FLAGS != 0 {
        return Err(errors::value_error(t, "compile(): unrecognised flags"));
    }
    let optimize = optimize.unwrap_or(-1);
    let feature_version = feature_version.unwrap_or(-1);
    if !(-1..=2).contains(&optimize) {
        return Err(errors::value_error(t, "compile(): invalid optimize value"));
    }
    let filename = file_name(t, filename)?;
    let (flags, dont_inherit) = (flags.unwrap_or(0), dont_inherit.unwrap_or(false));
    if source.cast::<Str>().is_none() && bytes::like(source).is_none() && is_ast(t, source)? {
        let request = CompileRequest {
            source: &[],
            is_bytes: false,
            filename,
            mode: &mode_text,
            flags,
            dont_inherit,
            optimize,
            feature_version,
        };
        audit::event(t, "compile", || [source, Value::NONE])?;
        return t.host().compile_ast(t, source, &request);
    }
    let (text, is_bytes) = source_text(t, source, "compile() arg 1")?;
    audit::event(t, "compile", || {
        [bytes::Bytes::new(&text).value(), filename]
    })?;
    let request = CompileRequest {
        source: &text,
        is_bytes,
        filename,
        mode: &mode_text,
        flags,
        dont_inherit,
        optimize,
        feature_version,
    };
    t.host().compile(t, &request)
}

/// A file name: text, bytes, or what `os.fspath` makes one of.
fn file_name(t: &Thread, v: Value) -> R<Value> {
    if let Some(b) = v.cast::<bytes::Bytes>() {
        return Ok(Str::from_wtf8(b.bytes()).value());
    }
    if v.cast::<Str>().is_some() {
        return Ok(v);
    }
    let m = format!(
        "expected str, bytes or os.PathLike object, not {}",
        type_name(v)
    );
    match attr::get_opt(t, class_of(v).value(), intern("__fspath__"))? {
        Some(f) => file_name(t, crate::core::call::call(t, f, &[v])?),
        None => Err(errors::type_error(t, m)),
    }
}

/// Is it an instance of a class of module `_ast`?
fn is_ast(t: &Thread, v: Value) -> R<bool> {
    match modules::imported(intern("_ast")) {
        None => Ok(false),
        Some(m) => {
            let class = attr::get(t, m, intern("AST"))?;
            ops::is_instance(t, v, class)
        }
    }
}

/// Globals and locals of `eval` and `exec`.
fn namespaces(
    t: &Thread,
    name: &str,
    globals: Option<Value>,
    locals: Option<Value>,
) -> R<(Gc<Dict>, Value)> {
    let given = globals.filter(|g| !g.is_none());
    let locals = locals.filter(|l| !l.is_none());
    let g = match given {
        Some(g) => g.cast::<Dict>().ok_or_else(|| {
            let m = match name {
                "eval" => "globals must be a dict".to_string(),
                _ => format!("{name}() globals must be a dict, not {}", type_name(g)),
            };
            errors::type_error(t, m)
        })?,
        None => t.host().current_globals(t).unwrap_or_else(Dict::new),
    };
    let l = match (locals, given) {
        (Some(l), _) => l,
        (None, Some(_)) => g.value(),
        (None, None) => t.host().current_locals(t)?,
    };
    if class_of(l).special(Special::Getitem).is_none() {
        return Err(errors::type_error(
            t,
            format!("locals must be a mapping or None, not {}", type_name(l)),
        ));
    }
    if g.find_str(intern("__builtins__")).is_none() {
        let all = modules::builtins().namespace();
        g.set_str(t, intern("__builtins__"), all.value())?;
    }
    Ok((g, l))
}

/// A closure is a tuple of as many cells as the code has free variables.
fn check_closure(t: &Thread, free: usize, closure: Value) -> R<()> {
    let given = closure.opt().filter(|c| !c.is_none());
    if free == 0 {
        return match given {
            None => Ok(()),
            Some(_) => Err(errors::type_error(
                t,
                "cannot use a closure with this code object",
            )),
        };
    }
    let fits = given
        .and_then(|c| c.cast_exact::<Tuple>())
        .is_some_and(|c| c.len() == free && c.items().iter().all(|v| v.cast::<Cell>().is_some()));
    if fits {
        return Ok(());
    }
    let m = format!("code object requires a closure of exactly length {free}");
    Err(errors::type_error(t, m))
}

fn run(
    t: &Thread,
    name: &str,
    source: Value,
    globals: Option<Value>,
    locals: Option<Value>,
    closure: Value,
) -> R<Value> {
    let (g, l) = namespaces(t, name, globals, locals)?;
    if source.is_ptr() && source.shape_id() == kinds::CODE {
        let free = attr::get(t, source, intern("co_freevars"))?;
        let has_free = free.cast::<Tuple>().is_some_and(|f| !f.is_empty());
        if has_free && closure.is_null() {
            let m = format!("code object passed to {name}() may not contain free variables");
            return Err(errors::type_error(t, m));
        }
        let free = free.cast::<Tuple>().map_or(0, |f| f.len());
        check_closure(t, free, closure)?;
        audit::event(t, "exec", || [source])?;
        return t.host().exec_code(t, source, g, l, closure);
    }
    if !closure.is_null() && !closure.is_none() {
        return Err(errors::type_error(
            t,
            "closure can only be used when source is a code object",
        ));
    }
    let (mut text, is_bytes) = source_text(t, source, &format!("{name}() arg 1"))?;
    if name == "eval" {
        let skip = text
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        text.drain(..skip);
    }
    let request = CompileRequest {
        source: &text,
        is_bytes,
        filename: intern("<string>").value(),
        mode: name,
        flags: 0,
        dont_inherit: false,
        optimize: -1,
        feature_version: -1,
    };
    audit::event(t, "compile", || {
        [bytes::Bytes::new(&text).value(), request.filename]
    })?;
    let code = t.host().compile(t, &request)?;
    audit::event(t, "exec", || [code])?;
    t.host().exec_code(t, code, g, l, Value::NULL)
}
fn eval(t: &Thread, source: Value, globals: Option<Value>, locals: Option<Value>) -> R<Value> {
    run(t, "eval", source, globals, locals, Value::NULL)
}
fn exec(
    t: &Thread,
    source: Value,
    globals: Option<Value>,
    locals: Option<Value>,
    closure: Option<Value>,
) -> R<()> {
    run(
        t,
        "exec",
        source,
        globals,
        locals,
        closure.unwrap_or(Value::NULL),
    )
    .map(drop)
}
fn globals(t: &Thread) -> R<Value> {
    match t.host().current_globals(t) {
        Some(g) => Ok(g.value()),
        None => Err(errors::system_error(
            t,
            "globals() called without a Python frame",
        )),
    }
}
fn locals(t: &Thread) -> R<Value> {
    t.host().current_locals(t)
}
fn open(t: &Thread, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    let f = attr::get(t, t.host().import(t, "_io")?, intern("open"))?;
    let (all, names) = crate::types::type_methods::join(args.items(), kwargs);
    call::call_kw(t, f, &all, names)
}
fn breakpoint(t: &Thread, args: Gc<Tuple>, kwargs: Option<Gc<Dict>>) -> R<Value> {
    match modules::sys_attr("breakpointhook") {
        Some(hook) => {
            let (all, names) = crate::types::type_methods::join(args.items(), kwargs);
            call::call_kw(t, hook, &all, names)
        }
        None => Err(errors::runtime_error(t, "lost sys.breakpointhook")),
    }
}
fn import(
    t: &Thread,
    name: Value,
    globals: Option<Value>,
    locals: Option<Value>,
    fromlist: Option<Value>,
    level: Option<i64>,
) -> R<Value> {
    let Some(name) = name.cast::<Str>() else {
        return Err(errors::type_error(t, "module name must be a string"));
    };
    let none = |v: Option<Value>| v.unwrap_or(Value::NONE);
    t.host().import_name(
        t,
        name,
        none(globals),
        none(locals),
        none(fromlist),
        level.unwrap_or(0),
    )
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = crate::native_table! {
    /// Compile source into a code object that can be executed by exec() or eval().
    compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1) => compile;
    /// Evaluate the given source in the context of globals and locals.
    eval(source, /, globals=None, locals=None) => eval;
    /// Execute the given source in the context of globals and locals.
    exec(source, /, globals=None, locals=None, *, closure=None) => exec;
    /// Return the dictionary containing the current scope's global variables.
    globals() => globals;
    /// Return a dictionary containing the current scope's local variables.
    locals() => locals;
    /// Open file and return a stream.  Raise OSError upon failure.
    open(*args, **kwargs) => open;
    /// Call sys.breakpointhook(*args, **kws).
    breakpoint(*args, **kwargs) => breakpoint;
    /// Import a module.
    __import__(name, globals=None, locals=None, fromlist=(), level=0) => import;
};
