"""The rules for the OpenAI SDK, held against the installed packages."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import openai
import pytest
from openai import resources
from openai.resources import beta, chat
from openai.types import CompletionUsage, CreateEmbeddingResponse, Embedding, Model
from openai.types import chat as chat_types
from openai.types.chat import chat_completion, chat_completion_chunk
from pydantic import BaseModel
from tests.rules.new_targets import problems

from genai_codemod import Migration
from genai_codemod.engine import migrate_source
from genai_codemod.engine.analysis import Source
from genai_codemod.engine.migrate import migrate_program
from genai_codemod.engine.rule_packs.rule_pack import Kind
from genai_codemod.engine.rule_packs.rules import CallRule
from genai_codemod_rules.openai_compat import load

PACK = load()
RESOURCES: Mapping[str, type] = {
    "Client": openai.OpenAI,
    "AsyncClient": openai.AsyncOpenAI,
    "Chats": chat.Chat,
    "AsyncChats": chat.AsyncChat,
    "Beta": beta.Beta,
    "AsyncBeta": beta.AsyncBeta,
    "Completions": chat.Completions,
    "AsyncCompletions": chat.AsyncCompletions,
    "Embeddings": resources.Embeddings,
    "AsyncEmbeddings": resources.AsyncEmbeddings,
    "Models": resources.Models,
    "AsyncModels": resources.AsyncModels,
    "Stream": openai.Stream,
    "AsyncStream": openai.AsyncStream,
}
ANSWERS: Mapping[str, type[BaseModel]] = {
    "Completion": chat_types.ChatCompletion,
    "Choice": chat_completion.Choice,
    "Message": chat_types.ChatCompletionMessage,
    "Chunk": chat_types.ChatCompletionChunk,
    "ChunkChoice": chat_completion_chunk.Choice,
    "Delta": chat_completion_chunk.ChoiceDelta,
    "Usage": CompletionUsage,
    "ToolCall": chat_types.ChatCompletionMessageToolCall,
    "Embedded": CreateEmbeddingResponse,
    "Embedding": Embedding,
    "ModelInfo": Model,
}
# What a client has for those who write the SDK, and what everybody may call on a model of pydantic.
INTERNAL = frozenset(
    ("auth_headers", "build_request", "custom_auth", "default_query", "delete", "get",
     "get_api_list", "is_closed", "patch", "platform_headers", "post", "put", "request",
     "user_agent", "prepare_request", "refresh_api_key", "admin_api_key", "workload_identity",
     "webhook_secret", "websocket_base_url", "provider", "data_residency"),
)  # fmt: skip


def public(owner: type) -> Iterator[str]:
    """What a class of the SDK shows, and an object of it has."""
    for name in dir(owner):
        if not name.startswith("_") and name not in INTERNAL:
            yield name


def answered(kind: Kind, name: str) -> bool:
    return name in kind.attributes or name in kind.methods


@pytest.mark.parametrize("name", RESOURCES)
def test_everything_that_a_resource_has_is_answered(name: str) -> None:
    kind = PACK.kinds[name]
    assert [each for each in public(RESOURCES[name]) if not answered(kind, each)] == []


@pytest.mark.parametrize("name", ANSWERS)
def test_every_field_of_an_answer_is_answered(name: str) -> None:
    fields: Mapping[str, Any] = ANSWERS[name].model_fields
    assert [each for each in fields if each not in PACK.kinds[name].attributes] == []


def calls() -> Iterator[tuple[CallRule, Any]]:
    """The rules for calls that are rewritten, with what they are about."""
    for name in ("OpenAI", "AsyncOpenAI"):
        yield PACK.calls[f"openai.{name}"], getattr(openai, name).__init__
    for name, owner in RESOURCES.items():
        for method, rule in PACK.kinds[name].methods.items():
            if rule.becomes is not None and rule.legacy.parameters:
                yield rule, getattr(owner, method)


CALLS = {rule.id: (rule, function) for rule, function in calls()}


@pytest.mark.parametrize("name", CALLS)
def test_every_parameter_is_answered(name: str) -> None:
    rule, function = CALLS[name]
    given = set(inspect.signature(function).parameters) - {"self"}
    assert given == set(rule.legacy.parameters)
    assert rule.becomes is not None
    told = {*rule.drops, *rule.refuses, *rule.when, *(("stream",) if rule.stream else ())}
    silent = {each for each in given - told if each not in rule.becomes}
    # What goes along with every request has no place of its own in most templates.
    assert silent <= {"extra_body", "extra_query"}


def test_every_error_is_answered() -> None:
    classes = {
        f"openai.{name}"
        for name, value in list(vars(openai).items())
        if inspect.isclass(value) and issubclass(value, openai.OpenAIError) and name[0] != "_"
    }
    assert classes - PACK.exceptions.keys() == set()


def test_every_target_exists() -> None:
    assert sorted(problems(PACK)) == []


ADDRESS = "https://generativelanguage.googleapis.com/v1beta/openai/"
ASK = 'client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hello"}])'
UNTOUCHED = {
    "of OpenAI": f"client = OpenAI()\nprint({ASK})\n",
    "of another company": f'client = OpenAI(base_url="https://api.groq.com/openai/v1")\nprint({ASK})\n',
    "of the environment": f'client = OpenAI(base_url=os.environ["URL"])\nprint({ASK})\n',
    "of a parameter": f"def ask(client: OpenAI):\n    return {ASK}\n",
    "with its errors": (
        f"client = OpenAI()\ntry:\n    {ASK}\nexcept openai.RateLimitError:\n    raise\n"
    ),
}


@pytest.mark.parametrize("program", UNTOUCHED.values(), ids=UNTOUCHED)
def test_other_clients_stay(program: str) -> None:
    source = (
        f"import os\n\nimport openai\nfrom openai import AsyncOpenAI, OpenAI\n\n{program}".encode()
    )
    migration = migrate_source(source, PACK)
    assert migration.after == source
    assert {finding.status for finding in migration.findings} <= {"note"}


GEMINI = f'OpenAI(api_key="k", base_url="{ADDRESS}")'
LEFT = {
    "one of two addresses": (
        f'client = OpenAI(base_url=os.getenv("URL", "{ADDRESS}"))\nprint({ASK})\n'
    ),
    "one of two clients": (
        f"client = {GEMINI} if os.getenv('GEMINI') else OpenAI()\nprint({ASK})\n"
    ),
    "by its name": (
        f'clients = {{"gemini": {GEMINI}, "gpt": OpenAI()}}\n'
        f'client = clients[os.environ["NAME"]]\nprint({ASK})\n'
    ),
    "given to a library": f"import agents\n\nclient = {GEMINI}\nmodel = agents.Model(client)\n",
    "returned to whom it may concern": f"def make():\n    return {GEMINI}\n",
    "with arguments of anybody": (
        f"client = {GEMINI}\n\n\ndef ask(**given):\n"
        "    return client.chat.completions.create(**given)\n"
    ),
    "with what Gemini has not": (
        f"client = {GEMINI}\nprint(client.responses.create(model='m', input='x'))\n"
    ),
}


@pytest.mark.parametrize("program", LEFT.values(), ids=LEFT)
def test_what_is_not_certain_is_marked(program: str) -> None:
    source = f"import os\n\nfrom openai import OpenAI\n\n{program}".encode()
    after = migrate_source(source, PACK).after.decode()
    kept = [line for line in after.splitlines() if "TODO(genai-codemod)" not in line]
    assert "\n".join(kept) == source.decode().rstrip("\n")
    assert "TODO(genai-codemod)" in after


def streaming(body: str) -> str:
    """What becomes of a program that reads a stream."""
    stream = ASK.replace("messages", "stream=True, messages")
    source = f"from openai import OpenAI\n\nclient = {GEMINI}\nstream = {stream}\n{body}"
    return migrate_source(source.encode(), PACK).after.decode()


LOOP = "for chunk in stream:\n    print(chunk.choices[0].delta.content)\n"


def test_a_stream_is_closed_as_it_is() -> None:
    after = streaming(f"{LOOP}stream.close()\n")
    assert "_RecordedStream" not in after
    assert "TODO(genai-codemod)" not in after
    assert after.endswith("stream.close()\n")


def test_a_stream_whose_chunks_are_kept_cannot_be_closed() -> None:
    after = streaming(f"{LOOP}{LOOP}stream.close()\n")
    assert "_RecordedStream(" in after
    assert "it cannot be closed: take this out. [stream.leaves-the-file]\nstream.close()" in after


def test_a_module_of_the_program_may_be_called_openai() -> None:
    program = {
        "clients.openai": Source(b"def ask(): ...\n"),
        "clients.other": Source(
            f"import openai\n\nclient = openai.OpenAI(base_url='{ADDRESS}')\n".encode(),
            {"openai": "clients.openai"},
        ),
    }
    results = migrate_program(program, PACK)
    other = results["clients.other"]
    assert isinstance(other, Migration)
    assert other.after.startswith(b"import openai\n")
    assert b"[openai.address]" in other.after


def test_a_client_of_another_file_is_followed() -> None:
    program = {
        "clients": Source(f"from openai import OpenAI\n\nclient = {GEMINI}\n".encode()),
        "app": Source(
            f"from clients import client\n\nprint({ASK})\n".encode(), {"clients": "clients"}
        ),
    }
    results = migrate_program(program, PACK)
    after = {
        name: result.after for name, result in results.items() if isinstance(result, Migration)
    }
    assert after["clients"] == b'from google import genai\n\nclient = genai.Client(api_key="k")\n'
    assert b'client.models.generate_content(model="m", contents="Hello")' in after["app"]
