//! `_sre`: regular expressions. The library's `re` parses a pattern and emits
//! code words ([`words`]); here they become a tree ([`tree`]), the tree a program
//! ([`build`], [`program`]), and a backtracking matcher with an explicit stack
//! ([`exec`], [`search`]) runs it over UTF-8 or bytes.

mod build;
mod exec;
mod matches;
mod pattern;
mod program;
mod scanner;
mod search;
mod sets;
mod subject;
mod substitute;
mod tree;
mod words;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::{R, Thread, unicode};

use crate::native_module;
use sets::lower_ascii;

fn ascii_iscased(_t: &Thread, c: i64) -> bool {
    u8::try_from(c).is_ok_and(|c| c.is_ascii_alphabetic())
}
fn ascii_tolower(_t: &Thread, c: i64) -> i64 {
    i64::from(lower_ascii(c as u32))
}
fn unicode_iscased(_t: &Thread, c: i64) -> bool {
    let c = c as u32;
    let (mut text, mut upper) = (Vec::new(), Vec::new());
    unicode::wtf8::push(&mut text, c);
    unicode::case::upper(&mut upper, &text);
    // A character that becomes several is cased too.
    unicode::simple_lower(c) != c || upper != text
}
fn unicode_tolower(_t: &Thread, c: i64) -> i64 {
    i64::from(unicode::simple_lower(c as u32))
}
fn getcodesize(_t: &Thread) -> i64 {
    words::CODE_SIZE
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(t, "MAGIC", Value::int(words::MAGIC))?;
    m.set(t, "CODESIZE", Value::int(words::CODE_SIZE))?;
    m.set(t, "MAXREPEAT", Value::int(i64::from(words::MAX_REPEAT)))?;
    m.set(t, "MAXGROUPS", Value::int(words::MAX_GROUPS))?;
    let notice = " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ";
    m.set(t, "copyright", Str::new(notice).value())?;
    for class in [
        &pattern::CLASS,
        &matches::CLASS,
        &scanner::SCANNER,
        &scanner::ALL,
        &substitute::TEMPLATE,
    ] {
        pyjit_runtime::core::class::make(t, class);
    }
    Ok(())
}

native_module! {
    pub MODULE = "_sre", init init;
    functions {
        compile(pattern, flags, code, groups, groupindex, indexgroup) => pattern::compile;
        /// Create a template object of interleaved literal strings and group indices.
        template(pattern, template, /) => substitute::template;
        getcodesize() => getcodesize [leaf no_raise];
        ascii_iscased(character, /) => ascii_iscased [leaf];
        ascii_tolower(character, /) => ascii_tolower [leaf];
        unicode_iscased(character, /) => unicode_iscased [leaf];
        unicode_tolower(character, /) => unicode_tolower [leaf];
    }
}
