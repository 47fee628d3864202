//! The hash of text, keyed by `PYTHONHASHSEED`, and the table of interned strings.

use std::cell::Cell;
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
struct Interned {
    table: Cell<Value>,
    count: Cell<usize>,
}

static INTERNED: GilCell<Interned> = GilCell::new(Interned {
    table: Cell::new(Value::NULL),
    count: Cell::new(0),
});

/// Prepares the intern table. Called once at start-up.
pub fn init_interned() {
    alloc::add_root_range(INTERNED.as_ptr() as *const u64, 1);
    INTERNED
        .get()
        .table
        .set(RefArray::new(4096).expect("start-up memory").value());
}

fn intern_slot(table: Gc<RefArray>, hash: i64, bytes: &[u8]) -> usize {
    let mask = table.len() - 1;
    let mut i = hash as usize & mask;
    loop {
        match table.get(i).opt() {
            None => return i,
            Some(v) if Gc::<Str>::from_value(v).bytes() == bytes => return i,
            Some(_) => i = (i + 1) & mask,
        }
    }
}

/// The one string object with that text which attribute names are compared by.
pub fn intern(s: &str) -> Gc<Str> {
    intern_with(s.as_bytes(), || Str::new(s))
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
    let found = intern_with(s.bytes(), || s);
    if found == s {
        known.set(s.value());
    }
    found
}

/// Is `s` the interned string of its text?
pub fn is_interned(s: Gc<Str>) -> bool {
    let table: Gc<RefArray> = Gc::from_value(INTERNED.get().table.get());
    table.get(intern_slot(table, hash_bytes(s.bytes()), s.bytes())) == s.value()
}

fn intern_with(bytes: &[u8], make: impl FnOnce() -> Gc<Str>) -> Gc<Str> {
    let state = INTERNED.get();
    let mut table: Gc<RefArray> = Gc::from_value(state.table.get());
    let hash = hash_bytes(bytes);
    let mut i = intern_slot(table, hash, bytes);
    if let Some(v) = table.get(i).opt() {
        return Gc::from_value(v);
    }
    if (state.count.get() + 1) * 2 > table.len() {
        let bigger = RefArray::new(table.len() * 2).expect("memory for interned strings");
        for v in table.as_slice().iter().filter(|v| !v.is_null()) {
            let b = Gc::<Str>::from_value(*v);
            bigger.set(intern_slot(bigger, hash_bytes(b.bytes()), b.bytes()), *v);
        }
        state.table.set(bigger.value());
        table = bigger;
        i = intern_slot(table, hash, bytes);
    }
    let s = make();
    s.hash();
    table.set(i, s.value());
    state.count.set(state.count.get() + 1);
    s
}
