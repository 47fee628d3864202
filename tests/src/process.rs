//! Running the `pyjit` command in a clean environment, with a time limit.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a finished process left behind.
#[derive(Debug)]
pub struct Outcome {
    pub stdout: String,
    pub stderr: String,
    /// The exit code; `None` when a signal ended the process.
    pub code: Option<i32>,
    pub timed_out: bool,
}

/// The command under test: `$PYJIT`, or the one next to this test's binary, built when needed.
pub fn pyjit() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| match std::env::var_os("PYJIT") {
        Some(path) => PathBuf::from(path),
        None => build(),
    })
}

/// Builds the command with the profile of the running test; a no-op when it is fresh.
fn build() -> PathBuf {
    let exe = std::env::current_exe().expect("path of the test");
    // target/PROFILE/deps/TEST
    let folder = exe.ancestors().nth(2).expect("profile folder");
    let target = folder.parent().expect("target folder");
    let name = folder.file_name().expect("profile").to_string_lossy();
    let profile = if name == "debug" { "dev" } else { &*name };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "build",
            "--quiet",
            "--package",
            "pyjit",
            "--profile",
            profile,
            "--target-dir",
        ])
        .arg(target)
        .current_dir(crate::root())
        .status()
        .expect("cargo starts");
    assert!(status.success(), "building pyjit failed");
    folder.join(format!("pyjit{}", std::env::consts::EXE_SUFFIX))
}

/// A folder for one run's files, removed when dropped.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Scratch {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("pyjit-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("scratch folder");
        // Printed paths are canonical; tests compare with this one.
        Scratch(path.canonicalize().expect("scratch folder"))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file into the folder and returns its path.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("has a parent")).expect("folder");
        fs::write(&path, text).expect("file written");
        path
    }
}

impl Default for Scratch {
    fn default() -> Scratch {
        Scratch::new()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A command with nothing in its environment that could change what a test prints.
/// The same variables as in `tests/record.py`.
pub fn clean_command(program: &Path, scratch: &Scratch) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    for name in ["PATH", "HOME"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("NO_COLOR", "1")
        .env("PYTHONUTF8", "1")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("TMPDIR", scratch.path())
        .stdin(Stdio::null());
    command
}

/// Runs to the end or to the limit. Output goes through files, so a full pipe cannot block anyone.
pub fn run(mut command: Command, scratch: &Scratch, limit: Duration) -> Outcome {
    let (out_path, err_path) = (
        scratch.path().join(".stdout"),
        scratch.path().join(".stderr"),
    );
    command
        .stdout(File::create(&out_path).expect("stdout file"))
        .stderr(File::create(&err_path).expect("stderr file"));
    let mut child = command.spawn().expect("the command starts");
    let status = wait(&mut child, limit);
    let read =
        |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
    Outcome {
        stdout: read(&out_path),
        stderr: read(&err_path),
        code: status.and_then(|s| s.code()),
        timed_out: status.is_none(),
    }
}

/// Waits for the end; past the limit the process is killed and `None` returned.
fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let start = Instant::now();
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait().expect("wait") {
            return Some(status);
        }
        if start.elapsed() >= limit {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}
