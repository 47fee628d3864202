//! One instruction word: `op:8 | spare:8 | a:16 | b:16 | c:16`.

use crate::ops::Op;

/// Packs an instruction.
#[inline]
pub fn pack(op: Op, a: u16, b: u16, c: u16) -> u64 {
    op as u64 | (a as u64) << 16 | (b as u64) << 32 | (c as u64) << 48
}
/// The opcode number.
#[inline]
pub fn op(word: u64) -> u8 {
    word as u8
}
/// Operand a.
#[inline]
pub fn a(word: u64) -> u16 {
    (word >> 16) as u16
}
/// Operand b.
#[inline]
pub fn b(word: u64) -> u16 {
    (word >> 32) as u16
}
/// Operand c.
#[inline]
pub fn c(word: u64) -> u16 {
    (word >> 48) as u16
}
/// The distance of a `jump_far`.
#[inline]
pub fn far(word: u64) -> i32 {
    (word >> 32) as u32 as i32
}
