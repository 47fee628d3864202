//! The verifier: types, definitions before uses on every path, and the rules for
//! snapshots. It trusts nothing that a pass has computed.

use super::*;

/// Checks a function; says what is wrong first.
pub fn verify(f: &Func) -> Result<(), String> {
    if f.blocks.is_empty() {
        return Err("no blocks".into());
    }
    if !f.block(BlockId(0)).params.is_empty() {
        return Err("the entry has parameters".into());
    }
    for b in 0..f.blocks.len() {
        let block = &f.blocks[b];
        for r in &block.insts {
            inst(f, *r).map_err(|e| format!("block{b}: {r} = {}: {e}", f.inst(*r).op.name()))?;
        }
        jump(f, block).map_err(|e| format!("block{b}: {e}"))?;
    }
    Flow::new(f).run()
}

fn inst(f: &Func, r: Ref) -> Result<(), String> {
    let i = f.inst(r);
    let info = i.op.info();
    let args = f.args(r);
    if info.effect == Effect::Source && i.op != Op::Arg {
        return Err("must not be in a block".into());
    }
    let rest = info.operands.last() == Some(&Operand::Rest);
    let fixed = info.operands.len() - rest as usize;
    if args.len() < fixed || args.len() > fixed && !rest {
        return Err(format!("{} operands", args.len()));
    }
    let mut before = Ty::None;
    for (a, want) in args.iter().zip(info.operands) {
        let ty = f.ty(*a);
        let ok = match want {
            Operand::Is(t) => ty == *t,
            Operand::Same => ty == before,
            Operand::Any | Operand::Rest => ty != Ty::None,
        };
        if !ok {
            return Err(format!("operand {a} is a {ty}"));
        }
        before = ty;
    }
    imm(f, i, args)?;
    let types: Vec<Ty> = args.iter().map(|a| f.ty(*a)).collect();
    if parse::result_ty(i.op, i.imm, &types).is_some_and(|t| t != i.ty) {
        return Err(format!("result is a {}", i.ty));
    }
    if i.op.is_guard() && i.snap.is_none() {
        return Err("guard without a snapshot".into());
    }
    if i.side.is_some() && i.snap.is_none() {
        return Err("side block without a snapshot".into());
    }
    if i.side.is_some_and(|b| {
        f.blocks
            .get(b.0 as usize)
            .is_none_or(|b| !b.params.is_empty())
    }) {
        return Err("bad side block".into());
    }
    Ok(())
}

fn imm(f: &Func, i: &Inst, args: &[Ref]) -> Result<(), String> {
    let stored = |kind: Kind| match args.last().map(|a| f.ty(*a)) {
        Some(t) if t == kind.ty() => Ok(()),
        t => Err(format!("stores {t:?} in {}", kind.name())),
    };
    let passed = |want: &[Ty]| {
        let got: Vec<Ty> = args.iter().map(|a| f.ty(*a)).collect();
        if got == want {
            Ok(())
        } else {
            Err(format!("passes {got:?} for {want:?}"))
        }
    };
    match (i.op.info().imm, i.imm) {
        (ImmKind::No, Imm::No)
        | (ImmKind::Lit, Imm::Lit(_))
        | (ImmKind::Index, Imm::Index(_))
        | (ImmKind::Shape, Imm::Shape(_))
        | (ImmKind::Header, Imm::Header(_)) => Ok(()),
        (ImmKind::Field, Imm::Field(x)) if i.op == Op::SetField => stored(x.kind),
        (ImmKind::Items, Imm::Items(x)) if i.op == Op::SetItem => stored(x.kind),
        (ImmKind::Field, Imm::Field(_)) | (ImmKind::Items, Imm::Items(_)) => Ok(()),
        (ImmKind::Call, Imm::Call(d)) => passed(d.args),
        (ImmKind::Code, Imm::Code { desc, .. }) => passed(&desc.args),
        _ => Err("wrong immediate".into()),
    }
}

