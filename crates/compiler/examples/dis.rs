//! Compiles files and prints their bytecode; with `--check` only says what failed and how much there was.

use pyjit_compiler::{Options, compile_source};
use pyjit_syntax::{Mode, Source};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let check = args.iter().any(|a| a == "--check");
    let (mut good, mut bad, mut words) = (0, 0, 0);
    for path in args.iter().filter(|a| !a.starts_with("--")) {
        let bytes = std::fs::read(path).unwrap_or_default();
        let source = match Source::from_bytes(&bytes, path) {
            Ok(source) => source,
            Err(e) => {
                println!("{path}: {e:?}");
                bad += 1;
                continue;
            }
        };
        let options = Options { filename: path.clone(), ..Options::default() };
        match compile_source(&source, Mode::Module, &options) {
            Ok((code, warnings)) => {
                good += 1;
                words += code.words.len();
                if !check {
                    for w in warnings {
                        println!("warning: {} at {:?}", w.message, source.locate(w.span.start));
                    }
                    print!("{}", pyjit_bytecode::dis::dis(&code));
                }
            }
            Err(e) => {
                bad += 1;
                println!("{path}: {e}");
            }
        }
    }
    if check {
        println!("{good} compiled, {bad} rejected, {words} words at top level");
    }
}
