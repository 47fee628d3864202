//! Python functions that SQLite calls: functions, aggregates, collations,
//! and the hooks of a connection.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use libsqlite3_sys as ffi;
use pyjit_heap::{Gc, Root, RootVec, Value};
use pyjit_runtime::core::{call, errors as raising, ops, unraisable, warn};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::int;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use super::connection::{C, open};
use super::errors::{Kind, of_db, raise};
use super::{entered, inside, values};
use crate::modules::posix::execute::c_string;

static TRACEBACKS: AtomicBool = AtomicBool::new(false);

pub fn enable_tracebacks(_t: &Thread, on: bool) {
    TRACEBACKS.store(on, Relaxed);
}

/// A callable that the library holds.
fn held(f: Value) -> *mut c_void {
    Box::into_raw(Box::new(Root::new(f))).cast()
}
/// The library no longer needs it.
unsafe extern "C" fn drop_held(p: *mut c_void) {
    if !p.is_null() {
        // SAFETY: made by `held`, given back once.
        drop(unsafe { Box::from_raw(p.cast::<Root>()) });
    }
}
fn callable(p: *mut c_void) -> Value {
    // SAFETY: made by `held` and not yet given back.
    unsafe { (*p.cast::<Root>()).get() }
}
/// The result for a function that raised; the exception is told if that is wanted.
fn failed(t: &Thread, context: *mut ffi::sqlite3_context, f: Value, text: &CStr) {
    let memory = raising::matches(t, Exc::MemoryError);
    let big = raising::matches(t, Exc::OverflowError);
    forget(t, f);
    // SAFETY: the context of the running function.
    unsafe {
        match (memory, big) {
            (true, _) => ffi::sqlite3_result_error_nomem(context),
            (_, true) => ffi::sqlite3_result_error_toobig(context),
            _ => ffi::sqlite3_result_error(context, text.as_ptr(), -1),
        }
    }
}
fn forget(t: &Thread, f: Value) {
    if TRACEBACKS.load(Relaxed) {
        unraisable::report(t, "Exception ignored on sqlite3 callback", f);
    }
    t.exc.set(Value::NULL);
}
fn arguments(t: &Thread, n: c_int, argv: *mut *mut ffi::sqlite3_value) -> RootVec {
    let mut all = RootVec::new();
    for i in 0..n as usize {
        // SAFETY: an array of that many values.
        all.push(values::load(t, unsafe { *argv.add(i) }));
    }
    all
}
unsafe extern "C" fn run(
    context: *mut ffi::sqlite3_context,
    n: c_int,
    argv: *mut *mut ffi::sqlite3_value,
) {
    let Some(t) = inside() else { return };
    // SAFETY: the context of the running function.
    let f = callable(unsafe { ffi::sqlite3_user_data(context) });
    let args = arguments(t, n, argv);
    let r = call::call(t, f, &args).and_then(|v| values::store(t, context, v));
    if r.is_err() {
        failed(t, context, f, c"user-defined function raised exception");
    }
}

// ---- aggregates ------------------------------------------------------------

