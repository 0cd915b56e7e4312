"""Images that an SDK encodes again before it sends them."""

from __future__ import annotations

import base64
import functools
import io
from typing import Any

# Encoding a JPEG again loses a little: of 255, on average at most this much, and nowhere more.
_LOSSY_TYPES = frozenset(("image/jpeg", "image/jpg"))
_MEAN_LOSS = 1.0
_LARGEST_LOSS = 32


def same_pixels(before: Any, after: Any) -> tuple[Any, Any]:
    """Take two encodings of the same pixels as one."""
    if not (_is_image(before) and _is_image(after)) or before == after:
        return before, after
    lossy = bool({before["mimeType"], after["mimeType"]} & _LOSSY_TYPES)
    return before, before if _show_the_same(before["data"], after["data"], lossy) else after


@functools.lru_cache(maxsize=64)
def _show_the_same(before: str, after: str, lossy: bool) -> bool:
    one, other = _decode(before), _decode(after)
    if one is None or other is None or one.size != other.size:
        return False
    return one.tobytes() == other.tobytes() or (lossy and _is_close(one, other))


def _is_image(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and str(value.get("mimeType", "")).startswith("image/")
        and isinstance(value.get("data"), str)
    )


def _decode(data: str) -> Any:
    """The image with its colours spelled out; nothing when Pillow is absent or cannot read it."""
    try:
        from PIL import Image
    except ImportError:
        return None
    try:
        return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGBA")
    except (OSError, ValueError):
        return None


def _is_close(one: Any, other: Any) -> bool:
    from PIL import ImageChops, ImageStat

    difference = ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB")))
    return bool(
        max(difference.mean) <= _MEAN_LOSS
        and max(high for _, high in difference.extrema) <= _LARGEST_LOSS
    )
