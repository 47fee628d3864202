//! What the JIT counts and reports.

use std::cell::Cell;
use std::fmt;

macro_rules! counters {
    ($($(#[$doc:meta])+ $name:ident $text:literal;)*) => {
        /// Totals since start-up.
        #[derive(Default, Debug)]
        pub struct Stats { $($(#[$doc])+ pub $name: Cell<u64>,)* }

        impl fmt::Display for Stats {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $(writeln!(f, "{:>12}  {}", self.$name.get(), $text)?;)*
                Ok(())
            }
        }
    };
}
counters! {
    /// Recordings that became root traces.
    roots "root traces recorded";
    /// Recordings that became functions.
    functions "functions recorded";
    /// Recordings that became bridges.
    bridges "bridges recorded";
    /// Recordings that came to nothing.
    aborts "recordings aborted";
    /// Trees compiled, again and again.
    compiled "compilations";
    /// Compilations that failed.
    refused "compilations refused";
    /// Times that compiled code was entered.
    entries "entries into compiled code";
    /// Trees thrown away since something they relied on has changed.
    invalidated "trees invalidated";
    /// Nanoseconds spent in optimiser and code generation.
    compile_ns "ns compiling";
    /// Nanoseconds spent recording, execution included.
    record_ns "ns recording";
    /// Nanoseconds counted against the budget.
    spent_ns "ns counted against the budget";
    /// Times that code was put to rest since it was left at once.
    rests "rests of code that is left at once";
    /// Bytes of machine code made.
    code_bytes "bytes of machine code";
}

/// Adds to a counter.
pub fn add(c: &Cell<u64>, n: u64) {
    c.set(c.get() + n)
}

macro_rules! reasons {
    ($($(#[$doc:meta])+ $name:ident $text:literal;)*) => {
        /// Why a recording came to nothing.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum AbortReason { $($(#[$doc])+ $name,)* }

        impl fmt::Display for AbortReason {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(AbortReason::$name => $text,)* })
            }
        }
    };
}
reasons! {
    /// More instructions than a trace may have.
    TooLong "trace too long";
    /// The frame in which the trace starts was left.
    LeftFrame "frame left";
    /// An exception was raised.
    Exception "exception";
    /// A loop inside has a tree of its own.
    InnerLoop "inner loop";
    /// A loop inside was gone round too often.
    Unrolled "loop unrolled too often";
    /// A question was asked after an effect.
    GuardAfterEffect "guard after effect";
    /// Little is done beside calls of functions that are not part of the trace.
    Calls "mostly calls";
    /// A generator was made or resumed.
    Generator "generator";
    /// Somebody wants to be told what the program does (`sys.settrace` and its like).
    Observed "observed";
    /// The trace itself has changed a class that it relies on.
    Changed "class changed";
    /// The recorder does not know this.
    Unsupported "not supported";
}
