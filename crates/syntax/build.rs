//! Generates the parser from the grammar.

fn main() {
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    println!("cargo::rerun-if-changed=src/python.lalrpop");
    lalrpop::Configuration::new()
        .set_out_dir(out)
        .process_file("src/python.lalrpop")
        .unwrap_or_else(|error| panic!("src/python.lalrpop: {error}"));
}
