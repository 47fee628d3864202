//! Flags and `PYTHON...` variables become the settings of the process.

use std::path::{Path, PathBuf};

use pyjit_runtime::core::settings::Settings;
use pyjit_vm::command::absolute;

use crate::cli::Cli;

/// The settings for a command line. `argv0` is how the command was called.
pub fn settings(cli: &Cli, argv0: &str, args: &[String]) -> Result<Settings, String> {
    let ignore = cli.ignore_environment || cli.isolated;
    let text = |name: &str| {
        std::env::var(name)
            .ok()
            .filter(|v| !v.is_empty() && !ignore)
    };
    let set = |name: &str| text(name).is_some();
    // A number, or 1 for anything else that is set.
    let level = |name: &str| text(name).map_or(0, |v| v.parse().unwrap_or(1));
    let x = x_options(&cli.x_options);
    let has = |name: &str| x.iter().any(|(k, _)| k == name);
    let value = |name: &str| x.iter().rev().find(|(k, _)| k == name)?.1.clone();
    let dev_mode = has("dev") || set("PYTHONDEVMODE");
    let executable = executable(argv0);
    let (prefix, base_prefix) = prefixes(&executable);
    check_seed(text("PYTHONHASHSEED"))?;
    let digits = match has("int_max_str_digits") {
        true => Some(value("int_max_str_digits").unwrap_or_default()),
        false => text("PYTHONINTMAXSTRDIGITS"),
    };
    let pycache_prefix = match has("pycache_prefix") {
        true => value("pycache_prefix").filter(|v| !v.is_empty()),
        false => text("PYTHONPYCACHEPREFIX"),
    };
    let cpus = match has("cpu_count") {
        true => Some(value("cpu_count").unwrap_or_default()),
        false => text("PYTHON_CPU_COUNT"),
    };
    Ok(Settings {
        inspect: cli.inspect || set("PYTHONINSPECT"),
        interactive: cli.inspect,
        optimize: cli.optimize.max(level("PYTHONOPTIMIZE")).min(2),
        dont_write_bytecode: cli.dont_write_bytecode || set("PYTHONDONTWRITEBYTECODE"),
        no_user_site: cli.no_user_site || cli.isolated || set("PYTHONNOUSERSITE"),
        no_site: cli.no_site,
        ignore_environment: ignore,
        verbose: cli.verbose.max(level("PYTHONVERBOSE")),
        bytes_warning: cli.bytes_warning,
        quiet: cli.quiet,
        debug: cli.debug || set("PYTHONDEBUG"),
        hash_randomization: cli.random_hashes || text("PYTHONHASHSEED").is_none_or(|v| v != "0"),
        isolated: cli.isolated,
        dev_mode,
        utf8_mode: match value("utf8").or_else(|| text("PYTHONUTF8")) {
            Some(v) => v == "1",
            None => has("utf8"),
        },
        warn_default_encoding: has("warn_default_encoding") || set("PYTHONWARNDEFAULTENCODING"),
        safe_path: cli.safe_path || cli.isolated || set("PYTHONSAFEPATH"),
        unbuffered: cli.unbuffered || set("PYTHONUNBUFFERED"),
        int_max_str_digits: max_digits(digits)?,
        pycache_prefix,
        cpu_count: cpu_count(cpus)?,
        debug_ranges: !(has("no_debug_ranges") || set("PYTHONNODEBUGRANGES")),
        warn_options: warn_options(cli, text("PYTHONWARNINGS"), dev_mode),
        orig_argv: std::iter::once(executable.clone())
            .chain(args.iter().cloned())
            .collect(),
        executable,
        prefix,
        base_prefix,
        jit: crate::program::jit_options(cli)?.enabled,
        stdlib: cli.stdlib.clone().map(|d| absolute(&d)),
        library_cache: pyjit_stdlib::library::folder().and_then(|d| d.to_str().map(str::to_string)),
        x_options: x,
    })
}

fn x_options(given: &[String]) -> Vec<(String, Option<String>)> {
    let split = |o: &String| match o.split_once('=') {
        Some((k, v)) => (k.to_string(), Some(v.to_string())),
        None => (o.clone(), None),
    };
    given.iter().map(split).collect()
}

fn check_seed(text: Option<String>) -> Result<(), String> {
    match text {
        Some(v) if v != "random" && v.parse::<u32>().is_err() => Err(
            "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]".to_string(),
        ),
        _ => Ok(()),
    }
}

fn max_digits(text: Option<String>) -> Result<i64, String> {
    let Some(text) = text else { return Ok(4300) };
    match text.parse() {
        Ok(n) if n == 0 || n >= 640 => Ok(n),
        _ => Err(
            "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.".to_string(),
        ),
    }
}

/// The number of processors that a program is to see.
fn cpu_count(text: Option<String>) -> Result<Option<u32>, String> {
    match text.as_deref() {
        None | Some("default") => Ok(None),
        Some(n) => match n.parse() {
            Ok(n) if n > 0 => Ok(Some(n)),
            _ => Err("-X cpu_count=n option: n is missing or an invalid number, \
                      n must be greater than 0"
                .to_string()),
        },
    }
}

/// In the order in which `warnings` reads them: later ones win.
fn warn_options(cli: &Cli, variable: Option<String>, dev_mode: bool) -> Vec<String> {
    let mut all = Vec::new();
    if dev_mode {
        all.push("default".to_string());
    }
    if let Some(v) = variable {
        all.extend(v.split(',').map(str::to_string));
    }
    all.extend(cli.warnings.iter().cloned());
    match cli.bytes_warning {
        0 => {}
        1 => all.push("default::BytesWarning".into()),
        _ => all.push("error::BytesWarning".into()),
    }
    all
}

/// The path of the command as it was called: links are kept, since the folder
/// of a virtual environment's link says which environment it is.
fn executable(argv0: &str) -> String {
    if argv0.contains('/') {
        return absolute(argv0);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|d| d.join(argv0))
        .find(|p| p.is_file())
        .or_else(|| std::env::current_exe().ok())
        .map_or_else(String::new, |p| p.to_string_lossy().into_owned())
}

/// `sys.prefix` and `sys.base_prefix`. They differ in a virtual environment,
/// which a file `pyvenv.cfg` beside the command or above it marks.
fn prefixes(executable: &str) -> (String, String) {
    let folder = Path::new(executable).parent().unwrap_or(Path::new("/"));
    let above = folder.parent().unwrap_or(Path::new("/"));
    let home = [folder, above].into_iter().find_map(|d| {
        let text = std::fs::read_to_string(d.join("pyvenv.cfg")).ok()?;
        let home = text.lines().find_map(|l| {
            let (key, value) = l.split_once('=')?;
            (key.trim() == "home").then(|| value.trim().to_string())
        })?;
        Some((d, home))
    });
    if let Some((d, home)) = home {
        return (show(d), installation(Path::new(&home)));
    }
    let real = std::fs::canonicalize(executable).unwrap_or_else(|_| PathBuf::from(executable));
    let own = installation(real.parent().unwrap_or(Path::new("/")));
    (own.clone(), own)
}

/// The installation to which a folder of commands belongs.
fn installation(folder: &Path) -> String {
    match folder.parent() {
        Some(above) if folder.ends_with("bin") => show(above),
        _ => show(folder),
    }
}

fn show(p: &Path) -> String {
    p.to_string_lossy().into_owned()
}
