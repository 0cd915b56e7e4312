"""Methods that are given to functions, of the program or of threads, which call them."""

from __future__ import annotations

import pytest
from tests.checks import MARKER
from tests.engine.programs import SETUP, migrated

from genai_codemod.engine import load_pack, migrate_source

MODEL = 'model = genai.GenerativeModel("a")\n'
WHOLE = "def call(f, *args, **options):\n    return f(*args, **options)\n"
CALL = 'print(call(model.generate_content, "x").text)\n'
JOINED = 'call(client.models.generate_content, model=model, contents="x")'

CALLED = {
    "by its name": (WHOLE, CALL, JOINED),
    "with a parameter before the rest": (
        "def call(f, times, *args, **options):\n    return f(*args, **options)\n",
        'print(call(model.generate_content, 3, "x").text)\n',
        'call(client.models.generate_content, 3, model=model, contents="x")',
    ),
    "with a parameter behind the rest": (
        "def call(f, *args, times=1, **options):\n    return f(*args, **options)\n",
        'print(call(model.generate_content, "x", times=3).text)\n',
        'call(client.models.generate_content, model=model, contents="x", times=3)',
    ),
    "and its name is told": (
        "def call(f, *args, **options):\n    print(f.__name__)\n    return f(*args, **options)\n",
        CALL,
        JOINED,
    ),
    "and nothing is passed by keyword": (
        "def call(f, *args):\n    return f(*args)\n",
        CALL,
        'call(functools.partial(client.models.generate_content, model=model, contents="x"))',
    ),
    "where a keyword is taken": (
        "def call(f, model, *args, **options):\n    return f(*args, **options)\n",
        'print(call(model.generate_content, 1, "x").text)\n',
        'call(functools.partial(client.models.generate_content, model=model, contents="x"), 1)',
    ),
    "in a function within": (
        "def call(f, *args, **options):\n"
        "    def again():\n        return f(*args, **options)\n    return again()\n",
        CALL,
        JOINED,
    ),
}
MARKED = {
    "what it is given is told": (
        "def call(f, *args, **options):\n    print(args)\n    return f(*args, **options)\n"
    ),
    "something is added": "def call(f, *args, **options):\n    return f(*args, n=1, **options)\n",
    "something is left out": "def call(f, *args, **options):\n    return f(*args)\n",
    "something is taken": (
        "def call(f, *args, **options):\n    options.pop('n', 0)\n    return f(*args, **options)\n"
    ),
    "it is kept": (
        "def call(f, *args, **options):\n    KEPT.append(f)\n    return f(*args, **options)\n"
    ),
    "it is called with something else": "def call(f, prompt):\n    return f(prompt, stream=N)\n",
    "its name is told, where it gets another": (
        "def call(f, *args):\n    print(f.__name__)\n    return f(*args)\n"
    ),
    "it is one of two": WHOLE + "if N:\n    def call(f, *args):\n        return f(args)\n",
}


@pytest.mark.parametrize("case", CALLED, ids=str)
def test_a_method_is_called_by_a_function_of_the_program(case: str) -> None:
    function, call, joined = CALLED[case]
    after = migrate_source((SETUP + function + MODEL + call).encode(), load_pack()).after.decode()
    assert joined in " ".join(after.split()).replace("( ", "(").replace(", )", ")")
    assert MARKER not in after


@pytest.mark.parametrize("case", MARKED, ids=str)
def test_a_method_stays_that_a_function_does_more_with(case: str) -> None:
    program = SETUP + MARKED[case] + MODEL + CALL
    after = migrate_source(program.encode(), load_pack()).after.decode()
    assert CALL in after
    assert MARKER in after


def test_another_name_is_not_told() -> None:
    telling = (
        "def call(f, *args, **options):\n    print(f.__name__)\n    return f(*args, **options)\n"
    )
    for given in ("genai.get_file, 'files/a'", "model.generate_content, 'x', stream=True"):
        program = f"{SETUP}{telling}{MODEL}call({given})\n"
        after = migrate_source(program.encode(), load_pack()).after.decode()
        assert f"call({given})" in after
        assert MARKER in after


def test_a_function_of_another_module_calls_a_method() -> None:
    found = migrated({"tools": WHOLE, "main": f"from tools import call\n{SETUP}{MODEL}{CALL}"})
    assert found["tools"] == WHOLE
    assert JOINED in " ".join(found["main"].split()).replace("( ", "(").replace(", )", ")")


def test_other_methods_stay_as_they_are_written() -> None:
    other = "call(drive.generate_content,  1,  # theirs\n     x = 2)\n"
    program = SETUP + WHOLE + MODEL + other + CALL
    assert other in migrate_source(program.encode(), load_pack()).after.decode()


def test_comments_of_what_is_handed_on_stay() -> None:
    call = (
        "asyncio.to_thread(  # before\n    model.generate_content,  # the method\n"
        '    "x",  # the prompt\n    # warm\n    generation_config={"temperature": 1},\n)\n'
    )
    program = f"import asyncio\n{SETUP}{WHOLE}{MODEL}{call}if True:\n    "
    program += call.replace("asyncio.to_thread", "call").replace("\n", "\n    ")
    after = migrate_source(program.encode(), load_pack()).after.decode()
    for comment in ("# before", "# the method", "# the prompt", "# warm"):
        assert after.count(comment) == 2
    assert "\n    # the method\n" in after
