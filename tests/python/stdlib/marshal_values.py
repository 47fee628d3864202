"""Values that marshal writes and reads, and bytes that it refuses."""
import marshal, sys
vals=[None,True,False,...,0,1,-1,2**31-1,-2**31,2**31,-2**31-1,10**40,-10**40,2**63,0.0,1.5,-0.0,float('inf'),1+2j,'','abc','é','\ud800','x'*300,b'',b'ab',(),(1,2),tuple(range(300)),[],[1,'a',[2]],{},{'a':1,2:(3,)},set(),{1,2,3},frozenset({1}),slice(1,None,2), StopIteration, 'name']
for ver in range(6):
    for v in vals:
        if ver<5 and type(v) is slice: continue
        b=marshal.dumps(v,ver)
        w=marshal.loads(b)
        assert repr(w)==repr(v) or w==v,(ver,v,w)
print('ok')
l=[1]; l.append(l)
m=marshal.loads(marshal.dumps(l)); print(m[0], m[1] is m)
d={}; d['x']=d
m=marshal.loads(marshal.dumps(d)); print(m['x'] is m)
for bad in (object(), [object()], int, type('I',(int,),{})(3)):
    try: marshal.dumps(bad); print('no')
    except ValueError as e: print(e)
for bad in (b'', b'i', b'\xff', b'(\xff\xff\xff\xff', b'r\0\0\0\0', b'l\1\0\0\0\xff\xff', b'0', b'z\5ab', b'u\2\0\0\0\xff\xfe', b'[\1\0\0\0', b'c\5'):
    try: print(marshal.loads(bad))
    except (ValueError,EOFError,TypeError) as e: print(type(e).__name__, e if bad[:1]!=b'c' else '')
x=[]
for i in range(2500): x=[x]
try: marshal.dumps(x); print('deep')
except ValueError as e: print(e)
code=compile('def f(a,b=(1,2)):\n return a+b[0]\nprint(f(1))','<x>','exec')
exec(marshal.loads(marshal.dumps(code)))
exec(marshal.loads(marshal.dumps([code,{'c':code}]))[1]['c'])
for f in (lambda: marshal.dumps(code,allow_code=False), lambda: marshal.loads(marshal.dumps(code),allow_code=False)):
    try: f()
    except ValueError as e: print(e)
print(marshal.loads(marshal.dumps(bytearray(b'xy'))), marshal.loads(marshal.dumps(memoryview(b'xy'))), marshal.version)
import io
f=io.BytesIO(); marshal.dump(1,f); marshal.dump('b',f); marshal.dump([3],f); f.seek(0); print(marshal.load(f),marshal.load(f),marshal.load(f))
