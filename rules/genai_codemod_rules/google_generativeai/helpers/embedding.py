from collections.abc import Iterable
from typing import Any

from google.genai import types


def _embedding(response: types.EmbedContentResponse, contents: Any) -> Any:
    """google.genai always returns a list of embeddings: this is the only one of a single text."""
    vectors = [embedding.values for embedding in response.embeddings or []]
    is_one = isinstance(contents, (str, dict, types.Content, types.Part, types.File))
    return vectors[0] if is_one or not isinstance(contents, Iterable) else vectors
