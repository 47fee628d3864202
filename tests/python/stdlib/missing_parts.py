# Modules whose work other programs build on: a database of bytes, interpreters, queues between them.
import asyncio.tools
import dbm.ndbm
import os
import sysconfig
import tempfile
from concurrent import futures, interpreters

with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, 'base')
    with dbm.ndbm.open(name, 'c') as db:
        db['key'] = b'value'
        db[b'other'] = 'text'
        print(sorted(db.keys()), db['key'], len(db), b'key' in db, db.get('none'), bool(db))
        print(db.setdefault('new', b'1'), db.setdefault('key', b'2'))
        del db['other']
        for wrong in 'none', 5:
            try:
                del db[wrong]
            except (KeyError, TypeError) as e:
                print(type(e).__name__, e)
    with dbm.ndbm.open(name) as db:
        print(sorted(db.keys()), dbm.whichdb(name))
    try:
        db['key']
    except dbm.ndbm.error as e:
        print(e)
    try:
        dbm.ndbm.open(os.path.join(folder, 'absent'))
    except dbm.ndbm.error as e:
        print(e.errno)

print(interpreters.get_current() == interpreters.get_main(), interpreters.is_shareable('x'))
queue = interpreters.create_queue(2)
queue.put('a')
queue.put(['b'])
print(queue.qsize(), queue.full(), queue.get(), queue.get(), queue.empty())
print(issubclass(futures.InterpreterPoolExecutor, futures.ThreadPoolExecutor))
print(sysconfig.get_config_var('Py_GIL_DISABLED'), asyncio.tools.FrameInfo(('f', 1, 'g')).funcname)
