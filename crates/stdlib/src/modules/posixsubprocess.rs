//! `_posixsubprocess`: what `subprocess` does between `fork` and `exec`.
//!
//! The child shares the parent's memory until it executes the program (the
//! parent sleeps meanwhile), so it only calls the system; with `preexec_fn` it is
//! a real fork.
#![allow(unsafe_code)]

use std::ffi::CString;

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{audit, call, errors, ops};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Thread};

use crate::modules::posix::check_plain;
use crate::modules::posix::execute::{c_string, c_strings, fork_process, pointers};
use crate::modules::signal;
use crate::native_module;

/// Everything the child needs, made before it exists.
struct Plan {
    argv: Vec<*const libc::c_char>,
    env: Option<Vec<*const libc::c_char>>,
    programs: Vec<CString>,
    cwd: Option<CString>,
    keep: Vec<i32>,
    close: bool,
    /// Standard input, output and error: the child's end, the parent's end.
    ends: [i32; 6],
    report: i32,
    restore: bool,
    session: bool,
    group: i32,
    gid: Option<u32>,
    groups: Option<Vec<u32>>,
    uid: Option<u32>,
    umask: i32,
    /// The signal mask to set once handlers of ours cannot run any more.
    mask: Option<libc::sigset_t>,
    /// Is it changing the folder?
    entering: bool,
    /// Did it get as far as executing?
    executing: bool,
}

fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}
fn ok(r: i32) -> Result<i32, i32> {
    if r < 0 { Err(errno()) } else { Ok(r) }
}
/// Moves a pipe's end out of the way of the standard descriptors.
fn above(fd: i32, low: i32) -> Result<i32, i32> {
    if fd < 0 || fd > low {
        return Ok(fd);
    }
    // SAFETY: no memory is involved.
    ok(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 3) })
}
/// Makes `fd` the standard descriptor `target`.
fn place(fd: i32, target: i32) -> Result<(), i32> {
    // SAFETY: no memory is involved.
    unsafe {
        if fd == target {
            ok(libc::fcntl(fd, libc::F_SETFD, 0))?;
        } else if fd >= 0 {
            ok(libc::dup2(fd, target))?;
        }
    }
    Ok(())
}

impl Plan {
    /// In the child: prepares and executes; comes back with an error number.
    fn run(&mut self, preexec: &mut dyn FnMut() -> bool) -> Result<(), i32> {
        let [stdin, to_stdin, from_stdout, stdout, from_stderr, stderr] = self.ends;
        // SAFETY: numbers and strings that were made before.
        unsafe {
            let report = self.report;
            for fd in self.keep.iter().filter(|fd| **fd > 2 && **fd != report) {
                libc::fcntl(*fd, libc::F_SETFD, 0);
            }
            for fd in [to_stdin, from_stdout, from_stderr]
                .into_iter()
                .filter(|f| *f >= 0)
            {
                ok(libc::close(fd))?;
            }
            let stdout = above(stdout, 0)?;
            let stderr = above(stderr, 1)?;
            self.report = above(self.report, 2)?;
            place(stdin, 0)?;
            place(stdout, 1)?;
            place(stderr, 2)?;
            if let Some(cwd) = &self.cwd {
                self.entering = true;
                ok(libc::chdir(cwd.as_ptr()))?;
                self.entering = false;
            }
            if self.umask >= 0 {
                libc::umask(self.umask as libc::mode_t);
            }
            if self.restore {
                signal::restore_defaults();
            }
            if self.session {
                libc::setsid();
            }
            if self.group >= 0 {
                ok(libc::setpgid(0, self.group))?;
            }
            if let Some(g) = &self.groups {
                ok(libc::syscall(libc::SYS_setgroups, g.len(), g.as_ptr()) as i32)?;
            }
            if let Some(g) = self.gid {
                ok(libc::syscall(libc::SYS_setregid, g, g) as i32)?;
            }
            if let Some(u) = self.uid {
                ok(libc::syscall(libc::SYS_setreuid, u, u) as i32)?;
            }
        }
        if !preexec() {
            return Err(0);
        }
        if self.close {
            self.close_others();
        }
        self.executing = true;
        self.execute()
    }