/// The place where the running aggregate's instance is remembered.
fn place(context: *mut ffi::sqlite3_context, make: bool) -> *mut *mut Root {
    let n = if make { size_of::<usize>() as c_int } else { 0 };
    // SAFETY: the context of the running function; new memory is zeroed.
    unsafe { ffi::sqlite3_aggregate_context(context, n).cast() }
}
fn instance(t: &Thread, context: *mut ffi::sqlite3_context) -> Option<Value> {
    let p = place(context, true);
    if p.is_null() {
        return None;
    }
    // SAFETY: zero, or an instance that was stored here.
    unsafe {
        if !(*p).is_null() {
            return Some((**p).get());
        }
        let class = callable(ffi::sqlite3_user_data(context));
        match call::call(t, class, &[]) {
            Ok(v) => {
                *p = Box::into_raw(Box::new(Root::new(v)));
                Some(v)
            }
            Err(_) => {
                let m = c"user-defined aggregate's '__init__' method raised error";
                failed(t, context, class, m);
                None
            }
        }
    }
}
fn method_text(t: &Thread, name: &str) -> CString {
    let missing = raising::matches(t, Exc::AttributeError);
    let what = if missing {
        "method not defined"
    } else {
        "method raised error"
    };
    CString::new(format!("user-defined aggregate's '{name}' {what}")).unwrap_or_default()
}
fn feed(
    context: *mut ffi::sqlite3_context,
    n: c_int,
    argv: *mut *mut ffi::sqlite3_value,
    name: &str,
) {
    let Some(t) = inside() else { return };
    let Some(object) = instance(t, context) else {
        return;
    };
    let args = arguments(t, n, argv);
    if call::call_attr(t, object, name, &args).is_err() {
        let m = method_text(t, name);
        failed(t, context, object, &m);
    }
}
unsafe extern "C" fn step(
    context: *mut ffi::sqlite3_context,
    n: c_int,
    argv: *mut *mut ffi::sqlite3_value,
) {
    feed(context, n, argv, "step");
}
unsafe extern "C" fn inverse(
    context: *mut ffi::sqlite3_context,
    n: c_int,
    argv: *mut *mut ffi::sqlite3_value,
) {
    feed(context, n, argv, "inverse");
}
fn result(t: &Thread, context: *mut ffi::sqlite3_context, object: Value, name: &str) {
    let r = call::call_attr(t, object, name, &[]).and_then(|v| values::store(t, context, v));
    if r.is_err() {
        let m = method_text(t, name);
        failed(t, context, object, &m);
    }
}
unsafe extern "C" fn value(context: *mut ffi::sqlite3_context) {
    let Some(t) = inside() else { return };
    if let Some(object) = instance(t, context) {
        result(t, context, object, "value");
    }
}
unsafe extern "C" fn finish(context: *mut ffi::sqlite3_context) {
    let Some(t) = inside() else { return };
    let p = place(context, false);
    // SAFETY: an instance that was stored here, or nothing if there were no rows.
    unsafe {
        if p.is_null() || (*p).is_null() {
            return;
        }
        let root = Box::from_raw(std::ptr::replace(p, std::ptr::null_mut()));
        result(t, context, root.get(), "finalize");
    }
}

// ---- declaring them --------------------------------------------------------

