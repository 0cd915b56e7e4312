"""Programs that ask for content: at once, in streams, in chats, with tools and schemas."""

from __future__ import annotations

from tests.shim.pair import Pair, pairs_of

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

PAIRS = pairs_of(globals())
