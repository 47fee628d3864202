//! THE TABLE of bytecodes: one row an instruction; enum, metadata, printer, verifier and dispatch tables derive from it.
//!
//! An instruction is one 64-bit word: `op:8 | spare:8 | a:16 | b:16 | c:16`. A row gives the kinds of `a b c`
//! (see [`Operand`](crate::ops::Operand)), which further registers it touches ([`Range`](crate::ops::Range)), and flags.
//! `R[x]` is a register of the frame. The word 0 in a register means *unbound*. Sources are read before results are
//! written: they may be the same registers. An instruction that raises has written no register.
//!
//! Not here: what the instructions do to real values (crate `vm`), or how code is laid out (`asm`).

/// Calls `$callback!` with all rows: `/// doc` `name [a b c] range [flags];`.
///
/// Operands: `n` none, `r` register read, `w` register written, `m` both,
/// `p` first register of the range that the next column gives, `i` signed immediate, `u` unsigned number,
/// `j` jump relative to this instruction, and pool operands (offset in words from this instruction): `k` constant,
/// `s` name, `at` attribute cache, `gl` global cache, `kw` keyword names with cache.
/// Flags: `pure` can't raise nor run foreign code, `stop` never falls through, `back` polls when it jumps,
/// `suspend` leaves the frame and may be resumed behind it, `internal` never in a code object.
#[macro_export]
macro_rules! for_each_op {
    ($($callback:tt)+) => { $($callback)+! {
        // ---- moves and constants
        /// Does nothing.
        nop [n n n] none [pure];
        /// R[a] = R[b]; copies an unbound register too.
        mov [w r n] none [pure];
        /// R[a] = constant c.
        load_const [w n k] none [pure];
        /// R[a] = the int c.
        load_int [w n i] none [pure];
        /// R[a] becomes unbound.
        clear [w n n] none [pure];
        /// UnboundLocalError if local R[a] is unbound.
        check_bound [r n n] none [];
        /// UnboundLocalError if local R[a] is unbound, else unbinds it.
        delete_local [m n n] none [];
        // ---- cells; the variable's name is that of the cell's register
        /// R[a] = new empty cell.
        new_cell [w n n] none [pure];
        /// R[a] = new cell with the content R[b] (also unbound); R[b] becomes unbound.
        make_cell [w m n] none [pure];
        /// R[a..a+b] = the cells of the running function's closure.
        copy_free [p u n] writes_a_b [pure];
        /// R[a] = content of cell R[b]; UnboundLocalError or NameError when empty.
        load_cell [w r n] none [];
        /// Content of cell R[a] = R[b].
        store_cell [r r n] none [pure];
        /// Empties cell R[a]; an error when empty.
        delete_cell [r n n] none [];
        /// R[a] = R[b][name of cell c] if the mapping has it, else content of cell R[c].
        load_dict_or_cell [w r r] none [];
        // ---- names
        /// R[a] = name c in mapping R[b], else in globals, else in builtins; NameError.
        load_name [w r gl] none [];
        /// Mapping R[b][name c] = R[a].
        store_name [r r gl] none [];
        /// Deletes name c from mapping R[b]; NameError.
        delete_name [n r s] none [];
        /// R[a] = name c in globals, else in builtins; NameError.
        load_global [w n gl] none [];
        /// globals[name c] = R[a].
        store_global [r n gl] none [];
        /// Deletes name c from globals; NameError.
        delete_global [n n s] none [];
        /// R[a] = `__build_class__` of builtins.
        load_build_class [w n n] none [];
        /// R[a] = the object of number c in `COMMON`, whatever builtins says now.
        load_common [w n u] none [pure];
        // ---- attributes
        /// R[a] = R[b].name.
        load_attr [w r at] none [];
        /// R[b].name = R[a].
        store_attr [r r at] none [];
        /// del R[a].name.
        delete_attr [r n s] none [];
        /// Callee and self for `call_method a`: R[a] = function of R[b].name and R[a+3] = R[b], or R[a] = attribute and R[a+3] unbound.
        load_method [w r at] method [];
        /// R[a] = super attribute: R[b] is `super` as looked up, R[b+1] class, R[b+2] self; calls R[b] if it is something else.
        load_super_attr [w p at] reads_b3 [];
        /// As load_super_attr, but places callee and self as load_method does.
        load_super_method [w p at] super_method [];
        /// As load_method for special method number c of `SPECIALS`, looked up on the type; TypeError as `with` gives it.
        load_special [w r u] method [];
        // ---- items
        /// R[a] = R[b][R[c]].
        load_item [w r r] none [];
        /// R[a] = R[b][c].
        load_item_i [w r i] none [];
        /// R[a] = R[b][constant c].
        load_item_k [w r k] none [];
        /// R[b][R[c]] = R[a].
        store_item [r r r] none [];
        /// R[b][c] = R[a].
        store_item_i [r r i] none [];
        /// R[b][constant c] = R[a].
        store_item_k [r r k] none [];
        /// del R[a][R[b]].
        delete_item [r r n] none [];
        /// R[a] = R[b][R[c]:R[c+1]].
        load_slice [w r p] reads_c2 [];
        /// R[b][R[c]:R[c+1]] = R[a].
        store_slice [r r p] reads_c2 [];
        // ---- unary operators
        /// R[a] = -R[b].
        neg [w r n] none [];
        /// R[a] = +R[b].
        pos [w r n] none [];
        /// R[a] = ~R[b].
        invert [w r n] none [];
        /// R[a] = not R[b].
        not_r [w r n] none [];
        // ---- binary operators: _rr two registers, _ri with an immediate int, _rk with a constant
        /// R[a] = R[b] + R[c].
        add_rr [w r r] none [];
        /// R[a] = R[b] - R[c].
        sub_rr [w r r] none [];
        /// R[a] = R[b] * R[c].
        mul_rr [w r r] none [];
        /// R[a] = R[b] @ R[c].
        matmul_rr [w r r] none [];
        /// R[a] = R[b] / R[c].
        truediv_rr [w r r] none [];
        /// R[a] = R[b] // R[c].
        floordiv_rr [w r r] none [];
        /// R[a] = R[b] % R[c].
        mod_rr [w r r] none [];
        /// R[a] = R[b] ** R[c].
        pow_rr [w r r] none [];
        /// R[a] = R[b] << R[c].
        lshift_rr [w r r] none [];
        /// R[a] = R[b] >> R[c].
        rshift_rr [w r r] none [];
        /// R[a] = R[b] & R[c].
        and_rr [w r r] none [];
        /// R[a] = R[b] | R[c].
        or_rr [w r r] none [];
        /// R[a] = R[b] ^ R[c].
        xor_rr [w r r] none [];
        /// R[a] = R[b] + c.
        add_ri [w r i] none [];
        /// R[a] = R[b] - c.
        sub_ri [w r i] none [];
        /// R[a] = R[b] * c.
        mul_ri [w r i] none [];
        /// R[a] = R[b] / c.
        truediv_ri [w r i] none [];
        /// R[a] = R[b] // c.
        floordiv_ri [w r i] none [];
        /// R[a] = R[b] % c.
        mod_ri [w r i] none [];
        /// R[a] = R[b] ** c.
        pow_ri [w r i] none [];
        /// R[a] = R[b] << c.
        lshift_ri [w r i] none [];
        /// R[a] = R[b] >> c.
        rshift_ri [w r i] none [];
        /// R[a] = R[b] & c.
        and_ri [w r i] none [];
        /// R[a] = R[b] | c.
        or_ri [w r i] none [];
        /// R[a] = R[b] ^ c.
        xor_ri [w r i] none [];
        /// R[a] = R[b] + constant c.
        add_rk [w r k] none [];
        /// R[a] = R[b] - constant c.
        sub_rk [w r k] none [];
        /// R[a] = R[b] * constant c.
        mul_rk [w r k] none [];
        /// R[a] = R[b] / constant c.
        truediv_rk [w r k] none [];
        /// R[a] = R[b] % constant c.
        mod_rk [w r k] none [];
        /// R[a] = R[b] & constant c.
        and_rk [w r k] none [];
        // ---- in-place operators: try `__iop__` first
        /// R[a] = R[b] += R[c].
        iadd_rr [w r r] none [];
        /// R[a] = R[b] -= R[c].
        isub_rr [w r r] none [];
        /// R[a] = R[b] *= R[c].
        imul_rr [w r r] none [];
        /// R[a] = R[b] @= R[c].
        imatmul_rr [w r r] none [];
        /// R[a] = R[b] /= R[c].
        itruediv_rr [w r r] none [];
        /// R[a] = R[b] //= R[c].
        ifloordiv_rr [w r r] none [];
        /// R[a] = R[b] %= R[c].
        imod_rr [w r r] none [];
        /// R[a] = R[b] **= R[c].
        ipow_rr [w r r] none [];
        /// R[a] = R[b] <<= R[c].
        ilshift_rr [w r r] none [];
        /// R[a] = R[b] >>= R[c].
        irshift_rr [w r r] none [];
        /// R[a] = R[b] &= R[c].
        iand_rr [w r r] none [];
        /// R[a] = R[b] |= R[c].
        ior_rr [w r r] none [];
        /// R[a] = R[b] ^= R[c].
        ixor_rr [w r r] none [];
        /// R[a] = R[b] += c.
        iadd_ri [w r i] none [];
        /// R[a] = R[b] -= c.
        isub_ri [w r i] none [];
        /// R[a] = R[b] *= c.
        imul_ri [w r i] none [];
        /// R[a] = R[b] /= c.
        itruediv_ri [w r i] none [];
        /// R[a] = R[b] //= c.
        ifloordiv_ri [w r i] none [];
        /// R[a] = R[b] %= c.
        imod_ri [w r i] none [];
        /// R[a] = R[b] **= c.
        ipow_ri [w r i] none [];
        /// R[a] = R[b] <<= c.
        ilshift_ri [w r i] none [];
        /// R[a] = R[b] >>= c.
        irshift_ri [w r i] none [];
        /// R[a] = R[b] &= c.
        iand_ri [w r i] none [];
        /// R[a] = R[b] |= c.
        ior_ri [w r i] none [];
        /// R[a] = R[b] ^= c.
        ixor_ri [w r i] none [];
        /// R[a] = R[b] += constant c.
        iadd_rk [w r k] none [];
        /// R[a] = R[b] -= constant c.
        isub_rk [w r k] none [];
        /// R[a] = R[b] *= constant c.
        imul_rk [w r k] none [];
        /// R[a] = R[b] /= constant c.
        itruediv_rk [w r k] none [];
        /// R[a] = R[b] %= constant c.
        imod_rk [w r k] none [];
        /// R[a] = R[b] &= constant c.
        iand_rk [w r k] none [];
        // ---- comparisons to a value
        /// R[a] = R[b] < R[c].
        lt_rr [w r r] none [];
        /// R[a] = R[b] <= R[c].
        le_rr [w r r] none [];
        /// R[a] = R[b] == R[c].
        eq_rr [w r r] none [];
        /// R[a] = R[b] != R[c].
        ne_rr [w r r] none [];
        /// R[a] = R[b] > R[c].
        gt_rr [w r r] none [];
        /// R[a] = R[b] >= R[c].
        ge_rr [w r r] none [];
        /// R[a] = R[b] is R[c].
        is_rr [w r r] none [pure];
        /// R[a] = R[b] is not R[c].
        is_not_rr [w r r] none [pure];
        /// R[a] = R[b] in R[c].
        in_rr [w r r] none [];
        /// R[a] = R[b] not in R[c].
        not_in_rr [w r r] none [];
        // ---- jumps
        /// Jumps to c, forwards or where no poll is wanted.
        jump [n n j] none [pure stop];
        /// Jumps forwards or back by b:c, a 32-bit distance (c low, b high).
        jump_far [n u u] far [pure stop];
        /// Back-edge: polls and jumps to c.
        jump_back [n n j] none [stop back];
        /// Jumps to c if R[a] is true.
        jump_if_true [r n j] none [];
        /// Jumps to c if R[a] is false.
        jump_if_false [r n j] none [];
        /// Back-edge: jumps to c if R[a] is true.
        jump_true_back [r n j] none [back];
        /// Jumps to c if R[a] is None.
        jump_if_none [r n j] none [pure];
        /// Jumps to c if R[a] is not None.
        jump_if_not_none [r n j] none [pure];
        /// Jumps to c if R[a] is R[b].
        jump_if_is [r r j] none [pure];
        /// Jumps to c if R[a] is not R[b].
        jump_if_is_not [r r j] none [pure];
        /// Jumps to c if R[a] in R[b].
        jump_if_in [r r j] none [];
        /// Jumps to c if R[a] not in R[b].
        jump_if_not_in [r r j] none [];
        // ---- compare and jump if true (j..) or if not true (jn..)
        /// Jumps to c if R[a] < R[b].
        jlt_rr [r r j] none [];
        /// Jumps to c if R[a] <= R[b].
        jle_rr [r r j] none [];
        /// Jumps to c if R[a] == R[b].
        jeq_rr [r r j] none [];
        /// Jumps to c if R[a] != R[b].
        jne_rr [r r j] none [];
        /// Jumps to c if R[a] > R[b].
        jgt_rr [r r j] none [];
        /// Jumps to c if R[a] >= R[b].
        jge_rr [r r j] none [];
        /// Jumps to c unless R[a] < R[b].
        jnlt_rr [r r j] none [];
        /// Jumps to c unless R[a] <= R[b].
        jnle_rr [r r j] none [];
        /// Jumps to c unless R[a] == R[b].
        jneq_rr [r r j] none [];
        /// Jumps to c unless R[a] != R[b].
        jnne_rr [r r j] none [];
        /// Jumps to c unless R[a] > R[b].
        jngt_rr [r r j] none [];
        /// Jumps to c unless R[a] >= R[b].
        jnge_rr [r r j] none [];
        /// Jumps to c if R[a] < b.
        jlt_ri [r i j] none [];
        /// Jumps to c if R[a] <= b.
        jle_ri [r i j] none [];
        /// Jumps to c if R[a] == b.
        jeq_ri [r i j] none [];
        /// Jumps to c if R[a] != b.
        jne_ri [r i j] none [];
        /// Jumps to c if R[a] > b.
        jgt_ri [r i j] none [];
        /// Jumps to c if R[a] >= b.
        jge_ri [r i j] none [];
        /// Jumps to c unless R[a] < b.
        jnlt_ri [r i j] none [];
        /// Jumps to c unless R[a] <= b.
        jnle_ri [r i j] none [];
        /// Jumps to c unless R[a] == b.
        jneq_ri [r i j] none [];
        /// Jumps to c unless R[a] != b.
        jnne_ri [r i j] none [];
        /// Jumps to c unless R[a] > b.
        jngt_ri [r i j] none [];
        /// Jumps to c unless R[a] >= b.
        jnge_ri [r i j] none [];
        /// Jumps to c if R[a] < constant b.
        jlt_rk [r k j] none [];
        /// Jumps to c if R[a] <= constant b.
        jle_rk [r k j] none [];
        /// Jumps to c if R[a] == constant b.
        jeq_rk [r k j] none [];
        /// Jumps to c if R[a] != constant b.
        jne_rk [r k j] none [];
        /// Jumps to c if R[a] > constant b.
        jgt_rk [r k j] none [];
        /// Jumps to c if R[a] >= constant b.
        jge_rk [r k j] none [];
        /// Jumps to c unless R[a] < constant b.
        jnlt_rk [r k j] none [];
        /// Jumps to c unless R[a] <= constant b.
        jnle_rk [r k j] none [];
        /// Jumps to c unless R[a] == constant b.
        jneq_rk [r k j] none [];
        /// Jumps to c unless R[a] != constant b.
        jnne_rk [r k j] none [];
        /// Jumps to c unless R[a] > constant b.
        jngt_rk [r k j] none [];
        /// Jumps to c unless R[a] >= constant b.
        jnge_rk [r k j] none [];
        /// Back-edge: jumps to c if R[a] < R[b].
        jlt_back_rr [r r j] none [back];
        /// Back-edge: jumps to c if R[a] <= R[b].
        jle_back_rr [r r j] none [back];
        /// Back-edge: jumps to c if R[a] == R[b].
        jeq_back_rr [r r j] none [back];
        /// Back-edge: jumps to c if R[a] != R[b].
        jne_back_rr [r r j] none [back];
        /// Back-edge: jumps to c if R[a] > R[b].
        jgt_back_rr [r r j] none [back];
        /// Back-edge: jumps to c if R[a] >= R[b].
        jge_back_rr [r r j] none [back];
        /// Back-edge: jumps to c if R[a] < b.
        jlt_back_ri [r i j] none [back];
        /// Back-edge: jumps to c if R[a] <= b.
        jle_back_ri [r i j] none [back];
        /// Back-edge: jumps to c if R[a] == b.
        jeq_back_ri [r i j] none [back];
        /// Back-edge: jumps to c if R[a] != b.
        jne_back_ri [r i j] none [back];
        /// Back-edge: jumps to c if R[a] > b.
        jgt_back_ri [r i j] none [back];
        /// Back-edge: jumps to c if R[a] >= b.
        jge_back_ri [r i j] none [back];
        // ---- calls: callee R[a], header R[a+1] R[a+2], arguments from R[a+3]; the result replaces R[a]
        /// R[a] = R[a](b positional arguments).
        call [m u n] window [];
        /// R[a] = R[a](b arguments, the last of them by the keyword names c).
        call_kw [m u kw] window [];
        /// As call after load_method; b counts self. If R[a+3] is unbound there is no self.
        call_method [m u n] window [];
        /// As call_kw after load_method; b counts self.
        call_method_kw [m u kw] window [];
        /// R[a] = R[a](*R[a+3]), with **R[a+4] if b = 1. R[a+3] is any iterable, R[a+4] a dict.
        call_ex [m u n] window_ex [];
        /// Returns R[a].
        ret [r n n] none [pure stop];
        /// Returns None.
        ret_none [n n n] none [pure stop];
        // ---- iteration
        /// R[a] = iter(R[b]).
        get_iter [w r n] none [];
        /// Loop bottom: R[b] = next(R[a]) and jumps back to c with a poll; falls through at the end, R[b] untouched.
        for_iter [r w j] none [back];
        /// R[a] = R[b] if it is a generator or a coroutine that may be delegated to, else iter(R[b]).
        get_yield_from_iter [w r n] none [];
        /// R[a..a+c] = the c items of iterable R[b].
        unpack_seq [p r u] writes_a_c [];
        /// R[a..] = first (c & 255) items of R[b], a list of the middle, then last (c >> 8) items.
        unpack_ex [p r u] writes_a_ex [];
        // ---- builders; the registers of the items are consecutive
        /// R[a] = tuple of R[b..b+c].
        build_tuple [w p u] reads_b_c [pure];
        /// R[a] = list of R[b..b+c].
        build_list [w p u] reads_b_c [pure];
        /// R[a] = set of R[b..b+c].
        build_set [w p u] reads_b_c [];
        /// R[a] = dict of c pairs key, value from R[b].
        build_dict [w p u] reads_b_2c [];
        /// R[a] = concatenation of the strings R[b..b+c].
        build_string [w p u] reads_b_c [];
        /// R[a] = slice of R[b..b+c], c = 2 or 3.
        build_slice [w p u] reads_b_c [];
        /// Appends R[b] to list R[a].
        list_append [r r n] none [];
        /// Adds R[b] to set R[a].
        set_add [r r n] none [];
        /// Dict R[a][R[b]] = R[c].
        dict_set [r r r] none [];
        /// Extends list R[a] by iterable R[b]; TypeError "Value after * must be an iterable".
        list_extend [r r n] none [];
        /// Updates set R[a] by iterable R[b].
        set_update [r r n] none [];
        /// Updates dict R[a] by mapping R[b].
        dict_update [r r n] none [];
        /// As dict_update for the keywords of a call to R[c]: a duplicate or a key that is no string is a TypeError.
        dict_merge [r r r] none [];
        /// R[a] = tuple of list R[b].
        list_to_tuple [w r n] none [pure];
        // ---- formatted strings
        /// R[a] = str, repr or ascii (c = 1, 2, 3) of R[b].
        convert [w r u] none [];
        /// R[a] = format(R[b], "").
        format_simple [w r n] none [];
        /// R[a] = format(R[b], R[c]).
        format_spec [w r r] none [];
        /// R[a] = Interpolation(R[b], text R[b+1]); c & 3 is the conversion, c & 4: format spec in R[b+2].
        build_interpolation [w p u] interpolation [];
        /// R[a] = Template of strings tuple R[b] and interpolations tuple R[c].
        build_template [w r r] none [];
        // ---- functions and imports
        /// R[a] = new function of code constant c.
        make_function [w n k] none [pure];
        /// Attribute number c (`FunctionAttr`) of new function R[a] = R[b].
        set_function_attr [r r u] none [pure];
        /// R[a] = module name c imported with level R[b] and fromlist R[b+1].
        import_name [w p s] reads_b2 [];
        /// R[a] = attribute or submodule name c of module R[b]; ImportError.
        import_from [w r s] none [];
        /// R[a] = intrinsic number c (`Intrinsic`) of R[b], R[b+1] ...
        intrinsic [w p u] intrinsic [];
        // ---- generators and coroutines
        /// At entry: returns a new generator, coroutine or async generator that goes on behind this instruction.
        return_generator [n n n] none [suspend];
        /// Yields R[b]; when resumed R[a] = the value sent.
        yield_value [w r n] none [suspend];
        /// Yields R[a], which came from R[b], to which `throw` and `close` are passed on; when resumed R[a] = the value sent.
        yield_delegate [m r n] none [suspend];
        /// R[a] = R[b].send(R[a]), or next(R[b]) if R[a] is None; when R[b] has ended R[a] = its value and jumps to c.
        send [m r j] none [];
        /// Handler of a delegated throw: if R[a] is StopIteration R[a] = its value, else raises it again.
        cleanup_throw [m n n] none [];
        /// R[a] = awaitable iterator of R[b]; c = 1 from `__aenter__`, 2 from `__aexit__`, 3 from `__anext__`, for the message.
        get_awaitable [w r u] none [];
        /// R[a] = R[b].__aiter__().
        get_aiter [w r n] none [];
        /// R[a] = R[b].__anext__(), ready to be awaited.
        get_anext [w r n] none [];
        /// Handler of an async for: drops StopAsyncIteration R[a], raises all else again.
        end_async_for [r n n] none [];
        // ---- exceptions; a handler finds the exception in R[height] of its table entry
        /// Raises the handled exception again; RuntimeError without one.
        raise_bare [n n n] none [stop];
        /// Raises R[a], an exception or a class.
        raise_value [r n n] none [stop];
        /// Raises R[a] from R[b].
        raise_from [r r n] none [stop];
        /// Raises exception R[a] again; its traceback is kept as it is.
        reraise [r n n] none [stop];
        /// As reraise, and the frame's place is instruction R[a+1] again.
        reraise_lasti [r n n] reads_a2 [stop];
        /// R[a] = the exception handled so far (or None); R[b] is now handled.
        push_exc [w r n] none [pure];
        /// The exception handled is R[a] again.
        pop_exc [r n n] none [pure];
        /// Jumps to c if exception R[a] does not match class or tuple R[b]; TypeError.
        jump_no_match [r r j] none [];
        /// except*: R[a] = part of exception R[b] that matches R[c], or None; R[a+1] = the rest, or None. R[b] may be None.
        eg_match [w r r] writes_a2 [];
        /// R[a], R[a+1], R[a+2] = type, value, traceback of exception R[b].
        exc_triple [w r n] writes_a3 [pure];
        // ---- match statements
        /// Jumps to c unless R[a] is a sequence for patterns.
        jump_not_seq [r n j] none [];
        /// Jumps to c unless R[a] is a mapping for patterns.
        jump_not_map [r n j] none [];
        /// R[a] = len(R[b]).
        get_len [w r n] none [];
        /// R[a] = tuple of mapping R[b]'s values for keys tuple R[c], or None if one is missing.
        match_keys [w r r] none [];
        /// R[a] = tuple of attributes, or None: subject R[b], class R[b+1], keyword names R[b+2], c positional patterns.
        match_class [w p u] reads_b3 [];
        // ---- for the interpreter's own use
        /// End of an entry frame: leaves the interpreter.
        halt [n n n] none [pure stop internal];
        /// `ret` in the frame of a generator or coroutine.
        gen_ret [r n n] none [pure stop internal];
        /// `ret_none` in the frame of a generator or coroutine.
        gen_ret_none [n n n] none [pure stop internal];
        /// In a stub: if R[a] is NotImplemented, what the rest of the operator gives; R[b], R[b+1] are the operands, R[b+2] says which.
        stub_rest [m p n] reads_b3 [internal];
        /// In a stub: R[a] = what result R[a] of special method c means.
        stub_result [m n u] none [internal];
        /// In a stub: R[a] = its truth.
        stub_truth [m n n] none [internal];
        /// Leaves a stub: goes on with R[a] in the instruction that entered it.
        stub_ret [r n n] none [stop internal];
        /// Leaves a stub: the iterator of the instruction that entered it has ended.
        stub_end [n n n] none [stop internal];
    } };
}