fn done(t: &Thread, db: *mut ffi::sqlite3, code: c_int, message: &str) -> R<()> {
    match code {
        ffi::SQLITE_OK => Ok(()),
        ffi::SQLITE_MISUSE | ffi::SQLITE_BUSY => Err(raise(t, Kind::Operational, message)),
        _ => Err(of_db(t, db)),
    }
}
/// The number of arguments of a function that is made.
fn arity(t: &Thread, db: *mut ffi::sqlite3, what: &str, v: Value) -> R<i64> {
    // SAFETY: an open connection.
    let most = unsafe { ffi::sqlite3_limit(db, ffi::SQLITE_LIMIT_FUNCTION_ARG, -1) };
    let n = ops::index_i64(t, v)?;
    if (-1..=i64::from(most)).contains(&n) {
        return Ok(n);
    }
    let m = format!("'{what}' must be between -1 and {most}, not {n}");
    Err(raise(t, Kind::Programming, m))
}
/// The arguments of a method by place. The first `old` of `names` may still be
/// given by name, which is deprecated; `last` is a parameter that only has a name.
fn placed<const N: usize>(
    t: &Thread,
    method: &str,
    (names, old, last): ([&str; N], usize, &str),
    (args, kw): (Gc<Tuple>, Option<Gc<Dict>>),
) -> R<([Value; N], Option<Value>)> {
    let (given, mut by_name) = (args.items(), false);
    let by_keyword = |n: &str| kw.and_then(|d| d.get_str(intern(n)));
    let (count, mut used) = (kw.map_or(0, |d| d.len()), 0);
    if given.len() > N {
        let (most, all) = (N + usize::from(!last.is_empty()), given.len() + count);
        let m = format!("{method}() takes at most {most} arguments ({all} given)");
        return Err(raising::type_error(t, m));
    }
    let mut out = [Value::NULL; N];
    for (i, slot) in out.iter_mut().enumerate() {
        let named = by_keyword(names[i]);
        used += usize::from(named.is_some());
        by_name |= named.is_some() && i < old;
        let v = given.get(i).copied().or(named);
        *slot = v.ok_or_else(|| {
            let (name, place) = (names[i], i + 1);
            let m = format!("{method}() missing required argument '{name}' (pos {place})");
            raising::type_error(t, m)
        })?;
    }
    let extra = by_keyword(last);
    if used + usize::from(extra.is_some()) < count {
        let known = |n: &Gc<Str>| {
            names
                .iter()
                .chain([&last])
                .any(|x| x.as_bytes() == n.bytes())
        };
        let odd = kw
            .iter()
            .flat_map(|d| d.iter())
            .filter_map(|(k, _)| k.cast::<Str>());
        let odd = odd.into_iter().find(|n| !known(n));
        let name = odd.map_or(String::new(), |n| n.lossy().into_owned());
        let m = format!("{method}() got an unexpected keyword argument '{name}'");
        return Err(raising::type_error(t, m));
    }
    if by_name {
        let s = if old == 1 { "" } else { "s" };
        let quoted: Vec<String> = names[..old].iter().map(|n| format!("'{n}'")).collect();
        let list = match quoted.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => quoted.concat(),
        };
        let m = format!(
            "Passing keyword argument{s} {list} to _sqlite3.Connection.{method}() is deprecated. \
             Parameter{s} {list} will become positional-only in Python 3.15."
        );
        warn::deprecated(t, &m)?;
    }
    Ok((out, extra))
}
/// The name of a function that is made.
fn function_name(t: &Thread, method: &str, v: Value) -> R<CString> {
    if v.cast::<Str>().is_none() {
        let kind = pyjit_runtime::types::type_::shown_type(v);
        let m = format!("{method}() argument 1 must be str, not {kind}");
        return Err(raising::type_error(t, m));
    }
    c_string(t, v)
}
type Step = unsafe extern "C" fn(*mut ffi::sqlite3_context, c_int, *mut *mut ffi::sqlite3_value);
type Finish = unsafe extern "C" fn(*mut ffi::sqlite3_context);
type Drop = unsafe extern "C" fn(*mut c_void);

