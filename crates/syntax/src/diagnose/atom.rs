//! Atoms: names, literals, displays and comprehensions.

use super::engine::{Diagnoser, R, Rule};
use super::node::{Kind, N};
use crate::token::Tok;

impl Diagnoser<'_> {
    pub fn atom(&mut self) -> R<N> {
        if self.stopped() {
            return None;
        }
        let kind = match self.peek() {
            Tok::Name => Kind::Name,
            Tok::True => Kind::True,
            Tok::False => Kind::False,
            Tok::None => Kind::None,
            Tok::Ellipsis => Kind::Ellipsis,
            Tok::Int | Tok::Float | Tok::Imaginary => Kind::Literal,
            Tok::String | Tok::FStart | Tok::TStart => return self.strings(),
            Tok::Lpar | Tok::Lsqb | Tok::Lbrace => return self.memo(Rule::Atom, Self::display),
            _ => return None,
        };
        self.pos += 1;
        Some(self.node(kind, self.pos - 1, vec![]))
    }

    fn display(&mut self) -> R<N> {
        let rules: &[fn(&mut Self) -> R<N>] = match self.peek() {
            Tok::Lpar => &[Self::tuple, Self::group, Self::genexp],
            Tok::Lsqb => &[Self::list_display, Self::listcomp],
            _ => &[Self::dict, Self::set, Self::dictcomp, Self::setcomp],
        };
        rules.iter().find_map(|rule| rule(self))
    }

    pub fn tuple(&mut self) -> R<N> {
        self.attempt(|p| {
            let from = p.eat(Tok::Lpar)?;
            let kids = p.opt(|p| {
                let mut kids = vec![p.star_named_expression()?];
                p.eat(Tok::Comma)?;
                kids.extend(p.opt(Self::star_named_expressions)?.unwrap_or_default());
                Some(kids)
            })?;
            p.eat(Tok::Rpar)?;
            Some(p.node(Kind::Tuple, from, kids.unwrap_or_default()))
        })
    }

    fn group(&mut self) -> R<N> {
        let inner = self.attempt(|p| {
            p.eat(Tok::Lpar)?;
            let n = match p.yield_expr() {
                Some(n) => n,
                None => p.named_expression()?,
            };
            p.eat(Tok::Rpar)?;
            Some(n)
        });
        if inner.is_none() {
            self.mistake(Self::invalid_group);
        }
        inner
    }

    pub fn genexp(&mut self) -> R<N> {
        let n = self.attempt(|p| {
            let from = p.eat(Tok::Lpar)?;
            p.assignment_or_expression()?;
            p.for_if_clauses()?;
            p.eat(Tok::Rpar)?;
            Some(p.node(Kind::Generator, from, vec![]))
        });
        if n.is_none() {
            self.mistake(Self::invalid_comprehension);
        }
        n
    }

    pub fn list_display(&mut self) -> R<N> {
        self.attempt(|p| {
            let from = p.eat(Tok::Lsqb)?;
            let kids = p.opt(Self::star_named_expressions)?;
            p.eat(Tok::Rsqb)?;
            Some(p.node(Kind::List, from, kids.unwrap_or_default()))
        })
    }

    fn listcomp(&mut self) -> R<N> {
        let n = self.attempt(|p| {
            let from = p.eat(Tok::Lsqb)?;
            p.named_expression()?;
            p.for_if_clauses()?;
            p.eat(Tok::Rsqb)?;
            Some(p.node(Kind::ListComp, from, vec![]))
        });
        if n.is_none() {
            self.mistake(Self::invalid_comprehension);
        }
        n
    }

    fn set(&mut self) -> R<N> {
        self.attempt(|p| {
            let from = p.eat(Tok::Lbrace)?;
            p.star_named_expressions()?;
            p.eat(Tok::Rbrace)?;
            Some(p.node(Kind::Set, from, vec![]))
        })
    }

    fn setcomp(&mut self) -> R<N> {
        let n = self.attempt(|p| {
            let from = p.eat(Tok::Lbrace)?;
            p.named_expression()?;
            p.for_if_clauses()?;
            p.eat(Tok::Rbrace)?;
            Some(p.node(Kind::SetComp, from, vec![]))
        });
        if n.is_none() {
            self.mistake(Self::invalid_comprehension);
        }
        n
    }

    fn dict(&mut self) -> R<N> {
        let n = self.attempt(|p| {
            let from = p.eat(Tok::Lbrace)?;
            p.opt(|p| {
                p.list(Self::double_starred_pair)?;
                p.opt(|p| p.eat(Tok::Comma))
            })?;
            p.eat(Tok::Rbrace)?;
            Some(p.node(Kind::Dict, from, vec![]))
        });
        if n.is_none() {
            // In both passes, as it is in CPython.
            self.attempt(|p| {
                p.eat(Tok::Lbrace)?;
                p.invalid_pairs()
            });
        }
        n
    }

    pub fn double_starred_pair(&mut self) -> R<N> {
        let unpacked = self.attempt(|p| {
            p.eat(Tok::DoubleStar)?;
            p.bitor()
        });
        match unpacked {
            Some(n) => Some(n),
            None => self.pair(),
        }
    }

    fn pair(&mut self) -> R<N> {
        self.attempt(|p| {
            p.expression()?;
            p.eat(Tok::Colon)?;
            p.expression()
        })
    }

    fn dictcomp(&mut self) -> R<N> {
        let n = self.attempt(|p| {
            let from = p.eat(Tok::Lbrace)?;
            p.pair()?;
            p.for_if_clauses()?;
            p.eat(Tok::Rbrace)?;
            Some(p.node(Kind::DictComp, from, vec![]))
        });
        if n.is_none() {
            self.mistake(Self::invalid_dict_comprehension);
        }
        n
    }

    /// The clauses of a comprehension; gives a node over the last one's iterable and conditions.
    pub fn for_if_clauses(&mut self) -> R<N> {
        let clauses = self.some(Self::for_if_clause)?;
        clauses.last().copied()
    }

    fn for_if_clause(&mut self) -> R<N> {
        let mut committed = false;
        let clause = self.attempt(|p| {
            let from = p.pos;
            p.opt(|p| p.eat(Tok::Async))?;
            p.eat(Tok::For)?;
            p.star_targets()?;
            p.eat(Tok::In)?;
            committed = true;
            p.disjunction()?;
            p.many(|p| {
                p.eat(Tok::If)?;
                p.disjunction()
            })?;
            Some(p.node(Kind::Generator, from, vec![]))
        });
        if clause.is_none() && !committed {
            self.mistake(Self::invalid_for_clause);
            self.mistake(Self::invalid_for_target);
        }
        clause
    }
}
