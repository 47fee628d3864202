//! Calling the observers: tools of `sys.monitoring` first, then profile and trace functions.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::call::{self, ArgVec};
use pyjit_runtime::core::errors;
use pyjit_runtime::core::monitor::{self, Event, LOCAL, NAMES};
use pyjit_runtime::core::thread::Local;
use pyjit_runtime::types::exceptions::Exception;
use pyjit_runtime::types::str_::intern;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::class_of;
use pyjit_runtime::{R, Thread};

use super::{Place, Quiet, builtin, update};
use crate::frames::Activation;
use crate::objects::code::Code;
use crate::objects::frame::Frame;

impl Place {
    /// The frame object.
    fn frame(&self, t: &Thread) -> Gc<Frame> {
        let a = Activation {
            function: self.function,
            base: self.base,
            pc: self.pc,
        };
        a.object(t)
    }
}

/// The callback of a tool that wants an event here, or None.
fn callback(tool: usize, p: &Place, event: Event) -> Value {
    let bit = match event {
        Event::C_RETURN | Event::C_RAISE => Event::CALL.bit(),
        e => e.bit(),
    };
    monitor::with(|m| {
        if !m.wants(tool, p.code.value(), p.index, bit) {
            return Value::NONE;
        }
        let f = m.callback(tool, event as usize);
        let branch = bit & monitor::BRANCHES != 0;
        match f.is_none() && branch {
            true => m.callback(tool, Event::BRANCH as usize),
            false => f,
        }
    })
}

/// Tells the tools of an event at an instruction.
pub fn event(t: &Thread, p: &Place, event: Event, rest: &[Value]) -> R<()> {
    let offset = match event {
        Event::PY_START => 0,
        _ => Code::offset(p.index),
    };
    let offset = Value::int(offset);
    tools(t, p, event, offset, rest)
}
fn tools(t: &Thread, p: &Place, event: Event, second: Value, rest: &[Value]) -> R<()> {
    if !t.instrumented.get() || !monitor::with(|m| m.is_active()) {
        return Ok(());
    }
    for tool in 0..monitor::USER_TOOLS {
        let f = callback(tool, p, event);
        if f.is_none() {
            continue;
        }
        let mut args = ArgVec::new();
        args.push(p.code.value());
        args.push(second);
        for v in rest {
            args.push(*v);
        }
        let answer = {
            let shown = match event {
                Event::PY_START => 1,
                Event::PY_RESUME => p.index + 1,
                _ => 0,
            };
            let _quiet = Quiet::new(t, p, What::of_event(event), shown);
            call::call(t, f, &args)?
        };
        if answer != monitor::with(|m| m.constants().0) {
            continue;
        }
        if event.bit() & LOCAL == 0 && !matches!(event, Event::C_RETURN | Event::C_RAISE) {
            monitor::with(|m| m.set_callback(tool, event as usize, Value::NONE));
            let m = format!(
                "Cannot disable {} events. Callback removed.",
                NAMES[event as usize]
            );
            return Err(errors::value_error(t, m));
        }
        monitor::with(|m| m.silence(tool, p.code.value(), p.index, event.bit()));
    }
    Ok(())
}

/// What trace and profile functions are told.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum What {
    Call = 1,
    Line,
    Return,
    /// A return, too, for them.
    Yield,
    Exception,
    Opcode,
    /// Of a profile function: anything.
    Native,
}

impl What {
    /// The one of a number.
    pub fn of(n: u8) -> Option<What> {
        use What::*;
        let all = [Call, Line, Return, Yield, Exception, Opcode];
        all.into_iter().find(|w| *w as u8 == n)
    }
    fn name(self) -> &'static str {
        match self {
            What::Call => "call",
            What::Line => "line",
            What::Return | What::Yield => "return",
            What::Exception => "exception",
            What::Opcode => "opcode",
            What::Native => "c_call",
        }
    }
    /// What is told of when tools are told of an event.
    fn of_event(event: Event) -> What {
        match event {
            Event::PY_START | Event::PY_RESUME | Event::PY_THROW => What::Call,
            Event::LINE => What::Line,
            Event::PY_YIELD => What::Yield,
            Event::PY_RETURN | Event::PY_UNWIND => What::Return,
            Event::RAISE | Event::RERAISE | Event::EXCEPTION_HANDLED => What::Exception,
            _ => What::Opcode,
        }
    }
}

