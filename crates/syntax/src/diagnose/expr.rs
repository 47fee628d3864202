//! Expressions, from the lowest precedence to primaries.

use super::engine::{Diagnoser, R, Rule};
use super::node::{Kind, N};
use crate::token::Tok;

impl Diagnoser<'_> {
    /// A row of items as a bare tuple, or a single one.
    fn bare_tuple(&mut self, item: fn(&mut Self) -> R<N>) -> R<N> {
        let from = self.pos;
        let first = item(self)?;
        let mut kids = vec![first];
        kids.extend(self.many(|p| {
            p.eat(Tok::Comma)?;
            item(p)
        })?);
        let comma = self.opt(|p| p.eat(Tok::Comma))?.is_some();
        if kids.len() == 1 && !comma {
            return Some(first);
        }
        Some(self.node(Kind::Tuple, from, kids))
    }

    pub fn expressions(&mut self) -> R<N> {
        self.attempt(|p| p.bare_tuple(Self::expression))
    }

    pub fn star_expressions(&mut self) -> R<N> {
        self.memo(Rule::StarExpressions, |p| {
            p.bare_tuple(Self::star_expression)
        })
    }

    pub fn star_expression(&mut self) -> R<N> {
        self.memo(Rule::StarExpression, |p| match p.starred_bitor() {
            Some(n) => Some(n),
            None => p.expression(),
        })
    }

    /// `*` with an operand below comparison.
    fn starred_bitor(&mut self) -> R<N> {
        self.attempt(|p| {
            let from = p.eat(Tok::Star)?;
            let value = p.bitor()?;
            Some(p.node(Kind::Starred, from, vec![value]))
        })
    }

    pub fn star_named_expression(&mut self) -> R<N> {
        match self.starred_bitor() {
            Some(n) => Some(n),
            None => self.named_expression(),
        }
    }

    /// With an optional comma at the end.
    pub fn star_named_expressions(&mut self) -> R<Vec<N>> {
        self.attempt(|p| {
            let items = p.list(Self::star_named_expression)?;
            p.opt(|p| p.eat(Tok::Comma))?;
            Some(items)
        })
    }

    pub fn assignment_expression(&mut self) -> R<N> {
        if self.stopped() || !self.at(Tok::Name) {
            return None;
        }
        let from = self.pos;
        self.attempt(|p| {
            p.eat(Tok::Name)?;
            p.eat(Tok::ColonEqual)?;
            p.expression()?;
            Some(p.node(Kind::Named, from, vec![]))
        })
    }

    /// Whether `NAME :=` begins here, after which there is no other way to read it.
    fn commits_to_walrus(&mut self) -> bool {
        self.ahead(|p| {
            p.eat(Tok::Name)?;
            p.eat(Tok::ColonEqual)
        })
        .is_some()
    }

    pub fn named_expression(&mut self) -> R<N> {
        self.memo(Rule::Named, |p| {
            if p.commits_to_walrus() {
                return p.assignment_expression();
            }
            p.mistake(Self::invalid_named_expression);
            p.expression_not_walrus()
        })
    }

    pub fn expression_not_walrus(&mut self) -> R<N> {
        self.attempt(|p| {
            let n = p.expression()?;
            p.not_ahead(|p| p.eat(Tok::ColonEqual))?;
            Some(n)
        })
    }

    /// What may stand in a call or generator: a walrus or an expression.
    pub fn assignment_or_expression(&mut self) -> R<N> {
        if self.commits_to_walrus() {
            self.assignment_expression()
        } else {
            self.expression_not_walrus()
        }
    }

    pub fn yield_expr(&mut self) -> R<N> {
        self.attempt(|p| {
            let from = p.eat(Tok::Yield)?;
            let with_from = p.attempt(|p| {
                p.eat(Tok::From)?;
                p.expression()
            });
            if with_from.is_none() {
                p.opt(Self::star_expressions)?;
            }
            Some(p.node(Kind::Yield, from, vec![]))
        })
    }

    /// The right side of an assignment.
    pub fn annotated_rhs(&mut self) -> R<N> {
        match self.yield_expr() {
            Some(n) => Some(n),
            None => self.star_expressions(),
        }
    }

    pub fn expression(&mut self) -> R<N> {
        self.memo(Rule::Expression, |p| {
            p.mistake(Self::invalid_expression);
            p.mistake(Self::invalid_legacy_expression);
            p.plain_expression()
        })
    }

    fn plain_expression(&mut self) -> R<N> {
        let from = self.pos;
        let conditional = self.attempt(|p| {
            p.disjunction()?;
            p.eat(Tok::If)?;
            p.disjunction()?;
            p.eat(Tok::Else)?;
            p.expression()?;
            Some(p.node(Kind::Conditional, from, vec![]))
        });
        if conditional.is_some() {
            return conditional;
        }
        match self.disjunction() {
            Some(n) => Some(n),
            None => self.lambda(),
        }
    }

    /// An expression in which no mistakes are looked for.
    pub fn expression_without_mistakes(&mut self) -> R<N> {
        self.without_mistakes(Self::plain_expression)
    }

    fn lambda(&mut self) -> R<N> {
        self.memo(Rule::Lambda, |p| {
            let from = p.eat(Tok::Lambda)?;
            p.opt(|p| p.parameters(true))?;
            p.eat(Tok::Colon)?;
            p.expression()?;
            Some(p.node(Kind::Lambda, from, vec![]))
        })
    }

    /// Operands with operators between; one operand alone is itself.
    fn chain(&mut self, operand: fn(&mut Self) -> R<N>, operators: &[Tok], kind: Kind) -> R<N> {
        let from = self.pos;
        let first = operand(self)?;
        let rest = self.many(|p| {
            p.eat_any(operators)?;
            operand(p)
        })?;
        if rest.is_empty() {
            return Some(first);
        }
        Some(self.node(kind, from, vec![]))
    }

    pub fn disjunction(&mut self) -> R<N> {
        self.memo(Rule::Disjunction, |p| {
            p.chain(Self::conjunction, &[Tok::Or], Kind::Operation)
        })
    }

    fn conjunction(&mut self) -> R<N> {
        self.memo(Rule::Conjunction, |p| {
            p.chain(Self::inversion, &[Tok::And], Kind::Operation)
        })
    }

    pub fn inversion(&mut self) -> R<N> {
        self.memo(Rule::Inversion, |p| {
            let from = p.pos;
            if p.eat(Tok::Not).is_some() {
                p.inversion()?;
                return Some(p.node(Kind::Operation, from, vec![]));
            }
            p.comparison()
        })
    }

    fn comparison(&mut self) -> R<N> {
        self.memo(Rule::Comparison, |p| {
            let from = p.pos;
            let left = p.bitor()?;
            let mut first_in = None;
            let rest = p.many(|p| {
                let is_in = p.comparison_operator()?;
                first_in.get_or_insert(is_in);
                p.bitor()
            })?;
            if rest.is_empty() {
                return Some(left);
            }
            let kind = if first_in == Some(true) {
                Kind::CompareIn
            } else {
                Kind::Compare
            };
            Some(p.node(kind, from, vec![left]))
        })
    }

    /// A comparison operator; true for `in`.
    fn comparison_operator(&mut self) -> R<bool> {
        self.peek();
        if self.is_diamond(self.pos) {
            // Recognised where the first pass gets to, not beyond.
            if self.mistakes {
                return None;
            }
            let span = self
                .token(self.pos)
                .span()
                .to(self.token(self.pos + 1).span());
            return self.raise_span(
                span,
                "invalid syntax.  Maybe you meant '!=' instead of '<>'?",
            );
        }
        const SIMPLE: [Tok; 6] = [
            Tok::EqEqual,
            Tok::NotEqual,
            Tok::Less,
            Tok::LessEqual,
            Tok::Greater,
            Tok::GreaterEqual,
        ];
        if self.eat_any(&SIMPLE).is_some() {
            return Some(false);
        }
        if self.eat(Tok::In).is_some() {
            return Some(true);
        }
        if self.eat(Tok::Is).is_some() {
            self.opt(|p| p.eat(Tok::Not))?;
            return Some(false);
        }
        self.attempt(|p| {
            p.eat(Tok::Not)?;
            p.eat(Tok::In)?;
            Some(false)
        })
    }

    /// `<>`, which meant "not equal" once.
    pub fn is_diamond(&self, index: usize) -> bool {
        let (less, greater) = (self.token(index), self.token(index + 1));
        less.kind == Tok::Less && greater.kind == Tok::Greater && less.end == greater.start
    }

    pub fn bitor(&mut self) -> R<N> {
        self.memo(Rule::BitOr, |p| {
            p.chain(Self::bitxor, &[Tok::Bar], Kind::Operation)
        })
    }

    fn bitxor(&mut self) -> R<N> {
        self.attempt(|p| p.chain(Self::bitand, &[Tok::Caret], Kind::Operation))
    }

    fn bitand(&mut self) -> R<N> {
        self.attempt(|p| p.chain(Self::shift, &[Tok::Ampersand], Kind::Operation))
    }

    fn shift(&mut self) -> R<N> {
        self.attempt(|p| {
            p.chain(
                Self::arithmetic,
                &[Tok::LeftShift, Tok::RightShift],
                Kind::Operation,
            )
        })
    }

    /// Sums and products; which binds closer doesn't matter here.
    fn arithmetic(&mut self) -> R<N> {
        const OPERATORS: [Tok; 7] = [
            Tok::Plus,
            Tok::Minus,
            Tok::Star,
            Tok::Slash,
            Tok::DoubleSlash,
            Tok::Percent,
            Tok::At,
        ];
        self.memo(Rule::Arithmetic, |p| {
            let from = p.pos;
            let first = p.factor()?;
            let rest = p.many(|p| {
                p.eat_any(&OPERATORS)?;
                p.mistake(|p| p.not_after_operator(Self::inversion));
                p.factor()
            })?;
            if rest.is_empty() {
                return Some(first);
            }
            Some(p.node(Kind::Operation, from, vec![]))
        })
    }

    /// `1 + not x`.
    fn not_after_operator(&mut self, operand: fn(&mut Self) -> R<N>) -> R<()> {
        let index = self.eat(Tok::Not)?;
        operand(self)?;
        self.raise_through(index, "'not' after an operator must be parenthesized")
    }

    fn factor(&mut self) -> R<N> {
        self.memo(Rule::Factor, |p| {
            let from = p.pos;
            if p.eat_any(&[Tok::Plus, Tok::Minus, Tok::Tilde]).is_some() {
                p.mistake(|p| p.not_after_operator(Self::factor));
                p.factor()?;
                return Some(p.node(Kind::Operation, from, vec![]));
            }
            let base = p.await_primary()?;
            let power = p.opt(|p| {
                p.eat(Tok::DoubleStar)?;
                p.factor()
            })?;
            if power.is_none() {
                return Some(base);
            }
            Some(p.node(Kind::Operation, from, vec![]))
        })
    }

    fn await_primary(&mut self) -> R<N> {
        self.memo(Rule::AwaitPrimary, |p| {
            let from = p.pos;
            if p.eat(Tok::Await).is_some() {
                p.primary()?;
                return Some(p.node(Kind::Await, from, vec![]));
            }
            p.primary()
        })
    }

    fn primary(&mut self) -> R<N> {
        self.memo(Rule::Primary, |p| {
            let from = p.pos;
            let mut n = p.atom()?;
            while let Some(kind) = p.attempt(Self::trailer) {
                n = p.node(kind, from, vec![]);
            }
            (!p.stopped()).then_some(n)
        })
    }

    /// An attribute, call or subscript after a primary.
    pub fn trailer(&mut self) -> R<Kind> {
        match self.peek() {
            Tok::Dot => {
                self.eat(Tok::Dot)?;
                self.eat(Tok::Name)?;
                Some(Kind::Attribute)
            }
            Tok::Lpar => {
                if self.genexp().is_some() {
                    return Some(Kind::Call);
                }
                self.eat(Tok::Lpar)?;
                self.opt(Self::arguments)?;
                self.eat(Tok::Rpar)?;
                Some(Kind::Call)
            }
            Tok::Lsqb => {
                self.eat(Tok::Lsqb)?;
                self.slices()?;
                self.eat(Tok::Rsqb)?;
                Some(Kind::Subscript)
            }
            _ => None,
        }
    }

    pub fn slices(&mut self) -> R<N> {
        let single = self.attempt(|p| {
            let n = p.slice()?;
            p.not_ahead(|p| p.eat(Tok::Comma))?;
            Some(n)
        });
        if single.is_some() {
            return single;
        }
        self.attempt(|p| {
            p.list(|p| match p.slice() {
                Some(n) => Some(n),
                None => p.starred_expression(),
            })?;
            p.opt(|p| p.eat(Tok::Comma))?;
            Some(Self::NOTHING)
        })
    }

    fn slice(&mut self) -> R<N> {
        let from = self.pos;
        let range = self.attempt(|p| {
            p.opt(Self::expression)?;
            p.eat(Tok::Colon)?;
            p.opt(Self::expression)?;
            p.opt(|p| {
                p.eat(Tok::Colon)?;
                p.opt(Self::expression)
            })?;
            Some(p.node(Kind::Slice, from, vec![]))
        });
        match range {
            Some(n) => Some(n),
            None => self.named_expression(),
        }
    }
}
