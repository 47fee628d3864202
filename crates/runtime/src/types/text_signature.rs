//! `__text_signature__`: the parameters of native functions and classes as text, from their tables.

use pyjit_heap::Gc;

use crate::core::kinds;
use crate::core::native::{NativeDef, NativeObject};
use crate::types::str_::intern;
use crate::types::type_::{Type, of_kind};

/// The parameters as one line.
fn line(d: &NativeDef) -> String {
    let words: Vec<&str> = d.params.split_whitespace().collect();
    words.join(" ").replace(" ,", ",")
}

/// Of a native function or method; what a method is bound to has a `$`.
pub fn of_function(d: &NativeDef) -> String {
    let p = line(d);
    if let Some(rest) = p.strip_prefix("self") {
        return format!("($self{rest})");
    }
    match p.strip_prefix("cls").filter(|_| d.name != "__new__") {
        Some(rest) => format!("($type{rest})"),
        None => format!("({p})"),
    }
}

/// Of a class, as far as one native function that makes its instances says it.
pub fn of_class(class: Gc<Type>) -> Option<String> {
    if class == of_kind(kinds::OBJECT) {
        return Some("()".into());
    }
    let own = |name| class.dict.gc().get_str(intern(name));
    let maker = own("__init__").or_else(|| own("__new__"))?;
    let p = line(NativeObject::of(maker)?.def());
    let rest = p.strip_prefix("self").or(p.strip_prefix("cls"))?;
    let rest = rest.strip_prefix(", /").unwrap_or(rest);
    let rest = rest.trim_start_matches([',', ' ']);
    (rest != "*args, **kwargs").then(|| format!("({rest})"))
}
