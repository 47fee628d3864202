//! `--dump tokens|ast|bytecode`: what the front end makes of a program.

use std::process::ExitCode;

use pyjit_compiler::Options;
use pyjit_syntax::{Mode, Source, SyntaxError};
use pyjit_vm::command::Source as Program;

/// The dumps that need no run.
pub const KINDS: &[&str] = &["tokens", "ast", "bytecode"];

/// Prints the dump of a program's text.
pub fn dump(what: &str, program: &Program) -> ExitCode {
    let (text, filename) = match program {
        Program::File { path, text } => (text, path.as_str()),
        Program::Text { name, text } => (text, *name),
        _ => {
            eprintln!("pyjit: --dump {what}: wants a file, -c or standard input");
            return ExitCode::from(2);
        }
    };
    match render(what, text, filename) {
        Ok(s) => {
            println!("{s}");
            ExitCode::SUCCESS
        }
        Err(e) => {
            eprintln!("pyjit: {filename}: {}", e.message);
            ExitCode::FAILURE
        }
    }
}

fn render(what: &str, text: &[u8], filename: &str) -> Result<String, Box<SyntaxError>> {
    let source = Source::from_bytes(text, filename)?;
    match what {
        "tokens" => Ok(pyjit_syntax::dump::dump_tokens(&source)),
        "ast" => {
            let arena = bumpalo::Bump::new();
            let mut names = pyjit_syntax::Interner::new();
            let parsed = pyjit_syntax::parse(&source, Mode::Module, &arena, &mut names)?;
            let options = pyjit_syntax::dump::DumpOptions::default();
            Ok(pyjit_syntax::dump::dump(
                &parsed.tree,
                &names,
                source.lines(),
                options,
            ))
        }
        _ => {
            let options = Options {
                filename: filename.into(),
                ..Options::default()
            };
            let (code, _) = pyjit_compiler::compile_source(&source, Mode::Module, &options)?;
            Ok(pyjit_bytecode::dis::dis(&code))
        }
    }
}
