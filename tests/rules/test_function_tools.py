"""What is marked about functions as tools, and what is not."""

from __future__ import annotations

import textwrap

import pytest

from genai_codemod.engine import load_pack, migrate_source

HEAD = "import google.generativeai as genai\n"
AUTOMATIC = """
model = genai.GenerativeModel("m", tools=[f])
chat = model.start_chat(enable_automatic_function_calling=True)
"""
RULE = "[tools.automatic-calling]"


def migrated(program: str) -> str:
    """A program of the new SDK."""
    source = HEAD + textwrap.dedent(program)
    after = migrate_source(source.encode(), load_pack()).after.decode()
    assert "from google import genai" in after
    return after


def function(signature: str, *body: str) -> str:
    return f"def f{signature}:\n" + textwrap.indent("\n".join(body), "    ") + "\n"


NO_DICTS = [
    ("(a: str) -> str", "return g(a)"),
    ("(a: str) -> list[str]", "return g(a)"),
    ("(a: str) -> 'str'", "return g(a)"),
    ("(a: str) -> int | None", "return g(a)"),
    ("(a: str)", "return a + 'x'"),
    ("(a: float)", "return a * 2"),
    ("(a: str)", "return [a]"),
    ("(a: str)", "return 'x' if a else None"),
    ("(a: str)", "print(a)"),
    ("(a: str)", "def inner():", "    return {}", "return f'{a}'"),
]
DICTS = [
    ("(a: str) -> dict", "return g(a)"),
    ("(a: str) -> 'dict[str, int]'", "return g(a)"),
    ("(a: str) -> str", "return {'a': a}"),
    ("(a: str)", "return {'a': a}"),
    ("(a: str)", "return g(a)"),
    ("(a: str)", "return 'x' if a else {}"),
    ("(a: str)", "return a | a"),
]


@pytest.mark.parametrize(("signature", "body"), [(head, body) for head, *body in NO_DICTS])
def test_a_result_that_is_no_dict_is_not_marked(signature: str, body: list[str]) -> None:
    assert RULE not in migrated(function(signature, *body) + AUTOMATIC)


@pytest.mark.parametrize(("signature", "body"), [(head, body) for head, *body in DICTS])
def test_a_result_that_may_be_a_dict_is_marked(signature: str, body: list[str]) -> None:
    assert "a dict that f returns" in migrated(function(signature, *body) + AUTOMATIC)


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        (["if a:", "    raise ValueError(a)", "return 'x'"], True),
        (["try:", "    return a.x", "except KeyError:", "    raise"], True),
        (["try:", "    raise ValueError(a)", "except ValueError:", "    return 'x'"], False),
        (["return 'x'"], False),
    ],
)
def test_an_exception_that_a_function_raises_is_marked(body: list[str], *, marked: bool) -> None:
    program = function("(a: str) -> str", *body) + AUTOMATIC
    assert ("what f raises" in migrated(program)) == marked


def test_functions_of_another_file_are_marked() -> None:
    assert "if one returns a dict" in migrated("from tools import f\n" + AUTOMATIC)


@pytest.mark.parametrize(
    "tools", ["[f, d]", "[f, {'name': 'g'}]", "[genai.types.Tool(function_declarations=[f])]"]
)
def test_functions_beside_declarations_are_marked(tools: str) -> None:
    program = (
        function("(a: str) -> str", "return a")
        + "d = genai.protos.FunctionDeclaration(name='d')\n"
        + AUTOMATIC.replace("[f]", tools)
    )
    assert "it calls none" in migrated(program)


def test_declarations_alone_are_not_marked() -> None:
    program = "d = genai.protos.FunctionDeclaration(name='d')\n" + AUTOMATIC.replace("[f]", "[d]")
    assert "automatic_function_calling" not in migrated(program)
    assert RULE not in migrated(program)


def test_a_flag_of_a_chat_elsewhere_is_marked_where_a_message_has_settings() -> None:
    program = (
        function("(a: str) -> str", "return a")
        + """
model = genai.GenerativeModel("m", tools=[f])


def start(auto):
    return model.start_chat(enable_automatic_function_calling=auto)


print(start(True).send_message("x", generation_config={"temperature": 0}).text)
"""
    )
    assert "no functions are called for this message" in migrated(program)


