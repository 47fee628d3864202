//! Compilation on demand: `compile()`, `exec()`, `eval()`, scripts.

use pyjit_bytecode::code::flags as co;
use pyjit_bytecode::{CodeObject, verify};
use pyjit_compiler::{Options, compile_source};
use pyjit_heap::{Gc, Value};
use pyjit_runtime::core::host::CompileRequest;
use pyjit_runtime::core::{errors, ops, settings, warn};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::codec_registry;
use pyjit_runtime::types::exceptions::{Exc, Exception};
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::str_codec::encode_named;
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::{R, Raised, Thread};
use pyjit_syntax::decode::DecodeError;
use pyjit_syntax::error::{ErrorKind, Warning};
use pyjit_syntax::{Mode, Source, SyntaxError};

use crate::objects::code::Code;
use crate::tree_rules::Rules;

/// `ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`.
const ALLOW_TOP_LEVEL_AWAIT: i64 = 0x2000;
/// `ast.PyCF_TYPE_COMMENTS`.
const TYPE_COMMENTS: i64 = 0x1000;
/// `ast.PyCF_ONLY_AST`.
const ONLY_AST: i64 = 0x400;
/// `ast.PyCF_OPTIMIZED_AST`.
const OPTIMIZED_AST: i64 = 0x8400;
/// `PyCF_DONT_IMPLY_DEDENT`: at a prompt, an empty line ends a block.
const DONT_IMPLY_DEDENT: i64 = 0x200;
/// `PyCF_ALLOW_INCOMPLETE_INPUT`: an early end is another exception.
const ALLOW_INCOMPLETE_INPUT: i64 = 0x4000;
/// The flags of `__future__` features that change the compiler.
const FUTURE: u32 =
    co::FUTURE_ANNOTATIONS | co::FUTURE_BARRY_AS_BDFL | co::FUTURE_GENERATOR_STOP | 0x7e_0000;

/// The source and the mode of a request.
pub fn source(t: &Thread, request: &CompileRequest) -> R<(Source, Mode)> {
    let filename = crate::vm::text(request.filename);
    let source = if request.is_bytes {
        match Source::decode(request.source, &filename) {
            Ok(s) => s,
            Err(DecodeError::UnknownEncoding(name)) => decoded(t, &name, request)?,
            Err(DecodeError::Syntax(e)) => return Err(syntax_error(t, &e, request)),
        }
    } else {
        match std::str::from_utf8(request.source) {
            Ok(s) => Source::from_text(s),
            Err(_) => {
                // There are surrogates, which the codec refuses.
                encode_named(t, Str::from_wtf8(request.source), "utf-8", "strict")?;
                return Err(errors::value_error(t, "source code is not text"));
            }
        }
    };
    let mode = match request.mode {
        "exec" => Mode::Module,
        "eval" => Mode::Eval,
        "single" => Mode::Interactive,
        "func_type" => Mode::FuncType,
        _ => {
            let m = match request.flags & ONLY_AST {
                0 => "compile() mode must be 'exec', 'eval' or 'single'",
                _ => "compile() mode must be 'exec', 'eval', 'single' or 'func_type'",
            };
            return Err(errors::value_error(t, m));
        }
    };
    Ok((source, mode))
}

/// Compiles source text to a code object.
pub fn compile(t: &Thread, request: &CompileRequest) -> R<Value> {
    let filename = crate::vm::text(request.filename);
    let (source, mode) = source(t, request)?;
    if mode == Mode::Interactive && request.flags & DONT_IMPLY_DEDENT != 0 {
        if let Some(e) = pyjit_syntax::open_block(&source) {
            return Err(syntax_error(t, &e, request));
        }
    }
    if request.flags & ONLY_AST != 0 {
        let level = match request.optimize {
            -1 => settings::get().optimize,
            n => n.clamp(0, 2) as u8,
        };
        let rules = Rules {
            version: match request.feature_version {
                n if n < 0 => 14,
                n => n,
            },
            type_comments: request.flags & TYPE_COMMENTS != 0,
            simplify: (request.flags & OPTIMIZED_AST == OPTIMIZED_AST).then_some(level),
        };
        return crate::compile_tree::tree(t, &source, mode, rules)?
            .map_err(|e| syntax_error(t, &e, request));
    }
    let options = options(t, request, filename);
    match compile_source(&source, mode, &options) {
        Ok((code, warnings)) => {
            issue(t, &source, &warnings, request)?;
            Code::new(t, leak(code)).map(|c| c.value())
        }
        Err(e) => Err(syntax_error(t, &e, request)),
    }
}

/// The source in an encoding that only the runtime's codecs know.
fn decoded(t: &Thread, encoding: &str, request: &CompileRequest) -> R<Source> {
    let bytes = Bytes::new(request.source).value();
    let r = codec_registry::decode_text(t, bytes, encoding, "strict");
    match r.map(|v| v.cast::<Str>()) {
        Ok(Some(text)) => Ok(Source::from_text(&text.lossy())),
        Err(e) if !undecodable(t) => Err(e),
        _ => {
            let why = t.take_exception();
            let message = ops::str(t, why)?.value();
            let place = [request.filename, number(0), Value::int(-1), Value::NONE];
            Err(raise_syntax(t, Exc::SyntaxError, message, &place))
        }
    }
}

/// Does the pending exception say that there is no such encoding, or that the
/// source is not in it?
fn undecodable(t: &Thread) -> bool {
    errors::matches(t, Exc::LookupError) || errors::matches(t, Exc::UnicodeDecodeError)
}

