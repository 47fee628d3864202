//! The embedded library: compiled code and source by module name.

/// One module.
pub struct Entry {
    pub name: &'static str,
    pub is_package: bool,
    at: usize,
    code: usize,
    code_len: usize,
    raw: bool,
    source: usize,
    source_len: usize,
}

/// A file that is no module.
pub struct Data {
    /// Its path below the library's folder.
    pub name: &'static str,
    at: usize,
    stored: usize,
    len: usize,
}

impl Data {
    /// What is in the file.
    pub fn content(&self) -> Vec<u8> {
        inflate(&BLOB.0[self.at..self.at + self.stored], self.len)
    }
}

/// The blob, aligned so that code can be read in place.
#[repr(C, align(8))]
struct Aligned<T: ?Sized>(T);

static BLOB: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/library.bin")));
static INDEX: &[Entry] = include!(concat!(env!("OUT_DIR"), "/library.rs"));
static DATA: &[Data] = include!(concat!(env!("OUT_DIR"), "/data.rs"));

/// The files that are no modules, by name.
pub fn data() -> &'static [Data] {
    DATA
}

/// The module `name`, if it is embedded.
pub fn find(name: &str) -> Option<&'static Entry> {
    INDEX
        .binary_search_by(|e| e.name.cmp(name))
        .ok()
        .map(|i| &INDEX[i])
}

/// All modules, by name.
pub fn all() -> &'static [Entry] {
    INDEX
}

impl Entry {
    /// The encoded code object. It is kept: code is read from it when it is needed.
    pub fn code(&self) -> &'static [u8] {
        let stored = &BLOB.0[self.at..self.at + self.code];
        if self.raw {
            stored
        } else {
            inflate(stored, self.code_len).leak()
        }
    }
    /// The source text.
    pub fn source(&self) -> String {
        let at = self.at + self.code;
        String::from_utf8(inflate(&BLOB.0[at..at + self.source], self.source_len))
            .unwrap_or_default()
    }
}

fn inflate(data: &[u8], len: usize) -> Vec<u8> {
    miniz_oxide::inflate::decompress_to_vec_with_limit(data, len).unwrap_or_default()
}
