normal = "normal"
def __getattr__(name):
    if name == "dynamic": return "made on demand"
    raise AttributeError(f"module hooks have no {name}")
def __dir__(): return ["b", "a"]
