//! `BaseException` and its subclasses: the Python-visible part.

use crate::core::kinds;
use crate::types::exceptions::Exception;
use crate::types::type_::flags;

crate::py_class! {
    /// Common base class for all exceptions.
    pub CLASS: Exception = "BaseException", base kinds::OBJECT, flags flags::BASETYPE | flags::HAS_DICT;
    methods {}
}
