from google import genai
from google.genai import types


def _tuned_model(client: genai.Client, job: types.TuningJob) -> types.Model:
    """google.genai has no operation to wait for: this waits for the job and reads its model."""
    import time

    while not job.has_ended:
        job = client.tunings.get(name=job.name or "")
        time.sleep(0 if job.has_ended else 10)
    name = job.tuned_model.model if job.tuned_model else None
    if not job.has_succeeded or name is None:
        raise RuntimeError(f"the tuning {job.name} ended with {job.state}: {job.error}")
    return client.models.get(model=name)
