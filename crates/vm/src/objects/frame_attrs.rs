//! Python-visible attributes of frame and traceback objects.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::type_::{flags, type_name};
use pyjit_runtime::{R, Thread};

use super::code::Code;
use super::frame::{Frame, suspended};
use super::generator::{Generator, State};
use super::traceback::Traceback;
use crate::frames;

fn frame_code(_t: &Thread, f: Gc<Frame>) -> Gc<Code> {
    f.function.gc().code.gc()
}
fn frame_globals(_t: &Thread, f: Gc<Frame>) -> Gc<Dict> {
    f.function.gc().globals.gc()
}
fn frame_builtins(_t: &Thread, f: Gc<Frame>) -> Value {
    crate::names::shown_builtins(f.function.gc().builtins.gc())
}
/// Where the frame shows itself to observers, as in [`Thread::told`].
fn shown(t: &Thread, f: Gc<Frame>) -> u32 {
    match t.told.get() {
        (base, _, shown) if base == f.base.get() => shown,
        _ => 0,
    }
}
fn index(t: &Thread, f: Gc<Frame>) -> u32 {
    match shown(t, f) {
        0 | 1 => match (frames::live(t, f), suspended(f)) {
            (Some(a), _) => a.index(),
            (None, Some(g)) => g.code().index(g.pc.get()),
            (None, None) => f.index.get(),
        },
        n => n - 2,
    }
}
fn frame_lineno(t: &Thread, f: Gc<Frame>) -> Value {
    let code = f.function.gc().code.gc();
    if shown(t, f) == 1 {
        return Value::int(i64::from(code.first_line()));
    }
    let at = index(t, f);
    let line = match code.line(at) {
        0 if frames::live(t, f).is_some() => crate::instrument::last_line(t, f),
        0 => code.near_line(at),
        n => n,
    };
    match line {
        0 => Value::NONE,
        n => Value::int(n as i64),
    }
}
fn set_frame_lineno(t: &Thread, f: Gc<Frame>, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        let m = "attribute 'f_lineno' of 'frame' objects cannot be deleted";
        return Err(errors::raise(t, Exc::AttributeError, m));
    };
    crate::instrument::set_line(t, f, v)
}
fn frame_lasti(t: &Thread, f: Gc<Frame>) -> i64 {
    match shown(t, f) {
        1 => 0,
        _ => Code::offset(index(t, f)),
    }
}
fn frame_back(t: &Thread, f: Gc<Frame>) -> Value {
    if let Some(a) = frames::caller(t, f) {
        let o = a.object(t);
        f.back.set(f, o.value());
        return o.value();
    }
    f.back.get().opt().unwrap_or(Value::NONE)
}
fn frame_locals(t: &Thread, f: Gc<Frame>) -> R<Value> {
    let code = f.function.gc().code.gc();
    let n = code.object().first_temp() as usize;
    if code.has(pyjit_bytecode::code::flags::OPTIMIZED) {
        return Ok(super::locals_proxy::of(f));
    }
    if let Some(a) = frames::live(t, f) {
        return frames::namespace(t, code, a.base.slice(0, n.max(1)));
    }
    match f.locals.opt() {
        Some(l) => frames::namespace(t, code, l.as_slice()),
        None => Ok(Dict::new().value()),
    }
}
fn frame_trace(_t: &Thread, f: Gc<Frame>) -> Value {
    f.trace.get().opt().unwrap_or(Value::NONE)
}
fn set_frame_trace(_t: &Thread, f: Gc<Frame>, v: Option<Value>) {
    f.trace.set(f, v.unwrap_or(Value::NONE))
}
fn trace_lines(_t: &Thread, f: Gc<Frame>) -> bool {
    !f.no_lines.get()
}
fn flag(t: &Thread, v: Option<Value>) -> R<bool> {
    match v {
        Some(Value::TRUE) => Ok(true),
        Some(Value::FALSE) => Ok(false),
        None => Err(errors::type_error(t, "can't delete numeric/char attribute")),
        _ => Err(errors::type_error(t, "attribute value type must be bool")),
    }
}
fn set_trace_lines(t: &Thread, f: Gc<Frame>, v: Option<Value>) -> R<()> {
    f.no_lines.set(!flag(t, v)?);
    Ok(())
}
fn trace_opcodes(_t: &Thread, f: Gc<Frame>) -> bool {
    f.opcodes.get()
}
fn set_trace_opcodes(t: &Thread, f: Gc<Frame>, v: Option<Value>) -> R<()> {
    if v.is_none() {
        let m = "attribute 'f_trace_opcodes' cannot be deleted";
        return Err(errors::raise(t, Exc::AttributeError, m));
    }
    f.opcodes.set(flag(t, v)?);
    Ok(())
}
fn frame_generator(t: &Thread, f: Gc<Frame>) -> Value {
    match frames::live(t, f) {
        Some(a) if a.code().is_resumed(a.index()) => crate::generators::running(a.base).value(),
        _ => f.generator.get().opt().unwrap_or(Value::NONE),
    }
}
fn frame_clear(t: &Thread, f: Gc<Frame>) -> R<()> {
    if frames::live(t, f).is_some() {
        return Err(errors::runtime_error(t, "cannot clear an executing frame"));
    }
    if let Some(g) = f.generator.get().opt().and_then(Generator::of) {
        match g.state.get() {
            State::Suspended => {
                return Err(errors::runtime_error(t, "cannot clear a suspended frame"));
            }
            State::Created => g.clear(),
            _ => {}
        }
    }
    f.locals_dict.clear();
    f.locals.clear();
    Ok(())
}
fn frame_repr(t: &Thread, f: Gc<Frame>) -> String {
    let code = f.function.gc().code.gc();
    format!(
        "<frame at {:#x}, file '{}', line {}, code {}>",
        f.addr(),
        code.filename.gc().lossy(),
        code.line(index(t, f)),
        code.name.gc().lossy()
    )
}

