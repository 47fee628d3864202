//! `termios`: control of terminals.
#![allow(unsafe_code)]

use std::io;

use pyjit_heap::{Gc, GilCell, Root, Value};
use pyjit_runtime::core::{call, errors, ops};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use crate::modules::posix::{cvt, descriptor, message};
use crate::{blocking, native_module};

static ERROR: GilCell<Option<Root>> = GilCell::new(None);

/// Raises `termios.error(number, text)`.
fn check<T>(t: &Thread, r: io::Result<T>) -> R<T> {
    r.map_err(|e| {
        let n = e.raw_os_error().unwrap_or(libc::EIO);
        let class = ERROR
            .get()
            .as_ref()
            .map_or(Exc::OSError.class().value(), Root::get);
        let args = [Value::int(i64::from(n)), Str::new(&message(n)).value()];
        match call::call(t, class, &args) {
            Ok(e) => errors::set(t, e),
            Err(r) => r,
        }
    })
}
/// Calls the C library without the interpreter lock.
fn run(t: &Thread, mut f: impl FnMut() -> i32) -> R<()> {
    let r = blocking::try_retry(t, || cvt(f()))?;
    check(t, r).map(drop)
}

fn attributes(t: &Thread, fd: i32) -> R<libc::termios> {
    // SAFETY: all-zero is a valid structure, which the call fills.
    let mut a: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    check(t, cvt(unsafe { libc::tcgetattr(fd, &mut a) }))?;
    Ok(a)
}
fn tcgetattr(t: &Thread, fd: Value) -> R<Gc<List>> {
    let fd = descriptor(t, fd)? as i32;
    let a = attributes(t, fd)?;
    // SAFETY: a valid structure.
    let (input, output) = unsafe { (libc::cfgetispeed(&a), libc::cfgetospeed(&a)) };
    let chars = List::new();
    for (i, c) in a.c_cc.iter().enumerate() {
        let number = a.c_lflag & libc::ICANON == 0 && (i == libc::VMIN || i == libc::VTIME);
        chars.push(
            t,
            match number {
                true => Value::int(i64::from(*c)),
                false => Bytes::new(&[*c]).value(),
            },
        )?;
    }
    let n = |n: u32| Value::int(i64::from(n));
    let (i, o, c, l) = (a.c_iflag, a.c_oflag, a.c_cflag, a.c_lflag);
    List::from_slice(
        t,
        &[n(i), n(o), n(c), n(l), n(input), n(output), chars.value()],
    )
}
fn tcsetattr(t: &Thread, fd: Value, when: i64, attributes_: Value) -> R<()> {
    let fd = descriptor(t, fd)? as i32;
    let wrong = || {
        let m = "tcsetattr, arg 3: must be 7 element list";
        errors::type_error(t, m)
    };
    let list = attributes_.cast::<List>().ok_or_else(wrong)?;
    let &[i, o, c, l, input, output, chars] = list.items() else {
        return Err(wrong());
    };
    let mut a = attributes(t, fd)?;
    let number = |v: Value| ops::index_i64(t, v).map(|n| n as u32);
    a.c_iflag = number(i)?;
    a.c_oflag = number(o)?;
    a.c_cflag = number(c)?;
    a.c_lflag = number(l)?;
    let speeds = (number(input)?, number(output)?);
    let m = "tcsetattr: attributes[6] must be 32 element list";
    let Some(chars) = chars.cast::<List>().filter(|c| c.len() == a.c_cc.len()) else {
        return Err(errors::type_error(t, m));
    };
    for k in 0..a.c_cc.len() {
        let v = chars.items().get(k).copied().unwrap_or(Value::NONE);
        a.c_cc[k] = match v.cast::<Bytes>() {
            Some(b) if b.len() == 1 => b.bytes()[0],
            None if int::is_int(v) => ops::index_i64(t, v)? as u8,
            _ => {
                let m = "tcsetattr: elements of attributes must be characters or integers";
                return Err(errors::type_error(t, m));
            }
        };
    }
    // SAFETY: a valid structure.
    unsafe {
        check(t, cvt(libc::cfsetispeed(&mut a, speeds.0)))?;
        check(t, cvt(libc::cfsetospeed(&mut a, speeds.1)))?;
    }
    // SAFETY: a valid structure.
    run(t, || unsafe { libc::tcsetattr(fd, when as i32, &a) })
}
fn tcsendbreak(t: &Thread, fd: Value, duration: i64) -> R<()> {
    let fd = descriptor(t, fd)? as i32;
    // SAFETY: no memory is involved.
    run(t, || unsafe { libc::tcsendbreak(fd, duration as i32) })
}
fn tcdrain(t: &Thread, fd: Value) -> R<()> {
    let fd = descriptor(t, fd)? as i32;
    // SAFETY: no memory is involved.
    run(t, || unsafe { libc::tcdrain(fd) })
}
fn tcflush(t: &Thread, fd: Value, queue: i64) -> R<()> {
    let fd = descriptor(t, fd)? as i32;
    // SAFETY: no memory is involved.
    run(t, || unsafe { libc::tcflush(fd, queue as i32) })
}
fn tcflow(t: &Thread, fd: Value, action: i64) -> R<()> {
    let fd = descriptor(t, fd)? as i32;
    // SAFETY: no memory is involved.
    run(t, || unsafe { libc::tcflow(fd, action as i32) })
}
fn window(t: &Thread, fd: i32) -> R<libc::winsize> {
    // SAFETY: all-zero is a valid structure, which the call fills.
    let mut w: libc::winsize = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    check(t, cvt(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &mut w) }))?;
    Ok(w)
}
fn tcgetwinsize(t: &Thread, fd: Value) -> R<Gc<Tuple>> {
    let w = window(t, descriptor(t, fd)? as i32)?;
    let n = |n: u16| Value::int(i64::from(n));
    Ok(Tuple::new(&[n(w.ws_row), n(w.ws_col)]))
}
fn tcsetwinsize(t: &Thread, fd: Value, size: Value) -> R<()> {
    let fd = descriptor(t, fd)? as i32;
    let m = "tcsetwinsize, arg 2: must be a two-item sequence";
    if !ops::is_sequence(pyjit_runtime::types::type_::class_of(size)) || ops::len(t, size)? != 2 {
        return Err(errors::type_error(t, m));
    }
    let mut w = window(t, fd)?;
    let part = |i: i64| -> R<u16> {
        let n = ops::index_i64(t, ops::getitem(t, size, Value::int(i))?)?;
        let m = "winsize value(s) out of range.";
        u16::try_from(n).map_err(|_| errors::overflow_error(t, m))
    };
    (w.ws_row, w.ws_col) = (part(0)?, part(1)?);
    // SAFETY: a valid structure.
    check(t, cvt(unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, &w) })).map(drop)
}

