//! `_uuid`: time-based unique numbers.
#![allow(unsafe_code)]

use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use pyjit_heap::{Gc, Value};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use crate::native_module;

/// From 1582-10-15 to 1970-01-01 in steps of 100 ns.
const EPOCH: u64 = 0x01b2_1dd2_1381_4000;

/// The last time used, the clock sequence and the node.
static STATE: Mutex<Option<(u64, u16, [u8; 6])>> = Mutex::new(None);

/// The hardware address of a network interface.
fn hardware_address() -> Option<[u8; 6]> {
    for entry in std::fs::read_dir("/sys/class/net").ok()?.flatten() {
        let text = std::fs::read_to_string(entry.path().join("address")).unwrap_or_default();
        let parts = text.trim().split(':').map(|p| u8::from_str_radix(p, 16));
        let parts: Result<Vec<u8>, _> = parts.collect();
        if let Ok(Ok(a)) = parts.map(<[u8; 6]>::try_from)
            && a != [0; 6]
        {
            return Some(a);
        }
    }
    None
}
fn random<const N: usize>() -> [u8; N] {
    let mut b = [0; N];
    // SAFETY: a buffer of that size.
    unsafe { libc::getrandom(b.as_mut_ptr().cast(), N, 0) };
    b
}
fn start() -> (u64, u16, [u8; 6]) {
    let node = hardware_address().unwrap_or_else(|| {
        let mut n = random::<6>();
        n[0] |= 1;
        n
    });
    (0, u16::from_ne_bytes(random()) & 0x3fff, node)
}
/// The number as bytes, and no word on whether other processes could get the same.
fn generate_time_safe(_t: &Thread) -> Gc<Tuple> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.map_or(0, |d| (d.as_nanos() / 100) as u64) + EPOCH;
    let mut state = STATE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let (last, sequence, node) = state.get_or_insert_with(start);
    // A clock that stands still or goes back: the next step of our own.
    let time = now.max(*last + 1);
    *last = time;
    let mut b = [0u8; 16];
    b[..4].copy_from_slice(&(time as u32).to_be_bytes());
    b[4..6].copy_from_slice(&((time >> 32) as u16).to_be_bytes());
    b[6..8].copy_from_slice(&((time >> 48) as u16 & 0x0fff | 0x1000).to_be_bytes());
    b[8..10].copy_from_slice(&(*sequence | 0x8000).to_be_bytes());
    b[10..].copy_from_slice(node);
    Tuple::new(&[Bytes::new(&b).value(), Value::NONE])
}
fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(t, "has_uuid_generate_time_safe", Value::int(1))?;
    m.set(t, "has_stable_extractable_node", Value::int(0))
}

native_module! {
    /// Time-based unique numbers.
    pub MODULE = "_uuid", init init;
    functions {
        generate_time_safe() => generate_time_safe;
    }
}
