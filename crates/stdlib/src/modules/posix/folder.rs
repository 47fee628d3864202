//! Reading folders: `scandir` and its entries.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::ffi::{CStr, OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use pyjit_heap::{Field, Gc, Header, Value, heap_object};
use pyjit_runtime::core::{kinds, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::type_::flags;
use pyjit_runtime::{R, Thread, py_class};

use super::{PathArg, check, or_dot, path, path_or_fd, status};
use crate::layout::{Item, class_getitem, itself};

/// What the folder itself tells of an entry.
pub struct Found {
    pub name: OsString,
    kind: u8,
    inode: u64,
}

/// All entries of a folder but `.` and `..`.
pub fn read(t: &Thread, p: &PathArg) -> R<Vec<Found>> {
    let found = pyjit_heap::lock::blocking(|| read_all(p));
    check(t, found, p)
}
fn read_all(p: &PathArg) -> std::io::Result<Vec<Found>> {
    // SAFETY: a terminated string, or a descriptor that the stream may close.
    let dir = unsafe {
        match p.fd {
            Some(fd) => libc::fdopendir(libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0)),
            None => libc::opendir(p.c().as_ptr()),
        }
    };
    if dir.is_null() {
        return Err(std::io::Error::last_os_error());
    }
    let mut found = Vec::new();
    // SAFETY: the stream is open until the end of the block; an entry is valid
    // until the next is read.
    unsafe {
        if p.fd.is_some() {
            libc::rewinddir(dir);
        }
        loop {
            let e = libc::readdir(dir);
            if e.is_null() {
                break;
            }
            let name = CStr::from_ptr((*e).d_name.as_ptr()).to_bytes();
            if name != b"." && name != b".." {
                found.push(Found {
                    name: OsString::from_vec(name.to_vec()),
                    kind: (*e).d_type,
                    inode: (*e).d_ino,
                });
            }
        }
        libc::closedir(dir);
    }
    Ok(found)
}

/// `os.DirEntry`.
#[repr(C)]
pub struct DirEntry {
    header: Header,
    name: Field,
    path: Field,
    /// Results of `stat` and `lstat` that were asked for, or absent.
    stat: Field,
    lstat: Field,
    kind: Cell<i64>,
    inode: Cell<i64>,
    /// The folder's descriptor, or `AT_FDCWD`.
    dir: Cell<i64>,
}
heap_object!(DirEntry = 432, refs 1..5);

type E = Gc<DirEntry>;

fn name(_t: &Thread, this: E) -> Value {
    this.name.get()
}
fn get_path(_t: &Thread, this: E) -> Value {
    this.path.get()
}
fn inode(_t: &Thread, this: E) -> i64 {
    this.inode.get()
}
fn stat(t: &Thread, this: E, follow: Option<bool>) -> R<Value> {
    // A link is the only entry of which the two differ.
    let follow = follow.unwrap_or(true) && is_link(t, this)?;
    let cache = if follow { &this.stat } else { &this.lstat };
    if let Some(s) = cache.get().opt() {
        return Ok(s);
    }
    let at = if this.dir.get() == i64::from(libc::AT_FDCWD) {
        this.path.get()
    } else {
        this.name.get()
    };
    let p = path(t, at)?;
    let s = check(t, status::look(this.dir.get() as i32, &p, follow), &p)?;
    let s = status::result(t, &s)?;
    match follow {
        true => this.stat.set(this, s),
        false => this.lstat.set(this, s),
    }
    Ok(s)
}
fn is_link(t: &Thread, this: E) -> R<bool> {
    match this.kind.get() as u8 {
        libc::DT_UNKNOWN => {
            let at = path(t, this.path.get())?;
            let s = check(t, status::look(this.dir.get() as i32, &at, false), &at)?;
            Ok(s.st_mode & libc::S_IFMT == libc::S_IFLNK)
        }
        k => Ok(k == libc::DT_LNK),
    }
}
/// Is it (or what it points to) of this kind?
fn is_kind(t: &Thread, this: E, follow: bool, kind: u8, mode: libc::mode_t) -> R<bool> {
    let own = this.kind.get() as u8;
    if own != libc::DT_UNKNOWN && !(follow && own == libc::DT_LNK) {
        return Ok(own == kind);
    }
    match stat(t, this, Some(follow)) {
        Ok(s) => {
            let m = ops::getitem(t, s, Value::int(0))?;
            Ok(ops::index_i64(t, m)? as libc::mode_t & libc::S_IFMT == mode)
        }
        Err(_)
            if pyjit_runtime::core::errors::catch(
                t,
                pyjit_runtime::types::exceptions::Exc::FileNotFoundError,
            ) =>
        {
            Ok(false)
        }
        Err(e) => Err(e),
    }
}
fn is_dir(t: &Thread, this: E, follow: Option<bool>) -> R<bool> {
    is_kind(t, this, follow.unwrap_or(true), libc::DT_DIR, libc::S_IFDIR)
}
fn is_file(t: &Thread, this: E, follow: Option<bool>) -> R<bool> {
    is_kind(t, this, follow.unwrap_or(true), libc::DT_REG, libc::S_IFREG)
}
fn is_junction(_t: &Thread, _this: E) -> bool {
    false
}
fn repr(t: &Thread, this: E) -> R<String> {
    Ok(format!(
        "<DirEntry {}>",
        ops::repr(t, this.name.get())?.lossy()
    ))
}

