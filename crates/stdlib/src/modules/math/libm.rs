//! Functions of the C mathematics library that Rust's standard library does
//! not pass through.

#![allow(unsafe_code)]

macro_rules! functions {
    ($($name:ident $c_name:ident($($a:ident: $t:ty),*);)*) => {
        mod c {
            unsafe extern "C" {
                $(pub fn $c_name($($a: $t),*) -> f64;)*
            }
        }
        $(
            /// The C function of that name.
            pub fn $name($($a: $t),*) -> f64 {
                // SAFETY: a pure function of numbers.
                unsafe { c::$c_name($($a),*) }
            }
        )*
    };
}
functions! {
    acosh acosh(x: f64);
    asinh asinh(x: f64);
    atanh atanh(x: f64);
    erf erf(x: f64);
    erfc erfc(x: f64);
    remainder remainder(x: f64, y: f64);
    ldexp ldexp(x: f64, e: i32);
}
