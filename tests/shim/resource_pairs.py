"""Programs about what the service keeps or knows: files, caches, models, numbers of tokens."""

from __future__ import annotations

from tests.shim.pair import Pair, pairs_of

FILES = Pair(
    """
    import pathlib, time
    pathlib.Path("a.txt").write_text("some text")
    pathlib.Path("v.mp4").write_bytes(b"video")
    genai.delete_file(genai.upload_file("a.txt"))
    file = genai.upload_file("a.txt")
    print(file.name, file.mime_type, file.uri, file.state.name)
    print(genai.GenerativeModel("m").generate_content([file, "Sum up"]).text)
    video = genai.upload_file(path="v.mp4", name="clip", display_name="Clip", resumable=False)
    while video.state.name == "PROCESSING":
        print("waiting")
        time.sleep(100)
        video = genai.get_file(video.name)
    print(video.name, video.display_name)
    print([each.name for each in genai.list_files()])
    genai.delete_file(file.name)
    """,
    """
    import pathlib, time
    pathlib.Path("a.txt").write_text("some text")
    pathlib.Path("v.mp4").write_bytes(b"video")
    client.files.delete(name=client.files.upload(file="a.txt").name)
    file = client.files.upload(file="a.txt")
    print(file.name, file.mime_type, file.uri, file.state.name)
    print(client.models.generate_content(model="m", contents=[file, "Sum up"]).text)
    video = client.files.upload(file="v.mp4", config={"name": "clip", "display_name": "Clip"})
    while video.state.name == "PROCESSING":
        print("waiting")
        time.sleep(100)
        video = client.files.get(name=video.name)
    print(video.name, video.display_name)
    print([each.name for each in client.files.list()])
    client.files.delete(name=file.name)
    """,
    8,
)

EMBEDDINGS = Pair(
    """
    print(genai.embed_content("models/e", "one", task_type="retrieval_document", title="T"))
    print(genai.embed_content("models/e", ["one", "two"], output_dimensionality=2))
    """,
    """
    result = client.models.embed_content(model="models/e", contents="one",
        config=types.EmbedContentConfig(task_type="RETRIEVAL_DOCUMENT", title="T"))
    print({"embedding": result.embeddings[0].values})
    result = client.models.embed_content(model="models/e", contents=["one", "two"],
        config=types.EmbedContentConfig(output_dimensionality=2))
    print({"embedding": [each.values for each in result.embeddings]})
    """,
    2,
)

COUNT_TOKENS = Pair(
    """
    model = genai.GenerativeModel("m", generation_config={"temperature": 0})
    print(model.count_tokens("How long is this?").total_tokens)
    """,
    """
    print(client.models.count_tokens(model="m", contents="How long is this?").total_tokens)
    """,
    1,
)

MODELS = Pair(
    """
    print([each.name for each in genai.list_models()])
    print(genai.get_model("models/m").supported_generation_methods)
    """,
    """
    print([each.name for each in client.models.list()])
    print(client.models.get(model="models/m").supported_actions)
    """,
    2,
)

CACHING = Pair(
    """
    import datetime
    cache = caching.CachedContent.create("models/m", display_name="D", system_instruction="S",
        contents=["long"], ttl=datetime.timedelta(minutes=5))
    print(cache.name, cache.usage_metadata.total_token_count)
    model = genai.GenerativeModel.from_cached_content(cache)
    print(model.generate_content("Hi").text)
    cache.update(ttl=datetime.timedelta(hours=1))
    again = caching.CachedContent.get(cache.name)
    print([each.name for each in caching.CachedContent.list()])
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    caching.CachedContent.create("models/m", contents=["x"], expire_time=later)
    again.delete()
    """,
    """
    import datetime
    cache = client.caches.create(model="models/m", config=types.CreateCachedContentConfig(
        display_name="D", system_instruction="S", contents=["long"], ttl="300s"))
    print(cache.name, cache.usage_metadata.total_token_count)
    print(client.models.generate_content(model=cache.model, contents="Hi",
        config=types.GenerateContentConfig(cached_content=cache.name)).text)
    client.caches.update(name=cache.name, config=types.UpdateCachedContentConfig(ttl="3600s"))
    again = client.caches.get(name=cache.name)
    print([each.name for each in client.caches.list()])
    later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    client.caches.create(model="models/m", config={"contents": ["x"], "expire_time": later})
    client.caches.delete(name=again.name)
    """,
    7,
)

PAIRS = pairs_of(globals())
