//! Time to parse and to compile files, and to read and verify what is stored: `speed FILES`.

use std::time::{Duration, Instant};

use pyjit_compiler::{Options, compile_module};
use pyjit_syntax::{Interner, Mode, Source};

fn main() {
    let (mut parsing, mut compiling, mut reading, mut verifying) = (
        Duration::ZERO,
        Duration::ZERO,
        Duration::ZERO,
        Duration::ZERO,
    );
    let (mut bytes, mut written) = (0, 0);
    for path in std::env::args().skip(1) {
        let text = std::fs::read(&path).unwrap_or_default();
        let Ok(source) = Source::from_bytes(&text, &path) else {
            continue;
        };
        let arena = bumpalo::Bump::new();
        let mut names = Interner::new();
        let start = Instant::now();
        let Ok(parsed) = pyjit_syntax::parse(&source, Mode::Module, &arena, &mut names) else {
            continue;
        };
        parsing += start.elapsed();
        let start = Instant::now();
        let done = compile_module(&parsed.tree, &source, &mut names, &Options::default());
        compiling += start.elapsed();
        bytes += text.len();
        let Some(payload) = done
            .ok()
            .and_then(|(code, _)| pyjit_bytecode::pyc::encode(&code))
        else {
            continue;
        };
        written += payload.len();
        let start = Instant::now();
        let code = pyjit_bytecode::pyc::decode(&payload);
        reading += start.elapsed();
        let start = Instant::now();
        let valid = code.is_ok_and(|c| pyjit_bytecode::verify::verify(&c).is_ok());
        verifying += start.elapsed();
        assert!(valid);
    }
    let rate = |t: Duration| bytes as f64 / 1e6 / t.as_secs_f64();
    println!(
        "{bytes} bytes: parsing {parsing:.2?} ({:.1} MB/s), compiling {compiling:.2?} ({:.1} MB/s)",
        rate(parsing),
        rate(compiling)
    );
    println!("{written} bytes of payload: reading {reading:.2?}, verifying {verifying:.2?}");
}
