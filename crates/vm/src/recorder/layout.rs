//! Where the fields of builtin objects are, and which memory is disjoint, for the trace IR.

use std::mem::offset_of;

use pyjit_heap::ShapeId;
use pyjit_jit::ir::{AliasClass, Field, Items, Kind};
use pyjit_runtime::core::kinds;
use pyjit_runtime::types::bytes::ByteArray;
use pyjit_runtime::types::cell::Cell;
use pyjit_runtime::types::descriptors::BoundMethod;
use pyjit_runtime::types::dict_views::DictIterator;
use pyjit_runtime::types::exceptions::Exception;
use pyjit_runtime::types::iterator_tools::Tool;
use pyjit_runtime::types::iterators::IndexIterator;
use pyjit_runtime::types::range::{Range, RangeIterator};
use pyjit_runtime::types::set::Set;
use pyjit_runtime::types::type_::Type;
use pyjit_runtime::types::{bytes, dict, list, str_};

use crate::objects::function::Function;
use crate::objects::generator::{self, Generator};

macro_rules! alias_classes {
    ($($(#[$doc:meta])* $name:ident = $n:literal,)*) => { $($(#[$doc])* pub const $name: AliasClass = AliasClass($n);)* };
}
alias_classes! {
    /// Object headers: number 0 by agreement with the optimiser.
    HEADERS = 0,
    SLOTS = 1,
    OVERFLOW = 2,
    LISTS = 3,
    LIST_ITEMS = 4,
    TUPLES = 5,
    CELLS = 6,
    RANGE_ITERATORS = 7,
    INDEX_ITERATORS = 8,
    FUNCTIONS = 9,
    DICTS = 10,
    DICT_ENTRIES = 11,
    ARRAYS = 12,
    GENERATORS = 13,
    BYTEARRAYS = 17,
    /// Bytes of byte arrays.
    BYTES = 14,
    /// Of dictionaries and sets.
    OTHER_ITERATORS = 15,
    /// `zip`, `enumerate` and the like.
    TOOLS = 16,
    EXCEPTIONS = 18,
}

const fn field(offset: usize, kind: Kind, class: AliasClass) -> Field {
    Field::new(offset as i32, kind, class)
}

/// Shape number in the header.
pub const SHAPE: Field = field(0, Kind::U32, HEADERS);
pub const LIST_ARRAY: Field = field(list::ITEMS_OFFSET, Kind::Ref, LISTS);
pub const LIST_LEN: Field = field(list::LEN_OFFSET, Kind::Len, LISTS);
/// Items of a list's array.
pub const LIST_ITEM: Items = Items::new(16, Kind::Value, LIST_ITEMS);
/// Words of any array of references.
pub const ARRAY_LEN: Field = field(8, Kind::Len, ARRAYS);
pub const TUPLE_LEN: Field = Field::fixed(8, Kind::Len, TUPLES);
/// Items of a tuple.
pub const TUPLE_ITEM: Items = Items {
    immutable: true,
    ..Items::new(16, Kind::Value, TUPLES)
};
pub const CELL: Field = field(offset_of!(Cell, value), Kind::Value, CELLS);
pub const RANGE_NEXT: Field = field(offset_of!(RangeIterator, next), Kind::I64, RANGE_ITERATORS);
pub const RANGE_STEP: Field = Field::fixed(
    offset_of!(RangeIterator, step) as i32,
    Kind::I64,
    RANGE_ITERATORS,
);
pub const RANGE_STOP: Field = Field::fixed(
    offset_of!(RangeIterator, stop) as i32,
    Kind::I64,
    RANGE_ITERATORS,
);
/// Start, stop and step of a slice.
pub const SLICE_PARTS: [Field; 3] = [
    Field::fixed(8, Kind::Value, TUPLES),
    Field::fixed(16, Kind::Value, TUPLES),
    Field::fixed(24, Kind::Value, TUPLES),
];
/// Of a range: ints of any size.
pub const RANGE_START: Field = Field::fixed(offset_of!(Range, start) as i32, Kind::Value, TUPLES);
pub const RANGE_END: Field = Field::fixed(offset_of!(Range, stop) as i32, Kind::Value, TUPLES);
pub const RANGE_BY: Field = Field::fixed(offset_of!(Range, step) as i32, Kind::Value, TUPLES);
pub const RANGE_LENGTH: Field = Field::fixed(offset_of!(Range, length) as i32, Kind::Value, TUPLES);
pub const SEQUENCE: Field = field(
    offset_of!(IndexIterator, sequence),
    Kind::Value,
    INDEX_ITERATORS,
);
pub const STEP: Field = field(offset_of!(IndexIterator, step), Kind::I64, INDEX_ITERATORS);
pub const INDEX: Field = field(offset_of!(IndexIterator, index), Kind::I64, INDEX_ITERATORS);
/// Name of a class that a script has made.
pub const CLASS_NAME: Field = field(offset_of!(Type, name), Kind::Ref, FUNCTIONS);
/// Address of a function's first instruction, if it is ready to run.
pub const FUNCTION_ENTRY: Field = field(offset_of!(Function, entry), Kind::I64, FUNCTIONS);
pub const FUNCTION_CODE: Field = field(offset_of!(Function, code), Kind::Ref, FUNCTIONS);
pub const FUNCTION_BUILTINS: Field = field(offset_of!(Function, builtins), Kind::Ref, FUNCTIONS);
pub const FUNCTION_NAME: Field = field(offset_of!(Function, name), Kind::Ref, FUNCTIONS);
pub const FUNCTION_QUALNAME: Field = field(offset_of!(Function, qualname), Kind::Ref, FUNCTIONS);
pub const MODULE_NAME: Field = field(offset_of!(Function, module), Kind::Value, FUNCTIONS);
pub const ARITY: Field = field(offset_of!(Function, arity), Kind::U32, FUNCTIONS);
pub const KWDEFAULTS: Field = field(offset_of!(Function, kwdefaults), Kind::Value, FUNCTIONS);
pub const ANNOTATE: Field = field(offset_of!(Function, annotate), Kind::Value, FUNCTIONS);
pub const ANNOTATIONS: Field = field(offset_of!(Function, annotations), Kind::Value, FUNCTIONS);
pub const DEFAULTS: Field = field(offset_of!(Function, defaults), Kind::Value, FUNCTIONS);
pub const BOUND_FUNCTION: Field = Field::fixed(
    offset_of!(BoundMethod, function) as i32,
    Kind::Value,
    FUNCTIONS,
);
pub const BOUND_THIS: Field =
    Field::fixed(offset_of!(BoundMethod, this) as i32, Kind::Value, FUNCTIONS);
pub const GLOBALS: Field = Field::fixed(offset_of!(Function, globals) as i32, Kind::Ref, FUNCTIONS);
pub const CLOSURE: Field = Field::fixed(offset_of!(Function, closure) as i32, Kind::Ref, FUNCTIONS);
pub const GENERATOR_FUNCTION: Field =
    field(offset_of!(Generator, function), Kind::Value, GENERATORS);
pub const GENERATOR_NAME: Field = field(offset_of!(Generator, name), Kind::Ref, GENERATORS);
pub const GENERATOR_QUALNAME: Field = field(offset_of!(Generator, qualname), Kind::Ref, GENERATORS);
pub const GENERATOR_OWN: Field = field(offset_of!(Generator, own), Kind::Value, GENERATORS);
/// Address of the instruction at which it stands.
pub const GENERATOR_PC: Field = field(offset_of!(Generator, pc), Kind::I64, GENERATORS);
pub const GENERATOR_STATE: Field = field(offset_of!(Generator, state), Kind::U8, GENERATORS);
pub const GENERATOR_SAVED: Field = field(offset_of!(Generator, saved), Kind::U32, GENERATORS);
pub const DICT_VERSION: Field = field(dict::VERSION_OFFSET, Kind::U32, DICTS);
pub const DICT_FLAGS: Field = field(dict::VERSION_OFFSET + 4, Kind::U32, DICTS);
/// Number of live entries.
pub const DICT_LEN: Field = field(dict::LEN_OFFSET, Kind::Len, DICTS);
/// Code points of a str.
pub const STR_LEN: Field = Field::fixed(str_::NCHARS_OFFSET as i32, Kind::Len, TUPLES);
pub const BYTEARRAY_BUFFER: Field = field(offset_of!(ByteArray, buffer), Kind::Ref, BYTEARRAYS);
pub const BYTEARRAY_START: Field = field(offset_of!(ByteArray, start), Kind::Len, BYTEARRAYS);
pub const BYTEARRAY_LEN: Field = field(offset_of!(ByteArray, len), Kind::Len, BYTEARRAYS);
/// Bytes of a raw array.
pub const BYTE: Items = Items::new(16, Kind::U8, BYTES);
pub const BYTES_LEN: Field = Field::fixed(bytes::LEN_OFFSET as i32, Kind::Len, TUPLES);
/// Absent where the bytes are in line.
pub const BYTES_EXT: Field = Field::fixed(bytes::EXT_OFFSET as i32, Kind::Value, TUPLES);
/// Bytes in line.
pub const BYTES_ITEM: Items = Items {
    immutable: true,
    ..Items::new(bytes::INLINE_OFFSET as i32, Kind::U8, TUPLES)
};
pub const TOOL_FIRST: Field = field(offset_of!(Tool, first), Kind::Value, TOOLS);
pub const TOOL_SECOND: Field = field(offset_of!(Tool, second), Kind::Value, TOOLS);
/// `map`, `zip`: strict?
pub const TOOL_STATE: Field = field(offset_of!(Tool, state), Kind::I64, TOOLS);
pub const EXCEPTION_ARGS: Field = field(offset_of!(Exception, args), Kind::Ref, EXCEPTIONS);
pub const STR_BYTES: Field = Field::fixed(str_::NBYTES_OFFSET as i32, Kind::Len, TUPLES);
pub const DICT_USED: Field = field(dict::USED_OFFSET, Kind::Len, DICTS);
/// Words of a dictionary's entries: hash, key, value.
pub const DICT_WORD: Items = Items::new(16, Kind::Value, DICT_ENTRIES);
pub const DICT_ITERATOR_DICT: Field =
    field(offset_of!(DictIterator, dict), Kind::Ref, OTHER_ITERATORS);
pub const DICT_ITERATOR_AT: Field = field(offset_of!(DictIterator, at), Kind::I64, OTHER_ITERATORS);
pub const DICT_ITERATOR_LEN: Field =
    field(offset_of!(DictIterator, len), Kind::I64, OTHER_ITERATORS);
pub const DICT_ITERATOR_GIVEN: Field =
    field(offset_of!(DictIterator, given), Kind::I64, OTHER_ITERATORS);
pub const SET_ODD: Field = field(offset_of!(Set, odd), Kind::Len, DICTS);
pub const DICT_ARRAY: Field = field(dict::ENTRIES_OFFSET, Kind::Ref, DICTS);

/// Value of entry `i` of a dictionary, in its entries array.
pub fn dict_value(i: usize) -> Field {
    field(16 + 8 * (3 * i + 2), Kind::Value, DICT_ENTRIES)
}
/// Saved register `i` of a generator.
pub fn generator_register(i: usize) -> Field {
    field(8 * (generator::FRAME + i), Kind::Value, GENERATORS)
}
/// Word `i` of an instance.
pub fn slot(i: usize) -> Field {
    field(8 * i, Kind::Value, SLOTS)
}
/// Word `i` of an instance, that holds its overflow array.
pub fn overflow_array(i: usize) -> Field {
    field(8 * i, Kind::Ref, SLOTS)
}
/// Item `i` of an overflow array.
pub fn overflow(i: usize) -> Field {
    field(16 + 8 * i, Kind::Value, OVERFLOW)
}
/// Can no object of this shape get another one?
pub fn is_stable(shape: ShapeId) -> bool {
    shape < pyjit_heap::shape::FIRST_DYNAMIC && shape != kinds::MODULE
}
