import time

from google import genai
from google.genai import types


def _tuned_model(client: genai.Client, job: types.TuningJob) -> types.Model:
    """google.genai has no operation to wait for: this waits for the job and reads its model."""
    while not job.has_ended:
        job = client.tunings.get(name=job.name)
        time.sleep(0 if job.has_ended else 10)
    if not job.has_succeeded:
        raise RuntimeError(f"the tuning {job.name} ended with {job.state}: {job.error}")
    return client.models.get(model=job.tuned_model.model)
