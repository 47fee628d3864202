//! BLAKE2 with all parameters (RFC 7693 and the tree parameters).

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, kinds, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::int;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::{Type, flags, of_kind};
use pyjit_runtime::{R, Thread, py_class};

use super::{GIL_MINSIZE, data, either, hex, state, store};
use crate::{native_layout, native_module};

native_layout! {
    /// A BLAKE2b hash that is being computed.
    Blake2b = 482, refs 1..2 { state } ints { }
}
native_layout! {
    /// A BLAKE2s hash that is being computed.
    Blake2s = 483, refs 1..2 { state } ints { }
}

const SIGMA: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// The parameters of a hash.
struct Parameters {
    digest: u8,
    key: Vec<u8>,
    salt: Vec<u8>,
    person: Vec<u8>,
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: u8,
    last_node: bool,
}

/// One of the two variants: word, rounds, rotations, constants, bytes of the node offset.
macro_rules! variant {
    ($module:ident $word:ty, $rounds:literal, [$r1:literal $r2:literal $r3:literal $r4:literal],
     $offset:literal, $iv:expr) => {
        mod $module {
            use super::{Parameters, SIGMA};

            /// Bytes of a word, a block, salt and person.
            pub const WORD: usize = size_of::<$word>();
            pub const BLOCK: usize = WORD * 16;
            pub const SALT: usize = WORD * 2;
            const IV: [$word; 8] = $iv;

            /// State: the chain, the block that is filled, how much of it, the count,
            /// length of the result, last node?
            pub struct State {
                h: [$word; 8],
                block: Vec<u8>,
                count: u128,
                pub digest: u8,
                last_node: bool,
            }

            impl State {
                pub fn new(p: &Parameters) -> State {
                    let mut b = vec![p.digest, p.key.len() as u8, p.fanout, p.depth];
                    b.extend(p.leaf_size.to_le_bytes());
                    b.extend(&p.node_offset.to_le_bytes()[..$offset]);
                    b.extend([p.node_depth, p.inner_size]);
                    b.resize(WORD * 4, 0);
                    b.extend(&p.salt);
                    b.resize(WORD * 4 + SALT, 0);
                    b.extend(&p.person);
                    b.resize(WORD * 8, 0);
                    let mut h = IV;
                    for (h, w) in h.iter_mut().zip(b.as_chunks::<WORD>().0) {
                        *h ^= <$word>::from_le_bytes(*w);
                    }
                    let mut block = p.key.clone();
                    if !block.is_empty() {
                        block.resize(BLOCK, 0);
                    }
                    let (digest, last_node) = (p.digest, p.last_node);
                    State {
                        h,
                        block,
                        count: 0,
                        digest,
                        last_node,
                    }
                }
                pub fn to_bytes(&self) -> Vec<u8> {
                    let mut out: Vec<u8> = self.h.iter().flat_map(|w| w.to_le_bytes()).collect();
                    out.extend(&self.block);
                    out.resize(WORD * 8 + BLOCK, 0);
                    out.extend(self.count.to_le_bytes());
                    out.extend([self.block.len() as u8, self.digest, self.last_node as u8]);
                    out
                }
                pub fn of_bytes(b: &[u8]) -> State {
                    let (h, rest) = b.split_at(WORD * 8);
                    let (block, rest) = rest.split_at(BLOCK);
                    let (count, rest) = rest.split_at(16);
                    let words = h.as_chunks::<WORD>().0;
                    State {
                        h: std::array::from_fn(|i| <$word>::from_le_bytes(words[i])),
                        block: block[..rest[0] as usize].to_vec(),
                        count: count.iter().rev().fold(0, |n, b| n << 8 | u128::from(*b)),
                        digest: rest[1],
                        last_node: rest[2] != 0,
                    }
                }
                pub fn update(&mut self, mut data: &[u8]) {
                    // The last block waits for the end.
                    while !data.is_empty() {
                        if self.block.len() == BLOCK {
                            self.compress(false);
                        }
                        let n = (BLOCK - self.block.len()).min(data.len());
                        self.block.extend_from_slice(&data[..n]);
                        data = &data[n..];
                    }
                }
                pub fn finish(mut self) -> Vec<u8> {
                    self.compress(true);
                    let mut out: Vec<u8> = self.h.iter().flat_map(|w| w.to_le_bytes()).collect();
                    out.truncate(self.digest as usize);
                    out
                }
                fn compress(&mut self, last: bool) {
                    self.count += self.block.len() as u128;
                    self.block.resize(BLOCK, 0);
                    let words = self.block.as_chunks::<WORD>().0;
                    let m: [$word; 16] = std::array::from_fn(|i| <$word>::from_le_bytes(words[i]));
                    let mut v: [$word; 16] =
                        std::array::from_fn(|i| if i < 8 { self.h[i] } else { IV[i - 8] });
                    v[12] ^= self.count as $word;
                    v[13] ^= (self.count >> (WORD * 8)) as $word;
                    if last {
                        v[14] = !v[14];
                        if self.last_node {
                            v[15] = !v[15];
                        }
                    }
                    for round in 0..$rounds {
                        let s = &SIGMA[round % 10];
                        for i in 0..8 {
                            let (a, shift) = (i % 4, i / 4);
                            let (b, c, d) = (
                                4 + (a + shift) % 4,
                                8 + (a + 2 * shift) % 4,
                                12 + (a + 3 * shift) % 4,
                            );
                            v[a] = v[a].wrapping_add(v[b]).wrapping_add(m[s[2 * i]]);
                            v[d] = (v[d] ^ v[a]).rotate_right($r1);
                            v[c] = v[c].wrapping_add(v[d]);
                            v[b] = (v[b] ^ v[c]).rotate_right($r2);
                            v[a] = v[a].wrapping_add(v[b]).wrapping_add(m[s[2 * i + 1]]);
                            v[d] = (v[d] ^ v[a]).rotate_right($r3);
                            v[c] = v[c].wrapping_add(v[d]);
                            v[b] = (v[b] ^ v[c]).rotate_right($r4);
                        }
                    }
                    for i in 0..8 {
                        self.h[i] ^= v[i] ^ v[i + 8];
                    }
                    self.block.clear();
                }
            }
        }
    };
}
variant!(b u64, 12, [32 24 16 63], 8, [
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
]);
variant!(s u32, 10, [16 12 8 7], 6, [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/// Arguments of a constructor behind the data, by number.
fn parameters(t: &Thread, a: &Arguments, most: usize, salt: usize) -> R<Parameters> {
    let name = if most == 64 { "Blake2b" } else { "Blake2s" };
    let number = |i: usize, usual: i64| match a.numbers[i] {
        Some(v) => ops::index_i64(t, v),
        None => Ok(usual),
    };
    let ranged = |i: usize, usual: i64, top: i64, m: &str| match number(i, usual)? {
        n if (0..=top).contains(&n) => Ok(n),
        _ => Err(errors::value_error(t, m)),
    };
    let text = |v: Option<Value>, most: usize, what: &str| -> R<Vec<u8>> {
        let Some(v) = v else {
            return Ok(Vec::new());
        };
        let bytes = pyjit_runtime::types::buffer::bytes(t, v)?.to_vec();
        if bytes.len() > most {
            let m = format!("maximum {what} length is {most} bytes");
            return Err(errors::value_error(t, m));
        }
        Ok(bytes)
    };
    let digest = number(0, most as i64)?;
    if !(1..=most as i64).contains(&digest) {
        let m = format!(
            "digest_size for {name} must be between 1 and {most} bytes, here it is {digest}"
        );
        return Err(errors::value_error(t, m));
    }
    let offset_top = if most == 64 { i64::MAX } else { (1 << 48) - 1 };
    let offset = match a.numbers[4].map(int::to_i64_wrapping) {
        Some(Some(n)) if most == 64 && !int::is_negative(a.numbers[4].unwrap_or(Value::NONE)) => n,
        _ => ranged(4, 0, offset_top, "node_offset is too large")?,
    };
    Ok(Parameters {
        digest: digest as u8,
        salt: text(a.salt, salt, "salt")?,
        person: text(a.person, salt, "person")?,
        fanout: ranged(1, 1, 255, "fanout must be between 0 and 255")? as u8,
        depth: match ranged(2, 1, 255, "depth must be between 1 and 255")? {
            0 => return Err(errors::value_error(t, "depth must be between 1 and 255")),
            n => n as u8,
        },
        leaf_size: ranged(3, 0, u32::MAX as i64, "leaf_size is too large")? as u32,
        node_offset: offset as u64,
        node_depth: ranged(5, 0, 255, "node_depth must be between 0 and 255")? as u8,
        inner_size: ranged(
            6,
            0,
            most as i64,
            &format!("inner_size must be between 0 and is {most}"),
        )? as u8,
        key: text(a.key, most, "key")?,
        last_node: match a.last_node {
            Some(v) => ops::truth(t, v)?,
            None => false,
        },
    })
}

/// `digest_size fanout depth leaf_size node_offset node_depth inner_size`, and what is no number.
struct Arguments {
    numbers: [Option<Value>; 7],
    key: Option<Value>,
    salt: Option<Value>,
    person: Option<Value>,
    last_node: Option<Value>,
}

/// Keyword arguments of a constructor: known ones are taken out.
fn arguments(t: &Thread, kw: Option<Gc<Dict>>) -> R<(Arguments, Option<Value>, Option<Value>)> {
    const NUMBERS: [&str; 7] = [
        "digest_size",
        "fanout",
        "depth",
        "leaf_size",
        "node_offset",
        "node_depth",
        "inner_size",
    ];
    let get = |name: &str| kw.and_then(|d| d.get_str(intern(name)));
    if let Some(d) = kw {
        for (k, _) in d.copy().iter() {
            let known = k.cast::<Str>().is_some_and(|s| {
                let s = s.lossy();
                NUMBERS.contains(&&*s)
                    || matches!(
                        &*s,
                        "data"
                            | "string"
                            | "key"
                            | "salt"
                            | "person"
                            | "last_node"
                            | "usedforsecurity"
                    )
            });
            if !known {
                let m = format!(
                    "blake2 got an unexpected keyword argument {}",
                    ops::repr(t, k)?.lossy()
                );
                return Err(errors::type_error(t, m));
            }
        }
    }
    let a = Arguments {
        numbers: NUMBERS.map(get),
        key: get("key"),
        salt: get("salt"),
        person: get("person"),
        last_node: get("last_node"),
    };
    Ok((a, get("data"), get("string")))
}

/// The one positional argument.
fn only(t: &Thread, name: &str, args: Gc<Tuple>) -> R<Option<Value>> {
    match args.items() {
        [] => Ok(None),
        [v] => Ok(Some(*v)),
        many => {
            let n = many.len();
            let m = format!("{name}() takes at most 1 positional argument ({n} given)");
            Err(errors::type_error(t, m))
        }
    }
}

macro_rules! functions {
    ($($f:ident $variant:ident $layout:ident $kind:literal $name:literal $most:literal;)*) => { $(
        mod $f {
            use super::*;
            use super::$variant::{BLOCK, SALT, State};
            type H = Gc<$layout>;
            pub fn new(t: &Thread, _class: Gc<Type>, args: Gc<Tuple>, kw: Option<Gc<Dict>>) -> R<H> {
                let first = only(t, $name, args)?;
                let (a, named, string) = arguments(t, kw)?;
                let first = either(t, first.or(named), string)?;
                let mut s = State::new(&parameters(t, &a, $most, SALT)?);
                if let Some(v) = first {
                    s.update(&data(t, v)?);
                }
                Ok($layout::alloc(of_kind($kind), store(t, &s.to_bytes())?))
            }
            fn get(this: H) -> State {
                State::of_bytes(state(this.state.get()).bytes())
            }
            pub fn copy(t: &Thread, this: H) -> R<H> {
                let new = store(t, state(this.state.get()).bytes())?;
                Ok($layout::alloc(of_kind($kind), new))
            }
            pub fn update(t: &Thread, this: H, v: Value) -> R<()> {
                let mut s = get(this);
                s.update(&data(t, v)?);
                state(this.state.get()).bytes_mut().copy_from_slice(&s.to_bytes());
                Ok(())
            }
            pub fn digest(_t: &Thread, this: H) -> Gc<Bytes> {
                Bytes::new(&get(this).finish())
            }
            pub fn hexdigest(_t: &Thread, this: H) -> Gc<Str> {
                hex(&get(this).finish())
            }
            pub fn name(_t: &Thread, _this: H) -> &'static str {
                $name
            }
            pub fn digest_size(_t: &Thread, this: H) -> usize {
                get(this).digest as usize
            }
            pub fn block_size(_t: &Thread, _this: H) -> usize {
                BLOCK
            }
        }
    )* };
}
functions! {
    blake2b b Blake2b 482 "blake2b" 64;
    blake2s s Blake2s 483 "blake2s" 32;
}
py_class! {
    /// Return a new BLAKE2b hash object.
    pub B_CLASS: Blake2b = "blake2b", base kinds::OBJECT, flags flags::BASETYPE, module "_blake2";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => blake2b::new;
        /// Return a copy of the hash object.
        copy(self, /) => blake2b::copy;
        /// Return the digest value as a bytes object.
        digest(self, /) => blake2b::digest;
        /// Return the digest value as a string of hexadecimal digits.
        hexdigest(self, /) => blake2b::hexdigest;
        /// Update this hash object's state with the provided bytes-like object.
        update(self, data, /) => blake2b::update;
    }
    getset {
        name => blake2b::name;
        block_size => blake2b::block_size;
        digest_size => blake2b::digest_size;
    }
}
py_class! {
    /// Return a new BLAKE2s hash object.
    pub S_CLASS: Blake2s = "blake2s", base kinds::OBJECT, flags flags::BASETYPE, module "_blake2";
    methods {
        @staticmethod __new__(cls, /, *args, **kwargs) => blake2s::new;
        /// Return a copy of the hash object.
        copy(self, /) => blake2s::copy;
        /// Return the digest value as a bytes object.
        digest(self, /) => blake2s::digest;
        /// Return the digest value as a string of hexadecimal digits.
        hexdigest(self, /) => blake2s::hexdigest;
        /// Update this hash object's state with the provided bytes-like object.
        update(self, data, /) => blake2s::update;
    }
    getset {
        name => blake2s::name;
        block_size => blake2s::block_size;
        digest_size => blake2s::digest_size;
    }
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(t, "_GIL_MINSIZE", Value::int(GIL_MINSIZE))?;
    for (name, class, most, salt) in [("BLAKE2B", 482, 64, b::SALT), ("BLAKE2S", 483, 32, s::SALT)]
    {
        let ty = of_kind(class);
        for (what, n) in [
            ("SALT_SIZE", salt as i64),
            ("PERSON_SIZE", salt as i64),
            ("MAX_KEY_SIZE", most),
            ("MAX_DIGEST_SIZE", most),
        ] {
            m.set(t, &format!("{name}_{what}"), Value::int(n))?;
            ty.dict.gc().set_str(t, intern(what), Value::int(n))?;
        }
        ty.modified(t);
    }
    Ok(())
}

native_module! {
    /// _blake2b provides BLAKE2b for hashlib
    pub MODULE = "_blake2", classes [B_CLASS, S_CLASS], init init;
    functions {}
}
