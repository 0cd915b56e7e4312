from google import genai
from google.genai import types


def _joined_history(chat: genai.chats.Chat | genai.chats.AsyncChat) -> list[types.Content]:
    """google.genai keeps a streamed answer as one content per chunk: this joins them."""
    history: list[types.Content] = []
    for content in chat.get_history(curated=True):
        if not history or not history[-1].role == content.role == "model":
            history.append(content)
            continue
        parts = list(history[-1].parts or [])
        for part in content.parts or []:
            last = parts[-1] if parts else types.Part()
            if last.text is None or part.text is None or last.thought != part.thought:
                parts.append(part)
            else:
                parts[-1] = part.model_copy(update={"text": last.text + part.text})
        history[-1] = content.model_copy(update={"parts": parts})
    return history
