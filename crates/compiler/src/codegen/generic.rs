//! Type parameters, type aliases and annotations: everything that is evaluated lazily by thunks.

use pyjit_bytecode::asm::Label;
use pyjit_bytecode::ops::{COMMON, FunctionAttr, Intrinsic};
use pyjit_bytecode::{Constant as K, Op};
use pyjit_syntax::Sym;
use pyjit_syntax::ast::*;

use super::Gen;
use super::call::ARGS;
use super::function::Attrs;
use super::unit::{Deferred, Reg, UnitKind};
use crate::scope::{Opens, R, ScopeId, ScopeKind};

/// `annotationlib.Format.VALUE_WITH_FAKE_GLOBALS`: the highest format that thunks answer themselves.
const FAKE_GLOBALS: u16 = 2;

impl<'a> Gen<'a, '_> {
    /// Begins a thunk with a parameter `format`.
    fn enter_thunk(&mut self, scope: ScopeId, name: &str, line: u32) {
        self.enter_unit(scope, UnitKind::Annotations, name, line);
        self.u.code.argcount = 1;
        self.u.code.posonlyargcount = 1;
        if name == "__annotate__"
            && let Some(first) = self.u.code.varnames.first_mut()
        {
            *first = "format".into();
        }
        self.prologue();
        let ok = self.u.label();
        self.u.jump(Op::jngt_ri, 0, FAKE_GLOBALS, ok);
        let t = self.u.alloc();
        let number = COMMON
            .iter()
            .position(|n| *n == "NotImplementedError")
            .unwrap_or(0);
        self.u.emit(Op::load_common, t, 0, number as u16);
        self.u.emit(Op::raise_value, t, 0, 0);
        self.u.top = t;
        self.u.bind(ok);
    }

    /// R[dst] = a thunk for one expression.
    fn thunk(&mut self, scope: ScopeId, name: &str, e: ExprRef<'a>, dst: Reg) -> R<()> {
        let line = self.position(e.span).line;
        let defaults = self.u.alloc();
        self.load_const(K::Tuple([K::Int(1)].into()), defaults);
        self.enter_thunk(scope, name, line);
        self.at(e.span);
        let r = match e.kind {
            // `*Ts = *default`: the one item of the unpacked value.
            ExprKind::Starred { value } => {
                let r = self.expr(value)?;
                let t = self.u.alloc();
                self.u.emit(Op::unpack_seq, t, r, 1);
                t
            }
            _ => self.expr(e)?,
        };
        self.u.emit(Op::ret, r, 0, 0);
        let code = self.leave()?;
        self.make_function(code, &[(FunctionAttr::Defaults, defaults)], dst)?;
        self.u.top = defaults;
        Ok(())
    }

    /// Makes and binds the type parameters; gives the register of their tuple.
    pub fn type_params(&mut self, params: &'a [TypeParam<'a>]) -> R<Reg> {
        let mut seen_default = false;
        for p in params {
            if p.default_value.is_some() {
                seen_default = true;
            } else if seen_default {
                let name = self.cx.text(p.name).to_owned();
                return self.error(
                    p.span,
                    format!("non-default type parameter '{name}' follows default type parameter"),
                );
            }
        }
        let first = self.u.top;
        for p in params {
            let r = self.u.alloc();
            let before = self.at(p.span);
            self.scratch(|g| g.type_param(p, r))?;
            self.store_name(p.name, r);
            self.u.position = before;
        }
        self.u
            .emit(Op::build_tuple, first, first, params.len() as u16);
        self.u.top = first + 1;
        Ok(first)
    }

    fn type_param(&mut self, p: &'a TypeParam<'a>, dst: Reg) -> R<()> {
        let name = self.cx.text(p.name).to_owned();
        let pair = self.u.alloc_n(2);
        let k = self.name_constant(p.name);
        self.load_const(k, pair);
        let which = match (p.kind, p.bound) {
            (TypeParamKind::TypeVar, Some(bound)) => {
                self.thunk(self.table.of(p, Opens::Bound), &name, bound, pair + 1)?;
                let constraints = matches!(bound.kind, ExprKind::Tuple { .. });
                if constraints {
                    Intrinsic::TypeVarWithConstraints
                } else {
                    Intrinsic::TypeVarWithBound
                }
            }
            (TypeParamKind::TypeVar, None) => Intrinsic::TypeVar,
            (TypeParamKind::TypeVarTuple, _) => Intrinsic::TypeVarTuple,
            (TypeParamKind::ParamSpec, _) => Intrinsic::ParamSpec,
        };
        self.u.emit(Op::intrinsic, pair, pair, which as u16);
        if let Some(default) = p.default_value {
            self.thunk(self.table.of(p, Opens::Default), &name, default, pair + 1)?;
            self.u.emit(
                Op::intrinsic,
                pair,
                pair,
                Intrinsic::SetTypeparamDefault as u16,
            );
        }
        self.u.emit(Op::mov, dst, pair, 0);
        Ok(())
    }

    pub fn type_alias(
        &mut self,
        s: StmtRef<'a>,
        name: ExprRef<'a>,
        params: &'a [TypeParam<'a>],
        value: ExprRef<'a>,
    ) -> R<()> {
        let ExprKind::Name { id } = name.kind else {
            return Ok(());
        };
        let result = self.u.alloc();
        if params.is_empty() {
            self.alias_object(s, id, None, value, result)?;
        } else {
            let line = self.position(s.span).line;
            let generic = format!("<generic parameters of {}>", self.cx.text(id));
            self.enter_unit(
                self.table.of(s, Opens::TypeParams),
                UnitKind::Annotations,
                &generic,
                line,
            );
            self.prologue();
            let tuple = self.type_params(params)?;
            let t = self.u.alloc();
            self.alias_object(s, id, Some(tuple), value, t)?;
            self.u.emit(Op::ret, t, 0, 0);
            let code = self.leave()?;
            self.u.alloc_n(ARGS - 1);
            self.make_function(code, &[], result)?;
            self.u.emit(Op::call, result, 0, 0);
        }
        self.store_name(id, result);
        Ok(())
    }

    fn alias_object(
        &mut self,
        s: StmtRef<'a>,
        id: Sym,
        params: Option<Reg>,
        value: ExprRef<'a>,
        dst: Reg,
    ) -> R<()> {
        let name = self.cx.text(id).to_owned();
        let base = self.u.alloc_n(3);
        self.load_const(K::str(&name), base);
        match params {
            Some(r) => self.u.emit(Op::mov, base + 1, r, 0),
            None => self.load_const(K::None, base + 1),
        }
        self.thunk(self.table.of(s, Opens::Body), &name, value, base + 2)?;
        self.u
            .emit(Op::intrinsic, dst, base, Intrinsic::TypeAlias as u16);
        Ok(())
    }

    /// The annotations of a function: a thunk, which gives texts under `from __future__ import annotations`.
    pub fn function_annotations(
        &mut self,
        f: &'a FunctionDef<'a>,
    ) -> R<Option<(FunctionAttr, Reg)>> {
        let a = f.args;
        let plain = a
            .posonlyargs
            .iter()
            .chain(a.args)
            .chain(a.vararg)
            .chain(a.kwonlyargs)
            .chain(a.kwarg);
        let mut list: Vec<(Sym, ExprRef<'a>)> = plain
            .filter_map(|a| Some((a.name, a.annotation?)))
            .collect();
        if let Some(returns) = f.returns {
            let name = self.cx.names.intern("return");
            list.push((name, returns));
        }
        if list.is_empty() {
            return Ok(None);
        }
        let r = self.u.alloc();
        let line = self.u.position.line;
        self.enter_thunk(
            self.table.of(f.args, Opens::Annotations),
            "__annotate__",
            line,
        );
        let name = self.cx.text(f.name).to_owned();
        let owner = self.qualname(&name);
        self.u.code.qualname = format!("{owner}.__annotate__").into();
        let dict = self.u.alloc();
        self.u.emit(Op::build_dict, dict, dict, 0);
        for (name, e) in list {
            if self.cx.future_annotations {
                self.annotation_text(dict, name, e);
            } else {
                self.annotation_item(dict, name, e)?;
            }
        }
        self.u.emit(Op::ret, dict, 0, 0);
        let code = self.leave()?;
        self.make_function(code, &Attrs::new(), r)?;
        Ok(Some((FunctionAttr::Annotate, r)))
    }

    /// Adds the text of an annotation to a dict.
    fn annotation_text(&mut self, dict: Reg, name: Sym, e: ExprRef<'a>) {
        let text = super::unparse::annotation(e, self.cx.names);
        let value = self.u.alloc();
        self.load_const(K::Str(text.into()), value);
        let name = self.mangled(name);
        let k = self.name_constant(name);
        self.u.emit_k(Op::store_item_k, value, dict, k);
        self.u.top = value;
    }

    fn annotation_item(&mut self, dict: Reg, name: Sym, e: ExprRef<'a>) -> R<()> {
        self.scratch(|g| {
            let before = g.at(e.span);
            let value = match e.kind {
                ExprKind::Starred { value } => {
                    let r = g.expr(value)?;
                    let t = g.u.alloc();
                    g.u.emit(Op::unpack_seq, t, r, 1);
                    t
                }
                _ => g.expr(e)?,
            };
            let key = g.u.alloc();
            let name = g.mangled(name);
            let k = g.name_constant(name);
            g.load_const(k, key);
            g.u.emit(Op::dict_set, dict, key, value);
            g.u.position = before;
            Ok(())
        })
    }

    /// `name: annotation` in a module or class; in functions nothing happens.
    pub fn annotate_variable(&mut self, name: Sym, annotation: ExprRef<'a>) -> R<()> {
        let known = self.cx.known;
        let scope = &self.table.scopes[self.u.scope];
        let kind = scope.kind;
        if !matches!(kind, ScopeKind::Module | ScopeKind::Class) {
            return Ok(());
        }
        if self.cx.future_annotations {
            let dict = self.u.alloc();
            self.load_mangled(known.annotations, dict);
            self.annotation_text(dict, name, annotation);
            return Ok(());
        }
        let name = self.mangled(name);
        let mut condition = None;
        if self.table.scopes[self.u.scope].has_conditional_annotations
            && (kind == ScopeKind::Module || self.u.conditional_depth > 0)
        {
            let n = self.u.condition_count;
            self.u.condition_count += 1;
            condition = Some(n);
            let (set, index) = (self.u.alloc(), self.u.alloc());
            self.load_mangled(known.conditional, set);
            self.load_const(K::Int(n as i64), index);
            self.u.emit(Op::set_add, set, index, 0);
        }
        self.u.deferred.push(Deferred {
            name,
            annotation,
            condition,
        });
        Ok(())
    }

    /// Makes the thunk of a module's or class's annotations; whether there are any.
    pub fn deferred_annotations(&mut self) -> R<bool> {
        let deferred = std::mem::take(&mut self.u.deferred);
        let block = self.table.scopes[self.u.scope].annotation_block;
        let (false, Some(block)) = (deferred.is_empty(), block) else {
            return Ok(false);
        };
        let known = self.cx.known;
        let is_class = self.table.scopes[self.u.scope].kind == ScopeKind::Class;
        let line = self.u.code.firstlineno;
        self.enter_thunk(block, "__annotate__", line);
        let dict = self.u.alloc();
        self.u.emit(Op::build_dict, dict, dict, 0);
        for d in deferred {
            let skip = self.u.label();
            if let Some(n) = d.condition {
                self.conditional_item(n, skip)?;
            }
            self.annotation_item(dict, d.name, d.annotation)?;
            self.u.bind(skip);
        }
        self.u.emit(Op::ret, dict, 0, 0);
        let code = self.leave()?;
        let r = self.u.alloc();
        self.make_function(code, &[], r)?;
        let name = if is_class {
            known.annotate_func
        } else {
            known.annotate
        };
        self.store_mangled(name, r);
        self.u.top = r;
        Ok(true)
    }

    /// Skips an annotation whose statement was not reached.
    fn conditional_item(&mut self, n: u32, skip: Label) -> R<()> {
        self.scratch(|g| {
            let (index, set) = (g.u.alloc(), g.u.alloc());
            g.load_const(K::Int(n as i64), index);
            g.load_mangled(g.cx.known.conditional, set);
            g.u.jump(Op::jump_if_not_in, index, set, skip);
            Ok(())
        })
    }
}
