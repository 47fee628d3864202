//! `dis` shows our own instructions: file, text, replacement. A code object gives them
//! (`_instructions`); bytes are taken apart as CPython's code.

/// As the patches of the build script.
pub const DIS: &[(&str, &str, &str)] = &[
    (
        "dis.py",
        "    # Use the basic, unadaptive code for finding labels",
        "    owner = getattr(getattr(arg_resolver, 'varname_from_oparg', None), '__self__', None)
    if owner is not None:
        yield from _own_instructions(owner, linestarts, line_offset, arg_resolver)
        return
    # Use the basic, unadaptive code for finding labels",
    ),
    (
        "dis.py",
        "def disassemble(co, lasti=-1,",
        "def _own_instructions(co, linestarts, line_offset, resolver):
    starts = sorted((linestarts or {}).items(), reverse=True)
    line = None
    for name, number, offset, arg, value, text, target, place in co._instructions():
        starts_line = False
        while starts and starts[-1][0] <= offset:
            line = starts.pop()[1]
            starts_line = True
        if target is not None:
            text = f'{text} to L{resolver.get_label_for_offset(target)}'.lstrip()
        shown = None if line is None else line + line_offset
        instruction = Instruction(name, number, arg, value, text, offset, offset, starts_line,
                                  shown, resolver.get_label_for_offset(offset),
                                  Positions(*place), None)
        instruction._target = target
        yield instruction


def disassemble(co, lasti=-1,",
    ),
    (
        "dis.py",
        "        return _get_jump_target(self.opcode, self.arg, self.offset)",
        "        return getattr(self, '_target', None)",
    ),
    (
        "dis.py",
        "        return self.cache_offset + _get_cache_size(_all_opname[self.opcode])*2",
        "        return self.cache_offset",
    ),
    (
        "dis.py",
        "        return opname[self.baseopcode]",
        "        return self.opname",
    ),
    (
        "dis.py",
        "        is_current_instr = instr.offset <= lasti \\
            <= instr.offset + 2 * _get_cache_size(_all_opname[_deoptop(instr.opcode)])",
        "        is_current_instr = instr.offset == lasti",
    ),
    (
        "dis.py",
        "    iterator = iter(code.co_exceptiontable)
    entries = []",
        "    if isinstance(code, types.CodeType):
        return [_ExceptionTableEntry(*row) for row in code._handlers()]
    iterator = iter(code.co_exceptiontable)
    entries = []",
    ),
    (
        "dis.py",
        "labels_map=_make_labels_map(original_code))",
        "labels_map=_make_labels_map(co))",
    ),
    (
        "dis.py",
        "_make_labels_map(co.co_code, ",
        "_make_labels_map(co, ",
    ),
    (
        "dis.py",
        "_make_labels_map(original_code, self.exception_entries)",
        "_make_labels_map(co, self.exception_entries)",
    ),
    (
        "dis.py",
        "    labels = []
    for offset, _, op, arg in _unpack_opargs(code):",
        "    labels = []
    if isinstance(code, types.CodeType):
        for row in code._instructions():
            if row[6] is not None and row[6] not in labels:
                labels.append(row[6])
        return labels
    for offset, _, op, arg in _unpack_opargs(code):",
    ),
    (
        "dis.py",
        "    IMPORT_NAME = opmap['IMPORT_NAME']

    consts = co.co_consts
    names = co.co_names
    opargs = [(op, arg) for _, _, op, arg in _unpack_opargs(co.co_code)
                  if op != EXTENDED_ARG]
    for i, (op, oparg) in enumerate(opargs):
        if op == IMPORT_NAME and i >= 2:
            from_op = opargs[i-1]
            level_op = opargs[i-2]
            if (from_op[0] in hasconst and
                (level_op[0] in hasconst or level_op[0] == LOAD_SMALL_INT)):
                level = _get_const_value(level_op[0], level_op[1], consts)
                fromlist = _get_const_value(from_op[0], from_op[1], consts)
                yield (names[oparg], level, fromlist)",
        "    values = [(row[0], row[4]) for row in co._instructions()]
    for i, (name, value) in enumerate(values):
        if name == 'IMPORT_NAME':
            yield (value, values[i-2][1], values[i-1][1])",
    ),
    (
        "dis.py",
        "    STORE_OPS = {
        opmap['STORE_NAME'],
        opmap['STORE_GLOBAL']
    }

    names = co.co_names
    for _, _, op, arg in _unpack_opargs(co.co_code):
        if op in STORE_OPS:
            yield names[arg]",
        "    for row in co._instructions():
        if row[0] in ('STORE_NAME', 'STORE_GLOBAL'):
            yield row[4]",
    ),
];
