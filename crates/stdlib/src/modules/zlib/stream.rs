//! A zlib stream, from `libz-rs-sys` (zlib in Rust, with zlib's own interface).
#![allow(unsafe_code)]

use std::ffi::{CStr, c_int};
use std::mem::size_of;

use libz_rs_sys as z;

/// What to do with a stream.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Deflate,
    Inflate,
}

/// What a compressor is made of.
#[derive(Clone, Copy)]
pub struct Settings {
    pub level: c_int,
    pub method: c_int,
    pub wbits: c_int,
    pub memory: c_int,
    pub strategy: c_int,
}

/// A compressor or decompressor. (Boxed: the library keeps its address.)
pub struct Stream {
    inner: Box<z::z_stream>,
    direction: Direction,
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: the stream was initialised when it was made.
        unsafe {
            match self.direction {
                Direction::Deflate => z::deflateEnd(&mut *self.inner),
                Direction::Inflate => z::inflateEnd(&mut *self.inner),
            };
        }
    }
}

fn opened(inner: Box<z::z_stream>, direction: Direction, status: c_int) -> Result<Stream, c_int> {
    if status == z::Z_OK {
        return Ok(Stream { inner, direction });
    }
    Err(status)
}

impl Stream {
    /// A compressor, or the library's status.
    pub fn deflate(s: Settings) -> Result<Stream, c_int> {
        let mut inner = Box::<z::z_stream>::default();
        let size = size_of::<z::z_stream>() as c_int;
        // SAFETY: a fresh stream with the default allocator.
        let status = unsafe {
            z::deflateInit2_(
                &mut *inner,
                s.level,
                s.method,
                s.wbits,
                s.memory,
                s.strategy,
                z::zlibVersion(),
                size,
            )
        };
        opened(inner, Direction::Deflate, status)
    }
    /// A decompressor, or the library's status.
    pub fn inflate(wbits: c_int) -> Result<Stream, c_int> {
        let mut inner = Box::<z::z_stream>::default();
        let size = size_of::<z::z_stream>() as c_int;
        // SAFETY: a fresh stream with the default allocator.
        let status = unsafe { z::inflateInit2_(&mut *inner, wbits, z::zlibVersion(), size) };
        opened(inner, Direction::Inflate, status)
    }
    /// A copy that goes on by itself.
    pub fn copy(&mut self) -> Result<Stream, c_int> {
        let mut inner = Box::<z::z_stream>::default();
        // The library wants to see a place for output, of whatever size.
        self.inner.next_out = std::ptr::NonNull::dangling().as_ptr();
        // SAFETY: the source is initialised; the target is overwritten.
        let status = unsafe {
            match self.direction {
                Direction::Deflate => z::deflateCopy(&mut *inner, &mut *self.inner),
                Direction::Inflate => z::inflateCopy(&mut *inner, &*self.inner),
            }
        };
        opened(inner, self.direction, status)
    }
    /// Works on some of `input`, adding to `out` at most `room` bytes. Gives
    /// the status and how many bytes were read.
    pub fn step(
        &mut self,
        input: &[u8],
        out: &mut Vec<u8>,
        room: usize,
        flush: c_int,
    ) -> (c_int, usize) {
        out.reserve(room);
        let room = room.min(u32::MAX as usize);
        let given = input.len().min(u32::MAX as usize);
        let s = &mut *self.inner;
        s.next_in = input.as_ptr();
        s.avail_in = given as u32;
        s.next_out = out.spare_capacity_mut().as_mut_ptr().cast();
        s.avail_out = room as u32;
        // SAFETY: both areas live during the call and are as long as said.
        let status = unsafe {
            match self.direction {
                Direction::Deflate => z::deflate(s, flush),
                Direction::Inflate => z::inflate(s, flush),
            }
        };
        let made = room - s.avail_out as usize;
        let read = given - s.avail_in as usize;
        s.next_in = std::ptr::null();
        s.next_out = std::ptr::null_mut();
        (s.avail_in, s.avail_out) = (0, 0);
        // SAFETY: the library has written that many bytes of the spare room.
        unsafe { out.set_len(out.len() + made) };
        (status, read)
    }
    /// Sets the dictionary that was agreed upon.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> c_int {
        let Ok(n) = u32::try_from(dictionary.len()) else {
            return z::Z_STREAM_ERROR;
        };
        // SAFETY: the bytes live during the call.
        unsafe {
            match self.direction {
                Direction::Deflate => {
                    z::deflateSetDictionary(&mut *self.inner, dictionary.as_ptr(), n)
                }
                Direction::Inflate => {
                    z::inflateSetDictionary(&mut *self.inner, dictionary.as_ptr(), n)
                }
            }
        }
    }
    /// What the library says of the last error.
    pub fn message(&self) -> Option<String> {
        if self.inner.msg.is_null() {
            return None;
        }
        // SAFETY: the library's messages are static C strings.
        let text = unsafe { CStr::from_ptr(self.inner.msg) };
        Some(text.to_string_lossy().into_owned())
    }
}

/// CRC-32 of `data`, going on from `start`.
pub fn crc32(start: u32, data: &[u8]) -> u32 {
    // SAFETY: the bytes live during the call.
    unsafe { z::crc32_z(start as _, data.as_ptr(), data.len() as _) as u32 }
}
/// Adler-32 of `data`, going on from `start`.
pub fn adler32(start: u32, data: &[u8]) -> u32 {
    // SAFETY: the bytes live during the call.
    unsafe { z::adler32_z(start as _, data.as_ptr(), data.len() as _) as u32 }
}
/// The version of zlib that the library is compatible with.
pub fn version() -> String {
    // SAFETY: a static C string.
    let text = unsafe { CStr::from_ptr(z::zlibVersion()) }.to_string_lossy();
    text.split('-').next().unwrap_or_default().to_owned()
}
