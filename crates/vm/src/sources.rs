//! Source lines of files, and of code that has no file.

use std::cell::RefCell;
use std::collections::HashMap;

use pyjit_heap::GilCell;

/// Lines by the name that code calls its file.
type Texts = HashMap<String, Vec<String>>;

static TEXTS: GilCell<RefCell<Option<Texts>>> = GilCell::new(RefCell::new(None));

/// Remembers the text of `<string>` and the like.
pub fn remember(name: &str, text: &str) {
    let lines = text.lines().map(str::to_string).collect();
    TEXTS
        .get()
        .borrow_mut()
        .get_or_insert_with(HashMap::new)
        .insert(name.to_string(), lines);
}

/// The lines of a file, or of a remembered text.
pub fn lines(name: &str) -> Option<Vec<String>> {
    if let Some(map) = &*TEXTS.get().borrow()
        && let Some(l) = map.get(name)
    {
        return Some(l.clone());
    }
    if name.starts_with('<') {
        return None;
    }
    let bytes = std::fs::read(name).ok()?;
    let source = pyjit_syntax::Source::from_bytes(&bytes, name).ok()?;
    Some(source.text().lines().map(str::to_string).collect())
}
