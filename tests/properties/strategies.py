"""Legacy programs for hypothesis to generate: each one runs, and sends at least one request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]
# An expression or statement; all lines but the first are indented relative to it.
Lines = list[str]

# How the program reaches the legacy package: the import, and what stands before each name.
_SPELLINGS = (
    ("import google.generativeai as genai", "genai."),
    ("import google.generativeai as palm", "palm."),
    ("import google.generativeai", "google.generativeai."),
    ("from google import generativeai", "generativeai."),
    ("from google import generativeai as genai", "genai."),
    ("", ""),
)
_ENUM_SPELLINGS = ("from types", "from types as", "through the package")
_CATEGORIES = ("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT")
_THRESHOLDS = ("BLOCK_NONE", "BLOCK_ONLY_HIGH", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_LOW_AND_ABOVE")
_LAYOUTS = ("script", "function", "class", "factory")
_ACTIONS = ("generate", "stream", "chat", "chat-stream", "count", "embed", "embed-list")


@dataclass
class _Author:
    """Draws decisions, and remembers the imports and comments that the program needs."""

    draw: Draw
    prefix: str = "genai."
    direct: list[str] = field(default_factory=list)
    enums: list[str] = field(default_factory=list)
    enum_spelling: str = _ENUM_SPELLINGS[0]
    quote: str = '"'
    comments: int = 0
    is_async: bool = False
    needs_os: bool = False
    can_instruct: bool = True

    def choose(self, options: Sequence[T]) -> T:
        chosen: T = self.draw(st.sampled_from(options))
        return chosen

    def decide(self) -> bool:
        return bool(self.draw(st.booleans()))

    def rarely(self) -> bool:
        return bool(self.draw(st.integers(0, 3)) == 3)

    def text(self, words: str) -> str:
        return f"{self.quote}{words}{self.quote}"

    def comment(self) -> str:
        self.comments += 1
        return f"# note {self.comments}"

    def own_line(self) -> Lines:
        """A comment of its own, or nothing."""
        return [self.comment()] if self.rarely() else []

    def trailing(self) -> str:
        return "  " + self.comment() if self.rarely() else ""

    def legacy(self, name: str) -> str:
        """A name of the package, as the program's import spells it."""
        if not self.prefix and name not in self.direct:
            self.direct.append(name)
        return self.prefix + name

    def enum(self, name: str, member: str) -> str:
        if self.enum_spelling == "through the package" and self.prefix:
            return f"{self.prefix}types.{name}.{member}"
        if name not in self.enums:
            self.enums.append(name)
        alias = "_" + name if self.enum_spelling == "from types as" else name
        return f"{alias}.{member}"

    def brackets(self, opening: str, items: Sequence[Lines], closing: str) -> Lines:
        """Items between brackets: on one line, or on a line each and with comments."""
        if all(len(item) == 1 for item in items) and self.decide():
            return [opening + ", ".join(item[0] for item in items) + closing]
        lines = [opening]
        for item in items:
            lines += indented(self.own_line())
            lines += indented([*item[:-1], item[-1] + "," + self.trailing()])
        return [*lines, *indented(self.own_line()), closing]

    def call(self, function: str, arguments: Sequence[Lines]) -> Lines:
        return self.brackets(function + "(", arguments, ")")

    def awaited(self, call: Lines) -> Lines:
        return ["await " + call[0], *call[1:]] if self.is_async else call

    def method(self, name: str) -> str:
        return name + "_async" if self.is_async else name

    def statement(self, start: str, expression: Lines) -> Lines:
        lines = [start + expression[0], *expression[1:]]
        return [*self.own_line(), *lines[:-1], lines[-1] + self.trailing()]


def indented(lines: Lines) -> Lines:
    return ["    " + line if line else line for line in lines]


def keyword(name: str, value: Lines) -> Lines:
    return [f"{name}={value[0]}", *value[1:]]


def _generation_config(author: _Author, variables: Lines, name: str) -> Lines:
    numbers = {"temperature": "0.5", "max_output_tokens": "100", "top_k": "7"}
    fields = author.draw(st.lists(st.sampled_from(sorted(numbers)), min_size=1, unique=True))
    if author.decide():
        entries = [[f"{author.text(each)}: {numbers[each]}"] for each in fields]
        value = author.brackets("{", entries, "}")
    else:
        entries = [[f"{each}={numbers[each]}"] for each in fields]
        spelling = "types.GenerationConfig" if author.prefix else "GenerationConfig"
        class_name = author.legacy(author.choose(["GenerationConfig", spelling]))
        value = author.call(class_name, entries)
    return _perhaps_named(author, variables, name, value)


