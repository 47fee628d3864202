# Template and Interpolation objects.
x=5; n="a"
t=t"hi {x} {n!r:>{x}} end"
Template = type(t); Interpolation = type(t.interpolations[0])
print(t, t.strings, t.interpolations, t.values, list(t))
i=t.interpolations[1]
print(i, i.value,i.expression,i.conversion,i.format_spec, Interpolation.__match_args__)
print(t+t)
match i:
    case Interpolation(v, e, c, f): print('matched', v, e, c, f)
for e in ["t+'x'","t+3","Template(3)","Template('a',i,'b')","Template('a','b')","Template()","Template(i,i)","Template('a', 'b').strings","Template(x='a')","Interpolation(1)","Interpolation(1,'x','r','spec')","Interpolation(1,'x','q')","Interpolation(1,2)","Interpolation(1,'x',3)","Interpolation(1,'x',None,3)","Interpolation(value=1,expression='e')","t==t","t=={}","hash(t)==hash(t)","list(Template(i))","list(Template('',i,''))","repr(Template())","next(iter(Template()))","t'{x=}'.strings","t'{x=!s}'.interpolations","list(t'a' t'b{x}')","t'' .strings","t.values","i==i","Interpolation(1,'x')==Interpolation(1,'x')","type(iter(t)).__name__, type(iter(t)).__module__", "Template.__module__"]:
    try: print(e,'->',repr(eval(e)))
    except BaseException as ex: print(e,'!!',type(ex).__name__,ex)
