"""Hashes: all algorithms over block borders, copies, arguments, errors."""

import _blake2
import _md5
import _sha1
import _sha2
import _sha3


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


MAKERS = [
    _md5.md5, _sha1.sha1, _sha2.sha224, _sha2.sha256, _sha2.sha384, _sha2.sha512,
    _sha3.sha3_224, _sha3.sha3_256, _sha3.sha3_384, _sha3.sha3_512, _blake2.blake2b, _blake2.blake2s,
]
DATA = bytes(range(256)) * 3
for make in MAKERS:
    h = make()
    print(h.name, h.digest_size, h.block_size, h.hexdigest())
    for n in (1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 135, 136, 300):
        h.update(DATA[:n])
        c = h.copy()
        c.update(b"x")
    print(h.hexdigest(), c.digest() == h.digest(), make(bytearray(DATA)).digest()[:4].hex())
for make in (_sha3.shake_128, _sha3.shake_256):
    h = make(DATA)
    h.update(memoryview(b"more"))
    print(h.name, h.digest_size, h.block_size, h.hexdigest(7), h.digest(400)[-8:].hex(), h.hexdigest(0))
b = _blake2.blake2b
print(b(b"x", digest_size=20, key=b"key", salt=b"salt", person=b"me").hexdigest())
print(b(DATA, fanout=2, depth=2, leaf_size=4096, node_offset=1, node_depth=1, inner_size=64, last_node=True).hexdigest())
s = _blake2.blake2s
print(s(DATA, digest_size=7, key=b"k" * 32, node_offset=2**48 - 1).hexdigest(), s.MAX_KEY_SIZE, b.SALT_SIZE)
print(_md5.md5(string=b"a").hexdigest(), _sha2.sha256(b"", usedforsecurity=False).name)
show(_md5.md5, "x")
show(_md5.md5, 3)
show(_md5.md5, b"a", string=b"b")
show(b, digest_size=0)
show(b, digest_size=65)
show(b, b"", key=b"x" * 65)
show(s, salt=b"x" * 9)
show(_sha3.shake_128(b"").digest, -1)
show(_sha1.sha1().update, "x")
