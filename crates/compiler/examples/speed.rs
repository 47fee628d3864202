//! Time to parse and to compile files: `speed FILES`.

use std::time::{Duration, Instant};

use pyjit_compiler::{Options, compile_module};
use pyjit_syntax::{Interner, Mode, Source};

fn main() {
    let (mut parsing, mut compiling, mut bytes) = (Duration::ZERO, Duration::ZERO, 0);
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
        drop(done);
    }
    let rate = |t: Duration| bytes as f64 / 1e6 / t.as_secs_f64();
    println!(
        "{bytes} bytes: parsing {parsing:.2?} ({:.1} MB/s), compiling {compiling:.2?} ({:.1} MB/s)",
        rate(parsing),
        rate(compiling)
    );
}
