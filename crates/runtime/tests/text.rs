//! `str`, `bytes` and their relatives, called as a script would call them.
use pyjit_heap::Value;
use pyjit_runtime::Thread;
use pyjit_runtime::core::{call, init, ops};
use pyjit_runtime::types::bytes::{ByteArray, Bytes};
use pyjit_runtime::types::memoryview;
use pyjit_runtime::types::str_::Str;
use pyjit_runtime::types::tuple::Tuple;

fn s(text: &str) -> Value {
    Str::new(text).value()
}
fn i(n: i64) -> Value {
    Value::int(n)
}
/// `repr(this.name(*args))`, or the exception as `Type: message`.
fn m(t: &Thread, this: Value, name: &str, args: &[Value]) -> String {
    shown(t, call::call_attr(t, this, name, args))
}
fn shown(t: &Thread, r: Result<Value, pyjit_runtime::Raised>) -> String {
    match r.and_then(|v| ops::repr(t, v)) {
        Ok(text) => text.lossy().into_owned(),
        Err(_) => {
            let e = t.take_exception();
            let text = ops::str(t, e).expect("message of an exception");
            let class = pyjit_runtime::types::type_::type_name(e);
            format!("{class}: {}", text.lossy())
        }
    }
}

#[test]
fn text() {
    let t = init::init();
    strings(t);
    formatting(t);
    codecs(t);
    bytes(t);
    views(t);
}

fn strings(t: &Thread) {
    assert_eq!(m(t, s("a,b,c"), "split", &[s(",")]), "['a', 'b', 'c']");
    assert_eq!(m(t, s("aé中c"), "find", &[s("c")]), "3");
    assert_eq!(m(t, s("x"), "join", &[s("abc")]), "'axbxc'");
    assert_eq!(m(t, s("ß"), "upper", &[]), "'SS'");
    assert_eq!(m(t, s("ab"), "center", &[i(7), s("*")]), "'***ab**'");
    assert_eq!(
        m(t, s("a"), "index", &[s("b")]),
        "ValueError: substring not found"
    );
}

fn formatting(t: &Thread) {
    let args = Tuple::new(&[i(42), s("x")]).value();
    assert_eq!(m(t, s("%05d|%-3s|"), "__mod__", &[args]), "'00042|x  |'");
    assert_eq!(
        m(t, s("%s%s"), "__mod__", &[i(1)]),
        "TypeError: not enough arguments for format string"
    );
    assert_eq!(
        m(t, s("{:>{}}|{!r}"), "format", &[i(1), i(4), s("q")]),
        "\"   1|'q'\""
    );
    assert_eq!(m(t, s("{0[1]}"), "format", &[args]), "'x'");
    assert_eq!(m(t, s("{a}"), "format", &[]), "KeyError: 'a'");
}

fn codecs(t: &Thread) {
    assert_eq!(
        m(t, s("aé"), "encode", &[s("ascii")]),
        "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 1: ordinal not in range(128)"
    );
}

fn b(data: &[u8]) -> Value {
    Bytes::new(data).value()
}

fn bytes(t: &Thread) {
    assert_eq!(m(t, b(b"a-b-c"), "split", &[b(b"-")]), "[b'a', b'b', b'c']");
    assert_eq!(m(t, b(b"abc"), "find", &[i(99)]), "2");
    assert_eq!(
        m(t, b(b"\xff"), "decode", &[]),
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"
    );
    assert_eq!(
        m(t, s("aé"), "encode", &[s("ascii"), s("namereplace")]),
        "b'a\\\\N{LATIN SMALL LETTER E WITH ACUTE}'"
    );
    let args = Tuple::new(&[i(7), b(b"x")]).value();
    assert_eq!(m(t, b(b"%03d %s"), "__mod__", &[args]), "b'007 x'");
    let a = ByteArray::new(t, b"abc").unwrap().value();
    assert_eq!(m(t, a, "append", &[i(100)]), "None");
    assert_eq!(m(t, a, "pop", &[i(0)]), "97");
    assert_eq!(m(t, a, "upper", &[]), "bytearray(b'BCD')");
    assert_eq!(
        m(t, a, "append", &[i(256)]),
        "ValueError: byte must be in range(0, 256)"
    );
}

fn views(t: &Thread) {
    let a = ByteArray::new(t, b"abcdefgh").unwrap();
    let v = memoryview::from_object(t, a.value(), 0).unwrap().value();
    assert_eq!(m(t, v, "__setitem__", &[i(0), i(65)]), "None");
    assert_eq!(a.bytes(), b"Abcdefgh");
    let refused = "BufferError: Existing exports of data: object cannot be re-sized";
    assert_eq!(m(t, a.value(), "append", &[i(1)]), refused);
    let wide = call::call_attr(t, v, "cast", &[s("H")]).unwrap();
    assert_eq!(m(t, wide, "tolist", &[]), "[25153, 25699, 26213, 26727]");
    assert_eq!(m(t, v, "release", &[]), "None");
    assert_eq!(m(t, a.value(), "append", &[i(1)]), refused);
    assert_eq!(m(t, wide, "release", &[]), "None");
    assert_eq!(m(t, a.value(), "append", &[i(1)]), "None");
    assert_eq!(
        m(t, v, "tolist", &[]),
        "ValueError: operation forbidden on released memoryview object"
    );
}
