//! Compound statements, their blocks, and what goes wrong around colons and indentation.

use super::engine::{Diagnoser, R, Rule};
use super::node::N;
use super::target::Purpose;
use crate::token::Tok;

impl Diagnoser<'_> {
    pub fn compound_stmt(&mut self) -> R<N> {
        if self.stopped() {
            return None;
        }
        match self.peek() {
            Tok::Def => self.function_def(),
            Tok::At => match self.function_def() {
                Some(n) => Some(n),
                None => self.class_def(),
            },
            Tok::Async => {
                let rules: [fn(&mut Self) -> R<N>; 3] =
                    [Self::function_def, Self::with_stmt, Self::for_stmt];
                rules.iter().find_map(|rule| rule(self))
            }
            Tok::If => self.if_stmt(Tok::If),
            Tok::Class => self.class_def(),
            Tok::With => self.with_stmt(),
            Tok::For => self.for_stmt(),
            Tok::Try => self.try_stmt(),
            Tok::While => self.while_stmt(),
            Tok::Name => self.match_stmt(),
            _ => None,
        }
    }

    fn block(&mut self) -> R<N> {
        self.memo(Rule::Block, |p| {
            let indented = p.attempt(|p| {
                p.eat(Tok::Newline)?;
                p.eat(Tok::Indent)?;
                p.some(Self::statement)?;
                p.eat(Tok::Dedent)?;
                Some(Self::NOTHING)
            });
            if indented.is_some() {
                return indented;
            }
            let inline = p.simple_stmts();
            if inline.is_none() {
                p.mistake(|p| {
                    p.eat(Tok::Newline)?;
                    p.not_ahead(|p| p.eat(Tok::Indent))?;
                    p.raise_indentation::<()>("expected an indented block")
                });
            }
            inline
        })
    }

    /// `: NEWLINE` without an indented block after it.
    fn missing_block(&mut self, header: usize, what: &str) -> R<()> {
        self.eat(Tok::Colon)?;
        self.eat(Tok::Newline)?;
        self.not_ahead(|p| p.eat(Tok::Indent))?;
        let line = self.source.lines().line(self.token(header).start);
        self.raise_indentation(&format!(
            "expected an indented block after {what} on line {line}"
        ))
    }

    /// The line ends where a colon should be.
    fn missing_colon(&mut self) -> R<()> {
        self.eat(Tok::Newline)?;
        self.raise_furthest("expected ':'")
    }

    fn colon_block(&mut self) -> R<N> {
        self.eat(Tok::Colon)?;
        self.block()
    }

    fn else_block(&mut self) -> R<N> {
        self.mistake(|p| {
            let header = p.eat(Tok::Else)?;
            p.attempt(|p| p.missing_block(header, "'else' statement"));
            p.colon_block()?;
            p.eat(Tok::Elif)?;
            p.raise_furthest::<()>("'elif' block follows an 'else' block")
        });
        self.attempt(|p| {
            p.eat(Tok::Else)?;
            p.force(Tok::Colon, ":")?;
            p.block()
        })
    }

    fn if_stmt(&mut self, word: Tok) -> R<N> {
        let name = if word == Tok::If {
            "'if' statement"
        } else {
            "'elif' statement"
        };
        self.memo(
            if word == Tok::If {
                Rule::If
            } else {
                Rule::Elif
            },
            |p| {
                p.mistake(|p| {
                    let header = p.eat(word)?;
                    p.named_expression()?;
                    p.attempt(Self::missing_colon);
                    p.missing_block(header, name)
                });
                p.eat(word)?;
                p.named_expression()?;
                p.colon_block()?;
                if p.if_stmt(Tok::Elif).is_none() {
                    p.opt(Self::else_block)?;
                }
                Some(Self::NOTHING)
            },
        )
    }

    fn while_stmt(&mut self) -> R<N> {
        self.mistake(|p| {
            let header = p.eat(Tok::While)?;
            p.named_expression()?;
            p.attempt(Self::missing_colon);
            p.missing_block(header, "'while' statement")
        });
        self.attempt(|p| {
            p.eat(Tok::While)?;
            p.named_expression()?;
            p.colon_block()?;
            p.opt(Self::else_block)?;
            Some(Self::NOTHING)
        })
    }

    fn for_stmt(&mut self) -> R<N> {
        self.mistake(|p| {
            p.opt(|p| p.eat(Tok::Async))?;
            let header = p.eat(Tok::For)?;
            p.star_targets()?;
            p.eat(Tok::In)?;
            p.star_expressions()?;
            p.attempt(Self::missing_colon);
            p.missing_block(header, "'for' statement")
        });
        let mut committed = false;
        let n = self.attempt(|p| {
            p.opt(|p| p.eat(Tok::Async))?;
            p.eat(Tok::For)?;
            p.star_targets()?;
            p.eat(Tok::In)?;
            committed = true;
            p.star_expressions()?;
            p.colon_block()?;
            p.opt(Self::else_block)?;
            Some(Self::NOTHING)
        });
        if n.is_none() && !committed {
            self.mistake(Self::invalid_for_target);
        }
        n
    }

    // ------------------------------------------------------------ with

    fn with_stmt(&mut self) -> R<N> {
        self.mistake(Self::invalid_with_indent);
        for parenthesized in [true, false] {
            let n = self.attempt(|p| {
                p.opt(|p| p.eat(Tok::Async))?;
                p.eat(Tok::With)?;
                p.with_items(parenthesized, Self::with_item)?;
                p.colon_block()
            });
            if n.is_some() {
                return n;
            }
        }
        self.mistake(|p| {
            for parenthesized in [false, true] {
                p.attempt(|p| {
                    p.opt(|p| p.eat(Tok::Async))?;
                    p.eat(Tok::With)?;
                    p.with_items(parenthesized, Self::loose_with_item)?;
                    p.missing_colon()
                });
            }
            None::<()>
        });
        None
    }

    fn invalid_with_indent(&mut self) -> R<()> {
        for parenthesized in [false, true] {
            self.attempt(|p| {
                p.opt(|p| p.eat(Tok::Async))?;
                let header = p.eat(Tok::With)?;
                p.with_items(parenthesized, Self::loose_with_item)?;
                p.missing_block(header, "'with' statement")
            });
        }
        None
    }

    fn with_items(&mut self, parenthesized: bool, item: fn(&mut Self) -> R<N>) -> R<()> {
        if parenthesized {
            self.eat(Tok::Lpar)?;
        }
        self.list(item)?;
        if parenthesized {
            self.opt(|p| p.eat(Tok::Comma))?;
            self.eat(Tok::Rpar)?;
        }
        Some(())
    }

    fn loose_with_item(&mut self) -> R<N> {
        self.expression()?;
        self.opt(|p| {
            p.eat(Tok::As)?;
            p.star_target()
        })?;
        Some(Self::NOTHING)
    }

    fn with_item(&mut self) -> R<N> {
        const AFTER: [Tok; 3] = [Tok::Comma, Tok::Rpar, Tok::Colon];
        let named = self.attempt(|p| {
            p.expression()?;
            p.eat(Tok::As)?;
            p.star_target()?;
            p.ahead(|p| p.eat_any(&AFTER))?;
            Some(Self::NOTHING)
        });
        if named.is_some() {
            return named;
        }
        self.mistake(|p| {
            p.expression()?;
            p.eat(Tok::As)?;
            let n = p.expression()?;
            p.ahead(|p| p.eat_any(&AFTER))?;
            p.raise_invalid_target::<()>(n, Purpose::Assign)
        });
        self.expression()
    }

    // ------------------------------------------------------------ try

    fn try_stmt(&mut self) -> R<N> {
        self.mistake(Self::invalid_try);
        for star in [None, Some(false), Some(true)] {
            let n = self.attempt(|p| {
                p.eat(Tok::Try)?;
                p.force(Tok::Colon, ":")?;
                p.block()?;
                match star {
                    None => return p.finally_block(),
                    Some(star) => p.some(|p| p.except_block(star))?,
                };
                p.opt(Self::else_block)?;
                p.opt(Self::finally_block)?;
                Some(Self::NOTHING)
            });
            if n.is_some() {
                return n;
            }
        }
        None
    }

    fn invalid_try(&mut self) -> R<()> {
        let header = self.eat(Tok::Try)?;
        self.attempt(|p| p.missing_block(header, "'try' statement"));
        self.eat(Tok::Colon)?;
        self.attempt(|p| {
            p.block()?;
            if p.at_any(&[Tok::Except, Tok::Finally]) {
                return None;
            }
            p.raise_furthest::<()>("expected 'except' or 'finally' block")
        });
        const BOTH: &str = "cannot have both 'except' and 'except*' on the same 'try'";
        self.attempt(|p| {
            p.many(Self::block)?;
            p.some(|p| p.except_block(false))?;
            let except = p.eat(Tok::Except)?;
            let star = p.eat(Tok::Star)?;
            p.expression()?;
            p.as_clause()?;
            p.eat(Tok::Colon)?;
            let span = p.token(except).span().to(p.token(star).span());
            p.raise_span::<()>(span, BOTH)
        });
        self.attempt(|p| {
            p.many(Self::block)?;
            p.some(|p| p.except_block(true))?;
            let except = p.eat(Tok::Except)?;
            p.opt(|p| {
                p.expression()?;
                p.as_clause()
            })?;
            p.eat(Tok::Colon)?;
            p.raise_token::<()>(except, BOTH)
        })
    }

    /// An optional `as NAME`.
    fn as_clause(&mut self) -> R<()> {
        self.opt(|p| {
            p.eat(Tok::As)?;
            p.eat(Tok::Name)
        })?;
        Some(())
    }

    fn except_block(&mut self, star: bool) -> R<N> {
        self.mistake(|p| p.invalid_except_indent(star));
        let n = self.attempt(|p| {
            p.except_word(star)?;
            let plain = p.attempt(|p| {
                p.expressions()?;
                p.colon_block()
            });
            if plain.is_some() {
                return plain;
            }
            let named = p.attempt(|p| {
                p.expression()?;
                p.eat(Tok::As)?;
                p.eat(Tok::Name)?;
                p.colon_block()
            });
            if named.is_some() || star {
                return named;
            }
            p.colon_block()
        });
        if n.is_none() {
            self.mistake(|p| p.invalid_except(star));
        }
        n
    }

    fn except_word(&mut self, star: bool) -> R<usize> {
        let word = self.eat(Tok::Except)?;
        if star {
            self.eat(Tok::Star)?;
        }
        Some(word)
    }

    fn invalid_except_indent(&mut self, star: bool) -> R<()> {
        let name = if star {
            "'except*' statement"
        } else {
            "'except' statement"
        };
        let header = self.except_word(star)?;
        self.attempt(|p| {
            p.expression()?;
            p.as_clause()?;
            p.missing_block(header, name)
        });
        if star {
            None
        } else {
            self.missing_block(header, name)
        }
    }

    fn invalid_except(&mut self, star: bool) -> R<()> {
        self.except_word(star)?;
        self.attempt(|p| {
            let n = p.expression()?;
            p.eat(Tok::Comma)?;
            p.expressions()?;
            p.eat(Tok::As)?;
            p.eat(Tok::Name)?;
            p.eat(Tok::Colon)?;
            let start = p.span(n).start;
            p.raise_from::<()>(
                start,
                "multiple exception types must be parenthesized when using 'as'",
            )
        });
        self.attempt(|p| {
            p.expression()?;
            p.as_clause()?;
            p.missing_colon()
        });
        if star {
            self.attempt(|p| {
                p.eat_any(&[Tok::Newline, Tok::Colon])?;
                p.raise_furthest::<()>("expected one or more exception types")
            });
        } else {
            self.attempt(Self::missing_colon);
        }
        self.attempt(|p| {
            p.expression()?;
            p.eat(Tok::As)?;
            let n = p.expression()?;
            p.colon_block()?;
            let word = if star { "except*" } else { "except" };
            let message = format!("cannot use {word} statement with {}", p.kind(n).noun());
            p.raise_node::<()>(n, message)
        })
    }

    fn finally_block(&mut self) -> R<N> {
        self.mistake(|p| {
            let header = p.eat(Tok::Finally)?;
            p.missing_block(header, "'finally' statement")
        });
        self.attempt(|p| {
            p.eat(Tok::Finally)?;
            p.force(Tok::Colon, ":")?;
            p.block()
        })
    }

    // ------------------------------------------------------------ definitions

    fn decorators(&mut self) -> R<()> {
        self.many(|p| {
            p.eat(Tok::At)?;
            p.named_expression()?;
            p.eat(Tok::Newline)
        })?;
        Some(())
    }

    fn function_def(&mut self) -> R<N> {
        self.attempt(|p| {
            p.decorators()?;
            p.mistake(Self::invalid_function);
            p.opt(|p| p.eat(Tok::Async))?;
            p.eat(Tok::Def)?;
            p.eat(Tok::Name)?;
            p.opt(Self::type_params)?;
            p.force(Tok::Lpar, "(")?;
            p.opt(|p| p.parameters(false))?;
            p.eat(Tok::Rpar)?;
            p.opt(Self::returns)?;
            p.force(Tok::Colon, ":")?;
            p.block()
        })
    }

    fn returns(&mut self) -> R<N> {
        self.eat(Tok::Arrow)?;
        self.expression()
    }

    fn invalid_function(&mut self) -> R<()> {
        self.opt(|p| p.eat(Tok::Async))?;
        let header = self.eat(Tok::Def)?;
        self.eat(Tok::Name)?;
        self.opt(Self::type_params)?;
        self.eat(Tok::Lpar)?;
        self.opt(|p| p.parameters(false))?;
        self.eat(Tok::Rpar)?;
        self.opt(Self::returns)?;
        self.missing_block(header, "function definition")
    }

    fn class_header(&mut self) -> R<usize> {
        let header = self.eat(Tok::Class)?;
        self.eat(Tok::Name)?;
        self.opt(Self::type_params)?;
        self.opt(|p| {
            p.eat(Tok::Lpar)?;
            p.opt(Self::arguments)?;
            p.eat(Tok::Rpar)
        })?;
        Some(header)
    }

    fn class_def(&mut self) -> R<N> {
        self.attempt(|p| {
            p.decorators()?;
            p.mistake(|p| {
                let header = p.class_header()?;
                p.attempt(Self::missing_colon);
                p.missing_block(header, "class definition")
            });
            p.class_header()?;
            p.colon_block()
        })
    }

    // ------------------------------------------------------------ match

    fn match_stmt(&mut self) -> R<N> {
        if self.text(self.pos) != "match" {
            return None;
        }
        let n = self.attempt(|p| {
            p.eat_word("match")?;
            p.subject()?;
            p.eat(Tok::Colon)?;
            p.eat(Tok::Newline)?;
            p.eat(Tok::Indent)?;
            p.some(Self::case_block)?;
            p.eat(Tok::Dedent)?;
            Some(Self::NOTHING)
        });
        if n.is_none() {
            self.mistake(|p| {
                let header = p.eat_word("match")?;
                p.subject()?;
                p.attempt(Self::missing_colon);
                p.missing_block(header, "'match' statement")
            });
        }
        n
    }

    fn subject(&mut self) -> R<N> {
        let tuple = self.attempt(|p| {
            p.star_named_expression()?;
            p.eat(Tok::Comma)?;
            p.opt(Self::star_named_expressions)?;
            Some(Self::NOTHING)
        });
        match tuple {
            Some(n) => Some(n),
            None => self.named_expression(),
        }
    }

    fn case_header(&mut self) -> R<usize> {
        let header = self.eat_word("case")?;
        self.patterns()?;
        self.opt(|p| {
            p.eat(Tok::If)?;
            p.named_expression()
        })?;
        Some(header)
    }

    fn case_block(&mut self) -> R<N> {
        self.mistake(|p| {
            let header = p.case_header()?;
            p.attempt(Self::missing_colon);
            p.missing_block(header, "'case' statement")
        });
        self.attempt(|p| {
            p.case_header()?;
            p.colon_block()
        })
    }
}
