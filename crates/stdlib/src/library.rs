//! The embedded library as files. Modules are imported from memory, but
//! `__file__` names a file, and programs read those: list the folder of a
//! package, open a source. The folder is written when the first path in it is
//! asked for, once for each version of the library.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Once;

use pyjit_runtime::core::settings;

use crate::embedded;

/// Where the library is written for this user, if there is such a place.
pub fn folder() -> Option<PathBuf> {
    let set = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|p| p.is_absolute())
    };
    let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
    let version = concat!("library-", env!("PYJIT_LIBRARY_ID"));
    Some(cache.join("pyjit").join(version).join("python3.14"))
}

static WRITTEN: Once = Once::new();

/// Called with every path before it is used: writes the library if the path is
/// in its folder. What cannot be written is simply not there.
#[inline]
pub fn look(path: &[u8]) {
    if WRITTEN.is_completed() {
        return;
    }
    let settings = settings::get();
    let below = settings.library_cache.as_deref().is_some_and(|d| {
        let rest = path.strip_prefix(d.as_bytes());
        rest.is_some_and(|r| r.is_empty() || r[0] == b'/')
    });
    if below && settings.stdlib.is_none() {
        let folder = Path::new(settings.library_cache.as_deref().unwrap_or_default());
        WRITTEN.call_once(|| {
            if !folder.exists() {
                let _ = write(folder);
            }
        });
    }
}

/// Writes into a folder beside it first: others see all of it or nothing.
fn write(folder: &Path) -> io::Result<()> {
    let Some(above) = folder.parent() else {
        return Ok(());
    };
    let part = above.join(format!("part-{}", std::process::id()));
    let done = write_all(&part).and_then(|()| fs::rename(&part, folder));
    if done.is_err() {
        let _ = fs::remove_dir_all(&part);
    }
    done
}

fn write_all(root: &Path) -> io::Result<()> {
    for e in embedded::all() {
        let mut file = root.join(e.name.replace('.', "/"));
        match e.is_package {
            true => file.push("__init__.py"),
            false => {
                file.set_extension("py");
            }
        }
        put(&file, e.source().as_bytes())?;
    }
    for d in embedded::data() {
        put(&root.join(d.name), &d.content())?;
    }
    Ok(())
}
fn put(file: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, content)
}
