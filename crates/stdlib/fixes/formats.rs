//! Faults of modules for files, dates and logging.

/// As the patches of the build script.
pub const FIXES: &[(&str, &str, &str)] = &[
    // Rules of time zones are read strictly, and count days as the standard says.
    (
        "zoneinfo/_zoneinfo.py",
        r"                tti_prev = self._ttinfos[-1]",
        r"                tti_prev = self._tti_before",
    ),
    (
        "zoneinfo/_zoneinfo.py",
        r"        if self.julian and d >= 59 and calendar.isleap(year):",
        r"        if self.julian and d >= 60 and calendar.isleap(year):",
    ),
    (
        "zoneinfo/_zoneinfo.py",
        r"        (?P<std>[^<0-9:.+-]+|<[a-zA-Z0-9+-]+>)",
        r"        (?P<std>[a-zA-Z]+|<[a-zA-Z0-9+-]+>)",
    ),
    (
        "zoneinfo/_zoneinfo.py",
        r"                (?P<dst>[^0-9:.+-]+|<[a-zA-Z0-9+-]+>)",
        r"                (?P<dst>[a-zA-Z]+|<[a-zA-Z0-9+-]+>)",
    ),
    (
        "zoneinfo/_zoneinfo.py",
        r"        std_offset = 0",
        r#"        raise ValueError(f"Invalid STD offset in {tz_str}")"#,
    ),
    (
        "zoneinfo/_zoneinfo.py",
        r#"        m = re.fullmatch(r"M(\d{1,2})\.(\d).(\d)", date, re.ASCII)"#,
        r#"        m = re.fullmatch(r"M(\d{1,2})\.(\d)\.(\d)", date, re.ASCII)"#,
    ),
    (
        "zoneinfo/_zoneinfo.py",
        r"
        doy = int(date)",
        r#"
        if re.fullmatch(r"\d{1,3}", date, re.ASCII) is None:
            raise ValueError(f"Invalid dst start/end date: {dststr}")
        doy = int(date)"#,
    ),
    // A negation binds tighter than an operator.
    (
        "gettext.py",
        r"        result = '%s%d' % (result, value)",
        r"        result = '%s%d' % (result, value)
    if result.startswith('not '):
        result = '(%s)' % result",
    ),
    // Names of namespaces are quoted.
    (
        "xml/sax/saxutils.py",
        r#"                self._write(' xmlns:%s="%s"' % (prefix, uri))"#,
        r"                self._write(' xmlns:%s=%s' % (prefix, quoteattr(uri)))",
    ),
    (
        "xml/sax/saxutils.py",
        r#"                self._write(' xmlns="%s"' % uri)"#,
        r"                self._write(' xmlns=%s' % quoteattr(uri))",
    ),
    // Only the white space of XML is white space.
    (
        "xml/dom/minidom.py",
        r"                            xml.dom.Node.ENTITY_REFERENCE_NODE)",
        r#"                            xml.dom.Node.ENTITY_REFERENCE_NODE)

_XML_WHITESPACE = " \t\r\n""#,
    ),
    (
        "xml/dom/minidom.py",
        r"        if self.data.strip():",
        r"        if self.data.strip(_XML_WHITESPACE):",
    ),
    (
        "xml/dom/expatbuilder.py",
        r"from xml.dom.minidom import _append_child, _set_attribute_node",
        r"from xml.dom.minidom import (_append_child, _set_attribute_node,
                            _XML_WHITESPACE)",
    ),
    (
        "xml/dom/expatbuilder.py",
        r"            if child.nodeType == TEXT_NODE and not child.data.strip():",
        r"            if (child.nodeType == TEXT_NODE
                    and not child.data.strip(_XML_WHITESPACE)):",
    ),
    // Archives that lead out of the destination, and sparse files with long names.
    (
        "tarfile.py",
        r#"        timestamp = struct.pack("<L", int(time.time()))"#,
        r#"        mtime = time.time()
        if not 0 <= mtime < 2**32:
            mtime = 0
        timestamp = struct.pack("<L", int(mtime))"#,
    ),
    (
        "tarfile.py",
        r"    # Ensure we stay in the destination",
        r"    # Ensure we stay in the destination
    if '..' in name.replace(os.sep, '/').split('/'):
        normalized = os.path.normpath(name)
        if normalized != name:
            name = new_attrs['name'] = normalized",
    ),
    (
        "tarfile.py",
        r"    if os.path.commonpath([target_path, dest_path]) != dest_path:
        raise OutsideDestinationError(member, target_path)",
        r"    if os.path.commonpath([target_path, dest_path]) != dest_path:
        raise OutsideDestinationError(member, target_path)
    if ((member.islnk() or member.issym())
            and os.path.normpath(name) == os.curdir):
        raise OutsideDestinationError(member, target_path)",
    ),
    (
        "tarfile.py",
        r"            # A link member that resolves to the destination directory itself
            # would replace it with a (sym)link, redirecting the destination
            # for all subsequent members.
            if target_path == dest_path:
                raise OutsideDestinationError(member, target_path)
",
        r"",
    ),
    (
        "tarfile.py",
        r"            next.offset = self.offset
",
        r"",
    ),
    (
        "tarfile.py",
        r"                offset = next.offset_data",
        r"                offset = next.offset + BLOCKSIZE",
    ),
    (
        "tarfile.py",
        r"                    offset += next._block(next.size)",
        r#"                    try:
                        size = PAX_NUMBER_FIELDS["size"](pax_headers["size"])
                    except ValueError:
                        size = 0
                    offset += next._block(size)"#,
    ),
    (
        "tarfile.py",
        r"                tarfile.offset = offset",
        r"                tarfile.offset = offset

            next.offset = self.offset",
    ),
    (
        "tarfile.py",
        r"        tarinfo = self._getmember(name.rstrip('/'))",
        r"        tarinfo = self._getmember(name)
        if tarinfo is None and name.endswith('/'):
            tarinfo = self._getmember(name.rstrip('/'))",
    ),
    (
        "tarfile.py",
        r"                    os.link(tarinfo._link_target, targetpath)",
        r"                    os.link(os.path.realpath(tarinfo._link_target), targetpath)",
    ),
    (
        "tarfile.py",
        r"                filter_function(",
        r"                filtered = filter_function(",
    ),
    (
        "tarfile.py",
        r"                    extraction_root)",
        r"                    extraction_root)
                if filtered is None:
                    return",
    ),
    // Only digits of ASCII are digits of a date.
    (
        "_pydatetime.py",
        r"
def _parse_isoformat_date(dtstr):",
        r#"
def _read_isoformat_component(s, n):
    if len(s) != n or not s.isdigit():
        raise ValueError("Invalid isoformat string")
    return int(s)


def _parse_isoformat_date(dtstr):"#,
    ),
    (
        "_pydatetime.py",
        r"    year = int(dtstr[0:4])",
        r#"    if not dtstr.isascii():
        raise ValueError("Invalid isoformat string")

    year = _read_isoformat_component(dtstr[0:4], 4)"#,
    ),
    (
        "_pydatetime.py",
        r"        weekno = int(dtstr[pos:pos + 2])",
        r"        weekno = _read_isoformat_component(dtstr[pos:pos + 2], 2)",
    ),
    (
        "_pydatetime.py",
        r"            dayno = int(dtstr[pos:pos + 1])",
        r"            dayno = _read_isoformat_component(dtstr[pos:pos + 1], 1)",
    ),
    (
        "_pydatetime.py",
        r"        month = int(dtstr[pos:pos + 2])",
        r"        month = _read_isoformat_component(dtstr[pos:pos + 2], 2)",
    ),
    (
        "_pydatetime.py",
        r"        day = int(dtstr[pos:pos + 2])",
        r"        day = _read_isoformat_component(dtstr[pos:pos + 2], 2)",
    ),
    (
        "_pydatetime.py",
        r#"        if (len_str - pos) < 2:
            raise ValueError("Incomplete time component")

        time_comps[comp] = int(tstr[pos:pos+2])"#,
        r"        time_comps[comp] = _read_isoformat_component(tstr[pos:pos+2], 2)",
    ),
    (
        "_pydatetime.py",
        r"            if not all(map(_is_ascii_digit, tstr[pos:])):",
        r"            if not tstr[pos:].isdigit():",
    ),
    (
        "_pydatetime.py",
        r#"        raise ValueError("Isoformat time too short")"#,
        r#"        raise ValueError("Isoformat time too short")
    if not tstr.isascii():
        raise ValueError("Invalid isoformat string")"#,
    ),
    // Keys that are no text are left out before sorting.
    (
        "plistlib.py",
        r"        d.hour, d.minute, d.second
    )
