//! Targets of assignments, loops, `with` and `del`.

use super::engine::{Diagnoser, R, Rule};
use super::node::{Kind, N};
use crate::token::Tok;

/// What a target is for, where it matters to messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Assign,
    For,
    Delete,
}

impl Diagnoser<'_> {
    /// Raises about the first part of an expression that can't be a target.
    pub fn raise_invalid_target<T>(&mut self, n: N, purpose: Purpose) -> R<T> {
        let bad = self.invalid_part(n, purpose)?;
        let verb = if purpose == Purpose::Delete {
            "delete"
        } else {
            "assign to"
        };
        let message = format!("cannot {verb} {}", self.kind(bad).noun());
        self.raise_node(bad, message)
    }

    fn invalid_part(&self, n: N, purpose: Purpose) -> Option<N> {
        match self.kind(n) {
            Kind::Name | Kind::Subscript | Kind::Attribute => None,
            Kind::List | Kind::Tuple => self
                .kids(n)
                .iter()
                .find_map(|kid| self.invalid_part(*kid, purpose)),
            Kind::Starred if purpose == Purpose::Delete => Some(n),
            Kind::Starred => self
                .kids(n)
                .first()
                .and_then(|kid| self.invalid_part(*kid, purpose)),
            // In `for a in b` the whole reads as a comparison.
            Kind::CompareIn if purpose == Purpose::For => self
                .kids(n)
                .first()
                .and_then(|kid| self.invalid_part(*kid, purpose)),
            Kind::Compare if purpose == Purpose::For => None,
            _ => Some(n),
        }
    }

    pub fn star_targets(&mut self) -> R<N> {
        self.memo(Rule::StarTargets, |p| {
            p.star_target()?;
            p.many(|p| {
                p.eat(Tok::Comma)?;
                p.star_target()
            })?;
            p.opt(|p| p.eat(Tok::Comma))?;
            Some(Self::NOTHING)
        })
    }

    pub fn star_target(&mut self) -> R<N> {
        self.memo(Rule::StarTarget, |p| {
            if p.eat(Tok::Star).is_some() {
                p.not_ahead(|p| p.eat(Tok::Star))?;
                return p.star_target();
            }
            p.target_with_star_atom()
        })
    }

    fn target_with_star_atom(&mut self) -> R<N> {
        match self.trailed_target() {
            Some(n) => Some(n),
            None => self.star_atom(),
        }
    }

    fn star_atom(&mut self) -> R<N> {
        if self.eat(Tok::Name).is_some() {
            return Some(Self::NOTHING);
        }
        self.bracketed(Self::target_with_star_atom, Self::star_target)
    }

    /// `(target)`, or targets in brackets.
    fn bracketed(&mut self, single: fn(&mut Self) -> R<N>, item: fn(&mut Self) -> R<N>) -> R<N> {
        let group = self.attempt(|p| {
            p.eat(Tok::Lpar)?;
            single(p)?;
            p.eat(Tok::Rpar)?;
            Some(Self::NOTHING)
        });
        if group.is_some() {
            return group;
        }
        self.attempt(|p| {
            let close = if p.eat(Tok::Lpar).is_some() {
                Tok::Rpar
            } else {
                p.eat(Tok::Lsqb)?;
                Tok::Rsqb
            };
            p.opt(|p| {
                p.list(item)?;
                p.opt(|p| p.eat(Tok::Comma))
            })?;
            p.eat(close)?;
            Some(Self::NOTHING)
        })
    }

    pub fn single_target(&mut self) -> R<N> {
        if let Some(n) = self.trailed_target() {
            return Some(n);
        }
        if self.eat(Tok::Name).is_some() {
            return Some(Self::NOTHING);
        }
        self.attempt(|p| {
            p.eat(Tok::Lpar)?;
            p.single_target()?;
            p.eat(Tok::Rpar)?;
            Some(Self::NOTHING)
        })
    }

    fn at_trailer(&mut self) -> bool {
        self.at_any(&[Tok::Lpar, Tok::Lsqb, Tok::Dot])
    }

    /// A primary that ends in an attribute or subscript.
    pub fn trailed_target(&mut self) -> R<N> {
        self.attempt(|p| {
            p.target_primary()?;
            match p.peek() {
                Tok::Dot => {
                    p.eat(Tok::Dot)?;
                    p.eat(Tok::Name)?;
                }
                _ => {
                    p.eat(Tok::Lsqb)?;
                    p.slices()?;
                    p.eat(Tok::Rsqb)?;
                }
            }
            if p.at_trailer() {
                None
            } else {
                Some(Self::NOTHING)
            }
        })
    }

    /// A primary, up to its last trailer.
    fn target_primary(&mut self) -> R<N> {
        self.memo(Rule::TargetPrimary, |p| {
            p.atom()?;
            if !p.at_trailer() {
                return None;
            }
            p.many(|p| {
                p.trailer()?;
                if p.at_trailer() { Some(()) } else { None }
            })?;
            Some(Self::NOTHING)
        })
    }

    pub fn del_targets(&mut self) -> R<N> {
        self.attempt(|p| {
            p.list(Self::del_target)?;
            p.opt(|p| p.eat(Tok::Comma))?;
            Some(Self::NOTHING)
        })
    }

    fn del_target(&mut self) -> R<N> {
        self.memo(Rule::DelTarget, |p| {
            if let Some(n) = p.trailed_target() {
                return Some(n);
            }
            if p.eat(Tok::Name).is_some() {
                return Some(Self::NOTHING);
            }
            p.bracketed(Self::del_target, Self::del_target)
        })
    }
}
