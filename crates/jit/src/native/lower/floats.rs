//! Float arithmetic. Python's `//` and `%` are helpers: the exact rules need `fmod`.

use super::super::abi::{call, sig};
use super::{CompileError, Done, Lower, internal, unsupported};
use crate::ir::{IntRep, Lit, Op, Ref};
use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{InstBuilder, Value, types::F64, types::I64};
use cranelift_codegen::isa::CallConv;

extern "C" fn floor_div(a: f64, b: f64) -> f64 {
    row(Op::FloatFloorDiv, a, b)
}

extern "C" fn float_mod(a: f64, b: f64) -> f64 {
    row(Op::FloatMod, a, b)
}

/// The op table's own meaning.
fn row(op: Op, a: f64, b: f64) -> f64 {
    match (op.info().eval)(&[Lit::Float(a), Lit::Float(b)]) {
        Some(Lit::Float(r)) => r,
        _ => f64::NAN,
    }
}

impl Lower<'_, '_, '_> {
    pub(super) fn float_binary(&mut self, r: Ref, op: Op) -> Done {
        let args = self.f.args(r);
        let (a, b) = (self.value(args[0])?, self.value(args[1])?);
        let v = match op {
            Op::FloatAdd => self.b.ins().fadd(a, b),
            Op::FloatSub => self.b.ins().fsub(a, b),
            Op::FloatMul => self.b.ins().fmul(a, b),
            Op::FloatDiv => self.b.ins().fdiv(a, b),
            Op::FloatFloorDiv => self.float_helper(floor_div as *const () as usize, a, b),
            _ => self.float_helper(float_mod as *const () as usize, a, b),
        };
        self.set(r, v)
    }

    fn float_helper(&mut self, address: usize, a: Value, b: Value) -> Value {
        let conv = sig(CallConv::SystemV, &[F64, F64], &[F64]);
        let target = self.link.target(self.b, address, &conv);
        let c = call(self.b, target, &conv, &[a, b]);
        self.b.inst_results(c)[0]
    }

    pub(super) fn float_unary(&mut self, r: Ref, op: Op) -> Done {
        let a = self.value(self.f.args(r)[0])?;
        let v = match op {
            Op::FloatNeg => self.b.ins().fneg(a),
            Op::FloatAbs => self.b.ins().fabs(a),
            Op::FloatSqrt => self.b.ins().sqrt(a),
            Op::FloatFloor => self.b.ins().floor(a),
            Op::FloatCeil => self.b.ins().ceil(a),
            _ => self.b.ins().trunc(a),
        };
        self.set(r, v)
    }

    pub(super) fn float_compare(&mut self, r: Ref, op: Op) -> Done {
        let args = self.f.args(r);
        let (a, b) = (self.value(args[0])?, self.value(args[1])?);
        let cc = match op {
            Op::FloatLt => FloatCC::LessThan,
            Op::FloatLe => FloatCC::LessThanOrEqual,
            Op::FloatEq => FloatCC::Equal,
            _ => FloatCC::NotEqual,
        };
        let v = self.b.ins().fcmp(cc, a, b);
        self.set(r, v)
    }

    pub(super) fn float_convert(&mut self, r: Ref, op: Op) -> Done {
        let a = self.f.args(r)[0];
        let v = match op {
            Op::IntToFloat => self.int_to_float(a)?,
            Op::FloatToInt => {
                let x = self.value(a)?;
                // Saturating: never traps; the range was checked by `float_fits`.
                let word = self.b.ins().fcvt_to_sint_sat(I64, x);
                self.word_as(word, self.f.int(r).rep)?
            }
            Op::FloatFits => {
                let x = self.value(a)?;
                let least = self.b.ins().f64const(-9_223_372_036_854_775_808.0);
                let end = self.b.ins().f64const(9_223_372_036_854_775_808.0);
                let above = self.b.ins().fcmp(FloatCC::GreaterThanOrEqual, x, least);
                let below = self.b.ins().fcmp(FloatCC::LessThan, x, end);
                self.b.ins().band(above, below)
            }
            _ => return internal("not a conversion"),
        };
        self.set(r, v)
    }

    fn int_to_float(&mut self, a: Ref) -> Result<Value, CompileError> {
        let fact = self.f.int(a);
        if fact.lo < i128::from(i64::MIN) || fact.hi > i128::from(i64::MAX) {
            return unsupported("conversion of an integer beyond i64");
        }
        let word = self.int_as(a, IntRep::I64)?;
        Ok(self.b.ins().fcvt_from_sint(F64, word))
    }
}