/// Defines a function or an aggregate by these callbacks, or takes it away if `f` is `None`.
///
/// # Safety
/// The connection is open.
#[allow(clippy::too_many_arguments)]
unsafe fn define(
    db: *mut ffi::sqlite3,
    name: &CStr,
    n: i64,
    how: c_int,
    f: Value,
    run: Option<Step>,
    step: Option<Step>,
    finish: Option<Finish>,
) -> c_int {
    let given = |x: Option<Step>| x.filter(|_| !f.is_none());
    let data = match f.is_none() {
        true => std::ptr::null_mut(),
        false => held(f),
    };
    let finish = finish.filter(|_| !f.is_none());
    let drop: Option<Drop> = (!f.is_none()).then_some(drop_held as Drop);
    // SAFETY: the caller's promise; a terminated string, and `held` data that `drop_held` takes back.
    unsafe {
        let (name, n) = (name.as_ptr(), n as c_int);
        ffi::sqlite3_create_function_v2(
            db,
            name,
            n,
            how,
            data,
            given(run),
            given(step),
            finish,
            drop,
        )
    }
}
pub fn create_function(t: &Thread, this: C, args: Gc<Tuple>, kw: Option<Gc<Dict>>) -> R<()> {
    const METHOD: &str = "create_function";
    let names = (["name", "narg", "func"], 3, "deterministic");
    let ([name, n, f], deterministic) = placed(t, METHOD, names, (args, kw))?;
    let (db, name) = (open(t, this)?, function_name(t, METHOD, name)?);
    let n = arity(t, db, "narg", n)?;
    let mut how = ffi::SQLITE_UTF8;
    if let Some(d) = deterministic
        && ops::truth(t, d)?
    {
        how |= ffi::SQLITE_DETERMINISTIC;
    }
    // SAFETY: an open connection, a terminated string.
    let r = entered(t, || unsafe {
        define(db, &name, n, how, f, Some(run), None, None)
    });
    done(t, db, r, "Error creating function")
}
pub fn create_aggregate(t: &Thread, this: C, args: Gc<Tuple>, kw: Option<Gc<Dict>>) -> R<()> {
    const METHOD: &str = "create_aggregate";
    let names = (["name", "n_arg", "aggregate_class"], 3, "");
    let ([name, n, class], _) = placed(t, METHOD, names, (args, kw))?;
    let (db, name) = (open(t, this)?, function_name(t, METHOD, name)?);
    let n = arity(t, db, "n_arg", n)?;
    let how = ffi::SQLITE_UTF8;
    // SAFETY: as above.
    let r = entered(t, || unsafe {
        define(db, &name, n, how, class, None, Some(step), Some(finish))
    });
    done(t, db, r, "Error creating aggregate")
}
pub fn create_window(t: &Thread, this: C, name: Gc<Str>, n: Value, class: Value) -> R<()> {
    let (db, name) = (open(t, this)?, c_string(t, name.value())?);
    let n = arity(t, db, "num_params", n)?;
    let how = ffi::SQLITE_UTF8;
    // SAFETY: as above.
    let r = entered(t, || unsafe {
        let name = name.as_ptr();
        match class.is_none() {
            true => {
                let null = std::ptr::null_mut();
                ffi::sqlite3_create_window_function(
                    db, name, n as c_int, how, null, None, None, None, None, None,
                )
            }
            false => ffi::sqlite3_create_window_function(
                db,
                name,
                n as c_int,
                how,
                held(class),
                Some(step),
                Some(finish),
                Some(value),
                Some(inverse),
                Some(drop_held),
            ),
        }
    });
    done(t, db, r, "Error creating window function")
}
unsafe extern "C" fn collate(
    data: *mut c_void,
    n: c_int,
    a: *const c_void,
    m: c_int,
    b: *const c_void,
) -> c_int {
    let Some(t) = inside() else { return 0 };
    let f = callable(data);
    let text = |p: *const c_void, n: c_int| {
        let data = values::part(p.cast(), n as usize);
        Str::new(&String::from_utf8_lossy(data)).value()
    };
    let (a, b) = (text(a, n), text(b, m));
    let r = call::call(t, f, &[a, b]).and_then(|v| ops::index(t, v));
    match r {
        Ok(v) => match int::to_i64(v) {
            Some(n) => n.signum() as c_int,
            None if int::is_negative(v) => -1,
            None => 1,
        },
        Err(_) => {
            forget(t, f);
            0
        }
    }
}
pub fn create_collation(t: &Thread, this: C, name: Gc<Str>, f: Value) -> R<()> {
    let db = open(t, this)?;
    values::text(t, &name)?;
    let name = c_string(t, name.value())?;
    if !f.is_none() && !call::is_callable(f) {
        return Err(raising::type_error(t, "parameter must be callable"));
    }
    // SAFETY: as above.
    let r = entered(t, || unsafe {
        let (name, how) = (name.as_ptr(), ffi::SQLITE_UTF8);
        match f.is_none() {
            true => {
                ffi::sqlite3_create_collation_v2(db, name, how, std::ptr::null_mut(), None, None)
            }
            false => ffi::sqlite3_create_collation_v2(
                db,
                name,
                how,
                held(f),
                Some(collate),
                Some(drop_held),
            ),
        }
    });
    match r {
        ffi::SQLITE_OK => Ok(()),
        _ => Err(of_db(t, db)),
    }
}

// ---- hooks -----------------------------------------------------------------

