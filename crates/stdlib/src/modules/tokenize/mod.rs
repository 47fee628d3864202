//! `_tokenize`: the iterator behind the library's `tokenize`.

mod scan;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call;
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::str_codec;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::Type;
use pyjit_runtime::{R, Raised, Thread, py_class};

use crate::layout::{Item, itself};
use crate::{native_layout, native_module};
use scan::{Fault, FaultKind, Frame, Scan, Stop, Token};

native_layout! {
    /// Where the lines come from, the current line, and the state of the scanner as a list of ints.
    TokenizerIter = 312, refs 1..5 { readline, encoding, line, state } ints { extra }
}

/// Numbers of the operators, when they are told apart, from `LPAR` on.
const EXACT: &[&str] = &[
    "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%", "{",
    "}", "==", "!=", "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=", "&=",
    "|=", "^=", "<<=", ">>=", "**=", "//", "//=", "@", "@=", "->", "...", ":=", "!",
];

fn new(
    t: &Thread,
    class: Gc<Type>,
    readline: Value,
    extra_tokens: bool,
    encoding: Option<Value>,
) -> R<Value> {
    let empty = intern("").value();
    let it = TokenizerIter::alloc(
        class,
        readline,
        encoding.unwrap_or(Value::NONE),
        empty,
        Value::NONE,
        i64::from(extra_tokens),
    );
    it.save(t, &Scan::new())?;
    Ok(it.value())
}

impl TokenizerIter {
    /// Keeps the state between two tokens.
    fn save(&self, t: &Thread, s: &Scan) -> R<()> {
        let this: Gc<TokenizerIter> = Gc::of(self);
        let line: String = s.line.iter().collect();
        this.line.set(this, Str::new(&line).value());
        let mut n = vec![s.row, s.col as i64, s.dedents, s.brackets];
        n.extend([s.begin, s.blank, s.ended, s.done].map(i64::from));
        n.push(s.indents.len() as i64);
        n.extend(s.indents.iter().flat_map(|(a, b)| [*a, *b]));
        for f in &s.frames {
            match *f {
                Frame::Text {
                    quote,
                    triple,
                    raw,
                    kind,
                    row,
                    col,
                } => n.extend([
                    0,
                    quote as i64,
                    i64::from(triple),
                    i64::from(raw),
                    kind,
                    row,
                    col,
                ]),
                Frame::Field { depth } => n.extend([1, depth as i64]),
                Frame::Spec => n.push(2),
            }
        }
        let list = List::new();
        for i in n {
            list.push(t, Value::int(i))?;
        }
        this.state.set(this, list.value());
        Ok(())
    }
    fn load(&self) -> Scan {
        let list: Gc<List> = Gc::from_value(self.state.get());
        let mut n = list.items().iter().map(|v| v.as_int());
        let mut next = || n.next().unwrap_or(0);
        let (row, col, dedents, brackets) = (next(), next() as usize, next(), next());
        let [begin, blank, ended, done] = [next(), next(), next(), next()].map(|b| b != 0);
        let indents = (0..next()).map(|_| (next(), next())).collect();
        let mut frames = vec![];
        while let Some(tag) = n.next() {
            let mut next = || n.next().unwrap_or(0);
            frames.push(match tag {
                0 => Frame::Text {
                    quote: if next() == '"' as i64 { '"' } else { '\'' },
                    triple: next() != 0,
                    raw: next() != 0,
                    kind: next(),
                    row: next(),
                    col: next(),
                },
                1 => Frame::Field {
                    depth: next() as usize,
                },
                _ => Frame::Spec,
            });
        }
        let line = Gc::<Str>::from_value(self.line.get());
        Scan {
            line: line.lossy().chars().collect(),
            row,
            col,
            begin,
            blank,
            ended,
            done,
            dedents,
            brackets,
            indents,
            frames,
        }
    }
}