    /// Closes all descriptors above the standard ones that are not to be kept.
    fn close_others(&self) {
        let mut low = 3u32;
        let mut gap = |to: u32| {
            if low < to {
                // SAFETY: closing any number is harmless to memory.
                unsafe { libc::close_range(low, to - 1, 0) };
            }
            low = to.saturating_add(1);
        };
        // `keep` is sorted; the reporting end is among it, unless it was moved.
        let mut report = (self.report > 2).then_some(self.report);
        for fd in self.keep.iter().copied().filter(|fd| *fd > 2) {
            if let Some(r) = report.filter(|r| *r <= fd) {
                if r < fd {
                    gap(r as u32);
                }
                report = None;
            }
            gap(fd as u32);
        }
        if let Some(r) = report {
            gap(r as u32);
        }
        gap(u32::MAX);
    }

    fn execute(&self) -> Result<(), i32> {
        let mut saved = 0;
        for program in &self.programs {
            // SAFETY: terminated strings in arrays with null at the end.
            unsafe {
                match &self.env {
                    Some(env) => libc::execve(program.as_ptr(), self.argv.as_ptr(), env.as_ptr()),
                    None => libc::execv(program.as_ptr(), self.argv.as_ptr()),
                };
            }
            let e = errno();
            if e != libc::ENOENT && e != libc::ENOTDIR && saved == 0 {
                saved = e;
            }
            if saved == 0 && std::ptr::eq(program, self.programs.last().unwrap_or(program)) {
                saved = e;
            }
        }
        Err(saved)
    }

    /// Tells the parent what went wrong, as `subprocess` reads it.
    fn fail(&self, error: i32, preexec_failed: bool) {
        let mut text = [0u8; 64];
        let mut n = 0;
        let mut put = |bytes: &[u8]| {
            text[n..n + bytes.len()].copy_from_slice(bytes);
            n += bytes.len();
        };
        if preexec_failed {
            put(b"SubprocessError:0:Exception occurred in preexec_fn.");
        } else {
            put(b"OSError:");
            let (mut digits, mut value, mut at) = ([0u8; 8], error as u32, 8);
            loop {
                at -= 1;
                digits[at] = b"0123456789ABCDEF"[(value & 15) as usize];
                value >>= 4;
                if value == 0 || at == 0 {
                    break;
                }
            }
            put(&digits[at..]);
            put(b":");
            if !self.executing {
                put(if self.entering {
                    b"noexec:chdir"
                } else {
                    b"noexec"
                });
            }
        }
        // SAFETY: the bytes are ours.
        unsafe { libc::write(self.report, text.as_ptr().cast(), n) };
    }
}

/// The child of [`spawn`].
extern "C" fn child(plan: *mut libc::c_void) -> libc::c_int {
    // SAFETY: the parent, which sleeps until we are done, gave us its plan.
    let plan = unsafe { &mut *plan.cast::<Plan>() };
    if let Some(mask) = &plan.mask {
        signal::drop_handlers();
        // SAFETY: an initialised set.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, mask, std::ptr::null_mut()) };
    }
    if let Err(e) = plan.run(&mut || true) {
        plan.fail(e, false);
    }
    // SAFETY: ends the child at once.
    unsafe { libc::_exit(255) }
}

/// Runs the plan in a child that borrows our memory until it executes.
fn spawn(plan: &mut Plan) -> std::io::Result<i32> {
    let mut stack = vec![0u128; 16 << 10];
    let top = stack.as_mut_ptr_range().end;
    // SAFETY: signals are blocked in the child (no handler of ours runs there), its stack
    // and plan live until it is done, and it only calls the system.
    let (pid, error) = unsafe {
        let (mut all, mut old): (libc::sigset_t, libc::sigset_t) =
            (std::mem::zeroed(), std::mem::zeroed());
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut old);
        plan.mask = Some(old);
        let flags = libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD;
        let argument = std::ptr::from_mut(plan).cast();
        let pid = libc::clone(child, top.cast(), flags, argument);
        let error = std::io::Error::last_os_error();
        libc::pthread_sigmask(libc::SIG_SETMASK, &old, std::ptr::null_mut());
        (pid, error)
    };
    if pid < 0 { Err(error) } else { Ok(pid) }
}

