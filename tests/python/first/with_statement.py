# A context manager.
class CM:
    def __enter__(self):
        print("enter")
        return 5

    def __exit__(self, *args):
        print("exit", args[0])


with CM() as x:
    print(x)