pyjit_runtime::py_class! {
    /// An activation of a function, module or class body.
    pub FRAME: Frame = "frame", base kinds::OBJECT, flags flags::NO_NEW;
    methods {
        __repr__(self, /) => frame_repr;
        /// Clear all references held by the frame.
        clear(self, /) => frame_clear;
    }
    getset {
        f_code => frame_code;
        f_globals => frame_globals;
        f_builtins => frame_builtins;
        f_locals => frame_locals;
        f_lineno => frame_lineno, set_frame_lineno;
        f_lasti => frame_lasti;
        f_back => frame_back;
        f_trace => frame_trace, set_frame_trace;
        f_trace_lines => trace_lines, set_trace_lines;
        f_trace_opcodes => trace_opcodes, set_trace_opcodes;
        f_generator => frame_generator;
    }
}

fn tb_new(
    t: &Thread,
    _class: Value,
    next: Value,
    frame: Gc<Frame>,
    lasti: i64,
    lineno: i64,
) -> R<Gc<Traceback>> {
    if !next.is_none() && next.cast::<Traceback>().is_none() {
        let m = format!(
            "expected traceback object or None, got '{}'",
            type_name(next)
        );
        return Err(errors::type_error(t, m));
    }
    let next = if next.is_none() { Value::NULL } else { next };
    let tb = Traceback::new(
        next,
        frame.function.gc(),
        (lasti / 2 - 1).max(0) as u32,
        frame.locals.opt(),
    );
    tb.frame.set(tb, frame.value());
    tb.lasti.set(lasti.clamp(-1, i32::MAX.into()) as i32);
    tb.line.set(lineno.max(0) as u32);
    Ok(tb)
}
fn tb_next(_t: &Thread, tb: Gc<Traceback>) -> Value {
    tb.next.get().opt().unwrap_or(Value::NONE)
}
fn set_tb_next(t: &Thread, tb: Gc<Traceback>, v: Option<Value>) -> R<()> {
    let Some(v) = v else {
        return Err(errors::type_error(t, "can't delete tb_next attribute"));
    };
    if v.is_none() {
        tb.next.clear();
        return Ok(());
    }
    let Some(new) = v.cast::<Traceback>() else {
        let m = format!("expected traceback object, got '{}'", type_name(v));
        return Err(errors::type_error(t, m));
    };
    let mut at = Some(new);
    while let Some(x) = at {
        if x == tb {
            return Err(errors::value_error(t, "traceback loop detected"));
        }
        at = x.next.get().opt().and_then(|v| v.cast::<Traceback>());
    }
    tb.next.set(tb, v);
    Ok(())
}
fn tb_frame(t: &Thread, tb: Gc<Traceback>) -> Value {
    if let Some(f) = tb.frame.get().opt() {
        return f;
    }
    let f = match frames::handling(t, tb) {
        Some(a) => a.object(t),
        None => Frame::new(tb.function.gc(), tb.index.get(), tb.locals.opt(), 0),
    };
    tb.frame.set(tb, f.value());
    f.value()
}
fn tb_lineno(_t: &Thread, tb: Gc<Traceback>) -> Value {
    match tb.lineno() {
        0 => Value::NONE,
        n => Value::int(n as i64),
    }
}
fn tb_lasti(_t: &Thread, tb: Gc<Traceback>) -> i64 {
    match tb.lasti.get() {
        -2 => Code::offset(tb.index.get()),
        n => n.into(),
    }
}

pyjit_runtime::py_class! {
    /// Create a new traceback object.
    pub TRACEBACK: Traceback = "traceback", base kinds::OBJECT, flags 0;
    methods {
        @staticmethod __new__(cls, tb_next, tb_frame, tb_lasti, tb_lineno) => tb_new;
    }
    getset {
        tb_next => tb_next, set_tb_next;
        tb_frame => tb_frame;
        tb_lineno => tb_lineno;
        tb_lasti => tb_lasti;
    }
}
