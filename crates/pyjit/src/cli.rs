//! The command line.

use clap::Parser;
use pyjit_vm::command::Program;
use pyjit_vm::trace::JitOptions;

/// Python 3.14 with a tracing JIT.
#[derive(Parser, Debug)]
#[command(
    name = "pyjit",
    override_usage = "pyjit [option] ... [-c cmd | -m mod | file | -] [arg] ..."
)]
pub struct Cli {
    /// Program passed in as a string; ends the options
    #[arg(short = 'c', value_name = "cmd", allow_hyphen_values = true)]
    command: Option<String>,
    /// Run a library module as a script; ends the options
    #[arg(short = 'm', value_name = "mod")]
    module: Option<String>,
    /// Print the version and exit
    #[arg(short = 'V', long = "version")]
    pub version: bool,
    /// Compile hot code: on or off
    #[arg(long, value_name = "on|off")]
    jit: Option<String>,
    /// Rounds of a loop until it is recorded
    #[arg(long, value_name = "N")]
    jit_threshold: Option<String>,
    /// Times that a side exit is taken until a bridge is recorded
    #[arg(long, value_name = "N")]
    jit_exit_threshold: Option<String>,
    /// Most instructions of a trace
    #[arg(long, value_name = "N")]
    jit_trace_limit: Option<String>,
    /// Stress compiled code: hot=1,exit-every=N
    #[arg(long, value_name = "LIST")]
    jit_stress: Option<String>,
    /// Report what the JIT does
    #[arg(long)]
    jit_log: bool,
    /// Print totals of the JIT at the end
    #[arg(long)]
    jit_stats: bool,
    /// Collect at every n-th allocation, and check the heap
    #[arg(long, value_name = "N")]
    pub gc_stress: Option<usize>,
    /// Print tokens, ast or bytecode and exit; or trace, opt, clif, asm while running
    #[arg(long, value_name = "WHAT")]
    pub dump: Option<String>,
    /// The script (`-`: standard input) and its arguments
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "arg"
    )]
    rest: Vec<String>,
}

impl Cli {
    /// The JIT's options: environment, then flags.
    pub fn jit_options(&self) -> Result<JitOptions, String> {
        let mut o = JitOptions::from_env();
        let flags = [
            ("jit", &self.jit),
            ("jit-threshold", &self.jit_threshold),
            ("jit-exit-threshold", &self.jit_exit_threshold),
            ("jit-trace-limit", &self.jit_trace_limit),
            ("jit-stress", &self.jit_stress),
            ("dump", &self.dump),
        ];
        for (name, value) in flags {
            if let Some(v) = value {
                o.set(name, v)?;
            }
        }
        for (name, on) in [("jit-log", self.jit_log), ("jit-stats", self.jit_stats)] {
            if on {
                o.set(name, "on")?;
            }
        }
        Ok(o)
    }

    /// What is to be run, read from its file.
    pub fn program(&self) -> Result<Program, String> {
        let args = self.rest.clone();
        if let Some(text) = &self.command {
            let argv = [vec!["-c".to_string()], args].concat();
            return Ok(Program::new(
                text.clone().into_bytes(),
                "<string>",
                argv,
                "",
            ));
        }
        if let Some(module) = &self.module {
            let text = format!("import runpy\nrunpy._run_module_as_main({module:?})\n");
            let argv = [vec!["-m".to_string()], args].concat();
            return Ok(Program::new(text.into_bytes(), "<module>", argv, ""));
        }
        match args.first().map(String::as_str) {
            None | Some("-") => {
                let text = std::io::read_to_string(std::io::stdin()).map_err(|e| e.to_string())?;
                let argv = if args.is_empty() {
                    vec![String::new()]
                } else {
                    args
                };
                Ok(Program::new(text.into_bytes(), "<stdin>", argv, ""))
            }
            Some(path) => {
                let source = std::fs::read(path).map_err(|e| {
                    let number = e.raw_os_error().unwrap_or(0);
                    let text = e.to_string();
                    let text = text
                        .split(" (os error")
                        .next()
                        .unwrap_or_default()
                        .to_string();
                    format!(
                        "can't open file '{}': [Errno {number}] {text}",
                        absolute(path)
                    )
                })?;
                let folder = std::path::Path::new(path)
                    .canonicalize()
                    .ok()
                    .and_then(|p| p.parent().map(|d| d.to_string_lossy().into_owned()))
                    .unwrap_or_default();
                Ok(Program::new(source, path, args.clone(), &folder))
            }
        }
    }
}

fn absolute(path: &str) -> String {
    std::path::absolute(path).map_or_else(|_| path.into(), |p| p.to_string_lossy().into_owned())
}
