//! `docs/trace-ir.md` is the op table. `UPDATE_EXPECT=1` writes it.

use pyjit_jit::ir::{Op, Operand, ResultTy, Ty};

fn page() -> String {
    let mut s = String::from(
        "# Trace operations\n\nGenerated from the table in `crates/jit/src/ir/ops.rs`; a test \
         keeps it so. How they are used: [optimizer.md](optimizer.md).\n\n\
         | operation | operands | result | effect | meaning |\n|---|---|---|---|---|\n",
    );
    let ty = |t: Ty| {
        if t == Ty::None {
            String::new()
        } else {
            t.to_string()
        }
    };
    for op in Op::ALL {
        let i = op.info();
        let operands: Vec<String> = i
            .operands
            .iter()
            .map(|o| match o {
                Operand::Is(t) => t.to_string(),
                Operand::Any => "any".into(),
                Operand::Same => "same".into(),
                Operand::Rest => "any, …".into(),
            })
            .collect();
        let result = match i.result {
            ResultTy::Is(t) => ty(t),
            ResultTy::Own => "its own".into(),
            ResultTy::Last => "as operands".into(),
        };
        let effect = format!("{:?}", i.effect).to_lowercase();
        let doc: Vec<&str> = i.doc.lines().map(str::trim).collect();
        let doc = doc.join(" ").trim().replace('|', "\\|");
        let operands = operands.join(", ");
        s += &format!(
            "| `{}` | {operands} | {result} | {effect} | {doc} |\n",
            i.name
        );
    }
    s
}

#[test]
fn trace_operations_are_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/trace-ir.md");
    let new = page();
    let old = std::fs::read_to_string(path).unwrap_or_default();
    if old == new {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_EXPECT").is_some(),
        "docs/trace-ir.md is out of date"
    );
    std::fs::write(path, new).unwrap();
}
