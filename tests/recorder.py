"""The recorder of the tests: its processes live as long as a test run, or a worker of it."""

from __future__ import annotations

from genai_codemod.shim.warm_recorder import WarmRecorder

RECORDER = WarmRecorder()
record = RECORDER.record
