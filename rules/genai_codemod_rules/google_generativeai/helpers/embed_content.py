from collections.abc import Mapping
from typing import Any

from google import genai
from google.genai import types

from .embed import _embed
from .http_options import _http_options
from .task_type import _task_type


def _embed_content(
    client: genai.Client,
    model: str,
    content: Any,
    task_type: str | int | None = None,
    title: str | None = None,
    output_dimensionality: int | None = None,
    request_options: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """google.genai embeds lists at once and returns objects: this returns dicts of vectors."""
    config = types.EmbedContentConfig(
        task_type=_task_type(task_type),
        title=title,
        output_dimensionality=output_dimensionality,
        http_options=_http_options(request_options),
    )
    vectors = _embed(client, model=model, contents=content, config=config)
    return {"embedding": vectors}
