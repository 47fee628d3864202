//! Functions, lambdas, closures and classes.

use pyjit_bytecode::code::{CodeObject, flags};
use pyjit_bytecode::ops::{FunctionAttr, Intrinsic};
use pyjit_bytecode::{Constant as K, Op};
use pyjit_syntax::ast::*;
use pyjit_syntax::{Span, Sym};

use super::Gen;
use super::call::ARGS;
use super::unit::{NOWHERE, Reg, UnitKind};
use crate::scope::{Binding, Opens, R, ScopeId, ScopeKind, mangle};

/// Attributes for a function to be made.
pub type Attrs = Vec<(FunctionAttr, Reg)>;

impl<'a> Gen<'a, '_> {
    /// Begins the code of a function, class or thunk.
    pub fn enter_unit(&mut self, scope: ScopeId, kind: UnitKind, name: &str, line: u32) {
        let private = self.u.private;
        self.enter(scope, name, private);
        self.u.kind = kind;
        self.u.code.firstlineno = line;
        self.u.code.qualname = self.qualname(name).into();
        self.u.position = pyjit_bytecode::Position {
            line,
            end_line: line,
            column: 0,
            end_column: 0,
        };
        let parent = self.table.scopes[scope]
            .parent
            .map(|p| &self.table.scopes[p]);
        if kind != UnitKind::Class
            && parent.is_some_and(|p| p.kind == ScopeKind::Class)
            && self.table.scopes[scope].kind == ScopeKind::Function
        {
            self.u.code.flags |= flags::METHOD;
        }
    }

    /// The qualified name of something called `name` in the enclosing unit.
    pub(super) fn qualname(&mut self, name: &str) -> String {
        let mut at = self.stack.len() - 1;
        if self.stack[at].kind == UnitKind::Annotations && at > 0 {
            at -= 1;
        }
        if at == 1 && self.stack[1].kind == UnitKind::Module || at == 0 {
            return name.to_owned();
        }
        let parent = &self.stack[at];
        if matches!(self.u.kind, UnitKind::Function | UnitKind::Class) {
            let (private, scope) = (parent.private, parent.scope);
            let sym = self.cx.names.intern(name);
            let sym = mangle(self.cx.names, private, sym);
            let binding = self.table.scopes[scope].symbols.get(sym).map(|s| s.binding);
            if binding == Some(Binding::GlobalExplicit) {
                return name.to_owned();
            }
        }
        let parent = &self.stack[at];
        match parent.kind {
            UnitKind::Function | UnitKind::Lambda => {
                format!("{}.<locals>.{name}", parent.code.qualname)
            }
            _ => format!("{}.{name}", parent.code.qualname),
        }
    }

    /// R[dst] = function of the code with attributes and closure.
    pub fn make_function(
        &mut self,
        code: CodeObject,
        attrs: &[(FunctionAttr, Reg)],
        dst: Reg,
    ) -> R<()> {
        let top = self.u.top;
        let mut closure = None;
        if !code.freevars.is_empty() {
            let first = self.u.alloc_n(code.freevars.len() as u16);
            for (i, name) in code.freevars.iter().enumerate() {
                let sym = self.cx.names.intern(name);
                let Some(cell) = self.cell_for_closure(sym) else {
                    return self.error(
                        Span::default(),
                        format!("compiler: no cell for '{name}' of {}", code.qualname),
                    );
                };
                self.u.emit(Op::mov, first + i as u16, cell, 0);
            }
            self.u
                .emit(Op::build_tuple, first, first, code.freevars.len() as u16);
            closure = Some(first);
        }
        self.u
            .emit_k(Op::make_function, dst, 0, K::Code(code.into()));
        for (attr, r) in attrs {
            self.u.emit(Op::set_function_attr, dst, *r, *attr as u16);
        }
        if let Some(r) = closure {
            self.u
                .emit(Op::set_function_attr, dst, r, FunctionAttr::Closure as u16);
        }
        self.u.top = top;
        Ok(())
    }

    /// Evaluates default values: tuple and dict.
    fn defaults(&mut self, args: &'a Arguments<'a>) -> R<Attrs> {
        let mut attrs = Attrs::new();
        if !args.defaults.is_empty() {
            let r = self.u.alloc();
            let items: Option<Box<[K]>> = args.defaults.iter().map(|e| self.fold(e)).collect();
            match items {
                Some(items) => self.load_const(K::Tuple(items), r),
                None => {
                    self.sequence_with(args.defaults, super::display::Kind::Tuple, r, (&[], &[]))?
                }
            }
            attrs.push((FunctionAttr::Defaults, r));
        }
        let keyword: Vec<(Sym, ExprRef<'a>)> = args
            .kwonlyargs
            .iter()
            .zip(args.kw_defaults)
            .filter_map(|(a, d)| Some((a.name, (*d)?)))
            .collect();
        if !keyword.is_empty() {
            let r = self.u.alloc();
            self.scratch(|g| {
                let first = g.u.top;
                for (name, value) in &keyword {
                    let name = g.mangled(*name);
                    let key = g.u.alloc();
                    let k = g.name_constant(name);
                    g.load_const(k, key);
                    g.temp(value)?;
                }
                g.u.emit(Op::build_dict, r, first, keyword.len() as u16);
                Ok(())
            })?;
            attrs.push((FunctionAttr::KwDefaults, r));
        }
        Ok(attrs)
    }

    fn set_counts(&mut self, args: &Arguments) {
        let code = &mut self.u.code;
        code.posonlyargcount = args.posonlyargs.len() as u32;
        code.argcount = code.posonlyargcount + args.args.len() as u32;
        code.kwonlyargcount = args.kwonlyargs.len() as u32;
        code.flags |= if args.vararg.is_some() {
            flags::VARARGS
        } else {
            0
        };
        code.flags |= if args.kwarg.is_some() {
            flags::VARKEYWORDS
        } else {
            0
        };
    }

    pub fn lambda(
        &mut self,
        e: ExprRef<'a>,
        args: &'a Arguments<'a>,
        body: ExprRef<'a>,
        dst: Reg,
    ) -> R<()> {
        let attrs = self.defaults(args)?;
        let line = self.position(e.span).line;
        self.enter_unit(
            self.table.of(e, Opens::Body),
            UnitKind::Lambda,
            "<lambda>",
            line,
        );
        self.set_counts(args);
        self.prologue();
        let guard = self.begin_generator();
        let r = self.expr(body)?;
        self.at(body.span);
        self.u.emit(Op::ret, r, 0, 0);
        self.end_generator(guard);
        let code = self.leave()?;
        self.make_function(code, &attrs, dst)
    }

    /// In generators and coroutines: the handler that turns a StopIteration that leaves into a RuntimeError.
    pub fn begin_generator(&mut self) -> Option<pyjit_bytecode::asm::Label> {
        let suspends = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
        if self.u.code.flags & suspends == 0 {
            return None;
        }
        let label = self.u.label();
        self.u.catch = Some(self.u.new_catch(label, true));
        Some(label)
    }

    pub fn end_generator(&mut self, guard: Option<pyjit_bytecode::asm::Label>) {
        let Some(label) = guard else { return };
        self.u.catch = None;
        self.u.bind(label);
        let r = self.u.code.first_temp() as Reg;
        self.u.position = NOWHERE;
        self.u
            .emit(Op::intrinsic, r, r, Intrinsic::StopIterationError as u16);
        self.u.emit(Op::reraise_lasti, r, 0, 0);
    }

    /// Evaluates decorators into nested call windows; gives their first registers.
    fn decorators(&mut self, list: Exprs<'a>) -> R<Vec<Reg>> {
        let mut windows = Vec::new();
        for d in list {
            self.check_caller(d);
            let base = self.temp(d)?;
            self.u.alloc_n(ARGS - 1);
            windows.push(base);
        }
        Ok(windows)
    }

    /// Calls the decorators, the last first; the argument of each is the result of the one before.
    fn decorate(&mut self, list: Exprs<'a>, windows: &[Reg]) {
        for (d, base) in list.iter().zip(windows).rev() {
            let before = self.at(d.span);
            self.u.emit(Op::call, *base, 1, 0);
            self.u.position = before;
        }
    }

    /// The register for what a `def` or `class` makes: the local itself if there are no decorators.
    fn definition_target(&mut self, name: Sym, decorated: bool) -> Reg {
        match self.local(name) {
            Some(r) if !decorated => r,
            _ => self.u.alloc(),
        }
    }

    fn first_line(&mut self, s: StmtRef<'a>, decorators: Exprs<'a>) -> u32 {
        let first = decorators.first().map_or(s.span, |d| d.span);
        self.position(first).line
    }

    pub fn function_def(&mut self, s: StmtRef<'a>, f: &'a FunctionDef<'a>) -> R<()> {
        let line = self.first_line(s, f.decorator_list);
        let windows = self.decorators(f.decorator_list)?;
        let dst = self.definition_target(f.name, !windows.is_empty());
        let position = self.position(s.span);
        self.u.position = position;
        if f.type_params.is_empty() {
            let attrs = self.defaults(f.args)?;
            self.function_object(f, line, attrs, dst)?;
        } else {
            self.generic_function(f, line, dst)?;
        }
        self.decorate(f.decorator_list, &windows);
        self.u.position = position;
        let result = windows.first().copied().unwrap_or(dst);
        self.store_name(f.name, result);
        Ok(())
    }

    fn function_object(
        &mut self,
        f: &'a FunctionDef<'a>,
        line: u32,
        mut attrs: Attrs,
        dst: Reg,
    ) -> R<()> {
        if let Some(annotations) = self.function_annotations(f)? {
            attrs.push(annotations);
        }
        let name = self.cx.text(f.name).to_owned();
        self.enter_unit(
            self.table.of(f, Opens::Body),
            UnitKind::Function,
            &name,
            line,
        );
        self.set_counts(f.args);
        let (body, doc) = self.docstring(f.body);
        if let Some(doc) = doc {
            self.u.code.flags |= flags::HAS_DOCSTRING;
            self.u.constant(doc);
        }
        self.prologue();
        let guard = self.begin_generator();
        self.body(body)?;
        self.u.stay();
        self.return_from(body);
        self.end_generator(guard);
        let code = self.leave()?;
        self.make_function(code, &attrs, dst)
    }

    /// A generic function: defaults outside, all else within the scope of the type parameters.
    fn generic_function(&mut self, f: &'a FunctionDef<'a>, line: u32, dst: Reg) -> R<()> {
        let base = self.u.alloc_n(ARGS);
        let outer = self.defaults(f.args)?;
        let name = format!("<generic parameters of {}>", self.cx.text(f.name));
        self.enter_unit(
            self.table.of(f, Opens::TypeParams),
            UnitKind::Annotations,
            &name,
            line,
        );
        self.u.code.argcount = outer.len() as u32;
        self.prologue();
        let params = self.type_params(f.type_params)?;
        let attrs: Attrs = outer
            .iter()
            .enumerate()
            .map(|(i, (attr, _))| (*attr, i as Reg))
            .collect();
        let pair = self.u.alloc_n(2);
        self.function_object(f, line, attrs, pair)?;
        self.u.emit(Op::mov, pair + 1, params, 0);
        self.u.emit(
            Op::intrinsic,
            pair,
            pair,
            Intrinsic::SetFunctionTypeParams as u16,
        );
        self.u.emit(Op::ret, pair, 0, 0);
        let code = self.leave()?;
        // The defaults lie behind the header, where arguments go.
        self.make_function(code, &[], base)?;
        self.u.emit(Op::call, base, outer.len() as u16, 0);
        self.built(base, dst);
        Ok(())
    }

    pub fn class_def(&mut self, s: StmtRef<'a>, c: &'a ClassDef<'a>) -> R<()> {
        let line = self.first_line(s, c.decorator_list);
        let windows = self.decorators(c.decorator_list)?;
        let dst = self.u.alloc();
        let position = self.position(s.span);
        if c.type_params.is_empty() {
            self.build_class(s, c, line, None, dst)?;
        } else {
            let name = format!("<generic parameters of {}>", self.cx.text(c.name));
            self.enter_unit(
                self.table.of(c, Opens::TypeParams),
                UnitKind::Annotations,
                &name,
                line,
            );
            self.u.private = Some(c.name);
            self.prologue();
            let params = self.type_params(c.type_params)?;
            self.store_mangled(self.cx.known.type_params, params);
            let t = self.u.alloc();
            let generic = (params, self.cx.known.generic_base);
            self.build_class(s, c, line, Some(generic), t)?;
            self.u.emit(Op::ret, t, 0, 0);
            let code = self.leave()?;
            self.u.alloc_n(ARGS - 1);
            self.make_function(code, &[], dst)?;
            self.u.emit(Op::call, dst, 0, 0);
        }
        self.decorate(c.decorator_list, &windows);
        self.u.position = position;
        let result = windows.first().copied().unwrap_or(dst);
        self.store_name(c.name, result);
        Ok(())
    }

    /// R[dst] = `__build_class__(body, name, *bases, **keywords)`.
    fn build_class(
        &mut self,
        s: StmtRef<'a>,
        c: &'a ClassDef<'a>,
        line: u32,
        generic: Option<(Reg, Sym)>,
        dst: Reg,
    ) -> R<()> {
        self.check_keywords(c.keywords)?;
        let code = self.class_body(s, c, line)?;
        let position = self.position(s.span);
        self.u.position = position;
        let mut extra = None;
        if let Some((params, base)) = generic {
            let r = self.u.alloc();
            self.u
                .emit(Op::intrinsic, r, params, Intrinsic::SubscriptGeneric as u16);
            self.store_mangled(base, r);
            extra = Some(r);
        }
        let base = self.window(dst);
        self.u.emit(Op::load_build_class, base, 0, 0);
        let starred = c
            .bases
            .iter()
            .any(|b| matches!(b.kind, ExprKind::Starred { .. }));
        let simple = !starred
            && c.keywords.iter().all(|k| k.arg.is_some())
            && c.bases.len() + c.keywords.len() < 200;
        let name = self.name_constant(c.name);
        if simple {
            let body = self.u.alloc_n(2);
            self.make_function(code, &[], body)?;
            self.load_const(name, body + 1);
            c.bases.iter().try_for_each(|b| self.temp(b).map(|_| ()))?;
            if let Some(r) = extra {
                let t = self.u.alloc();
                self.u.emit(Op::mov, t, r, 0);
            }
            self.call_with_keywords(base, c.keywords)?;
        } else {
            // Behind the places for tuple and dict.
            let top = self.u.top;
            self.u.alloc_n(2);
            let body = self.u.alloc_n(2);
            self.make_function(code, &[], body)?;
            self.load_const(name, body + 1);
            let last: Vec<Reg> = extra.into_iter().collect();
            let tuple = self.u.alloc();
            self.sequence_with(
                c.bases,
                super::display::Kind::Tuple,
                tuple,
                (&[body, body + 1], &last),
            )?;
            self.u.emit(Op::mov, top, tuple, 0);
            self.u.top = top + 1;
            self.call_ex_keywords(base, c.keywords)?;
        }
        self.u.position = position;
        self.built(base, dst);
        Ok(())
    }

    fn class_body(&mut self, s: StmtRef<'a>, c: &'a ClassDef<'a>, line: u32) -> R<CodeObject> {
        let known = self.cx.known;
        let name = self.cx.text(c.name).to_owned();
        let _ = s;
        self.enter_unit(self.table.of(c, Opens::Body), UnitKind::Class, &name, line);
        self.u.private = Some(c.name);
        self.prologue();
        let t = self.u.alloc();
        self.u.emit_name(Op::load_name, t, 0, known.name);
        self.u.emit_name(Op::store_name, t, 0, known.module);
        self.load_const(K::str(&self.u.code.qualname.clone()), t);
        self.u.emit_name(Op::store_name, t, 0, known.qualname);
        self.load_const(K::Int(line as i64), t);
        self.u.emit_name(Op::store_name, t, 0, known.firstlineno);
        if !c.type_params.is_empty() {
            self.load_mangled(known.type_params, t);
            self.u
                .emit_name(Op::store_name, t, 0, known.dunder_type_params);
        }
        let scope = &self.table.scopes[self.u.scope];
        let (classdict, closure) = (scope.needs_classdict, scope.needs_class_closure);
        if classdict {
            self.store_own_cell(known.classdict, 0);
        }
        self.u.top = t;
        self.module_body(c.body)?;
        self.u.position = super::NOWHERE;
        let t = self.u.alloc();
        let mut names: Vec<String> = self
            .u
            .static_attributes
            .iter()
            .map(|n| self.cx.text(*n).to_owned())
            .collect();
        names.sort();
        names.dedup();
        self.load_const(K::Tuple(names.iter().map(|n| K::str(n)).collect()), t);
        self.u
            .emit_name(Op::store_name, t, 0, known.static_attributes);
        if classdict {
            let cell = self.u.layers[0].cells[&known.classdict];
            self.u
                .emit_name(Op::store_name, cell, 0, known.classdictcell);
        }
        if closure {
            let cell = self.u.layers[0].cells[&known.dunder_class];
            self.u.emit_name(Op::store_name, cell, 0, known.classcell);
            self.u.emit(Op::ret, cell, 0, 0);
        } else {
            self.return_none();
        }
        self.leave()
    }

    fn store_own_cell(&mut self, name: Sym, src: Reg) {
        let cell = self.u.layers[0].cells[&name];
        self.u.emit(Op::store_cell, cell, src, 0);
    }

    /// Notes `self.name = ...` in a method for the class's `__static_attributes__`.
    pub fn note_static_attribute(&mut self, value: ExprRef<'a>, attr: Sym) {
        let ExprKind::Name { id } = value.kind else {
            return;
        };
        if id != self.cx.known.self_ {
            return;
        }
        let Some(at) = self
            .stack
            .iter()
            .rposition(|u| u.kind == UnitKind::Class && u.scope != 0)
        else {
            return;
        };
        let private = self.stack[at].private;
        let attr = mangle(self.cx.names, private, attr);
        if !self.stack[at].static_attributes.contains(&attr) {
            self.stack[at].static_attributes.push(attr);
        }
    }
}
