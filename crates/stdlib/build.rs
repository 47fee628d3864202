//! Embeds the pure-Python standard library: trims it, patches it (asserting
//! that each patch still applies), compiles it with our own compiler, and
//! writes one blob of compiled code and compressed source with an index.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

mod dis_patch;
mod fixes;

/// Folders that are not embedded: tools of their own, or of no use here.
const LEFT_OUT: &[&str] = &["idlelib", "turtledemo", "tkinter", "__phello__", "test"];

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
    (
        "platform.py",
        "            name = \"RustPython\"
        else:",
        "            name = \"RustPython\"
        elif sys.implementation.name == 'pyjit':
            name = 'pyjit'
        else:",
    ),
    (
        "queue.py",
        "        if timeout is not None and timeout < 0:
            raise ValueError(\"'timeout' must be a non-negative number\")
        if not self._count",
        "        if not block:
            timeout = None
        elif timeout is not None and timeout < 0:
            raise ValueError(\"'timeout' must be a non-negative number\")
        if not self._count",
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
    // Embedded modules have sources, and there are other files beside them.
    (
        "importlib/_bootstrap.py",
        "        \"\"\"Return None as frozen modules do not have source code.\"\"\"
        return None",
        "        \"\"\"Return the source text of the embedded module.\"\"\"
        return _imp.get_frozen_source(fullname)

    @classmethod
    def get_data(cls, path):
        \"\"\"Return the content of an embedded file.\"\"\"
        folder = f'{sys._stdlib_dir}/'
        if path.startswith(folder):
            data = _imp.get_frozen_data(path[len(folder):])
            if data is not None:
                return data
        raise FileNotFoundError(2, 'No such file or directory', path)",
    ),
    (
        "ensurepip/__init__.py",
        "    return resources.as_file(
        resources.files('ensurepip')
        / '_bundled'
        / f'pip-{_PIP_VERSION}-py3-none-any.whl'
    )",
        "    return _bundled_wheel()


@contextmanager
def _bundled_wheel():
    name = f'pip-{_PIP_VERSION}-py3-none-any.whl'
    folder = Path(__file__).parent / '_bundled'
    with tempfile.TemporaryDirectory() as temporary:
        wheel = Path(temporary) / name
        wheel.write_bytes(__loader__.get_data(str(folder / name)))
        yield wheel",
    ),
    (
        "ensurepip/__init__.py",
        "from contextlib import nullcontext",
        "from contextlib import contextmanager, nullcontext",
    ),
    (
        "venv/__init__.py",
        "        path = os.path.join(path, 'scripts')
        self.install_scripts(context, path)",
        "        path = os.path.join(path, 'scripts')
        if os.path.isdir(path):
            self.install_scripts(context, path)
            return
        import _imp, tempfile
        with tempfile.TemporaryDirectory() as folder:
            prefix = 'venv/scripts/'
            for name in _imp._frozen_data_names():
                if name.startswith(prefix):
                    target = os.path.join(folder, name[len(prefix):])
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                    with open(target, 'wb') as f:
                        f.write(_imp.get_frozen_data(name))
            self.install_scripts(context, folder)",
    ),
];

/// Files that are no modules and that modules need, as prefixes.
const DATA: &[&str] = &["ensurepip/_bundled/", "venv/scripts/", "pydoc_data/"];

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

/// A file that is no module.
struct Data {
    name: String,
    content: Vec<u8>,
}

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

fn collect_data(root: &Path, dir: &Path, out: &mut Vec<Data>) {
    let entries = fs::read_dir(dir).expect("library folder");
    for path in entries.map(|e| e.expect("entry").path()) {
        if path.is_dir() {
            collect_data(root, &path, out);
            continue;
        }
        let name = path.strip_prefix(root).expect("below root");
        let name = name.to_string_lossy().into_owned();
        let is_module = path.extension().is_some_and(|e| e == "py" || e == "pyc");
        if !is_module && DATA.iter().any(|p| name.starts_with(p)) {
            let content = fs::read(&path).expect("library file");
            out.push(Data { name, content });
        }
    }
}

fn read(path: &Path, relative: &Path) -> Module {
    let file = relative.to_string_lossy().into_owned();
    let mut source =
        String::from_utf8(fs::read(path).expect("library file")).expect("UTF-8 library");
    for (f, from, to) in PATCHES
        .iter()
        .chain(fixes::ALL.iter().copied().flatten())
        .chain(dis_patch::DIS)
    {
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
    println!("cargo:rerun-if-changed=fixes.rs");
    println!("cargo:rerun-if-changed=dis_patch.rs");
    println!("cargo:rerun-if-changed=fixes");
    println!("cargo:rerun-if-changed=library");
    let root = PathBuf::from(rustpython_pylib::LIB_PATH);
    let mut modules = Vec::new();
    collect(&root, &root, &mut modules);
    // Parts of our own that are written in Python.
    let own = PathBuf::from("library");
    collect(&own, &own, &mut modules);
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
    let mut data = Vec::new();
    collect_data(&root, &root, &mut data);
    data.sort_by(|a, b| a.name.cmp(&b.name));
    let mut files = String::from("&[\n");
    for d in &data {
        let stored = miniz_oxide::deflate::compress_to_vec(&d.content, 6);
        let (at, len, full) = (blob.len(), stored.len(), d.content.len());
        let _ = writeln!(
            files,
            "Data {{ name: {:?}, at: {at}, stored: {len}, len: {full} }},",
            d.name
        );
        blob.extend_from_slice(&stored);
    }
    files.push(']');
    let out = PathBuf::from(env::var("OUT_DIR").expect("OUT_DIR"));
    fs::write(out.join("library.bin"), &blob).expect("write blob");
    // FNV-1a: tells versions of the library apart.
    let id = blob.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
        (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3)
    });
    println!("cargo:rustc-env=PYJIT_LIBRARY_ID={id:016x}");
    fs::write(out.join("library.rs"), index).expect("write index");
    fs::write(out.join("data.rs"), files).expect("write index of data");
}
