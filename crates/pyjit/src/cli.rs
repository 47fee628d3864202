//! The flags: declared once, for clap; where the options end is derived from them.

use clap::{ArgAction, CommandFactory, Parser};

const USAGE: &str = "pyjit [option] ... [-c cmd | -m mod | file | -] [arg] ...
       pyjit bench [--rounds N] [--processes N] [--json FILE] file [arg] ...";

/// Python 3.14 with a tracing JIT.
#[derive(Parser, Debug, Default)]
#[command(args_override_self = true, name = "pyjit", override_usage = USAGE, disable_version_flag = true)]
pub struct Cli {
    /// Warn about converting bytes to str and comparing them (-bb: error)
    #[arg(short = 'b', action = ArgAction::Count)]
    pub bytes_warning: u8,
    /// Don't write .pyc files on import; also PYTHONDONTWRITEBYTECODE=x
    #[arg(short = 'B')]
    pub dont_write_bytecode: bool,
    /// Program passed in as a string; ends the options
    #[arg(short = 'c', value_name = "cmd", allow_hyphen_values = true)]
    pub command: Option<String>,
    /// Debug output of the parser; also PYTHONDEBUG=x
    #[arg(short = 'd')]
    pub debug: bool,
    /// Ignore PYTHON* environment variables
    #[arg(short = 'E')]
    pub ignore_environment: bool,
    /// A prompt follows the program; also PYTHONINSPECT=x
    #[arg(short = 'i')]
    pub inspect: bool,
    /// Isolated from the user's environment; implies -E, -P and -s
    #[arg(short = 'I')]
    pub isolated: bool,
    /// Run a library module as a script; ends the options
    #[arg(short = 'm', value_name = "mod", allow_hyphen_values = true)]
    pub module: Option<String>,
    /// Leave out assert statements (-OO: docstrings too); also PYTHONOPTIMIZE=x
    #[arg(short = 'O', action = ArgAction::Count)]
    pub optimize: u8,
    /// Don't put a possibly unsafe folder first in sys.path; also PYTHONSAFEPATH
    #[arg(short = 'P')]
    pub safe_path: bool,
    /// No version message at the prompt
    #[arg(short = 'q')]
    pub quiet: bool,
    /// Texts' hashes differ from run to run, whatever PYTHONHASHSEED says
    #[arg(short = 'R')]
    pub random_hashes: bool,
    /// Don't add the user's site folder to sys.path; also PYTHONNOUSERSITE=x
    #[arg(short = 's')]
    pub no_user_site: bool,
    /// Don't import site at start-up
    #[arg(short = 'S')]
    pub no_site: bool,
    /// Standard output and error without buffering; also PYTHONUNBUFFERED=x
    #[arg(short = 'u')]
    pub unbuffered: bool,
    /// Trace imports (-vv: in more detail); also PYTHONVERBOSE=x
    #[arg(short = 'v', action = ArgAction::Count)]
    pub verbose: u8,
    /// Print the version and exit (-VV: in more detail)
    #[arg(short = 'V', long = "version", action = ArgAction::Count)]
    pub version: u8,
    /// Warnings: action:message:category:module:lineno; also PYTHONWARNINGS
    #[arg(short = 'W', value_name = "arg", allow_hyphen_values = true)]
    pub warnings: Vec<String>,
    /// Skip the first line of the script
    #[arg(short = 'x')]
    pub skip_first_line: bool,
    /// Set an option of the implementation
    #[arg(short = 'X', value_name = "opt", allow_hyphen_values = true)]
    pub x_options: Vec<String>,
    /// A folder with the pure-Python library, instead of the embedded one
    #[arg(long, value_name = "DIR")]
    pub stdlib: Option<String>,
    /// Compile hot code: on or off
    #[arg(long, value_name = "on|off")]
    pub jit: Option<String>,
    /// Rounds of a loop until it is recorded
    #[arg(long, value_name = "N")]
    pub jit_threshold: Option<String>,
    /// Calls of a function until it is recorded
    #[arg(long, value_name = "N")]
    pub jit_function_threshold: Option<String>,
    /// Times that a side exit is taken until a bridge is recorded
    #[arg(long, value_name = "N")]
    pub jit_exit_threshold: Option<String>,
    /// Most instructions of a trace
    #[arg(long, value_name = "N")]
    pub jit_trace_limit: Option<String>,
    /// What runs traces: native code, or the reference evaluator (slow, for tests)
    #[arg(long, value_name = "native|eval")]
    pub jit_backend: Option<String>,
    /// Stress compiled code: hot=1,exit-every=N,verify,passes=-NAME
    #[arg(long, value_name = "LIST")]
    pub jit_stress: Option<String>,
    /// Report what the JIT does
    #[arg(long)]
    pub jit_log: bool,
    /// Print totals of the JIT at the end
    #[arg(long)]
    pub jit_stats: bool,
    /// Collect at every n-th allocation, and check the heap
    #[arg(long, value_name = "N")]
    pub gc_stress: Option<usize>,
    /// Print tokens, ast or bytecode and exit; or trace, opt, clif, asm while running
    #[arg(long, value_name = "WHAT")]
    pub dump: Option<String>,
    /// Rounds in this process, with a report of their times (used by bench)
    #[arg(long, value_name = "N", hide = true)]
    pub measure_rounds: Option<usize>,
    /// The file of that report
    #[arg(long, value_name = "FILE", hide = true)]
    pub measure_report: Option<String>,
    /// The program: a file, - for standard input, and its arguments
    #[arg(skip)]
    pub rest: Vec<String>,
}

impl Cli {
    /// Reads a command line, without the command's own name.
    pub fn read(args: &[String]) -> Result<Cli, clap::Error> {
        let (options, rest) = args.split_at(end_of_options(args));
        let name = "pyjit".to_string();
        let mut cli = Cli::try_parse_from(std::iter::once(&name).chain(options))?;
        cli.rest = rest.to_vec();
        Ok(cli)
    }
}

/// Where the program's own arguments begin: behind `-c` or `-m` with their
/// value, or at the first argument that is no option.
fn end_of_options(args: &[String]) -> usize {
    let command = Cli::command();
    let takes_value = |found: Option<&clap::Arg>| {
        found.is_some_and(|a| matches!(a.get_action(), ArgAction::Set | ArgAction::Append))
    };
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        at += 1;
        if let Some(long) = arg.strip_prefix("--").filter(|l| !l.is_empty()) {
            let known = command.get_arguments().find(|a| a.get_long() == Some(long));
            at += takes_value(known) as usize;
            continue;
        }
        let Some(letters) = arg.strip_prefix('-').filter(|l| !l.is_empty()) else {
            return at - 1;
        };
        for (i, letter) in letters.char_indices() {
            let known = command
                .get_arguments()
                .find(|a| a.get_short() == Some(letter));
            if takes_value(known) {
                at += (i + letter.len_utf8() == letters.len()) as usize;
                if matches!(letter, 'c' | 'm') {
                    return at.min(args.len());
                }
                break;
            }
        }
    }
    at.min(args.len())
}
