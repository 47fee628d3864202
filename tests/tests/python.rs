//! Runs every program of `tests/python` and `benches/programs` in five modes and compares
//! with CPython's recorded output.
//!
//!     cargo test -p pyjit-tests --test python -- [PART-OF-A-NAME ...]
//!
//! `PYJIT_TEST_MODES=off,jit` runs fewer modes, `PYJIT_TEST_SECONDS=20` changes the time limit,
//! `PYJIT=path` takes another binary. Failures that are listed in `tests/known_failures.txt` are
//! expected; one that passes is reported, to be taken off the list.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyjit_tests::cases::{Case, Failure, Known, MODES, Mode, all, check, known_failures};
use pyjit_tests::process::pyjit;

type Job<'a> = (&'a Case, Mode);
type Verdict = Result<(), Failure>;

fn main() -> ExitCode {
    let filters: Vec<String> = std::env::args()
        .skip(1)
        .filter(|arg| !arg.starts_with('-'))
        .collect();
    if std::env::args().any(|arg| arg == "--list") {
        return ExitCode::SUCCESS;
    }
    let cases: Vec<Case> = all()
        .into_iter()
        .filter(|case| {
            filters.is_empty() || filters.iter().any(|filter| case.name.contains(filter))
        })
        .collect();
    let modes = chosen_modes();
    let jobs: Vec<Job> = cases
        .iter()
        .flat_map(|case| modes.iter().map(move |mode| (case, *mode)))
        .collect();
    if jobs.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!(
        "running {} programs in {} modes with {}",
        cases.len(),
        modes.len(),
        pyjit().display()
    );
    let start = Instant::now();
    let verdicts = run_all(&jobs);
    report(&jobs, &verdicts, &known_failures(), start.elapsed())
}

fn chosen_modes() -> Vec<Mode> {
    let Ok(names) = std::env::var("PYJIT_TEST_MODES") else {
        return MODES.to_vec();
    };
    let chosen: Vec<Mode> = MODES
        .iter()
        .copied()
        .filter(|mode| names.split(',').any(|n| n == mode.name))
        .collect();
    assert!(
        !chosen.is_empty(),
        "PYJIT_TEST_MODES names no mode: off, jit, stress, gc, eval"
    );
    chosen
}

fn time_limit() -> Duration {
    let seconds = std::env::var("PYJIT_TEST_SECONDS")
        .ok()
        .and_then(|s| s.parse().ok());
    Duration::from_secs(seconds.unwrap_or(60))
}

/// Runs the jobs on all cores.
fn run_all(jobs: &[Job]) -> Vec<Verdict> {
    let limit = time_limit();
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Option<Verdict>>> = Mutex::new(jobs.iter().map(|_| None).collect());
    let workers = std::thread::available_parallelism().map_or(2, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some((case, mode)) = jobs.get(index) else {
                        break;
                    };
                    let verdict = check(case, *mode, limit);
                    results.lock().expect("results")[index] = Some(verdict);
                    if index % 100 == 99 {
                        println!("  {} of {}", index + 1, jobs.len());
                        let _ = std::io::stdout().flush();
                    }
                }
            });
        }
    });
    let results = results.into_inner().expect("results");
    results
        .into_iter()
        .map(|verdict| verdict.expect("every job ran"))
        .collect()
}

/// Prints what failed and what should leave the list; fails when there is either.
fn report(jobs: &[Job], verdicts: &[Verdict], known: &[Known], took: Duration) -> ExitCode {
    let (mut expected, mut failed) = (0, 0);
    let mut causes: BTreeMap<String, usize> = BTreeMap::new();
    for ((case, mode), verdict) in jobs.iter().zip(verdicts) {
        let Err(failure) = verdict else { continue };
        if known.iter().any(|entry| entry.covers(&case.name, *mode)) {
            expected += 1;
            continue;
        }
        failed += 1;
        *causes.entry(failure.cause.clone()).or_default() += 1;
        println!("\nFAILED {} [{}]\n  {}", case.name, mode.name, failure.text);
    }
    let stale = stale_entries(jobs, verdicts, known);
    for entry in &stale {
        println!(
            "\nPASSES NOW, take it off known_failures.txt: {} ({})",
            entry.name, entry.reason
        );
    }
    if failed > 0 {
        let mut causes: Vec<_> = causes.into_iter().collect();
        causes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        println!("\nmost frequent causes:");
        for (cause, count) in causes.iter().take(40) {
            println!("{count:6}  {cause}");
        }
    }
    let passed = jobs.len() - failed - expected;
    println!(
        "\n{passed} passed, {failed} failed, {expected} known failures, {:.1} s",
        took.as_secs_f32()
    );
    if failed > 0 || !stale.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Entries all of whose runs passed (of those that ran now), or that name no case.
fn stale_entries<'k>(jobs: &[Job], verdicts: &[Verdict], known: &'k [Known]) -> Vec<&'k Known> {
    let mut stale = Vec::new();
    // What fails only now and then may pass.
    for entry in known
        .iter()
        .filter(|e| !e.reason.starts_with("now and then"))
    {
        let mut runs = jobs
            .iter()
            .zip(verdicts)
            .filter(|((case, mode), _)| entry.covers(&case.name, *mode))
            .peekable();
        if runs.peek().is_some() && runs.all(|(_, verdict)| verdict.is_ok()) {
            stale.push(entry);
        }
    }
    stale
}
