//! Known mistakes in expressions, and the fields of f- and t-strings.
//!
//! A mistake's rule matches the wrong text and raises; otherwise it fails and leaves no trace.

use super::engine::{Diagnoser, R, Raised, Rule};
use super::node::{Kind, N};
use super::target::Purpose;
use crate::token::Tok;

/// Statements that were functions' forerunners.
const LEGACY: [&str; 2] = ["print", "exec"];

impl Diagnoser<'_> {
    fn is_legacy(&self, n: N) -> bool {
        let span = self.span(n);
        let text = self
            .source
            .text()
            .get(span.start as usize..span.end as usize);
        self.kind(n) == Kind::Name && text.is_some_and(|t| LEGACY.contains(&t))
    }

    fn at_soft_keyword(&mut self) -> bool {
        self.at(Tok::Name) && matches!(self.text(self.pos), "match" | "case" | "type" | "_")
    }

    pub fn invalid_expression(&mut self) -> R<()> {
        self.attempt(Self::broken_string);
        self.attempt(Self::missing_comma);
        self.attempt(|p| {
            let value = p.disjunction()?;
            p.eat(Tok::If)?;
            let test = p.disjunction()?;
            if p.at_any(&[Tok::Else, Tok::Colon, Tok::FColon]) {
                return None;
            }
            p.raise_range::<()>(value, test, "expected 'else' after 'if' expression")
        });
        self.attempt(|p| {
            p.disjunction()?;
            p.eat(Tok::If)?;
            p.disjunction()?;
            p.eat(Tok::Else)?;
            p.not_ahead(Self::expression)?;
            p.raise_next::<()>("expected expression after 'else', but statement is given")
        });
        self.attempt(|p| {
            let word = p.eat_any(&[Tok::Pass, Tok::Break, Tok::Continue])?;
            p.eat(Tok::If)?;
            p.disjunction()?;
            p.eat(Tok::Else)?;
            p.simple_stmt()?;
            p.raise_token::<()>(
                word,
                "expected expression before 'if', but statement is given",
            )
        });
        self.attempt(|p| {
            let word = p.eat(Tok::Lambda)?;
            p.opt(|p| p.parameters(true))?;
            p.eat(Tok::FColon)?;
            p.ahead(|p| p.eat_any(&[Tok::FMiddle, Tok::Rbrace]))?;
            let prefix = p.template_prefix(word);
            let message =
                format!("{prefix}-string: lambda expressions are not allowed without parentheses");
            p.raise_through::<()>(word, &message)
        })
    }

    /// Two expressions side by side in brackets.
    fn missing_comma(&mut self) -> R<()> {
        let prefixed = self.ahead(|p| {
            p.eat(Tok::Name)?;
            p.eat(Tok::String)
        });
        if prefixed.is_some() || self.at_soft_keyword() {
            return None;
        }
        let first = self.disjunction()?;
        let second = self.expression_without_mistakes()?;
        if self.is_legacy(first) || self.last_level() == 0 {
            return None;
        }
        self.raise_range(first, second, "invalid syntax. Perhaps you forgot a comma?")
    }

    /// A string with unescaped quotes in it: strings, other things, strings.
    fn broken_string(&mut self) -> R<()> {
        self.some(|p| p.eat(Tok::String))?;
        let inner = self.some(|p| {
            p.not_ahead(|p| p.eat(Tok::String))?;
            p.expression_without_mistakes()
        })?;
        self.some(|p| p.eat(Tok::String))?;
        let (first, last) = (*inner.first()?, *inner.last()?);
        self.raise_range(
            first,
            last,
            "invalid syntax. Is this intended to be part of the string?",
        )
    }

    /// `print x`.
    pub fn invalid_legacy_expression(&mut self) -> R<()> {
        let name = self.eat(Tok::Name)?;
        let word = self.text(name);
        self.not_ahead(|p| p.eat(Tok::Lpar))?;
        self.star_expressions()?;
        if !LEGACY.contains(&word) {
            return None;
        }
        let message = format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?");
        self.raise_through(name, &message)
    }

    pub fn invalid_named_expression(&mut self) -> R<()> {
        self.memo(Rule::InvalidNamed, |p| {
            p.attempt(|p| {
                let n = p.expression()?;
                p.eat(Tok::ColonEqual)?;
                p.expression()?;
                let message = format!(
                    "cannot use assignment expressions with {}",
                    p.kind(n).noun()
                );
                p.raise_node::<()>(n, message)
            });
            p.attempt(|p| {
                let name = p.eat(Tok::Name)?;
                p.eat(Tok::Equal)?;
                let value = p.bitor()?;
                if p.at_any(&[Tok::Equal, Tok::ColonEqual]) {
                    return None;
                }
                let span = p.token(name).span().to(p.span(value));
                p.raise_span::<()>(
                    span,
                    "invalid syntax. Maybe you meant '==' or ':=' instead of '='?",
                )
            });
            p.attempt(|p| {
                if p.at_any(&[Tok::True, Tok::None, Tok::False]) {
                    return None;
                }
                p.not_ahead(Self::list_display)?;
                p.not_ahead(Self::tuple)?;
                p.not_ahead(Self::genexp)?;
                let n = p.bitor()?;
                p.eat(Tok::Equal)?;
                p.bitor()?;
                if p.at_any(&[Tok::Equal, Tok::ColonEqual]) {
                    return None;
                }
                let noun = p.kind(n).noun();
                p.raise_node::<()>(
                    n,
                    format!("cannot assign to {noun} here. Maybe you meant '==' instead of '='?"),
                )
            });
            None
        })
        .map(|_| ())
    }

    pub fn invalid_group(&mut self) -> R<()> {
        self.eat(Tok::Lpar)?;
        self.attempt(|p| {
            let n = p.starred_expression()?;
            p.eat(Tok::Rpar)?;
            p.raise_node::<()>(n, "cannot use starred expression here")
        });
        self.attempt(|p| {
            let stars = p.eat(Tok::DoubleStar)?;
            p.expression()?;
            p.eat(Tok::Rpar)?;
            p.raise_token::<()>(stars, "cannot use double starred expression here")
        })
    }

    pub fn invalid_comprehension(&mut self) -> R<()> {
        let open = self.eat_any(&[Tok::Lpar, Tok::Lsqb, Tok::Lbrace])?;
        self.attempt(|p| {
            let n = p.starred_expression()?;
            p.for_if_clauses()?;
            p.raise_node::<()>(n, "iterable unpacking cannot be used in comprehension")
        });
        if self.token(open).kind == Tok::Lpar {
            return None;
        }
        const MESSAGE: &str = "did you forget parentheses around the comprehension target?";
        self.attempt(|p| {
            let first = p.star_named_expression()?;
            p.eat(Tok::Comma)?;
            let rest = p.star_named_expressions()?;
            p.for_if_clauses()?;
            let last = *rest.last()?;
            p.raise_range::<()>(first, last, MESSAGE)
        });
        self.attempt(|p| {
            let first = p.star_named_expression()?;
            let comma = p.eat(Tok::Comma)?;
            p.for_if_clauses()?;
            let span = p.span(first).to(p.token(comma).span());
            p.raise_span::<()>(span, MESSAGE)
        })
    }

    pub fn invalid_dict_comprehension(&mut self) -> R<()> {
        self.eat(Tok::Lbrace)?;
        let stars = self.eat(Tok::DoubleStar)?;
        self.bitor()?;
        self.for_if_clauses()?;
        self.eat(Tok::Rbrace)?;
        self.raise_token(stars, "dict unpacking cannot be used in dict comprehension")
    }

    /// After a dictionary's `{`.
    pub fn invalid_pairs(&mut self) -> R<()> {
        self.attempt(|p| {
            p.list(Self::double_starred_pair)?;
            p.eat(Tok::Comma)?;
            p.attempt(|p| {
                let key = p.expression()?;
                if p.at(Tok::Colon) {
                    return None;
                }
                let (line, offset) = p.source.char_position(p.span(key).end);
                let message = "':' expected after dictionary key".to_owned();
                let kind = crate::error::ErrorKind::Syntax;
                p.raise::<()>(Raised::Point {
                    kind,
                    message,
                    line,
                    offset: offset - 1,
                    end_offset: 0,
                })
            });
            p.invalid_value()
        });
        self.invalid_value()
    }

    fn invalid_value(&mut self) -> R<()> {
        self.attempt(|p| {
            p.expression()?;
            p.eat(Tok::Colon)?;
            let star = p.eat(Tok::Star)?;
            p.bitor()?;
            let start = p.token(star).start;
            p.raise_from::<()>(
                start,
                "cannot use a starred expression in a dictionary value",
            )
        });
        self.attempt(|p| {
            p.expression()?;
            let colon = p.eat(Tok::Colon)?;
            p.ahead(|p| p.eat_any(&[Tok::Rbrace, Tok::Comma]))?;
            p.raise_token::<()>(colon, "expression expected after dictionary key and ':'")
        })
    }

    /// `for x y`: something other than `in` after the variables.
    pub fn invalid_for_clause(&mut self) -> R<()> {
        self.opt(|p| p.eat(Tok::Async))?;
        self.eat(Tok::For)?;
        self.list(Self::bitor)?;
        self.opt(|p| p.eat(Tok::Comma))?;
        if self.at(Tok::In) {
            return None;
        }
        self.raise_furthest("'in' expected after for-loop variables")
    }

    pub fn invalid_for_target(&mut self) -> R<()> {
        self.opt(|p| p.eat(Tok::Async))?;
        self.eat(Tok::For)?;
        let n = self.star_expressions()?;
        self.raise_invalid_target(n, Purpose::For)
    }

    // ------------------------------------------------------------ strings

    pub fn strings(&mut self) -> R<N> {
        self.memo(Rule::Strings, |p| {
            let from = p.pos;
            let mut kind = Kind::Literal;
            p.some(|p| match p.peek() {
                Tok::String => p.eat(Tok::String).map(|_| ()),
                Tok::FStart => {
                    kind = Kind::FString;
                    p.template('f')
                }
                Tok::TStart => {
                    kind = Kind::TString;
                    p.template('t')
                }
                _ => None,
            })?;
            p.check_bytes(from)?;
            Some(p.node(kind, from, vec![]))
        })
    }

    /// Bytes and text in one row are an error at once, in either pass.
    fn check_bytes(&mut self, from: usize) -> R<()> {
        let mut seen = [false; 2];
        let mut depth = 0;
        for index in from..self.pos {
            let kind = self.token(index).kind;
            // Strings inside replacement fields are not part of the row.
            if depth == 0 && matches!(kind, Tok::String | Tok::FStart | Tok::TStart) {
                let prefix = self.text(index).split(['\'', '"']).next().unwrap_or("");
                seen[usize::from(prefix.contains(['b', 'B']))] = true;
            }
            match kind {
                Tok::FStart | Tok::TStart => depth += 1,
                Tok::FEnd => depth -= 1,
                _ => {}
            }
        }
        if seen == [true; 2] {
            return self.raise_furthest("cannot mix bytes and nonbytes literals");
        }
        Some(())
    }

    fn template(&mut self, prefix: char) -> R<()> {
        self.eat_any(&[Tok::FStart, Tok::TStart])?;
        self.many(|p| p.template_part(prefix))?;
        self.eat(Tok::FEnd)?;
        Some(())
    }

    fn template_part(&mut self, prefix: char) -> R<()> {
        if self.eat(Tok::FMiddle).is_some() {
            return Some(());
        }
        let field = self.attempt(|p| {
            p.eat(Tok::Lbrace)?;
            p.annotated_rhs()?;
            p.opt(|p| p.eat(Tok::Equal))?;
            p.opt(|p| p.conversion(prefix))?;
            p.opt(|p| {
                p.eat(Tok::FColon)?;
                p.many(|p| p.template_part(prefix))
            })?;
            p.eat(Tok::Rbrace)?;
            Some(())
        });
        if field.is_none() {
            self.mistake(|p| p.invalid_field(prefix));
        }
        field
    }

    /// `!r`; a wrong letter is an error at once, in either pass.
    fn conversion(&mut self, prefix: char) -> R<()> {
        let mark = self.eat(Tok::Exclamation)?;
        let name = self.eat(Tok::Name)?;
        if self.token(mark).end != self.token(name).start {
            let message = "conversion type must come right after the exclamation mark";
            return self.raise_through(mark, &format!("{prefix}-string: {message}"));
        }
        let letter = self.text(name);
        if matches!(letter, "s" | "r" | "a") {
            return Some(());
        }
        let message = format!(
            "{prefix}-string: invalid conversion character '{letter}': expected 's', 'r', or 'a'"
        );
        self.raise_token(name, &message)
    }

    /// The kind of string around a token.
    fn template_prefix(&self, index: usize) -> char {
        let mut depth = 0;
        for i in (0..index).rev() {
            match self.token(i).kind {
                Tok::FEnd => depth += 1,
                Tok::FStart | Tok::TStart if depth > 0 => depth -= 1,
                Tok::FStart => return 'f',
                Tok::TStart => return 't',
                _ => {}
            }
        }
        'f'
    }

    fn invalid_field(&mut self, prefix: char) -> R<()> {
        let raise = |p: &mut Self, message: &str| {
            p.raise_next::<()>(&format!("{prefix}-string: {message}"))
        };
        self.eat(Tok::Lbrace)?;
        for (kind, text) in [
            (Tok::Equal, '='),
            (Tok::Exclamation, '!'),
            (Tok::FColon, ':'),
            (Tok::Rbrace, '}'),
        ] {
            if self.at(kind) {
                return raise(self, &format!("valid expression required before '{text}'"));
            }
        }
        if self.attempt(Self::annotated_rhs).is_none() {
            return raise(self, "expecting a valid expression after '{'");
        }
        if !self.at_any(&[Tok::Equal, Tok::Exclamation, Tok::FColon, Tok::Rbrace]) {
            return raise(self, "expecting '=', or '!', or ':', or '}'");
        }
        if self.eat(Tok::Equal).is_some()
            && !self.at_any(&[Tok::Exclamation, Tok::FColon, Tok::Rbrace])
        {
            return raise(self, "expecting '!', or ':', or '}'");
        }
        if self.eat(Tok::Exclamation).is_some() {
            if self.at_any(&[Tok::FColon, Tok::Rbrace]) {
                return raise(self, "missing conversion character");
            }
            if self.eat(Tok::Name).is_none() {
                return raise(self, "invalid conversion character");
            }
        }
        if !self.at_any(&[Tok::FColon, Tok::Rbrace]) {
            return raise(self, "expecting ':' or '}'");
        }
        if self.eat(Tok::FColon).is_some() {
            self.many(|p| p.template_part(prefix))?;
            if !self.at(Tok::Rbrace) {
                return raise(self, "expecting '}', or format specs");
            }
        }
        if !self.at(Tok::Rbrace) {
            return raise(self, "expecting '}'");
        }
        None
    }
}
