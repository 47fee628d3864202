//! The native modules.

pub mod abc;
pub mod accounts;
pub mod array;
pub mod ast;
pub mod asyncio;
pub mod atexit;
pub mod binascii;
pub mod bisect;
pub mod bz2;
pub mod cjk;
pub mod cmath;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod csv;
pub mod datetime;
pub mod decimal;
pub mod errno;
pub mod etree;
pub mod expat;
pub mod faulthandler;
pub mod fcntl;
pub mod ffi;
pub mod functools;
pub mod gc;
pub mod hashes;
pub mod heapq;
pub mod imp;
pub mod incremental;
pub mod io;
pub mod itertools;
pub mod json;
pub mod locale;
pub mod lzma;
pub mod marshal;
pub mod math;
pub mod mmap;
pub mod multiprocessing;
pub mod opcode;
pub mod operator;
pub mod pickle;
pub mod posix;
pub mod posixsubprocess;
pub mod queue;
pub mod random;
pub mod resource;
pub mod select;
pub mod signal;
pub mod socket;
pub mod sqlite;
pub mod sre;
pub mod ssl;
pub mod statistics;
pub mod string;
pub mod structs;
pub mod symtable;
pub mod sys;
pub mod sysconfigdata;
pub mod termios;
pub mod thread;
pub mod time;
pub mod tokenize;
pub mod types;
pub mod typing;
pub mod unicodedata;
pub mod uuid;
pub mod warnings;
pub mod weakref;
pub mod zlib;
pub mod zstd;

use crate::registry::NativeModule;

/// All of them.
pub static ALL: &[&NativeModule] = &[
    &ast::MODULE,
    &abc::MODULE,
    &accounts::GRP,
    &accounts::PWD,
    &array::MODULE,
    &asyncio::MODULE,
    &atexit::MODULE,
    &cjk::MODULE,
    &cmath::MODULE,
    &codecs::MODULE,
    &binascii::MODULE,
    &bisect::MODULE,
    &bz2::MODULE,
    &collections::MODULE,
    &contextvars::MODULE,
    &csv::MODULE,
    &datetime::MODULE,
    &decimal::MODULE,
    &errno::MODULE,
    &etree::MODULE,
    &faulthandler::MODULE,
    &expat::MODULE,
    &fcntl::MODULE,
    &ffi::MODULE,
    &functools::MODULE,
    &gc::MODULE,
    &io::MODULE,
    &hashes::BLAKE2,
    &hashes::HMAC,
    &hashes::HASHLIB,
    &hashes::MD5,
    &hashes::SHA1,
    &hashes::SHA2,
    &hashes::SHA3,
    &heapq::MODULE,
    &imp::MODULE,
    &itertools::MODULE,
    &json::MODULE,
    &locale::MODULE,
    &marshal::MODULE,
    &lzma::MODULE,
    &math::MODULE,
    &mmap::MODULE,
    &multiprocessing::MODULE,
    &multiprocessing::SHARED_MEMORY,
    &opcode::MODULE,
    &operator::MODULE,
    &pickle::MODULE,
    &posix::MODULE,
    &posixsubprocess::MODULE,
    &queue::MODULE,
    &random::MODULE,
    &resource::MODULE,
    &select::MODULE,
    &signal::MODULE,
    &sqlite::MODULE,
    &sre::MODULE,
    &ssl::MODULE,
    &socket::MODULE,
    &statistics::MODULE,
    &string::MODULE,
    &structs::MODULE,
    &sys::MODULE,
    &sysconfigdata::MODULE,
    &termios::MODULE,
    &thread::MODULE,
    &time::MODULE,
    &tokenize::MODULE,
    &types::MODULE,
    &symtable::MODULE,
    &typing::MODULE,
    &unicodedata::MODULE,
    &uuid::MODULE,
    &warnings::MODULE,
    &weakref::MODULE,
    &zlib::MODULE,
    &zstd::MODULE,
];
