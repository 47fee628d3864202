//! The figures of `pyjit bench`: a table for people, JSON for programs.

use std::fmt::Write;

use super::{Args, Run};

/// What is told of one mode. Times in seconds.
struct Summary {
    mode: &'static str,
    start_up: f64,
    /// Of the first round.
    first: f64,
    /// Median of the second half of the rounds.
    steady: f64,
    /// Half the distance between the quartiles of those, relative to their median.
    spread: f64,
    compile: f64,
    record: f64,
    traces: u64,
    bridges: u64,
}

fn median(values: &mut [f64]) -> f64 {
    quantile(values, 0.5)
}

/// By linear interpolation between the neighbours.
fn quantile(values: &mut [f64], q: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else {
        return f64::NAN;
    };
    let at = q * last as f64;
    let (low, high) = (values[at.floor() as usize], values[at.ceil() as usize]);
    low + (high - low) * at.fract()
}

fn summary(mode: &'static str, runs: &[Run]) -> Summary {
    let over = |f: &dyn Fn(&Run) -> f64| median(&mut runs.iter().map(f).collect::<Vec<_>>());
    let halves = runs.iter().map(|r| &r.rounds[r.rounds.len() / 2..]);
    let mut steady: Vec<f64> = halves.flatten().copied().collect();
    let middle = median(&mut steady);
    let width = quantile(&mut steady, 0.75) - quantile(&mut steady, 0.25);
    Summary {
        mode,
        start_up: over(&|r| r.start_up),
        first: over(&|r| r.rounds.first().copied().unwrap_or(f64::NAN)),
        steady: middle,
        spread: width / 2.0 / middle,
        compile: over(&|r| r.compile),
        record: over(&|r| r.record),
        traces: runs.first().map_or(0, |r| r.traces),
        bridges: runs.first().map_or(0, |r| r.bridges),
    }
}

/// Writes table and JSON.
pub fn write(args: &Args, modes: &[Vec<Run>; 2]) -> Result<(), String> {
    let both = [summary("jit", &modes[0]), summary("interpreter", &modes[1])];
    let json = json(args, &both);
    match args.json.as_deref() {
        Some("-") => print!("{json}"),
        Some(file) => {
            std::fs::write(file, json).map_err(|e| format!("{file}: {e}"))?;
            print!("{}", table(&both));
        }
        None => print!("{}\n{json}", table(&both)),
    }
    Ok(())
}

fn table(both: &[Summary; 2]) -> String {
    let mut out = format!(
        "{:<12} {:>10} {:>10} {:>10} {:>8} {:>11} {:>10} {:>7} {:>8}\n",
        "", "start-up", "first", "steady", "spread", "compiling", "recording", "traces", "bridges"
    );
    let ms = |s: f64| format!("{:.2} ms", s * 1e3);
    for s in both {
        let _ = writeln!(
            out,
            "{:<12} {:>10} {:>10} {:>10} {:>7.1}% {:>11} {:>10} {:>7} {:>8}",
            s.mode,
            ms(s.start_up),
            ms(s.first),
            ms(s.steady),
            s.spread * 100.0,
            ms(s.compile),
            ms(s.record),
            s.traces,
            s.bridges
        );
    }
    let [jit, plain] = both;
    let _ = writeln!(
        out,
        "{:<12} {:>10.2} {:>10.2} {:>10.2}",
        "speed-up",
        plain.start_up / jit.start_up,
        plain.first / jit.first,
        plain.steady / jit.steady
    );
    out
}

fn json(args: &Args, both: &[Summary; 2]) -> String {
    let mut out = String::from("{\n");
    let _ = writeln!(out, "  \"script\": {},", quoted(&args.script.join(" ")));
    let _ = writeln!(
        out,
        "  \"rounds\": {}, \"processes\": {},",
        args.rounds, args.processes
    );
    for s in both {
        let _ = writeln!(
            out,
            "  \"{}\": {{\"start_up\": {:.6}, \"first\": {:.6}, \"steady\": {:.6}, \
             \"spread\": {:.4}, \"compile\": {:.6}, \"record\": {:.6}, \"traces\": {}, \
             \"bridges\": {}}},",
            s.mode,
            s.start_up,
            s.first,
            s.steady,
            s.spread,
            s.compile,
            s.record,
            s.traces,
            s.bridges
        );
    }
    let _ = writeln!(
        out,
        "  \"speed_up\": {:.4}\n}}",
        both[1].steady / both[0].steady
    );
    out
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if (c as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_neighbours() {
        assert_eq!(quantile(&mut [3.0, 1.0, 2.0], 0.5), 2.0);
        assert_eq!(quantile(&mut [1.0, 2.0], 0.25), 1.25);
        assert!(quantile(&mut [], 0.5).is_nan());
    }

    #[test]
    fn text_is_quoted() {
        assert_eq!(quoted("a\"b\n"), "\"a\\\"b\\u000a\"");
    }
}
