//! Reading the little of `Cargo.toml` that the tidy tests need.

use std::collections::BTreeSet;
use std::path::Path;

/// The dependencies on crates of this workspace, named in one section of a manifest,
/// without the `pyjit-` prefix.
pub fn own_dependencies(manifest: &Path, section: &str) -> BTreeSet<String> {
    let text =
        std::fs::read_to_string(manifest).unwrap_or_else(|e| panic!("{}: {e}", manifest.display()));
    let mut found = BTreeSet::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == format!("[{section}]");
        } else if inside {
            let name = line.split(['.', ' ', '=']).next().unwrap_or("");
            if let Some(own) = name.strip_prefix("pyjit-") {
                found.insert(own.to_string());
            }
        }
    }
    found
}
