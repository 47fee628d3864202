"""Hashes by name, keyed hashes, and keys derived from passwords."""

import hashlib
import hmac

import _hashlib


def show(f, *args, **kw):
    try:
        r = f(*args, **kw)
        print(r.hex() if isinstance(r, bytes) else r)
    except Exception as e:
        print(type(e).__name__, e)


for name in sorted(hashlib.algorithms_guaranteed):
    h = hashlib.new(name, b"one")
    h.update(b"two")
    size = (20,) if name.startswith("shake") else ()
    c = h.copy()
    h.update(b"three")
    print(h.name, h.digest_size, h.block_size, h.hexdigest(*size), c.digest(*size).hex()[:8])
print(type(hashlib.sha256()), type(hashlib.shake_128()).__mro__[:2], hashlib.new("SHA-256").name)
print(repr(hashlib.md5()).split("@")[0], repr(hashlib.shake_256()).split("@")[0])
show(hashlib.new, "nothing")
show(hashlib.new, 5)
show(hashlib.sha256, "text")
show(type(hashlib.sha256()))

show(hmac.digest, b"key", b"message", "sha512")
show(hmac.new(b"key", b"message", hashlib.sha3_256).hexdigest)
h = hmac.new(b"key" * 99, digestmod="md5")
h.update(b"message")
print(h.name, h.digest_size, h.block_size, h.hexdigest(), h.copy().hexdigest() == h.hexdigest())
show(_hashlib.hmac_digest, b"key", b"message", "sha1")
show(_hashlib.hmac_digest, b"key", b"message", 5)
show(_hashlib.hmac_new, b"key", b"message")
show(hmac.compare_digest, b"a", b"a")

for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256"):
    show(hashlib.pbkdf2_hmac, name, b"password", b"salt", 50)
show(hashlib.pbkdf2_hmac, "sha256", b"password" * 20, b"salt", 3, 99)
show(hashlib.pbkdf2_hmac, "sha256", b"p", b"s", 0)
show(hashlib.pbkdf2_hmac, "sha256", b"p", b"s", 1, 0)
show(hashlib.pbkdf2_hmac, "sha256", "p", b"s", 1)
show(hashlib.scrypt, b"", salt=b"", n=16, r=1, p=1, dklen=64)
show(hashlib.scrypt, b"password", salt=b"NaCl", n=128, r=8, p=3, dklen=40)
show(hashlib.scrypt, b"p", salt=b"s", n=2, r=3, p=2)
show(hashlib.scrypt, b"p", salt=b"s", n=3, r=8, p=1)
show(hashlib.scrypt, b"p", salt=b"s", n=16, r=8, p=0)
show(hashlib.scrypt, b"p", salt=b"s", n=1 << 20, r=8, p=1)
show(hashlib.scrypt, b"p", salt=b"s", n=16, r=8, p=1, dklen=0)
