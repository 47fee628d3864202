//! The prompt on a terminal: line editing by `rustyline`.

use std::borrow::Cow;
use std::path::PathBuf;

use pyjit_heap::{Gc, RootVec, Value};
use pyjit_runtime::core::{attr, call};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::{R, Thread};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Helper};

use super::colours::paint;
use super::input::{Input, Line, is_unfinished};

/// The editor and its history.
pub struct Editor<'t> {
    editor: rustyline::Editor<Assistant<'t>, DefaultHistory>,
    history: Option<PathBuf>,
}

impl<'t> Editor<'t> {
    /// None if the terminal cannot be used.
    pub fn new(t: &'t Thread, ns: Gc<Dict>) -> Option<Editor<'t>> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .max_history_size(10_000)
            .ok()?
            .build();
        let mut editor = rustyline::Editor::with_config(config).ok()?;
        editor.set_helper(Some(Assistant {
            t,
            namespace: [ns.value()].into_iter().collect(),
            colours: std::env::var_os("NO_COLOR").is_none(),
        }));
        let history = std::env::var_os("PYTHON_HISTORY")
            .map(PathBuf::from)
            .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".pyjit_history")));
        if let Some(file) = &history {
            // The first session has none.
            let _ = editor.load_history(file);
        }
        Some(Editor { editor, history })
    }
}

impl Input for Editor<'_> {
    fn read(&mut self, first: &str, _next: &str) -> Line {
        match self.editor.readline(first) {
            Ok(text) => {
                let _ = self.editor.add_history_entry(text.trim_end());
                if let Some(file) = &self.history {
                    let _ = self.editor.append_history(file);
                }
                Line::Text(text)
            }
            Err(ReadlineError::Interrupted) => Line::Interrupted,
            Err(_) => Line::End,
        }
    }
}

/// What the editor asks while a statement is typed.
struct Assistant<'t> {
    t: &'t Thread,
    namespace: RootVec,
    colours: bool,
}

impl Helper for Assistant<'_> {}
impl Hinter for Assistant<'_> {
    type Hint = String;
}

impl Validator for Assistant<'_> {
    fn validate(&self, context: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        Ok(match is_unfinished(context.input()) {
            true => ValidationResult::Incomplete,
            false => ValidationResult::Valid(None),
        })
    }
}

impl Highlighter for Assistant<'_> {
    fn highlight<'l>(&self, line: &'l str, _pos: usize) -> Cow<'l, str> {
        match self.colours {
            true => Cow::Owned(paint(line)),
            false => Cow::Borrowed(line),
        }
    }
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _d: bool) -> Cow<'b, str> {
        match self.colours {
            true => Cow::Owned(format!("\x1b[1;35m{prompt}\x1b[0m")),
            false => Cow::Borrowed(prompt),
        }
    }
    fn highlight_char(&self, _line: &str, _pos: usize, _kind: CmdKind) -> bool {
        self.colours
    }
}

impl Completer for Assistant<'_> {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let start = line[..pos]
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_word(*c))
            .last()
            .map_or(pos, |(i, _)| i);
        let word = &line[start..pos];
        if word.is_empty() {
            // Nothing to complete: indent.
            return Ok((pos, vec!["    ".into()]));
        }
        let found = self.candidates(word).unwrap_or_else(|_| {
            self.t.exc.set(Value::NULL);
            Vec::new()
        });
        Ok((start, found))
    }
}

impl Assistant<'_> {
    /// Names and attributes, as the library's `rlcompleter` finds them.
    fn candidates(&self, word: &str) -> R<Vec<String>> {
        let t = self.t;
        let module = t.host().import(t, "rlcompleter")?;
        let class = attr::get(t, module, intern("Completer"))?;
        let completer = call::call(t, class, &[self.namespace.get(0)])?;
        let mut found = Vec::new();
        loop {
            let args = [Str::new(word).value(), Value::int(found.len() as i64)];
            let next = call::call_attr(t, completer, "complete", &args)?;
            match next.cast::<Str>() {
                Some(s) => found.push(s.lossy().into_owned()),
                None => return Ok(found),
            }
        }
    }
}
