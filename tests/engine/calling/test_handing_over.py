"""What threads, pools and loops are given to call, and what cannot be followed there."""

from __future__ import annotations

import pytest
from tests.checks import MARKER
from tests.engine.programs import PLAIN, SET, SETUP, migrated

ASK = "def ask(model, question):\n    return model.generate_content(question)\n"
MODEL = f"model = {SET}\n"
MIGRATED = "return client.models.generate_content(**model, contents=question)"
LEFT = "it reaches code that cannot be seen"
FOLLOWED = [
    "from threading import Thread\nThread(target=ask, args=(model, 'a')).start()",
    "from threading import Thread\nThread(None, ask, 'name', [model, 'a'], {}).start()",
    "from threading import Thread\nThread(target=ask, kwargs=dict(model=model, question='a'))",
    "from threading import Thread\ngiven = (model, 'a')\nThread(target=ask, args=given).start()",
    "import threading\nthreading.Timer(1, ask, (model,), {'question': 'a'}).start()",
    "import _thread\n_thread.start_new_thread(ask, (model, 'a'))",
    "import asyncio\nasyncio.get_event_loop().call_later(1, ask, model, 'a')",
    "import asyncio\nasyncio.get_event_loop().run_in_executor(None, ask, model, 'a')",
    "from concurrent.futures import ThreadPoolExecutor as Pool\nPool().map(ask, [model] * 2, 'ab')",
    "from concurrent.futures import ThreadPoolExecutor as Pool\n"
    "with Pool() as pool:\n    print(list(pool.map(ask, [model, model], ['a', 'b'])))",
    "from concurrent.futures import ThreadPoolExecutor\n"
    "ThreadPoolExecutor(initializer=ask, initargs=(model, 'a'))",
    "from multiprocessing.pool import ThreadPool\nThreadPool().apply(ask, (model, 'a'))",
    "from multiprocessing.dummy import Pool\nPool(2).starmap(ask, [(model, 'a')])",
    "from multiprocessing import dummy\ndummy.Pool(2).apply_async(ask, (model, 'a')).get().text",
    "from tqdm.contrib.concurrent import thread_map\nthread_map(ask, [model], ['a'])",
]


@pytest.mark.parametrize("call", FOLLOWED)
def test_a_model_is_followed_into_a_function_that_is_called_elsewhere(call: str) -> None:
    found = migrated({"main": SETUP + ASK + MODEL + call + "\n"})["main"]
    assert MIGRATED in found
    assert MARKER not in found


UNKNOWN = [
    "from threading import Thread\nThread(target=ask, args=build()).start()",
    "from threading import Thread\nThread(target=ask, kwargs=build(model=model)).start()",
    "from timers import Timer\nTimer(1, ask, (model, 'a')).start()",
    "import frames\nframes.read()['text'].apply(ask, args=(model,))",
    "from threading import Thread\nThread(target=ask if build() else build, args=(model, 'a'))",
]


@pytest.mark.parametrize("call", UNKNOWN)
def test_what_a_function_is_given_elsewhere_is_marked_where_it_cannot_be_seen(call: str) -> None:
    code = SETUP + "from builders import build\n" + ASK + MODEL + "ask(model, 'a')\n" + call + "\n"
    found = migrated({"main": code})["main"]
    assert MIGRATED not in found
    assert MARKER in found


TAKEN = [
    "from threading import Thread\nThread(target=work, args=(model, 'a')).start()",
    "from threading import Thread\nThread(target=work, kwargs={'model': model}).start()",
    "from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor().map(work, [model])",
    "work([model])",
    "work(*[model])",
    "jobs = {'a': [(model, 'question')]}\nwork(jobs)",
    "jobs = []\njobs.append(model)\nwork(jobs)",
    "def models():\n    return {'brief': model}",
]


@pytest.mark.parametrize("call", TAKEN)
def test_a_model_is_left_that_a_container_takes_out_of_sight(call: str) -> None:
    found = migrated({"main": SETUP + "from jobs import work\n" + MODEL + call + "\n"})["main"]
    assert LEFT in found


SEEN = [
    "import random\nprint(random.choice([model]).generate_content('a').text)",
    "print(len([model]))",
    "for each in sorted([model]):\n    print(each.generate_content('a').text)",
]


@pytest.mark.parametrize("call", SEEN)
def test_python_itself_does_not_take_a_model_out_of_sight(call: str) -> None:
    assert LEFT not in migrated({"main": SETUP + MODEL + call + "\n"})["main"]


def test_a_method_of_the_program_that_is_named_like_one_of_a_pool_is_followed_itself() -> None:
    runner = (
        "class Runner:\n    def submit(self, function, *given):\n        return function(*given)\n"
    )
    code = SETUP + runner + ASK + MODEL + "print(Runner().submit(ask, model, 'a').text.upper())\n"
    found = migrated({"main": code})["main"]
    assert MIGRATED in found
    assert MARKER not in found


