//! Module `_symtable`: the compiler's scopes as tuples `(id, name, symbols,
//! varnames, children, nested, type, lineno)`, of which the module makes its
//! objects.

use pyjit_compiler::scope::{Binding, ScopeId, ScopeKind, Table, def};
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::host::CompileRequest;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};
use pyjit_syntax::{Interner, Sym};

/// Bits of a symbol's number that tell how it is bound stand above its flags.
const BINDING_SHIFT: i64 = 12;

/// The scopes of a source.
pub fn table(t: &Thread, request: &CompileRequest) -> R<Value> {
    let (source, mode) = crate::compile::source(t, request)?;
    match pyjit_compiler::symbols(&source, mode) {
        Ok((table, names)) => Export { t, table, names }.scope(0),
        Err(e) => Err(crate::compile::syntax_error(t, &e, request)),
    }
}

struct Export<'t> {
    t: &'t Thread,
    table: Table,
    names: Interner,
}

fn binding(b: Binding) -> i64 {
    match b {
        Binding::Unknown => 0,
        Binding::Local => 1,
        Binding::GlobalExplicit => 2,
        Binding::GlobalImplicit => 3,
        Binding::Free => 4,
        Binding::Cell => 5,
    }
}
fn kind(k: ScopeKind) -> i64 {
    match k {
        ScopeKind::Function => 0,
        ScopeKind::Class => 1,
        ScopeKind::Module => 2,
        ScopeKind::Annotation => 3,
        ScopeKind::TypeAlias => 4,
        ScopeKind::TypeParams => 5,
        ScopeKind::TypeVariable => 6,
    }
}

impl Export<'_> {
    fn scope(&self, id: ScopeId) -> R<Value> {
        pyjit_runtime::core::call::enter_native(self.t, "")?;
        let scope = &self.table.scopes[id];
        let (symbols, children) = (Dict::new(), List::new());
        self.content(id, symbols, children, None)?;
        let params: Vec<Value> = scope.params.iter().map(|p| self.name(*p)).collect();
        let varnames = List::from_slice(self.t, &params)?;
        let name = scope.name.trim_matches(|c| c == '<' || c == '>');
        let parts = [
            Value::int(id as i64 + 1),
            Str::new(name).value(),
            symbols.value(),
            varnames.value(),
            children.value(),
            Value::int(i64::from(scope.nested)),
            Value::int(kind(scope.kind)),
            Value::int(i64::from(scope.line)),
        ];
        Ok(Tuple::new(&parts).value())
    }
    fn name(&self, name: pyjit_syntax::Sym) -> Value {
        intern(self.names.resolve(name)).value()
    }
    /// Names and scopes inside; comprehensions that run in place (`guest`: what those
    /// around bind) belong to the scope around them and use its names.
    fn content(
        &self,
        id: ScopeId,
        symbols: Gc<Dict>,
        children: Gc<List>,
        guest: Option<&[Sym]>,
    ) -> R<()> {
        let scope = &self.table.scopes[id];
        let mut bound = guest.unwrap_or_default().to_vec();
        for (name, symbol) in scope.symbols.iter() {
            let text = intern(self.names.resolve(name));
            if guest.is_some() && symbol.flags & def::BOUND != 0 {
                bound.push(name);
            }
            let known = symbols.find_str(text).filter(|_| guest.is_some());
            if let Some(i) = known {
                if symbol.flags & def::USE != 0 && !bound.contains(&name) {
                    let used = symbols.entry_value(i).as_int() | i64::from(def::USE);
                    symbols.set_entry(self.t, i, Value::int(used));
                }
                continue;
            }
            if guest.is_some() && text.bytes().starts_with(b".") {
                continue;
            }
            let value = i64::from(symbol.flags) | (binding(symbol.binding) << BINDING_SHIFT);
            symbols.set_str(self.t, text, Value::int(value))?;
        }
        for child in &scope.children {
            match self.table.scopes[*child].inlined {
                true => {
                    // What is bound in a class is not seen in comprehensions.
                    let own = match scope.kind {
                        ScopeKind::Class => scope.symbols.iter().map(|(n, _)| n).collect(),
                        _ => bound.clone(),
                    };
                    self.content(*child, symbols, children, Some(&own))?
                }
                false => {
                    let made = self.scope(*child)?;
                    children.push(self.t, made)?;
                }
            }
        }
        Ok(())
    }
}
