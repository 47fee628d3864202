//! `match` statements. Captures are bound when the whole pattern has matched, before the guard.

use pyjit_bytecode::asm::Label;
use pyjit_bytecode::{Constant as K, Op};
use pyjit_syntax::ast::*;
use pyjit_syntax::{Span, Sym};

use super::Gen;
use super::unit::Reg;
use crate::scope::R;

/// State of one `case`.
struct Case {
    fail: Label,
    /// Captured names with the registers of their values.
    captures: Vec<(Sym, Reg)>,
}

fn is_wildcard(p: &Pattern) -> bool {
    matches!(
        p.kind,
        PatternKind::MatchAs {
            pattern: None,
            name: None
        }
    )
}

impl<'a> Gen<'a, '_> {
    pub fn match_stmt(&mut self, subject: ExprRef<'a>, cases: &'a [MatchCase<'a>]) -> R<()> {
        let end = self.u.label();
        // A case may rebind a local that is the subject.
        let subject = self.temp(subject)?;
        for (i, case) in cases.iter().enumerate() {
            let last = i + 1 == cases.len();
            if !last && case.guard.is_none() {
                self.check_reachable(case.pattern, true)?;
            }
            let top = self.u.top;
            let mut state = Case {
                fail: self.u.label(),
                captures: Vec::new(),
            };
            let before = self.at(case.pattern.span);
            // Pattern and captures are a line to stop at.
            self.line();
            self.pattern(case.pattern, subject, &mut state)?;
            for (name, r) in &state.captures {
                self.store_name(*name, *r);
            }
            self.u.position = before;
            self.u.top = top;
            if let Some(guard) = case.guard {
                self.branch(guard, state.fail, false)?;
            }
            self.conditional_body(case.body)?;
            if !last {
                self.u.skip_to(end);
            }
            self.u.bind(state.fail);
            self.u.top = top;
        }
        self.u.bind(end);
        Ok(())
    }

    fn check_reachable(&mut self, p: PatternRef<'a>, more: bool) -> R<()> {
        match &p.kind {
            PatternKind::MatchAs {
                pattern: None,
                name,
            } if more => match name {
                Some(name) => {
                    let text = self.cx.text(*name);
                    self.error(
                        p.span,
                        format!("name capture '{text}' makes remaining patterns unreachable"),
                    )
                }
                None => self.error(p.span, "wildcard makes remaining patterns unreachable"),
            },
            PatternKind::MatchAs {
                pattern: Some(p), ..
            } => self.check_reachable(p, more),
            PatternKind::MatchOr { patterns } => patterns
                .last()
                .map_or(Ok(()), |p| self.check_reachable(p, more)),
            _ => Ok(()),
        }
    }

    /// Falls through if R[r] matches, else jumps to the case's `fail`.
    fn pattern(&mut self, p: PatternRef<'a>, r: Reg, case: &mut Case) -> R<()> {
        let before = self.at(p.span);
        match &p.kind {
            PatternKind::MatchValue { value } => self.scratch(|g| {
                match g.rhs(value, true, true)? {
                    super::expr::Rhs::Reg(v) => g.u.jump(Op::jneq_rr, r, v, case.fail),
                    super::expr::Rhs::Imm(i) => g.u.jump(Op::jneq_ri, r, i as u16, case.fail),
                    super::expr::Rhs::Const(k) => g.u.jump_k(Op::jneq_rk, r, k, case.fail),
                }
                Ok(())
            })?,
            PatternKind::MatchSingleton { value } => {
                let t = self.u.alloc();
                self.load_const(super::fold::literal(value), t);
                self.u.jump(Op::jump_if_is_not, r, t, case.fail);
                self.u.top = t;
            }
            PatternKind::MatchSequence { patterns } => {
                self.sequence_pattern(p.span, patterns, r, case)?
            }
            PatternKind::MatchMapping {
                keys,
                patterns,
                rest,
            } => self.mapping_pattern(p, keys, patterns, *rest, r, case)?,
            PatternKind::MatchClass {
                cls,
                patterns,
                kwd_attrs,
                kwd_patterns,
            } => {
                self.class_pattern(p, cls, patterns, kwd_attrs, kwd_patterns, r, case)?;
            }
            PatternKind::MatchStar { name } => self.capture(p.span, *name, r, case)?,
            PatternKind::MatchAs { pattern, name } => {
                if let Some(inner) = pattern {
                    self.pattern(inner, r, case)?;
                }
                self.capture(p.span, *name, r, case)?;
            }
            PatternKind::MatchOr { patterns } => self.or_pattern(p, patterns, r, case)?,
        }
        self.u.position = before;
        Ok(())
    }

    fn capture(&mut self, span: Span, name: Option<Sym>, r: Reg, case: &mut Case) -> R<()> {
        let Some(name) = name else { return Ok(()) };
        if case.captures.iter().any(|(n, _)| *n == name) {
            let text = self.cx.text(name);
            return self.error(
                span,
                format!("multiple assignments to name '{text}' in pattern"),
            );
        }
        case.captures.push((name, r));
        Ok(())
    }

    fn sequence_pattern(
        &mut self,
        span: Span,
        patterns: &'a [PatternRef<'a>],
        r: Reg,
        case: &mut Case,
    ) -> R<()> {
        let is_star = |p: &PatternRef| matches!(p.kind, PatternKind::MatchStar { .. });
        let star = patterns.iter().position(is_star);
        if patterns.iter().filter(|p| is_star(p)).count() > 1 {
            return self.error(span, "multiple starred names in sequence pattern");
        }
        self.u.jump(Op::jump_not_seq, r, 0, case.fail);
        let n = patterns.len();
        if !(n == 1 && star.is_some()) {
            let len = self.u.alloc();
            self.u.emit(Op::get_len, len, r, 0);
            let op = if star.is_some() {
                Op::jnge_ri
            } else {
                Op::jneq_ri
            };
            self.u
                .jump(op, len, (n - star.is_some() as usize) as u16, case.fail);
            self.u.top = len;
        }
        let wild = |p: &PatternRef| {
            is_wildcard(p) || matches!(p.kind, PatternKind::MatchStar { name: None })
        };
        if patterns.iter().all(wild) {
            return Ok(());
        }
        if let Some(i) = star
            && wild(&patterns[i])
        {
            return self.sequence_items(patterns, i, r, case);
        }
        let first = self.u.alloc_n(n as u16);
        match star {
            Some(i) if i < 256 && n - i - 1 < 256 => self.u.emit(
                Op::unpack_ex,
                first,
                r,
                i as u16 | ((n - i - 1) as u16) << 8,
            ),
            Some(i) => {
                return self.error(
                    patterns[i].span,
                    "too many expressions in star-unpacking sequence pattern",
                );
            }
            None => self.u.emit(Op::unpack_seq, first, r, n as u16),
        }
        for (i, p) in patterns.iter().enumerate() {
            self.pattern(p, first + i as u16, case)?;
        }
        Ok(())
    }

    /// `[a, *_, b]`: items by index, without unpacking the middle.
    fn sequence_items(
        &mut self,
        patterns: &'a [PatternRef<'a>],
        star: usize,
        r: Reg,
        case: &mut Case,
    ) -> R<()> {
        for (i, p) in patterns.iter().enumerate() {
            if i == star || is_wildcard(p) {
                continue;
            }
            let t = self.u.alloc();
            if i < star {
                self.u.emit(Op::load_item_i, t, r, i as u16);
            } else {
                // A sequence need not know negative indices.
                self.u.emit(Op::get_len, t, r, 0);
                self.u.emit(Op::sub_ri, t, t, (patterns.len() - i) as u16);
                self.u.emit(Op::load_item, t, r, t);
            }
            self.pattern(p, t, case)?;
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        p: PatternRef<'a>,
        keys: Exprs<'a>,
        patterns: &'a [PatternRef<'a>],
        rest: Option<Sym>,
        r: Reg,
        case: &mut Case,
    ) -> R<()> {
        self.u.jump(Op::jump_not_map, r, 0, case.fail);
        if keys.is_empty() && rest.is_none() {
            return Ok(());
        }
        let n = keys.len();
        if n > 0 {
            let len = self.u.alloc();
            self.u.emit(Op::get_len, len, r, 0);
            self.u.jump(Op::jnge_ri, len, n as u16, case.fail);
            self.u.top = len;
        }
        self.check_mapping_keys(p, keys)?;
        let (tuple, values) = (self.u.alloc(), self.u.alloc());
        let first = self.u.top;
        keys.iter().try_for_each(|k| self.temp(k).map(|_| ()))?;
        self.u.emit(Op::build_tuple, tuple, first, n as u16);
        self.u.emit(Op::match_keys, values, r, tuple);
        self.u.jump(Op::jump_if_none, values, 0, case.fail);
        self.u.top = first;
        let items = self.u.alloc_n(n as u16);
        self.u.emit(Op::unpack_seq, items, values, n as u16);
        for (i, p) in patterns.iter().enumerate() {
            self.pattern(p, items + i as u16, case)?;
        }
        if rest.is_some() {
            let copy = self.u.alloc();
            self.u.emit(Op::build_dict, copy, copy, 0);
            self.u.emit(Op::dict_update, copy, r, 0);
            let at = self.u.alloc_n(n as u16);
            self.u.emit(Op::unpack_seq, at, tuple, n as u16);
            for i in 0..n as u16 {
                self.u.emit(Op::delete_item, copy, at + i, 0);
            }
            self.u.top = at;
            self.capture(p.span, rest, copy, case)?;
        }
        Ok(())
    }

    fn check_mapping_keys(&mut self, p: PatternRef<'a>, keys: Exprs<'a>) -> R<()> {
        let mut seen: Vec<K> = Vec::new();
        for key in keys {
            let Some(k) = self.fold(key) else {
                match key.kind {
                    ExprKind::Attribute { .. } => continue,
                    _ => {
                        return self.error(
                            p.span,
                            "mapping pattern keys may only match literals and attribute lookups",
                        );
                    }
                }
            };
            if seen.iter().any(|s| super::warn::equal_keys(s, &k)) {
                let text = super::warn::repr(&k);
                return self.error(
                    p.span,
                    format!("mapping pattern checks duplicate key ({text})"),
                );
            }
            seen.push(k);
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments)]
    fn class_pattern(
        &mut self,
        p: PatternRef<'a>,
        cls: ExprRef<'a>,
        patterns: &'a [PatternRef<'a>],
        attrs: &'a [Sym],
        kwd_patterns: &'a [PatternRef<'a>],
        r: Reg,
        case: &mut Case,
    ) -> R<()> {
        for (i, a) in attrs.iter().enumerate() {
            if attrs[..i].contains(a) {
                let text = self.cx.text(*a);
                return self.error(
                    kwd_patterns[i].span,
                    format!("attribute name repeated in class pattern: {text}"),
                );
            }
        }
        let n = patterns.len() + attrs.len();
        if n > u16::MAX as usize / 2 {
            return self.error(p.span, "too many sub-patterns in class pattern");
        }
        let base = self.u.alloc_n(3);
        self.u.emit(Op::mov, base, r, 0);
        self.expr_to(cls, base + 1)?;
        let names = attrs.iter().map(|a| self.name_constant(*a)).collect();
        self.load_const(K::Tuple(names), base + 2);
        self.u
            .emit(Op::match_class, base, base, patterns.len() as u16);
        self.u.jump(Op::jump_if_none, base, 0, case.fail);
        self.u.top = base + 1;
        let all = patterns.iter().chain(kwd_patterns);
        if n == 0 || all.clone().all(|p| is_wildcard(p)) {
            return Ok(());
        }
        let items = self.u.alloc_n(n as u16);
        self.u.emit(Op::unpack_seq, items, base, n as u16);
        for (i, p) in all.enumerate() {
            if !is_wildcard(p) {
                self.pattern(p, items + i as u16, case)?;
            }
        }
        Ok(())
    }

    fn or_pattern(
        &mut self,
        p: PatternRef<'a>,
        patterns: &'a [PatternRef<'a>],
        r: Reg,
        case: &mut Case,
    ) -> R<()> {
        let done = self.u.label();
        let outer = case.fail;
        // Captures of all alternatives meet in the same registers.
        let mut names: Option<Vec<(Sym, Reg)>> = None;
        for (i, alternative) in patterns.iter().enumerate() {
            let last = i + 1 == patterns.len();
            if !last {
                self.check_reachable(alternative, true)?;
            }
            let fail = if last { outer } else { self.u.label() };
            let mut inner = Case {
                fail,
                captures: Vec::new(),
            };
            let regs = match &names {
                Some(names) => names.first().map_or(self.u.top, |n| n.1),
                None => self.u.alloc_n(count_captures(alternative)),
            };
            let top = self.u.top;
            self.pattern(alternative, r, &mut inner)?;
            let names = names.get_or_insert_with(|| {
                inner
                    .captures
                    .iter()
                    .enumerate()
                    .map(|(i, c)| (c.0, regs + i as u16))
                    .collect()
            });
            let same = names.len() == inner.captures.len()
                && inner
                    .captures
                    .iter()
                    .all(|c| names.iter().any(|n| n.0 == c.0));
            if !same {
                return self.error(p.span, "alternative patterns bind different names");
            }
            for (name, from) in &inner.captures {
                if let Some((_, to)) = names.iter().find(|n| n.0 == *name) {
                    self.u.emit(Op::mov, *to, *from, 0);
                }
            }
            if !last {
                self.u.skip_to(done);
                self.u.bind(fail);
            }
            self.u.top = top;
        }
        self.u.bind(done);
        for (name, r) in names.unwrap_or_default() {
            self.capture(p.span, Some(name), r, case)?;
        }
        Ok(())
    }
}

/// How many names a pattern captures.
fn count_captures(p: &Pattern) -> u16 {
    let sum = |list: &[PatternRef]| list.iter().map(|p| count_captures(p)).sum::<u16>();
    match &p.kind {
        PatternKind::MatchValue { .. } | PatternKind::MatchSingleton { .. } => 0,
        PatternKind::MatchSequence { patterns } => sum(patterns),
        PatternKind::MatchMapping { patterns, rest, .. } => sum(patterns) + rest.is_some() as u16,
        PatternKind::MatchClass {
            patterns,
            kwd_patterns,
            ..
        } => sum(patterns) + sum(kwd_patterns),
        PatternKind::MatchStar { name } => name.is_some() as u16,
        PatternKind::MatchAs { pattern, name } => {
            pattern.map_or(0, count_captures) + name.is_some() as u16
        }
        PatternKind::MatchOr { patterns } => patterns.first().map_or(0, |p| count_captures(p)),
    }
}
