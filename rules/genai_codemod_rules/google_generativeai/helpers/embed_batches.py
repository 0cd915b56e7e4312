from collections.abc import Iterable
from typing import Any

from google import genai
from google.genai import types


def _embed_batches(
    client: genai.Client,
    *,
    model: str,
    contents: Iterable[Any],
    config: types.EmbedContentConfigOrDict | None = None,
) -> list[list[float]]:
    """google.genai wants at most 100 texts at once, each in a content of its own."""

    def content(value: Any) -> Any:
        is_content = isinstance(value, dict) and "parts" in value
        if is_content or isinstance(value, types.Content):
            return value
        return types.Content(parts=types.UserContent(value).parts)

    wrapped = [content(each) for each in contents]
    vectors: list[list[float]] = []
    for start in range(0, len(wrapped), 100):
        batch = wrapped[start : start + 100]
        response = client.models.embed_content(model=model, contents=batch, config=config)
        vectors.extend(embedding.values or [] for embedding in response.embeddings or [])
    return vectors