/// The next line from `readline`.
fn read(t: &Thread, this: Gc<TokenizerIter>) -> Result<Option<Vec<char>>, Stop> {
    let line = match call::call(t, this.readline.get(), &[]) {
        Ok(line) => line,
        Err(_) if errors::catch(t, Exc::StopIteration) => return Ok(None),
        Err(e) => return Err(e.into()),
    };
    let encoding = this.encoding.get();
    let text = if let Some(name) = encoding.cast::<Str>() {
        if line.cast::<Bytes>().is_none() {
            let m = "readline() returned a non-bytes object";
            return Err(errors::type_error(t, m).into());
        }
        str_codec::decode_named(t, line, &name.lossy(), "replace")?
    } else {
        match line.cast::<Str>() {
            Some(s) => s,
            None => {
                let m = "readline() returned a non-string object";
                return Err(errors::type_error(t, m).into());
            }
        }
    };
    Ok(Some(text.lossy().chars().collect()))
}

fn next(t: &Thread, this: Gc<TokenizerIter>) -> R<Item> {
    let mut scan = this.load();
    let extra = this.extra.get() != 0;
    loop {
        let found = scan.next(&mut || read(t, this));
        match found {
            Ok(Some(token)) => {
                if !extra && matches!(token.kind, scan::kind::COMMENT | scan::kind::NL) {
                    continue;
                }
                this.save(t, &scan)?;
                return Ok(Item(Some(shown(token, extra))));
            }
            Ok(None) => return Ok(Item(None)),
            Err(Stop::Raised(e)) => return Err(e),
            Err(Stop::Fault(f)) => {
                scan.done = true;
                this.save(t, &scan)?;
                return Err(raise(t, &f));
            }
        }
    }
}

fn shown(token: Token, extra: bool) -> Value {
    let n = Value::int;
    let (mut kind, mut token) = (token.kind, token);
    if !extra && kind == scan::kind::NEWLINE {
        token.text.clear();
        token.end = token.start;
    }
    if !extra && kind == scan::kind::OP {
        let at = EXACT.iter().position(|op| *op == token.text);
        kind = at.map_or(kind, |i| i as i64 + 7);
    }
    let place = |(row, col): (i64, i64)| Tuple::new(&[n(row), n(col)]).value();
    let text = Str::new(&token.text).value();
    let (start, end) = (place(token.start), place(token.end));
    let line = Str::new(&token.line).value();
    Tuple::new(&[n(kind), text, start, end, line]).value()
}

#[cold]
fn raise(t: &Thread, f: &Fault) -> Raised {
    let n = Value::int;
    let class = match f.kind {
        FaultKind::Tab => Exc::TabError,
        FaultKind::Indentation => Exc::IndentationError,
        _ => Exc::SyntaxError,
    };
    let message = Str::new(&f.message).value();
    let ends = |v: i64| if f.ends { n(v) } else { Value::NONE };
    let file = Str::new("<string>").value();
    let text = Str::new(&f.line).value();
    let place = [
        file,
        n(f.row),
        n(f.offset),
        text,
        ends(f.row),
        ends(f.offset),
    ];
    let x = match f.kind {
        FaultKind::End => Exception::new(class.class(), &[message]),
        _ => Exception::new(class.class(), &[message, Tuple::new(&place).value()]),
    };
    x.set_extra(0, message);
    for (i, v) in place.iter().enumerate() {
        x.set_extra(i + 1, *v);
    }
    errors::set(t, x.value())
}

py_class! {
    pub TOKENIZER_ITER: TokenizerIter = "TokenizerIter", base kinds::OBJECT, flags 0, module "_tokenize";
    methods {
        @staticmethod __new__(cls, readline, /, *, extra_tokens, encoding=None) => new;
        __iter__(self, /) => itself;
        __next__(self, /) => next;
    }
    getset {}
}

native_module! {
    pub MODULE = "_tokenize", classes [TOKENIZER_ITER];
    functions {}
}
