//! Reads the text form that [`super::print`] writes. Values may have any names; blocks
//! are called `blockN`, snapshots `sN`; `;` begins a comment.

use std::collections::HashMap;

use super::*;

/// Descriptors that a text may name.
#[derive(Clone, Default)]
pub struct Names {
    /// Residual calls by name.
    pub calls: HashMap<String, &'static CallDesc>,
    /// Compiled functions by name.
    pub codes: HashMap<String, &'static CodeDesc>,
}

/// What is wrong, with the line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// Line, from 1.
    pub line: usize,
    /// Message.
    pub message: String,
}

type R<T> = Result<T, String>;

/// Reads a function.
pub fn parse(text: &str, names: &Names) -> Result<Func, ParseError> {
    let mut p = Parser {
        f: Func::default(),
        values: HashMap::new(),
        names,
        cur: None,
    };
    let lines: Vec<Vec<&str>> = text.lines().map(tokens).collect();
    for l in &lines {
        if l.first().is_some_and(|t| is_label(t, "block")) && !matches!(l.get(1), Some(&"=")) {
            p.f.add_block();
        }
        if l.len() > 1 && is_label(l[0], "s") && l[1] == "=" && is_snapshot(l) {
            p.f.snaps.push(Snapshot::empty());
        }
    }
    for (n, l) in lines.iter().enumerate() {
        let mut t = Tokens { t: l, at: 0 };
        p.line(&mut t).map_err(|message| ParseError {
            line: n + 1,
            message,
        })?;
    }
    Ok(p.f)
}

fn is_label(t: &str, prefix: &str) -> bool {
    t.strip_prefix(prefix)
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn is_snapshot(l: &[&str]) -> bool {
    matches!(l.get(2), Some(&("retry" | "after" | "raise")))
}

fn tokens(line: &str) -> Vec<&str> {
    let line = line.split(';').next().unwrap_or("");
    let mut out = vec![];
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let punct = |c: char| ",(){}[]=<>".contains(c) || c.is_whitespace();
        let n = match rest.find(punct) {
            Some(0) => 1,
            Some(n) => n,
            None => rest.len(),
        };
        // `name:` at the end of a word is a word and a colon.
        let (word, next) = rest.split_at(n);
        match word.strip_suffix(':') {
            Some(w) if !w.is_empty() => out.extend([w, ":"]),
            _ => out.push(word),
        }
        rest = next.trim_start();
    }
    out
}

struct Tokens<'a> {
    t: &'a [&'a str],
    at: usize,
}

impl<'a> Tokens<'a> {
    fn peek(&self) -> &'a str {
        self.t.get(self.at).copied().unwrap_or("")
    }
    fn next(&mut self) -> &'a str {
        let t = self.peek();
        self.at += 1;
        t
    }
    fn eat(&mut self, t: &str) -> bool {
        let hit = self.peek() == t;
        self.at += hit as usize;
        hit
    }
    fn expect(&mut self, t: &str) -> R<()> {
        let got = self.next();
        if got == t {
            Ok(())
        } else {
            Err(format!("expected `{t}`, found `{got}`"))
        }
    }
    fn number<T: std::str::FromStr>(&mut self) -> R<T> {
        let t = self.next();
        t.parse()
            .map_err(|_| format!("expected a number, found `{t}`"))
    }
    fn done(&self) -> bool {
        self.at >= self.t.len()
    }
}

fn label(t: &str, prefix: &str) -> R<u32> {
    t.strip_prefix(prefix)
        .and_then(|n| n.parse().ok())
        .ok_or_else(|| format!("expected {prefix}N, found `{t}`"))
}

fn hex(t: &str) -> R<u64> {
    t.strip_prefix("0x")
        .and_then(|h| u64::from_str_radix(h, 16).ok())
        .ok_or_else(|| format!("expected 0x.., found `{t}`"))
}

