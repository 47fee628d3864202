//! `_ast`: the node classes of abstract syntax trees, made from the grammar's
//! table. The interpreter builds trees of them for `compile(..., ONLY_AST)`.

mod grammar;
mod node;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::class::method_object;
use pyjit_runtime::core::{attr, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::generic_alias;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, of_kind};
use pyjit_runtime::types::type_new::type_new;
use pyjit_runtime::types::union_type;
use pyjit_runtime::{R, Thread};

use crate::native_module;
use grammar::{Places, RULES, Rule, fields};

const POSITION: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

fn names<'a>(list: impl Iterator<Item = &'a str>) -> Value {
    let list: Vec<&str> = list.collect();
    Tuple::from_fn(list.len(), |i| intern(list[i]).value()).value()
}

/// Makes a class and enters it into the module.
fn class(t: &Thread, m: Gc<Module>, name: &str, base: Value, dict: Gc<Dict>) -> R<Gc<Type>> {
    dict.set_str(t, intern("__module__"), intern("ast").value())?;
    let bases = Tuple::new(&[base]).value();
    let args = [intern(name).value(), bases, dict.value()];
    let made = type_new(t, of_kind(kinds::TYPE), &args, None)?;
    m.set(t, name, made)?;
    Ok(Gc::from_value(made))
}

/// The class of all nodes.
fn base(t: &Thread, m: Gc<Module>) -> R<Value> {
    let dict = Dict::new();
    let empty = Tuple::new(&[]).value();
    for name in ["_fields", "__match_args__", "_attributes"] {
        dict.set_str(t, intern(name), empty)?;
    }
    dict.set_str(t, intern("__doc__"), Value::NONE)?;
    let class = class(t, m, "AST", of_kind(kinds::OBJECT).value(), dict)?;
    class.home.set("ast");
    for def in node::METHODS {
        attr::set(
            t,
            class.value(),
            intern(def.name),
            Some(method_object(class, def)),
        )?;
    }
    Ok(class.value())
}

/// What is declared in a class for its fields.
fn declare(t: &Thread, dict: Gc<Dict>, text: &'static str) -> R<()> {
    let list = names(fields(text).map(|f| f.name));
    dict.set_str(t, intern("_fields"), list)?;
    dict.set_str(t, intern("__match_args__"), list)?;
    for f in fields(text).filter(|f| f.optional) {
        dict.set_str(t, intern(f.name), Value::NONE)?;
    }
    Ok(())
}
fn places(t: &Thread, dict: Gc<Dict>, rule: &Rule) -> R<()> {
    let list = match rule.places {
        Places::None => names([].into_iter()),
        _ => names(POSITION.into_iter()),
    };
    dict.set_str(t, intern("_attributes"), list)?;
    if rule.places == Places::OpenEnd {
        for name in &POSITION[2..] {
            dict.set_str(t, intern(name), Value::NONE)?;
        }
    }
    Ok(())
}
fn shown(name: &str, fields: &str) -> String {
    match fields {
        "" => name.to_string(),
        _ => format!("{name}({fields})"),
    }
}
fn doc(rule: &Rule) -> String {
    if rule.constructors.is_empty() {
        return shown(rule.name, rule.fields);
    }
    let all: Vec<String> = rule.constructors.iter().map(|c| shown(c.0, c.1)).collect();
    let plain = rule.constructors.iter().all(|c| c.1.is_empty());
    let between = match plain {
        true => " | ".to_string(),
        false => format!("\n{} | ", " ".repeat(rule.name.len())),
    };
    format!("{} = {}", rule.name, all.join(&between))
}

/// `_field_types` of a class, when all classes exist.
fn field_types(t: &Thread, m: Gc<Module>, class: &str, text: &'static str) -> R<()> {
    let types = Dict::new();
    for f in fields(text) {
        let ty = match f.type_name {
            "identifier" | "string" => of_kind(kinds::STR).value(),
            "int" => of_kind(kinds::INT).value(),
            "constant" => of_kind(kinds::OBJECT).value(),
            name => attr::get(t, m.value(), intern(name))?,
        };
        let ty = if f.list {
            generic_alias::make(t, of_kind(kinds::LIST).value(), ty)?
        } else if f.optional {
            union_type::make(t, ty, Value::NONE)?
        } else {
            ty
        };
        types.set_str(t, intern(f.name), ty)?;
    }
    let class = attr::get(t, m.value(), intern(class))?;
    attr::set(t, class, intern("_field_types"), Some(types.value()))?;
    attr::set(t, class, intern("__annotations__"), Some(types.value()))
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let root = base(t, m)?;
    for rule in RULES {
        let dict = Dict::new();
        dict.set_str(t, intern("__doc__"), Str::new(&doc(rule)).value())?;
        places(t, dict, rule)?;
        declare(t, dict, rule.fields)?;
        let sum = class(t, m, rule.name, root, dict)?;
        for (name, text) in rule.constructors {
            let dict = Dict::new();
            dict.set_str(t, intern("__doc__"), Str::new(&shown(name, text)).value())?;
            declare(t, dict, text)?;
            class(t, m, name, sum.value(), dict)?;
        }
    }
    for rule in RULES {
        if rule.constructors.is_empty() {
            field_types(t, m, rule.name, rule.fields)?;
        }
        for (name, text) in rule.constructors {
            field_types(t, m, name, text)?;
        }
    }
    for (name, value) in [
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
        ("PyCF_ONLY_AST", 0x400),
        ("PyCF_OPTIMIZED_AST", 0x8400),
        ("PyCF_TYPE_COMMENTS", 0x1000),
    ] {
        m.set(t, name, Value::int(value))?;
    }
    Ok(())
}

native_module! {
    pub MODULE = "_ast", init init;
    functions {}
}
