# memoryview: geometry, casts, items, exports, the buffer protocol.
EXPR = r"""
m.format
m.cast('d').format
m.cast('F')
m.cast('n').format
m.cast('@i').format
m.cast('<i')
m.cast('x')
m.cast('i', [2]).shape
m.cast('B',[2,4]).tolist()
m.cast('B',[2,4])[1]
m.cast('B',[2,4])[1,2]
m.cast('B',[2,4])[1,9]
m.cast('B',[2,4])[0:1].shape
m.cast('B',[2,4])[0:1].tolist()
m.cast('B',[2,4])[1,2,3]
m.cast('B',[2,4])[0:1,0:1]
m.cast('i')[0]
m.cast('i').cast('f')
m['x']
m[9]
m[0]
m[-1]
m[::2].tolist()
m[::-1].tolist(), m[::-1].strides, m[5:1:-2].tobytes()
m[::2].cast('b')
m[::2].tobytes()
m[1:3].obj
m.hex()
m.hex(':',2)
(m.nbytes,m.itemsize,m.ndim,m.shape,m.strides,m.suboffsets,m.readonly,m.c_contiguous,m.f_contiguous,m.contiguous)
(m[::2].strides,m[::2].contiguous,m[::2].nbytes)
m.toreadonly()[0]
m.toreadonly().__setitem__(0,1)
m.__setitem__(0,256)
m.__setitem__(0,'x')
m.__setitem__(0,b'x')
m.__setitem__(slice(0,2),b'x')
m.__setitem__(slice(0,2),b'xy'), bytes(ba)
m.__delitem__(0)
hash(m)
hash(memoryview(b'abc'))==hash(b'abc')
m == b'abcdefgh'
m == 3
m < m
repr(m)[:10]
m.release()
(m.release(), m[0])
(m.release(), repr(m)[:20])
(m.release(), m.tobytes())
(m.release(), m.release())
m.tobytes('x')
m.tobytes('F')
m.tobytes(None), m.tobytes(order='A')
m.cast('i').tolist()
m.cast('?').tolist()
m.cast('c').tolist()
m.cast('c')[0]
m.cast('P')[0]
m.cast('e').tolist()
m.cast('q').tolist(), m.cast('b').tolist(), m.cast('H').tolist(), m.cast('d').tolist(), m.cast('f').tolist()
memoryview(3)
memoryview('x')
memoryview()
list(m)
list(reversed(m))
97 in m
m.count(97)
m.index(98)
m.index(200)
m.cast('i').__setitem__(0, 2**40)
m.cast('i').__setitem__(0, 1.5)
m.cast('f').__setitem__(0, 'x')
m.cast('c').__setitem__(0, 1)
m.cast('c').__setitem__(0, b'ab')
m.cast('i').__setitem__(0, -5), bytes(ba)
m.cast('e').__setitem__(0, 1.5), m.cast('d').__setitem__(0, 2), bytes(ba)
m.cast('?').__setitem__(0, []), bytes(ba)
m.cast('B',[3])
m.cast('B',[])
m.cast('B',[0,2])
m.cast('B',[2,4]).cast('i').tolist()
m.cast('B',[2,4]).cast('B',[4,2])
len(m.cast('B',[2,4]))
len(memoryview(b'')[0:0])
memoryview(b'a').cast('B',())[()]
memoryview(b'a').cast('B',[])[0]
len(memoryview(b'a').cast('B',[]))
memoryview(b'a').cast('B',[])[...].tolist()
m[...]
m[()]
m.cast(3)
m.__buffer__(0).tolist()
m.cast('Z')
m._from_flags(b'a',0).tolist()
m.cast('B',[2,4]).tobytes('F')
m.cast('B',[2,4]).f_contiguous
m.cast('H')==m.cast('h')
m.cast('B',[2,4])==m
m.__eq__(m.cast('d'))
type(m)[int]
m.__enter__().tolist()
iter(m.cast('B',[2,4]))
m.cast('B', 3)
m.cast('B',['x'])
m.cast('B',[-1])
m[2**70]
m.__setitem__(slice(0,2),3)
m.cast('h').__setitem__(slice(0,1), b'ab')
m.__setitem__(slice(0,4), m[4:8]), bytes(ba)
m.__setitem__(slice(0,6), m[2:8]), bytes(ba)
m.__setitem__(slice(0,8,2), b'WXYZ'), bytes(ba)
ba.append(1)
ba.__setitem__(slice(0,2), b'xyz')
ba.__delitem__(0)
(m.release(),ba.append(1), ba)
memoryview(memoryview(b'a')).obj
memoryview(object=b'a').tolist()
m.count('x')
m.index(97,3)
m.cast('N').format
b'abc'.__buffer__(0).tolist()
b'abc'.__buffer__(1)
bytearray(b'abc').__buffer__(1).readonly
bytes(m), bytearray(m), b'x' + m, b''.join([m, m]), str(m, 'ascii'), int(memoryview(b'12')), m in [b'abcdefgh']
bytes(m[::2]), b'abc'.find(memoryview(b'c')), bytearray(b'xy') + m[::3]
memoryview(B2())
isinstance(m, memoryview), issubclass(memoryview, object)
type('X', (memoryview,), {})
"""
class B:
    def __buffer__(self, flags):
        return memoryview(b'qq')
    def __release_buffer__(self, view):
        print('released', view.tobytes())
class B2:
    def __buffer__(self, flags):
        return 3
for e in EXPR.strip().split('\n'):
    ba=bytearray(b'abcdefgh'); m=memoryview(ba)
    try:
        print(e, '->', repr(eval(e)))
    except BaseException as x:
        print(e, '!!', type(x).__name__, x)
with memoryview(bytearray(b'abc')) as v:
    print(v[0])
try: v[0]
except ValueError as e: print(e)
