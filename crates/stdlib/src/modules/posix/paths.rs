//! Folders, links, renaming and removing.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink as make_symlink};

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::native::NativeDef;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::{R, Thread};

use super::{check, check_plain, list_of, path};

fn getcwd(t: &Thread) -> R<Value> {
    let p = check_plain(t, std::env::current_dir())?;
    Ok(super::decode(p.into_os_string()))
}
fn chdir(t: &Thread, p: Value) -> R<()> {
    let p = path(t, p)?;
    check(t, std::env::set_current_dir(&p.path), &p)
}
fn listdir(t: &Thread, p: Option<Value>) -> R<Gc<List>> {
    let here = Str::new(".").value();
    let p = path(t, p.filter(|p| !p.is_none()).unwrap_or(here))?;
    let entries = check(t, fs::read_dir(&p.path), &p)?;
    let mut names = Vec::new();
    for e in entries {
        names.push(check(t, e, &p)?.file_name());
    }
    list_of(t, names.into_iter().map(|n| p.result(n)))
}
fn mkdir(t: &Thread, p: Value, mode: Option<i64>, _dir_fd: Option<Value>) -> R<()> {
    let p = path(t, p)?;
    let r = fs::DirBuilder::new()
        .mode(mode.unwrap_or(0o777) as u32)
        .create(&p.path);
    check(t, r, &p)
}
fn rmdir(t: &Thread, p: Value, _dir_fd: Option<Value>) -> R<()> {
    let p = path(t, p)?;
    check(t, fs::remove_dir(&p.path), &p)
}
fn unlink(t: &Thread, p: Value, _dir_fd: Option<Value>) -> R<()> {
    let p = path(t, p)?;
    check(t, fs::remove_file(&p.path), &p)
}
fn rename(t: &Thread, from: Value, to: Value, _a: Option<Value>, _b: Option<Value>) -> R<()> {
    let (p, q) = (path(t, from)?, path(t, to)?);
    check(t, fs::rename(&p.path, &q.path), &p)
}
fn link(t: &Thread, from: Value, to: Value) -> R<()> {
    let (p, q) = (path(t, from)?, path(t, to)?);
    check(t, fs::hard_link(&p.path, &q.path), &p)
}
fn symlink(
    t: &Thread,
    from: Value,
    to: Value,
    _dir: Option<Value>,
    _dir_fd: Option<Value>,
) -> R<()> {
    let (p, q) = (path(t, from)?, path(t, to)?);
    check(t, make_symlink(&p.path, &q.path), &p)
}
fn readlink(t: &Thread, p: Value, _dir_fd: Option<Value>) -> R<Value> {
    let p = path(t, p)?;
    let target = check(t, fs::read_link(&p.path), &p)?;
    Ok(p.result(target.into_os_string()))
}
fn chmod(t: &Thread, p: Value, mode: i64) -> R<()> {
    let p = path(t, p)?;
    check(
        t,
        fs::set_permissions(&p.path, fs::Permissions::from_mode(mode as u32)),
        &p,
    )
}
fn truncate(t: &Thread, p: Value, length: i64) -> R<()> {
    let p = path(t, p)?;
    let f = check(t, fs::OpenOptions::new().write(true).open(&p.path), &p)?;
    check(t, f.set_len(length.max(0) as u64), &p)
}

/// The table of this theme.
pub const FUNCTIONS: &[NativeDef] = pyjit_runtime::native_table! {
    getcwd() => getcwd;
    chdir(path) => chdir;
    listdir(path=None) => listdir;
    mkdir(path, mode=511, *, dir_fd=None) => mkdir;
    rmdir(path, *, dir_fd=None) => rmdir;
    unlink(path, *, dir_fd=None) => unlink;
    remove(path, *, dir_fd=None) => unlink;
    rename(src, dst, *, src_dir_fd=None, dst_dir_fd=None) => rename;
    replace(src, dst, *, src_dir_fd=None, dst_dir_fd=None) => rename;
    link(src, dst) => link;
    symlink(src, dst, target_is_directory=False, *, dir_fd=None) => symlink;
    readlink(path, *, dir_fd=None) => readlink;
    chmod(path, mode) => chmod;
    truncate(path, length) => truncate;
};
