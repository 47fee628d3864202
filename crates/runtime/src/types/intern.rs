//! The hash of text, keyed by `PYTHONHASHSEED`, and the table of interned strings.

use std::cell::{Cell, RefCell};
use std::sync::OnceLock;

use pyjit_heap::{Gc, GilCell, RefArray, Value, alloc};

use super::str_::Str;
use crate::core::settings;
use crate::hash::{HashKey, Seed, not_minus_one};

static KEY: OnceLock<HashKey> = OnceLock::new();

/// Chooses the hash key of this process. To be called before the runtime is
/// initialised; without it the environment variable decides. False: too late.
pub fn set_hash_seed(seed: Seed) -> bool {
    KEY.set(HashKey::new(seed)).is_ok()
}

fn key_of_environment() -> HashKey {
    let text = settings::variable("PYTHONHASHSEED").unwrap_or_default();
    HashKey::new(Seed::parse(&text).unwrap_or(Seed::Random))
}

/// 63 bits, not -1.
fn shortened(hash: i64) -> i64 {
    not_minus_one(hash << 1 >> 1)
}

/// `hash()` of bytes.
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    shortened(KEY.get_or_init(key_of_environment).hash_bytes(bytes))
}

/// `hash()` of text (WTF-8).
pub fn hash_text(text: &[u8]) -> i64 {
    shortened(KEY.get_or_init(key_of_environment).hash_text(text))
}

/// The table of interned strings: open addressing in a heap array.
#[repr(C)]
struct Interned {
    /// The first word, which is a root.
    table: Cell<Value>,
    /// For each place of the table a part of the hash of what is there, 0 if nothing is:
    /// strings that differ need not be looked at.
    tags: RefCell<Vec<u32>>,
    count: Cell<usize>,
}

static INTERNED: GilCell<Interned> = GilCell::new(Interned {
    table: Cell::new(Value::NULL),
    tags: RefCell::new(Vec::new()),
    count: Cell::new(0),
});

/// Places of the table at the start: enough for what every start interns.
const PLACES: usize = 8192;

/// Prepares the intern table. Called once at start-up.
pub fn init_interned() {
    let state = INTERNED.get();
    alloc::add_root_range(INTERNED.as_ptr() as *const u64, 1);
    let table = RefArray::new(PLACES).expect("start-up memory");
    state.table.set(table.value());
    *state.tags.borrow_mut() = vec![0; PLACES];
}

impl Interned {
    fn table(&self) -> Gc<RefArray> {
        Gc::from_value(self.table.get())
    }
    /// The string, or the place where it belongs.
    #[inline]
    fn find(&self, hash: i64, bytes: &[u8]) -> Result<Gc<Str>, usize> {
        let (table, tags) = (self.table(), self.tags.borrow());
        let (mask, tag) = (tags.len() - 1, tag(hash));
        let mut i = hash as usize & mask;
        while tags[i] != 0 {
            if tags[i] == tag {
                let s: Gc<Str> = Gc::from_value(table.get(i));
                if s.bytes() == bytes {
                    return Ok(s);
                }
            }
            i = (i + 1) & mask;
        }
        Err(i)
    }
    /// Doubles the table.
    #[cold]
    fn grow(&self) {
        let (old, mut tags) = (self.table(), self.tags.borrow_mut());
        let n = old.len() * 2;
        let bigger = RefArray::new(n).expect("memory for interned strings");
        *tags = vec![0; n];
        for v in old.as_slice().iter().filter(|v| !v.is_null()) {
            let hash = Gc::<Str>::from_value(*v).hash();
            let mut i = hash as usize & (n - 1);
            while tags[i] != 0 {
                i = (i + 1) & (n - 1);
            }
            tags[i] = tag(hash);
            bigger.set(i, *v);
        }
        self.table.set(bigger.value());
    }
}

/// Never 0.
fn tag(hash: i64) -> u32 {
    (hash >> 31) as u32 | 1
}

/// The one string object with that text which attribute names are compared by.
pub fn intern(s: &str) -> Gc<Str> {
    intern_with(hash_text(s.as_bytes()), s.as_bytes(), || Str::new(s))
}

/// Interned strings seen lately, by address: they never die.
static KNOWN: GilCell<[Cell<Value>; 256]> = GilCell::new([const { Cell::new(Value::NULL) }; 256]);

/// The interned string equal to `s` (an exact `str`): `s` itself if it is the first.
#[inline]
pub fn intern_str(s: Gc<Str>) -> Gc<Str> {
    let known = &KNOWN.get()[(s.value().0 >> 5) as usize & 255];
    if known.get() == s.value() {
        return s;
    }
    let found = intern_with(s.hash(), s.bytes(), || s);
    if found == s {
        known.set(s.value());
    }
    found
}

/// Is `s` the interned string of its text?
pub fn is_interned(s: Gc<Str>) -> bool {
    INTERNED.get().find(s.hash(), s.bytes()) == Ok(s)
}

fn intern_with(hash: i64, bytes: &[u8], make: impl FnOnce() -> Gc<Str>) -> Gc<Str> {
    let state = INTERNED.get();
    let mut found = state.find(hash, bytes);
    if found.is_err() && (state.count.get() + 1) * 2 > state.table().len() {
        state.grow();
        found = state.find(hash, bytes);
    }
    let place = match found {
        Ok(s) => return s,
        Err(i) => i,
    };
    let s = make();
    s.set_hash(hash);
    state.tags.borrow_mut()[place] = tag(hash);
    state.table().set(place, s.value());
    state.count.set(state.count.get() + 1);
    s
}
