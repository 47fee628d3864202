//! Development tool: parses Python files.
//!
//! `pyast dump FILE...` prints one `ast.dump` line (with positions) for each file, or its error;
//! `pyast tokens FILE...` prints the tokens;
//! `pyast check FILE...` prints the rejected files; `pyast bench FILE...` prints the speed in MB/s;
//! `pyast snippets FILE` takes NUL-separated programs and prints one line for each.

use pyjit_syntax::dump::{DumpOptions, dump, dump_tokens};
use pyjit_syntax::{Interner, Mode, Source, SyntaxError, parse, tokenize};
use std::time::Instant;

fn main() {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let files: Vec<String> = args.collect();
    match command.as_str() {
        "dump" => files.iter().for_each(|f| {
            println!(
                "{}",
                describe(Source::from_bytes(&read(f), f), Mode::Module)
            )
        }),
        "tokens" => files.iter().for_each(|f| {
            if let Ok(source) = Source::from_bytes(&read(f), f) {
                print!("{}", dump_tokens(&source));
            }
        }),
        "check" => check(&files),
        "bench" => bench(&files),
        "snippets" => snippets(&files[0]),
        _ => eprintln!("usage: pyast dump|tokens|check|bench|snippets FILE..."),
    }
}

fn read(file: &str) -> Vec<u8> {
    std::fs::read(file).unwrap_or_else(|e| panic!("{file}: {e}"))
}

fn error_line(e: &SyntaxError) -> String {
    format!(
        "{:?}: {} ({}, {}, {}, {}) {:?}",
        e.kind, e.message, e.line, e.offset, e.end_line, e.end_offset, e.text
    )
}

fn describe(source: Result<Source, SyntaxError>, mode: Mode) -> String {
    let source = match source {
        Ok(source) => source,
        Err(e) => return error_line(&e),
    };
    let arena = bumpalo::Bump::new();
    let mut names = Interner::new();
    match parse(&source, mode, &arena, &mut names) {
        Ok(parsed) => dump(
            &parsed.tree,
            &names,
            source.lines(),
            DumpOptions {
                indent: None,
                include_attributes: true,
            },
        ),
        Err(e) => error_line(&e),
    }
}

fn check(files: &[String]) {
    let mut rejected = 0;
    for file in files {
        let arena = bumpalo::Bump::new();
        let result = Source::from_bytes(&read(file), file).and_then(|source| {
            parse(&source, Mode::Module, &arena, &mut Interner::new()).map(|_| ())
        });
        if let Err(e) = result {
            rejected += 1;
            println!("{file}: {}", error_line(&e));
        }
    }
    println!("{} files, {rejected} rejected", files.len());
}

fn bench(files: &[String]) {
    let sources: Vec<Source> = files
        .iter()
        .filter_map(|f| Source::from_bytes(&read(f), f).ok())
        .collect();
    let bytes: usize = sources.iter().map(|s| s.text().len()).sum();
    let mb = bytes as f64 / 1e6;
    for _ in 0..3 {
        let start = Instant::now();
        let tokens: usize = sources.iter().map(|s| tokenize(s).0.len()).sum();
        let lexing = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let mut arena = bumpalo::Bump::new();
        for source in &sources {
            let _ = std::hint::black_box(
                parse(source, Mode::Module, &arena, &mut Interner::new()).is_ok(),
            );
            arena.reset();
        }
        let parsing = start.elapsed().as_secs_f64();
        println!(
            "{mb:.1} MB, {tokens} tokens: lex {:.0} MB/s, parse {:.0} MB/s",
            mb / lexing,
            mb / parsing
        );
    }
}

/// Programs separated by NUL bytes, each after a letter for its mode: `m`odule, `e`val, `s`ingle.
fn snippets(file: &str) {
    for snippet in read(file).split(|b| *b == 0) {
        let Some((letter, program)) = snippet.split_first() else {
            continue;
        };
        let mode = match letter {
            b'e' => Mode::Eval,
            b's' => Mode::Interactive,
            _ => Mode::Module,
        };
        let source = Source::from_text(&String::from_utf8_lossy(program));
        println!("{}", describe(Ok(source), mode).replace('\n', "\\n"));
    }
}
