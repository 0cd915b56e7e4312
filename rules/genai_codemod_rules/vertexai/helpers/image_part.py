from pathlib import Path

from google.genai import types


def _image_part(image: str | Path | bytes) -> types.Part:
    """google.genai wants the type of an image to be named: this finds it in the image."""
    data = image if isinstance(image, bytes) else Path(image).read_bytes()
    kinds = {b"\x89PNG": "image/png", b"GIF8": "image/gif", b"RIFF": "image/webp"}
    kind = next((kind for start, kind in kinds.items() if data.startswith(start)), "image/jpeg")
    return types.Part.from_bytes(data=data, mime_type=kind)