/// How to compile.
fn options(t: &Thread, request: &CompileRequest, filename: String) -> Options {
    let inherited = if request.dont_inherit {
        0
    } else {
        crate::frames::innermost(t).map_or(0, |a| a.code().object().flags & FUTURE)
    };
    Options {
        filename,
        optimize: match request.optimize {
            -1 => settings::get().optimize,
            n => n.clamp(0, 2) as u8,
        },
        future_flags: (request.flags as u32 & FUTURE) | inherited,
        top_level_await: request.flags & ALLOW_TOP_LEVEL_AWAIT != 0,
    }
}

/// Compiles a tree of objects of module `_ast`.
pub fn compile_ast(t: &Thread, tree: Value, request: &CompileRequest) -> R<Value> {
    if request.flags & ONLY_AST != 0 {
        crate::tree_in::check(t, tree, request.mode)?;
        return Ok(tree);
    }
    let filename = crate::vm::text(request.filename);
    let options = options(t, request, filename);
    match crate::tree_in::compile(t, tree, request.mode, &options)? {
        Ok(((code, warnings), source)) => {
            issue(t, &source, &warnings, request)?;
            Code::new(t, leak(code)).map(|c| c.value())
        }
        Err(e) => {
            let e = SyntaxError { text: None, ..*e };
            Err(syntax_error(t, &e, request))
        }
    }
}

/// Issues what the parser and the compiler warn about. A filter that makes
/// errors of them makes them syntax errors.
fn issue(t: &Thread, source: &Source, warnings: &[Warning], request: &CompileRequest) -> R<()> {
    for w in warnings {
        let (line, column) = source.char_position(w.span.start);
        let (end_line, end_column) = source.char_position(w.span.end);
        let message = Str::new(&w.message).value();
        let place = (request.filename, i64::from(line));
        let (class, none) = (Exc::SyntaxWarning.class(), Value::NONE);
        if let Err(e) = warn::warn_explicit(t, message, class, place, none, none, none) {
            if !errors::catch(t, Exc::SyntaxWarning) {
                return Err(e);
            }
            // As an error it speaks of now.
            let text = w
                .message
                .replace(" Such sequences will not work in the future.", "");
            let message = Str::new(&text).value();
            let place = [
                request.filename,
                number(i64::from(line)),
                number(i64::from(column)),
                Str::new(source.line_text(line)).value(),
                number(i64::from(end_line)),
                number(i64::from(end_column)),
            ];
            return Err(raise_syntax(t, Exc::SyntaxError, message, &place));
        }
    }
    Ok(())
}

/// A code object from its encoded form; a damaged one raises `ValueError`.
pub fn decode(t: &Thread, data: &[u8]) -> R<Value> {
    match pyjit_bytecode::pyc::decode(data) {
        Ok(code) if verify::verify(&code).is_ok() => Code::new(t, leak(code)).map(|c| c.value()),
        _ => Err(errors::value_error(t, "bad marshal data")),
    }
}

/// A code object from an encoded form that lives for ever.
pub fn decode_embedded(t: &Thread, data: &'static [u8]) -> R<Value> {
    match pyjit_bytecode::pyc::decode_embedded(data) {
        Ok(code) => Code::new(t, leak(code)).map(|c| c.value()),
        Err(_) => Err(errors::value_error(t, "bad marshal data")),
    }
}

/// The encoded form of a code object.
pub fn encode(t: &Thread, code: Value) -> R<Vec<u8>> {
    match code
        .cast::<Code>()
        .map(|c| pyjit_bytecode::pyc::encode(c.object()))
    {
        Some(Some(bytes)) => Ok(bytes),
        _ => Err(errors::value_error(t, "unmarshallable object")),
    }
}

/// Plain code lives as long as the process.
pub fn leak(code: CodeObject) -> &'static CodeObject {
    Box::leak(Box::new(code))
}

fn number(n: i64) -> Value {
    Value::int(n)
}

/// The exception of a rejected program.
#[cold]
pub fn syntax_error(t: &Thread, e: &SyntaxError, request: &CompileRequest) -> Raised {
    let class = match e.kind {
        _ if e.incomplete && request.flags & ALLOW_INCOMPLETE_INPUT != 0 => {
            Exc::_IncompleteInputError
        }
        ErrorKind::Syntax => Exc::SyntaxError,
        ErrorKind::Indentation => Exc::IndentationError,
        ErrorKind::Tab => Exc::TabError,
    };
    let message = Str::new(&e.message).value();
    if e.line == 0 {
        let x = Exception::new(class.class(), &[message]);
        x.set_extra(0, message);
        return errors::set(t, x.value());
    }
    let text = e.text.as_ref().map_or(Value::NONE, |s| Str::new(s).value());
    let place = [
        request.filename,
        number(e.line as i64),
        number(e.offset as i64),
        text,
        number(e.end_line as i64),
        number(e.end_offset as i64),
    ];
    let raised = raise_syntax(t, class, message, &place);
    let (line, column) = e.last_statement;
    let source = match request.is_bytes {
        true => Value::NONE,
        false => Str::from_wtf8(request.source).value(),
    };
    // Where `traceback` looks for misspelt keywords.
    let metadata = Tuple::new(&[number(line.into()), number(column.into()), source]);
    let x: Gc<Exception> = Gc::from_value(t.exc.get());
    x.set_extra(METADATA, metadata.value());
    raised
}

/// The number of the attribute `_metadata`.
pub const METADATA: usize = 8;

/// Raises a syntax error: file, line, column, text, end line, end column.
#[cold]
fn raise_syntax(t: &Thread, class: Exc, message: Value, place: &[Value]) -> Raised {
    let x: Gc<Exception> = Exception::new(class.class(), &[message, Tuple::new(place).value()]);
    x.set_extra(0, message);
    for (i, v) in place.iter().enumerate() {
        x.set_extra(i + 1, *v);
    }
    errors::set(t, x.value())
}
