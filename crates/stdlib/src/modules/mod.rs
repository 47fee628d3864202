//! The native modules.

pub mod fileio;
pub mod imp;
pub mod itertools;
pub mod marshal;
pub mod posix;
pub mod sys;
pub mod thread;
pub mod time;
pub mod warnings;
pub mod weakref;

use crate::registry::NativeModule;

/// All of them.
pub static ALL: &[&NativeModule] = &[
    &fileio::MODULE,
    &imp::MODULE,
    &itertools::MODULE,
    &marshal::MODULE,
    &posix::MODULE,
    &sys::MODULE,
    &thread::MODULE,
    &time::MODULE,
    &warnings::MODULE,
    &weakref::MODULE,
];
