"""Credentials for both SDKs of Vertex AI, which look for them in the machine and the network."""

from __future__ import annotations

import os
from typing import Any

from .import_hook import Change

PROJECT = "project"
_TOKEN = "offline"


def credential_changes() -> dict[str, Change]:
    """What to change in which module, once a program imports it."""
    return {"google.auth._default": _change_default}


def _change_default(module: Any) -> None:
    def default(*args: object, **options: object) -> tuple[object, str]:  # noqa: ARG001
        from google.oauth2 import credentials

        make: Any = credentials.Credentials
        return make(token=_TOKEN), os.environ.get("GOOGLE_CLOUD_PROJECT", PROJECT)

    module.default = default
