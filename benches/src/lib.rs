//! The home of the benchmark programs (`programs/`, checksums in `expected/`) and of
//! `compare.py`, which measures interpreters side by side. `pyjit bench` measures one script.
