//! Parameters of functions and lambdas, type parameters, and their mistakes.

use super::engine::{Diagnoser, R};
use super::node::{Kind, N};
use crate::token::Tok;

impl Diagnoser<'_> {
    /// Parameters up to the closing parenthesis, or up to a lambda's colon.
    pub fn parameters(&mut self, lambda: bool) -> R<N> {
        self.mistake(|p| p.invalid_parameters(lambda));
        self.attempt(|p| {
            let slash = p.attempt(|p| p.slash_no_default(lambda)).is_some();
            if slash {
                p.many(|p| p.param_no_default(lambda))?;
                p.many(|p| p.param_with_default(lambda))?;
                p.opt(|p| p.star_etc(lambda))?;
                return Some(Self::NOTHING);
            }
            if p.attempt(|p| p.slash_with_default(lambda)).is_some() {
                p.many(|p| p.param_with_default(lambda))?;
                p.opt(|p| p.star_etc(lambda))?;
                return Some(Self::NOTHING);
            }
            let plain = p.many(|p| p.param_no_default(lambda))?.len()
                + p.many(|p| p.param_with_default(lambda))?.len();
            if plain > 0 {
                p.opt(|p| p.star_etc(lambda))?;
                return Some(Self::NOTHING);
            }
            p.star_etc(lambda)
        })
    }

    fn close(lambda: bool) -> Tok {
        if lambda { Tok::Colon } else { Tok::Rpar }
    }

    /// The end of the list; in a replacement field a lambda's colon looks different.
    fn at_close(&mut self, lambda: bool) -> R<()> {
        if self.at(Self::close(lambda)) || lambda && self.at(Tok::FColon) {
            Some(())
        } else {
            None
        }
    }

    fn comma_or_close(&mut self, lambda: bool) -> R<()> {
        if self.eat(Tok::Comma).is_some() {
            return Some(());
        }
        self.at_close(lambda)
    }

    fn slash_no_default(&mut self, lambda: bool) -> R<N> {
        self.some(|p| p.param_no_default(lambda))?;
        self.eat(Tok::Slash)?;
        self.comma_or_close(lambda)?;
        Some(Self::NOTHING)
    }

    fn slash_with_default(&mut self, lambda: bool) -> R<N> {
        self.many(|p| p.param_no_default(lambda))?;
        self.some(|p| p.param_with_default(lambda))?;
        self.eat(Tok::Slash)?;
        self.comma_or_close(lambda)?;
        Some(Self::NOTHING)
    }

    /// A name with its annotation.
    fn param(&mut self, lambda: bool) -> R<N> {
        self.attempt(|p| {
            let from = p.eat(Tok::Name)?;
            if !lambda {
                p.opt(|p| {
                    p.eat(Tok::Colon)?;
                    p.expression()
                })?;
            }
            Some(p.node(Kind::Name, from, vec![]))
        })
    }

    fn param_no_default(&mut self, lambda: bool) -> R<N> {
        self.attempt(|p| {
            let n = p.param(lambda)?;
            p.comma_or_close(lambda)?;
            Some(n)
        })
    }

    fn default(&mut self) -> R<()> {
        let found = self.attempt(|p| {
            p.eat(Tok::Equal)?;
            p.expression()
        });
        if found.is_none() {
            self.mistake(|p| {
                let equal = p.eat(Tok::Equal)?;
                if p.at_any(&[Tok::Comma, Tok::Rpar]) {
                    return p.raise_token::<()>(equal, "expected default value expression");
                }
                None
            });
        }
        found.map(|_| ())
    }

    fn param_with_default(&mut self, lambda: bool) -> R<N> {
        self.attempt(|p| {
            let n = p.param(lambda)?;
            p.default()?;
            p.comma_or_close(lambda)?;
            Some(n)
        })
    }

    fn param_maybe_default(&mut self, lambda: bool) -> R<N> {
        self.attempt(|p| {
            let n = p.param(lambda)?;
            p.opt(Self::default)?;
            p.comma_or_close(lambda)?;
            Some(n)
        })
    }

    fn star_etc(&mut self, lambda: bool) -> R<N> {
        self.mistake(|p| p.invalid_star_etc(lambda));
        let star = self.attempt(|p| {
            p.eat(Tok::Star)?;
            if p.eat(Tok::Comma).is_some() {
                p.some(|p| p.param_maybe_default(lambda))?;
            } else {
                p.star_param(lambda)?;
                p.many(|p| p.param_maybe_default(lambda))?;
            }
            p.opt(|p| p.kwds(lambda))?;
            Some(Self::NOTHING)
        });
        match star {
            Some(n) => Some(n),
            None => self.kwds(lambda),
        }
    }

    /// The name after `*`, whose annotation may be starred.
    fn star_param(&mut self, lambda: bool) -> R<N> {
        if let Some(n) = self.param_no_default(lambda) {
            return Some(n);
        }
        if lambda {
            return None;
        }
        self.attempt(|p| {
            p.eat(Tok::Name)?;
            p.eat(Tok::Colon)?;
            p.star_expression()?;
            p.comma_or_close(lambda)?;
            Some(Self::NOTHING)
        })
    }

    fn kwds(&mut self, lambda: bool) -> R<N> {
        self.mistake(|p| p.invalid_kwds(lambda));
        self.attempt(|p| {
            p.eat(Tok::DoubleStar)?;
            p.param_no_default(lambda)
        })
    }

    // ------------------------------------------------------------ mistakes

    fn any_slash(&mut self, lambda: bool) -> R<N> {
        match self.attempt(|p| p.slash_no_default(lambda)) {
            Some(n) => Some(n),
            None => self.attempt(|p| p.slash_with_default(lambda)),
        }
    }

    fn invalid_parameters(&mut self, lambda: bool) -> R<()> {
        self.attempt(|p| {
            let slash = p.eat(Tok::Slash)?;
            p.eat(Tok::Comma)?;
            p.raise_token::<()>(slash, "at least one argument must precede /")
        });
        self.attempt(|p| {
            p.any_slash(lambda)?;
            p.many(|p| p.param_maybe_default(lambda))?;
            let slash = p.eat(Tok::Slash)?;
            p.raise_token::<()>(slash, "/ may appear only once")
        });
        self.attempt(|p| {
            p.opt(|p| p.slash_no_default(lambda))?;
            p.many(|p| p.param_no_default(lambda))?;
            if p.attempt(|p| p.slash_with_default(lambda)).is_none() {
                p.some(|p| p.param_with_default(lambda))?;
            }
            let n = p.param_no_default(lambda)?;
            p.raise_node::<()>(
                n,
                "parameter without a default follows parameter with a default",
            )
        });
        self.attempt(|p| p.parenthesized(lambda));
        self.attempt(|p| {
            p.opt(|p| p.any_slash(lambda))?;
            p.many(|p| p.param_maybe_default(lambda))?;
            p.eat(Tok::Star)?;
            if p.eat(Tok::Comma).is_none() {
                p.param_no_default(lambda)?;
            }
            p.many(|p| p.param_maybe_default(lambda))?;
            let slash = p.eat(Tok::Slash)?;
            p.raise_token::<()>(slash, "/ must be ahead of *")
        });
        self.attempt(|p| {
            p.some(|p| p.param_maybe_default(lambda))?;
            p.eat(Tok::Slash)?;
            let star = p.eat(Tok::Star)?;
            p.raise_token::<()>(star, "expected comma between / and *")
        })
    }

    /// `def f(a, (b, c))`, as Python 2 had it.
    fn parenthesized(&mut self, lambda: bool) -> R<()> {
        self.many(|p| p.param_no_default(lambda))?;
        let open = self.eat(Tok::Lpar)?;
        if lambda {
            self.list(|p| p.param(true))?;
        } else {
            self.some(|p| p.param_no_default(false))?;
        }
        self.opt(|p| p.eat(Tok::Comma))?;
        self.eat(Tok::Rpar)?;
        let what = if lambda {
            "Lambda expression"
        } else {
            "Function"
        };
        self.raise_through(open, &format!("{what} parameters cannot be parenthesized"))
    }

    fn invalid_star_etc(&mut self, lambda: bool) -> R<()> {
        self.attempt(|p| {
            let star = p.eat(Tok::Star)?;
            if p.at_close(lambda).is_none() {
                p.eat(Tok::Comma)?;
                if p.at_close(lambda).is_none() {
                    p.eat(Tok::DoubleStar)?;
                }
            }
            const MESSAGE: &str = "named arguments must follow bare *";
            if lambda {
                p.raise_furthest::<()>(MESSAGE)
            } else {
                p.raise_token::<()>(star, MESSAGE)
            }
        });
        self.attempt(|p| {
            p.eat(Tok::Star)?;
            p.param(lambda)?;
            let equal = p.eat(Tok::Equal)?;
            p.raise_token::<()>(equal, "var-positional argument cannot have default value")
        });
        self.attempt(|p| {
            p.eat(Tok::Star)?;
            p.param_or_comma(lambda)?;
            p.many(|p| p.param_maybe_default(lambda))?;
            let star = p.eat(Tok::Star)?;
            p.param_or_comma(lambda)?;
            p.raise_token::<()>(star, "* argument may appear only once")
        })
    }

    fn param_or_comma(&mut self, lambda: bool) -> R<()> {
        if self.param_no_default(lambda).is_some() {
            return Some(());
        }
        self.eat(Tok::Comma).map(|_| ())
    }

    fn invalid_kwds(&mut self, lambda: bool) -> R<()> {
        self.eat(Tok::DoubleStar)?;
        self.param(lambda)?;
        if let Some(equal) = self.eat(Tok::Equal) {
            return self.raise_token(equal, "var-keyword argument cannot have default value");
        }
        self.eat(Tok::Comma)?;
        const MESSAGE: &str = "arguments cannot follow var-keyword argument";
        if let Some(n) = self.param(lambda) {
            return self.raise_node(n, MESSAGE);
        }
        let token = self.eat_any(&[Tok::Star, Tok::DoubleStar, Tok::Slash])?;
        self.raise_token(token, MESSAGE)
    }

    // ------------------------------------------------------------ type parameters

    pub fn type_params(&mut self) -> R<N> {
        self.mistake(|p| {
            p.eat(Tok::Lsqb)?;
            let close = p.eat(Tok::Rsqb)?;
            let start = p.token(close).start;
            p.raise_from::<()>(start, "Type parameter list cannot be empty")
        });
        self.attempt(|p| {
            p.eat(Tok::Lsqb)?;
            p.list(Self::type_param)?;
            p.opt(|p| p.eat(Tok::Comma))?;
            p.eat(Tok::Rsqb)?;
            Some(Self::NOTHING)
        })
    }

    fn type_param(&mut self) -> R<N> {
        self.attempt(|p| {
            if p.eat(Tok::Name).is_some() {
                p.opt(|p| {
                    p.eat(Tok::Colon)?;
                    p.expression()
                })?;
                p.opt(|p| {
                    p.eat(Tok::Equal)?;
                    p.expression()
                })?;
                return Some(Self::NOTHING);
            }
            p.mistake(Self::invalid_type_param);
            let star = p.eat_any(&[Tok::Star, Tok::DoubleStar])?;
            let is_tuple = p.token(star).kind == Tok::Star;
            p.eat(Tok::Name)?;
            p.opt(|p| {
                p.eat(Tok::Equal)?;
                if is_tuple {
                    p.star_expression()
                } else {
                    p.expression()
                }
            })?;
            Some(Self::NOTHING)
        })
    }

    /// `*Ts: bound`.
    fn invalid_type_param(&mut self) -> R<()> {
        let star = self.eat_any(&[Tok::Star, Tok::DoubleStar])?;
        let class = if self.token(star).kind == Tok::Star {
            "TypeVarTuple"
        } else {
            "ParamSpec"
        };
        self.eat(Tok::Name)?;
        let colon = self.eat(Tok::Colon)?;
        let bound = self.expression()?;
        let what = if self.kind(bound) == Kind::Tuple {
            "constraints"
        } else {
            "bound"
        };
        let start = self.token(colon).start;
        self.raise_from(start, &format!("cannot use {what} with {class}"))
    }
}
