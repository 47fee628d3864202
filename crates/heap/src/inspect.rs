//! Looking at the heap from outside: for module `gc` and for tools.

use crate::alloc::{Kind, collect};
use crate::heap::heap;
use crate::mark::Obj;
use crate::roots::RootVec;
use crate::value::Value;

/// All objects that may be alive. `f` must not allocate.
pub fn for_each_object(mut f: impl FnMut(Value)) {
    collect(Kind::Minor);
    heap().for_each_marked(|o| f(o.value()));
}

/// What `v` refers to directly, in the order of its words.
pub fn referents(v: Value) -> RootVec {
    let mut found = RootVec::new();
    if v.is_ptr() {
        heap().references(Obj::of(v), |_, r| found.push(r));
    }
    found
}

/// The objects that refer directly to one of `targets`.
pub fn referrers(targets: &[Value]) -> RootVec {
    let mut found = RootVec::new();
    for_each_object(|o| {
        let mut hit = false;
        heap().references(Obj::of(o), |_, r| hit |= targets.contains(&r));
        if hit {
            found.push(o);
        }
    });
    found
}
