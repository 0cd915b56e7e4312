from collections.abc import Iterator

from google.genai import types


def _started_stream(
    chunks: Iterator[types.GenerateContentResponse],
) -> Iterator[types.GenerateContentResponse]:
    """google.genai asks for a stream when it is first read: this asks, and may fail, at once."""
    first = next(chunks, None)

    def all_chunks() -> Iterator[types.GenerateContentResponse]:
        if first is not None:
            yield first
        yield from chunks

    return all_chunks()
