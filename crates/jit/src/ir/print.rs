//! The text form of a function. Values are numbered in order of appearance, so equal
//! functions print equally however they came about. [`super::parse`] reads it back.

use std::collections::HashMap;
use std::fmt::Write;

use super::*;

/// The text form.
pub fn print(f: &Func) -> String {
    let mut p = Printer {
        f,
        names: HashMap::new(),
        snaps: vec![],
        snap_no: HashMap::new(),
        out: String::new(),
    };
    for b in 0..f.blocks.len() {
        p.block(BlockId(b as u32));
    }
    let mut n = 0;
    while n < p.snaps.len() {
        p.snapshot(p.snaps[n]);
        n += 1;
    }
    p.out
}

struct Printer<'a> {
    f: &'a Func,
    names: HashMap<Ref, usize>,
    snaps: Vec<SnapId>,
    snap_no: HashMap<SnapId, usize>,
    out: String,
}

impl Printer<'_> {
    fn value(&mut self, r: Ref) -> String {
        if let Some(l) = self.f.lit(r) {
            return l.to_string();
        }
        let n = self.names.len();
        format!("v{}", self.names.entry(r).or_insert(n))
    }

    fn values(&mut self, rs: &[Ref]) -> String {
        rs.iter()
            .map(|r| self.value(*r))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn snap_name(&mut self, s: SnapId) -> String {
        let n = self.snaps.len();
        let k = *self.snap_no.entry(s).or_insert(n);
        if k == n {
            self.snaps.push(s);
        }
        format!("s{k}")
    }

    fn block(&mut self, b: BlockId) {
        let block = self.f.block(b);
        let mut params = vec![];
        for p in &block.params {
            params.push(format!(
                "{}: {}{}",
                self.value(*p),
                self.f.ty(*p),
                self.fact(*p)
            ));
        }
        let list = if params.is_empty() {
            String::new()
        } else {
            format!("({})", params.join(", "))
        };
        let _ = writeln!(self.out, "{b}{list}:");
        for r in &block.insts {
            self.inst(*r);
        }
        let end = match &block.end {
            Term::Open => "open".into(),
            Term::Jump(t, a) => format!("jump {t}({})", self.values(a)),
            Term::Finish(v) => format!("finish {}", self.value(*v)),
            Term::Exit(s) => format!("exit {}", self.snap_name(*s)),
            Term::Loop(s) => format!("loop {}", self.snap_name(*s)),
            Term::Enter(s, _) => format!("enter {}", self.snap_name(*s)),
        };
        let _ = writeln!(self.out, "  {end}");
    }

    /// ` {i64 0..9}`: what is known about an integer in optimised code.
    fn fact(&self, r: Ref) -> String {
        if self.f.ty(r) != Ty::Int || self.f.ints.is_empty() {
            return String::new();
        }
        let IntFact { rep, lo, hi } = self.f.int(r);
        if (IntFact { rep, lo, hi }) == IntFact::default() {
            return String::new();
        }
        let rep = match rep {
            IntRep::I64 => "i64".into(),
            IntRep::U64 => "u64".into(),
            IntRep::Shl1 => "shl1".into(),
            IntRep::I128 => "i128".into(),
            IntRep::U128 => "u128".into(),
            IntRep::Low(k) => format!("low{k}"),
        };
        format!(" <{rep} {lo} {hi}>")
    }

    fn inst(&mut self, r: Ref) {
        let i = *self.f.inst(r);
        let args = self.f.args(r).to_vec();
        let mut line = String::new();
        let mut parts = vec![];
        match i.imm {
            Imm::Call(d) => line = format!(" @{}", d.name),
            Imm::Code { desc, at } => line = format!(" @{} at {at}", desc.name),
            _ => {}
        }
        for a in &args {
            parts.push(self.value(*a));
        }
        match i.imm {
            Imm::No | Imm::Call(_) | Imm::Code { .. } => {}
            Imm::Lit(l) => parts.push(l.to_string()),
            Imm::Index(n) => parts.push(n.to_string()),
            Imm::Shape(s) => parts.push(format!("shape{s}")),
            Imm::Field(x) => parts.push(field_text(x)),
            Imm::Items(x) => parts.push(items_text(x)),
            Imm::Header(h) => parts.push(format!("0x{h:x}")),
        }
        if i.op == Op::Arg {
            parts.push(i.ty.to_string());
        }
        if !parts.is_empty() {
            line = format!("{line} {}", parts.join(", "));
        }
        line += &self.fact(r);
        match (i.snap, i.side) {
            (Some(s), None) => line += &format!(" [{}]", self.snap_name(s)),
            (Some(s), Some(b)) => line += &format!(" [{} -> {b}]", self.snap_name(s)),
            _ => {}
        }
        let result = if i.ty == Ty::None {
            String::new()
        } else {
            format!("{} = ", self.value(r))
        };
        let _ = writeln!(self.out, "  {result}{}{line}", i.op.name());
    }

    fn entry(&mut self, e: Entry) -> String {
        match e {
            Entry::Ref(r) => self.value(r),
            Entry::Virtual(n) => format!("new{n}"),
            Entry::Recipe(n) => format!("recipe{n}"),
        }
    }

    fn snapshot(&mut self, id: SnapId) {
        let s = self.f.snap(id).clone();
        let how = match s.resume {
            Resume::Retry => "retry".into(),
            Resume::After(n) => format!("after {n}"),
            Resume::Raise => "raise".into(),
            Resume::Other => "other".into(),
        };
        let name = self.snap_name(id);
        let (o, base, top) = (s.origin, s.base, s.top);
        let mut t = format!(
            "{name} = {how} @{} base {base} top {top} from {}/{}",
            s.pc, o.member, o.snap
        );
        if !s.live.is_empty() {
            let live: Vec<_> = s.live.iter().map(|l| l.to_string()).collect();
            t += &format!(" live {}", live.join(" "));
        }
        let slots: Vec<_> = s
            .slots
            .iter()
            .map(|(n, e)| format!("{n}: {}", self.entry(*e)))
            .collect();
        t += &format!(" {{{}}}", slots.join(", "));
        for (n, v) in s.virtuals.iter().enumerate() {
            let fields: Vec<_> = v
                .fields
                .iter()
                .map(|(x, e)| format!("{} = {}", field_text(*x), self.entry(*e)))
                .collect();
            t += &format!(" new{n} 0x{:x} {{{}}}", v.header, fields.join(", "));
        }
        for (n, r) in s.recipes.iter().enumerate() {
            let args: Vec<_> = r.args.iter().map(|e| self.entry(*e)).collect();
            t += &format!(" recipe{n} {}({})", r.op.name(), args.join(", "));
        }
        for p in &s.stores {
            let (o, v) = (self.entry(p.object), self.entry(p.value));
            t += &format!(" store {o} {} = {v}", field_text(p.field));
        }
        let _ = writeln!(self.out, "{t}");
    }
}

fn place_text(
    offset: i32,
    kind: Kind,
    class: AliasClass,
    immutable: bool,
    barrier: bool,
) -> String {
    let fixed = if immutable { ":fixed" } else { "" };
    let reference = matches!(kind, Kind::Value | Kind::Ref);
    let bare = if reference && !barrier {
        ":nobarrier"
    } else {
        ""
    };
    format!("{offset}:{}:c{}{fixed}{bare}", kind.name(), class.0)
}

fn field_text(f: Field) -> String {
    format!(
        "+{}",
        place_text(f.offset, f.kind, f.class, f.immutable, f.barrier)
    )
}

fn items_text(f: Items) -> String {
    format!(
        "#{}",
        place_text(f.offset, f.kind, f.class, f.immutable, f.barrier)
    )
}
