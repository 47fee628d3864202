//! Compiles files and prints their bytecode; with `--check` only says what failed and how much there was,
//! with `--summary` prints what the attributes of each code object say, with `--places` each instruction's place.

use pyjit_bytecode::{CodeObject, Constant};
use pyjit_compiler::{Options, compile_source};
use pyjit_syntax::{Mode, Source};

/// One line for each code object: what `co_` attributes say.
fn summary(path: &str, code: &CodeObject) {
    let list = |l: &[pyjit_bytecode::code::Text]| {
        l.iter()
            .filter(|n| &***n != ".ns")
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(",")
    };
    println!(
        "{path}|{}|{}|{}|{:#x}|{}/{}/{}|{}|{}|{}",
        code.qualname,
        code.name,
        code.firstlineno,
        code.flags,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        list(&code.varnames),
        list(&code.cellvars),
        list(&code.freevars)
    );
    for k in &code.constants {
        if let Constant::Code(c) = k {
            summary(path, c);
        }
    }
}

/// One line for each kind of instruction and place: for comparing with other compilers.
fn places(path: &str, code: &CodeObject) {
    for at in pyjit_bytecode::flow::places(code) {
        let p = code.position_at(at);
        let text = pyjit_bytecode::dis::instruction(code, at);
        let op = text.split(' ').next().unwrap_or("");
        println!(
            "{path}|{}|{}|{op}|{},{},{},{}",
            code.qualname, code.firstlineno, p.line, p.end_line, p.column, p.end_column
        );
    }
    for k in &code.constants {
        if let Constant::Code(c) = k {
            places(path, c);
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let lines = args.iter().any(|a| a == "--summary");
    let check = args.iter().any(|a| a == "--check");
    let (mut good, mut bad, mut words, mut size) = (0, 0, 0, 0);
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
        let options = Options {
            filename: path.clone(),
            ..Options::default()
        };
        match compile_source(&source, Mode::Module, &options) {
            Ok((code, warnings)) => {
                good += 1;
                if let Err(e) = pyjit_bytecode::verify::verify(&code) {
                    println!("{path}: {e:?}");
                }
                let stamp = pyjit_bytecode::pyc::Stamp::Source { mtime: 0, size: 0 };
                match pyjit_bytecode::pyc::write(&code, stamp) {
                    Some(bytes) => {
                        size += bytes.len();
                        let again = pyjit_bytecode::pyc::read(&bytes);
                        if again.map(|(_, c)| pyjit_bytecode::dis::dis(&c))
                            != Ok(pyjit_bytecode::dis::dis(&code))
                        {
                            println!("{path}: differs after writing and reading");
                        }
                    }
                    None => println!("{path}: too deep for a .pyc"),
                }
                words += code.words.len();
                if args.iter().any(|a| a == "--places") {
                    places(path, &code);
                } else if lines {
                    summary(path, &code);
                } else if !check {
                    for w in warnings {
                        println!(
                            "warning: {} at {:?}",
                            w.message,
                            source.locate(w.span.start)
                        );
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
        println!(
            "{good} compiled, {bad} rejected, {words} words at top level, {size} bytes of .pyc"
        );
    }
}
