//! `sys.monitoring`: who is told of what happens in Python code.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::monitor::{self, BRANCHES, C_CALLS, Event, LOCAL, Monitor, NAMES};
use pyjit_runtime::core::{audit, errors, kinds};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::namespace;
use pyjit_runtime::types::object::new_instance;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::{R, Thread};

use crate::native_module;

fn tool(t: &Thread, id: i64) -> R<usize> {
    if (0..monitor::USER_TOOLS as i64).contains(&id) {
        return Ok(id as usize);
    }
    let m = format!("invalid tool {id} (must be between 0 and 5)");
    Err(errors::value_error(t, m))
}
fn used_tool(t: &Thread, id: i64) -> R<usize> {
    let i = tool(t, id)?;
    if monitor::with(|m| m.name(i)).is_none() {
        return Err(errors::value_error(t, format!("tool {id} is not in use")));
    }
    Ok(i)
}
fn change(t: &Thread, f: impl FnOnce(&mut Monitor)) -> R<()> {
    monitor::with(f);
    t.host().tracing_changed(t);
    Ok(())
}

fn use_tool_id(t: &Thread, tool_id: i64, name: Value) -> R<()> {
    let i = tool(t, tool_id)?;
    if name.cast::<Str>().is_none() {
        return Err(errors::value_error(t, "tool name must be a str"));
    }
    if !monitor::with(|m| m.name(i)).is_none() {
        let m = format!("tool {tool_id} is already in use");
        return Err(errors::value_error(t, m));
    }
    monitor::with(|m| m.set_name(i, name));
    Ok(())
}
fn clear_tool_id(t: &Thread, tool_id: i64) -> R<()> {
    let i = tool(t, tool_id)?;
    change(t, |m| m.clear(i))
}
fn free_tool_id(t: &Thread, tool_id: i64) -> R<()> {
    let i = tool(t, tool_id)?;
    change(t, |m| {
        m.clear(i);
        m.set_name(i, Value::NONE)
    })
}
fn get_tool(t: &Thread, tool_id: i64) -> R<Value> {
    let i = tool(t, tool_id)?;
    Ok(monitor::with(|m| m.name(i)))
}
fn register_callback(t: &Thread, tool_id: i64, event: i64, func: Value) -> R<Value> {
    let i = tool(t, tool_id)?;
    if event <= 0 || event.count_ones() != 1 {
        let m = "The callback can only be set for one event at a time";
        return Err(errors::value_error(t, m));
    }
    let e = event.trailing_zeros() as usize;
    if e >= NAMES.len() {
        return Err(errors::value_error(t, format!("invalid event {event}")));
    }
    audit::event(t, "sys.monitoring.register_callback", || [func])?;
    Ok(monitor::with(|m| m.set_callback(i, e, func)))
}
fn get_events(t: &Thread, tool_id: i64) -> R<i64> {
    let i = tool(t, tool_id)?;
    Ok(i64::from(shown(monitor::with(|m| m.global(i)))))
}
/// What comes along is not told.
fn shown(events: u32) -> u32 {
    events & !C_CALLS
}
/// Checks a set of events; makes it what the interpreter looks at.
fn event_set(t: &Thread, event_set: i64, allowed: u32, what: &str) -> R<u32> {
    if event_set < 0 || event_set >= 1 << NAMES.len() {
        let m = format!("invalid {what}event set {:#x}", event_set as u32);
        return Err(errors::value_error(t, m));
    }
    let mut events = event_set as u32;
    let calls = C_CALLS | Event::CALL.bit();
    if events & C_CALLS != 0 && events & calls != calls {
        let m = "cannot set C_RETURN or C_RAISE events independently";
        return Err(errors::value_error(t, m));
    }
    events &= !C_CALLS;
    if events & Event::BRANCH.bit() != 0 {
        events = events & !Event::BRANCH.bit() | BRANCHES;
    }
    if events & !allowed != 0 {
        let m = format!("invalid {what}event set {events:#x}");
        return Err(errors::value_error(t, m));
    }
    Ok(events)
}
fn set_events(t: &Thread, tool_id: i64, event_set_: i64) -> R<()> {
    let i = tool(t, tool_id)?;
    let events = event_set(t, event_set_, u32::MAX, "")?;
    used_tool(t, tool_id)?;
    change(t, |m| m.set_global(i, events))
}
fn code_object(t: &Thread, code: Value) -> R<()> {
    if code.has_pointer_tag() && pyjit_runtime::types::type_::class_of(code) == of_kind(kinds::CODE)
    {
        return Ok(());
    }
    Err(errors::type_error(t, "code must be a code object"))
}
fn get_local_events(t: &Thread, tool_id: i64, code: Value) -> R<i64> {
    code_object(t, code)?;
    let i = tool(t, tool_id)?;
    Ok(i64::from(shown(monitor::with(|m| m.local(i, code)))))
}
fn set_local_events(t: &Thread, tool_id: i64, code: Value, event_set_: i64) -> R<()> {
    code_object(t, code)?;
    let i = tool(t, tool_id)?;
    let events = event_set(t, event_set_, LOCAL, "local ")?;
    used_tool(t, tool_id)?;
    change(t, |m| m.set_local(i, code, events))
}
fn restart_events(_t: &Thread) {
    monitor::with(Monitor::restart)
}
fn all_events(t: &Thread) -> R<Gc<Dict>> {
    let d = Dict::new();
    for (e, name) in NAMES.iter().enumerate() {
        let tools = monitor::with(|m| {
            (0..monitor::TOOLS).fold(0, |a, i| a | i64::from(m.global(i) >> e & 1) << i)
        });
        if tools != 0 {
            d.set_str(t, intern(name), Value::int(tools))?;
        }
    }
    Ok(d)
}

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    let marker = || new_instance(of_kind(kinds::OBJECT));
    let (disable, missing) = (marker(), marker());
    monitor::with(|m| m.set_constants(disable, missing));
    m.set(t, "DISABLE", disable)?;
    m.set(t, "MISSING", missing)?;
    for (name, id) in [
        ("DEBUGGER_ID", 0),
        ("COVERAGE_ID", 1),
        ("PROFILER_ID", 2),
        ("OPTIMIZER_ID", 5),
    ] {
        m.set(t, name, Value::int(id))?;
    }
    let mut all: Vec<(&str, Value)> = NAMES
        .iter()
        .enumerate()
        .map(|(e, name)| (*name, Value::int(1 << e)))
        .collect();
    all.push(("NO_EVENTS", Value::int(0)));
    let events = namespace::make(t, &all)?;
    m.set(t, "events", events)
}

native_module! {
    pub MODULE = "sys.monitoring", init init;
    functions {
        use_tool_id(tool_id, name, /) => use_tool_id;
        clear_tool_id(tool_id, /) => clear_tool_id;
        free_tool_id(tool_id, /) => free_tool_id;
        get_tool(tool_id, /) => get_tool;
        register_callback(tool_id, event, func, /) => register_callback;
        get_events(tool_id, /) => get_events;
        set_events(tool_id, event_set, /) => set_events;
        get_local_events(tool_id, code, /) => get_local_events;
        set_local_events(tool_id, code, event_set, /) => set_local_events;
        restart_events() => restart_events;
        _all_events() => all_events;
    }
}
