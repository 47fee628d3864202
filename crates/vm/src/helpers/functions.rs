//! Functions, imports, rare operations.

use pyjit_bytecode::ops::{FunctionAttr, Intrinsic};
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::{errors, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::exceptions::Exc;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::type_::type_name;
use pyjit_runtime::{R, Thread};

use super::helpers;
use crate::objects::code::{self, Code};
use crate::objects::function::Function;
use crate::vm::BAD_INIT;

helpers! {
    /// A function of the code constant `k` words from the running instruction,
    /// in the namespace of function `f`.
    MAKE_FUNCTION(t, f, k) [] {
        let f: Gc<Function> = Gc::from_value(f);
        let outer = f.code.gc();
        let at = outer.index(t.pc.get()) + k.as_int() as u32;
        let code: Gc<Code> = Gc::from_value(code::pool_constant(t, outer, at)?);
        Ok(Function::with_builtins(code, f.globals.gc(), f.builtins.gc()).value())
    }
    /// Attribute number `k` of new function `f`.
    SET_FUNCTION_ATTR(t, f, v, k) [leaf] {
        let f: Gc<Function> = Gc::from_value(f);
        let field = match FunctionAttr::from_u16(k.as_int() as u16) {
            Some(FunctionAttr::Defaults) => &f.defaults,
            Some(FunctionAttr::KwDefaults) => &f.kwdefaults,
            Some(FunctionAttr::Annotate) => &f.annotate,
            Some(FunctionAttr::Closure) => &f.closure,
            Some(FunctionAttr::Annotations) => &f.annotations,
            None => return Err(errors::system_error(t, "bad function attribute")),
        };
        field.set(f, v);
        Ok(Value::NONE)
    }
    /// `__import__(name, globals, None, fromlist, level)` for function `f`.
    IMPORT_NAME(t, f, name, level, from) [] { crate::import::import_name(t, Gc::from_value(f), name, level, from) }
    /// `from x import name`.
    IMPORT_FROM(t, x, name) [] { crate::import::import_from(t, x, Gc::from_value(name)) }
    /// Intrinsic number `k`.
    INTRINSIC(t, k, x, y, z) [] { intrinsic(t, k.as_int() as u16, x, y, z) }
}

fn intrinsic(t: &Thread, k: u16, x: Value, y: Value, z: Value) -> R<Value> {
    if k == BAD_INIT {
        let m = format!("__init__() should return None, not '{}'", type_name(x));
        return Err(errors::type_error(t, m));
    }
    match Intrinsic::from_u16(k) {
        Some(Intrinsic::PrintExpr) => crate::import::display(t, x),
        Some(Intrinsic::ImportStar) => crate::import::import_star(t, x, y),
        Some(Intrinsic::StopIterationError) => stop_iteration_error(t, x),
        Some(Intrinsic::AsyncGenWrap) => Ok(crate::objects::async_generator::wrap(x)),
        Some(Intrinsic::PrepReraiseStar) => crate::groups::prep_reraise(t, x, y),
        Some(Intrinsic::SetupAnnotations) => {
            let name = intern("__annotations__");
            if crate::names::in_mapping(t, x, name)?.is_none() {
                ops::setitem(t, x, name.value(), Dict::new().value())?;
            }
            Ok(Value::NONE)
        }
        Some(Intrinsic::SetFunctionTypeParams) => {
            let f: Gc<Function> = Gc::from_value(x);
            f.type_params.set(f, y);
            Ok(x)
        }
        Some(other) => crate::bridge::type_parameter(t, other, x, y, z),
        None => Err(errors::system_error(t, "unknown intrinsic")),
    }
}

/// `StopIteration` must not leave a generator.
fn stop_iteration_error(t: &Thread, e: Value) -> R<Value> {
    use pyjit_runtime::types::exceptions::Exception;
    use pyjit_runtime::types::type_::class_of;
    let c = class_of(e);
    let kind = crate::frames::running_kind(t);
    let (what, from) = if c.is_subtype(Exc::StopIteration.class()) {
        (kind, "StopIteration")
    } else if kind == "async generator" && c.is_subtype(Exc::StopAsyncIteration.class()) {
        (kind, "StopAsyncIteration")
    } else {
        return Ok(e);
    };
    let message = Str::new(&format!("{what} raised {from}"));
    let new = Exception::new(Exc::RuntimeError.class(), &[message.value()]);
    new.cause.set(new, e);
    new.context.set(new, e);
    new.suppress_context.set(true);
    Ok(new.value())
}
