"""The json module: writing and reading nested records, with and without indentation."""

import json

SIZE = 6000
SMALL = 5


def document(n):
    return [
        {
            "id": i,
            "name": f"item {i} \u00e9\n",
            "price": i * 1.25,
            "tags": ["red", "green", "b\u00fcrste"][: i % 4],
            "nested": {"on": i % 2 == 0, "none": None, "list": list(range(i % 9))},
        }
        for i in range(n)
    ]


def run(n):
    data = document(n)
    text = json.dumps(data)
    pretty = json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False)
    back = json.loads(text)
    again = json.loads(pretty)
    for _ in range(4):
        text = json.dumps(json.loads(text))
    return f"{len(text)} {len(pretty)} {back == data} {again == data}"


if __name__ == "__main__":
    import sys

    n = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    print("lib_json", n, run(n))