fn literal(t: &str) -> Option<Lit> {
    if let Some(w) = t.strip_prefix('$') {
        let word = |v: pyjit_heap::Value| Some(Lit::Value(Boxed::Word(v.0)));
        return match w {
            "null" => word(pyjit_heap::Value::NULL),
            "none" => word(pyjit_heap::Value::NONE),
            "true" => word(pyjit_heap::Value::TRUE),
            "false" => word(pyjit_heap::Value::FALSE),
            _ if w.starts_with("0x") => hex(w).ok().map(|h| Lit::Value(Boxed::Word(h))),
            _ => Some(Lit::Value(match w.parse() {
                Ok(i) => Boxed::Int(i),
                Err(_) => Boxed::Float(w.parse().ok()?),
            })),
        };
    }
    if let Some(w) = t.strip_prefix('@') {
        return hex(w).ok().map(Lit::Ref);
    }
    match t {
        "true" => Some(Lit::Bool(true)),
        "false" => Some(Lit::Bool(false)),
        _ => t
            .parse()
            .ok()
            .map(Lit::Int)
            .or_else(|| t.parse().ok().map(Lit::Float)),
    }
}

fn place(t: &str, lead: char) -> R<Field> {
    let bad = || format!("expected a field, found `{t}`");
    let mut p = t.strip_prefix(lead).ok_or_else(bad)?.split(':');
    let offset = p.next().and_then(|o| o.parse().ok()).ok_or_else(bad)?;
    let kind = p.next().and_then(Kind::from_name).ok_or_else(bad)?;
    let class = p
        .next()
        .and_then(|c| c.strip_prefix('c'))
        .and_then(|c| c.parse().ok())
        .ok_or_else(bad)?;
    let mut f = Field::new(offset, kind, AliasClass(class));
    for flag in p {
        match flag {
            "fixed" => f.immutable = true,
            "nobarrier" => f.barrier = false,
            _ => return Err(bad()),
        }
    }
    Ok(f)
}

struct Parser<'a> {
    f: Func,
    values: HashMap<String, Ref>,
    names: &'a Names,
    cur: Option<BlockId>,
}