@pytest.mark.parametrize(
    ("signature", "names"),
    [("(a, b: int, *, c)", "annotate a, c:"), ("(a: str, *b, **c)", ""), ("()", "")],
)
def test_parameters_without_types_are_marked(signature: str, names: str) -> None:
    program = function(signature, "return 'x'") + AUTOMATIC
    after = migrated(program)
    assert ("[tools.parameter-types]" in after) == bool(names)
    assert names in after


@pytest.mark.parametrize(
    ("of_model", "of_message", "marked"),
    [
        ("None", "{'function_calling_config': {'mode': 'AUTO'}}", False),
        ("None", "{'function_calling_config': {}}", False),
        ("None", "{'function_calling_config': 'auto' if f else 'none'}", False),
        ("None", "{'function_calling_config': {'mode': 'ANY'}}", True),
        ("None", "{'function_calling_config': {'mode': input()}}", True),
        ("None", "input()", True),
        ("{'function_calling_config': 'any'}", "{'function_calling_config': 'auto'}", True),
        ("{'function_calling_config': 'any'}", "{'function_calling_config': 'none'}", False),
    ],
)
def test_a_mode_that_may_matter_after_a_call_is_marked(
    of_model: str, of_message: str, *, marked: bool
) -> None:
    automatic = AUTOMATIC.replace("[f]", f"[f], tool_config={of_model}")
    message = f"print(chat.send_message('x', tool_config={of_message}).text)\n"
    after = migrated(function("(a: str) -> str", "return a") + automatic + message)
    assert ("uses this tool_config after" in after) == marked


CALL = 'call = genai.GenerativeModel("m").generate_content("x").parts[0].function_call\n'


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("if call.name == 'f': pass", "if (call and call.name) == 'f': pass"),
        ("if call.name: pass", "if call and call.name: pass"),
        ("name = call.name", 'name = call.name if call else ""'),
        ("print(call.name)", 'print(call.name if call else "")'),
        ("print(f'{call.name}')", "print(f'{call.name if call else \"\"}')"),
        ("if call: print(call.name)", "if call: print(call.name)"),
        ("if call and call.name: pass", "if call and call.name: pass"),
        ("if call.name == 'f': print(call.name)", "print(call.name)"),
        ("if call.name != 'f': print(call.name)", 'print(call.name if call else "")'),
        ("assert call\nprint(call.name)", "assert call\nprint(call.name)"),
        ("if not call:\n    raise SystemExit\nprint(call.name)", "\nprint(call.name)"),
        ("if not call:\n    print()\nprint(call.name)", '\nprint(call.name if call else "")'),
        ("print(functions[call.name])", "print(functions[call.name])"),
        ("names = [c.name for c in [call] if c]", "names = [c.name for c in [call] if c]"),
    ],
)
def test_a_call_that_may_be_absent_is_asked_for(read: str, written: str) -> None:
    assert written in migrated(CALL + read + "\n")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{'type_': 'STRING'}", "{'type': 'STRING'}"),
        (
            "{'type_': 'ARRAY', 'items': {'format_': 'x'}}",
            "{'type': 'ARRAY', 'items': {'format': 'x'}}",
        ),
        (
            "{'properties': {'type_': {'type_': 'STRING'}}}",
            "{'properties': {'type_': {'type': 'STRING'}}}",
        ),
        ("dict", "types.Schema(type=types.Type.OBJECT)"),
    ],
)
def test_a_schema_has_the_new_names_of_its_fields(written: str, expected: str) -> None:
    program = f"""
settings = {{"response_schema": {written}}}
print(genai.GenerativeModel("m", generation_config=settings).generate_content("x").text)
"""
    assert f'settings = {{"response_schema": {expected}}}' in migrated(program)


def test_a_dict_that_is_no_schema_keeps_its_keys() -> None:
    program = """
row = {"type_": "STRING"}
print(genai.GenerativeModel("m").generate_content(row["type_"]).text)
"""
    assert '{"type_": "STRING"}' in migrated(program)
