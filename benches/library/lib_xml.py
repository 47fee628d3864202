"""XML: building, writing, parsing and searching a tree with xml.etree; pyexpat underneath."""

import xml.etree.ElementTree as ET

SIZE = 14000
SMALL = 10


def run(n):
    root = ET.Element("catalogue")
    for i in range(n):
        item = ET.SubElement(root, "item", {"id": str(i), "kind": "even" if i % 2 == 0 else "odd"})
        ET.SubElement(item, "name").text = f"name <{i}> & more"
        ET.SubElement(item, "price").text = str(i * 0.25)
    text = ET.tostring(root, encoding="unicode")
    back = ET.fromstring(text)
    total = sum(float(price.text) for price in back.iter("price"))
    odd = len(back.findall("item[@kind='odd']"))
    names = sum(len(item.findtext("name")) for item in back)
    return f"{len(text)} {total} {odd} {names}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_xml", n, run(n))
