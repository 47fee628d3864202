//! The walk over statements: definitions and uses of every scope.

use pyjit_syntax::ast::*;
use pyjit_syntax::{Span, Sym};

use super::generic::Generic;
use super::*;

/// Collects and decides all scopes of a module.
pub fn build(module: &Mod, cx: &mut Context) -> R<Table> {
    let mut b = Builder {
        table: Table::default(),
        cx,
        at: 0,
        private: None,
        place: Span::default(),
    };
    b.table.scopes.push(Builder::new_scope(
        ScopeKind::Module,
        "top".to_owned(),
        None,
    ));
    let anchor = match module {
        Mod::Module { body } | Mod::Interactive { body } => {
            b.body(body)?;
            address(*body)
        }
        Mod::Expression { body } => {
            b.expr(body)?;
            address(*body)
        }
        Mod::FunctionType { .. } => 0,
    };
    b.table.by_node.insert((anchor, Opens::Bound), 0);
    let mut table = b.table;
    analyse::analyse(&mut table, cx)?;
    Ok(table)
}

pub(super) struct Builder<'b, 'c> {
    pub table: Table,
    pub cx: &'b mut Context<'c>,
    /// The current scope.
    pub at: ScopeId,
    /// The class whose private names are mangled.
    pub private: Option<Sym>,
    /// The statement or expression that is looked at.
    pub place: Span,
}

