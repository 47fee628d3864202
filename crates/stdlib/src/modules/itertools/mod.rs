//! `itertools`: iterator building blocks.

mod combinatoric;
mod combine;
mod group;
mod infinite;
mod select;
mod tee;

use crate::native_module;

native_module! {
    /// Functional tools for creating and using iterators.
    pub MODULE = "itertools", classes [
        combine::ACCUMULATE, combine::BATCHED, combine::CHAIN, combine::PAIRWISE, combine::ZIP_LONGEST,
        combinatoric::COMBINATIONS, combinatoric::REPLACEMENT, combinatoric::PERMUTATIONS,
        combinatoric::PRODUCT, infinite::COUNT, infinite::CYCLE, infinite::REPEAT,
        group::GROUPBY, group::GROUPER, select::COMPRESS, select::DROPWHILE, select::TAKEWHILE,
        select::FILTERFALSE, select::STARMAP, select::ISLICE, tee::TEE, tee::NODE,
    ];
    functions {
        /// Returns a tuple of n independent iterators.
        tee(iterable, n=2, /) => tee::tee;
    }
}
