"""A module that was moved together with its cache knows where it is."""
import os
import subprocess
import sys
import tempfile

SOURCE = '''
class C:
    def method(self):
        return [lambda: 1 / 0][0]

def names():
    yield C.method.__code__
    yield C().method().__code__
'''
PROGRAM = '''
import sys
sys.path.insert(0, sys.argv[1])
import moved
print(*(code.co_filename.replace(sys.argv[1], 'HERE') for code in moved.names()))
try:
    moved.C().method()()
except ZeroDivisionError as e:
    print(e.__traceback__.tb_next.tb_frame.f_code.co_filename.replace(sys.argv[1], 'HERE'))
'''

ENVIRONMENT = {k: v for k, v in os.environ.items() if k != 'PYTHONDONTWRITEBYTECODE'}

with tempfile.TemporaryDirectory() as top:
    first, second = os.path.join(top, 'first'), os.path.join(top, 'second')
    os.mkdir(first)
    with open(os.path.join(first, 'moved.py'), 'w') as f:
        f.write(SOURCE)
    for folder in first, second:
        r = subprocess.run([sys.executable, '-c', PROGRAM, folder], capture_output=True, text=True, env=ENVIRONMENT)
        print(r.stdout, r.stderr[-200:], end='')
        if folder == first:
            print(len(os.listdir(os.path.join(first, '__pycache__'))))
            os.rename(first, second)
