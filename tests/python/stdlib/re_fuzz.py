"""Random patterns on random texts, always the same: spans of all groups, in all ways of searching."""
import random
import re
import warnings

warnings.simplefilter("ignore")
R = random.Random(20)
count = 70
ATOMS = ["a", "b", "c", ".", r"\w", r"\d", r"\s", r"\W", "[ab]", "[^a]", "[a-c]", "[^\\n]", "é", "[à-ü]", "\\n", " ", r"\S", "[\\w-]", "K", "ſ", "[k-s]", "ß", "中", "[b-中]", "1"]
BATOMS = ["a", "b", "c", ".", r"\w", r"\d", r"\s", r"\W", "[ab]", "[^a]", "[a-c]", r"\xe9", r"[\x80-\xff]", " ", "K", "[k-s]", "1"]
ANCH = ["^", "$", r"\b", r"\B", r"\A", r"\Z"]
class G:
    def __init__(self, isbytes): self.n=0; self.closed=[]; self.b=isbytes; self.names=0; self.infix=0
    def alt(self, d):
        k = R.choice([1,1,1,2,2,3])
        return "|".join(self.seq(d) for _ in range(k))
    def seq(self, d):
        return "".join(self.item(d) for _ in range(R.choice([0,1,1,2,2,3])))
    def item(self, d):
        x = self.atom(d)
        r = R.random()
        if r < .45 and x and x not in ANCH:
            q = R.choice(["*","+","?","{2}","{1,2}","{0,2}","{2,}","{,3}","{1,}","{0}"])
            s = R.choice(["","","","?","?","+"])
            return x+q+s
        return x
    def atom(self, d):
        r = R.random()
        if d <= 0 or r < .45:
            return R.choice(BATOMS if self.b else ATOMS)
        if r < .52: return R.choice(ANCH)
        if r < .66:
            if self.infix: return "(?:%s)" % self.alt(d-1)
            self.n += 1; n = self.n
            if R.random() < .2: s = "(?P<g%d>%s)" % (n, self.alt(d-1))
            else: s = "(%s)" % self.alt(d-1)
            self.closed.append(n); return s
        if r < .76: return "(?:%s)" % self.alt(d-1)
        if r < .80: return "(?=%s)" % self.alt(d-1)
        if r < .83: return "(?!%s)" % self.alt(d-1)
        if r < .87:
            return R.choice(["(?<=%s)","(?<!%s)"]) % "".join(R.choice(BATOMS if self.b else ATOMS) for _ in range(R.choice([1,1,2])))
        if r < .91: return "(?>%s)" % self.alt(d-1)
        if r < .95 and self.closed: return "\\%d" % R.choice(self.closed) + "(?:)"
        if r < .97 and self.closed:
            return "(?(%d)%s|%s)" % (R.choice(self.closed), self.seq(d-1), self.seq(d-1))
        return R.choice(["(?i:%s)","(?s:%s)","(?m:%s)", "(?-i:%s)"]+([] if self.b else ["(?a:%s)"])) % self.alt(d-1)
ALPHA = "aaabbbcc é\n1K中kſsßİi\u212aà_"
BALPHA = "aaabbbcc \n1Kk\xe9\xff_"
def subject(b):
    s = "".join(R.choice(BALPHA if b else ALPHA) for _ in range(R.choice([0,1,2,3,4,5,6,7,8,9])))
    return s.encode("latin-1") if b else s
def regs(m):
    return m and (m.regs, m.lastindex)
for i in range(count):
    b = R.random() < .25
    g = G(b)
    p = g.alt(3)
    f = 0
    for x in (re.I, re.M, re.S, re.A):
        if R.random() < .2: f |= x
    subs = [subject(b) for _ in range(2)]
    pos = R.randrange(6); end = pos + R.randrange(6)
    if b: p = p.encode("latin-1")
    if len(p) > 60: continue
    try:
        c = re.compile(p, f)
    except re.error as e:
        print(i, repr(p), "ERR", e); continue
    except Exception as e:
        print(i, repr(p), "EXC", type(e).__name__, e); continue
    for s in subs:
        out = []
        for what in ("match", "fullmatch", "finditer", "posm", "poss", "sub", "split", "findall"):
            try:
                if what == "match": v = regs(c.match(s))
                elif what == "fullmatch": v = regs(c.fullmatch(s))
                elif what == "finditer": v = [regs(m) for m in c.finditer(s)]
                elif what == "posm": v = regs(c.match(s, pos, end))
                elif what == "poss": v = regs(c.search(s, pos, end))
                elif what == "sub": v = c.sub(b"<\\g<0>>" if b else "<\\g<0>>", s, 3)
                elif what == "split": v = c.split(s)
                else: v = c.findall(s)
            except Exception as e:
                v = (type(e).__name__, str(e))
            out.append(v)
        print(i, repr(p), int(f), ascii(s), pos, end, ascii(out))
