//! The native modules.

pub mod atexit;
pub mod codecs;
pub mod collections;
pub mod errno;
pub mod functools;
pub mod gc;
pub mod imp;
pub mod io;
pub mod itertools;
pub mod marshal;
pub mod math;
pub mod operator;
pub mod posix;
pub mod string;
pub mod sys;
pub mod thread;
pub mod time;
pub mod warnings;
pub mod weakref;

use crate::registry::NativeModule;

/// All of them.
pub static ALL: &[&NativeModule] = &[
    &atexit::MODULE,
    &codecs::MODULE,
    &collections::MODULE,
    &errno::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &io::MODULE,
    &imp::MODULE,
    &itertools::MODULE,
    &marshal::MODULE,
    &math::MODULE,
    &operator::MODULE,
    &posix::MODULE,
    &string::MODULE,
    &sys::MODULE,
    &thread::MODULE,
    &time::MODULE,
    &warnings::MODULE,
    &weakref::MODULE,
];
