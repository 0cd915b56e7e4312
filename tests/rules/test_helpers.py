from __future__ import annotations

import ast
import asyncio
import importlib
import json
import textwrap
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeGuard

import pytest
from google import genai
from google.genai import types
from google.generativeai.embedding import _EMBEDDING_TASK_TYPE
from google.generativeai.types import content_types, safety_types

from genai_codemod.shim.comparison import Comparison, compare
from genai_codemod.shim.recording import Recording, record
from genai_codemod_rules.google_generativeai import helpers

FOLDER = Path(helpers.__path__[0])
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")

LEGACY = """
import PIL.Image
import google.generativeai as genai
from google.generativeai import protos as t
model = genai.GenerativeModel("m")
image = PIL.Image.new("RGB", (4, 3), "red")
"""
NEW = """
import PIL.Image
from google import genai
from google.genai import types, types as t
client = genai.Client()
image = PIL.Image.new("RGB", (4, 3), "red")
"""

Compared = Callable[..., Comparison]


def helper(name: str) -> Any:
    """The only definition of a template, which is named after its file."""
    module = importlib.import_module(f"{helpers.__name__}.{name}")
    return vars(module)[definition(name).name]


def definition(name: str) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef:
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    *imports, found = tree.body
    assert all(isinstance(each, (ast.Import, ast.ImportFrom)) for each in imports)
    assert isinstance(found, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    return found


def with_needed(names: Iterable[str]) -> list[str]:
    """The named templates, each after those that it imports from the same folder."""
    ordered: dict[str, None] = {}
    for name in names:
        statements = ast.parse((FOLDER / f"{name}.py").read_text()).body
        needed = [str(each.module) for each in statements if is_relative(each)]
        ordered |= dict.fromkeys((*with_needed(needed), name))
    return list(ordered)


def written(name: str) -> str:
    """A template as it is written into a module, where the others are already."""
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    return "".join(ast.unparse(each) + "\n" for each in tree.body if not is_relative(each))


def is_relative(statement: ast.stmt) -> TypeGuard[ast.ImportFrom]:
    return isinstance(statement, ast.ImportFrom) and statement.level > 0


@pytest.fixture
def compared(tmp_path: Path) -> Compared:
    """Compare legacy statements with new ones that may call the named templates."""

    def compare_texts(before: str, after: str, *names: str, answer: str = "default") -> Comparison:
        templates = "".join(map(written, with_needed(names)))
        recordings: list[Recording] = []
        for head, body in ((LEGACY, before), (NEW + templates, after)):
            program = tmp_path / str(len(recordings)) / "program.py"
            program.parent.mkdir()
            program.write_text(head + textwrap.dedent(body))
            recordings.append(record(program, answer=answer))
        return compare(*recordings)

    return compare_texts


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_one_private_definition_with_a_reason(name: str) -> None:
    found = definition(name)
    camel = "".join(word.capitalize() for word in name.split("_"))
    assert found.name == f"_{camel if isinstance(found, ast.ClassDef) else name}"
    docstring = ast.get_docstring(found)
    assert docstring is not None
    assert "\n" not in docstring
    assert docstring.startswith("google.genai ")


@pytest.mark.parametrize("name", NAMES)
def test_a_template_names_the_sdk_by_genai_and_types_only(name: str) -> None:
    tree = ast.parse((FOLDER / f"{name}.py").read_text())
    imported = {ast.unparse(each) for each in tree.body[:-1]}
    sdk = {"from google import genai", "from google.genai import types"}
    stdlib = ("from collections.abc import ", "from typing import ", "import functools")
    others = {f"from .{other} import {definition(other).name}" for other in NAMES}
    assert all(each in sdk | others or each.startswith(stdlib) for each in imported)


CONTENTS = [
    "'Hi'",
    "['a', 'b']",
    "('a', 'b')",
    "{'role': 'user', 'parts': 'a'}",
    "{'role': 'model', 'parts': ['a', 'b']}",
    "{'parts': ('a', 'b')}",
    "{'parts': ['a', image, {'mime_type': 'image/png', 'data': b'x'}]}",
    "{'parts': [{'text': 'a'}, {'inline_data': {'mime_type': 'image/png', 'data': 'eA=='}}]}",
    "[{'role': 'user', 'parts': 'a'}, {'role': 'model', 'parts': ['b']}, {'parts': ['c']}]",
    "[{'parts': ['a']}, {'parts': ['b']}]",
    "[{'role': 'user', 'parts': []}, {'role': 'user', 'parts': 'b'}]",
    "[t.Content(role='user', parts=[t.Part(text='a')]), {'role': 'model', 'parts': ['b']}]",
    "[{'text': 'a'}, 'b']",
    "['a', image]",
    "image",
    "{'mime_type': 'image/png', 'data': b'x'}",
    "['a', {'mime_type': 'image/png', 'data': 'eA=='}]",
    "{'parts': [{'file_data': {'file_uri': 'u', 'mime_type': 'text/plain'}}]}",
    "{'parts': [t.Part(function_response=t.FunctionResponse(name='f', response={'a': 1.5}))]}",
    "[{'role': 'model', 'parts': [{'function_call': {'name': 'f', 'args': {'a': 1.5}}}]}]",
]


def test_contents_are_sent_as_before(compared: Compared) -> None:
    calls = "for c in [{}]: {}"
    contents = ", ".join(CONTENTS)
    comparison = compared(
        calls.format(contents, "model.generate_content(c)"),
        calls.format(contents, "client.models.generate_content(model='m', contents=_contents(c))"),
        "contents",
    )
    assert comparison.differences == ()
    assert comparison.request_count == len(CONTENTS)
    assert comparison.equal


def test_a_file_in_a_content_dict_is_sent_as_before(compared: Compared) -> None:
    comparison = compared(
        "model.generate_content({'parts': ['a', genai.get_file('abc')]})",
        "file = client.files.get(name='files/abc')\n"
        "client.models.generate_content(model='m', contents=_contents({'parts': ['a', file]}))",
        "contents",
    )
    assert comparison.differences == ()
    assert comparison.equal


@pytest.mark.parametrize("value", [None, "", "a", [], (), types.Part(text="a"), b"x", 5])
def test_contents_of_other_kinds_are_left_alone(value: object) -> None:
    assert helper("contents")(value) is value


def test_contents_do_not_change_what_they_are_made_of() -> None:
    content = {"parts": ["a", {"mime_type": "image/png", "data": b"x"}]}
    before = repr(content)
    helper("contents")([content])
    assert repr(content) == before


HISTORIES = [
    "None",
    "[]",
    "[{'role': 'user', 'parts': 'a'}, {'role': 'model', 'parts': ['b', 'c']}]",
    "[{'role': 'user', 'parts': ['a', image, {'mime_type': 'image/png', 'data': b'x'}]}]",
    "[t.Content(role='user', parts=[t.Part(text='a')]), {'role': 'model', 'parts': 'b'}]",
    "({'role': 'user', 'parts': text} for text in 'ab')",
    "({'role': 'user', 'parts': ('a',)}, {'role': 'model', 'parts': [{'text': 'b'}]})",
]


def test_a_history_is_sent_as_before(compared: Compared) -> None:
    calls = "for h in [{}]: {}"
    histories = ", ".join(HISTORIES)
    comparison = compared(
        calls.format(histories, "model.start_chat(history=h).send_message('z')"),
        calls.format(
            histories,
            "client.chats.create(model='m', history=_history(h)).send_message('z')",
        ),
        "history",
    )
    assert comparison.differences == ()
    assert comparison.request_count == len(HISTORIES)
    assert comparison.equal


@pytest.mark.parametrize(
    "history",
    [["a"], "a", [{"parts": ["a"]}], {"parts": "a"}, [types.Content(parts=[types.Part(text="a")])]],
)
def test_a_history_without_roles_is_the_users(history: object) -> None:
    assert helper("history")(history) == [types.Content(role="user", parts=[types.Part(text="a")])]


MESSAGES = [
    "'a'",
    "['a', 'b']",
    "('a', 'b')",
    "{'role': 'user', 'parts': ['a', 'b']}",
    "{'parts': 'a'}",
    "t.Content(parts=[t.Part(text='a')])",
    "t.Part(text='a')",
    "{'text': 'a'}",
    "[{'text': 'a'}, image]",
    "image",
    "{'mime_type': 'image/png', 'data': b'x'}",
    "['a', {'mime_type': 'image/png', 'data': b'x'}]",
    "{'parts': ('a', {'mime_type': 'image/png', 'data': b'x'})}",
    "t.FunctionResponse(name='f', response={'a': 1.5})",
    "[t.Part(function_response=t.FunctionResponse(name='f', response={'a': 1.5}))]",
]


def test_a_message_is_sent_as_before(compared: Compared) -> None:
    calls = "for m in [{}]: {}"
    messages = ", ".join(MESSAGES)
    comparison = compared(
        calls.format(messages, "model.start_chat().send_message(m)"),
        calls.format(messages, "client.chats.create(model='m').send_message(_message(m))"),
        "message",
    )
    assert comparison.differences == ()
    assert comparison.request_count == len(MESSAGES)
    assert comparison.equal


@pytest.mark.parametrize("message", [None, [], 5])
def test_a_message_that_was_refused_still_is(message: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        content_types.to_content(message)
    with pytest.raises(ValueError, match="part"):
        helper("message")(message)


def names_of(settings: Any) -> dict[str, str]:
    found: dict[Any, Any] = safety_types.to_easy_safety_dict(settings)
    return {category.name: threshold.name for category, threshold in found.items()}


SETTINGS: list[Any] = [
    None,
    {},
    [],
    *({key: "BLOCK_NONE"} for key in safety_types._HARM_CATEGORIES),
    *({key.upper(): 1} for key in safety_types._HARM_CATEGORIES if isinstance(key, str)),
    *safety_types._BLOCK_THRESHOLDS,
    *(key.upper() for key in safety_types._BLOCK_THRESHOLDS if isinstance(key, str)),
    {"HATE": "MEDIUM", "dangerous": "high", 7: 2},
    {"HATE": "MEDIUM", "HARM_CATEGORY_HATE_SPEECH": "low"},
    [{"category": "HARM_CATEGORY_DANGEROUS", "threshold": "high"}],
    [{"category": 8, "threshold": 1}, {"category": "hate", "threshold": "med"}],
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_safety_settings_mean_what_they_meant(settings: Any) -> None:
    found = helper("safety_settings")(settings)
    assert {each.category.value: each.threshold.value for each in found} == names_of(settings)
    assert len({each.category for each in found}) == len(found)


def test_safety_settings_are_sent_as_before(compared: Compared) -> None:
    calls = "for s in [None, {{}}, {{'HATE': 'low', 7: 'high'}}, [], 'med']: {}"
    comparison = compared(
        calls.format("model.generate_content('Hi', safety_settings=s)"),
        calls.format(
            "client.models.generate_content(model='m', contents='Hi', "
            "config=types.GenerateContentConfig(safety_settings=_safety_settings(s)))"
        ),
        "safety_settings",
    )
    assert comparison.differences == ()
    assert comparison.equal


def test_safety_settings_of_the_new_sdk_are_taken_too() -> None:
    setting = types.SafetySetting(
        category=types.HarmCategory.HARM_CATEGORY_CIVIC_INTEGRITY,
        threshold=types.HarmBlockThreshold.OFF,
    )
    assert helper("safety_settings")([setting]) == [setting]
    assert helper("safety_settings")({setting.category: setting.threshold}) == [setting]
    assert len(helper("safety_settings")(types.HarmBlockThreshold.OFF)) == 4


@pytest.mark.parametrize("settings", [{"bogus": "low"}, {"HATE": "bogus"}, "", {99: 1}, {7: 99}])
def test_an_unknown_safety_setting_is_refused_as_before(settings: Any) -> None:
    with pytest.raises(KeyError):
        safety_types.to_easy_safety_dict(settings)
    with pytest.raises(KeyError):
        helper("safety_settings")(settings)


def test_safety_settings_are_merged_by_category() -> None:
    settings = helper("safety_settings")
    base = settings({"HARASSMENT": "LOW", "HATE": "LOW"})
    override = settings({"SEX": "HIGH", "HARASSMENT": "HIGH"})
    merged = helper("merge_safety_settings")(base, override)
    assert merged == settings({"HARASSMENT": "HIGH", "HATE": "LOW", "SEX": "HIGH"})
    assert helper("merge_safety_settings")(base, None) == base
    assert helper("merge_safety_settings")(None, override) == override


def test_settings_of_a_call_are_merged_as_before(compared: Compared) -> None:
    comparison = compared(
        """
        model = genai.GenerativeModel("m", system_instruction="S", generation_config={"top_p": .5},
            safety_settings={"HATE": "low"})
        for call in ({"top_k": 3}, {"top_p": .25}, None):
            model.start_chat().send_message("Hi", generation_config=call, safety_settings="high")
        """,
        """
        base = {"system_instruction": "S", "topP": .5, "safety_settings": _safety_settings({8: 1})}
        for call in ({"top_k": 3}, types.GenerateContentConfig(top_p=.25), None):
            safety = _merge_safety_settings(
                _settings_of(base)["safety_settings"], _safety_settings("high"))
            config = _with_settings(base, **_settings_of(call))
            config = _with_settings(config, safety_settings=safety, tools=None)
            client.chats.create(model="m", config=base).send_message("Hi", config=config)
        """,
        "safety_settings",
        "merge_safety_settings",
        "settings_of",
        "with_settings",
    )
    assert comparison.differences == ()
    assert comparison.request_count == 3
    assert comparison.equal


def test_settings_keep_their_objects() -> None:
    class Schema: ...

    def tool() -> None: ...

    config = types.GenerateContentConfig(tools=[tool], response_schema=Schema, temperature=0)
    known = helper("settings_of")(config)
    assert list(known) == ["temperature", "response_schema", "tools"]
    assert known["tools"] == [tool]
    changed = helper("with_settings")(config, top_k=3, temperature=None)
    assert changed.tools == [tool]
    assert changed.response_schema is Schema
    assert (changed.temperature, changed.top_k, config.top_k) == (0, 3, None)
    assert helper("settings_of")(None) == {}
    assert helper("with_settings")(None) == types.GenerateContentConfig()
    assert helper("with_settings")({"maxOutputTokens": 5}, max_output_tokens=6) == (
        types.GenerateContentConfig(max_output_tokens=6)
    )


@pytest.mark.parametrize(
    "answer", ["default", "blocked-prompt", "blocked-candidate", "function-call", "max-tokens"]
)
def test_a_text_is_missing_where_it_was(answer: str, compared: Compared) -> None:
    show = """
        try:
            print({})
        except ValueError:
            print("ValueError")
        """
    tool = "[{'function_declarations': [{'name': 'g', 'description': 'd'}]}]"
    comparison = compared(
        f"response = genai.GenerativeModel('m', tools={tool}).generate_content('Hi')"
        + textwrap.dedent(show.format("response.text")),
        f"response = client.models.generate_content(model='m', contents='Hi', "
        f"config={{'tools': {tool}}})" + textwrap.dedent(show.format("_response_text(response)")),
        "response_text",
        answer=answer,
    )
    assert comparison.output_diff == ""
    assert comparison.equal


def chunk(*texts: str, **fields: Any) -> types.GenerateContentResponse:
    content = types.Content(role="model", parts=[types.Part(text=text) for text in texts])
    candidate = types.Candidate(content=content, finish_reason=fields.pop("finish_reason", None))
    return types.GenerateContentResponse(candidates=[candidate], **fields)


CHUNKS = [
    chunk("Hel"),
    types.GenerateContentResponse(),
    chunk(
        "lo",
        finish_reason=types.FinishReason.STOP,
        usage_metadata=types.GenerateContentResponseUsageMetadata(total_token_count=12),
    ),
]


def check_sum(stream: Any) -> None:
    assert stream.text == "Hello"
    assert stream.parts == [types.Part(text="Hello")]
    (candidate,) = stream.candidates
    assert candidate.content == types.Content(role="model", parts=[types.Part(text="Hello")])
    assert candidate.finish_reason is types.FinishReason.STOP
    assert stream.usage_metadata.total_token_count == 12
    assert stream.prompt_feedback is None


def test_a_recorded_stream_is_lazy_and_can_be_read_again() -> None:
    asked: list[int] = []

    def chunks() -> Iterator[types.GenerateContentResponse]:
        for position, each in enumerate(CHUNKS):
            asked.append(position)
            yield each

    stream = helper("recorded_stream")(chunks())
    assert asked == []
    for each in stream:
        assert each is CHUNKS[0]
        break
    assert asked == [0]
    assert list(stream) == list(stream) == CHUNKS
    stream.resolve()
    assert asked == [0, 1, 2]
    check_sum(stream)


def test_a_recorded_stream_reads_the_rest_to_be_summed_up() -> None:
    for name in ("text", "parts", "candidates", "usage_metadata"):
        assert getattr(helper("recorded_stream")(iter(CHUNKS)), name)
    check_sum(helper("recorded_stream")(iter(CHUNKS)))


ANSWERED = """
chat = {chat}
for message in ("a", "b"):
    try:
        print({checked}.candidates[0].finish_reason.name)
    except {blocked}:
        print("blocked")
    except {stopped}:
        print("stopped")
"""
LEGACY_CHAT = {
    "chat": "model.start_chat()",
    "checked": "chat.send_message(message)",
    "blocked": "genai.types.BlockedPromptException",
    "stopped": "genai.types.StopCandidateException",
}
NEW_CHAT = {
    "chat": 'client.chats.create(model="m")',
    "checked": "_checked_answer(chat.send_message(message))",
    "blocked": "_BlockedPromptError",
    "stopped": "_StoppedAnswerError",
}


@pytest.mark.parametrize("answer", ["default", "blocked-prompt", "blocked-candidate", "max-tokens"])
def test_an_answer_is_refused_as_it_was(compared: Compared, answer: str) -> None:
    comparison = compared(
        ANSWERED.format(**LEGACY_CHAT), ANSWERED.format(**NEW_CHAT), "checked_answer", answer=answer
    )
    assert comparison.same_requests
    assert comparison.same_output, comparison.output_diff


@pytest.mark.parametrize("name", ["recorded_stream", "recorded_async_stream"])
def test_a_blocked_stream_has_no_text(name: str) -> None:
    feedback = types.GenerateContentResponsePromptFeedback(block_reason=types.BlockedReason.SAFETY)
    blocked = [types.GenerateContentResponse(prompt_feedback=feedback)]

    async def chunks() -> AsyncIterator[types.GenerateContentResponse]:
        for each in blocked:
            yield each

    if name == "recorded_stream":
        stream = helper(name)(iter(blocked))
    else:
        stream = helper(name)(chunks())
        asyncio.run(stream.resolve())
    with pytest.raises(ValueError, match="not a text"):
        _ = stream.text
    assert (stream.parts, stream.candidates) == ([], [])
    assert stream.usage_metadata is None
    assert stream.prompt_feedback is feedback


def test_a_recorded_async_stream_can_be_read_again() -> None:
    asked: list[int] = []

    async def chunks() -> AsyncIterator[types.GenerateContentResponse]:
        for position, each in enumerate(CHUNKS):
            asked.append(position)
            yield each

    async def run() -> None:
        stream = helper("recorded_async_stream")(chunks())
        async for each in stream:
            assert each is CHUNKS[0]
            break
        assert asked == [0]
        assert stream.text == "Hel"
        assert [each async for each in stream] == [each async for each in stream] == CHUNKS
        await stream.resolve()
        assert asked == [0, 1, 2]
        check_sum(stream)

    asyncio.run(run())


def test_a_stream_prints_what_it_printed(compared: Compared) -> None:
    show = """
        for chunk in response:
            print(chunk.text)
        response.resolve()
        print([chunk.text for chunk in response], response.text, len(response.parts))
        print(response.candidates[0].content.parts[0].text)
        print(response.candidates[0].finish_reason.name)
        print(response.usage_metadata.total_token_count)
        """
    comparison = compared(
        "response = model.generate_content('Hi', stream=True)" + textwrap.dedent(show),
        "stream = client.models.generate_content_stream(model='m', contents='Hi')\n"
        "response = _RecordedStream(stream)" + textwrap.dedent(show),
        "recorded_stream",
    )
    assert comparison.output_diff == ""
    assert comparison.equal


def test_an_async_stream_prints_what_it_printed(compared: Compared) -> None:
    show = """
            await response.resolve()
            print([chunk.text async for chunk in response], response.text, len(response.parts))
            print(response.candidates[0].content.parts[0].text, response.usage_metadata is None)
        asyncio.run(main())
        """
    head = "import asyncio\nasync def main():\n    "
    comparison = compared(
        head
        + "response = await model.generate_content_async('Hi', stream=True)"
        + textwrap.dedent(show),
        head
        + "response = _RecordedAsyncStream(\n        await client.aio.models."
        + "generate_content_stream(model='m', contents='Hi'))"
        + textwrap.dedent(show),
        "recorded_async_stream",
    )
    assert comparison.output_diff == ""
    assert comparison.equal


def test_embeddings_have_the_shape_they_had(compared: Compared) -> None:
    contents = (
        "['a', ['a'], ('a', 'b'), [], {'parts': [{'text': 'a'}]}, t.Part(text='a'), "
        "t.Content(parts=[t.Part(text='a')])]"
    )
    comparison = compared(
        f"""
        for content in {contents}:
            if content:
                print(genai.embed_content(model="models/e", content=content)["embedding"])
        """,
        f"""
        for content in {contents}:
            if content:
                response = client.models.embed_content(model="models/e", contents=content)
                print(_embedding(response, content))
        """,
        "embedding",
    )
    assert comparison.output_diff == ""
    assert not comparison.ending_after


@pytest.mark.parametrize("model", ["models/text-embedding-004", "models/gemini-embedding-2"])
def test_a_long_list_is_embedded_in_batches_as_before(model: str, compared: Compared) -> None:
    comparison = compared(
        f"""
        for texts in ([], ["a"], [str(i) for i in range(250)], (str(i) for i in range(101)),
                ["a", {{"parts": [{{"text": "b"}}]}}, ["c", "d"], {{"text": "e"}}, t.Part(text="f"),
                 t.Content(parts=[t.Part(text="g")])]):
            result = genai.embed_content(model={model!r}, content=texts, task_type="clustering")
            print(result["embedding"])
        """,
        f"""
        for texts in ([], ["a"], [str(i) for i in range(250)], (str(i) for i in range(101)),
                ["a", {{"parts": [{{"text": "b"}}]}}, ["c", "d"], {{"text": "e"}}, t.Part(text="f"),
                 t.Content(parts=[t.Part(text="g")])]):
            config = {{"task_type": _task_type("clustering")}}
            print(_embed_batches(client, model={model!r}, contents=texts, config=config))
        """,
        "embed_batches",
        "task_type",
    )
    assert comparison.differences == ()
    assert comparison.output_diff == ""
    assert comparison.request_count == 7
    assert comparison.equal


@pytest.mark.parametrize("value", _EMBEDDING_TASK_TYPE)
def test_a_task_type_means_what_it_meant(value: Any) -> None:
    expected = _EMBEDDING_TASK_TYPE[value].name
    assert helper("task_type")(value) == expected
    if isinstance(value, str):
        assert helper("task_type")(value.upper()) == expected


def test_no_task_type_and_an_unknown_one_stay() -> None:
    assert helper("task_type")(None) is None
    assert helper("task_type")("code_retrieval_query") == "CODE_RETRIEVAL_QUERY"


def test_a_streamed_answer_is_one_turn_of_the_history(compared: Compared) -> None:
    show = """
        print(len(history), [content.role for content in history])
        print(history[1].parts[0].text, len(history[1].parts), history[-1].parts[0].text)
        """
    comparison = compared(
        """
        chat = model.start_chat()
        for chunk in chat.send_message("Hi", stream=True): pass
        chat.send_message("again")
        history = chat.history"""
        + show,
        """
        chat = client.chats.create(model="m")
        for chunk in chat.send_message_stream("Hi"): pass
        chat.send_message("again")
        history = _joined_history(chat)"""
        + show,
        "joined_history",
    )
    assert comparison.output_diff == ""
    assert not comparison.ending_after


def test_a_joined_history_leaves_the_chat_alone() -> None:
    client = genai.Client(api_key="none")
    call = types.Part(function_call=types.FunctionCall(name="f"))
    history: list[Any] = [
        types.UserContent("a"),
        types.ModelContent("b"),
        types.ModelContent([types.Part(text="c"), call]),
        types.ModelContent("d"),
        types.UserContent("e"),
        types.UserContent("f"),
    ]
    expected = [
        types.Content(role="user", parts=[types.Part(text="a")]),
        types.Content(role="model", parts=[types.Part(text="bc"), call, types.Part(text="d")]),
        types.Content(role="user", parts=[types.Part(text="e")]),
        types.Content(role="user", parts=[types.Part(text="f")]),
    ]
    for chats in (client.chats, client.aio.chats):
        chat = chats.create(model="m", history=list(history))
        joined = helper("joined_history")(chat)
        assert [each.model_dump() for each in joined] == [each.model_dump() for each in expected]
        assert chat.get_history() == history


DECLARATION = {"name": "g", "description": "d"}
SCHEMA = {"type": "OBJECT", "properties": {"x": {"type": "STRING"}}, "required": ["x"]}
TOOLS = [
    "None",
    "[]",
    "f",
    "[f]",
    "(f,)",
    "'code_execution'",
    "['CODE_EXECUTION']",
    "'google_search_retrieval'",
    "{'code_execution': {}}",
    json.dumps([{"function_declarations": [{**DECLARATION, "parameters": SCHEMA}]}]),
    json.dumps({"function_declarations": [DECLARATION]}),
    json.dumps(DECLARATION),
    json.dumps([DECLARATION, {**DECLARATION, "name": "h"}]),
    "[f, t.FunctionDeclaration(name='g', description='d')]",
    "t.FunctionDeclaration(name='g', description='d')",
    "[t.Tool(function_declarations=[t.FunctionDeclaration(name='g')])]",
    "t.Tool(function_declarations=[t.FunctionDeclaration(name='g')])",
    "[[f, t.FunctionDeclaration(name='g', description='d')]]",
    "{'function_declarations': [f, {'name': 'g', 'description': 'd'}]}",
    "['code_execution', f]",
]


def test_tools_are_sent_as_before(compared: Compared) -> None:
    calls = "def f(a: str):\n    'doc'\nfor tools in [{}]: {}"
    tools = ", ".join(TOOLS)
    comparison = compared(
        calls.format(tools, "genai.GenerativeModel('m', tools=tools).generate_content('Hi')"),
        calls.format(
            tools,
            "client.models.generate_content(model='m', contents='Hi', "
            "config=types.GenerateContentConfig(tools=_tools(tools)))",
        ),
        "tools",
    )
    assert comparison.differences == ()
    assert comparison.request_count == len(TOOLS)
    assert comparison.equal


@pytest.mark.parametrize("tools", ["google_maps_and_more", ["bogus"]])
def test_an_unknown_tool_is_refused_as_before(tools: Any) -> None:
    with pytest.raises(ValueError, match="only string"):
        content_types.to_function_library(tools)
    with pytest.raises(ValueError, match="validation error"):
        helper("tools")(tools)


def test_a_text_shows_the_code_that_was_run(compared: Compared) -> None:
    comparison = compared(
        """
        print(model.generate_content("Hi", tools="code_execution").text)
        """,
        """
        tools = [types.Tool(code_execution=types.ToolCodeExecution())]
        print(_text_with_code(client.models.generate_content(
            model="m", contents="Hi", config=types.GenerateContentConfig(tools=tools))))
        """,
        "text_with_code",
        answer="code-execution",
    )
    assert comparison.equal
    assert comparison.output_diff == ""


def test_a_text_with_code_is_refused_where_there_is_none() -> None:
    empty = types.GenerateContentResponse(
        candidates=[types.Candidate(finish_reason=types.FinishReason.SAFETY)]
    )
    with pytest.raises(ValueError, match="SAFETY"):
        helper("text_with_code")(empty)
    call = types.Part(function_call=types.FunctionCall(name="f"))
    content = types.Content(role="model", parts=[call])
    answered = types.GenerateContentResponse(candidates=[types.Candidate(content=content)])
    with pytest.raises(ValueError, match="more than text"):
        helper("text_with_code")(answered)


def test_a_timeout_is_in_milliseconds() -> None:
    timeout = helper("timeout")
    assert [timeout(None), timeout(60), timeout(0.5), timeout(1.1)] == [None, 60000, 500, 1100]
    assert types.HttpOptions(timeout=timeout(2.5)).timeout == 2500


# -- times, tools and examples ------------------------------------------------------------------

TTLS = [
    "300",
    "datetime.timedelta(minutes=5)",
    "datetime.timedelta(days=2, seconds=1.5)",
    "{'seconds': 300}",
    "{'seconds': 3, 'nanos': 500000000}",
]


@pytest.mark.parametrize("ttl", TTLS)
def test_a_time_to_live_is_sent_as_before(ttl: str, compared: Compared) -> None:
    comparison = compared(
        "import datetime; from google.generativeai import caching\n"
        f"caching.CachedContent.create('m', contents=['a'], ttl={ttl})",
        "import datetime\n"
        f"client.caches.create(model='m', config={{'contents': ['a'], 'ttl': _duration({ttl})}})",
        "duration",
    )
    assert comparison.equal, comparison.differences
    assert helper("duration")(None) is None


MOMENTS = [
    "1893456000",
    "{'seconds': 1893456000}",
    "datetime.datetime(2030, 5, 1, 12)",
    "datetime.datetime(2030, 5, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=3)))",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_is_sent_as_before(moment: str, compared: Compared) -> None:
    comparison = compared(
        "import datetime; from google.generativeai import caching\n"
        f"caching.CachedContent.create('m', contents=['a'], expire_time={moment})",
        "import datetime\n"
        f"config = {{'contents': ['a'], 'expire_time': _moment({moment})}}\n"
        "client.caches.create(model='m', config=config)",
        "moment",
    )
    assert comparison.equal, comparison.differences
    assert helper("moment")(None) is None


def test_functions_are_declared_beside_other_tools() -> None:
    def roll(sides: int) -> int:
        """Roll a dice."""
        return sides

    search = types.Tool(google_search=types.GoogleSearch())
    declare = helper("declared_tools")
    first, *rest = declare([roll, search])
    assert [each.name for each in first.function_declarations] == ["roll"]
    assert rest == [search]
    assert declare([search]) == [search]
    assert declare(None) is None


EXAMPLES = [("1", "2"), ("2", "3")]


@pytest.mark.parametrize(
    "data",
    [
        EXAMPLES,
        [list(example) for example in EXAMPLES],
        [{"given": one, "wanted": other} for one, other in EXAMPLES],
        {"given": [1, 2], "wanted": [2, 3]},
        [types.TuningExample(text_input=one, output=other) for one, other in EXAMPLES],
    ],
)
def test_examples_are_read_from_any_form(data: Any) -> None:
    assert _pairs(helper("tuning_examples")(data, "given", "wanted")) == EXAMPLES


def test_examples_are_read_from_files(tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("given,wanted\n1,2\n2,3\n")
    document = tmp_path / "numbers.json"
    document.write_text(json.dumps({"given": [1, 2], "wanted": [2, 3]}))
    read = helper("tuning_examples")
    for source in (table, str(table), table.as_uri(), document, str(document)):
        assert _pairs(read(source, "given", "wanted")) == EXAMPLES


def _pairs(examples: list[types.TuningExample]) -> list[tuple[str | None, str | None]]:
    return [(each.text_input, each.output) for each in examples]


class Jobs:
    """A client whose tuning job ends after it has been read twice."""

    def __init__(self, end: types.JobState) -> None:
        self.tunings = self.models = self
        self.states = [types.JobState.JOB_STATE_RUNNING, types.JobState.JOB_STATE_RUNNING, end]

    def get(self, *, name: str = "", model: str = "") -> Any:
        if model:
            return types.Model(name=model)
        tuned = types.TunedModel(model=name)
        return types.TuningJob(name=name, state=self.states.pop(0), tuned_model=tuned)


def test_a_tuning_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    job = types.TuningJob(name="tunedModels/a", state=types.JobState.JOB_STATE_QUEUED)
    assert (
        helper("tuned_model")(Jobs(types.JobState.JOB_STATE_SUCCEEDED), job).name == "tunedModels/a"
    )
    with pytest.raises(RuntimeError, match="JOB_STATE_FAILED"):
        helper("tuned_model")(Jobs(types.JobState.JOB_STATE_FAILED), job)


def test_a_tuning_is_read_until_it_has_ended() -> None:
    job = types.TuningJob(name="tunedModels/a", state=types.JobState.JOB_STATE_QUEUED)
    steps = list(helper("tuning_steps")(Jobs(types.JobState.JOB_STATE_SUCCEEDED), job))
    assert [step.state.name for step in steps] == ["JOB_STATE_RUNNING"] * 2


def test_request_options_are_in_milliseconds() -> None:
    options = helper("http_options")
    assert options(None) is None
    assert options({"timeout": 2.5}) == types.HttpOptions(timeout=2500)
    assert options({"timeout": None, "retry": None}) == types.HttpOptions()
    assert options(types.HttpOptions(timeout=3)) == types.HttpOptions(timeout=3)
    with pytest.raises(TypeError, match="HttpRetryOptions"):
        options({"retry": object()})


def answer(**fields: Any) -> types.GenerateContentResponse:
    return types.GenerateContentResponse.model_validate(fields)


BLOCKED = answer(prompt_feedback={"block_reason": "SAFETY"})
STOPPED = answer(candidates=[{"finish_reason": "RECITATION"}])
COMPLETE = [
    answer(candidates=[{"finish_reason": reason}], prompt_feedback=feedback)
    for reason in (None, "STOP", "MAX_TOKENS", "FINISH_REASON_UNSPECIFIED")
    for feedback in (None, types.GenerateContentResponsePromptFeedback())
]


def test_a_blocked_or_stopped_answer_raises() -> None:
    check = helper("checked_answer")
    assert [check(response) for response in COMPLETE] == COMPLETE
    with pytest.raises(helper("blocked_prompt_error")) as blocked:
        check(BLOCKED)
    assert blocked.value.args == (BLOCKED.prompt_feedback,)
    with pytest.raises(helper("stopped_answer_error")) as stopped:
        check(STOPPED)
    assert stopped.value.args == tuple(STOPPED.candidates or ())


def test_a_blocked_stream_raises() -> None:
    check = helper("checked_stream")
    assert list(check([*COMPLETE, STOPPED])) == [*COMPLETE, STOPPED]
    with pytest.raises(helper("blocked_prompt_error")):
        list(check([BLOCKED]))


def test_a_blocked_asynchronous_stream_raises() -> None:
    async def chunks(*given: Any) -> AsyncIterator[Any]:
        for chunk in given:
            yield chunk

    async def read(*given: Any) -> list[Any]:
        return [chunk async for chunk in helper("checked_async_stream")(chunks(*given))]

    assert asyncio.run(read(*COMPLETE)) == COMPLETE
    with pytest.raises(helper("blocked_prompt_error")):
        asyncio.run(read(BLOCKED))
