from collections.abc import Mapping
from typing import Any

from google import genai
from google.genai import types

from .embed_batches import _embed_batches
from .embedding import _embedding
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
    single = (str, Mapping, types.Content, types.Part, types.File)
    if hasattr(content, "__iter__") and not any(isinstance(content, each) for each in single):
        vectors = _embed_batches(client, model=model, contents=content, config=config)
        return {"embedding": vectors}
    response = client.models.embed_content(model=model, contents=content, config=config)
    return {"embedding": _embedding(response, content)}
