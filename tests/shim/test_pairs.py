"""Small legacy programs and their twins: the proof on each area of the two SDKs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from genai_codemod.shim.comparison import Comparison


@dataclass(frozen=True)
class Pair:
    before: str
    after: str
    requests: int
    answer: str = "default"
    same_output: bool = True


SYNC = Pair(
    """
    model = genai.GenerativeModel("m", system_instruction="S", generation_config={
        "temperature": 0.7, "max_output_tokens": 5, "top_k": 3, "stop_sequences": ["x"]})
    print(model.generate_content("Hi").text)
    print(model.generate_content(["a", "b"], safety_settings={"HATE": "BLOCK_NONE"}).text)
    """,
    """
    config = types.GenerateContentConfig(system_instruction="S", temperature=0.7,
        max_output_tokens=5, top_k=3, stop_sequences=["x"])
    print(client.models.generate_content(model="m", contents="Hi", config=config).text)
    safe = config.model_copy(update={"safety_settings": [types.SafetySetting(
        category="HARM_CATEGORY_HATE_SPEECH", threshold="BLOCK_NONE")]})
    print(client.models.generate_content(model="m", contents=["a", "b"], config=safe).text)
    """,
    2,
)

ASYNC = Pair(
    """
    import asyncio
    async def main():
        model = genai.GenerativeModel("m")
        print((await model.generate_content_async("Hi")).text)
        async for chunk in await model.generate_content_async("Stream", stream=True):
            print(chunk.text)
        chat = model.start_chat()
        print((await chat.send_message_async("One")).text)
        async for chunk in await chat.send_message_async("Two", stream=True):
            print(chunk.text)
        print((await chat.send_message_async("Three")).text)
        print((await model.count_tokens_async("Hi")).total_tokens)
        await asyncio.sleep(100)
        print(await genai.embed_content_async("models/e", "text"))
    asyncio.run(main())
    """,
    """
    import asyncio
    async def main():
        models = client.aio.models
        print((await models.generate_content(model="m", contents="Hi")).text)
        async for chunk in await models.generate_content_stream(model="m", contents="Stream"):
            print(chunk.text)
        chat = client.aio.chats.create(model="m")
        print((await chat.send_message("One")).text)
        async for chunk in await chat.send_message_stream("Two"):
            print(chunk.text)
        print((await chat.send_message("Three")).text)
        print((await models.count_tokens(model="m", contents="Hi")).total_tokens)
        await asyncio.sleep(100)
        result = await models.embed_content(model="models/e", contents="text")
        print({"embedding": result.embeddings[0].values})
    asyncio.run(main())
    """,
    7,
)

STREAM = Pair(
    """
    for chunk in genai.GenerativeModel("m").generate_content("Hi", stream=True):
        print(chunk.text)
    """,
    """
    for chunk in client.models.generate_content_stream(model="m", contents="Hi"):
        print(chunk.text)
    """,
    1,
)

CHAT = Pair(
    """
    chat = genai.GenerativeModel("m").start_chat(history=[
        {"role": "user", "parts": ["a"]}, {"role": "model", "parts": "b"}])
    print(chat.send_message("c").text)
    for chunk in chat.send_message("d", stream=True):
        print(chunk.text)
    print(chat.send_message(["e", "f"]).text)
    """,
    """
    chat = client.chats.create(model="m", history=[
        types.Content(role="user", parts=[types.Part(text="a")]),
        types.Content(role="model", parts=[types.Part(text="b")])])
    print(chat.send_message("c").text)
    for chunk in chat.send_message_stream("d"):
        print(chunk.text)
    print(chat.send_message(["e", "f"]).text)
    """,
    3,
)

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

AUTOMATIC_CALLS = Pair(
    '''
    def multiply(a: float, b: float = 2.0):
        """Multiplies two numbers.

        Slowly.
        """
        return a * b
    model = genai.GenerativeModel("m", tools=[multiply])
    chat = model.start_chat(enable_automatic_function_calling=True)
    print(chat.send_message("What is 57 * 44?").text)
    ''',
    '''
    def multiply(a: float, b: float = 2.0):
        """Multiplies two numbers.

        Slowly.
        """
        return a * b
    chat = client.chats.create(model="m", config=types.GenerateContentConfig(tools=[multiply]))
    print(chat.send_message("What is 57 * 44?").text)
    ''',
    2,
    "function-call",
)

MANUAL_CALLS = Pair(
    """
    declaration = protos.FunctionDeclaration(name="f", description="d", parameters=protos.Schema(
        type="OBJECT", properties={"n": protos.Schema(type="INTEGER")}, required=["n"]))
    model = genai.GenerativeModel("m", tools=[protos.Tool(function_declarations=[declaration])],
        tool_config={"function_calling_config": "any"})
    chat = model.start_chat()
    call = chat.send_message("Go").parts[0].function_call
    print(call.name, int(call.args["n"]))
    answer = protos.Part(function_response=protos.FunctionResponse(
        name="f", response={"result": 5}))
    print(chat.send_message(answer).text)
    """,
    """
    declaration = types.FunctionDeclaration(name="f", description="d", parameters=types.Schema(
        type="OBJECT", properties={"n": types.Schema(type="INTEGER")}, required=["n"]))
    chat = client.chats.create(model="m", config=types.GenerateContentConfig(
        tools=[types.Tool(function_declarations=[declaration])],
        tool_config=types.ToolConfig(
            function_calling_config=types.FunctionCallingConfig(mode="ANY"))))
    call = chat.send_message("Go").parts[0].function_call
    print(call.name, int(call.args["n"]))
    answer = types.Part.from_function_response(name="f", response={"result": 5})
    print(chat.send_message(answer).text)
    """,
    2,
    "function-call",
)

IMAGES = Pair(
    """
    import PIL.Image
    picture = PIL.Image.linear_gradient("L").convert("RGB")
    picture.save("a.jpg"), picture.save("a.png")
    model = genai.GenerativeModel("m")
    for image in (picture, PIL.Image.open("a.png"), PIL.Image.open("a.jpg")):
        model.generate_content(["What is this?", image])
    model.generate_content([{"mime_type": "image/png", "data": bytes(range(250, 256)) * 3}])
    """,
    """
    import PIL.Image
    picture = PIL.Image.linear_gradient("L").convert("RGB")
    picture.save("a.jpg"), picture.save("a.png")
    for image in (picture, PIL.Image.open("a.png"), PIL.Image.open("a.jpg")):
        client.models.generate_content(model="m", contents=["What is this?", image])
    data = bytes(range(250, 256)) * 3
    client.models.generate_content(
        model="m", contents=[types.Part.from_bytes(data=data, mime_type="image/png")])
    """,
    4,
)

SCHEMAS = Pair(
    """
    import typing_extensions, enum
    class Recipe(typing_extensions.TypedDict):
        name: str
        steps: list[str]
    class Choice(enum.Enum):
        A = "a"
        B = "b"
    model = genai.GenerativeModel("m")
    for kind, schema in (("application/json", list[Recipe]), ("text/x.enum", Choice),
            ("application/json", {"type": "object", "properties": {"a": {"type": "string"}},
                                  "required": ["a"]})):
        print(model.generate_content("Hi", generation_config=genai.GenerationConfig(
            response_mime_type=kind, response_schema=schema)).text)
    """,
    """
    import typing_extensions, enum
    class Recipe(typing_extensions.TypedDict):
        name: str
        steps: list[str]
    class Choice(enum.Enum):
        A = "a"
        B = "b"
    for kind, schema in (("application/json", list[Recipe]), ("text/x.enum", Choice),
            ("application/json", {"type": "object", "properties": {"a": {"type": "string"}},
                                  "required": ["a"]})):
        print(client.models.generate_content(model="m", contents="Hi",
            config=types.GenerateContentConfig(
                response_mime_type=kind, response_schema=schema)).text)
    """,
    3,
)

REST = Pair(
    """
    genai.configure(transport="rest")
    model = genai.GenerativeModel("m", safety_settings="BLOCK_NONE",
        generation_config={"response_mime_type": "text/plain"})
    print(model.generate_content("Hi").text)
    for chunk in model.generate_content("Hi", stream=True):
        print(chunk.text)
    """,
    """
    config = types.GenerateContentConfig(response_mime_type="text/plain", safety_settings=[
        types.SafetySetting(category=f"HARM_CATEGORY_{name}", threshold="BLOCK_NONE")
        for name in ("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT")])
    print(client.models.generate_content(model="m", contents="Hi", config=config).text)
    for chunk in client.models.generate_content_stream(model="m", contents="Hi", config=config):
        print(chunk.text)
    """,
    2,
)

RETRY = Pair(
    """
    print(genai.GenerativeModel("m").generate_content("Hi").text)
    """,
    """
    retry = types.HttpRetryOptions(attempts=5, initial_delay=1, http_status_codes=[503])
    client = genai.Client(http_options=types.HttpOptions(retry_options=retry))
    print(client.models.generate_content(model="m", contents="Hi").text)
    """,
    2,
    "503-once",
)

ERRORS = Pair(
    """
    from google.api_core import exceptions
    for stream in (False, True):
        try:
            genai.GenerativeModel("m").generate_content("Hi", stream=stream)
        except exceptions.ResourceExhausted as error:
            print(error.code.value, error.message)
    """,
    """
    from google.genai import errors
    for call in (client.models.generate_content, client.models.generate_content_stream):
        try:
            list(call(model="m", contents="Hi"))
        except errors.ClientError as error:
            print(error.code, error.message)
    """,
    2,
    "429",
)

TIMEOUT = Pair(
    """
    from google.api_core import exceptions
    try:
        genai.GenerativeModel("m").generate_content("Hi", request_options={"timeout": 3})
    except exceptions.DeadlineExceeded:
        print("too late")
    """,
    """
    import httpx2
    try:
        options = types.HttpOptions(timeout=3000)
        config = types.GenerateContentConfig(http_options=options)
        client.models.generate_content(model="m", contents="Hi", config=config)
    except httpx2.ReadTimeout:
        print("too late")
    """,
    1,
    "timeout",
)

PRECONDITION = Pair(
    """
    from google.api_core import exceptions
    try:
        genai.GenerativeModel("m").generate_content("Hi")
    except exceptions.FailedPrecondition as error:
        print(error.code.value, error.message)
    """,
    """
    from google.genai import errors
    try:
        client.models.generate_content(model="m", contents="Hi")
    except errors.ClientError as error:
        assert error.status == "FAILED_PRECONDITION"
        print(error.code, error.message)
    """,
    1,
    "failed-precondition",
)

BLOCKED_PROMPT = Pair(
    """
    response = genai.GenerativeModel("m").generate_content("Hi")
    print(response.prompt_feedback.block_reason.name, len(response.candidates))
    """,
    """
    response = client.models.generate_content(model="m", contents="Hi")
    print(response.prompt_feedback.block_reason.name, len(response.candidates or []))
    """,
    1,
    "blocked-prompt",
)

BLOCKED_CANDIDATE = Pair(
    """
    response = genai.GenerativeModel("m").generate_content("Hi")
    print(response.candidates[0].finish_reason.name)
    """,
    """
    response = client.models.generate_content(model="m", contents="Hi")
    print(response.candidates[0].finish_reason.name)
    """,
    1,
    "blocked-candidate",
)

MOST_TOKENS = Pair(
    BLOCKED_CANDIDATE.before, BLOCKED_CANDIDATE.after, requests=1, answer="max-tokens"
)

ENDPOINT = Pair(
    """
    genai.configure(client_options={"api_endpoint": "proxy.example.com"})
    print(genai.GenerativeModel("m").generate_content("Hi").text)
    """,
    """
    client = genai.Client(http_options=types.HttpOptions(base_url="https://proxy.example.com"))
    print(client.models.generate_content(model="m", contents="Hi").text)
    """,
    1,
)

PAIRS = {name: value for name, value in globals().items() if isinstance(value, Pair)}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_a_program_equals_its_twin(pair: Pair, compared: Callable[..., Comparison]) -> None:
    comparison = compared(pair.before, pair.after, pair.answer)
    report = "\n".join(f"{each.title}\n{each.diff}" for each in comparison.differences)
    assert comparison.equal, report + comparison.ending_before + "|" + comparison.ending_after
    assert (comparison.ending_before, comparison.ending_after) == ("", "")
    assert comparison.request_count == pair.requests
    assert comparison.same_output == pair.same_output, comparison.output_diff
