# Events and errors of the XML parser.
from xml.parsers import expat
data = b'''\
<?xml version="1.0" encoding="iso-8859-1" standalone="no"?>
<?xml-stylesheet href="stylesheet.css"?>
<!-- comment data -->
<!DOCTYPE quotations SYSTEM "quotations.dtd" [
<!ELEMENT root ANY>
<!ELEMENT r2 (a, (b|c)*, d?)+>
<!ELEMENT r3 (#PCDATA|x|y)*>
<!ATTLIST root attr1 CDATA #REQUIRED attr2 CDATA #IMPLIED k (a|b) "a" n NMTOKENS '  x  y '>
<!NOTATION notation SYSTEM "notation.jpeg">
<!ENTITY acirc "&#226;">
<!ENTITY ent "a<b/>c">
<!ENTITY external_entity SYSTEM "entity.file">
<!ENTITY unparsed_entity SYSTEM "entity.file" NDATA notation>
%unparsed_entity;
]>

<root attr1="value1" attr2="value2&#8000;">
<myns:subelement xmlns:myns="http://www.python.org/namespace" myns:q="1">
     Contents of subelements
</myns:subelement>
<sub2><![CDATA[contents of CDATA section]]></sub2>
&external_entity;&ent;&acirc;
&skipped_entity;
\xb5
</root>
'''
names=['StartElementHandler', 'EndElementHandler', 'CharacterDataHandler',
        'ProcessingInstructionHandler', 'UnparsedEntityDeclHandler',
        'NotationDeclHandler', 'StartNamespaceDeclHandler',
        'EndNamespaceDeclHandler', 'CommentHandler',
        'StartCdataSectionHandler', 'EndCdataSectionHandler', 'DefaultHandler',
        'DefaultHandlerExpand', 'NotStandaloneHandler',
        'ExternalEntityRefHandler', 'StartDoctypeDeclHandler',
        'EndDoctypeDeclHandler', 'EntityDeclHandler', 'XmlDeclHandler',
        'ElementDeclHandler', 'AttlistDeclHandler', 'SkippedEntityHandler']
def run(data, names=names, chunk=None, **kw):
    p=expat.ParserCreate(**kw)
    def mk(n):
        def h(*a):
            where = () if 'Decl' in n or 'Standalone' in n else (p.CurrentLineNumber, p.CurrentColumnNumber)
            print(n, a, *where)
            return 1
        return h
    for n in names: setattr(p,n,mk(n))
    try:
        if chunk:
            for i in range(0,len(data),chunk): p.Parse(data[i:i+chunk],False)
            p.Parse(b'',True)
        else: print(p.Parse(data,True))
    except Exception as e: print(type(e), e, getattr(e,'code',None), getattr(e,'lineno',0), getattr(e,'offset',0))
run(data)
run(data,namespace_separator='!')
run(data,[n for n in names if n not in('DefaultHandler','ExternalEntityRefHandler')],namespace_separator='!')
run(data,['StartElementHandler','CharacterDataHandler'],chunk=7)
bad=[b'',b'<',b'<a',b'<a>',b'foo',b'foobar<',b'<tag>&foo;</tag>',b'<a></b>',b'<a/>x',b'<a/><b/>',b'<a b=1/>',b'<a b="1" b="2"/>',b'<a b="<"/>',b'<a>&#0;</a>',b'<a>]]></a>',b'<a>\x01</a>',b' <?xml version="1.0"?><a/>',b'<a>\xff</a>',b'<a>\xc3</a>',b'<a',b'<a>&lt</a>',b'<!DOCTYPE a [<!ENTITY x "&y;"><!ENTITY y "&x;">]><a>&x;</a>',b'<a><![CDATA[x',b'<a b="1"c="2"/>',b'<a>&x</a>',b'<?xml version="1.0" encoding="foo"?><a/>',b'<!-- a -- b --><a/>', b'<1/>', b'<a 1="x"/>', b'<p:a/>', b'<a xmlns:p=""/>',b'<a><b></a></b>',b'</a>',b'<a></a >',b'<a></ a>', b'\0\r\n', b"<?xml version\xc2\x85='1.0'?>\r\n", b'<!DOCTYPE a [<!ELEMENT a >]><a/>', b'<!DOCTYPE a><a>&u;</a>', b'<!DOCTYPE a SYSTEM "x"><a>&u;</a>', b'<a>x&amp;y&#65;&#x42;\r\nz\r</a>',b'<!FOO>',b'<a><!FOO></a>',b'<a><?xml version="1.0"?></a>',b'<a>\n\n  <b>\n</a>', b'<a>x</a>\n\n y', b'<a \n\n x/>']
for b in bad:
    print(b); run(b,['StartElementHandler','EndElementHandler','CharacterDataHandler'],namespace_separator=' ')

import xml.etree.ElementTree as ET
from xml.dom import minidom
import xml.sax
import plistlib

root = ET.fromstring('<r xmlns:n="urn:n"><n:a k="1">x</n:a>tail<!-- c --><b/></r>')
print(ET.tostring(root), [e.tag for e in root.iter()], root.find("{urn:n}a").attrib)
try:
    ET.fromstring("<a><b></a>")
except ET.ParseError as e:
    print(e, e.code, e.position)
pull = ET.XMLPullParser(["start", "end", "start-ns", "comment", "pi"])
pull.feed("<a xmlns='u'><?p q?><!--c--><b>")
pull.feed("</b></a>")
pull.close()
print([(event, getattr(x, "tag", x) if not callable(getattr(x, "tag", None)) else x.text) for event, x in pull.read_events()])
print(minidom.parseString("<a b='1'><c>t</c></a>").toxml())


class Names(xml.sax.ContentHandler):
    def startElement(self, name, attrs):
        print("start", name, dict(attrs))

    def characters(self, content):
        print("text", repr(content))


xml.sax.parseString(b"<a x='1'>hi &amp; ho<b/></a>", Names())
print(plistlib.loads(plistlib.dumps({"a": [1, 2.5, "x", b"y", True]})))
