//! Where the bytes of a pickle come from.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{call, errors};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::{R, Raised, Thread};

use super::bad_pickle;
use super::unpickler::Unpickler;

/// How much is looked at ahead of reading it.
const AHEAD: i64 = 128 * 1024;

/// A piece of the input, and the file that gives more.
pub struct Input {
    data: Vec<u8>,
    at: usize,
    /// What was only looked at begins here; it is read later.
    seen: Option<usize>,
    peeks: bool,
    /// Where the frame that is being read ends.
    frame: Option<usize>,
}

#[cold]
fn truncated(t: &Thread) -> Raised {
    bad_pickle(t, "pickle data was truncated")
}

impl Input {
    /// All of the input is known.
    pub fn whole(data: Vec<u8>) -> Input {
        Input {
            data,
            at: 0,
            seen: None,
            peeks: false,
            frame: None,
        }
    }
    /// Everything comes from the unpickler's file.
    pub fn file(u: Gc<Unpickler>) -> Input {
        Input {
            data: Vec::new(),
            at: 0,
            seen: None,
            peeks: u.peek.is_set(),
            frame: None,
        }
    }
    /// Reads from the file what was used of the bytes that were only looked at.
    pub fn settle(&mut self, t: &Thread, u: Gc<Unpickler>) -> R<()> {
        let Some(from) = self.seen.take() else {
            return Ok(());
        };
        if self.at > from {
            let n = Value::int((self.at - from) as i64);
            call::call(t, u.read.get(), &[n])?;
        }
        Ok(())
    }
    fn take(&mut self, t: &Thread, v: Value) -> R<usize> {
        let b = buffer::bytes(t, v)?;
        self.data.clear();
        self.data.extend_from_slice(&b);
        self.at = 0;
        Ok(self.data.len())
    }
    /// More from the file: `n` bytes, or a line.
    fn refill(&mut self, t: &Thread, u: Gc<Unpickler>, n: Option<usize>) -> R<usize> {
        self.settle(t, u)?;
        let Some(n) = n else {
            let line = call::call(t, u.readline.get(), &[])?;
            return self.take(t, line);
        };
        if self.peeks && (n as i64) < AHEAD {
            match call::call(t, u.peek.get(), &[Value::int(AHEAD)]) {
                Ok(v) => {
                    let got = self.take(t, v)?;
                    self.seen = Some(0);
                    if got >= n {
                        return Ok(got);
                    }
                    self.seen = None;
                }
                Err(_) if errors::catch(t, Exc::NotImplementedError) => self.peeks = false,
                Err(e) => return Err(e),
            }
        }
        let v = call::call(t, u.read.get(), &[Value::int(n as i64)])?;
        self.take(t, v)
    }
    /// The next `n` bytes.
    #[inline]
    pub fn read(&mut self, t: &Thread, u: Gc<Unpickler>, n: usize) -> R<&[u8]> {
        self.stay_in_frame(t, n)?;
        if n > self.data.len() - self.at {
            if u.read.get().is_null() {
                return Err(truncated(t));
            }
            if self.refill(t, u, Some(n))? < n {
                return Err(truncated(t));
            }
        }
        let from = self.at;
        self.at += n;
        Ok(&self.data[from..from + n])
    }
    /// Nothing that begins in a frame ends outside of it.
    #[inline]
    fn stay_in_frame(&mut self, t: &Thread, n: usize) -> R<()> {
        let Some(end) = self.frame else {
            return Ok(());
        };
        if self.at >= end {
            self.frame = None;
        } else if n > end - self.at {
            return Err(bad_pickle(t, "pickle exhausted before end of frame"));
        }
        Ok(())
    }
    /// The next `N` bytes.
    #[inline]
    pub fn array<const N: usize>(&mut self, t: &Thread, u: Gc<Unpickler>) -> R<[u8; N]> {
        let mut a = [0; N];
        a.copy_from_slice(self.read(t, u, N)?);
        Ok(a)
    }
    /// The next line, without its end.
    pub fn line(&mut self, t: &Thread, u: Gc<Unpickler>) -> R<Vec<u8>> {
        let mut end = self.data[self.at..].iter().position(|c| *c == b'\n');
        self.stay_in_frame(t, end.map_or(usize::MAX, |n| n + 1))?;
        if end.is_none() {
            if u.read.get().is_null() {
                return Err(truncated(t));
            }
            let n = self.refill(t, u, None)?;
            if n == 0 || self.data[n - 1] != b'\n' {
                return Err(truncated(t));
            }
            end = Some(n - 1);
        }
        let (from, n) = (self.at, end.unwrap_or(0));
        self.at += n + 1;
        Ok(self.data[from..from + n].to_vec())
    }
    /// Makes sure that a whole frame is here.
    pub fn frame(&mut self, t: &Thread, u: Gc<Unpickler>, n: usize) -> R<()> {
        if self.frame.is_some_and(|end| self.at < end) {
            let m = "beginning of a new frame before end of current frame";
            return Err(bad_pickle(t, m));
        }
        self.frame = None;
        self.read(t, u, n)?;
        self.at -= n;
        self.frame = Some(self.at + n);
        Ok(())
    }
    /// Fills `out`, straight from the file what is not here.
    pub fn fill(&mut self, t: &Thread, u: Gc<Unpickler>, out: Value, n: usize) -> R<()> {
        let Some(target) = buffer::writable(t, out)? else {
            return Err(errors::system_error(t, "buffer is not writable"));
        };
        self.stay_in_frame(t, n)?;
        let here = n.min(self.data.len() - self.at);
        target.bytes_mut()[..here].copy_from_slice(&self.data[self.at..self.at + here]);
        self.at += here;
        let mut done = here;
        if done == n {
            return Ok(());
        }
        if u.read.get().is_null() {
            return Err(truncated(t));
        }
        self.settle(t, u)?;
        if u.readinto.is_set() {
            let all = pyjit_runtime::types::memoryview::from_object(t, out, buffer::request::FULL)?;
            let start = Value::int(done as i64);
            let part =
                pyjit_runtime::core::ops::getslice(t, all.value(), start, Value::int(n as i64))?;
            let r = call::call(t, u.readinto.get(), &[part])?;
            let got = pyjit_runtime::core::ops::index_i64(t, r)?;
            for m in [part, all.value()] {
                if let Some(m) = m.cast() {
                    pyjit_runtime::types::memoryview::release(t, m)?;
                }
            }
            if got < 0 {
                return Err(errors::value_error(t, "readinto() returned negative size"));
            }
            return match done + (got as usize) < n {
                true => Err(truncated(t)),
                false => Ok(()),
            };
        }
        let v = call::call(t, u.read.get(), &[Value::int((n - done) as i64)])?;
        let got = buffer::bytes(t, v)?;
        if got.len() < n - done {
            return Err(truncated(t));
        }
        target.bytes_mut()[done..].copy_from_slice(&got[..n - done]);
        done = n;
        debug_assert_eq!(done, n);
        Ok(())
    }
}
