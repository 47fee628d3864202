//! runtime

pub mod bigint;
