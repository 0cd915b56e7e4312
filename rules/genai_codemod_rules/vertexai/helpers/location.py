import os


def _location(location: str | None = None) -> str:
    """google.genai takes GOOGLE_CLOUD_LOCATION or global: this is where vertexai looked."""
    return (
        location
        or os.getenv("GOOGLE_CLOUD_REGION")
        or os.getenv("CLOUD_ML_REGION")
        or "us-central1"
    )
