from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as ex: print(list(ex.map(lambda x:x*x, range(10))), ex.submit(pow,2,3).result())
import concurrent.futures as cf, time
with ThreadPoolExecutor(2) as ex:
    fs = [ex.submit(lambda n: (time.sleep(n / 100), n)[1], n) for n in (2, 1)]
    print(sorted(f.result() for f in cf.as_completed(fs)))
    bad = ex.submit(int, "x")
    print(type(bad.exception()).__name__, bad.exception())
