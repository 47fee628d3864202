//! Putting string literals together: implicit concatenation, f-strings and t-strings.

use crate::actions::{Checked, Cx, fail_for_good};
use crate::ast::{Constant, Conversion, Expr, ExprKind, ExprRef};
use crate::escapes::{Content, cook};
use crate::lex_string::string_content;
use crate::source::Span;
use crate::token::{Tok, Token};
use bumpalo::Bump;

/// One literal of a row of adjacent literals.
#[derive(Debug)]
pub(crate) enum Piece<'a> {
    Plain(Span),
    Template {
        opener: Span,
        is_t: bool,
        parts: Vec<Part<'a>>,
    },
}

/// A part of an f- or t-string.
#[derive(Debug)]
pub(crate) enum Part<'a> {
    Text(Span),
    Field(Field<'a>),
}

/// A replacement field.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    pub span: Span,
    /// The expression's text with the white space around it.
    pub text: Span,
    pub value: ExprRef<'a>,
    /// Where the `=` ends; the text up to the next token is shown too.
    pub debug: Option<u32>,
    /// Where the `!` is, and the name after it.
    pub conversion: Option<(u32, Span)>,
    /// From the `:`, and its parts.
    pub spec: Option<(Span, Vec<Part<'a>>)>,
}

/// Literal text or a finished field, before neighbouring texts are joined.
enum Item<'a> {
    Text {
        value: &'a [u8],
        span: Span,
        u: bool,
    },
    Field(ExprRef<'a>),
}

/// The string in which a part stands.
#[derive(Clone, Copy)]
struct Style {
    raw: bool,
    is_t: bool,
    in_spec: bool,
}

