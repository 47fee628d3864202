//! Faults of modules for mail, the web and addresses.

/// As the patches of the build script.
pub const FIXES: &[(&str, &str, &str)] = &[
    // Paths keep bytes that are no text.
    (
        "nturl2path.py",
        r"    #   C:\foo\bar\spam.foo
    import urllib.parse",
        r"    #   C:\foo\bar\spam.foo
    import sys
    import urllib.parse",
    ),
    (
        "nturl2path.py",
        r"    import urllib.parse
    if url[:3] == '///':",
        r"    import urllib.parse
    encoding = sys.getfilesystemencoding()
    errors = sys.getfilesystemencodeerrors()
    if url[:3] == '///':",
    ),
    (
        "nturl2path.py",
        r"    return urllib.parse.unquote(url.replace('/', '\\'))",
        r"    return urllib.parse.unquote(url.replace('/', '\\'),
                                encoding=encoding, errors=errors)",
    ),
    (
        "nturl2path.py",
        r"    import ntpath",
        r"    import ntpath
    import sys",
    ),
    (
        "nturl2path.py",
        r"    import urllib.parse
    # First, clean up some special forms. We are going to sacrifice",
        r"    import urllib.parse
    encoding = sys.getfilesystemencoding()
    errors = sys.getfilesystemencodeerrors()
    # First, clean up some special forms. We are going to sacrifice",
    ),
    (
        "nturl2path.py",
        r"        drive = urllib.parse.quote(drive, safe='/:')",
        r"        drive = urllib.parse.quote(drive, encoding=encoding, errors=errors,
                                   safe='/:')",
    ),
    (
        "nturl2path.py",
        r"    tail = urllib.parse.quote(tail)",
        r"    tail = urllib.parse.quote(tail, encoding=encoding, errors=errors)",
    ),
    // Visible headers of Babyl are read from the start.
    (
        "mailbox.py",
        r"                vis_generator.flatten(message.get_visible())",
        r"                vis_generator.flatten(message.get_visible())
                vis_buffer.seek(0)",
    ),
    // An address with quoted parts is quoted still when it is folded.
    (
        "email/_header_value_parser.py",
        r"        return comments",
        r"        return comments

    def contains_token_type(self, *token_types):
        if self.token_type in token_types:
            return True
        for t in self:
            if t.contains_token_type(*token_types):
                return True
        return False",
    ),
    (
        "email/_header_value_parser.py",
        r"    def comments(self):
        return []
",
        r"    def comments(self):
        return []

    def contains_token_type(self, *token_types):
        return self.token_type in token_types
",
    ),
    (
        "email/_header_value_parser.py",
        r"            if part.token_type in ('ptext', 'vtext'):",
        r"            if part.token_type == 'ptext' or part.contains_token_type('vtext'):",
    ),
    // A damaged multipart in a multipart has no body.
    (
        "email/message.py",
        r"        if maintype != 'multipart' or not self.is_multipart():",
        r"        if maintype != 'multipart' or not part.is_multipart():",
    ),
    // The character set of a text is the one that is written.
    (
        "email/contentmanager.py",
        r"    _prepare_set(msg, 'text', subtype, headers)",
        r"    _prepare_set(msg, 'text', subtype, headers)

    cs = email.charset.Charset(charset)
    charset = cs.output_charset",
    ),
    (
        "email/contentmanager.py",
        r"    msg.set_param('charset',
                  email.charset.ALIASES.get(charset, charset),
                  replace=True)",
        r"    msg.set_param('charset', charset, replace=True)",
    ),
    // Versions of cookies are not negative; other programs write files a little differently.
    (
        "http/cookiejar.py",
        r##"NETSCAPE_MAGIC_RGX = re.compile("#( Netscape)? HTTP Cookie File")"##,
        r##"NETSCAPE_MAGIC_RGX = re.compile("#( Netscape)? HTTP Cookie File",
                                re.IGNORECASE | re.ASCII)"##,
    ),
    (
        "http/cookiejar.py",
        r"            return False
        if cookie.version > 0 and not self.rfc2965:",
        r#"            return False
        if cookie.version < 0:
            _debug("   negative version attribute (%s=%s)",
                   cookie.name, cookie.value)
            return False
        if cookie.version > 0 and not self.rfc2965:"#,
    ),
    (
        "http/cookiejar.py",
        r"    def return_ok_version(self, cookie, request):",
        r#"    def return_ok_version(self, cookie, request):
        if cookie.version < 0:
            _debug("   negative version attribute")
            return False"#,
    ),
    (
        "http/cookiejar.py",
        r"            except ValueError:
                return None  # invalid version, ignore cookie",
        r"            except ValueError:
                return None  # invalid version, ignore cookie
            if version < 0:
                return None  # invalid version, ignore cookie",
    ),
    (
        "http/cookiejar.py",
        r#"                if expires == "":"#,
        r#"                if expires == "0" or expires == "":"#,
    ),
    // An empty token is not the end of the file.
    ("netrc.py", r#"        token = """#, r"        token = None"),
    (
        "netrc.py",
        r#"                continue
            if ch == '"':"#,
        r#"                continue
            token = ""
            if ch == '"':"#,
    ),
    (
        "netrc.py",
        r"            if not tt:",
        r"            if tt is None:",
    ),
    (
        "netrc.py",
        r"            elif tt[0] == '#':",
        r"            elif tt.startswith('#'):",
    ),
    (
        "netrc.py",
        r"                if tt.startswith('#'):",
        r"                if tt is not None and tt.startswith('#'):",
    ),
    (
        "netrc.py",
        r"                if tt in {'', 'machine', 'default', 'macdef'}:",
        r"                if tt in {None, 'machine', 'default', 'macdef'}:",
    ),
    (
        "netrc.py",
        r"                    login = lexer.get_token()",
        r"                    login = lexer.get_token() or ''",
    ),
    (
        "netrc.py",
        r"                    account = lexer.get_token()",
        r"                    account = lexer.get_token() or ''",
    ),
    (
        "netrc.py",
        r"                    password = lexer.get_token()",
        r"                    password = lexer.get_token() or ''",
    ),
    // Capabilities can still be asked for after they were refreshed.
    (
        "imaplib.py",
        r"
        self._refresh_capabilities()
        if __debug__:",
        r"
        self._refresh_capabilities(consume=True)
        if __debug__:",
    ),
    (
        "imaplib.py",
        r"    def _refresh_capabilities(self):",
        r"    def _refresh_capabilities(self, consume=False):",
    ),
    (
        "imaplib.py",
        r"            dat = self.untagged_responses.pop('CAPABILITY')[-1]",
        r"            dat = self.untagged_responses['CAPABILITY'][-1]
            if consume:
                del self.untagged_responses['CAPABILITY']",
    ),
    // An endless answer is an error.
    (
        "http/client.py",
        r"_MAXHEADERS = 100",
        r"_MAXHEADERS = 100

_MAXINTERIMRESPONSES = 100",
    ),
    (
        "http/client.py",
        r"        # read until we get a non-100 response
        while True:",
        r"        # read until we get a non-100 response
        for _ in range(_MAXINTERIMRESPONSES):",
    ),
    (
        "http/client.py",
        r"            del skipped_headers",
        r#"            del skipped_headers
        else:
            raise HTTPException(
                f"got more than {_MAXINTERIMRESPONSES} interim responses")"#,
    ),
    (
        "http/client.py",
        r"        ### note: we shouldn't have any trailers!",
        r"        ### note: we shouldn't have any trailers!
        trailers_read = 0",
    ),
    (
        "http/client.py",
        r"            if line in (b'\r\n', b'\n', b''):
                break
",
        r#"            if line in (b'\r\n', b'\n', b''):
                break
            trailers_read += 1
            if trailers_read > _MAXHEADERS:
                raise HTTPException(
                    f"got more than {_MAXHEADERS} trailers")
"#,
    ),
    (
        "http/client.py",
        r#"            value_bytes = value.encode("latin-1")"#,
        r#"            value_bytes = str(value).encode("latin-1")"#,
    ),
    // A password for one scheme is none for another.
    (
        "urllib/request.py",
        r"                self.reduce_uri(u, default_port) for u in uri)",
        r"                self._reduce_uri_with_scheme(u, default_port) for u in uri)",
    ),
    (
        "urllib/request.py",
        r"        for default_port in True, False:
            reduced_authuri = self.reduce_uri(authuri, default_port)
            for uris, authinfo in domains.items():",
        r"        for default_port in True, False:
            reduced_authuri = self._reduce_uri_with_scheme(
                authuri, default_port)
            for uris, authinfo in domains.items():",
    ),
    (
        "urllib/request.py",
        r"                    if self.is_suburi(uri, reduced_authuri):",
        r"                    if self._is_suburi_with_scheme(uri, reduced_authuri):",
    ),
    (
        "urllib/request.py",
        r"        return authority, path",
        r"        return authority, path

    def _reduce_uri_with_scheme(self, uri, default_port=True):
        parts = urlsplit(uri)
        scheme = parts[0] if parts[1] else None
        return (scheme or None, *self.reduce_uri(uri, default_port))

    def _is_suburi_with_scheme(self, base, test):
        if (base[0] is not None and test[0] is not None and
                base[0] != test[0]):
            return False
        return self.is_suburi(base[1:], test[1:])",
    ),
    (
        "urllib/request.py",
        r"                reduced_uri = self.reduce_uri(u, default_port)",
        r"                reduced_uri = self._reduce_uri_with_scheme(u, default_port)",
    ),
    (
        "urllib/request.py",
        r"        for default_port in True, False:
            reduced_authuri = self.reduce_uri(authuri, default_port)
            for uri in self.authenticated:",
        r"        for default_port in True, False:
            reduced_authuri = self._reduce_uri_with_scheme(
                authuri, default_port)
            for uri in self.authenticated:",
    ),
    (
        "urllib/request.py",
        r"            for uri in self.authenticated:
                if self.is_suburi(uri, reduced_authuri):",
        r"            for uri in self.authenticated:
                if self._is_suburi_with_scheme(uri, reduced_authuri):",
    ),
    // The long form of an address keeps its scope.
    (
        "ipaddress.py",
        r"            ip_str = str(self)",
        r"            ip_str = self._string_from_ip_int(self._ip)",
    ),
    (
        "ipaddress.py",
        r"        parts = [hex_str[x:x+4] for x in range(0, 32, 4)]
        if isinstance(self, (_BaseNetwork, IPv6Interface)):
            return '%s/%d' % (':'.join(parts), self._prefixlen)
        return ':'.join(parts)",
        r"        exploded = ':'.join([hex_str[x:x+4] for x in range(0, 32, 4)])
        if isinstance(self, _BaseNetwork):
            return '%s/%d' % (exploded, self._prefixlen)
        if self._scope_id:
            exploded = '%s%%%s' % (exploded, self._scope_id)
        if isinstance(self, IPv6Interface):
            return '%s/%d' % (exploded, self._prefixlen)
        return exploded",
    ),
    // A bad request is answered with a status line.
    (
        "http/server.py",
        r"            except (ValueError, IndexError):",
        r"            except (ValueError, IndexError):
                self.request_version = ''",
    ),
    (
        "http/server.py",
        r#"                return False
            if version_number >= (1, 1) and self.protocol_version >= "HTTP/1.1":"#,
        r#"                return False
            self.request_version = version
            if version_number >= (1, 1) and self.protocol_version >= "HTTP/1.1":"#,
    ),
    (
        "http/server.py",
        r#"                    "Invalid HTTP version (%s)" % base_version_number)
                return False
            self.request_version = version
"#,
        r#"                    "Invalid HTTP version (%s)" % base_version_number)
                return False
"#,
    ),
    (
        "http/server.py",
        r"        if not 2 <= len(words) <= 3:",
        r"        if not 2 <= len(words) <= 3:
            self.request_version = ''",
    ),
    (
        "http/server.py",
        r"            if command != 'GET':",
        r"            if command != 'GET':
                self.request_version = ''",
    ),
];
