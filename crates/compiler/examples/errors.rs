//! Reads programs separated by NUL from standard input and prints for each the error or the warnings.

use pyjit_compiler::{Options, compile_source};
use pyjit_syntax::{Mode, Source};
use std::io::Read;

fn main() {
    let mut text = String::new();
    let _ = std::io::stdin().read_to_string(&mut text);
    for program in text.split('\0') {
        let source = Source::from_text(program);
        let shown = match compile_source(&source, Mode::Module, &Options::default()) {
            Ok((code, warnings)) => {
                let mut shown = match pyjit_bytecode::verify::verify(&code) {
                    Ok(()) => "OK".to_owned(),
                    Err(e) => format!("{e:?}"),
                };
                for w in warnings {
                    shown += &format!(" W {} @{}", w.message, source.locate(w.span.start).line);
                }
                shown
            }
            Err(e) => format!(
                "{} ({},{})-({},{})",
                e.message, e.line, e.offset, e.end_line, e.end_offset
            ),
        };
        println!("{shown}");
    }
}
