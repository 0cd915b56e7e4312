def _data_store(project: str, location: str, datastore: str) -> str:
    """google.genai wants the whole name of a data store."""
    if datastore.startswith("projects/"):
        return datastore
    place = f"projects/{project}/locations/{location}"
    return f"{place}/collections/default_collection/dataStores/{datastore}"
