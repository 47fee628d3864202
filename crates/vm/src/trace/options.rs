//! What a user can set.

/// Settings of the JIT.
#[derive(Clone, Debug)]
pub struct JitOptions {
    /// Record and compile at all?
    pub enabled: bool,
    /// Back-edges until a loop is recorded.
    pub loop_threshold: u16,
    /// Calls until a function is recorded.
    pub function_threshold: u32,
    /// Times that an exit is taken until a bridge is recorded from it.
    pub exit_threshold: u32,
    /// Instructions of a raw trace.
    pub trace_limit: usize,
    /// Frames inlined into each other.
    pub inline_depth: usize,
    /// Rounds of a loop inside a trace.
    pub unroll: usize,
    /// Bridges of a tree.
    pub max_bridges: usize,
    /// Every n-th guard fails (0: none).
    pub exit_every: u64,
    /// Passes of the optimiser: peel an iteration, keep fields in parameters, keep objects
    /// virtual.
    pub peel: bool,
    pub promote: bool,
    pub virtuals: bool,
    /// Evaluate traces instead of compiling them.
    pub evaluate: bool,
    /// Run the verifiers on all that is compiled.
    pub verify: bool,
    /// Report what happens on stderr.
    pub log: bool,
    /// Print totals at the end.
    pub stats: bool,
    /// Print raw traces, optimised code, Cranelift's code, assembly.
    pub dump_trace: bool,
    pub dump_opt: bool,
    pub dump_clif: bool,
    pub dump_asm: bool,
}

impl Default for JitOptions {
    fn default() -> JitOptions {
        JitOptions {
            enabled: true,
            loop_threshold: 1039,
            function_threshold: 809,
            exit_threshold: 211,
            trace_limit: 3000,
            inline_depth: 8,
            unroll: 4,
            max_bridges: 60,
            exit_every: 0,
            peel: true,
            promote: true,
            virtuals: true,
            evaluate: false,
            verify: cfg!(debug_assertions),
            log: false,
            stats: false,
            dump_trace: false,
            dump_opt: false,
            dump_clif: false,
            dump_asm: false,
        }
    }
}

impl JitOptions {
    /// The defaults as the environment changes them (`PYJIT_JIT=on`, ...).
    pub fn from_env() -> JitOptions {
        let mut o = JitOptions::default();
        for name in [
            "jit",
            "jit-threshold",
            "jit-function-threshold",
            "jit-exit-threshold",
            "jit-trace-limit",
            "jit-backend",
            "jit-stress",
            "jit-log",
            "jit-stats",
            "dump",
        ] {
            let variable = format!("PYJIT_{}", name.replace('-', "_").to_uppercase());
            if let Ok(v) = std::env::var(variable) {
                // A setting that makes no sense is as good as none.
                let _ = o.set(name, &v);
            }
        }
        if std::env::var("PYJIT_JIT").is_ok_and(|v| v == "off") {
            o.enabled = false;
        }
        o
    }

    /// Are thresholds so low that compiling cannot pay?
    pub fn is_stressed(&self) -> bool {
        self.loop_threshold < 64 || self.exit_every != 0
    }

    /// Sets an option by its name on the command line. `Ok(false)`: there is none.
    pub fn set(&mut self, name: &str, value: &str) -> Result<bool, String> {
        let number = || {
            value
                .parse::<u32>()
                .map_err(|_| format!("--{name}: not a number: {value}"))
        };
        match name {
            "jit" => {
                self.enabled = match value {
                    "on" | "1" => true,
                    "off" | "0" => false,
                    _ => return Err("--jit: on or off".into()),
                }
            }
            "jit-threshold" => self.loop_threshold = number()?.clamp(1, 60_000) as u16,
            "jit-function-threshold" => self.function_threshold = number()?.clamp(1, 1 << 20),
            "jit-exit-threshold" => self.exit_threshold = number()?.max(1),
            "jit-trace-limit" => self.trace_limit = number()? as usize,
            "jit-inline-depth" => self.inline_depth = number()? as usize,
            "jit-backend" => {
                self.evaluate = match value {
                    "native" => false,
                    "eval" => true,
                    _ => return Err("--jit-backend: native or eval".into()),
                }
            }
            "jit-log" => self.log = true,
            "jit-stats" => self.stats = true,
            "jit-stress" => {
                self.enabled = true;
                for part in value.split(',') {
                    self.stress(part)?;
                }
            }
            "dump" => match value {
                "trace" => self.dump_trace = true,
                "opt" => self.dump_opt = true,
                "clif" => self.dump_clif = true,
                "asm" => self.dump_asm = true,
                _ => return Ok(false),
            },
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// `-peel`, `+peel`, ...
    fn pass(&mut self, pass: &str) -> Result<(), String> {
        let on = !pass.starts_with('-');
        match pass.trim_start_matches(['-', '+']) {
            "peel" => self.peel = on,
            "promote" => self.promote = on,
            "virtuals" => self.virtuals = on,
            _ => return Err(format!("--jit-stress: no such pass: {pass}")),
        }
        Ok(())
    }

    fn stress(&mut self, part: &str) -> Result<(), String> {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let number = || {
            value
                .parse::<u32>()
                .map_err(|_| format!("--jit-stress: not a number: {part}"))
        };
        match key {
            "hot" => {
                self.loop_threshold = number()?.clamp(1, 60_000) as u16;
                self.function_threshold = number()?.saturating_add(1);
                self.exit_threshold = number()?.saturating_add(1);
            }
            "exit-every" => self.exit_every = number()? as u64,
            "verify" => self.verify = true,
            "passes" => self.pass(value)?,
            // Compilation is synchronous anyway.
            "sync" => {}
            _ => return Err(format!("--jit-stress: unknown: {part}")),
        }
        Ok(())
    }
}