impl<'a> Cx<'a, '_> {
    /// A row of adjacent literals.
    pub fn strings(
        &mut self,
        start: u32,
        end: u32,
        pieces: Vec<Piece<'a>>,
    ) -> Checked<ExprRef<'a>> {
        if let [Piece::Plain(span)] = pieces[..] {
            let constant = self.plain(span)?;
            return Ok(self.expr(start, end, ExprKind::Constant(constant)));
        }
        let templates = pieces
            .iter()
            .filter(|p| matches!(p, Piece::Template { is_t: true, .. }))
            .count();
        if templates > 0 && templates < pieces.len() {
            return fail_for_good(
                "cannot mix t-string literals with string or bytes literals",
                Span { start, end },
            );
        }
        self.check_bytes(end, &pieces)?;
        let plain_only = pieces.iter().all(|p| matches!(p, Piece::Plain(_)));
        let kind = if plain_only {
            self.concatenate(&pieces)?
        } else {
            self.template(pieces, templates > 0)?
        };
        Ok(self.expr(start, end, kind))
    }

    fn is_bytes(&self, span: Span) -> bool {
        string_content(self.src.as_bytes(), span).2
    }

    /// Bytes and text don't mix; CPython blames the token after the row.
    fn check_bytes(&self, end: u32, pieces: &[Piece<'a>]) -> Checked<()> {
        let is_bytes = |p: &Piece<'a>| matches!(p, Piece::Plain(span) if self.is_bytes(*span));
        let bytes = pieces.iter().filter(|p| is_bytes(p)).count();
        if bytes == 0 || bytes == pieces.len() {
            return Ok(());
        }
        let next = self.tokens.partition_point(|t| t.start < end);
        let span = self
            .tokens
            .get(next)
            .map_or(Span::new(end, end), |t| match t.kind {
                Tok::Newline => Span::new(t.start, t.start + 1),
                _ => t.span(),
            });
        fail_for_good("cannot mix bytes and nonbytes literals", span)
    }

    /// The value of one plain literal.
    fn plain(&mut self, span: Span) -> Checked<Constant<'a>> {
        let (inner, raw, bytes, u) = string_content(self.src.as_bytes(), span);
        if bytes && !self.text(inner).is_ascii() {
            return fail_for_good("bytes can only contain ASCII literal characters", span);
        }
        let content = Content {
            start: inner.start,
            raw,
            bytes,
            braces: false,
        };
        let value = self.cook(inner, content, span)?;
        Ok(if bytes {
            Constant::Bytes(value)
        } else {
            Constant::Str { value, u }
        })
    }

    /// Cooks a range; `blame` is the range of an error. Without anything to do, it is the source itself.
    fn cook(&mut self, inner: Span, content: Content, blame: Span) -> Checked<&'a [u8]> {
        let text: &'a str = self.text(inner);
        let src = text.as_bytes();
        let untouched = (content.raw || memchr::memchr(b'\\', src).is_none())
            && !(content.braces && memchr::memchr2(b'{', b'}', src).is_some());
        if untouched {
            return Ok(src);
        }
        match cook(text, content, self.warnings) {
            Ok(value) => Ok(copy(self.arena, &value)),
            Err(message) => fail_for_good(message, blame),
        }
    }

    fn concatenate(&mut self, pieces: &[Piece<'a>]) -> Checked<ExprKind<'a>> {
        let mut joined = Vec::new();
        let mut first = None;
        for piece in pieces {
            let Piece::Plain(span) = piece else { continue };
            let constant = self.plain(*span)?;
            match constant {
                Constant::Str { value, .. } | Constant::Bytes(value) => {
                    joined.extend_from_slice(value)
                }
                _ => {}
            }
            first.get_or_insert(constant);
        }
        let value = copy(self.arena, &joined);
        Ok(ExprKind::Constant(match first {
            Some(Constant::Bytes(_)) => Constant::Bytes(value),
            Some(Constant::Str { u, .. }) => Constant::Str { value, u },
            _ => Constant::Str { value, u: false },
        }))
    }

    fn template(&mut self, pieces: Vec<Piece<'a>>, is_t: bool) -> Checked<ExprKind<'a>> {
        let mut items = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Plain(span) => {
                    if let Constant::Str { value, u } = self.plain(span)? {
                        items.push(Item::Text { value, span, u });
                    }
                }
                Piece::Template { opener, parts, .. } => {
                    let raw = self.text(opener).bytes().any(|b| matches!(b, b'r' | b'R'));
                    self.parts(
                        parts,
                        Style {
                            raw,
                            is_t,
                            in_spec: false,
                        },
                        &mut items,
                    )?;
                }
            }
        }
        let values = self.join(items);
        Ok(if is_t {
            ExprKind::TemplateStr { values }
        } else {
            ExprKind::JoinedStr { values }
        })
    }

    fn parts(
        &mut self,
        parts: Vec<Part<'a>>,
        style: Style,
        items: &mut Vec<Item<'a>>,
    ) -> Checked<()> {
        for part in parts {
            match part {
                Part::Text(span) => {
                    let content = Content {
                        start: span.start,
                        raw: style.raw,
                        bytes: false,
                        braces: !style.in_spec,
                    };
                    let value = self.cook(span, content, span)?;
                    items.push(Item::Text {
                        value,
                        span,
                        u: false,
                    });
                }
                Part::Field(field) => self.field(field, style, items)?,
            }
        }
        Ok(())
    }

    fn field(&mut self, field: Field<'a>, style: Style, items: &mut Vec<Item<'a>>) -> Checked<()> {
        if let Some(end) = field.debug {
            let span = Span::new(field.text.start, self.next_start(end));
            let value = self.without_comments(span).as_bytes();
            items.push(Item::Text {
                value,
                span,
                u: false,
            });
        }
        let mut conversion = self.conversion(&field, style)?;
        if conversion == Conversion::None && field.debug.is_some() && field.spec.is_none() {
            conversion = Conversion::Repr;
        }
        let format_spec = match field.spec {
            None => None,
            Some((span, parts)) => {
                let mut inner = Vec::new();
                self.parts(
                    parts,
                    Style {
                        in_spec: true,
                        is_t: false,
                        ..style
                    },
                    &mut inner,
                )?;
                let values = self.join(inner);
                Some(self.expr(span.start, span.end, ExprKind::JoinedStr { values }))
            }
        };
        let value = field.value;
        let kind = if style.is_t {
            let text = Span::new(field.text.start, self.next_start(field.text.end));
            let text = self.without_comments(text);
            ExprKind::Interpolation {
                value,
                text,
                conversion,
                format_spec,
            }
        } else {
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            }
        };
        items.push(Item::Field(self.expr(
            field.span.start,
            field.span.end,
            kind,
        )));
        Ok(())
    }

    /// Where the first token at or after an offset starts.
    fn next_start(&self, offset: u32) -> u32 {
        let next = self.tokens.partition_point(|t| t.start < offset);
        self.tokens.get(next).map_or(offset, |t| t.start)
    }

    fn conversion(&self, field: &Field<'a>, style: Style) -> Checked<Conversion> {
        let Some((mark, name)) = field.conversion else {
            return Ok(Conversion::None);
        };
        let prefix = if style.is_t { 't' } else { 'f' };
        if name.start != mark + 1 {
            let message = "conversion type must come right after the exclamation mark";
            return fail_for_good(
                format!("{prefix}-string: {message}"),
                Span::new(mark, name.end),
            );
        }
        match self.text(name) {
            "s" => Ok(Conversion::Str),
            "r" => Ok(Conversion::Repr),
            "a" => Ok(Conversion::Ascii),
            other => fail_for_good(
                format!(
                    "{prefix}-string: invalid conversion character '{other}': expected 's', 'r', or 'a'"
                ),
                name,
            ),
        }
    }

    /// Joins neighbouring texts and drops empty ones.
    fn join(&mut self, items: Vec<Item<'a>>) -> &'a [&'a Expr<'a>] {
        let mut values: Vec<ExprRef<'a>> = Vec::new();
        let mut run: Vec<(&'a [u8], Span, bool)> = Vec::new();
        for item in items {
            match item {
                Item::Text { value, span, u } => run.push((value, span, u)),
                Item::Field(expr) => {
                    self.flush(&mut run, &mut values);
                    values.push(expr);
                }
            }
        }
        self.flush(&mut run, &mut values);
        self.list(values)
    }

    fn flush(&mut self, run: &mut Vec<(&'a [u8], Span, bool)>, values: &mut Vec<ExprRef<'a>>) {
        let (Some(&first), Some(&last)) = (run.first(), run.last()) else {
            return;
        };
        let value = match run.as_slice() {
            [(value, ..)] => value,
            _ => {
                let joined: Vec<u8> = run.iter().flat_map(|part| part.0.iter().copied()).collect();
                copy(self.arena, &joined)
            }
        };
        if !value.is_empty() {
            let kind = ExprKind::Constant(Constant::Str { value, u: first.2 });
            values.push(self.expr(first.1.start, last.1.end, kind));
        }
        run.clear();
    }

    /// Source text without its comments.
    fn without_comments(&self, span: Span) -> &'a str {
        let text = self.text(span);
        if !text.contains('#') {
            return text;
        }
        let mut out = String::new();
        let mut pos = span.start;
        let first = self.tokens.partition_point(|t| t.start < span.start);
        let tokens = self.tokens[first..]
            .iter()
            .take_while(|t| t.end <= span.end);
        for &Token { start, end, .. } in tokens {
            self.copy_gap(Span::new(pos, start.max(pos)), &mut out);
            out.push_str(self.text(Span::new(start.max(pos), end.max(pos))));
            pos = end.max(pos);
        }
        self.copy_gap(Span::new(pos, span.end), &mut out);
        self.arena.alloc_str(&out)
    }

    /// White space between tokens, with comments cut.
    fn copy_gap(&self, gap: Span, out: &mut String) {
        for (i, line) in self.text(gap).split('\n').enumerate() {
            if i > 0 {
                out.push('\n');
            }
            out.push_str(line.split('#').next().unwrap_or(""));
        }
    }
}

/// A copy in the arena.
fn copy<'a>(arena: &'a Bump, bytes: &[u8]) -> &'a [u8] {
    arena.alloc_slice_copy(bytes)
}
