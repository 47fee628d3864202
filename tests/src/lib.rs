//! What the tests share: finding and running the `pyjit` command, comparing text.
//!
//! Not the tests themselves: those are in `tests/tests/`. The programs they run are in
//! `tests/python/` and `benches/programs/`; see `docs/testing.md`.

pub mod cases;
pub mod diff;
pub mod manifest;
pub mod process;

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("tests/ has a parent").to_path_buf()
}

/// All files under `dir` whose name satisfies `wanted`, sorted; `target` and hidden folders are skipped.
pub fn files_under(dir: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![dir.to_path_buf()];
    while let Some(dir) = todo.pop() {
        let Ok(entries) = std::fs::read_dir(&dir) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                let skipped = name == "target" || (name.starts_with('.') && name != ".ci");
                if !skipped {
                    todo.push(path);
                }
            } else if wanted(&name) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
