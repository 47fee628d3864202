//! Threads of the operating system that run Python, one at a time.
//!
//! A thread has a state ([`Thread`]) and a value stack of its own; the state
//! of one that has ended serves a later one. Compiled code belongs to the main
//! thread, the others are interpreted.

use std::io;
use std::os::unix::thread::JoinHandleExt;

use pyjit_heap::{Value, lock};
use pyjit_runtime::Thread;
use pyjit_runtime::core::thread::{self, Local};

use crate::vm::Vm;

/// Words of address space for the value stack of a thread that is not the main one.
const STACK_WORDS: usize = 1 << 25;

/// Starts a thread that calls `run`. Everything it needs is made here, so
/// that it cannot fail any more once it runs.
pub fn start(
    t: &Thread,
    stack: usize,
    run: fn(&Thread, Value),
    argument: Value,
) -> io::Result<u64> {
    let vm = Vm::get();
    let spare = vm.spare.borrow_mut().pop();
    let new = spare.unwrap_or_else(Thread::create);
    vm.attach(new, STACK_WORDS)
        .ok_or(io::ErrorKind::OutOfMemory)?;
    let limit = t.recursion_limit.get();
    new.recursion_limit.set(limit);
    new.depth_left.set(limit);
    new.local(Local::Vm0).set(argument);
    // States are no business of other threads: the new one finds its own by number.
    let number = std::ptr::from_ref(new).addr();
    let started = std::thread::Builder::new()
        .stack_size(stack)
        .spawn(move || {
            pyjit_heap::threads::register();
            lock::acquire();
            if let Some(t) = find(number) {
                Vm::enter(t);
                run(t, t.local(Local::Vm0).get());
                detach(t);
            }
            lock::release();
        });
    match started {
        Ok(handle) => Ok(handle.as_pthread_t()),
        Err(e) => {
            detach(new);
            Err(e)
        }
    }
}

/// The state of a thread that runs.
fn find(number: usize) -> Option<&'static Thread> {
    let threads = Vm::get().threads.borrow();
    let found = threads
        .iter()
        .find(|(t, _)| std::ptr::from_ref(*t).addr() == number);
    found.map(|(t, _)| *t)
}

/// The thread has ended.
fn detach(t: &'static Thread) {
    t.reset();
    let vm = Vm::get();
    vm.threads
        .borrow_mut()
        .retain(|(other, _)| !std::ptr::eq(*other, t));
    vm.spare.borrow_mut().push(t);
}

/// In the child of a fork only the calling thread is left.
pub fn after_fork_in_child(t: &Thread) {
    // The child has no event loop of its own yet.
    for local in [Local::RunningLoop, Local::RunningTask] {
        t.local(local).set(Value::NULL);
    }
    let number = std::ptr::from_ref(t).addr();
    let gone: Vec<&'static Thread> = Vm::get()
        .threads
        .borrow()
        .iter()
        .map(|(other, _)| *other)
        .filter(|other| std::ptr::from_ref(*other).addr() != number)
        .collect();
    gone.into_iter().for_each(detach);
    if let Some(t) = find(number) {
        t.become_main();
    }
}

/// Locks are given up at polls, and polls come when another thread waits.
pub fn init() {
    lock::acquire();
    lock::on_request(thread::interrupt_all);
}
