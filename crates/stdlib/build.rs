//! Embeds the pure-Python standard library: trims it, patches it (asserting
//! that each patch still applies), compiles it with our own compiler, and
//! writes one blob of compiled code and compressed source with an index.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Folders that are not embedded: tools of their own, or of no use here.
const LEFT_OUT: &[&str] = &[
    "idlelib",
    "turtledemo",
    "tkinter",
    "ensurepip",
    "__phello__",
    "test",
];

/// (file, text, replacement): where the crate names another implementation, or we promise more.
const PATCHES: &[(&str, &str, &str)] = &[
    (
        "site.py",
        "return 'RustPython' # XXX: RUSTPYTHON; for site-packages",
        "return 'Python'",
    ),
    (
        "site.py",
        "/lib/rustpython{version[0]}",
        "/lib/python{version[0]}",
    ),
    (
        "sysconfig/__init__.py",
        "return 'RustPython'  # XXX: RUSTPYTHON; For site-packages",
        "return 'Python'",
    ),
    // A damaged cache is as good as none.
    (
        "importlib/_bootstrap_external.py",
        "                        return _compile_bytecode(bytes_data, name=fullname,
                                                 bytecode_path=bytecode_path,
                                                 source_path=source_path)
        if source_bytes is None:",
        "                        try:
                            return _compile_bytecode(bytes_data, name=fullname,
                                                     bytecode_path=bytecode_path,
                                                     source_path=source_path)
                        except (ImportError, EOFError, ValueError, TypeError):
                            pass
        if source_bytes is None:",
    ),
];

/// Needed at every start: their code is stored uncompressed.
const START_UP: &[&str] = &[
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "zipimport",
    "codecs",
    "encodings",
    "encodings.aliases",
    "encodings.utf_8",
    "io",
    "abc",
    "stat",
    "_collections_abc",
    "genericpath",
    "posixpath",
    "os",
    "_sitebuiltins",
    "site",
];

struct Module {
    name: String,
    is_package: bool,
    source: String,
}

fn collect(root: &Path, dir: &Path, out: &mut Vec<Module>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(dir)
        .expect("library folder")
        .map(|e| e.expect("entry").path())
        .collect();
    entries.sort();
    for path in entries {
        let relative = path.strip_prefix(root).expect("below root");
        let top = relative
            .components()
            .next()
            .expect("name")
            .as_os_str()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            if !LEFT_OUT.contains(&&*top)
                && relative.file_name().is_some_and(|n| n != "__pycache__")
            {
                collect(root, &path, out);
            }
        } else if path.extension().is_some_and(|e| e == "py") {
            out.push(read(&path, relative));
        }
    }
}

fn read(path: &Path, relative: &Path) -> Module {
    let file = relative.to_string_lossy().into_owned();
    let mut source =
        String::from_utf8(fs::read(path).expect("library file")).expect("UTF-8 library");
    for (f, from, to) in PATCHES {
        if *f == file {
            assert!(
                source.contains(from),
                "patch no longer applies: {f}: {from}"
            );
            source = source.replace(from, to);
        }
    }
    let dotted = file.trim_end_matches(".py").replace('/', ".");
    let is_package = dotted.ends_with(".__init__");
    let name = dotted.trim_end_matches(".__init__").to_string();
    Module {
        name,
        is_package,
        source,
    }
}

fn compile(m: &Module) -> Vec<u8> {
    let source = pyjit_syntax::Source::from_text(&m.source);
    let options = pyjit_compiler::Options {
        filename: format!("<frozen {}>", m.name),
        ..pyjit_compiler::Options::default()
    };
    match pyjit_compiler::compile_source(&source, pyjit_syntax::Mode::Module, &options) {
        Ok((code, _)) => pyjit_bytecode::pyc::encode(&code).unwrap_or_default(),
        Err(e) => {
            println!(
                "cargo:warning=library module {} does not compile: {}",
                m.name, e.message
            );
            Vec::new()
        }
    }
}

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let root = PathBuf::from(rustpython_pylib::LIB_PATH);
    let mut modules = Vec::new();
    collect(&root, &root, &mut modules);
    let (mut blob, mut index) = (Vec::new(), String::from("&[\n"));
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    for m in &modules {
        let code = compile(m);
        let raw = START_UP.contains(&&*m.name);
        let stored = if raw {
            code.clone()
        } else {
            miniz_oxide::deflate::compress_to_vec(&code, 6)
        };
        let source = miniz_oxide::deflate::compress_to_vec(m.source.as_bytes(), 6);
        while blob.len() % 8 != 0 {
            blob.push(0);
        }
        let at = blob.len();
        blob.extend_from_slice(&stored);
        blob.extend_from_slice(&source);
        let _ = writeln!(
            index,
            "Entry {{ name: {:?}, is_package: {}, at: {at}, code: {}, code_len: {}, raw: {raw}, source: {}, source_len: {} }},",
            m.name,
            m.is_package,
            stored.len(),
            code.len(),
            source.len(),
            m.source.len(),
        );
    }
    index.push(']');
    let out = PathBuf::from(env::var("OUT_DIR").expect("OUT_DIR"));
    fs::write(out.join("library.bin"), &blob).expect("write blob");
    fs::write(out.join("library.rs"), index).expect("write index");
}
