//! Decompressors that get their input in pieces and keep what they have not
//! used: what `_bz2` and `_lzma` have in common.

use pyjit_heap::Value;
use pyjit_runtime::core::errors;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::{R, Thread};

/// Something that decompresses.
pub trait Engine {
    /// Works on some input, adding at most `room` bytes to `out`. Gives how
    /// much it read and whether the stream ended.
    fn step(
        &mut self,
        t: &Thread,
        input: &[u8],
        out: &mut Vec<u8>,
        room: usize,
    ) -> R<(usize, bool)>;
}

/// Output, and what changes in the object.
pub struct Fed {
    pub out: Vec<u8>,
    /// Input that is left (behind the stream, if it ended).
    pub rest: Value,
    pub eof: bool,
    /// Is more input needed before there can be more output?
    pub hungry: bool,
}

/// The most that is asked for at once.
const PIECE: usize = 64 * 1024;

/// `max_length` as a number of bytes; negative: no limit.
pub fn limit(max: Option<i64>) -> usize {
    max.and_then(|n| usize::try_from(n).ok())
        .unwrap_or(usize::MAX)
}

/// Decompresses what was kept and what is new.
pub fn feed(t: &Thread, e: &mut impl Engine, kept: &[u8], new: &[u8], limit: usize) -> R<Fed> {
    let joined;
    let input = match kept.is_empty() {
        true => new,
        false => {
            joined = [kept, new].concat();
            &joined
        }
    };
    let (mut out, mut read, mut eof) = (Vec::new(), 0, false);
    while !eof && out.len() < limit {
        let room = PIECE.min(limit - out.len());
        let before = out.len();
        let (n, end) = e.step(t, &input[read..], &mut out, room)?;
        read += n;
        eof = end;
        if n == 0 && out.len() == before {
            break;
        }
    }
    let hungry = !eof && read == input.len() && out.len() < limit;
    Ok(Fed {
        rest: Bytes::new(&input[read..]).value(),
        out,
        eof,
        hungry,
    })
}

/// The stream of a decompressor has ended, and it is asked for more.
#[cold]
pub fn ended(t: &Thread) -> pyjit_runtime::Raised {
    errors::raise(t, Exc::EOFError, "End of stream already reached")
}
