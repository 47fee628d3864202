//! Uncaught exceptions as CPython 3.14 prints them: traceback with source
//! lines and carets, causes and contexts, groups, notes, suggestions.

mod anchors;
mod excerpt;
mod suggestions;
mod syntax;

use std::collections::HashMap;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{attr, call, modules, ops, settings};
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, class_of};
use pyjit_runtime::{R, Thread};

use crate::objects::traceback::Traceback;

/// Groups deeper or wider than this are cut short.
const MAX_GROUP_DEPTH: usize = 10;
const MAX_GROUP_WIDTH: usize = 15;
/// More equal entries than this are counted instead of shown.
const RECURSIVE_CUTOFF: usize = 3;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";

/// Prints exception `e` with its traceback to standard error.
pub fn print(t: &Thread, e: Value) {
    eprint!("{}", text(t, e));
}

/// Writes to `sys.stderr`, or to the process's error stream if it is missing.
pub fn write(t: &Thread, text: &str) -> R<()> {
    let Some(stream) = modules::sys_attr("stderr") else {
        eprint!("{text}");
        return Ok(());
    };
    call::call_attr(t, stream, "write", &[Str::new(text).value()])?;
    call::call_attr(t, stream, "flush", &[]).map(|_| ())
}

/// The report.
pub fn text(t: &Thread, e: Value) -> String {
    let mut r = Reporter {
        t,
        out: String::new(),
        depth: 0,
        need_close: false,
        files: HashMap::new(),
        seen: Vec::new(),
    };
    r.chain(e);
    r.out
}

/// The entry of the frame that was called.
fn next_entry(tb: Gc<Traceback>) -> Option<Gc<Traceback>> {
    tb.next.get().opt()?.cast()
}

/// `sys.tracebacklimit`: so many entries are shown, the innermost ones.
fn limit() -> usize {
    const DEFAULT: usize = 1000;
    match modules::sys_attr("tracebacklimit") {
        Some(v) if v.is_int() => v.as_int().max(0) as usize,
        Some(v) if int::is_int(v) => match int::is_negative(v) {
            true => 0,
            false => usize::MAX,
        },
        _ => DEFAULT,
    }
}

struct Reporter<'t> {
    t: &'t Thread,
    out: String,
    /// Depth of exception groups.
    depth: usize,
    need_close: bool,
    /// Source lines of the files met.
    files: HashMap<String, Vec<String>>,
    /// Addresses of exceptions met, against cycles.
    seen: Vec<u64>,
}