impl<'a> Builder<'_, '_> {
    fn new_scope(kind: ScopeKind, name: String, parent: Option<ScopeId>) -> Scope {
        Scope {
            kind,
            name,
            parent,
            children: Vec::new(),
            symbols: Symbols::default(),
            params: Vec::new(),
            comprehension: None,
            inlined: false,
            coroutine: false,
            generator: false,
            nested: false,
            needs_class_closure: false,
            needs_classdict: false,
            has_conditional_annotations: false,
            can_see_class_scope: false,
            annotations_used: false,
            annotation_block: None,
            has_walrus: false,
            returns_value: None,
            in_conditional_block: false,
            comp_iter_target: false,
            comp_iter_expr: 0,
            info: "",
            directives: Vec::new(),
            line: 0,
            mangled_names: None,
        }
    }

    pub fn scope(&mut self) -> &mut Scope {
        &mut self.table.scopes[self.at]
    }

    /// Opens a scope below the current one and makes it current; gives back the one before.
    pub fn enter<T: ?Sized>(
        &mut self,
        kind: ScopeKind,
        name: &str,
        node: &T,
        opens: Opens,
    ) -> ScopeId {
        let before = self.at;
        let mut scope = Builder::new_scope(kind, name.to_owned(), Some(before));
        let outer = self.scope();
        scope.nested = outer.nested || outer.kind.is_function_like();
        scope.comp_iter_expr = outer.comp_iter_expr;
        if kind != ScopeKind::Class {
            scope.mangled_names = outer.mangled_names.clone();
        }
        scope.line = self.cx.source.locate(self.place.start).line;
        let id = self.table.scopes.len();
        self.table.scopes.push(scope);
        self.table.scopes[before].children.push(id);
        self.table.by_node.insert((address(node), opens), id);
        self.at = id;
        before
    }

    /// As [`Builder::enter`] for thunks that take a format.
    pub fn enter_thunk<T: ?Sized>(
        &mut self,
        kind: ScopeKind,
        name: &str,
        node: &T,
        opens: Opens,
    ) -> R<ScopeId> {
        let outer = &self.table.scopes[self.at];
        let sees_class = outer.kind == ScopeKind::Class || outer.can_see_class_scope;
        let before = self.enter(kind, name, node, opens);
        self.scope().params.clear();
        self.define(self.cx.known.format, def::PARAM | def::USE, Span::default())?;
        if sees_class {
            self.scope().can_see_class_scope = true;
            self.define(self.cx.known.classdict, def::USE, Span::default())?;
        }
        Ok(before)
    }

    /// The name as this scope stores it.
    pub fn mangled(&mut self, name: Sym) -> Sym {
        if !self.table.scopes[self.at].mangles(name) {
            return name;
        }
        mangle(self.cx.names, self.private, name)
    }

    pub fn define(&mut self, name: Sym, flag: u16, span: Span) -> R<()> {
        if flag & def::TYPE_PARAM != 0
            && let Some(only) = &mut self.table.scopes[self.at].mangled_names
        {
            only.insert(name);
        }
        let name = self.mangled(name);
        self.define_in(self.at, name, flag, span)
    }

    /// Adds flags to an already mangled name of some scope.
    pub fn define_in(&mut self, id: ScopeId, name: Sym, flag: u16, span: Span) -> R<()> {
        let iter_target = self.table.scopes[id].comp_iter_target;
        let symbol = self.table.scopes[id].symbols.entry(name);
        let before = symbol.flags;
        symbol.flags |= flag;
        let text = |b: &Self| b.cx.text(name).to_owned();
        if flag & before & def::PARAM != 0 {
            return self.cx.error(
                span,
                format!("duplicate argument '{}' in function definition", text(self)),
            );
        }
        if flag & before & def::TYPE_PARAM != 0 {
            return self
                .cx
                .error(span, format!("duplicate type parameter '{}'", text(self)));
        }
        if iter_target {
            if before & (def::GLOBAL | def::NONLOCAL) != 0 {
                let message = format!(
                    "comprehension inner loop cannot rebind assignment expression target '{}'",
                    text(self)
                );
                return self.cx.error(span, message);
            }
            symbol_or(&mut self.table.scopes[id].symbols, name, def::COMP_ITER);
        }
        if flag & def::PARAM != 0 {
            self.table.scopes[id].params.push(name);
        } else if flag & def::GLOBAL != 0 {
            symbol_or(&mut self.table.scopes[0].symbols, name, def::GLOBAL);
        }
        Ok(())
    }

    /// Binds a name of the source.
    pub fn bind(&mut self, name: Sym, span: Span) -> R<()> {
        self.check_debug(name, span, "assign to")?;
        self.define(name, def::LOCAL, span)
    }

    pub fn check_debug(&self, name: Sym, span: Span, verb: &str) -> R<()> {
        if name == self.cx.known.debug {
            return self.cx.error(span, format!("cannot {verb} __debug__"));
        }
        Ok(())
    }

    pub fn body(&mut self, body: Body<'a>) -> R<()> {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn conditional(&mut self, bodies: &[Body<'a>]) -> R<()> {
        let before = std::mem::replace(&mut self.scope().in_conditional_block, true);
        bodies.iter().try_for_each(|b| self.body(b))?;
        self.scope().in_conditional_block = before;
        Ok(())
    }

    fn stmt(&mut self, s: StmtRef<'a>) -> R<()> {
        self.place = s.span;
        match &s.kind {
            StmtKind::FunctionDef(f) => self.function(s, f),
            StmtKind::ClassDef(c) => self.class(s, c),
            StmtKind::TypeAlias {
                name,
                type_params,
                value,
            } => self.type_alias(s, name, type_params, value),
            StmtKind::Return { value } => {
                if let Some(value) = value {
                    self.expr(value)?;
                    self.scope().returns_value.get_or_insert(s.span);
                    self.check_return(s.span)?;
                }
                Ok(())
            }
            StmtKind::Delete { targets } => targets.iter().try_for_each(|t| self.delete(t)),
            StmtKind::Assign { targets, value } => {
                targets.iter().try_for_each(|t| self.target(t))?;
                self.expr(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.target(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => self.ann_assign(s, target, annotation, *value, *simple),
            StmtKind::Expr { value } => self.expr(value),
            StmtKind::Global { names } => names
                .iter()
                .try_for_each(|n| self.directive(*n, def::GLOBAL, s.span)),
            StmtKind::Nonlocal { names } => names
                .iter()
                .try_for_each(|n| self.directive(*n, def::NONLOCAL, s.span)),
            StmtKind::Import { names } | StmtKind::ImportFrom { names, .. } => {
                names.iter().try_for_each(|a| self.alias(a))
            }
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
            _ => self.compound(s),
        }
    }

    fn compound(&mut self, s: StmtRef<'a>) -> R<()> {
        match &s.kind {
            StmtKind::For(f) => {
                if f.is_async {
                    self.require_async(s.span, "'async for' outside async function")?;
                }
                self.target(f.target)?;
                self.expr(f.iter)?;
                self.conditional(&[f.body, f.orelse])
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.conditional(&[body, orelse])
            }
            StmtKind::With {
                items,
                body,
                is_async,
            } => {
                if *is_async {
                    self.require_async(s.span, "'async with' outside async function")?;
                }
                for item in *items {
                    self.expr(item.context_expr)?;
                    item.optional_vars.map_or(Ok(()), |t| self.target(t))?;
                }
                self.conditional(&[body])
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                for case in *cases {
                    self.pattern(case.pattern)?;
                    self.optional(case.guard)?;
                    self.conditional(&[case.body])?;
                }
                Ok(())
            }
            StmtKind::Raise { exc, cause } => {
                self.optional(*exc)?;
                self.optional(*cause)
            }
            StmtKind::Try(t) => {
                self.conditional(&[t.body])?;
                for h in t.handlers {
                    self.optional(h.typ)?;
                    h.name.map_or(Ok(()), |n| self.bind(n, h.span))?;
                    self.conditional(&[h.body])?;
                }
                self.conditional(&[t.orelse, t.finalbody])
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.optional(*msg)
            }
            _ => Ok(()),
        }
    }

    /// Errors for what only `async def` may contain; at the top level, when allowed, makes the module a coroutine.
    pub fn require_async(&mut self, span: Span, message: &str) -> R<()> {
        let top = self.scope().kind == ScopeKind::Module;
        if top && self.cx.top_level_await {
            self.scope().coroutine = true;
        } else if !(self.scope().kind == ScopeKind::Function && self.scope().coroutine) {
            return self.cx.error(span, message);
        }
        Ok(())
    }

    fn alias(&mut self, alias: &Alias) -> R<()> {
        if alias.name == self.cx.known.star {
            if self.scope().kind != ScopeKind::Module {
                return self
                    .cx
                    .error(alias.span, "import * only allowed at module level");
            }
            return Ok(());
        }
        let name = alias
            .asname
            .unwrap_or_else(|| first_part(self.cx.names, alias.name));
        self.check_debug(name, alias.span, "assign to")?;
        self.define(name, def::IMPORT, alias.span)
    }

    fn directive(&mut self, name: Sym, flag: u16, span: Span) -> R<()> {
        let mangled = self.mangled(name);
        let flags = self.scope().symbols.flags(mangled);
        if flags & (def::PARAM | def::LOCAL | def::USE | def::ANNOT) != 0 {
            let word = if flag == def::GLOBAL {
                "global"
            } else {
                "nonlocal"
            };
            let text = self.cx.text(name);
            let message = if flags & def::PARAM != 0 {
                format!("name '{text}' is parameter and {word}")
            } else if flags & def::USE != 0 {
                format!("name '{text}' is used prior to {word} declaration")
            } else if flags & def::ANNOT != 0 {
                format!("annotated name '{text}' can't be {word}")
            } else {
                format!("name '{text}' is assigned to before {word} declaration")
            };
            return self.cx.error(span, message);
        }
        self.define(name, flag, span)?;
        self.scope().directives.push((mangled, span));
        Ok(())
    }

    fn ann_assign(
        &mut self,
        s: StmtRef<'a>,
        target: ExprRef<'a>,
        annotation: ExprRef<'a>,
        value: Option<ExprRef<'a>>,
        simple: bool,
    ) -> R<()> {
        self.scope().annotations_used |= simple;
        if let ExprKind::Name { id } = target.kind {
            let mangled = self.mangled(id);
            let flags = self.scope().symbols.flags(mangled);
            if flags & (def::GLOBAL | def::NONLOCAL) != 0
                && self.scope().kind != ScopeKind::Module
                && simple
            {
                let word = if flags & def::GLOBAL != 0 {
                    "global"
                } else {
                    "nonlocal"
                };
                return self.cx.error(
                    s.span,
                    format!("annotated name '{}' can't be {word}", self.cx.text(id)),
                );
            }
            self.check_debug(id, target.span, "assign to")?;
            if simple {
                self.define(id, def::ANNOT | def::LOCAL, target.span)?;
            } else if value.is_some() {
                self.define(id, def::LOCAL, target.span)?;
            }
        } else {
            self.target(target)?;
        }
        self.annotation(annotation, simple)?;
        self.optional(value)
    }

    /// The annotation of a variable: evaluated by one thunk for the whole class or module, in functions never.
    fn annotation(&mut self, annotation: ExprRef<'a>, simple: bool) -> R<()> {
        let known = self.cx.known;
        let evaluated =
            self.scope().kind != ScopeKind::Function && simple && !self.cx.future_annotations;
        let outer = self.at;
        if !evaluated {
            let children = self.scope().children.len();
            self.enter_thunk(
                ScopeKind::Annotation,
                "__annotate__",
                annotation,
                Opens::Annotations,
            )?;
            self.expr(annotation)?;
            self.at = outer;
            self.scope().children.truncate(children);
            return Ok(());
        }
        let scope = self.scope();
        let conditional = scope.kind == ScopeKind::Module || scope.in_conditional_block;
        if conditional && !scope.has_conditional_annotations {
            scope.has_conditional_annotations = true;
            self.define(known.conditional, def::USE, annotation.span)?;
        }
        match self.scope().annotation_block {
            Some(block) => self.at = block,
            None => {
                self.enter_thunk(
                    ScopeKind::Annotation,
                    "__annotate__",
                    annotation,
                    Opens::Annotations,
                )?;
                let block = self.at;
                self.table.scopes[outer].annotation_block = Some(block);
            }
        }
        self.expr(annotation)?;
        if conditional {
            self.define(known.conditional, def::USE, annotation.span)?;
        }
        self.at = outer;
        Ok(())
    }

    fn function(&mut self, s: StmtRef<'a>, f: &'a FunctionDef<'a>) -> R<()> {
        self.bind(f.name, s.span)?;
        self.defaults(f.args)?;
        f.decorator_list.iter().try_for_each(|d| self.expr(d))?;
        let name = self.cx.text(f.name).to_owned();
        let outer = self.at;
        if !f.type_params.is_empty() {
            let has_kw = f.args.kw_defaults.iter().any(Option::is_some);
            let of = Generic {
                class: false,
                defaults: !f.args.defaults.is_empty(),
                kwdefaults: has_kw,
            };
            self.enter_type_params(&name, f, s.span, of)?;
            self.type_params(f.type_params)?;
        }
        self.function_annotations(f.args, f.returns)?;
        self.place = s.span;
        self.enter(ScopeKind::Function, &name, f, Opens::Body);
        self.scope().coroutine = f.is_async;
        self.params(f.args)?;
        self.body(f.body)?;
        self.at = outer;
        Ok(())
    }

    fn class(&mut self, s: StmtRef<'a>, c: &'a ClassDef<'a>) -> R<()> {
        let known = self.cx.known;
        self.bind(c.name, s.span)?;
        c.decorator_list.iter().try_for_each(|d| self.expr(d))?;
        let name = self.cx.text(c.name).to_owned();
        let (outer, private) = (self.at, self.private);
        if !c.type_params.is_empty() {
            let of = Generic {
                class: true,
                ..Generic::default()
            };
            self.enter_type_params(&name, c, s.span, of)?;
            self.private = Some(c.name);
            self.scope().mangled_names = Some(FxHashSet::default());
            self.type_params(c.type_params)?;
        }
        c.bases.iter().try_for_each(|b| self.expr(b))?;
        c.keywords.iter().try_for_each(|k| self.keyword(k))?;
        self.private = Some(c.name);
        self.place = s.span;
        self.enter(ScopeKind::Class, &name, c, Opens::Body);
        if !c.type_params.is_empty() {
            self.define(known.dunder_type_params, def::LOCAL, s.span)?;
            self.define(known.type_params, def::USE, s.span)?;
        }
        self.body(c.body)?;
        self.at = outer;
        self.private = private;
        Ok(())
    }
}

fn symbol_or(symbols: &mut Symbols, name: Sym, flag: u16) {
    symbols.entry(name).flags |= flag;
}

/// `a` of the dotted name `a.b.c`.
pub fn first_part(names: &mut Interner, name: Sym) -> Sym {
    let text = names.resolve(name);
    match text.find('.') {
        Some(i) => {
            let first = text[..i].to_owned();
            names.intern(&first)
        }
        None => name,
    }
}