def test_a_number_is_compared_by_name_in_a_function_that_gets_a_future() -> None:
    code = (
        f"{SETUP}{ASK}{MODEL}"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def done(future):\n    print(future.result().candidates[0].finish_reason == 1)\n"
        "with ThreadPoolExecutor() as pool:\n"
        "    pool.submit(ask, model, 'a').add_done_callback(done)\n"
    )
    assert "finish_reason == types.FinishReason.STOP" in migrated({"main": code})["main"]


THREAD = "import threading\n"
UNTOUCHED = [
    "threading.Thread(\n    target=drive.get_file,   # what\n    args=( 1,  2 ))\n",
    "pool.map(drive.get_file,  names, # which\n    timeout = 1)\n",
    "pool.apply_async(drive.get_file, ( 1, ), {  'x': 2})\n",
    "print(list(map(list, [names])))\n",
]


@pytest.mark.parametrize("call", UNTOUCHED)
def test_what_hands_over_methods_of_others_stays_as_it_was(call: str) -> None:
    code = SETUP + THREAD + "from drives import drive, names, pool\n" + MODEL + call
    assert migrated({"main": code})["main"].endswith(call)


def test_comments_beside_what_a_thread_is_given_are_kept() -> None:
    call = (
        "thread = threading.Thread(\n"
        "    target=model.generate_content,  # one\n"
        "    args=(\n        # two\n        'a',\n    ),  # three\n"
        "    kwargs={'stream': False},  # four\n"
        "    daemon=True,  # five\n"
        ")\n"
    )
    found = migrated({"main": SETUP + THREAD + MODEL + call})["main"]
    assert MARKER not in found
    assert all(found.count(f"# {each}\n") == 1 for each in ("one", "two", "three", "four", "five"))


def test_a_lambda_keeps_what_a_loop_gives_other_values() -> None:
    code = (
        f"{SETUP}from pools import pool, prompts\n"
        "for name in ('a', 'b'):\n"
        "    for prompt in prompts:\n"
        "        pool.submit(genai.embed_content, model=name, content=prompt)\n"
    )
    found = migrated({"main": code})["main"]
    assert "lambda name=name, prompt=prompt: {" in found


def test_what_a_call_is_given_is_asked_for_before_the_thread_starts() -> None:
    code = (
        f"{SETUP}import asyncio\nfrom texts import text\nchat = {PLAIN}.start_chat()\n"
        "async def main():\n    await asyncio.to_thread(chat.send_message, await text())\n"
        "    await asyncio.to_thread(chat.send_message, content=text.pop())\n"
    )
    found = migrated({"main": code})["main"]
    assert "lambda value=await text(): _checked_answer(" in found
    assert "chat.send_message(value)" in found
    assert "lambda content=text.pop(): _checked_answer(" in found


CARRIED = [
    "import queue\nheld = queue.Queue()\nheld.put((1, model))\nnumber, model = held.get()",
    "import queue\nheld = queue.SimpleQueue()\nheld.put(model)\nmodel = held.get_nowait()",
    "import threading\nheld = threading.local()\nheld.model = model\nmodel = held.model",
]


@pytest.mark.parametrize("code", CARRIED)
def test_a_model_is_followed_through_what_threads_share(code: str) -> None:
    use = "print(model.generate_content('a').text)\n"
    found = migrated({"main": f"{SETUP}{MODEL}{code}\n{use}"})["main"]
    assert "client.models.generate_content(" in found
    assert MARKER not in found


def test_a_model_is_left_that_goes_into_a_queue_of_another_program() -> None:
    code = f"{SETUP}from broker import jobs\n{MODEL}jobs.put((1, model))\n"
    assert LEFT in migrated({"main": code})["main"]


WAITED = [
    "print(group.create_task(ask()).result().candidates[0].finish_reason == 1)",
    "print(loop.run_until_complete(ask()).candidates[0].finish_reason == 1)",
    "done, rest = futures.wait([pool.submit(model.generate_content, 'a')])\n"
    "print([each.result().candidates[0].finish_reason == 1 for each in done])",
]


@pytest.mark.parametrize("code", WAITED)
def test_the_answer_of_a_task_is_one_of_the_new_sdk(code: str) -> None:
    ask = "async def ask():\n    return await model.generate_content_async('a')\n"
    others = "from concurrent import futures\nfrom others import group, loop, pool\n"
    found = migrated({"main": SETUP + others + MODEL + ask + code + "\n"})["main"]
    assert "finish_reason == types.FinishReason.STOP" in found


NOTICED = [
    "try:\n    print(pool.submit(ask).result())\nexcept ValueError:\n    print('blocked')\n",
    "future = pool.submit(ask)\nif future.exception():\n    print('blocked')\n",
    "later = pool.apply_async(ask)\ntry:\n    print(later.get())\nexcept ValueError:\n    raise\n",
]


@pytest.mark.parametrize("code", NOTICED)
def test_an_error_in_another_thread_is_noticed_where_its_result_is_asked_for(code: str) -> None:
    ask = "def ask():\n    return model.generate_content('a').text\nprint(ask())\n"
    alone = SETUP + "from pools import pool\n" + MODEL + ask
    text = "_response_text("
    assert text in migrated({"main": alone + code})["main"]
    assert text not in migrated({"main": alone})["main"]
