//! Weak references.

use pyjit_heap::Value;

use super::list::List;

/// The live targets of a list of weak references (or of a plain list, which
/// is what a class keeps its subclasses in until there are weak references).
pub fn live_targets(list: Value) -> Vec<Value> {
    list.opt()
        .and_then(|l| l.cast::<List>())
        .map_or(Vec::new(), |l| l.items().to_vec())
}
