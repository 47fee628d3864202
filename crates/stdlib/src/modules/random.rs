//! `_random`: the Mersenne Twister MT19937, bit for bit.

use pyjit_heap::{Gc, RawArray, Value};
use pyjit_runtime::bigint::{self, Endian};
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::int;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags};
use pyjit_runtime::{R, Thread, py_class};

use crate::{native_layout, native_module};

const N: usize = 624;
const M: usize = 397;

native_layout! {
    /// The 624 words of the state, and the next of them to be used.
    Random = 309, refs 1..2 { state } ints { index }
}

impl Random {
    fn words(&self) -> &'static [std::cell::Cell<u32>] {
        pyjit_heap::arrays::cells32(Gc::from_value(self.state.get()))
    }
    /// The next 32 bits.
    fn next(&self) -> u32 {
        let s = self.words();
        if self.index.get() as usize >= N {
            for i in 0..N {
                let y = s[i].get() & 0x8000_0000 | s[(i + 1) % N].get() & 0x7fff_ffff;
                let odd = if y & 1 != 0 { 0x9908_b0df } else { 0 };
                s[i].set(s[(i + M) % N].get() ^ (y >> 1) ^ odd);
            }
            self.index.set(0);
        }
        let mut y = s[self.index.get() as usize].get();
        self.index.set(self.index.get() + 1);
        y ^= y >> 11;
        y ^= y << 7 & 0x9d2c_5680;
        y ^= y << 15 & 0xefc6_0000;
        y ^ y >> 18
    }
    fn fill(&self, seed: u32) {
        let (s, mut x) = (self.words(), seed);
        s[0].set(x);
        for (i, w) in s.iter().enumerate().skip(1) {
            x = (x ^ x >> 30)
                .wrapping_mul(1_812_433_253)
                .wrapping_add(i as u32);
            w.set(x);
        }
        self.index.set(N as i64);
    }
    fn fill_by(&self, key: &[u32]) {
        self.fill(19_650_218);
        let (s, mut i, mut j) = (self.words(), 1, 0);
        let mixed = |i: usize| s[i - 1].get() ^ s[i - 1].get() >> 30;
        let advance = |i: usize| {
            if i + 1 < N {
                return i + 1;
            }
            s[0].set(s[N - 1].get());
            1
        };
        for _ in 0..N.max(key.len()) {
            let x = s[i].get() ^ mixed(i).wrapping_mul(1_664_525);
            s[i].set(x.wrapping_add(key[j]).wrapping_add(j as u32));
            i = advance(i);
            j = (j + 1) % key.len();
        }
        for _ in 1..N {
            let x = s[i].get() ^ mixed(i).wrapping_mul(1_566_083_941);
            s[i].set(x.wrapping_sub(i as u32));
            i = advance(i);
        }
        s[0].set(0x8000_0000);
    }
}

/// Random words of the operating system.
#[allow(unsafe_code)]
fn entropy() -> [u32; 16] {
    let mut words = [0u32; 16];
    // SAFETY: writes at most the 64 bytes of the array.
    unsafe { libc::getrandom(words.as_mut_ptr().cast(), 64, 0) };
    words
}

fn new(t: &Thread, class: Gc<Type>, _args: Value, _kwargs: Value) -> R<Gc<Random>> {
    let Some(state) = RawArray::new(N * 4) else {
        return Err(errors::memory_error(t));
    };
    let r = Random::alloc(class, state.value(), N as i64);
    r.fill_by(&entropy());
    Ok(r)
}
fn seed(t: &Thread, this: Gc<Random>, n: Option<Value>) -> R<()> {
    let Some(n) = n.filter(|n| !n.is_none()) else {
        this.fill_by(&entropy());
        return Ok(());
    };
    let limbs: Vec<u64> = match int::operand(n) {
        Some(i) => i.as_ref().mag.to_vec(),
        None => vec![ops::hash(t, n)? as u64],
    };
    let mut key: Vec<u32> = limbs
        .iter()
        .flat_map(|l| [*l as u32, (*l >> 32) as u32])
        .collect();
    while key.len() > 1 && key.last() == Some(&0) {
        key.pop();
    }
    if key.is_empty() {
        key.push(0);
    }
    this.fill_by(&key);
    Ok(())
}
fn random(_t: &Thread, this: Gc<Random>) -> f64 {
    let (a, b) = (this.next() >> 5, this.next() >> 6);
    (a as f64 * 67_108_864.0 + b as f64) * (1.0 / 9_007_199_254_740_992.0)
}
fn getrandbits(t: &Thread, this: Gc<Random>, k: Value) -> R<Value> {
    let k = ops::index(t, k)?;
    if int::is_negative(k) {
        return Err(errors::value_error(t, "Cannot convert negative int"));
    }
    let k = ops::index_i64(t, k)?;
    if k <= 32 {
        let bits = if k == 0 { 0 } else { this.next() >> (32 - k) };
        return Ok(Value::int(bits as i64));
    }
    if k > 1 << 33 {
        return Err(errors::memory_error(t));
    }
    let (mut bytes, mut left) = (Vec::new(), k);
    while left > 0 {
        let r = this.next();
        let r = if left < 32 { r >> (32 - left) } else { r };
        bytes.extend_from_slice(&r.to_le_bytes());
        left -= 32;
    }
    int::result(t, bigint::from_bytes(&bytes, Endian::Little, false))
}
fn getstate(t: &Thread, this: Gc<Random>) -> Gc<Tuple> {
    let s = this.words();
    let index = this.index.get();
    let _ = t;
    Tuple::from_fn(N + 1, |i| match s.get(i) {
        Some(w) => Value::int(w.get() as i64),
        None => Value::int(index),
    })
}
fn setstate(t: &Thread, this: Gc<Random>, state: Value) -> R<()> {
    let Some(state) = state.cast::<Tuple>() else {
        return Err(errors::type_error(t, "state vector must be a tuple"));
    };
    if state.len() != N + 1 {
        return Err(errors::value_error(t, "state vector is the wrong size"));
    }
    let mut words = Vec::with_capacity(N + 1);
    for v in state.items() {
        words.push(ops::index_i64(t, *v)?);
    }
    if !(0..=N as i64).contains(&words[N]) {
        return Err(errors::value_error(t, "invalid state"));
    }
    for (cell, w) in this.words().iter().zip(&words) {
        cell.set(*w as u32);
    }
    this.index.set(words[N]);
    Ok(())
}

py_class! {
    /// Random() -> create a random number generator with its own internal state.
    pub CLASS: Random = "Random", base kinds::OBJECT, flags flags::BASETYPE, module "_random";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => new;
        __init__(self, seed=None, /) => seed;
        /// random() -> x in the interval [0, 1).
        random(self, /) => random [leaf no_raise];
        /// seed([n]) -> None.
        ///
        /// Defaults to use urandom and falls back to a combination
        /// of the current time and the process identifier.
        seed(self, n=None, /) => seed;
        /// getstate() -> tuple containing the current state.
        getstate(self, /) => getstate;
        /// setstate(state) -> None.  Restores generator state.
        setstate(self, state, /) => setstate;
        /// getrandbits(k) -> x.  Generates an int with k random bits.
        getrandbits(self, k, /) => getrandbits;
    }
}

native_module! {
    /// Module implements the Mersenne Twister random number generator.
    pub MODULE = "_random", classes [CLASS];
    functions {}
}
