# Layout: continuation, comments, semicolons, blank lines, odd indentation.
x = 1 + \
    2
y = (1 +
     # comment inside
     2

     + 3)
if x == 3: print("three"); print("same line")
if True:
        print("eight")
        if True:
         print("nine")
        # comment at odd depth
    # another
        print("back")
def f(
    a,  # first
    b=2,

    *,
    c=3,
): return a, b, c
print(f(1), y)
s = """a
  b # not a comment
""" 'c' \
    "d"
print(repr(s))
z = [1, 2,
3,
      4]; w = {
 'a':
   1}
print(z, w)
class   A  :   pass
print( A . __name__ , ( lambda : 0 ) ( ) )
if 1:
    pass

    # comment then blank

    print("still in block")

for i in range(2): print(i,
    end=" ")
print()
a=b=c=1;d=a if b else c
print(a,b,c,d,-a,+b,~c,not d,a<b,a<=b,a==b,a!=b,a is b,a<<b>>c,a**b//c%d)
print(1 if(a)else(2), [x]if a else[])
	# tab comment
def g():
	return "tab indented"
print(g())
print("éà", "日本", "ñ" + 'ß'); ñ = 5; 变量 = 6; print(ñ + 变量, ﬁ := 7, fi)
print(...,Ellipsis is ...); pass; pass
if (a
    and b
    and
    c): print("ok")
print("end without newline after this")