impl Parser<'_> {
    fn line(&mut self, t: &mut Tokens) -> R<()> {
        if t.t.is_empty() {
            return Ok(());
        }
        if is_label(t.t[0], "block") && t.t.get(1) != Some(&"=") {
            return self.block(t);
        }
        if is_label(t.t[0], "s") && t.t.get(1) == Some(&"=") && is_snapshot(t.t) {
            return self.snapshot(t);
        }
        let b = self.cur.ok_or("instruction outside a block")?;
        if let Some(end) = self.end(t)? {
            self.f.block_mut(b).end = end;
        } else {
            self.inst(b, t)?;
        }
        if t.done() {
            Ok(())
        } else {
            Err(format!("unexpected `{}`", t.peek()))
        }
    }

    fn block(&mut self, t: &mut Tokens) -> R<()> {
        let b = BlockId(label(t.next(), "block")?);
        if b.0 as usize >= self.f.blocks.len() {
            return Err("blocks must be numbered from 0".into());
        }
        self.cur = Some(b);
        if t.eat("(") {
            while !t.eat(")") {
                let name = t.next().to_string();
                t.expect(":")?;
                let ty = t.next();
                let ty = Ty::from_name(ty).ok_or_else(|| format!("unknown type `{ty}`"))?;
                let r = self.f.add_param(b, ty);
                self.fact(r, t)?;
                self.values.insert(name, r);
                t.eat(",");
            }
        }
        t.expect(":")
    }

    fn end(&mut self, t: &mut Tokens) -> R<Option<Term>> {
        let snap = |t: &mut Tokens| label(t.next(), "s").map(SnapId);
        let start = t.at;
        Ok(Some(match t.next() {
            "open" => Term::Open,
            "finish" => Term::Finish(self.value(t.next())?),
            "exit" => Term::Exit(snap(t)?),
            "loop" => Term::Loop(snap(t)?),
            "enter" => Term::Enter(snap(t)?, 0),
            "jump" => {
                let to = BlockId(label(t.next(), "block")?);
                let mut args = vec![];
                t.expect("(")?;
                while !t.eat(")") {
                    args.push(self.value(t.next())?);
                    t.eat(",");
                }
                Term::Jump(to, args)
            }
            _ => {
                t.at = start;
                return Ok(None);
            }
        }))
    }

    fn value(&mut self, t: &str) -> R<Ref> {
        if let Some(r) = self.values.get(t) {
            return Ok(*r);
        }
        match literal(t) {
            Some(l) => Ok(self.f.constant(l)),
            None => Err(format!("unknown value `{t}`")),
        }
    }

    fn inst(&mut self, b: BlockId, t: &mut Tokens) -> R<()> {
        let name = (t.t.get(t.at + 1) == Some(&"=")).then(|| t.next().to_string());
        if name.is_some() {
            t.expect("=")?;
        }
        let word = t.next();
        let op = Op::from_name(word).ok_or_else(|| format!("unknown operation `{word}`"))?;
        let mut imm = self.call_imm(op, t)?;
        let mut args = vec![];
        let fixed = op
            .info()
            .operands
            .iter()
            .filter(|o| **o != Operand::Rest)
            .count();
        let rest = op.info().operands.contains(&Operand::Rest);
        while !t.done() && t.peek() != "[" && t.peek() != "<" && (rest || args.len() < fixed) {
            args.push(self.value(t.next())?);
            t.eat(",");
        }
        if matches!(imm, Imm::No) {
            imm = self.imm(op, t)?;
        }
        let ty = self.result(op, imm, &args, t)?;
        let r = self.f.make(op, ty, imm, &args, None);
        self.fact(r, t)?;
        if t.eat("[") {
            self.f.inst_mut(r).snap = Some(SnapId(label(t.next(), "s")?));
            if t.eat("-") {
                t.expect(">")?;
                self.f.inst_mut(r).side = Some(BlockId(label(t.next(), "block")?));
            }
            t.expect("]")?;
        }
        self.f.block_mut(b).insts.push(r);
        if let Some(name) = name {
            self.values.insert(name, r);
        }
        Ok(())
    }

    fn call_imm(&mut self, op: Op, t: &mut Tokens) -> R<Imm> {
        let kind = op.info().imm;
        if !matches!(kind, ImmKind::Call | ImmKind::Code) {
            return Ok(Imm::No);
        }
        let word = t.next();
        let name = word.strip_prefix('@').unwrap_or(word);
        let unknown = || format!("unknown function `{name}`");
        if kind == ImmKind::Call {
            return Ok(Imm::Call(self.names.calls.get(name).ok_or_else(unknown)?));
        }
        let desc = self.names.codes.get(name).ok_or_else(unknown)?;
        t.expect("at")?;
        Ok(Imm::Code {
            desc,
            at: t.number()?,
        })
    }

    fn imm(&mut self, op: Op, t: &mut Tokens) -> R<Imm> {
        Ok(match op.info().imm {
            ImmKind::No | ImmKind::Call | ImmKind::Code => Imm::No,
            ImmKind::Lit => return Err("constants are written where they are used".into()),
            ImmKind::Index => Imm::Index(t.number()?),
            ImmKind::Shape => Imm::Shape(label(t.next(), "shape")?),
            ImmKind::Field => Imm::Field(place(t.next(), '+')?),
            ImmKind::Items => {
                let Field {
                    offset,
                    kind,
                    class,
                    immutable,
                    barrier,
                } = place(t.next(), '#')?;
                Imm::Items(Items {
                    offset,
                    kind,
                    class,
                    immutable,
                    barrier,
                })
            }
            ImmKind::Header => Imm::Header(hex(t.next())?),
        })
    }

    fn result(&mut self, op: Op, imm: Imm, args: &[Ref], t: &mut Tokens) -> R<Ty> {
        if op == Op::Arg {
            t.eat(",");
            let ty = t.next();
            return Ty::from_name(ty).ok_or_else(|| format!("unknown type `{ty}`"));
        }
        let operands: Vec<Ty> = args.iter().map(|a| self.f.ty(*a)).collect();
        result_ty(op, imm, &operands).ok_or_else(|| "cannot tell the result's type".into())
    }

    fn fact(&mut self, r: Ref, t: &mut Tokens) -> R<()> {
        if !t.eat("<") {
            return Ok(());
        }
        let rep = match t.next() {
            "i64" => IntRep::I64,
            "u64" => IntRep::U64,
            "shl1" => IntRep::Shl1,
            "i128" => IntRep::I128,
            "u128" => IntRep::U128,
            k => IntRep::Low(label(k, "low")? as u8),
        };
        let fact = IntFact {
            rep,
            lo: t.number()?,
            hi: t.number()?,
        };
        self.f.ints.resize(self.f.len(), IntFact::default());
        self.f.ints[r.0 as usize] = fact;
        t.expect(">")
    }

    fn entry(&mut self, t: &str) -> R<Entry> {
        if is_label(t, "new") {
            return label(t, "new").map(Entry::Virtual);
        }
        if is_label(t, "recipe") {
            return label(t, "recipe").map(Entry::Recipe);
        }
        self.value(t).map(Entry::Ref)
    }

    fn snapshot(&mut self, t: &mut Tokens) -> R<()> {
        let id = label(t.next(), "s")? as usize;
        let mut s = Snapshot::empty();
        t.expect("=")?;
        s.resume = match t.next() {
            "retry" => Resume::Retry,
            "after" => Resume::After(t.number()?),
            "other" => Resume::Other,
            _ => Resume::Raise,
        };
        let pc = t.next();
        s.pc = pc
            .strip_prefix('@')
            .and_then(|n| n.parse().ok())
            .ok_or("expected @pc")?;
        s.origin.snap = id as u32;
        while !t.done() {
            match t.next() {
                "base" => s.base = t.number()?,
                "top" => s.top = t.number()?,
                "from" => {
                    let (m, n) = t.next().split_once('/').ok_or("expected member/snapshot")?;
                    let n = n.parse().map_err(|_| "expected a number")?;
                    s.origin = Origin {
                        member: m.parse().map_err(|_| "expected a number")?,
                        snap: n,
                    };
                }
                "live" => {
                    while let Ok(n) = t.peek().parse() {
                        s.live.push(n);
                        t.next();
                    }
                }
                "{" => {
                    while !t.eat("}") {
                        let slot = t.number()?;
                        t.expect(":")?;
                        s.slots.push((slot, self.entry(t.next())?));
                        t.eat(",");
                    }
                }
                "store" => {
                    let object = self.entry(t.next())?;
                    let field = place(t.next(), '+')?;
                    t.expect("=")?;
                    s.stores.push(PendingStore {
                        object,
                        field,
                        value: self.entry(t.next())?,
                    });
                }
                w if is_label(w, "new") => s.virtuals.push(self.virtual_object(t)?),
                w if is_label(w, "recipe") => s.recipes.push(self.recipe(t)?),
                w => return Err(format!("unexpected `{w}`")),
            }
        }
        *self
            .f
            .snaps
            .get_mut(id)
            .ok_or("snapshots must be numbered from 0")? = s;
        Ok(())
    }

    fn virtual_object(&mut self, t: &mut Tokens) -> R<Virtual> {
        let header = hex(t.next())?;
        let mut fields = vec![];
        t.expect("{")?;
        while !t.eat("}") {
            let field = place(t.next(), '+')?;
            t.expect("=")?;
            fields.push((field, self.entry(t.next())?));
            t.eat(",");
        }
        Ok(Virtual { header, fields })
    }

    fn recipe(&mut self, t: &mut Tokens) -> R<Recipe> {
        let op = Op::from_name(t.next()).ok_or("unknown operation")?;
        let mut args = vec![];
        t.expect("(")?;
        while !t.eat(")") {
            args.push(self.entry(t.next())?);
            t.eat(",");
        }
        Ok(Recipe { op, args })
    }
}

/// Type of an instruction's result, if the operation, the immediate and the operands
/// determine it.
pub(crate) fn result_ty(op: Op, imm: Imm, operands: &[Ty]) -> Option<Ty> {
    match (op.info().result, imm) {
        (ResultTy::Is(t), _) => Some(t),
        (ResultTy::Last, _) => operands.last().copied(),
        (_, Imm::Lit(l)) => Some(l.ty()),
        (_, Imm::Field(f)) => Some(f.kind.ty()),
        (_, Imm::Items(f)) => Some(f.kind.ty()),
        (_, Imm::Call(d)) => Some(d.ret),
        (_, Imm::Code { desc, .. }) => Some(desc.ret),
        _ => None,
    }
}
