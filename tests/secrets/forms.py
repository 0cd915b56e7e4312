"""A project with keys in every form that people write them in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

# Put together here, so that no scanner takes this file for a leak.
KEYS: Mapping[str, str] = {
    "known": "AIza" + "SyD9x3kQw7Lm2Zt8Rv5Yb1Nc4Hf6Jg0Kp2T",
    "lower": "q7f3k9x2" + "m5z8w1v4",
    "mixed": "Zk4f9Tq2mW7x" + "R1vB6nY3cH8j",
}
SDK = "import google.generativeai as genai\n"
ASK = 'print(genai.GenerativeModel("gemini-3.6-flash").generate_content("Hello").text)\n'
# What each line gives away; KEY stands for the key, and HALF and REST for its parts.
STATEMENTS = (
    'genai.configure(api_key="KEY")',
    "genai.configure(api_key=('KEY'))",
    'genai.configure(api_key=f"KEY")',
    'genai.configure(api_key="HALF" + "REST")',
    'genai.configure(\n    api_key="HALF"\n    "REST",\n)',
    'API_KEY = "HALF" \\\n    "REST"',
    'API_KEY = "KEY"',
    'API_KEY: str = "KEY"',
    "api_key: str | None = r'KEY'",
    'my_api_key = b"KEY"',
    'API_KEY = """KEY"""',
    'API_KEYS = ["KEY", "KEYKEY"]',
    'GEMINI = "KEY"\ngenai.configure(api_key=GEMINI)',
    'options = {"api_key": "KEY"}',
    "options = {'GOOGLE_API_KEY': 'KEY', 'other': 1}",
    'options = dict(api_key="KEY")',
    'os.environ["GOOGLE_API_KEY"] = "KEY"',
    'os.environ.setdefault("GOOGLE_API_KEY", "KEY")',
    'genai.configure(api_key=os.getenv("GOOGLE_API_KEY", "KEY"))',
    'API_KEY = os.environ.get(\n    "GOOGLE_API_KEY",\n    "KEY",\n)',
    'genai.configure(api_key=os.getenv("GOOGLE_API_KEY") or "KEY")',
    'parser.add_argument("--api-key", type=str, default="KEY")',
    'def start(api_key="KEY"):\n    genai.configure(api_key=api_key)',
    'def start(api_key: str = "KEY"):\n    genai.configure(api_key=api_key)',
    'class Settings:\n    api_key = "KEY"',
    'headers = {"x-goog-api-key": "KEY"}',
    'headers = {"Authorization": "Bearer KEY"}',
    'url = "https://generativelanguage.googleapis.com/v1beta/models?key=KEY"',
    'url = f"{base}/models?alt=sse&key=KEY&x=1"',
    "# export GOOGLE_API_KEY=KEY",
    '"""Run with GOOGLE_API_KEY=KEY.\n\napi_key: KEY\n"""',
    'API_KEY = "KEY"\nconnect("KEY")\nprint("the key is KEY")',
    'genai.generate_text(prompt="KEY", api_key="KEY")',
    '"""\n-----BEGIN PRIVATE KEY-----\nKEYKEYKEY\n-----END PRIVATE KEY-----\n"""',
)
OTHER_FILES: Mapping[str, str] = {
    "Dockerfile": "FROM python\nENV GOOGLE_API_KEY KEY\nENV GEMINI_API_KEY=KEY\n"
    "RUN pip install google-generativeai\n",
    "deploy.yaml": "env:\n  GOOGLE_API_KEY: KEY\n  api_key: 'KEY'\n"
    "list:\n  - name: GOOGLE_API_KEY\n    value: KEY\nrun: pip install google-generativeai\n",
    "install.sh": "export GOOGLE_API_KEY=KEY\nGEMINI_API_KEY='KEY' python app.py --api-key KEY\n"
    "pip install google-generativeai\n",
    "requirements.txt": "--extra-index-url https://me:KEY@example.com/simple\n"
    "google-generativeai==0.8.5\n",
    "README.md": f"```python\n{SDK}genai.configure(api_key='KEY')\n{ASK}```\n",
    "broken.py": f"{SDK}genai.configure(api_key='KEY'\n{ASK}",
    "other.py": f"{SDK}genai.configure(api_key='KEY')\ngenai.generate_text(prompt='KEY')\n",
}


def filled(text: str, key: str) -> str:
    """A text with a key in it."""
    half = len(key) // 2
    return text.replace("HALF", key[:half]).replace("REST", key[half:]).replace("KEY", key)


def with_key(text: str, key: str) -> str:
    """The same where the names of settings have KEY in them as well."""
    names = ("API_KEYS", "API_KEY", "PRIVATE KEY")
    for number, name in enumerate(names):
        text = text.replace(name, f"\0{number}")
    text = filled(text, key)
    for number, name in enumerate(names):
        text = text.replace(f"\0{number}", name)
    return text


def program(statement: str, key: str) -> str:
    """A legacy program with a statement that has a key in it."""
    return f"import os\n{SDK}{with_key(statement, key)}\ngenai.configure()\n{ASK}"


def notebook(key: str) -> str:
    """A notebook with a key in code, in what was printed, and in text."""
    code = [f"{SDK}", with_key('genai.configure(api_key="HALF" +\n', key), with_key('"REST")', key)]
    output = {"output_type": "stream", "name": "stdout", "text": [f"api_key='{key}'\n"]}
    data = {"data": {"text/plain": f"{{'token': '{key}'}}"}, "output_type": "display_data"}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": f"GOOGLE_API_KEY={key}"},
        {"cell_type": "code", "metadata": {}, "source": code, "outputs": [output]},
        {"cell_type": "code", "metadata": {}, "source": ASK, "outputs": [data]},
    ]
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1
    )


def write_project(folder: Path, key: str) -> None:
    """All of it, each statement in a program of its own."""
    for number, statement in enumerate(STATEMENTS):
        (folder / f"p{number:02}.py").write_text(program(statement, key))
    for name, text in OTHER_FILES.items():
        (folder / name).write_text(with_key(text, key))
    (folder / "notes.ipynb").write_text(notebook(key))


def shows(text: str, key: str) -> bool:
    """Whether a text gives away a part of a key that is longer than chance."""
    size = 7
    return any(key[at : at + size] in text for at in range(len(key) - size + 1))
