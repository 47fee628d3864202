//! Start-up of the object model, and the protocols on its first types.
use pyjit_heap::Value;
use pyjit_runtime::core::{attr, init, ops};
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::{Str, intern};

#[test]
fn starts_and_looks_up() {
    let t = init::init();
    let d = Dict::new();
    for i in 0..1000 {
        d.set(t, Value::int(i), Value::int(i * i)).unwrap();
    }
    for i in 0..500 {
        assert!(d.remove(t, Value::int(i * 2)).unwrap().is_some());
    }
    assert_eq!(d.len(), 500);
    assert_eq!(
        d.get(t, Value::int(501)).unwrap(),
        Some(Value::int(501 * 501))
    );
    assert_eq!(d.get(t, Value::int(500)).unwrap(), None);
    d.set_str(t, intern("key"), Value::TRUE).unwrap();
    assert_eq!(
        d.get(t, Str::new("key").value()).unwrap(),
        Some(Value::TRUE)
    );
    assert!(ops::getitem(t, Value::int(1), Value::int(2)).is_err());
    let e = t.take_exception();
    assert_eq!(pyjit_runtime::types::type_::type_name(e), "TypeError");
    assert!(attr::get(t, Value::int(1), intern("nope")).is_err());
    t.take_exception();
}
