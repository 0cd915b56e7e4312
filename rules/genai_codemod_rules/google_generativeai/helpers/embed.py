from collections.abc import Mapping
from typing import Any

from google import genai
from google.genai import types

from .embed_batches import _embed_batches


def _embed(
    client: genai.Client,
    *,
    model: str,
    contents: Any,
    config: types.EmbedContentConfigOrDict | None = None,
) -> Any:
    """google.genai always returns a list of embeddings: one text has a vector, a list has many."""
    single = (str, Mapping, types.Content, types.Part, types.File)
    if hasattr(contents, "__iter__") and not any(isinstance(contents, each) for each in single):
        return _embed_batches(client, model=model, contents=contents, config=config)
    response = client.models.embed_content(model=model, contents=contents, config=config)
    return next(embedding.values for embedding in response.embeddings or [])
