import os, shutil, glob, pathlib, tempfile
d = os.path.realpath(os.environ.get('TMPDIR','/tmp')) + '/pyjit_pl_%d' % os.getpid()
os.mkdir(d); os.chdir(d); os.makedirs('x/y/z'); open('a.txt', 'w').close(); os.symlink('a.txt', 'ln'); open('x/f1','w').close(); open('x/y/f2','w').close()
import glob, pathlib, tempfile
print(sorted(glob.glob('*.txt')), sorted(glob.glob('**/f*', recursive=True)))
p = pathlib.Path('x'); print(sorted(str(q) for q in p.rglob('*')), (p/'f1').exists(), p.resolve() == pathlib.Path(d)/'x', (p/'n').write_text('hi'), (p/'n').read_text(), list((p).glob('n')), pathlib.Path('ln').is_symlink())
with tempfile.TemporaryDirectory(dir='.') as td: print(os.path.isdir(td))
with tempfile.NamedTemporaryFile(dir='.') as f: f.write(b'x'); f.flush(); print(os.path.getsize(f.name))
with tempfile.TemporaryFile() as f: f.write(b'abc'); f.seek(0); print(f.read())
os.chdir('/'); shutil.rmtree(d); print(os.path.exists(d))
