"""What the canned server answers about the parts that only the new SDK has."""

from __future__ import annotations

from collections.abc import Callable

from genai_codemod.shim.recording import Recording

Run = Callable[..., Recording]

START = "from google import genai\nclient = genai.Client()\n"
BATCH = """
job = client.batches.create(
    model="m",
    src=[{"contents": [{"parts": [{"text": "Hi"}], "role": "user"}]}],
    config={"display_name": "x"},
)
print(job.name, job.state.name, [each.name for each in client.batches.list()])
job = client.batches.get(name=job.name)
print(job.state.name, job.dest.inlined_responses[0].response.text[:10])
client.batches.cancel(name=job.name)
client.batches.delete(name=job.name)
print(len(list(client.batches.list())))
"""
STORE = """
store = client.file_search_stores.create(config={"display_name": "x"})
print(store.name, store.display_name, [each.name for each in client.file_search_stores.list()])
with open("report.txt", "w") as file:
    file.write("Hi")
operation = client.file_search_stores.upload_to_file_search_store(
    file="report.txt", file_search_store_name=store.name, config={"display_name": "Report"}
)
print(operation.done, operation.response.document_name)
client.file_search_stores.import_file(file_search_store_name=store.name, file_name="files/a")
documents = client.file_search_stores.documents
print([each.display_name for each in documents.list(parent=store.name)])
client.file_search_stores.delete(name=store.name)
print(client.auth_tokens.create(config={"uses": 1}).name)
"""
INTERACTION = """
import asyncio

first = client.interactions.create(model="m", input="Hi")
print(first.status, first.output_text[:10], client.interactions.get(first.id).id == first.id)


async def main():
    stream = await client.aio.interactions.create(model="m", input="Hi", stream=True)
    print([event.event_type async for event in stream])


asyncio.run(main())
client.interactions.delete(first.id)
"""


def test_batches_end_when_they_are_looked_at(run: Run) -> None:
    recording = run(START + BATCH)
    assert recording.ending is None
    assert recording.stdout.splitlines() == [
        "batches/batch JOB_STATE_PENDING ['batches/batch']",
        "JOB_STATE_SUCCEEDED Hello from",
        "0",
    ]


def test_stores_keep_documents(run: Run) -> None:
    recording = run(START + STORE)
    assert recording.ending is None
    assert recording.stdout.splitlines() == [
        "fileSearchStores/store x ['fileSearchStores/store']",
        "True fileSearchStores/store/documents/document",
        "['Report', None]",
        "auth_tokens/token",
    ]
    paths = [request.path for request in recording.requests]
    assert paths[2] == "upload/fileSearchStores/store:uploadToFileSearchStore"


def test_interactions_are_answered_at_once_and_as_events(run: Run) -> None:
    recording = run(START + INTERACTION)
    assert recording.ending is None
    assert recording.stdout.splitlines() == [
        "completed Hello from True",
        "['interaction.created', 'step.start', 'step.delta', 'step.stop', 'interaction.completed']",
    ]
