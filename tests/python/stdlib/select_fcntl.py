import os
import select
r, w = os.pipe(); print(select.select([r],[w],[],0)[1]==[w]); os.write(w,b'1'); p = select.poll(); p.register(r, select.POLLIN); print(p.poll(10)==[(r,1)])
e = select.epoll(); e.register(r, select.EPOLLIN); print(e.poll(0.1)==[(r,1)], e.closed); e.close(); print(e.closed)
import selectors; s = selectors.DefaultSelector(); s.register(r, selectors.EVENT_READ); print(type(s).__name__, len(s.select(0)))
import fcntl; print(fcntl.fcntl(r, fcntl.F_GETFD), fcntl.flock(r, fcntl.LOCK_EX))