",
        r#"        d.hour, d.minute, d.second
    )

def _dict_items(d, sort_keys, skipkeys):
    """Return the (key, value) pairs of a dict, sorted if needed.

    Sorting fails for keys of different types, so non-string keys are
    removed or reported before sorting.
    """
    items = d.items()
    if sort_keys:
        if skipkeys:
            items = [item for item in items if isinstance(item[0], str)]
            items.sort()
        else:
            for key in d:
                if not isinstance(key, str):
                    raise TypeError("keys must be strings")
            items = sorted(items)
    return items

"#,
    ),
    (
        "plistlib.py",
        r"            if self._sort_keys:
                items = sorted(d.items())
            else:
                items = d.items()
",
        r"            items = _dict_items(d, self._sort_keys, self._skipkeys)",
    ),
    (
        "plistlib.py",
        r"            items = value.items()
            if self._sort_keys:
                items = sorted(items)
",
        r"            items = _dict_items(value, self._sort_keys, self._skipkeys)",
    ),
    (
        "plistlib.py",
        r"            if self._sort_keys:
                rootItems = sorted(value.items())
            else:
                rootItems = value.items()
",
        r"            rootItems = _dict_items(value, self._sort_keys, self._skipkeys)",
    ),
    // A listener tells when it cannot start.
    (
        "logging/config.py",
        r"import re",
        r"import re
import socket",
    ),
    (
        "logging/config.py",
        r"                     handler=None, ready=None, verify=None):",
        r"                     handler=None, ready=None, verify=None):
            try:
                infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except OSError:
                pass
            else:
                if not any(info[0] == socket.AF_INET for info in infos):
                    self.address_family = infos[0][0]",
    ),
    (
        "logging/config.py",
        r"            server = self.rcvr(port=self.port, handler=self.hdlr,
                               ready=self.ready,
                               verify=self.verify)",
        r"            try:
                server = self.rcvr(port=self.port, handler=self.hdlr,
                                   ready=self.ready,
                                   verify=self.verify)
            except BaseException:
                self.ready.set()
                raise",
    ),
    // Files that cannot be opened are errors of the record.
    (
        "logging/handlers.py",
        r"                                     time.strftime(self.suffix, timeTuple))",
        r"                                     time.strftime(self.suffix, timeTuple))
        self.rolloverAt = self.computeRollover(currentTime)",
    ),
    (
        "logging/handlers.py",
        r"            self.stream = self._open()
        self.rolloverAt = self.computeRollover(currentTime)",
        r"            self.stream = self._open()",
    ),
    (
        "logging/handlers.py",
        r"        self.reopenIfNeeded()
        logging.FileHandler.emit(self, record)",
        r"        try:
            self.reopenIfNeeded()
        except Exception:
            self.handleError(record)
        else:
            logging.FileHandler.emit(self, record)",
    ),
    (
        "logging/handlers.py",
        r"        self.socket = None
        self.createSocket()",
        r"        self.socket = None
        try:
            self.createSocket()
        except socket.gaierror:
            pass",
    ),
    // Opening fails as above, and handlers may be removed while others are called.
    (
        "logging/__init__.py",
        r"                self.stream = self._open()",
        r"                try:
                    self.stream = self._open()
                except Exception:
                    self.handleError(record)
                    return",
    ),
    (
        "logging/__init__.py",
        r"                self.handlers.remove(hdlr)",
        r"                handlers = self.handlers.copy()
                handlers.remove(hdlr)
                self.handlers = handlers",
    ),
    // Lines of modules in archives.
    (
        "linecache.py",
        r"            lazy_entry = _make_lazycache_entry(filename, module_globals)",
        r"            lazy_entry = _make_lazycache_entry(filename, module_globals)
        data = None",
    ),
    (
        "linecache.py",
        r"                entry = (
                    len(data),
                    None,
                    [line + '\n' for line in data.splitlines()],
                    fullname
                )
                cache[filename] = entry
                return entry[2]",
        r"        if data is None:
            try:
                data = _read_from_archive(fullname)
            except ImportError:
                return []
        if data is not None:
            entry = (
                len(data),
                None,
                [line + '\n' for line in data.splitlines()],
                fullname
            )
            cache[filename] = entry
            return entry[2]",
    ),
    (
        "linecache.py",
        r"    return lines
",
        r#"    return lines


def _read_from_archive(filename):
    """Return the decoded contents of a file inside an archive on sys.path.

    Path entry finders for archives, such as zipimport.zipimporter, have a
    get_data() method that reads files by their path below the archive,
    which is what __file__ and co_filename contain for modules imported
    from it.  The archive is one of the parent directories of the file, so
    look for a finder registered for one of them.  Return None if the file
    is not in such an archive.
    """
    import os
    import sys
    importers = sys.path_importer_cache
    if importers is None:
        return None
    path = filename
    while True:
        parent = os.path.dirname(path)
        if parent == path:
            return None
        path = parent
        get_data = getattr(importers.get(path), 'get_data', None)
        if get_data is None:
            continue
        try:
            data = get_data(filename)
        except (ImportError, OSError):
            continue
        import importlib.util
        try:
            return importlib.util.decode_source(data)
        except (UnicodeDecodeError, SyntaxError):
            return None
"#,
    ),
];
