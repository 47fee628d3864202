import threading, time, _thread
l=[]
def f(n):
    for i in range(1000): l.append(n)
ts=[threading.Thread(target=f,args=(i,)) for i in range(8)]
for t in ts: t.start()
for t in ts: t.join()
print(len(l), threading.active_count(), threading.main_thread() is threading.current_thread())
# fair switching while main computes
flag=[]
def g():
    time.sleep(0.02); flag.append(1)
t=threading.Thread(target=g); t.start()
n=0
start=time.monotonic()
while not flag:
    n+=1
t.join(); print('switched', time.monotonic()-start<1)
stop=False
cnt=0
def spin():
    global cnt
    while not stop: cnt+=1
t=threading.Thread(target=spin); t.start(); time.sleep(0.05); stop=True; t.join(); print(cnt>0)
lk=threading.Lock()
print(lk.acquire(), lk.acquire(False), lk.acquire(timeout=0.01), lk.locked()); lk.release(); print(lk.locked())
try: lk.release()
except RuntimeError as e: print(e)
for a in [dict(blocking=False,timeout=1), dict(timeout=-2), dict(timeout=1e20)]:
    try: lk.acquire(**a)
    except Exception as e: print(type(e).__name__, e)
r=threading.RLock()
with r:
    with r: print(r._recursion_count(), r._is_owned(), repr(r).split(' owner')[0])
print(repr(lk).split(' at')[0], repr(r).split(' owner')[0])
try: r.release()
except RuntimeError as e: print(e)
loc=threading.local(); loc.x=1
out=[]
def h():
    out.append(hasattr(loc,'x')); loc.x=5; out.append(loc.__dict__)
t=threading.Thread(target=h);t.start();t.join();print(out,loc.x,loc.__dict__)
class ML(threading.local):
    def __init__(self,a): self.a=a; print('init',a)
m=ML(3); m.b=1
t=threading.Thread(target=lambda: print(m.a, hasattr(m,'b'))); t.start(); t.join(); print(m.a,m.b)
try: m.__dict__={}
except AttributeError as e: print(e)
ev=threading.Event()
def w(): ev.wait(); print('woken')
t=threading.Thread(target=w); t.start(); ev.set(); t.join()
b=threading.Barrier(3); res=[]
ts=[threading.Thread(target=lambda: res.append(b.wait())) for _ in range(3)]
[t.start() for t in ts]; [t.join() for t in ts]; print(sorted(res))
s=threading.Semaphore(2); print(s.acquire(), s.acquire(), s.acquire(blocking=False))
c=threading.Condition(); items=[]
def cons():
    with c:
        while not items: c.wait()
        print('got',items.pop())
t=threading.Thread(target=cons); t.start()
with c: items.append(7); c.notify()
t.join()
tm=threading.Timer(0.01, lambda: print('timer')); tm.start(); tm.join()
try: threading.current_thread().join()
except RuntimeError as e: print(e)
try: threading.Thread().join()
except RuntimeError as e: print(e)
t=threading.Thread(target=int); t.start(); t.join()
try: t.start()
except RuntimeError as e: print(e)
print(t.is_alive(), t.daemon, t.name)
print(_thread._count(), _thread.TIMEOUT_MAX, threading.get_ident()==threading.main_thread().ident, threading.get_native_id()>0)
import queue
q=queue.Queue()
def worker():
    while (x:=q.get()) is not None: q.task_done(); l.append(x)
l=[]
t=threading.Thread(target=worker); t.start()
for i in range(10): q.put(i)
q.join(); q.put(None); t.join(); print(l)
f=None
def late():
    time.sleep(0.05); print('non-daemon done')
threading.Thread(target=late).start()
threading.Thread(target=lambda: time.sleep(100), daemon=True).start()
import atexit; atexit.register(lambda: print('atexit'))
print('main done')
