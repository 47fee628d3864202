//! Rust values that heap objects own: compressors, parsers.
//!
//! The collector knows nothing of Rust's heap, so the values are kept in a
//! table and the object has the number of its entry. Objects whose class has a
//! `__del__` that gives the entry back are registered with the finalizer.

use pyjit_heap::GilCell;

struct Table<T> {
    entries: Vec<Option<T>>,
    free: Vec<usize>,
}

/// The values of one kind of object.
pub struct Owned<T>(GilCell<Table<T>>);

impl<T> Owned<T> {
    /// None yet.
    pub const fn new() -> Self {
        Owned(GilCell::new(Table {
            entries: Vec::new(),
            free: Vec::new(),
        }))
    }
    /// Stores a value and gives its number.
    pub fn put(&self, value: T) -> i64 {
        self.0.with_mut(|table| match table.free.pop() {
            Some(i) => {
                table.entries[i] = Some(value);
                i as i64
            }
            None => {
                table.entries.push(Some(value));
                table.entries.len() as i64 - 1
            }
        })
    }
    /// Takes the value out, to work with it; `None` if it is gone or in use.
    pub fn take(&self, number: i64) -> Option<T> {
        let i = usize::try_from(number).ok()?;
        self.0.with_mut(|table| table.entries.get_mut(i)?.take())
    }
    /// Puts a value that was taken out back.
    pub fn put_back(&self, number: i64, value: T) {
        self.0
            .with_mut(|table| table.entries[number as usize] = Some(value));
    }
    /// Drops the value and the number.
    pub fn remove(&self, number: i64) {
        let Ok(i) = usize::try_from(number) else {
            return;
        };
        let value = self.0.with_mut(|table| {
            table.free.push(i);
            table.entries[i].take()
        });
        drop(value);
    }
}

impl<T> Default for Owned<T> {
    fn default() -> Self {
        Self::new()
    }
}
