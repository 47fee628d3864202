//! Faults of the library's release that later releases of the library do not
//! have: file, text, replacement.

mod formats;
mod network;

/// All of them.
pub const ALL: &[&[(&str, &str, &str)]] = &[FIXES, formats::FIXES, network::FIXES];

/// As the patches of the build script.
const FIXES: &[(&str, &str, &str)] = &[
    // A delimiter of spaces does not belong to the option's name.
    (
        "configparser.py",
        r"            (?:\s+(?:(?!{delim})\S)+)*)    # optionally more words",
        r"            (?:(?:(?!{delim})\s)+          # optionally more words,
               (?:(?!{delim})\S)+)*)       # with no delimiter between",
    ),
    // Only the white space of XML is white space.
    (
        "xml/etree/ElementTree.py",
        "if not elem.text or not elem.text.strip():",
        "if not elem.text or not elem.text.strip(' \\t\\r\\n'):",
    ),
    (
        "xml/etree/ElementTree.py",
        "if not child.tail or not child.tail.strip():",
        "if not child.tail or not child.tail.strip(' \\t\\r\\n'):",
    ),
    (
        "xml/etree/ElementTree.py",
        "if not child.tail.strip():",
        "if not child.tail.strip(' \\t\\r\\n'):",
    ),
    (
        "xml/etree/ElementTree.py",
        "            data = data.strip()
        if self._pending_start",
        "            data = data.strip(' \\t\\r\\n')
        if self._pending_start",
    ),
    // Parts of a document type are read by the parser itself.
    (
        "xml/etree/ElementTree.py",
        "        self._doctype = None
        self.entity = {}",
        "        parser.StartDoctypeDeclHandler = self._declared
        self.entity = {}",
    ),
    (
        "xml/etree/ElementTree.py",
        "        elif prefix == \"<\" and text[:9] == \"<!DOCTYPE\":
            self._doctype = [] # inside a doctype declaration
        elif self._doctype is not None:
            # parse doctype contents
            if prefix == \">\":
                self._doctype = None
                return
            text = text.strip()
            if not text:
                return
            self._doctype.append(text)
            n = len(self._doctype)
            if n > 2:
                type = self._doctype[1]
                if type == \"PUBLIC\" and n == 4:
                    name, type, pubid, system = self._doctype
                    if pubid:
                        pubid = pubid[1:-1]
                elif type == \"SYSTEM\" and n == 3:
                    name, type, system = self._doctype
                    pubid = None
                else:
                    return
                if hasattr(self.target, \"doctype\"):
                    self.target.doctype(name, pubid, system[1:-1])
                elif hasattr(self, \"doctype\"):
                    warnings.warn(
                        \"The doctype() method of XMLParser is ignored.  \"
                        \"Define doctype() method on the TreeBuilder target.\",
                        RuntimeWarning)

                self._doctype = None

",
        "
    def _declared(self, name, system, public, _internal):
        report = getattr(self.target, 'doctype', None)
        if report is not None:
            report(name, public, system)
        elif hasattr(self, 'doctype'):
            warnings.warn(
                'The doctype() method of XMLParser is ignored.  '
                'Define doctype() method on the TreeBuilder target.',
                RuntimeWarning)

",
    ),
    // The children of a parent are searched once.
    (
        "xml/etree/ElementPath.py",
        "            parent_map = get_parent_map(context)
            for elem in result:
                try:
                    parent = parent_map[elem]
                    # FIXME: what if the selector is \"*\" ?
                    elems = list(parent.findall(elem.tag))
                    if elems[index] is elem:
                        yield elem
                except (IndexError, KeyError):
                    pass",
        "            parent_map = get_parent_map(context)
            chosen = {}
            for elem in result:
                parent = parent_map.get(elem)
                if parent is None:
                    continue
                place = parent, elem.tag
                if place not in chosen:
                    found = parent.findall(elem.tag)
                    inside = -len(found) <= index < len(found)
                    chosen[place] = found[index] if inside else None
                if chosen[place] is elem:
                    yield elem",
    ),
    // What is no number is no timeout.
    (
        "threading.py",
        "                if timeout > 0:
                    gotit = waiter.acquire(True, timeout)
                else:
                    gotit = waiter.acquire(False)",
        "                if timeout <= 0:
                    gotit = waiter.acquire(False)
                else:
                    gotit = waiter.acquire(True, timeout)",
    ),
    // Names of tables may have quotes.
    (
        "sqlite3/dump.py",
        "VALUES('{1}')' FROM {0};\".format(
            table_name_ident,",
        "VALUES('{1}')' FROM {2};\".format(
            table_name_ident.replace(\"'\", \"''\"),",
    ),
    (
        "sqlite3/dump.py",
        "                \"||quote({0})||\".format(_quote_name(col)) for col in column_names
            )
        )",
        "                \"||quote({0})||\".format(_quote_name(col)) for col in column_names
            ),
            table_name_ident
        )",
    ),
    // The header has 32 bits for the time.
    (
        "gzip.py",
        "        write32u(self.fileobj, int(mtime))",
        "        write32u(self.fileobj, int(mtime) if 0 <= mtime < 1 << 32 else 0)",
    ),
    (
        "gzip.py",
        "gzip_data, int(mtime), gzip_data[8], 255)",
        "gzip_data,
                         int(mtime) if 0 <= mtime < 1 << 32 else 0,
                         gzip_data[8], 255)",
    ),
    // Methods of native classes have no module of their own.
    (
        "annotationlib.py",
        "        if value.__module__ == \"builtins\":
            return value.__qualname__
        return f\"{value.__module__}.{value.__qualname__}\"",
        "        module = value.__module__
        if module is None and (owner := getattr(value, '__self__', None)) is not None:
            module = (owner if isinstance(owner, type) else type(owner)).__module__
        if module in (None, \"builtins\"):
            return value.__qualname__
        return f\"{module}.{value.__qualname__}\"",
    ),
    // Abstract test cases are bases of others.
    (
        "unittest/loader.py",
        "        if testCaseClass in (case.TestCase, case.FunctionTestCase):",
        "        if (testCaseClass in (case.TestCase, case.FunctionTestCase)
                or _is_abstract(testCaseClass)):",
    ),
    (
        "unittest/loader.py",
        "                and obj not in (case.TestCase, case.FunctionTestCase)
            ):
                tests.append",
        "                and obj not in (case.TestCase, case.FunctionTestCase)
                and not _is_abstract(obj)
            ):
                tests.append",
    ),
    (
        "unittest/loader.py",
        "            name = parts[-1]
            inst = parent(name)",
        "            name = parts[-1]
            if _is_abstract(parent):
                raise TypeError('Cannot instantiate abstract test case '
                                + parent.__name__)
            inst = parent(name)",
    ),
    (
        "unittest/loader.py",
        "class TestLoader(object):",
        "def _is_abstract(cls):
    return bool(cls.__flags__ & 1 << 20)


class TestLoader(object):",
    ),
    (
        "unittest/mock.py",
        "__set_return_value,
                            __return_value_doc)",
        "__set_return_value,
                            doc=__return_value_doc)",
    ),
    (
        "unittest/mock.py",
        "    def _exit_side_effect(exctype, excinst, exctb):",
        "    def _exit_side_effect(*exc_info):",
    ),
    // Whatever the return code is, the error has a text.
    (
        "subprocess.py",
        "        if self.returncode and self.returncode < 0:
            try:",
        "        if isinstance(self.returncode, int) and self.returncode < 0:
            try:",
    ),
    (
        "subprocess.py",
        "            return \"Command '%s' returned non-zero exit status %d.\" % (",
        "            return \"Command '%s' returned non-zero exit status %s.\" % (",
    ),
    // The largest precision is no reason for a number of that length.
    (
        "_pydecimal.py",
        "            if q < 10**context.prec:",
        "            if q.bit_length() < 3 * context.prec or q < 10**context.prec:",
    ),
    (
        "_pydecimal.py",
        "        if q >= 10**context.prec:",
        "        if q.bit_length() >= 3 * context.prec and q >= 10**context.prec:",
    ),
    // Hashes from elsewhere may have no size of blocks, or an odd one; keys are bytes.
    (
        "hmac.py",
        "    blocksize = getattr(inner, 'block_size', 64)
",
        "    blocksize = _block_size(inner)
",
    ),
    (
        "hmac.py",
        "def _compute_digest_fallback(key, msg, digest):
",
        "def _block_size(digest, default=64):
    import warnings
    size = getattr(digest, 'block_size', None)
    if size is None:
        message = ('No block_size attribute on given digest object; '
                   f'Assuming {default}.')
    elif size < 16:
        message = (f'block_size of {size} seems too small; '
                   f'using our default of {default}.')
    else:
        return size
    warnings.warn(message, RuntimeWarning, stacklevel=4)
    return default


def _compute_digest_fallback(key, msg, digest):
    if not isinstance(key, (bytes, bytearray)):
        raise TypeError('key: expected bytes or bytearray, '
                        f'but got {type(key).__name__!r}')
",
    ),
];