def _safety_settings(author: _Author, variables: Lines, name: str) -> Lines:
    chosen = author.draw(
        st.lists(st.sampled_from(_CATEGORIES), min_size=1, max_size=2, unique=True)
    )
    limits = [(each, author.choose(_THRESHOLDS)) for each in chosen]
    spelling = author.choose(["enums", "strings", "list", "list of enums", "one for all"])
    quote = author.text
    if spelling == "one for all":
        return [quote(limits[0][1])]
    if spelling == "strings":
        # The legacy SDK knows this short name only.
        short = {"DANGEROUS_CONTENT": "DANGEROUS"}
        items = [[f"{quote(short.get(name, name))}: {quote(limit)}"] for name, limit in limits]
        value = author.brackets("{", items, "}")
    elif spelling == "enums":
        items = [
            [
                author.enum("HarmCategory", f"HARM_CATEGORY_{category}")
                + ": "
                + author.enum("HarmBlockThreshold", limit)
            ]
            for category, limit in limits
        ]
        value = author.brackets("{", items, "}")
    else:
        items = [_setting(author, *each, spelling == "list of enums") for each in limits]
        value = author.brackets("[", items, "]")
    return _perhaps_named(author, variables, name, value)


def _setting(author: _Author, category: str, limit: str, as_enums: bool) -> Lines:
    full = f"HARM_CATEGORY_{category}"
    first = author.enum("HarmCategory", full) if as_enums else author.text(full)
    second = author.enum("HarmBlockThreshold", limit) if as_enums else author.text(limit)
    items = [[f"{author.text('category')}: {first}"], [f"{author.text('threshold')}: {second}"]]
    return author.brackets("{", items, "}")


def _perhaps_named(author: _Author, variables: Lines, name: str, value: Lines) -> Lines:
    """The value itself, or the name of a variable that holds it."""
    if author.decide():
        return value
    variables += author.statement(f"{name} = ", value)
    return [name]


def _model(author: _Author, variables: Lines) -> Lines:
    name = author.text("gemini-1.5-flash")
    arguments = [author.choose([[name], [f"model_name={name}"]])]
    if author.can_instruct and author.decide():
        arguments.append(keyword("system_instruction", [author.text("Be brief.")]))
    if author.decide():
        config = _generation_config(author, variables, "generation_config")
        arguments.append(keyword("generation_config", config))
    if author.decide():
        settings = _safety_settings(author, variables, "safety_settings")
        arguments.append(keyword("safety_settings", settings))
    return author.call(author.legacy("GenerativeModel"), arguments)


def _configure(author: _Author) -> Lines:
    keys = [author.text("KEY"), "os.environ[{}]", "os.getenv({})"]
    key = author.choose(keys).format(author.text("GOOGLE_API_KEY"))
    author.needs_os = author.needs_os or key.startswith("os.")
    return author.statement("", author.call(author.legacy("configure"), [[f"api_key={key}"]]))


def _generate(author: _Author, model: str, stream: bool) -> Lines:
    arguments = [[author.text("Name a bird.")]]
    variables: Lines = []
    if author.rarely():
        arguments.append(
            keyword("generation_config", _generation_config(author, variables, "call_config"))
        )
    if author.rarely():
        arguments.append(
            keyword("safety_settings", _safety_settings(author, variables, "call_safety"))
        )
    if stream:
        arguments.append(["stream=True"])
    call = author.call(f"{model}.{author.method('generate_content')}", arguments)
    return variables + _printed(author, call, "response", stream)


def _printed(author: _Author, call: Lines, variable: str, stream: bool) -> Lines:
    """Statements that make the call and print its text."""
    lines = author.statement(f"{variable} = ", author.awaited(call))
    if not stream:
        return lines + author.statement("", [f"print({variable}.text)"])
    loop = "async for" if author.is_async else "for"
    body = author.statement("", ["print(chunk.text)"])
    return [*lines, f"{loop} chunk in {variable}:{author.trailing()}", *indented(body)]


def _chat(author: _Author, model: str, stream: bool) -> Lines:
    arguments: list[Lines] = []
    if author.decide():
        turns = [
            author.brackets(
                "{",
                [
                    [f"{author.text('role')}: {author.text(role)}"],
                    [f"{author.text('parts')}: {parts}"],
                ],
                "}",
            )
            for role, parts in (
                ("user", author.choose([author.text("Hello"), f"[{author.text('Hello')}]"])),
                ("model", f"[{author.text('Hello!')}]"),
            )
        ]
        arguments.append(keyword("history", author.brackets("[", turns, "]")))
    lines = author.statement("chat = ", author.call(f"{model}.start_chat", arguments))
    for message in ("First", "Second"):
        words = [[author.text(message)], *([["stream=True"]] if stream else [])]
        call = author.call(f"chat.{author.method('send_message')}", words)
        lines += _printed(author, call, "reply", stream)
    return lines


def _count(author: _Author, model: str) -> Lines:
    call = author.call(f"{model}.{author.method('count_tokens')}", [[author.text("How long?")]])
    lines = author.statement("count = ", author.awaited(call))
    return lines + author.statement("", ["print(count.total_tokens)"])


