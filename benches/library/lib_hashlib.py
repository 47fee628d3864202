"""The hashlib module: many short messages and one long message, several algorithms."""

import hashlib
import hmac

SIZE = 80000
SMALL = 20


def run(n):
    digest = b""
    for i in range(n):
        digest = hashlib.sha256(digest + b"%d" % i).digest()
    block = b"0123456789abcdef" * 64
    longs = []
    for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b"):
        h = hashlib.new(name)
        for _ in range(n // 10):
            h.update(block)
        longs.append(h.hexdigest()[:8])
    key = hmac.new(b"key", digest, "sha256").hexdigest()[:8]
    return f"{digest.hex()[:16]} {' '.join(longs)} {key}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_hashlib", n, run(n))
