//! A program run many times in one process, each time in a fresh `__main__`
//! namespace, with the time that each round took: what `pyjit bench` compares.

use std::time::Instant;

use pyjit_runtime::core::{errors, modules};
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::{R, Thread};

use super::{Source, main_module};

/// How often to run, and where the report goes.
#[derive(Clone, Debug)]
pub struct Rounds {
    pub count: usize,
    /// A file that gets one line of JSON.
    pub report: String,
}

/// Runs a program so many times. The report holds `times` (seconds of each
/// round) and what the JIT counted (`compile`: seconds, `traces`, `bridges`).
pub fn run(t: &Thread, rounds: &Rounds, source: &Source) -> R<()> {
    let mut times = Vec::with_capacity(rounds.count);
    let ready = main_module::prepare(t, source)?;
    for _ in 0..rounds.count {
        modules::modules().remove(t, intern("__main__").value())?;
        let start = Instant::now();
        match ready.run(t) {
            Ok(()) => {}
            // A program that ends itself has ended its round.
            Err(_) if errors::catch(t, Exc::SystemExit) => {}
            Err(e) => return Err(e),
        }
        times.push(start.elapsed().as_secs_f64());
    }
    let times: Vec<String> = times.iter().map(|s| format!("{s:.9}")).collect();
    let (mut compile, mut record, mut traces, mut bridges) = (0.0, 0.0, 0, 0);
    if let Some(jit) = crate::trace::get() {
        compile = jit.stats.compile_ns.get() as f64 / 1e9;
        record = jit.stats.record_ns.get() as f64 / 1e9;
        (traces, bridges) = (jit.stats.roots.get(), jit.stats.bridges.get());
    }
    let line = format!(
        "{{\"times\": [{}], \"compile\": {compile:.9}, \"record\": {record:.9}, \
         \"traces\": {traces}, \"bridges\": {bridges}}}\n",
        times.join(", "),
    );
    std::fs::write(&rounds.report, line).map_err(|e| {
        let m = format!("cannot write {}: {e}", rounds.report);
        errors::raise(t, Exc::OSError, m)
    })?;
    Ok(())
}
