//! The walk over type parameters and aliases.

use pyjit_syntax::Span;
use pyjit_syntax::ast::*;

use super::build::Builder;
use super::*;

/// What the scope of type parameters is for.
#[derive(Default)]
pub(super) struct Generic {
    pub class: bool,
    /// The function has defaults for positional parameters, evaluated outside.
    pub defaults: bool,
    /// And for keyword-only ones.
    pub kwdefaults: bool,
}

impl<'a> Builder<'_, '_> {
    pub fn type_alias(
        &mut self,
        s: StmtRef<'a>,
        name: ExprRef<'a>,
        params: &'a [TypeParam<'a>],
        value: ExprRef<'a>,
    ) -> R<()> {
        self.target(name)?;
        let ExprKind::Name { id } = name.kind else {
            return Ok(());
        };
        let text = self.cx.text(id).to_owned();
        let outer = self.at;
        if !params.is_empty() {
            self.enter_type_params(&text, s, s.span, Generic::default())?;
            self.type_params(params)?;
        }
        self.enter_thunk(ScopeKind::TypeAlias, &text, s, Opens::Body)?;
        self.expr(value)?;
        self.at = outer;
        Ok(())
    }

    /// Opens the scope around a generic function, class or alias.
    pub fn enter_type_params<T>(&mut self, name: &str, node: &T, span: Span, of: Generic) -> R<()> {
        let known = self.cx.known;
        let in_class = self.scope().kind == ScopeKind::Class;
        self.enter(ScopeKind::TypeParams, name, node, Opens::TypeParams);
        if in_class {
            self.scope().can_see_class_scope = true;
            self.define(known.classdict, def::USE, span)?;
        }
        if of.defaults {
            self.define(known.defaults, def::PARAM, span)?;
        }
        if of.kwdefaults {
            self.define(known.kwdefaults, def::PARAM, span)?;
        }
        if of.class {
            self.define(known.type_params, def::LOCAL | def::USE, span)?;
            self.define(known.generic_base, def::LOCAL | def::USE, span)?;
        }
        Ok(())
    }

    pub fn type_params(&mut self, params: &'a [TypeParam<'a>]) -> R<()> {
        for p in params {
            self.check_debug(p.name, p.span, "assign to")?;
            if [self.cx.known.classdict, self.cx.known.conditional].contains(&p.name) {
                let name = self.cx.text(p.name);
                let message = format!("reserved name '{name}' cannot be used for type parameter");
                return self.cx.error(p.span, message);
            }
            self.define(p.name, def::TYPE_PARAM | def::LOCAL, p.span)?;
            let (bound, default) = match (p.kind, p.bound.map(|b| &b.kind)) {
                (TypeParamKind::TypeVar, Some(ExprKind::Tuple { .. })) => {
                    ("a TypeVar constraint", "a TypeVar default")
                }
                (TypeParamKind::TypeVar, _) => ("a TypeVar bound", "a TypeVar default"),
                (TypeParamKind::TypeVarTuple, _) => ("", "a TypeVarTuple default"),
                (TypeParamKind::ParamSpec, _) => ("", "a ParamSpec default"),
            };
            self.type_param_part(p, p.bound, Opens::Bound, bound)?;
            self.type_param_part(p, p.default_value, Opens::Default, default)?;
        }
        Ok(())
    }

    fn type_param_part(
        &mut self,
        p: &'a TypeParam<'a>,
        part: Option<ExprRef<'a>>,
        opens: Opens,
        info: &'static str,
    ) -> R<()> {
        let Some(e) = part else { return Ok(()) };
        let name = self.cx.text(p.name).to_owned();
        let before = self.enter_thunk(ScopeKind::TypeVariable, &name, p, opens)?;
        self.scope().info = info;
        self.expr(e)?;
        self.at = before;
        Ok(())
    }
}
