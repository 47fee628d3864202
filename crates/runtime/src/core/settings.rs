//! What the command line and the environment decided before start-up: the
//! source of `sys.flags`, `sys.warnoptions`, `sys._xoptions` and the paths.

use std::sync::OnceLock;

/// Settings of the process; the defaults are those of a run without flags.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `-i`: a prompt follows the program.
    pub inspect: bool,
    /// A prompt was asked for.
    pub interactive: bool,
    /// `-O` (1), `-OO` (2).
    pub optimize: u8,
    /// `-B`.
    pub dont_write_bytecode: bool,
    /// `-s`.
    pub no_user_site: bool,
    /// `-S`.
    pub no_site: bool,
    /// `-E`.
    pub ignore_environment: bool,
    /// `-v`, as often as given.
    pub verbose: u8,
    /// `-b`, as often as given.
    pub bytes_warning: u8,
    /// `-q`.
    pub quiet: bool,
    /// `-d`.
    pub debug: bool,
    /// False if `PYTHONHASHSEED` fixes the hash of text.
    pub hash_randomization: bool,
    /// `-I`.
    pub isolated: bool,
    /// `-X dev`.
    pub dev_mode: bool,
    /// `-X utf8`.
    pub utf8_mode: bool,
    /// `-X warn_default_encoding`.
    pub warn_default_encoding: bool,
    /// `-P`.
    pub safe_path: bool,
    /// `-u`.
    pub unbuffered: bool,
    /// `-X int_max_str_digits`.
    pub int_max_str_digits: i64,
    /// `-X pycache_prefix`.
    pub pycache_prefix: Option<String>,
    /// `-X cpu_count`.
    pub cpu_count: Option<u32>,
    /// Errors show which part of a line they come from; not so with `-X no_debug_ranges`.
    pub debug_ranges: bool,
    /// `-W` and `PYTHONWARNINGS`, in the order of `sys.warnoptions`.
    pub warn_options: Vec<String>,
    /// `-X`: names with their values.
    pub x_options: Vec<(String, Option<String>)>,
    /// The command line as it was given.
    pub orig_argv: Vec<String>,
    /// Absolute path of the command, as it was called.
    pub executable: String,
    /// The folder the installation belongs to; a virtual environment's own.
    pub prefix: String,
    /// The same of the installation a virtual environment was made from.
    pub base_prefix: String,
    /// Hot code is compiled.
    pub jit: bool,
    /// A pure-Python library that replaces the embedded one.
    pub stdlib: Option<String>,
    /// Where the embedded library is written when a program looks at its files.
    pub library_cache: Option<String>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            inspect: false,
            interactive: false,
            optimize: 0,
            dont_write_bytecode: false,
            no_user_site: false,
            no_site: false,
            ignore_environment: false,
            verbose: 0,
            bytes_warning: 0,
            quiet: false,
            debug: false,
            hash_randomization: true,
            isolated: false,
            dev_mode: false,
            utf8_mode: false,
            warn_default_encoding: false,
            safe_path: false,
            unbuffered: false,
            int_max_str_digits: 4300,
            pycache_prefix: None,
            cpu_count: None,
            debug_ranges: true,
            warn_options: Vec::new(),
            x_options: Vec::new(),
            orig_argv: Vec::new(),
            executable: String::new(),
            prefix: "/usr/local".into(),
            base_prefix: "/usr/local".into(),
            jit: true,
            stdlib: None,
            library_cache: None,
        }
    }
}

impl Settings {
    /// The folder of the pure-Python library; it need not exist.
    pub fn library(&self) -> std::borrow::Cow<'_, str> {
        match self.stdlib.as_ref().or(self.library_cache.as_ref()) {
            Some(d) => d.into(),
            None => format!("{}/lib/python3.14", self.base_prefix.trim_end_matches('/')).into(),
        }
    }
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();

/// Sets them, before the runtime is initialised. False: too late.
pub fn install(s: Settings) -> bool {
    SETTINGS.set(s).is_ok()
}

/// The settings of this process.
pub fn get() -> &'static Settings {
    SETTINGS.get_or_init(Settings::default)
}

/// A `PYTHON...` variable that is set, not empty, and not to be ignored.
pub fn variable(name: &str) -> Option<String> {
    if get().ignore_environment {
        return None;
    }
    std::env::var(name).ok().filter(|v| !v.is_empty())
}
