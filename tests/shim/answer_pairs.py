"""Programs that other transports carry, or that get an answer with which something is wrong."""

from __future__ import annotations

from tests.shim.pair import Pair, pairs_of

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

UNREACHABLE = Pair(
    """
    from google.api_core import exceptions
    try:
        genai.GenerativeModel("m").generate_content("Hi",
            request_options=genai.types.RequestOptions(timeout=3))
    except exceptions.ServiceUnavailable:
        print("no connection")
    """,
    """
    import httpx2
    try:
        options = types.HttpOptions(timeout=3000)
        config = types.GenerateContentConfig(http_options=options)
        client.models.generate_content(model="m", contents="Hi", config=config)
    except httpx2.ConnectError:
        print("no connection")
    """,
    1,
    "unreachable",
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

PAIRS = pairs_of(globals())