/// Calls the trace function, or the frame's own.
fn trace(t: &Thread, p: &Place, what: What, arg: Value, shown: u32) -> R<()> {
    let own = t.local(Local::Trace).get();
    if own.is_null() || !t.instrumented.get() {
        return Ok(());
    }
    let frame = p.frame(t);
    let f = match what {
        What::Call => own,
        _ => match frame.trace.get().opt().filter(|f| !f.is_none()) {
            Some(f) => f,
            None => return Ok(()),
        },
    };
    let answer = {
        let _quiet = Quiet::new(t, p, what, shown);
        let name = intern(what.name()).value();
        call::call(t, f, &[frame.value(), name, arg])
    };
    match answer {
        Ok(v) => {
            if !v.is_none() {
                frame.trace.set(frame, v);
            }
            Ok(())
        }
        Err(e) => {
            t.local(Local::Trace).set(Value::NULL);
            frame.trace.clear();
            update(t);
            Err(e)
        }
    }
}
/// Calls the profile function.
fn profile(t: &Thread, p: &Place, what: &str, arg: Value, shown: u32) -> R<()> {
    let f = t.local(Local::Profile).get();
    if f.is_null() || !t.instrumented.get() {
        return Ok(());
    }
    let frame = p.frame(t);
    let answer = {
        let _quiet = Quiet::new(t, p, What::Native, shown);
        call::call(t, f, &[frame.value(), intern(what).value(), arg])
    };
    answer.map(|_| ()).inspect_err(|_| {
        t.local(Local::Profile).set(Value::NULL);
        update(t);
    })
}

/// A frame begins or is resumed.
pub fn started(t: &Thread, p: &Place, first: bool) -> R<()> {
    let kind = if first {
        Event::PY_START
    } else {
        Event::PY_RESUME
    };
    event(t, p, kind, &[])?;
    called(t, p, if first { 1 } else { p.index + 1 })
}
fn called(t: &Thread, p: &Place, shown: u32) -> R<()> {
    profile(t, p, "call", Value::NONE, shown)?;
    trace(t, p, What::Call, Value::NONE, shown)
}
/// An exception is thrown into a suspended frame.
pub fn thrown(t: &Thread, p: &Place, e: Value) -> R<()> {
    event(t, p, Event::PY_THROW, &[e])?;
    called(t, p, 0)
}
/// Where a frame shows itself: what is in no line is in the last one.
fn shown(t: &Thread, p: &Place) -> u32 {
    match p.line() {
        0 => super::last_seen(t, p).map_or(0, |i| i + 2),
        _ => 0,
    }
}
/// A frame is left with a value.
pub fn returned(t: &Thread, p: &Place, kind: Event, v: Value) -> R<()> {
    event(t, p, kind, &[v])?;
    let shown = shown(t, p);
    profile(t, p, "return", v, shown)?;
    let what = match kind {
        Event::PY_YIELD => What::Yield,
        _ => What::Return,
    };
    trace(t, p, what, v, shown)?;
    crate::frames::retire(t, p.base, p.code);
    Ok(())
}
/// A frame is left by an exception.
pub fn unwound(t: &Thread, p: &Place, e: Value) -> R<()> {
    event(t, p, Event::PY_UNWIND, &[e])?;
    let shown = shown(t, p);
    profile(t, p, "return", Value::NONE, shown)?;
    trace(t, p, What::Return, Value::NONE, shown)
}
/// An exception is raised, or passes.
pub fn raised(t: &Thread, p: &Place, e: Value, again: bool) -> R<()> {
    if again {
        return event(t, p, Event::RERAISE, &[e]);
    }
    raised_as(t, p, e, Event::RAISE)
}
/// An exception is raised, which tools know by that event.
pub fn raised_as(t: &Thread, p: &Place, e: Value, kind: Event) -> R<()> {
    event(t, p, kind, &[e])?;
    let tb = e
        .cast::<Exception>()
        .and_then(|x| x.traceback.get().opt())
        .unwrap_or(Value::NONE);
    let triple = Tuple::new(&[class_of(e).value(), e, tb]);
    trace(t, p, What::Exception, triple.value(), shown(t, p))
}
/// A line begins; `new` is false for a jump back within it.
pub fn line(t: &Thread, p: &Place, line: u32, new: bool) -> R<()> {
    let number = Value::int(i64::from(line));
    if new {
        tools(t, p, Event::LINE, number, &[])?;
    }
    if t.local(Local::Trace).get().is_null() {
        return Ok(());
    }
    if p.frame(t).no_lines.get() {
        return Ok(());
    }
    trace(t, p, What::Line, Value::NONE, 0)
}
/// An instruction begins.
pub fn instruction(t: &Thread, p: &Place) -> R<()> {
    event(t, p, Event::INSTRUCTION, &[])?;
    if t.local(Local::Trace).get().is_null() || !t.instrumented.get() {
        return Ok(());
    }
    match p.frame(t).opcodes.get() {
        true => trace(t, p, What::Opcode, Value::NONE, 0),
        false => Ok(()),
    }
}
/// A builtin is called or has been.
pub fn native(t: &Thread, p: &Place, what: &str, callee: Value, first: Value) -> R<()> {
    if t.local(Local::Profile).get().is_null() {
        return Ok(());
    }
    match builtin(callee, first) {
        Some(f) => profile(t, p, what, f, 0),
        None => Ok(()),
    }
}
