"""An incremental solver of one-way constraints, in the manner of DeltaBlue.

Each constraint has a strength and methods that compute one variable from the
others. The planner keeps the strongest constraints satisfied and extracts
plans to recompute the variables in order.
"""

SIZE = 13_000
SMALL = 12

REQUIRED, STRONG, MEDIUM, WEAK, WEAKEST = range(5)


class Variable:
    def __init__(self, name, value):
        self.name = name
        self.value = value
        self.constraints = []
        self.determined_by = None
        self.strength = WEAKEST
        self.mark = 0
        self.stay = True


class Constraint:
    is_input = False

    def __init__(self, planner, strength):
        self.planner = planner
        self.strength = strength

    def attach(self):
        for variable in self.variables():
            variable.constraints.append(self)
        self.planner.add(self)

    def destroy(self):
        if self.satisfied():
            self.planner.remove(self)
        for variable in self.variables():
            variable.constraints.remove(self)

    def inputs_known(self, mark):
        return all(v.mark == mark or v.stay or v.determined_by is None for v in self.inputs())

    def satisfy(self, mark):
        """Take the output over from a weaker constraint and return that one."""
        self.choose(mark)
        if not self.satisfied():
            if self.strength == REQUIRED:
                raise RuntimeError("cannot satisfy a required constraint")
            return None
        for variable in self.inputs():
            variable.mark = mark
        output = self.output()
        overridden = output.determined_by
        if overridden is not None:
            overridden.give_up()
        output.determined_by = self
        if not self.planner.propagate(self, mark):
            raise RuntimeError("cycle")
        output.mark = mark
        return overridden

    def recalculate(self):
        output = self.output()
        output.strength = self.walkabout()
        output.stay = self.stays()
        if output.stay:
            self.execute()

    def walkabout(self):
        weakest = self.strength
        for variable in self.inputs():
            if variable.strength > weakest:
                weakest = variable.strength
        return weakest

    def stays(self):
        return all(v.stay for v in self.inputs())


class Unary(Constraint):
    def __init__(self, planner, variable, strength):
        super().__init__(planner, strength)
        self.variable = variable
        self.active = False
        self.attach()

    def variables(self):
        return (self.variable,)

    def inputs(self):
        return ()

    def output(self):
        return self.variable

    def satisfied(self):
        return self.active

    def give_up(self):
        self.active = False

    def choose(self, mark):
        self.active = self.variable.mark != mark and self.strength < self.variable.strength

    def stays(self):
        return not self.is_input

    def execute(self):
        pass


class Stay(Unary):
    pass


class Edit(Unary):
    is_input = True


class Binary(Constraint):
    def __init__(self, planner, first, second, strength):
        super().__init__(planner, strength)
        self.first = first
        self.second = second
        self.direction = 0  # 1: first to second, -1: back, 0: not satisfied
        self.attach()

    def variables(self):
        return (self.first, self.second)

    def inputs(self):
        return (self.first,) if self.direction > 0 else (self.second,)

    def output(self):
        return self.second if self.direction > 0 else self.first

    def satisfied(self):
        return self.direction != 0

    def give_up(self):
        self.direction = 0

    def choose(self, mark):
        first, second = self.first, self.second
        forward = self.strength < second.strength
        backward = self.strength < first.strength
        if first.mark == mark:
            self.direction = 1 if second.mark != mark and forward else 0
        elif second.mark == mark:
            self.direction = -1 if backward else 0
        elif first.strength > second.strength:
            self.direction = -1 if backward else 0
        else:
            self.direction = 1 if forward else 0


class Equal(Binary):
    def execute(self):
        self.output().value = self.inputs()[0].value


class Scale(Binary):
    def __init__(self, planner, source, scale, offset, target, strength):
        self.scale = scale
        self.offset = offset
        super().__init__(planner, source, target, strength)

    def variables(self):
        return (self.first, self.second, self.scale, self.offset)

    def inputs(self):
        return (*super().inputs(), self.scale, self.offset)

    def execute(self):
        if self.direction > 0:
            self.second.value = self.first.value * self.scale.value + self.offset.value
        else:
            self.first.value = (self.second.value - self.offset.value) // self.scale.value


class Planner:
    def __init__(self):
        self.mark = 0

    def new_mark(self):
        self.mark += 1
        return self.mark

    def add(self, constraint):
        mark = self.new_mark()
        while constraint is not None:
            constraint = constraint.satisfy(mark)

    def remove(self, constraint):
        output = constraint.output()
        constraint.give_up()
        unsatisfied = self.remove_from(output)
        for strength in range(WEAKEST):
            for candidate in unsatisfied:
                if candidate.strength == strength:
                    self.add(candidate)

    def remove_from(self, variable):
        variable.determined_by = None
        variable.strength = WEAKEST
        variable.stay = True
        unsatisfied = []
        todo = [variable]
        while todo:
            current = todo.pop()
            for constraint in current.constraints:
                if not constraint.satisfied():
                    unsatisfied.append(constraint)
            determining = current.determined_by
            for constraint in current.constraints:
                if constraint is not determining and constraint.satisfied():
                    constraint.recalculate()
                    todo.append(constraint.output())
        return unsatisfied

    def propagate(self, constraint, mark):
        todo = [constraint]
        while todo:
            current = todo.pop()
            if current.output().mark == mark:
                return False
            current.recalculate()
            self.add_consumers(current.output(), todo)
        return True

    @staticmethod
    def add_consumers(variable, collection):
        determining = variable.determined_by
        for constraint in variable.constraints:
            if constraint is not determining and constraint.satisfied():
                if variable in constraint.inputs():
                    collection.append(constraint)

    def plan_from(self, sources):
        mark = self.new_mark()
        plan = []
        todo = [c for c in sources if c.is_input and c.satisfied()]
        while todo:
            constraint = todo.pop()
            if constraint.output().mark != mark and constraint.inputs_known(mark):
                plan.append(constraint)
                constraint.output().mark = mark
                self.add_consumers(constraint.output(), todo)
        return plan


def change(planner, variable, value, repeats):
    edit = Edit(planner, variable, STRONG)
    plan = planner.plan_from([edit])
    for step in range(repeats):
        variable.value = value + step
        for constraint in plan:
            constraint.execute()
    edit.destroy()
    return len(plan)


def chain(n):
    planner = Planner()
    variables = [Variable(f"v{i}", 0) for i in range(n + 1)]
    for left, right in zip(variables, variables[1:]):
        Equal(planner, left, right, REQUIRED)
    Stay(planner, variables[-1], WEAK)
    length = change(planner, variables[0], 10, 5)
    return length, variables[-1].value


def projection(n):
    planner = Planner()
    scale, offset = Variable("scale", 10), Variable("offset", 1000)
    pairs = []
    for i in range(n):
        source, target = Variable(f"s{i}", i), Variable(f"t{i}", i)
        Stay(planner, source, WEAK)
        Scale(planner, source, scale, offset, target, REQUIRED)
        pairs.append((source, target))
    source, target = pairs[-1]
    total = change(planner, source, 17, 3) + target.value
    total += change(planner, target, 1050, 3) + source.value
    total += change(planner, scale, 5, 2)
    total += sum(t.value for _, t in pairs[:-1])
    total += change(planner, offset, 2000, 2)
    return total + sum(t.value for _, t in pairs)


def run(n):
    length, value = chain(n)
    return f"{length} {value} {projection(n)} {projection(n // 2)}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("constraints", n, run(n))
