# Methods and operators of str: results, and errors with their messages.
EXPR = r"""
'%d' % 'x'
'%x' % 1.5
'%c' % 'ab'
'%c' % -1
'%c' % 1.5
'%c' % (2**80)
'%f' % 'x'
'%*d' % ('a',1)
'%(a)s' % 3
'%s%s' % 1
'%s' % (1,2)
'%y' % 1
'%' % 1
'{}'.format()
'{a}'.format()
'{}'.format_map({})
'{!z}'.format(1)
'{:{:{}}}'.format(1,2,3)
'%d' % 1j
'%d' % float('nan')
'%d' % None
'%*d' % (2**70,1)
'%.*f' % (2**40,1)
'%d %i %u %o %x %X %#x %e %E %g %G %f %F %c %r %s %a %%' % (1,2,3,8,255,255,255,1.5,1.5,1.5,1.5,2.5,2.5,65,'q','s','é')
'%-5d|%05d|%+d|% d|%.3d|%5.1f|%-6s|%.2s' % (1,2,3,4,5,6.25,'ab','xyz')
'%(a)s %(b)5d %%' % {'a': 1, 'b': 2}
'%s' % {'a': 1}, '%s' % [1], '%s' % ((1,2),), 'x' % (), 'x' % {}, 'x' % []
'x' % 1
'%(a)s %s' % {'a': 1}
'{0}{1}{0}'.format('a', 'b'), '{a.real}{b[0]}{b[x]}'.format(a=1, b={0: 'z', 'x': 'y'}), '{:>5}|{:<5}|{:^5}|{:*^5}'.format(1, 2, 3, 4)
'{{}}'.format(), '{!r:>5}'.format('a'), '{:{w}.{p}f}'.format(3.14159, w=10, p=2), '{:,}'.format(1234567), '{!s}{!a}'.format('é', 'é')
'{'.format()
'}'.format()
'{0'.format(1)
'{} {0}'.format(1)
'{0} {}'.format(1)
'{0.x}'.format(1)
'{0[}'.format(3)
'{0.}'.format(3)
'{0[a]}'.format([1])
'{:d}'.format('x')
'{:5.2s}|'.format('abc'), '{:=5}'.format(3)
'{:=5}'.format('x')
'{:+}'.format('x')
'{:.1}'.format('é中')
format('x', 3)
'x'.__format__(3)
'{:x}'.format(object())
'{:5}'.format(None)
'{:5}'.format([1])
'a'+1
'a'+b'x'
1+'a'
'a'*'b'
'a'*2.0
'a'*-1, 'ab'*3, 3*'ab', True*'x'
'a'[1]
S['b']
S[1.0]
'a'[2**80]
'abcdef'[::2], 'aécdef'[::-1], 'aé中x'[1:3], 'aé中x'[-1], 'abc'[5:], 'abc'[:-1], 'héllo'[0:100:2]
3 in 'a'
'a' < 3
'a' == 3, 'a' != b'a', 'a' < 'b', 'é' > 'z', '\ud800' < '\U00010000'
'a'.index('b')
'a'.find(3)
'a'.replace('a', 3)
'aaa'.replace('a', 'b', 2), 'aaa'.replace('', '-'), 'aaa'.replace('a', '', count=1), 'abc'.replace('x', 'y')
'a'.split(3)
'a'.split('')
'a'.join(3)
'a'.join([1])
'a'.join(['x', b'y'])
','.join('abc'), ','.join([]), ','.join(x for x in 'ab'), ''.join(['é', 'x'])
'a'.startswith(3)
'a'.startswith((3,))
'a'.startswith()
'abc'.startswith('bc', 1), 'abc'.endswith(('x', 'c')), 'abc'.startswith('', 5), 'abc'.find('', 3), 'abc'.find('', 4), 'abc'.rfind(''), 'aé中aé'.rfind('é'), 'aé中aé'.find('é', 2), 'ababab'.count('ab'), 'abc'.count('')
'a'.center('x')
'a'.center(3, 'xx')
'a'.center(3, 3)
'a'.center(4), 'a'.center(5, '*'), 'ab'.center(5, '*'), 'é'.ljust(3, '中'), 'é'.rjust(3), '-1'.zfill(4), '+é'.zfill(5)
'a'.strip(3)
' a '.strip(), 'xax'.strip('x'), '\u3000a\u2003'.strip(), 'éaé'.lstrip('é'), 'aé中'.rstrip('中é')
'a'.partition('')
'a'.partition(3)
'a-b-c'.partition('-'), 'a-b-c'.rpartition('-'), 'a'.partition('-'), 'a'.rpartition('-')
'a b  c'.split(), 'a,b,c'.split(',', 1), 'a,b,c'.rsplit(',', 1), ' a  b '.rsplit(None, 1), 'a\x1cb\u2028c'.splitlines(), 'a\r\nb\n'.splitlines(True)
'a'.translate(3)
'a'.translate({97: 'xyz'}), 'abc'.translate({97: None, 98: 0x4e2d}), 'abc'.translate(str.maketrans('ab', 'xy', 'c')), 'abc'.translate('x'*98 + 'é')
'a'.translate({97: 2**40})
'a'.translate({97: 1.5})
str.maketrans(1)
str.maketrans('a', 'bc')
str.maketrans({'ab': 1})
str.maketrans({1.5: 1})
str.maketrans('a', 1)
str.maketrans(1, 'a')
str.maketrans('a', 'b', 3)
str.maketrans({'a': 1, 5: 'x'})
'ß'.upper(), 'İ'.lower(), 'ΑΣ'.lower(), 'ǆ'.title(), 'straße'.casefold(), 'hello world'.title(), "they're".title(), 'éCOLE'.capitalize(), 'aÉß'.swapcase()
'abc'.isalpha(), 'é中'.isalpha(), '½'.isnumeric(), '²'.isdigit(), '٣'.isdecimal(), 'a b'.isidentifier(), 'é'.isidentifier(), ''.isprintable(), '\n'.isprintable(), 'Ab Cd'.istitle(), '\u3000'.isspace(), 'AÉ'.isupper(), 'aé'.islower(), 'é'.isascii()
'a\tbc\td'.expandtabs(), 'a\tb'.expandtabs(4), 'é\tb'.expandtabs(4), 'a\n\tb'.expandtabs(2)
'abc'.removeprefix('ab'), 'abc'.removesuffix('c'), 'abc'.removeprefix('x')
'a'.removeprefix(3)
repr('a\'b'), repr("a'\"b"), repr('\n\t\\\x00\x7f\x80é\u2028\ud800\U0001f600\U000e0001'), ascii('é中\U0001f600')
str(3), str(), str('x'), str(object=4), str(b'x'), str(None)
str(foo=3)
'a'.encode(foo=3)
hash('') == 0, hash('abc') == hash('ab' + 'c')
'abc'.__getnewargs__(), 'a'.__len__(), 'abc'.__contains__('b'), 'abc'.__hash__() == hash('abc')
len('a\ud800\U0001f600'), list('aé中\U0001f600'), [ord(c) for c in '\ud800x']
'x'.upper() == 'X', ('a' * 1000)[500], ('é' * 1000)[500], ('é' * 1000 + 'x')[-1], ('中' * 3000).find('x'), len(('é' * 100000)[1:-1])
chr(0x110000)
ord('ab')
chr(-1)
'\N{LATIN SMALL LETTER A}'
'a'.zfill('x')
'a'.expandtabs('x')
'a'.split(maxsplit='x')
'a b c'.split(maxsplit=1), 'a-b'.split(sep='-')
'a'.splitlines(keepends=1)
'abc'.index('c', 0, 2)
'a'.find('a', 'x')
'a'.find('a', None, None), 'aaa'.find('a', -1), 'aaa'.find('a', -100, 100), 'aaa'.find('a', 2**70), 'aaa'.rfind('a', -2**70)
'a'.find()
'a'.find('a', 1, 2, 3)
'a'.isalpha(3)
'a'.join()
'a'.foo
str.join(3, [])
str.upper(3)
str.upper()
'a'.__add__(3)
'a'.__eq__(3), 'a'.__lt__(3)
'%s' % '\ud800', '%5s|%-5s|' % ('é', '中'), '%.1s' % '中é', '%c%c' % ('é', 0x4e2d)
'%(x)s' % {'y': 1}
'%.3r' % 'abcdef', '%5c|' % 'x', '%+s' % 'x'
"""
S = 'a'
for e in EXPR.strip().split('\n'):
    try:
        print(e, '->', ascii(eval(e)))
    except BaseException as x:
        print(e, '!!', type(x).__name__, ascii(str(x)), x.args if 'Unicode' in type(x).__name__ else '')
