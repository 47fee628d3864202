//! `_types`: the classes of module `types`.

use pyjit_heap::Gc;
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::type_::of_kind_opt;
use pyjit_runtime::{R, Thread};

use crate::native_module;

static NAMES: &[(&str, u32)] = &[
    ("AsyncGeneratorType", kinds::ASYNC_GENERATOR),
    ("BuiltinFunctionType", kinds::BUILTIN_FUNCTION),
    ("BuiltinMethodType", kinds::BUILTIN_FUNCTION),
    ("CellType", kinds::CELL),
    ("ClassMethodDescriptorType", kinds::CLASSMETHOD_DESCRIPTOR),
    ("CodeType", kinds::CODE),
    ("CoroutineType", kinds::COROUTINE),
    ("EllipsisType", kinds::ELLIPSIS_TYPE),
    ("FrameType", kinds::FRAME),
    ("FunctionType", kinds::FUNCTION),
    ("GeneratorType", kinds::GENERATOR),
    ("GenericAlias", kinds::GENERIC_ALIAS),
    ("GetSetDescriptorType", kinds::GETSET_DESCRIPTOR),
    ("LambdaType", kinds::FUNCTION),
    ("MappingProxyType", kinds::MAPPING_PROXY),
    ("MemberDescriptorType", kinds::MEMBER_DESCRIPTOR),
    ("MethodDescriptorType", kinds::METHOD_DESCRIPTOR),
    ("MethodType", kinds::BOUND_METHOD),
    ("MethodWrapperType", kinds::METHOD_WRAPPER),
    ("ModuleType", kinds::MODULE),
    ("NoneType", kinds::NONE_TYPE),
    ("NotImplementedType", kinds::NOT_IMPLEMENTED_TYPE),
    ("SimpleNamespace", kinds::SIMPLE_NAMESPACE),
    ("TracebackType", kinds::TRACEBACK),
    ("UnionType", kinds::UNION_TYPE),
    ("WrapperDescriptorType", kinds::WRAPPER_DESCRIPTOR),
];

fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    for (name, kind) in NAMES {
        if let Some(c) = of_kind_opt(*kind) {
            m.set(t, name, c.value())?;
        }
    }
    Ok(())
}

native_module! {
    /// Define names for built-in types.
    pub MODULE = "_types", init init;
    functions {}
}
