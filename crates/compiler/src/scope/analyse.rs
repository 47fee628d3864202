//! The decision for every name: local, cell, free or global; and which comprehensions run in place.

use rustc_hash::FxHashSet;

use super::{Binding, CompKind, Context, R, ScopeId, ScopeKind, Table, def};
use pyjit_syntax::{Span, Sym};

type Names = FxHashSet<Sym>;

/// Decides all names of all scopes.
pub fn analyse(table: &mut Table, cx: &Context) -> R<()> {
    if !table.scopes.is_empty() {
        block(table, cx, 0)?;
    }
    Ok(())
}

/// Decides the names of a scope and those below it; gives back the names that are free in it.
fn block(table: &mut Table, cx: &Context, id: ScopeId) -> R<Names> {
    let names: Vec<(Sym, u16)> = table.scopes[id]
        .symbols
        .iter()
        .map(|(n, s)| (n, s.flags))
        .collect();
    let mut free = Names::default();
    for (name, flags) in names {
        let binding = decide(table, cx, id, name, flags)?;
        table.scopes[id].symbols.entry(name).binding = binding;
        if binding == Binding::Free {
            free.insert(name);
        }
    }
    let mut from_children = Names::default();
    for child in table.scopes[id].children.clone() {
        let mut child_free = block(table, cx, child)?;
        if runs_in_place(table, id, child) {
            table.scopes[child].inlined = true;
            inline(table, cx, id, child, &mut child_free);
            table.scopes[id].has_walrus |= table.scopes[child].has_walrus;
        }
        from_children.extend(child_free);
    }
    match table.scopes[id].kind {
        ScopeKind::Module => {}
        ScopeKind::Class => drop_class_free(table, cx, id, &mut from_children),
        _ => make_cells(table, id, &mut from_children),
    }
    pass_through(table, cx, id, &from_children);
    free.extend(from_children);
    Ok(free)
}

fn decide(table: &Table, cx: &Context, id: ScopeId, name: Sym, flags: u16) -> R<Binding> {
    if flags & def::GLOBAL != 0 {
        if flags & def::NONLOCAL != 0 {
            return at_directive(table, cx, id, name, "name '{}' is nonlocal and global");
        }
        return Ok(Binding::GlobalExplicit);
    }
    if flags & def::NONLOCAL != 0 {
        let scope = &table.scopes[id];
        if scope.parent.is_none() || scope.kind == ScopeKind::Module {
            return at_directive(
                table,
                cx,
                id,
                name,
                "nonlocal declaration not allowed at module level",
            );
        }
        return match enclosing(table, cx, id, name) {
            None => at_directive(table, cx, id, name, "no binding for nonlocal '{}' found"),
            Some(true) => at_directive(
                table,
                cx,
                id,
                name,
                "nonlocal binding not allowed for type parameter '{}'",
            ),
            Some(false) => Ok(Binding::Free),
        };
    }
    if flags & def::BOUND != 0 {
        return Ok(Binding::Local);
    }
    if name != cx.known.classdict
        && let Some(class) = class_entry(table, id)
    {
        let in_class = table.scopes[class].symbols.flags(name);
        if in_class & def::GLOBAL != 0 {
            return Ok(Binding::GlobalExplicit);
        }
        if in_class & def::BOUND != 0 && in_class & def::NONLOCAL == 0 {
            return Ok(Binding::GlobalImplicit);
        }
    }
    Ok(match enclosing(table, cx, id, name) {
        Some(_) => Binding::Free,
        None => Binding::GlobalImplicit,
    })
}

/// The class whose namespace an annotation scope sees directly.
fn class_entry(table: &Table, id: ScopeId) -> Option<ScopeId> {
    let mut scope = &table.scopes[id];
    while scope.can_see_class_scope {
        let parent = scope.parent?;
        scope = &table.scopes[parent];
        if scope.kind == ScopeKind::Class {
            return Some(parent);
        }
    }
    None
}

/// Whether an enclosing function binds the name; if so, whether as a type parameter.
fn enclosing(table: &Table, cx: &Context, id: ScopeId, name: Sym) -> Option<bool> {
    let implicit = [
        cx.known.dunder_class,
        cx.known.classdict,
        cx.known.conditional,
    ]
    .contains(&name);
    let mut next = table.scopes[id].parent;
    while let Some(id) = next {
        let scope = &table.scopes[id];
        next = scope.parent;
        let flags = scope.symbols.flags(name);
        match scope.kind {
            ScopeKind::Module => return None,
            ScopeKind::Class if implicit => return Some(false),
            ScopeKind::Class => {}
            _ if flags & def::GLOBAL != 0 => return None,
            _ if flags & def::NONLOCAL != 0 => {}
            _ if flags & def::BOUND != 0 => return Some(flags & def::TYPE_PARAM != 0),
            _ => {}
        }
    }
    None
}

