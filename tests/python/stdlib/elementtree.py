"""xml.etree.ElementTree: elements, their builder and the parser."""

import copy
import io
import pickle
import warnings
import xml.etree.ElementTree as ET


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


def shape(e):
    return e.tag, e.attrib, e.text, e.tail, [shape(c) for c in e]


# Elements as sequences.
root = ET.Element("root", {"a": "1"}, b="2")
print(root.attrib, root.keys(), root.items(), root.get("a"), root.get("x", 5))
kids = [ET.SubElement(root, f"k{i}", n=str(i)) for i in range(5)]
print([c.tag for c in root], len(root), root[1].tag, root[-1].tag, [c.tag for c in root[1:3]])
root[1:3] = [ET.Element("new")]
print([c.tag for c in root])
del root[0]
root.insert(-1, ET.Element("inserted"))
root.remove(kids[4])
print([c.tag for c in root], [c.tag for c in root[::-1]])
root.extend(ET.Element(t) for t in "xyz")
del root[::2]
print([c.tag for c in root])
print(attempt(lambda: root[9]))
print(attempt(lambda: root["a"]))
print(attempt(root.remove, kids[4]))
print(attempt(root.extend, [3]))
print(attempt(root.__setitem__, 0, "text"))
print(attempt(root.__setitem__, slice(None, None, 2), []))
print(attempt(root.__delattr__, "tag"))
print(attempt(setattr, root, "attrib", 3))
print(attempt(setattr, root, "other", 3))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(bool(root), bool(ET.Element("x")), caught[0].category.__name__)


class Special(ET.Element):
    def __init__(self, number):
        super().__init__("special", number=str(number))
        self.number = number


s = Special(7)
root.append(s)
print(root[-1] is s, s.number, s.get("number"), type(s.makeelement("q", {})) is ET.Element)

# Searches.
tree = ET.XML("<a><b>1</b><c x='y'>2<b>3</b>4</c>5<b/></a>")
print(tree.find("b").text, tree.find("z"), tree.findtext("b"), repr(tree[2].text), repr(tree.findtext("c/b")))
print(tree.findtext("z", "none"), len(tree.findall("b")), len(tree.findall(".//b")), tree.find("c[@x='y']").text)
print([e.tag for e in tree.iter()], [e.text for e in tree.iter("b")], [e.tag for e in tree.iter("*")])
print(list(tree.itertext()), [e.tag for e in tree.iterfind("*")])
it = tree.iter()
print(next(it).tag)
ET.SubElement(tree[0], "late")
print([e.tag for e in it])

# Copies.
shared, deep = copy.copy(tree), copy.deepcopy(tree)
print(shared[0] is tree[0], shared.attrib is tree.attrib, deep[0] is tree[0], shape(deep) == shape(tree))
print(shape(pickle.loads(pickle.dumps(tree))) == shape(tree))
print(attempt(tree.__setstate__, 3), attempt(tree.__setstate__, {"tag": "t", "odd": 1}))
tree.clear()
print(shape(tree))

# The builder.
b = ET.TreeBuilder()
b.data("ignored")
b.start("a", {"k": "v"})
b.data("x")
b.data("y")
b.start("b", {})
b.end("b")
b.data("tail")
b.end("a")
print(shape(b.close()), attempt(b.end, "a"), attempt(b.start, "b", {}))
print(ET.TreeBuilder(lambda tag, attributes: (tag, attributes)).start("t", {"a": 1}))

# The parser, with a plain builder and with targets.
document = (
    '<?xml version="1.0"?><!DOCTYPE a PUBLIC "pub" "sys" [<!ENTITY e "val">]><?pi data?><!-- c -->'
    '<a xmlns="urn:x" xmlns:p="urn:p" p:k="1" l="&e;2">x&lt;y\n&e;z<b/><![CDATA[<raw>]]>t<p:c>u</p:c></a>'
)
print(shape(ET.XML(document)))
print(ET.tostring(ET.XML(document), encoding="unicode"))


class Target:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args: print("  ", name, args)


p = ET.XMLParser(target=Target())
p.feed(document)
p.close()
b = ET.TreeBuilder(insert_comments=True, insert_pis=True)
print(ET.tostring(ET.XML("<a>x<!--c-->y<?pi z?>w</a>", ET.XMLParser(target=b))))
wanted = ["start", "end", "comment", "pi", "start-ns", "end-ns"]
for name, what in ET.iterparse(io.BytesIO(b'<a xmlns:p="u">x<!--c-->y<?pi z?><b/>w</a>'), wanted):
    print("  ", name, what if isinstance(what, tuple) or what is None else what.text)
pull = ET.XMLPullParser(["end"])
for piece in ("<r><i>1</i><", "i>2</i>", "</r>"):
    pull.feed(piece)
    pull.flush()
    print([e.text for _, e in pull.read_events()])
p = ET.XMLParser()
p.entity["known"] = "KNOWN"
p.feed('<!DOCTYPE a SYSTEM "x"><a>p&known;q</a>')
print(p.close().text, attempt(p.feed, "<more/>").split(":")[:2])
for text in ("", "<a>", "<a></b>", "<a>&no;</a>", '<!DOCTYPE a SYSTEM "x"><a>&no;</a>', "<a/><b/>"):
    try:
        ET.XML(text)
    except ET.ParseError as e:
        print(repr(str(e)), e.code, e.position)
print(ET.parse(io.StringIO("<a>\xe9</a>")).getroot().text == "\xe9")
print(ET.parse(io.BytesIO(b'<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>')).getroot().text == "\xe9")


class Failing:
    def start(self, tag, attributes):
        raise KeyError(tag)


p = ET.XMLParser(target=Failing())
print(attempt(p.feed, "<a><b/></a>"), attempt(p.close))
print(attempt(ET.XMLParser.__new__(ET.XMLParser).close))
print(attempt(ET.XMLParser(target=Failing())._setevents, []))
print(attempt(ET.XMLParser()._setevents, [], ["odd"]))
