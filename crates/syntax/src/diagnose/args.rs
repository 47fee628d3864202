//! Arguments of calls, and their mistakes.

use super::engine::{Diagnoser, R, Rule};
use super::node::{Kind, N};
use crate::source::Span;
use crate::token::Tok;

const GENERATOR: &str = "Generator expression must be parenthesized";

impl Diagnoser<'_> {
    pub fn arguments(&mut self) -> R<N> {
        self.memo(Rule::Arguments, |p| {
            let plain = p.attempt(|p| {
                let n = p.args()?;
                p.opt(|p| p.eat(Tok::Comma))?;
                p.ahead(|p| p.eat(Tok::Rpar))?;
                Some(n)
            });
            if plain.is_none() {
                p.invalid_arguments();
            }
            plain
        })
    }

    /// Positional arguments, then keywords; the node's children are the positional ones.
    fn args(&mut self) -> R<N> {
        self.memo(Rule::Args, |p| {
            let from = p.pos;
            let mixed = p.attempt(|p| {
                let mut positional = p.list(Self::positional)?;
                let keywords = p.opt(|p| {
                    p.eat(Tok::Comma)?;
                    p.kwargs()
                })?;
                let unpacked = keywords.as_ref().is_some_and(|k| k.unpacked);
                positional.extend(keywords.into_iter().flat_map(|k| k.starred));
                Some((positional, unpacked))
            });
            let (positional, unpacked) = match mixed {
                Some(found) => found,
                None => {
                    let keywords = p.kwargs()?;
                    (keywords.starred, keywords.unpacked)
                }
            };
            let kind = if unpacked {
                Kind::ArgumentsUnpacked
            } else {
                Kind::Arguments
            };
            Some(p.node(kind, from, positional))
        })
    }

    fn positional(&mut self) -> R<N> {
        if let Some(n) = self.starred_expression() {
            return Some(n);
        }
        self.attempt(|p| {
            let n = p.assignment_or_expression()?;
            p.not_ahead(|p| p.eat(Tok::Equal))?;
            Some(n)
        })
    }

    fn kwargs(&mut self) -> R<Keywords> {
        let both = self.attempt(|p| {
            let starred = p.list(Self::keyword_or_starred)?;
            p.eat(Tok::Comma)?;
            p.list(Self::keyword_or_double_starred)?;
            Some(Keywords::of(starred, true))
        });
        if both.is_some() {
            return both;
        }
        if let Some(starred) = self.attempt(|p| p.list(Self::keyword_or_starred)) {
            return Some(Keywords::of(starred, false));
        }
        self.attempt(|p| p.list(Self::keyword_or_double_starred))?;
        Some(Keywords::of(Vec::new(), true))
    }

    fn keyword(&mut self) -> R<N> {
        self.mistake(Self::invalid_keyword);
        self.attempt(|p| {
            p.eat(Tok::Name)?;
            p.eat(Tok::Equal)?;
            p.expression()?;
            Some(Self::NOTHING)
        })
    }

    fn keyword_or_starred(&mut self) -> R<N> {
        match self.keyword() {
            Some(n) => Some(n),
            None => self.starred_expression(),
        }
    }

    fn keyword_or_double_starred(&mut self) -> R<N> {
        match self.keyword() {
            Some(n) => Some(n),
            None => self.attempt(|p| {
                p.eat(Tok::DoubleStar)?;
                p.expression()?;
                Some(Self::NOTHING)
            }),
        }
    }

    /// `*expression` among arguments or subscripts.
    pub fn starred_expression(&mut self) -> R<N> {
        if self.stopped() || !self.at(Tok::Star) {
            return None;
        }
        self.mistake(|p| {
            let star = p.eat(Tok::Star)?;
            p.expression()?;
            p.eat(Tok::Equal)?;
            let value = p.expression()?;
            let span = Span::new(p.token(star).start, p.span(value).end);
            p.raise_span::<()>(span, "cannot assign to iterable argument unpacking")
        });
        let n = self.attempt(|p| {
            let from = p.eat(Tok::Star)?;
            let value = p.expression()?;
            Some(p.node(Kind::Starred, from, vec![value]))
        });
        if n.is_none() {
            self.mistake(|p| {
                p.eat(Tok::Star)?;
                p.raise_furthest::<()>("Invalid star expression")
            });
        }
        n
    }

    fn invalid_keyword(&mut self) -> R<()> {
        self.attempt(|p| {
            let word = p.eat_any(&[Tok::True, Tok::False, Tok::None])?;
            p.eat(Tok::Equal)?;
            let message = format!("cannot assign to {}", p.text(word));
            p.raise_through::<()>(word, &message)
        });
        self.attempt(Self::walrus_meant);
        self.attempt(|p| {
            p.not_ahead(|p| {
                p.eat(Tok::Name)?;
                p.eat(Tok::Equal)
            })?;
            let n = p.expression()?;
            let equal = p.eat(Tok::Equal)?;
            let span = p.span(n).to(p.token(equal).span());
            p.raise_span::<()>(
                span,
                "expression cannot contain assignment, perhaps you meant \"==\"?",
            )
        });
        // `f(**kwargs = x)`.
        self.attempt(|p| {
            let stars = p.eat(Tok::DoubleStar)?;
            p.expression()?;
            p.eat(Tok::Equal)?;
            let value = p.expression()?;
            let span = Span::new(p.token(stars).start, p.span(value).end);
            p.raise_span::<()>(span, "cannot assign to keyword argument unpacking")
        })
    }

    /// `f(x = y for y in z)`.
    fn walrus_meant(&mut self) -> R<()> {
        let name = self.eat(Tok::Name)?;
        let equal = self.eat(Tok::Equal)?;
        self.expression()?;
        self.for_if_clauses()?;
        let span = self.token(name).span().to(self.token(equal).span());
        self.raise_span(
            span,
            "invalid syntax. Maybe you meant '==' or ':=' instead of '='?",
        )
    }

    fn invalid_arguments(&mut self) {
        self.mistake(|p| {
            let before = p.attempt(|p| {
                p.list(Self::positional)?;
                p.eat(Tok::Comma)?;
                p.kwargs()
            });
            if before.is_none() {
                p.kwargs()?;
            }
            let comma = p.eat(Tok::Comma)?;
            p.list(|p| {
                let n = p.starred_expression()?;
                p.not_ahead(|p| p.eat(Tok::Equal))?;
                Some(n)
            })?;
            let start = p.token(comma).start;
            p.raise_from::<()>(
                start,
                "iterable argument unpacking follows keyword argument unpacking",
            )
        });
        self.mistake(|p| {
            let elt = p.expression()?;
            let clauses = p.for_if_clauses()?;
            p.eat(Tok::Comma)?;
            p.opt(|p| {
                if p.args().is_some() {
                    return Some(());
                }
                p.expression()?;
                p.for_if_clauses()?;
                Some(())
            })?;
            p.raise_range::<()>(elt, clauses, GENERATOR)
        });
        self.mistake(Self::walrus_meant);
        self.invalid_later_arguments();
    }

    fn invalid_later_arguments(&mut self) {
        self.mistake(|p| {
            p.opt(|p| {
                p.args()?;
                p.eat(Tok::Comma)
            })?;
            let name = p.eat(Tok::Name)?;
            p.eat(Tok::Equal)?;
            p.ahead(|p| p.eat_any(&[Tok::Comma, Tok::Rpar]))?;
            p.raise_through::<()>(name, "expected argument value expression")
        });
        self.mistake(|p| {
            let args = p.args()?;
            let clauses = p.for_if_clauses()?;
            let last = match p.kids(args) {
                [_, .., last] => *last,
                _ => return None,
            };
            p.raise_range::<()>(last, clauses, GENERATOR)
        });
        self.mistake(|p| {
            p.args()?;
            p.eat(Tok::Comma)?;
            let elt = p.expression()?;
            let clauses = p.for_if_clauses()?;
            p.raise_range::<()>(elt, clauses, GENERATOR)
        });
        self.mistake(|p| {
            let args = p.args()?;
            p.eat(Tok::Comma)?;
            p.args()?;
            p.raise_furthest::<()>(match p.kind(args) {
                Kind::ArgumentsUnpacked => "positional argument follows keyword argument unpacking",
                _ => "positional argument follows keyword argument",
            })
        });
    }
}

/// Keyword arguments and what stands among them.
struct Keywords {
    starred: Vec<N>,
    unpacked: bool,
}

impl Keywords {
    fn of(items: Vec<N>, unpacked: bool) -> Keywords {
        let starred = items
            .into_iter()
            .filter(|n| *n != Diagnoser::NOTHING)
            .collect();
        Keywords { starred, unpacked }
    }
}
