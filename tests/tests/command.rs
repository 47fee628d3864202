//! The command itself: ways to give a program, exit codes, the cache of compiled modules.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use pyjit_tests::process::{Outcome, Scratch, clean_command, pyjit, run};

fn command(scratch: &Scratch, args: &[&str]) -> Command {
    let mut command = clean_command(pyjit(), scratch);
    command.args(args).current_dir(scratch.path());
    command
}

fn finish(command: Command, scratch: &Scratch) -> Outcome {
    run(command, scratch, Duration::from_secs(60))
}

fn pyjit_in(scratch: &Scratch, args: &[&str]) -> Outcome {
    finish(command(scratch, args), scratch)
}

/// Like the shell: `pyjit ARGS < text`.
fn pyjit_with_input(scratch: &Scratch, args: &[&str], text: &str) -> Outcome {
    let input = scratch.write(".stdin", text);
    let mut command = command(scratch, args);
    command.stdin(Stdio::from(File::open(input).expect("input")));
    finish(command, scratch)
}

#[track_caller]
fn prints(outcome: &Outcome, stdout: &str) {
    assert_eq!(
        (
            outcome.stdout.as_str(),
            outcome.stderr.as_str(),
            outcome.code
        ),
        (stdout, "", Some(0))
    );
}

#[test]
fn script_gets_its_arguments() {
    let scratch = Scratch::new();
    scratch.write("s.py", "import sys\nprint(sys.argv, __name__)\n");
    let outcome = pyjit_in(&scratch, &["s.py", "a", "-b", "--jit=nonsense"]);
    prints(&outcome, "['s.py', 'a', '-b', '--jit=nonsense'] __main__\n");
}

#[test]
fn dash_c_runs_a_string() {
    let scratch = Scratch::new();
    let outcome = pyjit_in(&scratch, &["-c", "import sys; print(1 + 1, sys.argv)", "x"]);
    prints(&outcome, "2 ['-c', 'x']\n");
}

#[test]

fn dash_m_runs_a_module_and_a_package() {
    let scratch = Scratch::new();
    scratch.write("mod.py", "import sys\nprint(__name__, sys.argv[1:])\n");
    scratch.write("pkg/__init__.py", "print('package')\n");
    scratch.write("pkg/__main__.py", "print('main of', __package__)\n");
    prints(&pyjit_in(&scratch, &["-m", "mod", "q"]), "__main__ ['q']\n");
    prints(
        &pyjit_in(&scratch, &["-m", "pkg"]),
        "package\nmain of pkg\n",
    );
}

#[test]
fn program_on_standard_input() {
    let scratch = Scratch::new();
    let program = "def f():\n    return 6 * 7\nprint(f())\n";
    prints(&pyjit_with_input(&scratch, &["-"], program), "42\n");
    prints(&pyjit_with_input(&scratch, &[], program), "42\n");
}

#[test]

fn a_script_reads_its_input() {
    let scratch = Scratch::new();
    scratch.write(
        "s.py",
        "import sys\nprint(input().upper())\nfor line in sys.stdin: print(repr(line))\n\
         try:\n    input()\nexcept EOFError as e:\n    print(e)\n",
    );
    let outcome = pyjit_with_input(&scratch, &["s.py"], "one\ntwo\nthree");
    prints(
        &outcome,
        "ONE\n'two\\n'\n'three'\nEOF when reading a line\n",
    );
}

#[test]
fn exit_codes() {
    let scratch = Scratch::new();
    let code = |text: &str| pyjit_in(&scratch, &["-c", text]).code;
    assert_eq!(code("pass"), Some(0));
    assert_eq!(code("1 / 0"), Some(1));
    assert_eq!(code("x ="), Some(1));
    assert_eq!(code("import sys; sys.exit(7)"), Some(7));
    assert_eq!(code("raise SystemExit('text')"), Some(1));
    assert_eq!(code("raise SystemExit"), Some(0));
}

