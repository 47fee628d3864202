//! `sendmsg` and `recvmsg`: several buffers, and messages beside the data
//! (descriptors, credentials).
#![allow(unsafe_code)]

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::buffer;
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::tuple_methods::from_iterable;
use pyjit_runtime::{R, Thread};

use super::address::{self, Address};
use super::object::{Socket, deadline, fd, operate};
use crate::modules::posix::counted;

type S = Gc<Socket>;

/// The messages beside the data as the system wants them.
fn encode(t: &Thread, messages: Option<Value>) -> R<Vec<u64>> {
    let mut all: Vec<(i32, i32, Vec<u8>)> = Vec::new();
    if let Some(list) = messages.filter(|m| !m.is_none()) {
        ops::for_each(t, list, |m| {
            let m = from_iterable(t, m)?;
            let &[level, kind, data] = m.items() else {
                let m = "[sendmsg() ancillary data items] must be 3-item sequences";
                return Err(errors::type_error(t, m));
            };
            let (level, kind) = (ops::index_i64(t, level)?, ops::index_i64(t, kind)?);
            all.push((level as i32, kind as i32, buffer::bytes(t, data)?.to_vec()));
            Ok(())
        })?;
    }
    // SAFETY: arithmetic only.
    let space = |n: usize| unsafe { libc::CMSG_SPACE(n as u32) } as usize;
    let size: usize = all.iter().map(|(_, _, d)| space(d.len())).sum();
    let mut room = vec![0u64; size.div_ceil(8)];
    let mut at = room.as_mut_ptr().cast::<u8>();
    for (level, kind, data) in &all {
        // SAFETY: the room was measured with the same function.
        unsafe {
            let h = at.cast::<libc::cmsghdr>();
            (*h).cmsg_len = libc::CMSG_LEN(data.len() as u32) as usize;
            (*h).cmsg_level = *level;
            (*h).cmsg_type = *kind;
            libc::CMSG_DATA(h).copy_from_nonoverlapping(data.as_ptr(), data.len());
            at = at.add(space(data.len()));
        }
    }
    Ok(room)
}

pub fn sendmsg(
    t: &Thread,
    this: S,
    buffers: Value,
    messages: Option<Value>,
    flags: Option<i64>,
    addr: Option<Value>,
) -> R<usize> {
    let mut data = Vec::new();
    ops::for_each(t, buffers, |b| {
        data.extend_from_slice(&buffer::bytes(t, b)?);
        Ok(())
    })?;
    let mut control = encode(t, messages)?;
    let mut to = match addr.filter(|a| !a.is_none()) {
        None => None,
        Some(a) => Some(address::parse(t, this.family(), a, "sendmsg()")?),
    };
    let flags = flags.unwrap_or(0) as i32;
    operate(t, this, libc::POLLOUT, deadline(this), || {
        let mut part = libc::iovec {
            iov_base: data.as_mut_ptr().cast(),
            iov_len: data.len(),
        };
        let m = header(&mut part, &mut control, to.as_mut());
        // SAFETY: buffers of ours with their lengths.
        counted(unsafe { libc::sendmsg(fd(this), &m, flags) })
    })
}
fn header(part: &mut libc::iovec, control: &mut [u64], to: Option<&mut Address>) -> libc::msghdr {
    // SAFETY: all-zero is a valid structure.
    let mut m: libc::msghdr = unsafe { std::mem::zeroed() };
    m.msg_iov = part;
    m.msg_iovlen = 1;
    if !control.is_empty() {
        m.msg_control = control.as_mut_ptr().cast();
        m.msg_controllen = control.len() * 8;
    }
    if let Some(a) = to {
        m.msg_name = a.target().cast();
        m.msg_namelen = a.len;
    }
    m
}

/// What was received: the number of bytes, messages, flags and the sender.
fn receive(
    t: &Thread,
    this: S,
    data: &mut [u8],
    room: i64,
    flags: Option<i64>,
) -> R<(usize, [Value; 3])> {
    let Ok(room) = usize::try_from(room) else {
        let m = "invalid ancillary data buffer length";
        return Err(errors::value_error(t, m));
    };
    let mut control = vec![0u64; room.div_ceil(8)];
    let mut from = Address::empty();
    let flags = flags.unwrap_or(0) as i32;
    let mut part = libc::iovec {
        iov_base: data.as_mut_ptr().cast(),
        iov_len: data.len(),
    };
    let mut m = header(&mut part, &mut control, Some(&mut from));
    m.msg_controllen = m.msg_controllen.min(room);
    let before = m;
    let n = operate(t, this, libc::POLLIN, deadline(this), || {
        m = before;
        // SAFETY: buffers of ours with their lengths.
        counted(unsafe { libc::recvmsg(fd(this), &mut m, flags) })
    })?;
    let messages = decode(t, &m)?;
    from.len = m.msg_namelen;
    let flags = Value::int(i64::from(m.msg_flags));
    Ok((n, [messages.value(), flags, address::show(&from)]))
}
fn decode(t: &Thread, m: &libc::msghdr) -> R<Gc<List>> {
    let all = List::new();
    // SAFETY: what the system left in our buffer; lengths are checked against it.
    unsafe {
        let end = m.msg_control as usize + m.msg_controllen;
        let mut h = libc::CMSG_FIRSTHDR(m);
        while !h.is_null() {
            let start = libc::CMSG_DATA(h);
            let len = (*h).cmsg_len.saturating_sub(start as usize - h as usize);
            let len = len.min(end.saturating_sub(start as usize));
            let data = std::slice::from_raw_parts(start, len);
            let n = |n: i32| Value::int(i64::from(n));
            let (level, kind) = (n((*h).cmsg_level), n((*h).cmsg_type));
            let entry = Tuple::new(&[level, kind, Bytes::new(data).value()]);
            all.push(t, entry.value())?;
            h = libc::CMSG_NXTHDR(m, h);
        }
    }
    Ok(all)
}
pub fn recvmsg(t: &Thread, this: S, n: i64, room: Option<i64>, flags: Option<i64>) -> R<Gc<Tuple>> {
    let Ok(n) = usize::try_from(n) else {
        return Err(errors::value_error(t, "negative buffer size in recvmsg()"));
    };
    let mut data = vec![0u8; n];
    let (n, [messages, flags, from]) = receive(t, this, &mut data, room.unwrap_or(0), flags)?;
    let data = Bytes::new(&data[..n]).value();
    Ok(Tuple::new(&[data, messages, flags, from]))
}
pub fn recvmsg_into(
    t: &Thread,
    this: S,
    buffers: Value,
    room: Option<i64>,
    flags: Option<i64>,
) -> R<Gc<Tuple>> {
    let buffers = from_iterable(t, buffers)?;
    let mut total = 0;
    let mut targets = Vec::new();
    for b in buffers.items() {
        let Some(b) = buffer::writable(t, *b)? else {
            return Err(buffer::not_bytes_like(t, *b));
        };
        total += b.len();
        targets.push(b);
    }
    let mut data = vec![0u8; total];
    let (n, [messages, flags, from]) = receive(t, this, &mut data, room.unwrap_or(0), flags)?;
    let mut rest = &data[..n];
    for b in &targets {
        let n = b.len().min(rest.len());
        b.bytes_mut()[..n].copy_from_slice(&rest[..n]);
        rest = &rest[n..];
    }
    Ok(Tuple::new(&[Value::int(n as i64), messages, flags, from]))
}
