//! `_opcode`: facts about CPython's instructions, for the library's `opcode`.
//! Our own code objects have other instructions.

use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::errors;
use pyjit_runtime::types::list::List;
use pyjit_runtime::types::module::Module;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Thread};

use crate::native_module;

/// Instruction numbers, as ranges.
type Ranges = &'static [(i64, i64)];

const IS_VALID: Ranges = &[(0, 120), (128, 211), (234, 266)];
const HAS_ARG: Ranges = &[
    (44, 120),
    (128, 128),
    (143, 153),
    (155, 195),
    (197, 197),
    (200, 200),
    (209, 211),
    (237, 237),
    (239, 239),
    (241, 245),
    (247, 251),
    (253, 253),
    (255, 255),
    (257, 261),
    (263, 266),
];
const HAS_CONST: Ranges = &[(82, 82), (190, 191)];
const HAS_NAME: Ranges = &[
    (61, 61),
    (64, 65),
    (72, 73),
    (80, 80),
    (91, 93),
    (96, 96),
    (110, 110),
    (115, 116),
    (179, 179),
    (189, 189),
    (194, 195),
    (200, 200),
    (249, 249),
];
const HAS_JUMP: Ranges = &[
    (68, 68),
    (70, 70),
    (75, 77),
    (100, 103),
    (106, 106),
    (172, 176),
    (237, 237),
    (248, 248),
    (257, 260),
];
const HAS_FREE: Ranges = &[(62, 62), (90, 90), (97, 97), (111, 111)];
const HAS_LOCAL: Ranges = &[
    (3, 3),
    (63, 63),
    (83, 89),
    (112, 114),
    (261, 261),
    (266, 266),
];
const HAS_EXC: Ranges = &[(263, 265)];
const INTRINSIC1_DESCS: &[&str] = &[
    "INTRINSIC_1_INVALID",
    "INTRINSIC_PRINT",
    "INTRINSIC_IMPORT_STAR",
    "INTRINSIC_STOPITERATION_ERROR",
    "INTRINSIC_ASYNC_GEN_WRAP",
    "INTRINSIC_UNARY_POSITIVE",
    "INTRINSIC_LIST_TO_TUPLE",
    "INTRINSIC_TYPEVAR",
    "INTRINSIC_PARAMSPEC",
    "INTRINSIC_TYPEVARTUPLE",
    "INTRINSIC_SUBSCRIPT_GENERIC",
    "INTRINSIC_TYPEALIAS",
];
const INTRINSIC2_DESCS: &[&str] = &[
    "INTRINSIC_2_INVALID",
    "INTRINSIC_PREP_RERAISE_STAR",
    "INTRINSIC_TYPEVAR_WITH_BOUND",
    "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
    "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
    "INTRINSIC_SET_TYPEPARAM_DEFAULT",
];
const SPECIAL_METHOD_NAMES: &[&str] = &["__enter__", "__exit__", "__aenter__", "__aexit__"];
const NB_OPS: &[(&str, &str)] = &[
    ("NB_ADD", "+"),
    ("NB_AND", "&"),
    ("NB_FLOOR_DIVIDE", "//"),
    ("NB_LSHIFT", "<<"),
    ("NB_MATRIX_MULTIPLY", "@"),
    ("NB_MULTIPLY", "*"),
    ("NB_REMAINDER", "%"),
    ("NB_OR", "|"),
    ("NB_POWER", "**"),
    ("NB_RSHIFT", ">>"),
    ("NB_SUBTRACT", "-"),
    ("NB_TRUE_DIVIDE", "/"),
    ("NB_XOR", "^"),
    ("NB_INPLACE_ADD", "+="),
    ("NB_INPLACE_AND", "&="),
    ("NB_INPLACE_FLOOR_DIVIDE", "//="),
    ("NB_INPLACE_LSHIFT", "<<="),
    ("NB_INPLACE_MATRIX_MULTIPLY", "@="),
    ("NB_INPLACE_MULTIPLY", "*="),
    ("NB_INPLACE_REMAINDER", "%="),
    ("NB_INPLACE_OR", "|="),
    ("NB_INPLACE_POWER", "**="),
    ("NB_INPLACE_RSHIFT", ">>="),
    ("NB_INPLACE_SUBTRACT", "-="),
    ("NB_INPLACE_TRUE_DIVIDE", "/="),
    ("NB_INPLACE_XOR", "^="),
    ("NB_SUBSCR", "[]"),
];

