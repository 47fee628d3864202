# TLS between two ends in one process, over queues of bytes. The certificate is
# this program's own; it says who it is for until 2126.
import os
import ssl
import tempfile

CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIICBjCCAa2gAwIBAgIUVUQ85vDAsZYuJV8uifTVjLJAIsUwCgYIKoZIzj0EAwIw
ODELMAkGA1UEBhMCREUxEDAOBgNVBAoMB0V4YW1wbGUxFzAVBgNVBAMMDnNlcnZl
ci5leGFtcGxlMCAXDTI2MTEyMzAzMTY0NFoYDzIxMjYxMDMwMDMxNjQ0WjA4MQsw
CQYDVQQGEwJERTEQMA4GA1UECgwHRXhhbXBsZTEXMBUGA1UEAwwOc2VydmVyLmV4
YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASswTmedwwkdzLm9VtdlyHS
J4GK7FkMhuBRop7XJchzmFjDqVtmEwQQ43+wWsKj/WOocaMd0riNxhUwGd7f4eck
o4GSMIGPMB0GA1UdDgQWBBTEaV2nPNFOSnbs67lj9pVYN5zkqjAfBgNVHSMEGDAW
gBTEaV2nPNFOSnbs67lj9pVYN5zkqjAvBgNVHREEKDAmgg5zZXJ2ZXIuZXhhbXBs
ZYIOKi50ZXN0LmV4YW1wbGWHBH8AAAEwDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8E
BAMCB4AwCgYIKoZIzj0EAwIDRwAwRAIgO0Hp7qoepLsa0aKIFZCEJ/Oi5FsbbxnH
yvq4riJX24oCICCWE2sUEq4mLf+UJqcwtB9TXlEHx8XpVCO4WFhqriWD
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBmw0VJK1WhgBFZLo
C03fUPt8nnM/XqSfU9toc8x6khyhRANCAASswTmedwwkdzLm9VtdlyHSJ4GK7FkM
huBRop7XJchzmFjDqVtmEwQQ43+wWsKj/WOocaMd0riNxhUwGd7f4eck
-----END PRIVATE KEY-----
"""


def server_context():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "both.pem")
        with open(path, "w") as f:
            f.write(KEY + CERTIFICATE)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
    return context


def client_context():
    context = ssl.create_default_context(cadata=CERTIFICATE)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


class End:
    def __init__(self, context, **more):
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, **more)
        self.done = False

    def step(self, other):
        try:
            if not self.done:
                self.tls.do_handshake()
                self.done = True
        except ssl.SSLWantReadError:
            pass
        finally:
            other.incoming.write(self.outgoing.read())


def connect(name, client=None, server=None):
    a = End(client or client_context(), server_hostname=name)
    b = End(server or server_context(), server_side=True)
    for _ in range(10):
        a.step(b)
        b.step(a)
        if a.done and b.done:
            return a, b


a, b = connect("server.example")
print(a.tls.version(), b.tls.version(), a.tls.server_hostname, b.tls.server_side)
certificate = a.tls.getpeercert()
for key in sorted(certificate):
    if key != "serialNumber":
        print(key, certificate[key])
der = ssl.PEM_cert_to_DER_cert(CERTIFICATE)
print(a.tls.getpeercert(True) == der, b.tls.getpeercert())
print([c == der for c in a.tls.get_unverified_chain()])

# Data, much of it, and the goodbye.
data = bytes(range(256)) * 1000
print(a.tls.write(b"hello"), a.tls.write(data))
b.incoming.write(a.outgoing.read())
print(b.tls.read(5))
got = b""
while len(got) < len(data):
    got += b.tls.read(1 << 16)
print(got == data)
try:
    b.tls.read(1)
except ssl.SSLWantReadError as e:
    print(type(e).__name__, e.errno == ssl.SSL_ERROR_WANT_READ)
buffer = bytearray(8)
b.tls.write(b"answer")
a.incoming.write(b.outgoing.read())
print(a.tls.read(8, buffer), buffer)

# What the client does not accept.
for name in "x.test.example", "127.0.0.1", "other.example":
    try:
        print(name, connect(name) is not None)
    except ssl.SSLCertVerificationError as e:
        print(name, e.verify_code, e.reason, isinstance(e, ValueError))
stranger = ssl.create_default_context(cadata=CERTIFICATE)
stranger.check_hostname = False
stranger.verify_mode = ssl.CERT_NONE
print(connect("other.example", stranger) is not None)

# Protocols.
client, server = client_context(), server_context()
client.set_alpn_protocols(["h2", "http/1.1"])
server.set_alpn_protocols(["http/1.1"])
client.maximum_version = ssl.TLSVersion.TLSv1_2
a, b = connect("server.example", client, server)
print(a.tls.version(), a.tls.selected_alpn_protocol(), b.tls.selected_alpn_protocol())

for wrong in (
    lambda: client_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO()),
    lambda: client_context().load_verify_locations(),
    lambda: setattr(client_context(), "verify_mode", ssl.CERT_NONE),
):
    try:
        wrong()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
queue = ssl.MemoryBIO()
queue.write(b"abc")
queue.write_eof()
print(queue.pending, queue.eof, queue.read(), queue.eof)
