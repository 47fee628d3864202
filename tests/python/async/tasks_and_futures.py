"""Tasks and futures: results, exceptions, cancellation, eager starts, callbacks."""

import asyncio
import contextvars

var = contextvars.ContextVar("var", default="unset")


async def work(n):
    await asyncio.sleep(0)
    if n == 3:
        raise ValueError(n)
    return n * 2


async def results():
    tasks = [asyncio.create_task(work(i)) for i in range(5)]
    print(await asyncio.gather(*tasks, return_exceptions=True))
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    print(future.done(), future._state, future._callbacks, future.get_loop() is loop)
    future.add_done_callback(lambda f: print("called", f.result()))
    seen = []
    future.add_done_callback(seen.append)
    print(len(future._callbacks), future.remove_done_callback(seen.append))
    loop.call_soon(future.set_result, 5)
    print(await future, await future, seen)
    for method, args in (("set_result", (1,)), ("set_exception", (OSError,)), ("result", ())):
        try:
            print(getattr(future, method)(*args))
        except asyncio.InvalidStateError as error:
            print(type(error).__name__, error)


async def exceptions():
    future = asyncio.get_running_loop().create_future()
    try:
        future.result()
    except asyncio.InvalidStateError as error:
        print(error)
    future.set_exception(StopIteration(7))
    print(repr(future.exception()), repr(future.exception().__cause__))
    try:
        await future
    except RuntimeError as error:
        print("raised", error)
    future = asyncio.get_running_loop().create_future()
    for wrong in (5, int):
        try:
            future.set_exception(wrong)
        except TypeError as error:
            print("TypeError")
    task = asyncio.create_task(work(1))
    for method in ("set_result", "set_exception"):
        try:
            getattr(task, method)(1)
        except RuntimeError as error:
            print(error)
    await task
    try:
        asyncio.Task(5)
    except TypeError as error:
        print(error)


async def cancellation():
    task = asyncio.create_task(asyncio.sleep(5), name="sleeper")
    await asyncio.sleep(0)
    print(task.cancel("why"), task.cancelling(), task.done())
    try:
        await task
    except asyncio.CancelledError as error:
        print(repr(error), task.cancelled(), task.get_name())
    print(task.cancel())

    async def stubborn():
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            print("cancelled, goes on", asyncio.current_task().uncancel())
            await asyncio.sleep(0)
            return "done"

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    task.cancel()
    print(await task, task.cancelling())
    task = asyncio.create_task(work(1))
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("never started")
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.001)
    except TimeoutError as error:
        print(repr(error))


async def misuse():
    class Odd:
        def __init__(self, value):
            self.value = value

        def __await__(self):
            yield self.value

    loop = asyncio.new_event_loop()
    for value in (5, asyncio.Future(), loop.create_future()):

        async def wrong(value=value):
            await Odd(value)

        try:
            await asyncio.create_task(wrong())
        except RuntimeError as error:
            print(str(error).split("<")[0], "|", str(error).rsplit(">", 1)[-1])
    loop.close()

    async def itself():
        await asyncio.current_task()

    try:
        await asyncio.create_task(itself())
    except RuntimeError as error:
        print(str(error).split(":")[0])


async def contexts_and_eager():
    async def show():
        before = var.get()
        var.set("changed")
        await asyncio.sleep(0)
        return before, var.get()

    var.set("outer")
    print(await asyncio.create_task(show()), var.get())
    context = contextvars.copy_context()
    print(await asyncio.create_task(show(), context=context), context[var], var.get())

    async def immediate():
        return asyncio.current_task().get_name()

    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(immediate(), name="eager")
    print(task.done(), task.result(), len(asyncio.all_tasks()))
    task = asyncio.create_task(work(4))
    print(task.done(), len(asyncio.all_tasks()), await task)
    loop.set_task_factory(None)


class Counting(asyncio.Task):
    def __init__(self, *args, **kwargs):
        self.steps = 0
        super().__init__(*args, **kwargs)

    def add_done_callback(self, *args, **kwargs):
        self.steps += 1
        return super().add_done_callback(*args, **kwargs)


async def subclasses():
    task = Counting(work(2), name=12)
    task.extra = "more"
    print(await task, task.steps, task.extra, task.get_name(), isinstance(task, asyncio.Future))
    future = asyncio.Future()
    print(hasattr(future, "__dict__"), asyncio.isfuture(future), asyncio.Future[int])


async def main():
    for part in (results, exceptions, cancellation, misuse, contexts_and_eager, subclasses):
        print("--", part.__name__)
        await part()


asyncio.run(main())
try:
    asyncio.get_running_loop()
except RuntimeError as error:
    print(error)