fn jump(f: &Func, b: &Block) -> Result<(), String> {
    match &b.end {
        Term::Open => Err("not ended".into()),
        Term::Jump(t, args) => {
            let to = f.blocks.get(t.0 as usize).ok_or("jump to nowhere")?;
            if to.params.len() != args.len() {
                return Err(format!("{} arguments for {t}", args.len()));
            }
            match to
                .params
                .iter()
                .zip(args)
                .find(|(p, a)| f.ty(**p) != f.ty(**a))
            {
                Some((p, a)) => Err(format!("{a} for {p} of {t} has another type")),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

type Set = Vec<u64>;

fn add(s: &mut Set, r: Ref) {
    s[r.0 as usize / 64] |= 1 << (r.0 % 64)
}

fn has(s: &Set, r: Ref) -> bool {
    s[r.0 as usize / 64] >> (r.0 % 64) & 1 != 0
}

/// Which values are defined on every path to a block.
struct Flow<'a> {
    f: &'a Func,
    at: Vec<Option<Set>>,
    changed: bool,
}

impl<'a> Flow<'a> {
    fn new(f: &'a Func) -> Self {
        Flow {
            f,
            at: vec![None; f.blocks.len()],
            changed: false,
        }
    }

    fn run(&mut self) -> Result<(), String> {
        let mut start: Set = vec![0; self.f.len() / 64 + 1];
        for n in 0..self.f.len() {
            if self.f.inst(Ref(n as u32)).op == Op::Const {
                add(&mut start, Ref(n as u32));
            }
        }
        self.at[0] = Some(start);
        loop {
            self.changed = false;
            for b in 0..self.f.blocks.len() {
                if self.at[b].is_some() {
                    self.block(b, false)?;
                }
            }
            if !self.changed {
                break;
            }
        }
        for b in 0..self.f.blocks.len() {
            match self.at[b] {
                Some(_) => self.block(b, true)?,
                None => return Err(format!("block{b} is never reached")),
            }
        }
        Ok(())
    }

    fn flow_to(&mut self, b: BlockId, s: &Set) {
        let slot = &mut self.at[b.0 as usize];
        match slot {
            None => {
                *slot = Some(s.clone());
                self.changed = true;
            }
            Some(old) => {
                for (o, n) in old.iter_mut().zip(s) {
                    if *o & n != *o {
                        *o &= n;
                        self.changed = true;
                    }
                }
            }
        }
    }

    fn block(&mut self, b: usize, check: bool) -> Result<(), String> {
        let mut s = self.at[b].clone().unwrap_or_default();
        let block = &self.f.blocks[b];
        let need = |s: &Set, r: Ref, what: &str| {
            if check && !has(s, r) {
                Err(format!("block{b}: {what} uses {r} before it is defined"))
            } else {
                Ok(())
            }
        };
        block.params.iter().for_each(|p| add(&mut s, *p));
        for r in &block.insts {
            let i = self.f.inst(*r);
            for a in self.f.args(*r) {
                need(&s, *a, i.op.name())?;
            }
            let after = i.op == Op::CallCode;
            if after {
                add(&mut s, *r);
            }
            if let Some(id) = i.snap {
                for x in self
                    .f
                    .snaps
                    .get(id.0 as usize)
                    .ok_or("unknown snapshot")?
                    .refs()
                {
                    need(&s, x, &format!("snapshot {id} of {}", i.op.name()))?;
                }
            }
            if let Some(side) = i.side {
                self.flow_to(side, &s);
            }
            add(&mut s, *r);
        }
        match &block.end {
            Term::Jump(t, args) => {
                for a in args {
                    need(&s, *a, "jump")?;
                }
                self.flow_to(*t, &s);
            }
            Term::Finish(v) => need(&s, *v, "finish")?,
            Term::Exit(id) | Term::Loop(id) | Term::Enter(id, _) => {
                for x in self.f.snap(*id).refs() {
                    need(&s, x, "exit")?;
                }
            }
            Term::Open => {}
        }
        Ok(())
    }
}
