//! The class `Certificate`, and what `getpeercert` shows of one: the fields of
//! X.509 that Python has names for.

use pyjit_heap::{Field, Gc, Header, RootVec, Value, heap_object};
use pyjit_runtime::core::{errors as raising, kinds};
use pyjit_runtime::types::bytes::Bytes;
use pyjit_runtime::types::dict::Dict;
use pyjit_runtime::types::str_::{Str, intern};
use pyjit_runtime::types::tuple::Tuple;
use pyjit_runtime::types::type_::of_kind;
use pyjit_runtime::{R, Thread, py_class};

use super::der::{self, Item};
use super::errors::{Kind, raise};

/// A certificate in its binary form.
#[repr(C)]
pub struct Certificate {
    header: Header,
    data: Field,
}
heap_object!(Certificate = 604, refs 1..2);

type C = Gc<Certificate>;

/// An object for a certificate.
pub fn new(data: &[u8]) -> C {
    let c = Certificate {
        header: Header::NEW,
        data: Field::new(Bytes::new(data).value()),
    };
    Gc::with_shape(of_kind(604).root_shape.get(), c, 0)
}
fn data(this: C) -> Gc<Bytes> {
    Gc::from_value(this.data.get())
}
fn public_bytes(t: &Thread, this: C, format: Option<i64>) -> R<Value> {
    match format.unwrap_or(1) {
        2 => Ok(this.data.get()),
        1 => Ok(Str::new(&pem(data(this).bytes())).value()),
        _ => Err(raising::value_error(t, "Unsupported format")),
    }
}
fn get_info(t: &Thread, this: C) -> R<Gc<Dict>> {
    info(t, data(this).bytes())
}
fn pem(data: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in data.chunks(48) {
        for part in line.chunks(3) {
            let n = part.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - part.len()));
            for i in 0..4 {
                let digit = DIGITS[(n >> (18 - 6 * i) & 63) as usize] as char;
                out.push(if i <= part.len() { digit } else { '=' });
            }
        }
        out.push('\n');
    }
    out + "-----END CERTIFICATE-----\n"
}

fn text(s: &str) -> Value {
    Str::new(s).value()
}
fn pair(a: &str, b: &str) -> Value {
    Tuple::new(&[text(a), text(b)]).value()
}
/// A distinguished name: a tuple of sets of pairs.
fn name(of: Item) -> Value {
    let mut sets = Vec::new();
    for set in of.items() {
        let mut pairs = Vec::new();
        for attribute in set.items() {
            let mut parts = attribute.items();
            if let (Some(oid), Some(v)) = (parts.next(), parts.next()) {
                pairs.push((der::attribute_name(oid.content), v.text()));
            }
        }
        sets.push(pairs);
    }
    Tuple::from_fn(sets.len(), |i| {
        let pairs = &sets[i];
        Tuple::from_fn(pairs.len(), |k| pair(&pairs[k].0, &pairs[k].1)).value()
    })
    .value()
}
/// One of the names that a certificate is for.
fn general_name(of: Item) -> Option<Value> {
    let plain = String::from_utf8_lossy(of.content);
    Some(match of.tag & 0x1f {
        1 => pair("email", &plain),
        2 => pair("DNS", &plain),
        4 => Tuple::new(&[text("DirName"), name(der::first(of.content)?)]).value(),
        6 => pair("URI", &plain),
        7 => pair("IP Address", &der::address(of.content)),
        8 => pair("Registered ID", &der::oid(of.content)),
        _ => pair("othername", "<unsupported>"),
    })
}
fn all_names(of: Item) -> RootVec {
    of.items().filter_map(general_name).collect()
}
/// The URIs of an extension: of points of distribution, or of access to an authority.
fn distribution_points(of: Item) -> Vec<String> {
    let names = of.items().filter_map(|point| point.items().next());
    let full = names.filter_map(|n| n.items().next());
    full.flat_map(|f| f.items().collect::<Vec<_>>())
        .filter(|n| n.tag & 0x1f == 6)
        .map(|n| n.text())
        .collect()
}
fn authority_access(of: Item, wanted: &str) -> Vec<String> {
    let mut all = Vec::new();
    for access in of.items() {
        let mut parts = access.items();
        if let (Some(method), Some(place)) = (parts.next(), parts.next()) {
            if der::oid(method.content) == wanted && place.tag & 0x1f == 6 {
                all.push(place.text());
            }
        }
    }
    all
}
fn extensions(t: &Thread, d: Gc<Dict>, all: Item) -> R<()> {
    let strings = |all: Vec<String>| match all.is_empty() {
        true => None,
        false => Some(Tuple::from_fn(all.len(), |i| text(&all[i])).value()),
    };
    for e in all.items() {
        let mut parts = e.items();
        let (Some(oid), Some(v)) = (parts.next(), parts.last()) else {
            continue;
        };
        let Some(v) = der::first(v.content) else {
            continue;
        };
        let put = |name: &str, v: Option<Value>| match v {
            Some(v) => d.set_str(t, intern(name), v),
            None => Ok(()),
        };
        match der::oid(oid.content).as_str() {
            "2.5.29.17" => put(
                "subjectAltName",
                Some(Tuple::new(all_names(v).as_slice()).value()),
            )?,
            "2.5.29.31" => put("crlDistributionPoints", strings(distribution_points(v)))?,
            "1.3.6.1.5.5.7.1.1" => {
                let ocsp = authority_access(v, "1.3.6.1.5.5.7.48.1");
                put("OCSP", strings(ocsp))?;
                let issuers = authority_access(v, "1.3.6.1.5.5.7.48.2");
                put("caIssuers", strings(issuers))?;
            }
            _ => {}
        }
    }
    Ok(())
}
/// What a certificate says, as a dict.
pub fn info(t: &Thread, data: &[u8]) -> R<Gc<Dict>> {
    let Some(fields) = der::fields(data) else {
        return Err(raise(t, Kind::Error, "[X509] the certificate is damaged"));
    };
    let d = Dict::new();
    let put = |name: &str, v: Value| d.set_str(t, intern(name), v);
    put("subject", name(fields.subject))?;
    put("issuer", name(fields.issuer))?;
    put("version", Value::int(fields.version))?;
    put("serialNumber", text(&fields.serial))?;
    put("notBefore", text(&fields.not_before))?;
    put("notAfter", text(&fields.not_after))?;
    if let Some(all) = fields.extensions {
        extensions(t, d, all)?;
    }
    Ok(d)
}

py_class! {
    pub CERTIFICATE: Certificate = "Certificate", base kinds::OBJECT, flags 0, module "_ssl";
    methods {
        public_bytes(self, format=1, /) => public_bytes;
        get_info(self, /) => get_info;
    }
}