macro_rules! tests {
    ($($name:ident $ranges:ident;)*) => { $(
        fn $name(_t: &Thread, opcode: i64) -> bool {
            $ranges.iter().any(|(a, b)| (*a..=*b).contains(&opcode))
        }
    )* };
}
tests! {
    is_valid IS_VALID; has_arg HAS_ARG; has_const HAS_CONST; has_name HAS_NAME; has_jump HAS_JUMP;
    has_free HAS_FREE; has_local HAS_LOCAL; has_exc HAS_EXC;
}

fn list(t: &Thread, n: usize, f: impl Fn(usize) -> Value) -> R<Gc<List>> {
    let l = List::new();
    for i in 0..n {
        l.push(t, f(i))?;
    }
    Ok(l)
}
macro_rules! lists {
    ($($name:ident $names:ident;)*) => { $(
        fn $name(t: &Thread) -> R<Gc<List>> {
            list(t, $names.len(), |i| Str::new($names[i]).value())
        }
    )* };
}
lists! {
    get_intrinsic1_descs INTRINSIC1_DESCS; get_intrinsic2_descs INTRINSIC2_DESCS;
    get_special_method_names SPECIAL_METHOD_NAMES;
}
fn get_nb_ops(t: &Thread) -> R<Gc<List>> {
    list(t, NB_OPS.len(), |i| {
        let (name, sign) = NB_OPS[i];
        Tuple::new(&[Str::new(name).value(), Str::new(sign).value()]).value()
    })
}
fn stack_effect(t: &Thread, _opcode: i64, _oparg: Option<Value>, _jump: Option<Value>) -> R<Value> {
    // There is no stack whose height an instruction could change.
    Err(errors::value_error(t, "invalid opcode or oparg"))
}
fn get_specialization_stats(_t: &Thread) -> Value {
    Value::NONE
}
fn get_executor(t: &Thread, _code: Value, _offset: i64) -> R<Value> {
    Err(errors::runtime_error(
        t,
        "Executors are not available in this build",
    ))
}
fn init(t: &Thread, m: Gc<Module>) -> R<()> {
    m.set(t, "ENABLE_SPECIALIZATION", Value::int(0))?;
    m.set(t, "ENABLE_SPECIALIZATION_FT", Value::int(0))
}

native_module! {
    /// Opcode support module.
    pub MODULE = "_opcode", init init;
    functions {
        /// Compute the stack effect of the opcode.
        stack_effect(opcode, oparg=None, /, *, jump=None) => stack_effect;
        /// Return True if opcode is valid, False otherwise.
        is_valid(opcode) => is_valid [leaf];
        /// Return True if the opcode uses its oparg, False otherwise.
        has_arg(opcode) => has_arg [leaf];
        /// Return True if the opcode accesses a constant, False otherwise.
        has_const(opcode) => has_const [leaf];
        /// Return True if the opcode accesses an attribute by name, False otherwise.
        has_name(opcode) => has_name [leaf];
        /// Return True if the opcode has a jump target, False otherwise.
        has_jump(opcode) => has_jump [leaf];
        /// Return True if the opcode accesses a free variable, False otherwise.
        has_free(opcode) => has_free [leaf];
        /// Return True if the opcode accesses a local variable, False otherwise.
        has_local(opcode) => has_local [leaf];
        /// Return True if the opcode sets an exception handler, False otherwise.
        has_exc(opcode) => has_exc [leaf];
        /// Return the specialization stats
        get_specialization_stats() => get_specialization_stats [leaf];
        /// Return array of symbols of binary ops.
        get_nb_ops() => get_nb_ops;
        /// Return a list of names of the unary intrinsics.
        get_intrinsic1_descs() => get_intrinsic1_descs;
        /// Return a list of names of the binary intrinsics.
        get_intrinsic2_descs() => get_intrinsic2_descs;
        /// Return a list of special method names.
        get_special_method_names() => get_special_method_names;
        /// Return the executor object at offset in code if exists, None otherwise.
        get_executor(code, offset) => get_executor;
    }
}