impl Reporter<'_> {
    fn indent(&self) -> String {
        " ".repeat(2 * self.depth)
    }

    /// Adds text, behind the margin inside groups.
    fn emit(&mut self, text: &str, margin: char) {
        if self.depth == 0 {
            self.out += text;
            return;
        }
        let prefix = format!("{}{margin} ", self.indent());
        for line in text.split_inclusive('\n') {
            self.out += &prefix;
            self.out += line;
        }
    }

    /// The exception after those that it was caused by.
    fn chain(&mut self, e: Value) {
        let mut all: Vec<(Value, &str)> = vec![(e, "")];
        self.seen.push(e.0);
        loop {
            let x: Gc<Exception> = Gc::from_value(all[all.len() - 1].0);
            let cause = x.cause.get().opt().filter(|c| !c.is_none());
            let context = x.context.get().opt().filter(|c| !c.is_none());
            let (next, message) = match (cause, context) {
                (Some(c), _) if !self.seen.contains(&c.0) => (c, CAUSE),
                (None, Some(c)) if !x.suppress_context.get() && !self.seen.contains(&c.0) => {
                    (c, CONTEXT)
                }
                _ => break,
            };
            self.seen.push(next.0);
            let last = all.len() - 1;
            all[last].1 = message;
            all.push((next, ""));
        }
        for (e, message) in all.into_iter().rev() {
            if !message.is_empty() {
                self.emit(message, '|');
            }
            self.one(e);
        }
    }

    fn one(&mut self, e: Value) {
        match members(e) {
            Some(m) => self.group(e, m),
            None => {
                self.traceback(e, "Traceback", '|');
                let s = self.exception_only(e);
                self.emit(&s, '|');
            }
        }
    }

    fn group(&mut self, e: Value, members: Gc<Tuple>) {
        if self.depth > MAX_GROUP_DEPTH {
            self.emit(
                &format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"),
                '|',
            );
            return;
        }
        let top = self.depth == 0;
        if top {
            self.depth += 1;
        }
        self.traceback(e, "Exception Group Traceback", if top { '+' } else { '|' });
        let s = self.exception_only(e);
        self.emit(&s, '|');
        let n = members.len().min(MAX_GROUP_WIDTH + 1);
        self.need_close = false;
        for (i, m) in members.items().iter().take(n).enumerate() {
            let last = i == n - 1;
            if last {
                self.need_close = true;
            }
            let cut = i >= MAX_GROUP_WIDTH;
            let title = if cut {
                "...".into()
            } else {
                (i + 1).to_string()
            };
            let start = if i == 0 { "+-" } else { "  " };
            self.out += &format!(
                "{}{start}+---------------- {title} ----------------\n",
                self.indent()
            );
            self.depth += 1;
            if cut {
                let rest = members.len() - MAX_GROUP_WIDTH;
                let s = if rest > 1 { "s" } else { "" };
                self.emit(&format!("and {rest} more exception{s}\n"), '|');
            } else {
                self.chain(*m);
            }
            if last && self.need_close {
                self.out += &format!("{}+------------------------------------\n", self.indent());
                self.need_close = false;
            }
            self.depth -= 1;
        }
        if top {
            self.depth = 0;
        }
    }

    fn traceback(&mut self, e: Value, title: &str, margin: char) {
        let x: Gc<Exception> = Gc::from_value(e);
        let Some(first) = x.traceback.get().opt().and_then(|v| v.cast::<Traceback>()) else {
            return;
        };
        let length = std::iter::successors(Some(first), |tb| next_entry(*tb)).count();
        let limit = limit().min(length);
        if limit == 0 {
            return;
        }
        self.emit(&format!("{title} (most recent call last):\n"), margin);
        let mut at = std::iter::successors(Some(first), |tb| next_entry(*tb)).nth(length - limit);
        let mut last: Option<(String, u32, String)> = None;
        let mut count = 0;
        while let Some(tb) = at {
            at = next_entry(tb);
            let code = tb.function.gc().code.gc();
            let key = (
                code.filename.gc().lossy().into_owned(),
                tb.lineno(),
                code.name.gc().lossy().into_owned(),
            );
            if last.as_ref() != Some(&key) {
                self.repeated(count);
                last = Some(key.clone());
                count = 0;
            }
            count += 1;
            if count > RECURSIVE_CUTOFF {
                continue;
            }
            let entry = self.entry(tb, &key);
            self.emit(&entry, '|');
        }
        self.repeated(count);
    }

    fn repeated(&mut self, count: usize) {
        if count > RECURSIVE_CUTOFF {
            let n = count - RECURSIVE_CUTOFF;
            let s = if n > 1 { "s" } else { "" };
            self.emit(
                &format!("  [Previous line repeated {n} more time{s}]\n"),
                '|',
            );
        }
    }

    fn entry(&mut self, tb: Gc<Traceback>, (file, line, name): &(String, u32, String)) -> String {
        let code = tb.function.gc().code.gc();
        let mut out = format!("  File \"{file}\", line {line}, in {name}\n");
        let mut p = code.object().position_at(tb.index.get());
        if p.line != *line || !settings::get().debug_ranges {
            p = pyjit_bytecode::Position {
                line: *line,
                end_line: *line,
                column: -1,
                end_column: -1,
            };
        }
        let lines = self.lines(file);
        if let Some(s) = excerpt::excerpt(lines, &p) {
            out += &s;
        }
        out
    }

    fn lines(&mut self, file: &str) -> &[String] {
        self.files
            .entry(file.to_string())
            .or_insert_with(|| crate::sources::lines(file).unwrap_or_default())
    }

    /// The last lines: class and message, notes.
    fn exception_only(&mut self, e: Value) -> String {
        let class = class_name(self.t, class_of(e));
        let mut out = String::new();
        if class_of(e).is_subtype(Exc::SyntaxError.class()) {
            out += &syntax::lines(self.t, e, &class);
        } else {
            let mut message = safe_str(self.t, e, "exception");
            message += &suggestions::suffix(self.t, e);
            out += &class;
            if !message.is_empty() {
                out += &format!(": {message}");
            }
            out.push('\n');
        }
        if let Ok(Some(notes)) = attr::get_opt(self.t, e, intern("__notes__")) {
            self.notes(notes, &mut out);
        }
        self.t.exc.set(Value::NULL);
        out
    }

    fn notes(&self, notes: Value, out: &mut String) {
        let items = match (notes.cast::<List>(), notes.cast::<Tuple>()) {
            (Some(l), _) => l.items().to_vec(),
            (_, Some(t)) => t.items().to_vec(),
            _ => {
                if !notes.is_none() {
                    let r = ops::repr(self.t, notes);
                    *out += &r.map_or("<__notes__ repr() failed>".into(), |s| {
                        s.lossy().into_owned()
                    });
                    out.push('\n');
                }
                return;
            }
        };
        for n in items {
            *out += &safe_str(self.t, n, "note");
            out.push('\n');
        }
    }
}

/// The exceptions of a group.
fn members(e: Value) -> Option<Gc<Tuple>> {
    if !class_of(e).is_subtype(Exc::BaseExceptionGroup.class()) {
        return None;
    }
    Gc::<Exception>::from_value(e)
        .extra(1)
        .opt()
        .and_then(|v| v.cast::<Tuple>())
}

/// `str(v)`, or a text that says that it failed.
fn safe_str(t: &Thread, v: Value, what: &str) -> String {
    match ops::str(t, v) {
        Ok(s) => s.lossy().into_owned(),
        Err(_) => {
            t.exc.set(Value::NULL);
            format!("<{what} str() failed>")
        }
    }
}

/// The class as reports name it.
fn class_name(t: &Thread, class: Gc<Type>) -> String {
    let name = class.qualname.gc().lossy().into_owned();
    let module = attr::get_opt(t, class.value(), intern("__module__"))
        .ok()
        .flatten();
    t.exc.set(Value::NULL);
    match module.and_then(|m| m.cast::<Str>()) {
        Some(m) if !matches!(&*m.lossy(), "__main__" | "builtins") => {
            format!("{}.{name}", m.lossy())
        }
        Some(_) => name,
        None => format!("<unknown>.{name}"),
    }
}
