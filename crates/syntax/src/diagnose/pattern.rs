//! Patterns of `case`, and their mistakes.

use super::engine::{Diagnoser, R, Rule};
use super::node::{Kind, N};
use crate::source::Span;
use crate::token::Tok;

impl Diagnoser<'_> {
    /// After `case`: a pattern, or a sequence without brackets.
    pub fn patterns(&mut self) -> R<N> {
        let open = self.attempt(|p| {
            p.maybe_star_pattern()?;
            p.eat(Tok::Comma)?;
            p.opt(Self::pattern_items)?;
            Some(Self::NOTHING)
        });
        match open {
            Some(n) => Some(n),
            None => self.pattern(),
        }
    }

    fn pattern_items(&mut self) -> R<()> {
        self.list(Self::maybe_star_pattern)?;
        self.opt(|p| p.eat(Tok::Comma))?;
        Some(())
    }

    fn maybe_star_pattern(&mut self) -> R<N> {
        let star = self.attempt(|p| {
            p.eat(Tok::Star)?;
            p.eat(Tok::Name)?;
            Some(Self::NOTHING)
        });
        match star {
            Some(n) => Some(n),
            None => self.pattern(),
        }
    }

    fn pattern(&mut self) -> R<N> {
        self.memo(Rule::Pattern, |p| {
            let from = p.pos;
            let named = p.attempt(|p| {
                p.or_pattern()?;
                p.eat(Tok::As)?;
                p.capture_target()?;
                Some(p.node(Kind::Named, from, vec![]))
            });
            if named.is_some() {
                return named;
            }
            p.mistake(|p| {
                p.or_pattern()?;
                p.eat(Tok::As)?;
                p.attempt(|p| {
                    let wildcard = p.eat_word("_")?;
                    p.raise_token::<()>(wildcard, "cannot use '_' as a target")
                });
                let n = p.expression()?;
                let message = format!("cannot use {} as pattern target", p.kind(n).noun());
                p.raise_node::<()>(n, message)
            });
            p.or_pattern()
        })
    }

    fn or_pattern(&mut self) -> R<N> {
        self.attempt(|p| {
            let from = p.pos;
            p.closed_pattern()?;
            p.many(|p| {
                p.eat(Tok::Bar)?;
                p.closed_pattern()
            })?;
            Some(p.node(Kind::Name, from, vec![]))
        })
    }

    /// A name that is captured: not `_`, and not the start of something longer.
    fn capture_target(&mut self) -> R<()> {
        if self.at(Tok::Name) && self.text(self.pos) == "_" {
            return None;
        }
        self.eat(Tok::Name)?;
        if self.at_any(&[Tok::Dot, Tok::Lpar, Tok::Equal]) {
            None
        } else {
            Some(())
        }
    }

    fn closed_pattern(&mut self) -> R<N> {
        let rules: [fn(&mut Self) -> R<N>; 6] = [
            Self::literal_pattern,
            Self::capture_or_wildcard,
            Self::value_pattern,
            Self::bracket_pattern,
            Self::mapping_pattern,
            Self::class_pattern,
        ];
        rules.iter().find_map(|rule| self.attempt(rule))
    }

    fn literal_pattern(&mut self) -> R<N> {
        if let Some(n) = self.signed_number_pattern() {
            return Some(n);
        }
        if self.eat_any(&[Tok::None, Tok::True, Tok::False]).is_some() {
            return Some(Self::NOTHING);
        }
        self.strings()
    }

    fn signed_number(&mut self) -> R<()> {
        self.attempt(|p| {
            p.opt(|p| p.eat(Tok::Minus))?;
            p.eat_any(&[Tok::Int, Tok::Float, Tok::Imaginary])
                .map(|_| ())
        })
    }

    fn signed_number_pattern(&mut self) -> R<N> {
        self.signed_number()?;
        self.opt(|p| {
            p.eat_any(&[Tok::Plus, Tok::Minus])?;
            p.eat_any(&[Tok::Int, Tok::Float, Tok::Imaginary])
        })?;
        Some(Self::NOTHING)
    }

    fn capture_or_wildcard(&mut self) -> R<N> {
        if self.attempt(Self::capture_target).is_none() {
            self.eat_word("_")?;
            // `_` may still be the start of a dotted name or a class.
            if self.at_any(&[Tok::Dot, Tok::Lpar]) {
                return None;
            }
        }
        Some(Self::NOTHING)
    }

    fn name_or_attribute(&mut self) -> R<bool> {
        self.eat(Tok::Name)?;
        let dots = self.many(|p| {
            p.eat(Tok::Dot)?;
            p.eat(Tok::Name)
        })?;
        Some(!dots.is_empty())
    }

    fn value_pattern(&mut self) -> R<N> {
        let dotted = self.name_or_attribute()?;
        if !dotted || self.at_any(&[Tok::Dot, Tok::Lpar, Tok::Equal]) {
            None
        } else {
            Some(Self::NOTHING)
        }
    }

    fn bracket_pattern(&mut self) -> R<N> {
        let close = match self.peek() {
            Tok::Lpar => Tok::Rpar,
            Tok::Lsqb => Tok::Rsqb,
            _ => return None,
        };
        if close == Tok::Rpar {
            let group = self.attempt(|p| {
                p.eat(Tok::Lpar)?;
                p.pattern()?;
                p.eat(Tok::Rpar)?;
                Some(Self::NOTHING)
            });
            if group.is_some() {
                return group;
            }
        }
        self.eat_any(&[Tok::Lpar, Tok::Lsqb])?;
        if close == Tok::Rpar {
            self.opt(|p| {
                p.maybe_star_pattern()?;
                p.eat(Tok::Comma)?;
                p.opt(Self::pattern_items)
            })?;
        } else {
            self.opt(Self::pattern_items)?;
        }
        self.eat(close)?;
        Some(Self::NOTHING)
    }

    fn mapping_pattern(&mut self) -> R<N> {
        self.eat(Tok::Lbrace)?;
        let items = self.opt(|p| p.list(Self::key_value_pattern))?;
        let comma = items.is_none() || self.opt(|p| p.eat(Tok::Comma))?.is_some();
        if comma {
            self.opt(|p| {
                p.eat(Tok::DoubleStar)?;
                p.capture_target()?;
                p.opt(|p| p.eat(Tok::Comma))
            })?;
        }
        self.eat(Tok::Rbrace)?;
        Some(Self::NOTHING)
    }

    fn key_value_pattern(&mut self) -> R<()> {
        if self.attempt(Self::literal_pattern).is_none()
            && !self.attempt(Self::name_or_attribute)?
        {
            return None;
        }
        self.eat(Tok::Colon)?;
        self.pattern().map(|_| ())
    }

    fn keyword_pattern(&mut self) -> R<N> {
        self.attempt(|p| {
            p.eat(Tok::Name)?;
            p.eat(Tok::Equal)?;
            p.pattern()
        })
    }

    fn class_pattern(&mut self) -> R<N> {
        let n = self.attempt(|p| {
            p.name_or_attribute()?;
            p.eat(Tok::Lpar)?;
            let positional = p.opt(|p| p.list(Self::pattern))?.is_some();
            if !positional || p.eat(Tok::Comma).is_some() {
                let keywords = p.opt(|p| p.list(Self::keyword_pattern))?.is_some();
                if keywords {
                    p.opt(|p| p.eat(Tok::Comma))?;
                }
            }
            p.eat(Tok::Rpar)?;
            Some(Self::NOTHING)
        });
        if n.is_none() {
            self.mistake(Self::invalid_class_pattern);
        }
        n
    }

    fn invalid_class_pattern(&mut self) -> R<()> {
        self.name_or_attribute()?;
        self.eat(Tok::Lpar)?;
        self.opt(|p| {
            p.list(Self::pattern)?;
            p.eat(Tok::Comma)
        })?;
        self.list(Self::keyword_pattern)?;
        self.eat(Tok::Comma)?;
        let from = self.pos;
        self.list(Self::pattern)?;
        let span = Span::new(self.token(from).start, self.token(self.pos - 1).end);
        self.raise_span(span, "positional patterns follow keyword patterns")
    }
}