/// Keeps a hook's callable alive as long as the connection: as its attribute
/// cannot be had, it lives for the process.
fn kept(f: Value) -> *mut c_void {
    held(f)
}
unsafe extern "C" fn authorize(
    data: *mut c_void,
    action: c_int,
    a: *const c_char,
    b: *const c_char,
    c: *const c_char,
    d: *const c_char,
) -> c_int {
    let Some(t) = inside() else {
        return ffi::SQLITE_DENY;
    };
    let f = callable(data);
    let text = |p: *const c_char| match p.is_null() {
        true => Value::NONE,
        // SAFETY: a terminated string of the library.
        false => Str::new(&unsafe { CStr::from_ptr(p) }.to_string_lossy()).value(),
    };
    let args = [
        Value::int(i64::from(action)),
        text(a),
        text(b),
        text(c),
        text(d),
    ];
    let r = call::call(t, f, &args);
    match r {
        Ok(v) if int::is_int(v) => match int::to_i64(v).and_then(|n| c_int::try_from(n).ok()) {
            Some(n) => n,
            None => ffi::SQLITE_DENY,
        },
        Ok(_) => ffi::SQLITE_DENY,
        Err(_) => {
            forget(t, f);
            ffi::SQLITE_DENY
        }
    }
}
pub fn set_authorizer(t: &Thread, this: C, args: Gc<Tuple>, kw: Option<Gc<Dict>>) -> R<()> {
    let names = (["authorizer_callback"], 1, "");
    let ([f], _) = placed(t, "set_authorizer", names, (args, kw))?;
    let db = open(t, this)?;
    // SAFETY: an open connection, a callback of that type.
    unsafe {
        match f.is_none() {
            true => ffi::sqlite3_set_authorizer(db, None, std::ptr::null_mut()),
            false => ffi::sqlite3_set_authorizer(db, Some(authorize), kept(f)),
        }
    };
    Ok(())
}
unsafe extern "C" fn progress(data: *mut c_void) -> c_int {
    let Some(t) = inside() else { return 0 };
    let f = callable(data);
    match call::call(t, f, &[]).and_then(|v| ops::truth(t, v)) {
        Ok(stop) => c_int::from(stop),
        Err(_) => {
            forget(t, f);
            1
        }
    }
}
pub fn set_progress(t: &Thread, this: C, args: Gc<Tuple>, kw: Option<Gc<Dict>>) -> R<()> {
    let names = (["progress_handler", "n"], 1, "");
    let ([f, n], _) = placed(t, "set_progress_handler", names, (args, kw))?;
    let n = ops::index_i64(t, n)?;
    let db = open(t, this)?;
    // SAFETY: as above.
    unsafe {
        match f.is_none() {
            true => ffi::sqlite3_progress_handler(db, 0, None, std::ptr::null_mut()),
            false => ffi::sqlite3_progress_handler(db, n as c_int, Some(progress), kept(f)),
        }
    };
    Ok(())
}
unsafe extern "C" fn trace(
    _kind: std::ffi::c_uint,
    data: *mut c_void,
    statement: *mut c_void,
    _sql: *mut c_void,
) -> c_int {
    let Some(t) = inside() else { return 0 };
    let f = callable(data);
    // SAFETY: the running statement; its text is ours to free.
    let text = unsafe {
        let p = ffi::sqlite3_expanded_sql(statement.cast());
        if p.is_null() {
            return 0;
        }
        let text = CStr::from_ptr(p).to_string_lossy().into_owned();
        ffi::sqlite3_free(p.cast());
        text
    };
    if call::call(t, f, &[Str::new(&text).value()]).is_err() {
        forget(t, f);
    }
    0
}
pub fn set_trace(t: &Thread, this: C, args: Gc<Tuple>, kw: Option<Gc<Dict>>) -> R<()> {
    let names = (["trace_callback"], 1, "");
    let ([f], _) = placed(t, "set_trace_callback", names, (args, kw))?;
    let db = open(t, this)?;
    // SAFETY: as above.
    unsafe {
        match f.is_none() {
            true => ffi::sqlite3_trace_v2(db, 0, None, std::ptr::null_mut()),
            false => ffi::sqlite3_trace_v2(db, ffi::SQLITE_TRACE_STMT, Some(trace), kept(f)),
        }
    };
    Ok(())
}
