import signal, os, time
def h(n,f): print('got',signal.Signals(n).name, f is not None)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have turned it off
print(signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGPIPE))
print(signal.signal(signal.SIGUSR1,h)); os.kill(os.getpid(),signal.SIGUSR1)
for i in range(1000): pass
signal.signal(signal.SIGALRM,h); signal.setitimer(signal.ITIMER_REAL,0.02)
a=time.monotonic(); time.sleep(0.06); print(time.monotonic()-a>=0.06)
signal.raise_signal(signal.SIGUSR1)
def ki(n,f): raise KeyError('from handler')
signal.signal(signal.SIGALRM,ki); signal.setitimer(signal.ITIMER_REAL,0.03)
try:
    while True: pass
except KeyError as e: print('caught',e)
signal.setitimer(signal.ITIMER_REAL,0.03)
def f():
    n=0
    while True:
        n+=1
try: f()
except KeyError as e: print('caught',e)
signal.setitimer(signal.ITIMER_REAL,0.03)
try: time.sleep(10)
except KeyError as e: print('caught in sleep',e)
import _thread
signal.setitimer(signal.ITIMER_REAL,0.03)
l=_thread.allocate_lock(); l.acquire()
try: l.acquire()
except KeyError as e: print('caught in lock',e)
signal.setitimer(signal.ITIMER_REAL,0.03)
r,w=os.pipe()
try: os.read(r,1)
except KeyError as e: print('caught in read',e)
try:
    os.kill(os.getpid(),signal.SIGINT)
    for i in range(10**6): pass
except KeyboardInterrupt: print('KI')
for a in [lambda: signal.signal(0,h), lambda: signal.signal(100,h), lambda: signal.signal(9,h), lambda: signal.signal(10,5), lambda: signal.setitimer(9,1), lambda: signal.getsignal(99)]:
    try: print(a())
    except Exception as e: print(type(e).__name__, type(e).__module__, e)
print(signal.strsignal(2), len(signal.valid_signals()), signal.SIGRTMIN, signal.NSIG, signal.Signals(15), signal.SIG_IGN, signal.Handlers(0))
print(signal.pthread_sigmask(signal.SIG_BLOCK,[signal.SIGUSR2])); os.kill(os.getpid(),signal.SIGUSR2); print(signal.sigpending()); print(signal.sigwait([signal.SIGUSR2]))
print(signal.sigtimedwait([signal.SIGUSR2],0.01))
import _thread
try:
    _thread.interrupt_main()
    for i in range(1000): pass
except KeyboardInterrupt: print('interrupt_main')
