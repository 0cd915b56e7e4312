from collections.abc import Iterator

from google import genai
from google.genai import types


def _tuning_steps(client: genai.Client, job: types.TuningJob) -> Iterator[types.TuningJob]:
    """google.genai has no progress bar: this reads the job until it has ended."""
    job = client.tunings.get(name=job.name or "")
    while not job.has_ended:
        yield job
        job = client.tunings.get(name=job.name or "")
