"""What a finding is known by from one run to the next."""

from __future__ import annotations

import hashlib


def fingerprint(path: str, rule: str, message: str, number: int) -> str:
    """A text that stays the same when lines move.

    ``number`` says how many findings of the same file and rule with the same message come before.
    """
    known_by = "\0".join((path, rule, message, str(number)))
    return hashlib.sha256(known_by.encode(errors="surrogateescape")).hexdigest()