def _embed(author: _Author, several: bool) -> Lines:
    one = author.text("A text")
    arguments = [
        [f"model={author.text('models/text-embedding-004')}"],
        [f"content=[{one}, {author.text('Another')}]" if several else f"content={one}"],
    ]
    if author.decide():
        arguments.append([f"task_type={author.text('retrieval_query')}"])
    call = author.call(author.legacy(author.method("embed_content")), arguments)
    lines = author.statement("result = ", author.awaited(call))
    return lines + author.statement("", [f"print(len(result[{author.text('embedding')}]))"])


def _action(author: _Author, kind: str, model: str) -> Lines:
    if kind in ("generate", "stream"):
        return _generate(author, model, kind == "stream")
    if kind in ("chat", "chat-stream"):
        return _chat(author, model, kind == "chat-stream")
    return _count(author, model) if kind == "count" else _embed(author, kind == "embed-list")


def _body(author: _Author, layout: str) -> Lines:
    """The program below its imports."""
    kinds = author.draw(st.lists(st.sampled_from(_ACTIONS), min_size=1, max_size=3))
    # The new SDK cannot count a system instruction: that is marked, and has a fixture.
    author.can_instruct = "count" not in kinds
    variables: Lines = []
    build = _model(author, variables)
    model = "self.model" if layout == "class" else "model"
    actions = [line for kind in kinds for line in _action(author, kind, model)]
    write = {"script": _script, "function": _function, "class": _class, "factory": _factory}
    return write[layout](author, variables, build, actions)


def _placed(author: _Author, before: Lines, after: Lines) -> Lines:
    """The statements with a configure() before, between or after them, or nowhere."""
    place = author.choose(["before", "between", "after", "nowhere"])
    call = [] if place == "nowhere" else _configure(author)
    if place == "before":
        return call + before + after
    return before + call + after if place == "between" else before + after + call


def _script(author: _Author, variables: Lines, build: Lines, actions: Lines) -> Lines:
    model = author.statement("model = ", build)
    if not author.is_async:
        return [*_placed(author, variables, model), *actions]
    main = ["", "", "async def main():", *indented(actions), "", ""]
    return [*_placed(author, variables, model), *main, "asyncio.run(main())"]


def _function(author: _Author, variables: Lines, build: Lines, actions: Lines) -> Lines:
    define = "async def main():" if author.is_async else "def main():"
    run = "asyncio.run(main())" if author.is_async else "main()"
    model = author.statement("model = ", build)
    outside = author.decide()
    top, inside = (variables, model) if outside else ([], [*variables, *model])
    if author.decide():
        top = [*top, *_configure(author)]
    else:
        inside = _placed(author, [], inside)
    guard = author.choose([[run], [f"if __name__ == {author.text('__main__')}:", f"    {run}"]])
    return [*top, "", "", define, *indented([*inside, *actions]), "", "", *guard]


def _class(author: _Author, variables: Lines, build: Lines, actions: Lines) -> Lines:
    define = "async def run(self):" if author.is_async else "def run(self):"
    run = "asyncio.run(Assistant().run())" if author.is_async else "Assistant().run()"
    model = author.statement("self.model = ", build)
    top: Lines = []
    if author.decide():
        top, start = _configure(author), [*variables, *model]
    else:
        start = _placed(author, variables, model)
    methods = ["def __init__(self):", *indented(start), "", define, *indented(actions)]
    return [*top, "", "", "class Assistant:", *indented(methods), "", "", run]


def _factory(author: _Author, variables: Lines, build: Lines, actions: Lines) -> Lines:
    define = "async def ask(model):" if author.is_async else "def ask(model):"
    run = "asyncio.run(ask(create()))" if author.is_async else "ask(create())"
    create = ["def create():", *indented([*variables, *author.statement("return ", build)])]
    ask = [define, *indented(actions)]
    return [*_configure(author), "", "", *create, "", "", *ask, "", "", run]


def _imports(author: _Author, spelling: str) -> Lines:
    lines = ["import asyncio"] if author.is_async else []
    lines += ["import os"] if author.needs_os else []
    legacy = [spelling] if spelling else []
    if author.direct:
        legacy.append(f"from google.generativeai import {', '.join(author.direct)}")
    if author.enums:
        renamed = author.enum_spelling == "from types as"
        names = [f"{each} as _{each}" if renamed else each for each in author.enums]
        legacy.append(f"from google.generativeai.types import {', '.join(names)}")
    return [*lines, *(line + author.trailing() for line in legacy)]


@st.composite
def legacy_programs(draw: Draw) -> bytes:
    """The bytes of a program that uses google.generativeai."""
    author = _Author(draw)
    spelling, author.prefix = author.choose(_SPELLINGS)
    author.enum_spelling = author.choose(_ENUM_SPELLINGS)
    author.quote = author.choose(['"', "'"])
    author.is_async = author.decide()
    body = _body(author, author.choose(_LAYOUTS))
    lines = [*author.own_line(), *_imports(author, spelling), "", *body]
    end = author.choose(["\n", "\r\n"])
    return (end.join(lines) + author.choose([end, ""])).encode()