macro_rules! constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}
const CONSTANTS: &[(&str, i64)] = constants! {
    B0 B50 B75 B110 B134 B150 B200 B300 B600 B1200 B1800 B2400 B4800 B9600 B19200 B38400 B57600
    B115200 B230400 B460800 B500000 B576000 B921600 B1000000 B1152000 B1500000 B2000000 B2500000
    B3000000 B3500000 B4000000
    BRKINT BS0 BS1 BSDLY CBAUD CBAUDEX CIBAUD CLOCAL CR0 CR1 CR2 CR3 CRDLY CREAD CRTSCTS
    CS5 CS6 CS7 CS8 CSIZE CSTOPB ECHO ECHOCTL ECHOE ECHOK ECHOKE ECHONL ECHOPRT EXTA EXTB EXTPROC
    FF0 FF1 FFDLY FIOASYNC FIOCLEX FIONBIO FIONCLEX FIONREAD FLUSHO HUPCL ICANON ICRNL IEXTEN
    IGNBRK IGNCR IGNPAR IMAXBEL INLCR INPCK ISIG ISTRIP IUCLC IUTF8 IXANY IXOFF IXON NCCS NL0 NL1
    NLDLY NOFLSH OCRNL OFDEL OFILL OLCUC ONLCR ONLRET ONOCR OPOST PARENB PARMRK PARODD PENDIN
    TAB0 TAB1 TAB2 TAB3 TABDLY TCIFLUSH TCIOFF TCIOFLUSH TCION TCOFLUSH TCOOFF TCOON TCSADRAIN
    TCSAFLUSH TCSANOW TCFLSH TCGETS TCSBRK TCSBRKP TCSETS TCSETSF TCSETSW TCXONC
    TIOCCONS TIOCEXCL TIOCGETD TIOCGPGRP TIOCGSERIAL TIOCGSOFTCAR TIOCGWINSZ TIOCINQ TIOCLINUX
    TIOCMBIC TIOCMBIS TIOCMGET TIOCMSET TIOCM_CAR TIOCM_CD TIOCM_CTS TIOCM_DSR TIOCM_DTR TIOCM_LE
    TIOCM_RI TIOCM_RNG TIOCM_RTS TIOCM_SR TIOCM_ST TIOCNOTTY TIOCNXCL TIOCOUTQ TIOCPKT TIOCSCTTY
    TIOCSETD TIOCSPGRP TIOCSSERIAL TIOCSSOFTCAR TIOCSTI TIOCSWINSZ TOSTOP
    VDISCARD VEOF VEOL VEOL2 VERASE VINTR VKILL VLNEXT VMIN VQUIT VREPRINT VSTART VSTOP VSUSP
    VSWTC VT0 VT1 VTDLY VTIME VWERASE XCASE
};
/// Those that the C library's crate does not have: usual control characters.
const MORE: &[(&str, i64)] = &[
    ("CDSUSP", 25),
    ("CEOF", 4),
    ("CEOL", 0),
    ("CEOT", 4),
    ("CERASE", 127),
    ("CFLUSH", 15),
    ("CINTR", 3),
    ("CKILL", 21),
    ("CLNEXT", 22),
    ("CQUIT", 28),
    ("CRPRNT", 18),
    ("CSTART", 17),
    ("CSTOP", 19),
    ("CSUSP", 26),
    ("CWERASE", 23),
    ("IBSHIFT", 16),
    ("VSWTCH", 7),
    ("XTABS", 6144),
    ("_POSIX_VDISABLE", 0),
    ("TIOCPKT_DATA", 0),
    ("TIOCPKT_FLUSHREAD", 1),
    ("TIOCPKT_FLUSHWRITE", 2),
    ("TIOCPKT_STOP", 4),
    ("TIOCPKT_START", 8),
    ("TIOCPKT_NOSTOP", 16),
    ("TIOCPKT_DOSTOP", 32),
    ("N_TTY", 0),
    ("N_SLIP", 1),
    ("N_MOUSE", 2),
    ("N_PPP", 3),
    ("N_STRIP", 4),
];

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    for (name, v) in CONSTANTS.iter().chain(MORE) {
        m.set(t, name, Value::int(*v))?;
    }
    let class = crate::layout::exception_class(t, "termios", "error", &[Exc::Exception])?;
    ERROR.with_mut(|slot| *slot = Some(Root::new(class)));
    m.set(t, "error", class)
}

native_module! {
    /// This module provides an interface to the Posix calls for tty I/O control.
    pub MODULE = "termios", init init;
    functions {
        /// Get the tty attributes for file descriptor fd.
        tcgetattr(fd, /) => tcgetattr;
        /// Set the tty attributes for file descriptor fd.
        tcsetattr(fd, when, attributes, /) => tcsetattr;
        /// Send a break on file descriptor fd.
        tcsendbreak(fd, duration, /) => tcsendbreak;
        /// Wait until all output written to file descriptor fd has been transmitted.
        tcdrain(fd, /) => tcdrain;
        /// Discard queued data on file descriptor fd.
        tcflush(fd, queue, /) => tcflush;
        /// Suspend or resume input or output on file descriptor fd.
        tcflow(fd, action, /) => tcflow;
        /// Get the tty winsize for file descriptor fd.
        tcgetwinsize(fd, /) => tcgetwinsize;
        /// Set the tty winsize for file descriptor fd.
        tcsetwinsize(fd, winsize, /) => tcsetwinsize;
    }
}
