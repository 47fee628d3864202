//! `str`, `bytes` and their relatives, called as a script would call them.
use pyjit_heap::Value;
use pyjit_runtime::Thread;
use pyjit_runtime::core::{call, init, ops};
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