// ---- the Python function ---------------------------------------------------

fn number(t: &Thread, v: Value) -> R<i32> {
    Ok(ops::index_i64(t, v)? as i32)
}
fn id(t: &Thread, v: Value) -> R<Option<u32>> {
    match v.is_none() {
        true => Ok(None),
        false => ops::index_i64(t, v).map(|i| Some(i as u32)),
    }
}
fn kept(t: &Thread, v: Value) -> R<Vec<i32>> {
    let Some(fds) = v.cast::<Tuple>() else {
        let m = format!("argument 4 must be tuple, not {}", type_name(v));
        return Err(errors::type_error(t, m));
    };
    let mut all = Vec::with_capacity(fds.len());
    for fd in fds.items() {
        let fd = number(t, *fd)?;
        if fd < 0 || all.last().is_some_and(|l| *l >= fd) {
            return Err(errors::value_error(t, "bad value(s) in fds_to_keep"));
        }
        all.push(fd);
    }
    Ok(all)
}

/// `fork_exec` has 22 parameters, all of them positional.
fn fork_exec(t: &Thread, args: Gc<Tuple>) -> R<i64> {
    let &[
        argv,
        programs,
        close,
        keep,
        cwd,
        env,
        p2cread,
        p2cwrite,
        c2pread,
        c2pwrite,
        errread,
        errwrite,
        report_read,
        report,
        restore,
        session,
        group,
        gid,
        groups,
        uid,
        umask,
        preexec,
    ] = args.items()
    else {
        let m = format!("fork_exec expected 22 arguments, got {}", args.len());
        return Err(errors::type_error(t, m));
    };
    let _ = report_read;
    audit::event(t, "_posixsubprocess.fork_exec", || [programs, argv, env])?;
    let close = ops::truth(t, close)?;
    let report = number(t, report)?;
    if close && report < 3 {
        return Err(errors::value_error(t, "errpipe_write must be >= 3"));
    }
    let argv = c_strings(t, argv)?;
    let env = match env.is_none() {
        true => None,
        false => Some(c_strings(t, env)?),
    };
    let mut ends = [0; 6];
    let fds = [p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite];
    for (slot, v) in ends.iter_mut().zip(fds) {
        *slot = number(t, v)?;
    }
    let groups = match groups.is_none() {
        true => None,
        false => {
            let mut all = Vec::new();
            ops::for_each(t, groups, |g| {
                all.push(ops::index_i64(t, g)? as u32);
                Ok(())
            })?;
            Some(all)
        }
    };
    let mut plan = Plan {
        argv: pointers(&argv),
        env: env.as_deref().map(pointers),
        programs: c_strings(t, programs)?,
        cwd: match cwd.is_none() {
            true => None,
            false => Some(c_string(t, cwd)?),
        },
        keep: kept(t, keep)?,
        close,
        ends,
        report,
        restore: ops::truth(t, restore)?,
        session: ops::truth(t, session)?,
        group: number(t, group)?,
        gid: id(t, gid)?,
        groups,
        uid: id(t, uid)?,
        umask: number(t, umask)?,
        mask: None,
        entering: false,
        executing: false,
    };
    let r = match preexec.is_none() {
        true => spawn(&mut plan),
        false => with_preexec(t, &mut plan, preexec),
    };
    check_plain(t, r).map(i64::from)
}

/// A real fork: the child runs Python before it executes the program.
fn with_preexec(t: &Thread, plan: &mut Plan, preexec: Value) -> std::io::Result<i32> {
    let pid = fork_process(t)?;
    if pid == 0 {
        let mut failed = false;
        let r = plan.run(&mut || {
            failed = call::call(t, preexec, &[]).is_err();
            !failed
        });
        if let Err(e) = r {
            plan.fail(e, failed);
        }
        // SAFETY: ends the child at once.
        unsafe { libc::_exit(255) }
    }
    Ok(pid)
}

native_module! {
    /// A POSIX helper for the subprocess module.
    pub MODULE = "_posixsubprocess";
    functions {
        /// Spawn a fresh new child process.
        fork_exec(*args) => fork_exec;
    }
}