fn at_directive<T>(table: &Table, cx: &Context, id: ScopeId, name: Sym, message: &str) -> R<T> {
    let directive = table.scopes[id].directives.iter().find(|(n, _)| *n == name);
    let span = directive.map_or(Span::default(), |d| d.1);
    cx.error(span, message.replace("{}", cx.text(name)))
}

fn runs_in_place(table: &Table, id: ScopeId, child: ScopeId) -> bool {
    let kind = table.scopes[child].comprehension;
    kind.is_some_and(|k| k != CompKind::Generator) && !table.scopes[id].can_see_class_scope
}

/// Adjusts free names for a comprehension whose variables live in scope `id`'s frame.
fn inline(table: &mut Table, cx: &Context, id: ScopeId, comp: ScopeId, free: &mut Names) {
    let symbols: Vec<_> = table.scopes[comp].symbols.iter().collect();
    let in_class = table.scopes[id].kind == ScopeKind::Class;
    for (name, symbol) in symbols {
        if symbol.flags & def::PARAM != 0 {
            continue;
        }
        let class_names = [
            cx.known.dunder_class,
            cx.known.classdict,
            cx.known.conditional,
        ];
        if symbol.binding == Binding::Free && in_class && class_names.contains(&name) {
            if !free_in_children(table, comp, name) {
                free.remove(&name);
            }
            table.scopes[comp].symbols.entry(name).binding = Binding::GlobalImplicit;
            continue;
        }
        if symbol.binding != Binding::Free {
            continue;
        }
        let outer = table.scopes[id].symbols.get(name).copied();
        match outer {
            None => {
                let new = table.scopes[id].symbols.entry(name);
                *new = super::Symbol {
                    flags: def::USE,
                    binding: Binding::Free,
                };
            }
            Some(outer)
                if outer.flags & def::BOUND != 0
                    && !in_class
                    && !free_in_children(table, comp, name) =>
            {
                free.remove(&name);
            }
            Some(_) => {}
        }
    }
}

/// Whether a scope nested in `id` (and not inlined away) has the name free.
fn free_in_children(table: &Table, id: ScopeId, name: Sym) -> bool {
    table.scopes[id].children.iter().any(|&c| {
        let is_free = table.scopes[c]
            .symbols
            .get(name)
            .is_some_and(|s| s.binding == Binding::Free);
        is_free && (!table.scopes[c].inlined || free_in_children(table, c, name))
    })
}

/// Locals that nested scopes use become cells, and are free no more.
fn make_cells(table: &mut Table, id: ScopeId, free: &mut Names) {
    for (name, symbol) in table.scopes[id].symbols.iter_mut() {
        if symbol.binding == Binding::Local && free.remove(&name) {
            symbol.binding = Binding::Cell;
        }
    }
}

/// The names that a class itself supplies to its methods.
fn drop_class_free(table: &mut Table, cx: &Context, id: ScopeId, free: &mut Names) {
    let scope = &mut table.scopes[id];
    scope.needs_class_closure |= free.remove(&cx.known.dunder_class);
    scope.needs_classdict |= free.remove(&cx.known.classdict);
    scope.has_conditional_annotations |= free.remove(&cx.known.conditional);
}

/// Records names that are free further in, so that this scope hands the cells on.
fn pass_through(table: &mut Table, cx: &Context, id: ScopeId, free: &Names) {
    let class_like =
        table.scopes[id].kind == ScopeKind::Class || table.scopes[id].can_see_class_scope;
    let mut sorted: Vec<Sym> = free.iter().copied().collect();
    sorted.sort();
    for name in sorted {
        let known = table.scopes[id].symbols.get(name).is_some();
        if known {
            let symbol = table.scopes[id].symbols.entry(name);
            let own = symbol.flags & (def::BOUND | def::GLOBAL) != 0;
            if class_like && (own || symbol.binding == Binding::GlobalImplicit) {
                symbol.flags |= def::FREE_CLASS;
            }
        } else if enclosing(table, cx, id, name).is_some() {
            table.scopes[id].symbols.entry(name).binding = Binding::Free;
        }
    }
}
