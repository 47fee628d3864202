"""With a chosen seed hashes are CPython's."""
import os
import subprocess
import sys

code = "print([hash(x) & (1 << 60) - 1 for x in ('', 'abc', b'abc', 'abcdefghijk', '\\xe4\\xfa', '\\xe4\\u2211\\u2107', '\\U0001f600x')])"
for seed in "0", "42", "4294967295":
    env = dict(os.environ, PYTHONHASHSEED=seed)
    out = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    print(out.stdout.strip(), out.stderr)
