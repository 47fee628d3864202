//! Snapshots: what the interpreter's frames and the heap must look like when a trace is
//! left at a certain point.
//!
//! In a *raw* trace a snapshot says which slots are live and which of them the trace has
//! changed. In *optimised* code it says what must be written: slots not named keep what
//! is in memory.

use super::types::Field;
use super::{Ref, Ty};

/// Index of a snapshot in its function.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct SnapId(pub u32);

/// Names a raw snapshot in a tree. It survives optimisation: all copies of a guard carry
/// the same origin, so that one bridge serves them all.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Origin {
    /// 0 is the root, n the n-th bridge.
    pub member: u32,
    /// Snapshot number in the member's raw trace.
    pub snap: u32,
}

/// How the interpreter goes on at a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Resume {
    /// Execute the bytecode at `pc` (again).
    Retry,
    /// The call before `pc` has returned: put its result in this slot and go on.
    After(i32),
    /// An exception is pending: find its handler from `pc`.
    Raise,
    /// The bytecode before has been executed, with another outcome than in the trace.
    Other,
}

/// What a slot or field holds at an exit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Entry {
    /// An SSA value (or constant), boxed according to its type.
    Ref(Ref),
    /// An object that exists only at the exit: index in [`Snapshot::virtuals`].
    Virtual(u32),
    /// An integer to be computed at the exit: index in [`Snapshot::recipes`].
    Recipe(u32),
}

/// An object to allocate at the exit. Words that are not named are zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Virtual {
    /// Its header word: shape and size.
    pub header: u64,
    /// What its fields hold. May name other virtuals, cycles included.
    pub fields: Vec<(Field, Entry)>,
}

/// A store that the trace has not done yet. Applied in order, with the write barrier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PendingStore {
    /// The object: a `ref` value or a virtual.
    pub object: Entry,
    /// Which field.
    pub field: Field,
    /// What to store.
    pub value: Entry,
}

/// An expression over exact integers, computed with big integers at the exit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recipe {
    /// A pure integer operation.
    pub op: super::Op,
    /// Operands: values or earlier recipes.
    pub args: Vec<Entry>,
}

/// See the module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snapshot {
    /// Opaque to the compiler: where the interpreter goes on.
    pub pc: u64,
    /// The innermost frame's window, in slots from the trace's base.
    pub base: i32,
    /// First free slot behind the innermost frame, from the trace's base.
    pub top: i32,
    /// Frames inlined at this place.
    pub frames: u32,
    /// How.
    pub resume: Resume,
    /// Raw traces: all live slots, ascending. Empty in optimised code.
    pub live: Vec<i32>,
    /// Slots and what they hold.
    pub slots: Vec<(i32, Entry)>,
    /// Objects to allocate first.
    pub virtuals: Vec<Virtual>,
    /// Integers to compute.
    pub recipes: Vec<Recipe>,
    /// Stores to do.
    pub stores: Vec<PendingStore>,
    /// The raw snapshot it comes from.
    pub origin: Origin,
}

impl Snapshot {
    /// Nothing but one frame, to go on with at no particular place.
    pub fn empty() -> Snapshot {
        Snapshot {
            pc: 0,
            base: 0,
            top: 0,
            frames: 0,
            resume: Resume::Retry,
            live: vec![],
            slots: vec![],
            virtuals: vec![],
            recipes: vec![],
            stores: vec![],
            origin: Origin { member: 0, snap: 0 },
        }
    }

    /// The state at a function's entry: argument `i`, of which nothing is known but its type, is value `i` and
    /// belongs in slot `i` of the window; nothing else exists. `None`: too many.
    pub fn of_arguments(types: &[Ty]) -> Option<(Snapshot, Vec<(Ref, Ty)>)> {
        let n = u16::try_from(types.len()).ok()?;
        let args: Vec<_> = (0..u32::from(n))
            .map(Ref)
            .zip(types.iter().copied())
            .collect();
        let snapshot = Snapshot {
            top: i32::from(n),
            slots: args
                .iter()
                .map(|a| (a.0.0 as i32, Entry::Ref(a.0)))
                .collect(),
            ..Snapshot::empty()
        };
        Some((snapshot, args))
    }

    /// A place where every slot holds what it must.
    pub fn at(pc: u64) -> Snapshot {
        Snapshot {
            pc,
            base: 0,
            top: 0,
            frames: 0,
            resume: Resume::Retry,
            live: vec![],
            slots: vec![],
            virtuals: vec![],
            recipes: vec![],
            stores: vec![],
            origin: Origin { member: 0, snap: 0 },
        }
    }

    /// All entries, slots first.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        let virtuals = self
            .virtuals
            .iter()
            .flat_map(|v| v.fields.iter().map(|f| f.1));
        let recipes = self.recipes.iter().flat_map(|r| r.args.iter().copied());
        let stores = self.stores.iter().flat_map(|s| [s.object, s.value]);
        self.slots
            .iter()
            .map(|s| s.1)
            .chain(virtuals)
            .chain(recipes)
            .chain(stores)
    }

    /// All SSA values it needs.
    pub fn refs(&self) -> impl Iterator<Item = Ref> + '_ {
        self.entries().filter_map(|e| match e {
            Entry::Ref(r) => Some(r),
            _ => None,
        })
    }

    /// Rewrites every SSA value.
    pub fn map_refs(&mut self, mut f: impl FnMut(Ref) -> Ref) {
        let mut m = |e: &mut Entry| {
            if let Entry::Ref(r) = e {
                *r = f(*r)
            }
        };
        self.slots.iter_mut().for_each(|s| m(&mut s.1));
        self.virtuals
            .iter_mut()
            .flat_map(|v| &mut v.fields)
            .for_each(|x| m(&mut x.1));
        self.recipes
            .iter_mut()
            .flat_map(|r| &mut r.args)
            .for_each(&mut m);
        for s in &mut self.stores {
            m(&mut s.object);
            m(&mut s.value);
        }
    }
}

/// How an integer sits in its register, in optimised code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum IntRep {
    /// A signed 64-bit word.
    #[default]
    I64,
    /// An unsigned 64-bit word.
    U64,
    /// A signed word shifted left by one (63 bits): boxing is `+ 1`.
    Shl1,
    /// A 128-bit pair, signed.
    I128,
    /// A 128-bit pair, unsigned.
    U128,
    /// Only this many low bits of a 64-bit word are right.
    Low(u8),
}

impl IntRep {
    /// Can a register of that representation hold `x`?
    pub fn holds(self, x: i128) -> bool {
        match self {
            IntRep::I64 => i64::try_from(x).is_ok(),
            IntRep::U64 => u64::try_from(x).is_ok(),
            IntRep::Shl1 => super::small(x),
            IntRep::I128 | IntRep::U128 | IntRep::Low(_) => true,
        }
    }
}

/// What the optimiser knows about an integer value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IntFact {
    /// Its representation.
    pub rep: IntRep,
    /// Smallest possible value.
    pub lo: i128,
    /// Largest possible value.
    pub hi: i128,
}

impl Default for IntFact {
    fn default() -> IntFact {
        IntFact {
            rep: IntRep::I64,
            lo: i64::MIN as i128,
            hi: i64::MAX as i128,
        }
    }
}

/// Type that an entry's value has in a register, for exit code.
pub fn entry_ty(e: Entry, ty_of: impl Fn(Ref) -> Ty) -> Ty {
    match e {
        Entry::Ref(r) => ty_of(r),
        Entry::Virtual(_) => Ty::Ref,
        Entry::Recipe(_) => Ty::Int,
    }
}
