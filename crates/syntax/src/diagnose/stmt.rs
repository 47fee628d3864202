//! Entry points and simple statements.

use super::engine::{Diagnoser, R, Rule};
use super::node::N;
use super::target::Purpose;
use crate::parse::Mode;
use crate::token::Tok;

const AUGMENTED: [Tok; 13] = [
    Tok::PlusEqual,
    Tok::MinusEqual,
    Tok::StarEqual,
    Tok::AtEqual,
    Tok::SlashEqual,
    Tok::PercentEqual,
    Tok::AmpersandEqual,
    Tok::BarEqual,
    Tok::CaretEqual,
    Tok::LeftShiftEqual,
    Tok::RightShiftEqual,
    Tok::DoubleStarEqual,
    Tok::DoubleSlashEqual,
];

impl Diagnoser<'_> {
    /// Parses a whole program; whether it is accepted.
    pub fn start(&mut self, mode: Mode) -> bool {
        let accepted = self.attempt(|p| match mode {
            Mode::Module => {
                p.many(Self::statement)?;
                p.eat(Tok::End).map(|_| ())
            }
            Mode::Eval => {
                p.expressions()?;
                p.many(|p| p.eat(Tok::Newline))?;
                p.eat(Tok::End).map(|_| ())
            }
            Mode::Interactive => p.interactive(),
            Mode::FuncType => p.func_type(),
        });
        accepted.is_some()
    }

    fn interactive(&mut self) -> R<()> {
        if self.compound_stmt().is_some() {
            self.opt(|p| p.eat(Tok::Newline))?;
            return self.eat(Tok::End).map(|_| ());
        }
        self.simple_stmts()?;
        // Everything after the line counts, even if it isn't a statement.
        if self.token(self.pos).kind == Tok::End {
            return Some(());
        }
        self.raise_furthest("multiple statements found while compiling a single statement")
    }

    fn func_type(&mut self) -> R<()> {
        self.eat(Tok::Lpar)?;
        self.opt(|p| {
            p.list(|p| {
                p.opt(|p| p.eat_any(&[Tok::Star, Tok::DoubleStar]))?;
                p.expression()
            })
        })?;
        self.eat(Tok::Rpar)?;
        self.eat(Tok::Arrow)?;
        self.expression()?;
        self.many(|p| p.eat(Tok::Newline))?;
        self.eat(Tok::End).map(|_| ())
    }

    pub fn statement(&mut self) -> R<N> {
        self.memo(Rule::Statement, |p| {
            let from = p.pos;
            let Some(n) = p.compound_stmt() else {
                return p.simple_stmts();
            };
            let place = p.source.locate(p.token(from).start);
            if place.line >= p.last_statement.0 {
                p.last_statement = (place.line, place.column);
            }
            Some(n)
        })
    }

    pub fn simple_stmts(&mut self) -> R<N> {
        self.attempt(|p| {
            p.simple_stmt()?;
            p.many(|p| {
                p.eat(Tok::Semi)?;
                p.simple_stmt()
            })?;
            p.opt(|p| p.eat(Tok::Semi))?;
            p.eat(Tok::Newline)?;
            Some(Self::NOTHING)
        })
    }

    pub fn simple_stmt(&mut self) -> R<N> {
        self.memo(Rule::SimpleStmt, |p| {
            if let Some(n) = p.assignment() {
                return Some(n);
            }
            if let Some(n) = p.type_alias() {
                return Some(n);
            }
            if let Some(n) = p.star_expressions() {
                return Some(n);
            }
            p.keyword_stmt()
        })
    }

    fn keyword_stmt(&mut self) -> R<N> {
        match self.peek() {
            Tok::Return => self.attempt(|p| {
                p.eat(Tok::Return)?;
                p.opt(Self::star_expressions)?;
                Some(Self::NOTHING)
            }),
            Tok::Import | Tok::From => self.import_stmt(),
            Tok::Raise => self.attempt(|p| {
                p.eat(Tok::Raise)?;
                p.opt(|p| {
                    p.expression()?;
                    p.opt(|p| {
                        p.eat(Tok::From)?;
                        p.expression()
                    })
                })?;
                Some(Self::NOTHING)
            }),
            Tok::Del => self.del_stmt(),
            Tok::Yield => self.yield_expr(),
            Tok::Assert => self.attempt(|p| {
                p.eat(Tok::Assert)?;
                p.expression()?;
                p.opt(|p| {
                    p.eat(Tok::Comma)?;
                    p.expression()
                })?;
                Some(Self::NOTHING)
            }),
            Tok::Global | Tok::Nonlocal => self.attempt(|p| {
                p.eat_any(&[Tok::Global, Tok::Nonlocal])?;
                p.list(|p| p.eat(Tok::Name))?;
                Some(Self::NOTHING)
            }),
            _ => self
                .eat_any(&[Tok::Pass, Tok::Break, Tok::Continue])
                .map(|_| Self::NOTHING),
        }
    }

    fn type_alias(&mut self) -> R<N> {
        self.attempt(|p| {
            p.eat_word("type")?;
            p.eat(Tok::Name)?;
            p.opt(Self::type_params)?;
            p.eat(Tok::Equal)?;
            p.expression()
        })
    }

    fn del_stmt(&mut self) -> R<N> {
        let n = self.attempt(|p| {
            p.eat(Tok::Del)?;
            p.del_targets()?;
            p.ahead(|p| p.eat_any(&[Tok::Semi, Tok::Newline]))?;
            Some(Self::NOTHING)
        });
        if n.is_none() {
            self.mistake(|p| {
                p.eat(Tok::Del)?;
                let n = p.star_expressions()?;
                p.raise_invalid_target::<()>(n, Purpose::Delete)
            });
        }
        n
    }

    // ------------------------------------------------------------ assignments

    fn assignment(&mut self) -> R<N> {
        for rule in [Self::annotated, Self::plain_assignment] {
            if let Some(n) = self.attempt(rule) {
                return Some(n);
            }
        }
        let mut committed = false;
        let augmented = self.attempt(|p| {
            p.single_target()?;
            p.eat_any(&AUGMENTED)?;
            committed = true;
            p.annotated_rhs()
        });
        if augmented.is_none() && !committed {
            self.mistake(Self::invalid_assignment);
        }
        augmented
    }

    fn annotated(&mut self) -> R<N> {
        let named = self.attempt(|p| {
            p.eat(Tok::Name)?;
            p.eat(Tok::Colon)
        });
        if named.is_none() {
            let group = self.attempt(|p| {
                p.eat(Tok::Lpar)?;
                p.single_target()?;
                p.eat(Tok::Rpar)
            });
            if group.is_none() {
                self.trailed_target()?;
            }
            self.eat(Tok::Colon)?;
        }
        self.expression()?;
        self.opt(|p| {
            p.eat(Tok::Equal)?;
            p.annotated_rhs()
        })?;
        Some(Self::NOTHING)
    }

    fn assigned_target(&mut self) -> R<N> {
        self.star_targets()?;
        self.eat(Tok::Equal)?;
        Some(Self::NOTHING)
    }

    fn plain_assignment(&mut self) -> R<N> {
        self.some(Self::assigned_target)?;
        self.annotated_rhs()?;
        self.not_ahead(|p| p.eat(Tok::Equal))?;
        Some(Self::NOTHING)
    }

    fn invalid_assignment(&mut self) -> R<()> {
        self.attempt(|p| {
            let n = p.bracketed_annotation_target()?;
            p.eat(Tok::Colon)?;
            p.expression()?;
            let message = format!(
                "only single target (not {}) can be annotated",
                p.kind(n).noun()
            );
            p.raise_node::<()>(n, message)
        });
        self.attempt(|p| {
            let n = p.star_named_expression()?;
            p.eat(Tok::Comma)?;
            p.many(Self::star_named_expressions)?;
            p.eat(Tok::Colon)?;
            p.expression()?;
            p.raise_node::<()>(n, "only single target (not tuple) can be annotated")
        });
        self.attempt(|p| {
            let n = p.expression()?;
            p.eat(Tok::Colon)?;
            p.expression()?;
            p.raise_node::<()>(n, "illegal target for annotation")
        });
        self.attempt(|p| {
            p.many(Self::assigned_target)?;
            let n = p.star_expressions()?;
            p.eat(Tok::Equal)?;
            p.raise_invalid_target::<()>(n, Purpose::Assign)
        });
        self.attempt(|p| {
            p.many(Self::assigned_target)?;
            let n = p.yield_expr()?;
            p.eat(Tok::Equal)?;
            p.raise_node::<()>(n, "assignment to yield expression not possible")
        });
        self.attempt(|p| {
            let n = p.star_expressions()?;
            p.eat_any(&AUGMENTED)?;
            p.annotated_rhs()?;
            let message = format!(
                "'{}' is an illegal expression for augmented assignment",
                p.kind(n).noun()
            );
            p.raise_node::<()>(n, message)
        })
    }

    fn bracketed_annotation_target(&mut self) -> R<N> {
        if let Some(n) = self.list_display() {
            return Some(n);
        }
        if let Some(n) = self.tuple() {
            return Some(n);
        }
        self.attempt(|p| {
            p.eat(Tok::Lpar)?;
            let n = p.bracketed_annotation_target()?;
            p.eat(Tok::Rpar)?;
            Some(n)
        })
    }

    // ------------------------------------------------------------ imports

    fn import_stmt(&mut self) -> R<N> {
        self.mistake(Self::invalid_import);
        let plain = self.attempt(|p| {
            p.eat(Tok::Import)?;
            p.list(Self::dotted_as_name)?;
            Some(Self::NOTHING)
        });
        if plain.is_some() {
            return plain;
        }
        self.attempt(|p| {
            p.eat(Tok::From)?;
            let dots = p.many(|p| p.eat_any(&[Tok::Dot, Tok::Ellipsis]))?;
            let name = p.opt(Self::dotted_name)?;
            if dots.is_empty() {
                name?;
            }
            p.eat(Tok::Import)?;
            p.import_from_targets()
        })
    }

    fn invalid_import(&mut self) -> R<()> {
        let import = self.eat(Tok::Import)?;
        if let Some(newline) = self.eat(Tok::Newline) {
            let start = self.token(newline).start;
            return self.raise_from(start, "Expected one or more names after 'import'");
        }
        self.list(Self::dotted_name)?;
        self.eat(Tok::From)?;
        self.dotted_name()?;
        let start = self.token(import).start;
        self.raise_from(start, "Did you mean to use 'from ... import ...' instead?")
    }

    fn dotted_name(&mut self) -> R<()> {
        self.eat(Tok::Name)?;
        self.many(|p| {
            p.eat(Tok::Dot)?;
            p.eat(Tok::Name)
        })?;
        Some(())
    }

    fn dotted_as_name(&mut self) -> R<()> {
        self.mistake(|p| {
            p.dotted_name()?;
            p.invalid_as_target()
        });
        self.dotted_name()?;
        self.as_name()
    }

    fn as_name(&mut self) -> R<()> {
        self.opt(|p| {
            p.eat(Tok::As)?;
            p.eat(Tok::Name)
        })?;
        Some(())
    }

    fn invalid_as_target(&mut self) -> R<()> {
        self.eat(Tok::As)?;
        self.not_ahead(|p| {
            p.eat(Tok::Name)?;
            p.eat_any(&[Tok::Comma, Tok::Rpar, Tok::Semi, Tok::Newline])
        })?;
        let n = self.expression()?;
        let message = format!("cannot use {} as import target", self.kind(n).noun());
        self.raise_node(n, message)
    }

    fn import_from_as_name(&mut self) -> R<()> {
        self.mistake(|p| {
            p.eat(Tok::Name)?;
            p.invalid_as_target()
        });
        self.eat(Tok::Name)?;
        self.as_name()
    }

    fn import_from_targets(&mut self) -> R<N> {
        let grouped = self.attempt(|p| {
            p.eat(Tok::Lpar)?;
            p.list(Self::import_from_as_name)?;
            p.opt(|p| p.eat(Tok::Comma))?;
            p.eat(Tok::Rpar)?;
            Some(Self::NOTHING)
        });
        if grouped.is_some() {
            return grouped;
        }
        let bare = self.attempt(|p| {
            p.list(Self::import_from_as_name)?;
            p.not_ahead(|p| p.eat(Tok::Comma))?;
            Some(Self::NOTHING)
        });
        if bare.is_some() {
            return bare;
        }
        if self.eat(Tok::Star).is_some() {
            return Some(Self::NOTHING);
        }
        self.mistake(|p| {
            if let Some(newline) = p.eat(Tok::Newline) {
                let start = p.token(newline).start;
                return p.raise_from::<()>(start, "Expected one or more names after 'import'");
            }
            p.list(Self::import_from_as_name)?;
            p.eat(Tok::Comma)?;
            p.eat(Tok::Newline)?;
            p.raise_furthest::<()>("trailing comma not allowed without surrounding parentheses")
        });
        None
    }
}
