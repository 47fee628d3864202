//! Thread state, classes, native functions, and the protocols over them.

pub mod args;
pub mod attr;
pub mod audit;
pub mod call;
pub mod class;
pub mod conversions;
pub mod errors;
pub mod fast;
pub mod host;
pub mod init;
pub mod instances;
pub mod kinds;
pub mod modules;
pub mod monitor;
pub mod native;
pub mod operators;
pub mod ops;
pub mod settings;
pub mod special;
pub mod thread;
pub mod unraisable;
pub mod warn;
