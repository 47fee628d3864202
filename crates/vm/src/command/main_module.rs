//! The module `__main__` and what runs in it.

use pyjit_heap::{Gc, RootVec, Value};
use pyjit_runtime::core::host::CompileRequest;
use pyjit_runtime::core::{attr, call, modules};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::{R, Thread};

use super::{Source, absolute, text};

/// A program that can be run again and again.
pub enum Ready<'a> {
    /// `runpy` is to run this module; with `sys.argv[0]` set to its file?
    Module(&'a str, bool),
    /// Code, and the file it came from.
    Code(RootVec, Option<String>),
    /// Nothing but an empty module.
    Empty,
}

/// Runs a program once.
pub fn run(t: &Thread, source: &Source) -> R<()> {
    prepare(t, source)?.run(t)
}

/// Compiles what has to be compiled.
pub fn prepare<'a>(t: &Thread, source: &'a Source) -> R<Ready<'a>> {
    Ok(match source {
        Source::Nothing => Ready::Empty,
        Source::Module(name) => Ready::Module(name, true),
        Source::Folder(_) => Ready::Module("__main__", false),
        Source::Text { name, text } => {
            crate::sources::remember(name, &String::from_utf8_lossy(text));
            let file = (*name == "<stdin>").then(|| name.to_string());
            let code = compile_as(t, text, name, file.is_some())?;
            Ready::Code([code].into_iter().collect(), file)
        }
        Source::File { path, text } => {
            let file = absolute(path);
            let code = match path.ends_with(".pyc") {
                true => compiled(t, &file)?,
                false => compile(t, text, &file)?,
            };
            Ready::Code([code].into_iter().collect(), Some(file))
        }
    })
}

impl Ready<'_> {
    /// Runs it in the module `__main__`.
    pub fn run(&self, t: &Thread) -> R<()> {
        match self {
            Ready::Empty => namespace(t).map(|_| ()),
            Ready::Module(name, alter_argv) => run_module(t, name, *alter_argv),
            Ready::Code(code, file) => {
                let ns = namespace(t)?;
                if let Some(file) = file {
                    set_file(t, ns, file)?;
                }
                exec(t, code.get(0), ns)
            }
        }
    }
}

/// The code in a cache file that is run as a program.
fn compiled(t: &Thread, file: &str) -> R<Value> {
    let loader = loader(t, "SourcelessFileLoader", file)?;
    call::call_attr(t, loader, "get_code", &[text("__main__")])
}

/// The loader of that kind for the program's file.
fn loader(t: &Thread, kind: &str, file: &str) -> R<Value> {
    let external = t.host().import(t, "_frozen_importlib_external")?;
    let class = attr::get(t, external, intern(kind))?;
    call::call(t, class, &[text("__main__"), text(file)])
}

/// Compiles a program's text.
pub fn compile(t: &Thread, source: &[u8], filename: &str) -> R<Value> {
    compile_as(t, source, filename, true)
}

/// Compiles bytes that may say their encoding, or text.
fn compile_as(t: &Thread, source: &[u8], filename: &str, is_bytes: bool) -> R<Value> {
    let request = CompileRequest {
        source,
        is_bytes,
        filename: text(filename),
        mode: "exec",
        flags: 0,
        dont_inherit: true,
        optimize: -1,
        feature_version: -1,
    };
    crate::compile::compile(t, &request)
}

/// Runs a code object in a namespace.
pub fn exec(t: &Thread, code: Value, ns: Gc<Dict>) -> R<()> {
    t.host()
        .exec_code(t, code, ns, ns.value(), Value::NULL)
        .map(|_| ())
}

/// `runpy` finds a module and runs it as `__main__`.
fn run_module(t: &Thread, name: &str, alter_argv: bool) -> R<()> {
    namespace(t)?;
    let runpy = t.host().import(t, "runpy")?;
    let run = attr::get(t, runpy, intern("_run_module_as_main"))?;
    call::call(t, run, &[text(name), Value::bool(alter_argv)]).map(|_| ())
}

/// The namespace of module `__main__`, which is made when it is asked for first.
pub fn namespace(t: &Thread) -> R<Gc<Dict>> {
    let name = intern("__main__");
    if let Some(m) = modules::imported(name).and_then(|m| m.cast::<Module>()) {
        return Ok(m.namespace());
    }
    let m = Module::new(t, name.value(), Value::NONE)?;
    let ns = m.namespace();
    modules::modules().set_str(t, name, m.value())?;
    ns.set_str(t, intern("__builtins__"), modules::builtins().value())?;
    if let Some(bootstrap) = crate::import::bootstrap() {
        let loader = attr::get(t, bootstrap, intern("BuiltinImporter"))?;
        ns.set_str(t, intern("__loader__"), loader)?;
    }
    Ok(ns)
}

/// What a script's own module knows of its file.
fn set_file(t: &Thread, ns: Gc<Dict>, file: &str) -> R<()> {
    ns.set_str(t, intern("__file__"), text(file))?;
    ns.set_str(t, intern("__cached__"), Value::NONE)?;
    if file.starts_with('<') || modules::imported(intern("_frozen_importlib_external")).is_none() {
        return Ok(());
    }
    let kind = match file.ends_with(".pyc") {
        true => "SourcelessFileLoader",
        false => "SourceFileLoader",
    };
    let loader = loader(t, kind, file)?;
    ns.set_str(t, intern("__loader__"), loader)
}
