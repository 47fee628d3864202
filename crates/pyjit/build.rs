//! The program is linked at a fixed place: that saves tens of thousands of
//! relocations, and the pages they touch, at every start. (The code itself
//! stays position independent, so nothing else depends on it.)

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |key: &str| std::env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
