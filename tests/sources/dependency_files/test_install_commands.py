import pytest

from genai_codemod.sources.dependency_files.install_commands import rewrite_install_line

REWRITTEN = {
    "pip install -q google-generativeai==0.8.3 foo": 'pip install -q "google-genai>=3.4,<4" foo',
    "!pip install -qU google-generativeai": '!pip install -qU "google-genai>=3.4"',
    '%pip install "google-generativeai>=0.8"': '%pip install "google-genai>=3.4"',
    "uv pip install --system google_generativeai": 'uv pip install --system "google-genai>=3.4"',
    "uv add Google.GenerativeAI": 'uv add "google-genai>=3.4"',
    "uv run --with google-generativeai a.py": 'uv run --with "google-genai>=3.4" a.py',
    "uv run --with flask pip install google-generativeai": (
        'uv run --with flask pip install "google-genai>=3.4"'
    ),
    "poetry add google-generativeai@^0.8": "poetry add google-genai@^3.4",
    "poetry add google-generativeai@latest": "poetry add google-genai@latest",
    "pipx inject app google-generativeai": 'pipx inject app "google-genai>=3.4"',
    "conda install -c conda-forge google-generativeai=0.8.3 -y": (
        'conda install -c conda-forge "google-genai>=3.4,<4" -y'
    ),
    "mamba install conda-forge::google-generativeai": (
        'mamba install "conda-forge::google-genai>=3.4"'
    ),
    "RUN python3 -m pip install google-generativeai>=0.8.3 && true": (
        'RUN python3 -m pip install "google-genai>=3.4" && true'
    ),
    "pip install google-generativeai<0.9,>=0.7 > log": 'pip install "google-genai>=3.4,<4" > log',
    "pip install google-generativeai 2>&1 | cat": 'pip install "google-genai>=3.4" 2>&1 | cat',
    "$(PIP) install google-generativeai": '$(PIP) install "google-genai>=3.4"',
    'bash -c "pip install google-generativeai"': "bash -c \"pip install 'google-genai>=3.4'\"",
    "run: 'pip install google-generativeai'": "run: 'pip install \"google-genai>=3.4\"'",
    "\"sh -c 'pip install google-generativeai'\"": "\"sh -c 'pip install google-genai~=3.4'\"",
    '"pip install \\"google-generativeai==0.8\\" x"': '"pip install \\"google-genai>=3.4,<4\\" x"',
    "Run `pip install google-generativeai`.": 'Run `pip install "google-genai>=3.4"`.',
    "Run pip install google-generativeai.": 'Run pip install "google-genai>=3.4".',
    "pip install 'google-generativeai[x] >= 0.7 ; python_version>\"3.9\"'": (
        "pip install 'google-genai[x] >= 3.4 ; python_version>\"3.9\"'"
    ),
    "pip install google-generativeai google-genai foo": "pip install google-genai foo",
    "pip install foo google-generativeai google-ai-generativelanguage==0.6": (
        'pip install foo "google-genai>=3.4"'
    ),
    "pip install --no-binary google-generativeai google-generativeai": (
        'pip install --no-binary google-genai "google-genai>=3.4"'
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), REWRITTEN.items(), ids=REWRITTEN)
def test_a_command_installs_the_new_sdk(before: str, after: str) -> None:
    assert rewrite_install_line(before) == after
    assert rewrite_install_line(after) == after


@pytest.mark.parametrize(
    "line",
    [
        "pip install langchain-google-generativeai google-generativeai-tools",
        "pip install google-genai==1.0",
        "pip install git+https://example.com/google-generativeai.git",
        "# pip install google-generativeai",
        "echo done  # pip install google-generativeai",
        "pip uninstall google-generativeai",
        "uv run google-generativeai",
        "uvx bot --topic google-generativeai",
        "pip install foo && echo google-generativeai",
        "pip install foo; google-generativeai",
        "pip install foo > google-generativeai",
        "google-generativeai",
        "",
    ],
)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert rewrite_install_line(line) == line


def test_a_command_can_go_on_in_the_next_lines() -> None:
    before = (
        "RUN pip install \\\r\n"
        "    # what the bot needs\r\n"
        "    google-generativeai==0.8 \\\r\n"
        "    flask\r\n"
        "RUN pip install \\\n"
        "    flask \\\n"
        "    google-genai \\\n"
        "    google-generativeai\n"
    )
    after = (
        "RUN pip install \\\r\n"
        "    # what the bot needs\r\n"
        '    "google-genai>=3.4,<4" \\\r\n'
        "    flask\r\n"
        "RUN pip install \\\n"
        "    flask \\\n"
        "    google-genai\n"
    )
    assert rewrite_install_line(before) == after
