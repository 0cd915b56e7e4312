from collections.abc import Iterable, Iterator

from google.genai import types


class _RecordedStream:
    """google.genai streams can be read once only: this keeps the chunks, and their sum."""

    def __init__(self, chunks: Iterable[types.GenerateContentResponse]) -> None:
        self._coming = iter(chunks)
        self._seen: list[types.GenerateContentResponse] = []

    def __iter__(self) -> Iterator[types.GenerateContentResponse]:
        position = 0
        while True:
            if position == len(self._seen):
                chunk = next(self._coming, None)
                if chunk is None:
                    return
                self._seen.append(chunk)
            yield self._seen[position]
            position += 1

    def resolve(self) -> None:
        for _ in self:
            pass

    @property
    def text(self) -> str:
        texts = [chunk.text for chunk in self if chunk.text is not None]
        if not texts:
            raise ValueError("the answer is not a text, see its candidates and prompt_feedback")
        return "".join(texts)

    @property
    def parts(self) -> list[types.Part]:
        parts: list[types.Part] = []
        for part in (part for chunk in self for part in chunk.parts or []):
            last = parts[-1] if parts else types.Part()
            if last.text is None or part.text is None or last.thought != part.thought:
                parts.append(part)
            else:
                parts[-1] = part.model_copy(update={"text": last.text + part.text})
        return parts

    @property
    def function_calls(self) -> list[types.FunctionCall]:
        return [part.function_call for part in self.parts if part.function_call]

    @property
    def candidates(self) -> list[types.Candidate]:
        candidates = [chunk.candidates[0] for chunk in self if chunk.candidates]
        content = types.Content(role="model", parts=self.parts)
        return [each.model_copy(update={"content": content}) for each in candidates[-1:]]

    @property
    def usage_metadata(self) -> types.GenerateContentResponseUsageMetadata | None:
        return next((c.usage_metadata for c in reversed(list(self)) if c.usage_metadata), None)

    @property
    def prompt_feedback(self) -> types.GenerateContentResponsePromptFeedback | None:
        return next((chunk.prompt_feedback for chunk in self), None)
