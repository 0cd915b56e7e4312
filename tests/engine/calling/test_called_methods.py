"""Methods that map, pools and functions of the program call with one argument."""

from __future__ import annotations

import pytest
from tests.checks import MARKER, compiles
from tests.engine.programs import PLAIN, SETUP

from genai_codemod.engine import load_pack, migrate_source

METHOD = "model.generate_content"
LAMBDA = "lambda contents: client.models.generate_content(model=model, contents=contents)"
HEAD = (
    "import concurrent.futures, multiprocessing.pool\n"
    "from multiprocessing.dummy import Pool\n"
    f"{SETUP}model = {PLAIN}\n"
)
POOL = "with concurrent.futures.{}(2) as pool:\n    print(list(pool.map({}, ['x']{})))\n"

BOT = "class Bot:\n    def __init__(self):\n        self.ask = model.generate_content\n"
CALLED = {
    "map": f"print(list(map({METHOD}, ['x'])))\n",
    "an executor": POOL.format("ThreadPoolExecutor", METHOD, ", timeout=5"),
    "a pool": f"for each in Pool(2).imap({METHOD}, ['x']):\n    print(each)\n",
    "an attribute": f"{BOT}    def one(self):\n        return self.ask('x')\nprint(Bot().one())\n",
    "a function": f"def call(f, prompt):\n    return f(prompt)\nprint(call({METHOD}, 'x'))\n",
}
MARKED = {
    "other processes": POOL.format("ProcessPoolExecutor", METHOD, ""),
    "two iterables": f"print(list(map({METHOD}, ['x'], [1])))\n",
    "an object that is bound again": f"print(map({METHOD}, ['x']))\nmodel = {PLAIN}\n",
    "an attribute with a keyword": f"{BOT}Bot().ask('x', stream=True)\n",
    "an attribute that is passed on": f"{BOT}KEPT.append(Bot().ask)\n",
    "an attribute of a class": f"class Bot:\n    pass\nBot.ask = {METHOD}\nBot.ask('x')\n",
    "a loop": f"for model in models:\n    KEPT.append(map({METHOD}, ['x']))\n",
    "something unknown": f"print(queue.map({METHOD}, ['x']))\n",
    "a function with two arguments": f"def call(f):\n    f('x', 1)\ncall({METHOD})\n",
    "a function with a keyword": f"def call(f):\n    f(contents='x')\ncall({METHOD})\n",
    "a function that keeps it": f"def call(f):\n    KEPT.append(f)\n    f('x')\ncall({METHOD})\n",
    "a function that wraps it": f"def call(f):\n    f = wrap(f)\n    f('x')\ncall({METHOD})\n",
}


def after(program: str) -> str:
    migrated = migrate_source((HEAD + program).encode(), load_pack()).after
    compiles(migrated)
    return migrated.decode()


@pytest.mark.parametrize("case", CALLED, ids=str)
def test_a_lambda_takes_the_argument(case: str) -> None:
    migrated = after(CALLED[case])
    assert LAMBDA in " ".join(migrated.split()).replace("( ", "(").replace(", )", ")")
    assert MARKER not in migrated


@pytest.mark.parametrize("case", MARKED, ids=str)
def test_a_method_stays_that_is_called_otherwise(case: str) -> None:
    migrated = after(MARKED[case])
    assert METHOD in migrated
    assert "lambda contents" not in migrated
    assert MARKER in migrated


def test_the_results_of_a_pool_are_known() -> None:
    ask = f"def ask(prompt):\n    return {METHOD}(prompt)\n"
    reason = "[each.candidates[0].finish_reason == 1 for each in pool.imap(ask, ['x'])]"
    migrated = after(f"{ask}pool = multiprocessing.pool.ThreadPool(2)\nprint({reason})\n")
    assert "finish_reason == types.FinishReason.STOP" in migrated
    assert MARKER not in migrated
