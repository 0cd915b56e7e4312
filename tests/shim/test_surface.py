"""What is read from the installed SDK, and from annotations as other versions write them."""

from __future__ import annotations

import typing
from collections.abc import AsyncIterator, Awaitable, Coroutine

import pytest
from google.genai import chats, client, errors, pagers, types

from genai_codemod.shim import surface
from genai_codemod.shim.static_checks.sdk_values import instance_attribute


def test_annotations_that_cannot_be_evaluated_are_open() -> None:
    def function(a: NotThere, b: int) -> None: ...  # type: ignore[name-defined]  # noqa: F821

    assert surface.hints(function)["a"] is typing.Any
    assert surface.alternatives(surface.hints(function)["a"]) == ()
    assert surface.alternatives(surface.hints(function)["b"]) == (int,)


def test_unions_are_taken_apart() -> None:
    assert surface.alternatives(typing.Optional[int]) == (int,)  # noqa: UP045
    assert surface.alternatives(int | str | None) == (int, str)
    assert surface.alternatives(typing.Annotated[int, "x"]) == (int,)
    assert surface.alternatives(int | typing.Any) == ()


def test_typed_dicts_stand_for_models() -> None:
    assert surface.alternatives(types.GenerateContentConfigOrDict) == (types.GenerateContentConfig,)


def test_fields_have_aliases_and_lists_their_items() -> None:
    fields = surface.fields(types.GenerateContentConfig)
    assert fields["max_output_tokens"] == fields["maxOutputTokens"]
    (tools,) = surface.alternatives(fields["tools"])
    assert typing.get_args(tools)


@pytest.mark.parametrize(
    ("annotation", "result"),
    [
        (Awaitable[AsyncIterator[int]], AsyncIterator[int]),
        (Coroutine[typing.Any, typing.Any, int], int),
        (AsyncIterator[int], AsyncIterator[int]),
        (int, int),
    ],
)
def test_what_awaiting_gives(annotation: object, result: object) -> None:
    assert surface.awaited(annotation) == result


@pytest.mark.parametrize("cls", [client.Client, client.AsyncClient])
def test_every_part_of_a_client_is_known(cls: type) -> None:
    parts = [name for name, value in vars(cls).items() if isinstance(value, property)]
    known = {name: instance_attribute(cls, name) for name in parts}
    assert {"models", "chats", "files", "caches", "tunings", "batches", "interactions"} <= {*known}
    assert {"file_search_stores", "operations", "auth_tokens", "webhooks"} <= known.keys()
    assert [name for name, values in known.items() if not values] == []


def test_what_is_imported_for_type_checkers_only_is_known() -> None:
    hints = surface.hints(typing.cast(property, vars(client.Client)["interactions"]).fget)
    assert surface.label(hints["return"]) == "Interactions"


@pytest.mark.parametrize(
    ("cls", "name"),
    [
        (client.Client, "_api_client"),
        (chats.Chat, "_curated_history"),
        (errors.APIError, "details"),
        (errors.APIError, "args"),
        (pagers.Pager, "page_size"),
        (types.FileState, "name"),
        (types.File, "display_name"),
    ],
)
def test_attributes_that_methods_store_are_known(cls: type, name: str) -> None:
    assert surface.has_attribute(cls, name)
    assert not surface.has_attribute(cls, f"{name}_of_nothing")
