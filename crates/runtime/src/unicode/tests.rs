//! Against what CPython does (`tools/text_vectors.py`), and laws that must hold.

use std::ops::Range;

use super::codec::*;
use super::search::{Ends, Kind};
use super::*;

fn fnv(values: impl Iterator<Item = u64>) -> String {
    let h = values.fold(0xcbf2_9ce4_8422_2325u64, |h, v| {
        (h ^ v).wrapping_mul(0x100_0000_01b3)
    });
    format!("{h:016x}")
}

const ALL: Range<u32> = 0..0x11_0000;

fn digest_bits(test: impl Fn(u32) -> bool) -> String {
    fnv(ALL.map(|c| u64::from(test(c))))
}

fn digest_map(map: impl Fn(u32) -> Mapped) -> String {
    fnv(ALL.flat_map(|c| map(c).iter()).map(u64::from))
}

fn property(name: &str) -> Option<String> {
    let or_99 = |value: Option<u8>| u64::from(value.unwrap_or(99));
    Some(match name {
        "isalpha" => digest_bits(is_alpha),
        "isalnum" => digest_bits(is_alnum),
        "isdecimal" => digest_bits(is_decimal),
        "isdigit" => digest_bits(is_digit),
        "isnumeric" => digest_bits(is_numeric),
        "isspace" => digest_bits(is_space),
        "islower" => digest_bits(is_lower),
        "isupper" => digest_bits(is_upper),
        "istitle" => digest_bits(|c| is_upper(c) || is_title(c)),
        "isprintable" => digest_bits(is_printable),
        "isidentifier" => digest_bits(is_id_start),
        "continue" => digest_bits(is_id_continue),
        "linebreak" => digest_bits(is_line_break),
        "upper" => digest_map(to_upper),
        "title" => digest_map(to_title),
        "lower" => digest_map(to_lower),
        "casefold" => digest_map(to_fold),
        "simple_lower" => fnv(ALL.map(|c| u64::from(simple_lower(c)))),
        "category" => fnv(ALL.flat_map(|c| category(c).bytes()).map(u64::from)),
        "digit" => fnv(ALL.map(|c| or_99(digit_value(c)))),
        "decimal" => fnv(ALL.map(|c| or_99(decimal_value(c)))),
        "numeric" => fnv(ALL
            .filter_map(numeric_value)
            .flat_map(|(n, d)| [n as u64, d as u64])),
        _ => return None,
    })
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn parts(text: &[u8], ranges: impl Iterator<Item = Range<usize>>, reverse: bool) -> String {
    let mut parts: Vec<String> = ranges.map(|r| format!("[{}]", hex(&text[r]))).collect();
    if reverse {
        parts.reverse();
    }
    parts.join(",")
}

fn appended(f: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    f(&mut out);
    hex(&out)
}

fn flags(s: &[u8]) -> String {
    let tests = [
        case::is_lower_text(s),
        case::is_upper_text(s),
        case::is_title_text(s),
        case::all_space(s),
        case::all_alnum(s),
        case::is_identifier(s),
        case::all_printable(s),
    ];
    appended(|out| out.extend(tests.map(|test| b'0' + u8::from(test))))
}

fn order(encoding: &str) -> ByteOrder {
    match encoding.get(6..) {
        Some("-le") => ByteOrder::Little,
        Some("-be") => ByteOrder::Big,
        _ => ByteOrder::Mark,
    }
}

fn shown(out: Vec<u8>, result: Result<(), CodecError>) -> String {
    match result {
        Ok(()) => hex(&out),
        Err(error) => format!("!{} {} {}", error.start, error.end, error.reason),
    }
}

fn encode(text: &[u8], encoding: &str, policy: &str) -> String {
    let policy = ErrorPolicy::from_name(policy.as_bytes()).unwrap();
    let (mut out, mut handler) = (
        Vec::new(),
        WithPolicy {
            policy,
            input: text,
        },
    );
    let (o, h) = (&mut out, &mut handler);
    let result = match &encoding[..5] {
        "utf-8" => encode_utf8(o, text, h),
        "utf-1" => encode_utf16(o, text, order(encoding), h),
        "utf-3" => encode_utf32(o, text, order(encoding), h),
        "latin" => encode_latin1(o, text, h),
        "cp125" => {
            // Enough of code page 1252: Latin-1 without the controls above 0x7f, plus the euro.
            let lookup = |out: &mut Vec<u8>, c: u32| {
                let byte = if c == 0x20ac { 0x80 } else { c };
                let known = byte < 0x80 || (0xa0..0x100).contains(&c) || c == 0x20ac;
                if known {
                    out.push(byte as u8);
                }
                Ok(known)
            };
            encode_charmap(o, text, lookup, h)
        }
        _ => encode_ascii(o, text, h),
    };
    shown(out, result)
}

fn decode(input: &[u8], encoding: &str, policy: &str) -> String {
    let policy = ErrorPolicy::from_name(policy.as_bytes()).unwrap();
    let (mut out, mut handler) = (Vec::new(), WithPolicy { policy, input });
    let (o, h) = (&mut out, &mut handler);
    let result = match &encoding[..5] {
        "utf-8" => decode_utf8(o, input, true, h).map(|_| ()),
        "unico" => {
            let names = |name: &[u8]| (name == b"DIGIT ONE").then_some(0x31);
            decode_unicode_escape(o, input, true, &names, h).map(|_| ())
        }
        "raw_u" => decode_raw_unicode_escape(o, input, true, h).map(|_| ()),
        "utf-1" => decode_utf16(o, input, order(encoding), true, h).map(|_| ()),
        "utf-3" => decode_utf32(o, input, order(encoding), true, h).map(|_| ()),
        "latin" => {
            decode_latin1(o, input);
            Ok(())
        }
        _ => decode_ascii(o, input, h),
    };
    shown(out, result)
}

fn bytes_escape(input: &[u8], policy: &str) -> String {
    let policy = match policy {
        "strict" => BadHex::Strict,
        "replace" => BadHex::Replace,
        _ => BadHex::Ignore,
    };
    let mut out = Vec::new();
    match decode_bytes_escape(&mut out, input, policy) {
        Ok(_) => hex(&out),
        Err(BytesEscapeError::Trailing) => "!Trailing \\ in string".into(),
        Err(BytesEscapeError::BadHex(at)) => format!("!invalid \\x escape at position {at}"),
    }
}

fn text_case(name: &str, s: &[u8]) -> String {
    appended(|out| match name {
        "upper" => case::upper(out, s),
        "lower" => case::lower(out, s),
        "title" => case::title(out, s),
        "capitalize" => case::capitalize(out, s),
        "swapcase" => case::swapcase(out, s),
        "casefold" => case::casefold(out, s),
        "repr" => push_str_repr(out, s),
        "ascii" => push_str_ascii(out, s),
        "escape" => encode_unicode_escape(out, s),
        "rawescape" => encode_raw_unicode_escape(out, s),
        "brepr" => push_bytes_repr(out, s),
        "strip" => out.extend(&s[search::strip(s, Kind::Str, None, Ends::Both)]),
        _ => out.extend(&s[search::strip(s, Kind::Bytes, None, Ends::Both)]),
    })
}

fn run(name: &str, args: &[&str]) -> Option<String> {
    let s = unhex(args.first()?);
    let s = &s[..];
    let arg = |i: usize| unhex(args[i]);
    let number = |i: usize| args[i].parse::<usize>().unwrap();
    let (str, bytes) = (Kind::Str, Kind::Bytes);
    Some(match name {
        "is" => flags(s),
        "split" => parts(s, search::split(s, &arg(1), number(2)), false),
        "rsplit" => parts(s, search::rsplit(s, &arg(1), number(2)), true),
        "words" => parts(s, search::split_space(s, str, number(1)), false),
        "rwords" => parts(s, search::rsplit_space(s, str, number(1)), true),
        "bwords" => parts(s, search::split_space(s, bytes, number(1)), false),
        "lines" => parts(s, search::split_lines(s, str, number(1) == 1), false),
        "blines" => parts(s, search::split_lines(s, bytes, number(1) == 1), false),
        "replace" | "breplace" => appended(|out| {
            let kind = if name == "replace" { str } else { bytes };
            search::replace(out, s, (&arg(1), &arg(2)), kind, number(3));
        }),
        "count" => search::count(s, &arg(1), str, usize::MAX).to_string(),
        "lstripset" => hex(&s[search::strip(s, str, Some(&arg(1)), Ends::Left)]),
        "rstripset" => hex(&s[search::strip(s, str, Some(&arg(1)), Ends::Right)]),
        "tabs" => appended(|out| layout::expand_tabs(out, s, str, number(1)).unwrap()),
        "center" => appended(|out| {
            let padding = layout::center_padding(wtf8::count(s), number(1));
            layout::pad(out, s, padding, 0xe9);
        }),
        "zfill" => appended(|out| layout::zfill(out, s, wtf8::count(s), number(1))),
        "encode" => encode(s, args[1], args[2]),
        "bescape" => bytes_escape(s, args[1]),
        "decode" => decode(s, args[1], args[2]),
        _ => text_case(name, s),
    })
}

#[test]
fn as_cpython() {
    let mut wrong = Vec::new();
    for line in include_str!("../../testdata/text.txt").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let (name, expected) = (fields[0], fields[fields.len() - 1]);
        let args = &fields[1..fields.len() - 1];
        let got = if args.is_empty() {
            property(name)
        } else {
            run(name, args)
        };
        if got.as_deref() != Some(expected) {
            wrong.push(format!("{name} {args:?}: {got:?}, not {expected:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}

#[test]
fn indexes() {
    let mut text = Vec::new();
    for i in 0..1000u32 {
        wtf8::push(
            &mut text,
            [0x61, 0xe9, 0x20ac, 0xd800, 0x1f600][(i * i % 7 % 5) as usize],
        );
    }
    let table = wtf8::IndexTable::new(&text).unwrap();
    assert_eq!((table.count(), wtf8::count(&text)), (1000, 1000));
    for index in 0..=1000 {
        let offset = wtf8::offset_of(&text, index);
        assert_eq!(table.offset_of(&text, index), offset);
        assert_eq!(table.index_of(&text, offset), index);
        assert_eq!(wtf8::prefix(&text, index), (&text[..offset], index));
    }
    let forward: Vec<u32> = wtf8::code_points(&text).collect();
    let mut backward: Vec<u32> = wtf8::code_points(&text).rev().collect();
    backward.reverse();
    assert_eq!(forward, backward);
    assert_eq!(wtf8::prefix("é".as_bytes(), 5), ("é".as_bytes(), 1));
}

#[test]
fn numbers() {
    let plain = |text: &str| String::from_utf8(numeric_text(text.as_bytes()).into_owned()).unwrap();
    assert_eq!(plain("\u{3000}-١٢\u{1c}"), " -12 ");
    assert_eq!(plain("12"), "12");
    assert_eq!(plain("½x"), "?x");
}

#[test]
fn unfinished_input() {
    let mut handler = |_: &mut Vec<u8>, error: &CodecError| Err::<usize, CodecError>(*error);
    let mut out = Vec::new();
    assert_eq!(
        decode_utf8(&mut out, b"a\xe2\x82", false, &mut handler),
        Ok(1)
    );
    let little = ByteOrder::Little;
    let result = decode_utf16(&mut out, b"a\0\0\xd8\0", little, false, &mut handler);
    assert_eq!(result, Ok((2, little)));
    let result = decode_utf16(&mut out, b"\xff", ByteOrder::Mark, false, &mut handler);
    assert_eq!(result, Ok((0, ByteOrder::Mark)));
    let result = decode_utf32(
        &mut out,
        b"\0\0\xfe\xff\0\0\0b\0",
        ByteOrder::Mark,
        false,
        &mut handler,
    );
    assert_eq!(result, Ok((8, ByteOrder::Big)));
    assert_eq!(out, b"aab");
}