#[test]
fn unreadable_script_is_reported() {
    let scratch = Scratch::new();
    let outcome = pyjit_in(&scratch, &["nowhere.py"]);
    assert_eq!(outcome.code, Some(2));
    assert!(
        outcome.stderr.contains("can't open file"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome
            .stderr
            .contains("[Errno 2] No such file or directory"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn flags_may_be_repeated() {
    let scratch = Scratch::new();
    let program = "import sys; print(sys.flags.isolated, sys.flags.no_site, sys.warnoptions)";
    let args = [
        "-I",
        "-S",
        "-I",
        "-S",
        "-Wignore",
        "-Wdefault",
        "-c",
        program,
    ];
    prints(&pyjit_in(&scratch, &args), "1 1 ['ignore', 'default']\n");
}

#[test]
fn wrong_flags_are_reported() {
    let scratch = Scratch::new();
    for args in [
        &["--no-such-flag"][..],
        &["--jit=perhaps", "-c", "1"],
        &["-c"],
        &["--gc-stress", "x", "-c", "1"],
    ] {
        let outcome = pyjit_in(&scratch, args);
        assert_eq!(outcome.code, Some(2), "{args:?}: {}", outcome.stderr);
        assert!(!outcome.stderr.is_empty(), "{args:?} says nothing");
        assert!(
            !outcome.stderr.contains("panicked"),
            "{args:?}: {}",
            outcome.stderr
        );
    }
}

#[test]

fn modules_come_from_the_scripts_folder_and_pythonpath() {
    let scratch = Scratch::new();
    scratch.write(
        "app/main.py",
        "import near, far, pkg.sub\nprint(near.x, far.x, pkg.sub.x, pkg.__name__)\n",
    );
    scratch.write("app/near.py", "x = 'near'\n");
    scratch.write("app/far.py", "x = 'first wins'\n");
    scratch.write("app/pkg/__init__.py", "");
    scratch.write("lib/far.py", "x = 'far'\n");
    scratch.write("lib/other.py", "x = 'other'\n");
    scratch.write(
        "app/pkg/sub.py",
        "from . import sibling\nimport other\nx = sibling.x + other.x\n",
    );
    scratch.write("app/pkg/sibling.py", "x = 'sibling+'\n");
    let mut command = command(&scratch, &["app/main.py"]);
    command.env("PYTHONPATH", scratch.path().join("lib"));
    prints(
        &finish(command, &scratch),
        "near first wins sibling+other pkg\n",
    );
}

/// Runs `main.py` with the writing of caches allowed.
fn run_with_cache(scratch: &Scratch) -> Outcome {
    let mut command = command(scratch, &["main.py"]);
    command.env_remove("PYTHONDONTWRITEBYTECODE");
    finish(command, scratch)
}

fn write_at(path: &Path, text: &str, time: std::time::SystemTime) {
    fs::write(path, text).expect("module written");
    let file = File::options().write(true).open(path).expect("module");
    file.set_modified(time).expect("time set");
}

#[test]

fn the_second_import_uses_the_cache() {
    let scratch = Scratch::new();
    scratch.write("main.py", "import mod\nprint(mod.value)\n");
    let module = scratch.path().join("mod.py");
    let time = std::time::SystemTime::now() - Duration::from_secs(1000);
    write_at(&module, "value = 'old'\n", time);
    prints(&run_with_cache(&scratch), "old\n");
    assert!(
        scratch
            .path()
            .join("__pycache__/mod.pyjit-314.pyc")
            .exists()
    );
    // Same size and time: nobody can tell that the source changed, so the cache is what runs.
    write_at(&module, "value = 'new'\n", time);
    prints(&run_with_cache(&scratch), "old\n");
    write_at(&module, "value = 'new'\n", time + Duration::from_secs(10));
    prints(&run_with_cache(&scratch), "new\n");
    write_at(
        &module,
        "value = 'longer'\n",
        time + Duration::from_secs(10),
    );
    prints(&run_with_cache(&scratch), "longer\n");
}

#[test]

fn a_damaged_cache_is_compiled_again() {
    let scratch = Scratch::new();
    scratch.write("main.py", "import mod\nprint(mod.f(4))\n");
    scratch.write(
        "mod.py",
        "def f(n):\n    return [i * n for i in range(n)]\n",
    );
    prints(&run_with_cache(&scratch), "[0, 4, 8, 12]\n");
    let cache = scratch.path().join("__pycache__/mod.pyjit-314.pyc");
    let good = fs::read(&cache).expect("cache");
    for cut in [0, 1, 8, 15, 16, 17, good.len() / 2, good.len() - 1] {
        fs::write(&cache, &good[..cut]).expect("cache cut");
        prints(&run_with_cache(&scratch), "[0, 4, 8, 12]\n");
    }
    for at in (16..good.len()).step_by((good.len() / 40).max(1)) {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        fs::write(&cache, &bad).expect("cache damaged");
        let outcome = run_with_cache(&scratch);
        assert!(
            outcome.code.is_some() && !outcome.timed_out,
            "byte {at}: {}",
            outcome.stderr
        );
        assert!(
            !outcome.stderr.contains("panicked"),
            "byte {at}: {}",
            outcome.stderr
        );
    }
}

#[test]

fn dont_write_bytecode_is_respected() {
    let scratch = Scratch::new();
    scratch.write("main.py", "import mod\n");
    scratch.write("mod.py", "");
    prints(&pyjit_in(&scratch, &["main.py"]), "");
    assert!(!scratch.path().join("__pycache__").exists());
}

#[test]
fn endless_recursion_at_a_million_frames() {
    let scratch = Scratch::new();
    let program = "import sys\nsys.setrecursionlimit(10**6)\ndef f(n):\n    return f(n + 1)\n\
                   try:\n    f(0)\nexcept RecursionError as e:\n    print(e)\n";
    prints(
        &pyjit_in(&scratch, &["-c", program]),
        "maximum recursion depth exceeded\n",
    );
}

#[test]
fn the_options_end_where_the_program_begins() {
    let scratch = Scratch::new();
    let program = "import sys; print(sys.argv[1:], sys.flags.optimize)";
    prints(
        &pyjit_in(&scratch, &["-Oc", program, "-O", "--jit=off", "-c"]),
        "['-O', '--jit=off', '-c'] 1\n",
    );
}

#[test]
fn flags_reach_sys() {
    let scratch = Scratch::new();
    let program = "import sys; f = sys.flags\n\
         print(f.optimize, f.dont_write_bytecode, f.isolated, f.ignore_environment, f.safe_path)\n\
         print(sys._xoptions, sys.warnoptions, __debug__, sys.orig_argv[1:3])\n";
    let args = [
        "-OO", "-I", "-B", "-Xa=1", "-X", "b", "-Wignore", "-c", program,
    ];
    prints(
        &pyjit_in(&scratch, &args),
        "2 1 1 1 True\n{'a': '1', 'b': True} ['ignore'] False ['-OO', '-I']\n",
    );
}

#[test]
fn a_folder_with_a_main_module_is_a_program() {
    let scratch = Scratch::new();
    scratch.write(
        "app/__main__.py",
        "import near, sys\nprint(near.x, __name__)\n",
    );
    scratch.write("app/near.py", "x = 'near'\n");
    prints(&pyjit_in(&scratch, &["app"]), "near __main__\n");
}

#[test]
fn statements_from_a_pipe_are_run_one_by_one() {
    let scratch = Scratch::new();
    let text = "x = 20\nx + 1\ndef f():\n    return x * 2\n\nf()\n1 / 0\nprint('on')\nimport sys\nsys.exit(4)\n";
    let outcome = pyjit_with_input(&scratch, &["-i"], text);
    assert_eq!(outcome.code, Some(4), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "21\n40\non\n");
    assert!(
        outcome.stderr.contains("ZeroDivisionError"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn the_exception_hook_is_called() {
    let scratch = Scratch::new();
    let program =
        "import sys\nsys.excepthook = lambda c, e, t: print(c.__name__, e)\nraise ValueError(3)";
    let outcome = pyjit_in(&scratch, &["-c", program]);
    assert_eq!(
        (outcome.stdout.as_str(), outcome.code),
        ("ValueError 3\n", Some(1))
    );
}

#[test]
fn bench_compares_the_jit_with_the_interpreter() {
    let scratch = Scratch::new();
    scratch.write(
        "s.py",
        "n = 0\nfor i in range(3000):\n    n += i\nprint(n)\n",
    );
    let args = ["bench", "--rounds=4", "--processes=1", "--json=-", "s.py"];
    let outcome = pyjit_in(&scratch, &args);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    for key in [
        "\"jit\": {",
        "\"interpreter\": {",
        "\"steady\": ",
        "\"speed_up\": ",
    ] {
        assert!(outcome.stdout.contains(key), "{key}: {}", outcome.stdout);
    }
    let failing = pyjit_in(&scratch, &["bench", "--processes=1", "nowhere.py"]);
    assert_eq!(failing.code, Some(1));
}
