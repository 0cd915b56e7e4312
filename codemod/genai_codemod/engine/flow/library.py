"""The little the engine knows of Python's own library, to follow values through it."""

from __future__ import annotations

import libcst as cst

from genai_codemod.engine.flow.values import (
    NOTHING,
    TEXT,
    UNKNOWN,
    Plain,
    Symbol,
    Value,
    plain,
    present,
)

PLAIN_TYPES = frozenset({"str", "int", "float", "bool", "bytes", "None", "datetime", "timedelta"})
TIMES = {
    "datetime.timedelta": "timedelta", "datetime.datetime": "datetime",
    "datetime.datetime.now": "datetime", "datetime.datetime.utcnow": "datetime",
    "datetime.datetime.fromisoformat": "datetime", "datetime.datetime.fromtimestamp": "datetime",
    "datetime.datetime.strptime": "datetime", "datetime.datetime.combine": "datetime",
}  # fmt: skip

# Methods that give text, by what they are of.
TEXT_METHODS = {
    "str": frozenset(
        {
            "capitalize", "casefold", "expandtabs", "format", "format_map", "join", "ljust",
            "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rjust", "rstrip",
            "strip", "title", "translate", "upper", "zfill",
        }
    ),
    "bytes": frozenset({"decode", "hex"}),
}  # fmt: skip
TEXT_FUNCTIONS = frozenset(
    {
        "ast.unparse", "builtins.ascii", "builtins.chr", "builtins.format", "builtins.input",
        "builtins.repr", "builtins.str", "getpass.getpass", "inspect.cleandoc",
        "json.dumps", "os.getcwd", "os.getenv", "os.environ.get", "os.path.basename",
        "os.path.join", "textwrap.dedent", "textwrap.fill", "textwrap.indent",
    }
)  # fmt: skip
BYTES_FUNCTIONS = frozenset(
    f"base64.{prefix}{name}"
    for prefix in ("", "standard_", "urlsafe_")
    for name in ("b64decode", "b64encode")
)
INTEGER_FUNCTIONS = frozenset({"builtins.int", "builtins.len", "builtins.ord"})
DICT_FUNCTIONS = frozenset({"builtins.dict", "dataclasses.asdict"})
MOCKS = frozenset(
    f"unittest.mock.{name}"
    for name in ("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "create_autospec")
)
JSON_FUNCTIONS = frozenset({"json.load", "json.loads", "yaml.safe_load"})
RUNNERS = frozenset(
    {
        "asyncio.run", "asyncio.wait_for", "asyncio.create_task", "asyncio.ensure_future",
        "asyncio.run_coroutine_threadsafe", "asyncio.shield",
    }
)  # fmt: skip
# What gives back the function that it is given first, and only dresses it up.
DRESSING = frozenset({"functools.update_wrapper", "functools.wraps()"})
# Calls that give back what they were given, or the elements of it.
COPIES = frozenset(
    {
        "builtins.list", "builtins.tuple", "builtins.sorted", "builtins.reversed",
        "builtins.iter", "collections.deque", "concurrent.futures.as_completed",
        "asyncio.as_completed",
    }
)  # fmt: skip
# What gives one thing again and again.
REPEATING = "itertools.repeat"
HOLDING = COPIES | {REPEATING}
# Calls that make an empty dict, when they are given nothing.
EMPTY_DICTS = frozenset({"builtins.dict", "collections.OrderedDict"})
# Calls that give the largest or smallest of what they are given.
EXTREMES = frozenset({"builtins.max", "builtins.min"})
# Calls that give the elements of one argument to the function that is another.
APPLYING = frozenset(
    {
        "builtins.filter", "builtins.map", "builtins.max", "builtins.min", "builtins.sorted",
        "heapq.nlargest", "heapq.nsmallest",
    }
)  # fmt: skip
ITEM_METHODS = frozenset({"get", "pop", "popleft", "setdefault"})
# What gives the futures that are done, and those that are not.
WAITING = frozenset({"asyncio.wait", "concurrent.futures.wait"})
# What hands on values from one thread, or task, to another.
QUEUES = frozenset(
    f"queue.{name}" for name in ("Queue", "LifoQueue", "PriorityQueue", "SimpleQueue")
)
TASK_QUEUES = frozenset(f"asyncio.{name}" for name in ("Queue", "LifoQueue", "PriorityQueue"))
# What makes pools of threads and processes, and what stands for one.
POOLS = {
    "concurrent.futures.ThreadPoolExecutor": "concurrent.futures.Executor",
    "concurrent.futures.thread.ThreadPoolExecutor": "concurrent.futures.Executor",
    "concurrent.futures.ProcessPoolExecutor": "concurrent.futures.ProcessPoolExecutor",
    "concurrent.futures.process.ProcessPoolExecutor": "concurrent.futures.ProcessPoolExecutor",
    "multiprocessing.dummy.Pool": "multiprocessing.pool.ThreadPool",
    "multiprocessing.pool.ThreadPool": "multiprocessing.pool.ThreadPool",
    "multiprocessing.Pool": "multiprocessing.pool.Pool",
    "multiprocessing.pool.Pool": "multiprocessing.pool.Pool",
    "multiprocessing.get_context": "multiprocessing",
    # Its attributes are others in each thread, and hold the same kinds of values.
    "threading.local": "threading.local()",
}
# What stands for such a method of a dict that was read from JSON.
JSON_ITEM = "builtins.dict.get"
# What makes loggers, and what stands for one.
LOGGER = "logging.Logger"
LOGGERS = frozenset(
    {"logging.getLogger", "logging.Logger.getChild", "structlog.get_logger", "structlog.getLogger"}
)
# Methods that are given a class, not an object, without being told to be.
OF_CLASSES = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
# What declares a field of a class, and the arguments that make what it holds.
FIELDS = frozenset(
    {"dataclasses.field", "attr.ib", "attrs.field", "pydantic.Field", "pydantic.PrivateAttr"}
)
FACTORIES = frozenset({"default_factory", "factory"})
# What says which function a web framework calls to give a parameter its value.
DEPENDING = frozenset(
    {
        "fastapi.Depends", "fastapi.Security", "fastapi.param_functions.Depends",
        "fastapi.param_functions.Security", "fastapi.params.Depends", "fastapi.params.Security",
    }
)  # fmt: skip
ANNOTATED = frozenset({"typing.Annotated", "typing_extensions.Annotated"})
# Their last argument is what they give back when there is nothing else.
DEFAULTING = frozenset({"get", "getattr", "getenv", "pop", "setdefault"})


def result_of(name: str) -> Value | None:
    """What a library function returns, where its type is all that matters."""
    if name in LOGGERS:
        return frozenset({Symbol(LOGGER)})
    if name == "functools.wraps":
        return frozenset({Symbol("functools.wraps()")})
    if name in POOLS:
        return frozenset({Symbol(POOLS[name])})
    if name in TEXT_FUNCTIONS or name.startswith(("builtins.str.", "builtins.bytes.")):
        return TEXT
    if name in BYTES_FUNCTIONS:
        return plain("bytes")
    if name in INTEGER_FUNCTIONS:
        return plain("int")
    if name in MOCKS:
        return plain("mock")
    if name in JSON_FUNCTIONS or name == JSON_ITEM:
        return plain("json")
    if name in TIMES:
        return plain(TIMES[name])
    return plain("dict") if name in DICT_FUNCTIONS else None


def calculated(operator: cst.BaseBinaryOp, left: Value, right: Value) -> Value:
    """What calculating with whole numbers, durations and moments gives."""
    types = {atom.type if isinstance(atom, Plain) else "" for atom in present(left | right)}
    added = isinstance(operator, cst.Add | cst.Subtract)
    if added and types == {"datetime", "timedelta"}:
        return plain("datetime")
    if added and types == {"timedelta"}:
        return plain("timedelta")
    if isinstance(operator, cst.Multiply) and types == {"timedelta", "int"}:
        return plain("timedelta")
    if (added or isinstance(operator, cst.Multiply)) and types == {"int"}:
        return plain("int")
    return UNKNOWN


def item_of(dotted: str) -> Value:
    """What subscripting a known library object gives."""
    return TEXT if dotted == "os.environ" else UNKNOWN


def is_property(node: cst.FunctionDef) -> bool:
    """Whether a method is read like an attribute: ``@cached_property``, ``@lazy_property()``."""
    for decorator in node.decorators:
        name = decorator.decorator
        if isinstance(name, cst.Call):
            name = name.func
        while isinstance(name, cst.Attribute):
            name = name.attr
        if isinstance(name, cst.Name) and name.value.endswith("property"):
            return True
    return False


def annotated(annotation: cst.BaseExpression | None) -> Value:
    """The plain type an annotation promises, or nothing."""
    if isinstance(annotation, cst.Name) and annotation.value in PLAIN_TYPES:
        return plain(annotation.value) if annotation.value in ("str", "int") else NOTHING
    if isinstance(annotation, cst.SimpleString) and annotation.evaluated_value == "str":
        return TEXT
    if isinstance(annotation, cst.Subscript) and isinstance(annotation.value, cst.Name):
        inner = annotation.slice[0].slice
        if annotation.value.value == "Optional" and isinstance(inner, cst.Index):
            return annotated(inner.value)
    if isinstance(annotation, cst.BinaryOperation) and isinstance(annotation.operator, cst.BitOr):
        left, right = annotation.left, annotation.right
        if isinstance(right, cst.Name) and right.value == "None":
            return annotated(left)
    return NOTHING
