//! Code inside other code. That of embedded modules stays as the bytes it was
//! stored as until somebody looks: most functions of a library are never called.

use std::ops::Deref;
use std::sync::OnceLock;

use crate::code::CodeObject;
use crate::pyc;

/// A code constant.
#[derive(Debug, Clone)]
pub struct Nested {
    code: OnceLock<Box<CodeObject>>,
    stored: Option<Stored>,
}

/// Where unread code is, and what is known of it without reading it.
#[derive(Debug, Clone, Copy)]
pub struct Stored {
    /// `co_name`
    pub name: &'static str,
    /// `co_qualname`
    pub qualname: &'static str,
    /// `co_flags`
    pub flags: u32,
    pub(crate) bytes: &'static [u8],
    pub(crate) texts: &'static [&'static [u8]],
}

impl Nested {
    /// Code that will be read when it is needed.
    pub(crate) fn stored(stored: Stored) -> Nested {
        Nested {
            code: OnceLock::new(),
            stored: Some(stored),
        }
    }
    /// What is known without reading, if it was stored.
    pub fn head(&self) -> Option<&Stored> {
        self.stored.as_ref()
    }
}

impl From<CodeObject> for Nested {
    fn from(code: CodeObject) -> Nested {
        Nested {
            code: OnceLock::from(Box::new(code)),
            stored: None,
        }
    }
}

impl Deref for Nested {
    type Target = CodeObject;
    fn deref(&self) -> &CodeObject {
        self.code.get_or_init(|| {
            let stored = self.stored.as_ref().expect("code, or where it is stored");
            Box::new(pyc::decode_stored(stored).expect("what the build has stored is undamaged"))
        })
    }
}