py_class! {
    pub DIR_ENTRY: DirEntry = "DirEntry", base kinds::OBJECT, flags flags::NO_NEW, module "posix";
    methods {
        /// Return True if the entry is a directory; cached per entry.
        is_dir(self, /, *, follow_symlinks=True) => is_dir;
        /// Return True if the entry is a file; cached per entry.
        is_file(self, /, *, follow_symlinks=True) => is_file;
        /// Return True if the entry is a symbolic link; cached per entry.
        is_symlink(self, /) => is_link;
        is_junction(self, /) => is_junction;
        /// Return stat_result object for the entry; cached per entry.
        stat(self, /, *, follow_symlinks=True) => stat;
        /// Return inode of the entry; cached per entry.
        inode(self, /) => inode;
        __fspath__(self, /) => get_path;
        __repr__(self, /) => repr;
        @classmethod __class_getitem__(cls, item, /) => class_getitem;
    }
    getset { name => name; path => get_path; }
}

/// The iterator of `scandir`: the entries, last one first, or nothing when closed.
#[repr(C)]
pub struct Scan {
    header: Header,
    left: Field,
}
heap_object!(Scan = 433, refs 1..2);

fn next(_t: &Thread, this: Gc<Scan>) -> R<Item> {
    let list: Gc<List> = Gc::from_value(this.left.get());
    Ok(Item(
        (!list.is_empty()).then(|| list.remove(list.len() - 1)),
    ))
}
fn close(_t: &Thread, this: Gc<Scan>) {
    Gc::<List>::from_value(this.left.get()).clear()
}
fn exit(t: &Thread, this: Gc<Scan>, _a: Option<Value>, _b: Option<Value>, _c: Option<Value>) {
    close(t, this)
}

py_class! {
    pub SCAN: Scan = "ScandirIterator", base kinds::OBJECT, flags flags::NO_NEW, module "posix";
    methods {
        __iter__(self, /) => itself;
        __next__(self, /) => next;
        close(self, /) => close;
        __enter__(self, /) => itself;
        __exit__(self, a=None, b=None, c=None, /) => exit;
    }
}

/// The path of an entry: the folder's name, a slash if it needs one, its own.
fn joined(p: &PathArg, name: &OsStr) -> OsString {
    let mut full = p.path.as_os_str().as_bytes().to_vec();
    if !full.is_empty() && full.last() != Some(&b'/') {
        full.push(b'/');
    }
    full.extend_from_slice(name.as_bytes());
    OsString::from_vec(full)
}
/// `os.scandir`.
pub fn scandir(t: &Thread, p: Option<Value>) -> R<Gc<Scan>> {
    let p = path_or_fd(t, or_dot(p))?;
    let list = List::new();
    let scan = Gc::new(Scan {
        header: Header::NEW,
        left: Field::new(list.value()),
    });
    for f in read(t, &p)?.into_iter().rev() {
        let full = match p.fd {
            Some(_) => f.name.clone(),
            None => joined(&p, &f.name),
        };
        let entry = Gc::new(DirEntry {
            header: Header::NEW,
            name: Field::new(Value::NONE),
            path: Field::new(Value::NONE),
            stat: Field::null(),
            lstat: Field::null(),
            kind: Cell::new(i64::from(f.kind)),
            inode: Cell::new(f.inode as i64),
            dir: Cell::new(i64::from(p.fd.unwrap_or(libc::AT_FDCWD))),
        });
        entry.name.set(entry, text(&p, f.name));
        entry.path.set(entry, text(&p, full));
        list.push(t, entry.value())?;
    }
    Ok(scan)
}
fn text(p: &PathArg, name: OsString) -> Value {
    match p.bytes {
        true => Bytes::new(name.as_bytes()).value(),
        false => super::decode(name),
    }
}
