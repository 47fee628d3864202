# Codecs of Chinese, Japanese and Korean text: tables, escape sequences, errors, parts, streams.
import codecs
import io

TEXT = {
    'gb2312 gbk gb18030 hz': '汉字 and ~ 中文',
    'big5 cp950 big5hkscs': '漢字 and 中文',
    'shift_jis cp932 euc_jp shift_jis_2004 euc_jis_2004 euc_jisx0213 shift_jisx0213 iso2022_jp '
    'iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext': 'カナ and 漢字\nかな',
    'euc_kr cp949 johab iso2022_kr': '한글 and 漢字',
}
for names, text in TEXT.items():
    for name in names.split():
        data = text.encode(name)
        print(name, data, data.decode(name) == text)

print('\U00012345 €'.encode('gb18030'), b'\x907\x959'.decode('gb18030') == '\U00012345')
print('뷁'.encode('euc_kr'), b'\xa4\xd4\xa4\xb2\xa4\xce\xa4\xaa'.decode('euc_kr'))
print('か\u309aか'.encode('euc_jis_2004'), 'か\u309a'.encode('iso2022_jp_3'))
print(b'\x1b.A\x1bNi'.decode('iso2022_jp_2'))


def attempt(f, *args):
    try:
        print(ascii(f(*args)))
    except Exception as e:
        print(type(e).__name__, e)


for errors in 'strict', 'ignore', 'replace', 'backslashreplace':
    attempt(b'ab\xff\xb0\xa1\x81'.decode, 'gbk', errors)
    attempt('a\u0e01漢\udc80'.encode, 'shift_jis', errors)
    attempt('漢\u0e01漢'.encode, 'iso2022_jp', errors)
codecs.register_error('test.codes', lambda e: (f'<{e.reason}>', e.end))
codecs.register_error('test.bytes', lambda e: (b'\x01', e.end))
codecs.register_error('test.far', lambda e: ('', 99))
codecs.register_error('test.bad', lambda e: 1)
for errors in 'test.codes', 'test.bytes', 'test.far', 'test.bad':
    attempt('x\u0e01y'.encode, 'hz', errors)
    attempt(b'x\xa1\x00y'.decode, 'euc_kr', errors)

d = codecs.getincrementaldecoder('iso2022_jp')('replace')
for part in b'\x1b', b'$', b'B4', b'A;', b'z\x1b(', b'Bz\xff':
    print(repr(d.decode(part)), d.getstate())
e = codecs.getincrementalencoder('euc_jis_2004')()
for part in 'か', '\u309aか', 'æ':
    print(e.encode(part), e.getstate())
print(e.encode('', True), e.getstate(), e.errors)

raw = io.BytesIO()
w = codecs.getwriter('iso2022_kr')(raw)
w.write('한')
w.writelines(['글', 'x\n'])
w.reset()
print(raw.getvalue())
r = codecs.getreader('gb18030')(io.BytesIO('一二\n三\n四'.encode('gb18030')))
print(ascii(r.read(3)), ascii(r.readline()), ascii(r.readlines()))
with io.TextIOWrapper(io.BytesIO('一行\n二行\n'.encode('big5')), 'big5') as f:
    print(ascii(f.readlines()))
attempt(''.encode, 'big5', 5)
import _codecs_jp
attempt(_codecs_jp.getcodec, 'big5')
