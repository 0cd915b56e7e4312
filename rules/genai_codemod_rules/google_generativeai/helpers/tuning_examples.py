from typing import Any

from google.genai import types


def _tuning_examples(
    data: Any, input_key: str = "text_input", output_key: str = "output"
) -> list[types.TuningExample]:
    """google.genai wants the examples themselves: this reads files, URLs and columns too."""
    import csv
    import io
    import json
    import pathlib
    import re
    import urllib.request

    if isinstance(data, (str, pathlib.Path)):
        address = str(data)
        if sheet := re.match(r"https://docs\.google\.com/spreadsheets/d/[^/]+", address):
            tab = re.search(r"gid=(\d+)", address)
            address = f"{sheet[0]}/export?format=csv{f'&gid={tab[1]}' if tab else ''}"
        if re.match(r"\w+://\S+$", address):
            with urllib.request.urlopen(address) as file:
                text = file.read().decode("utf-8")
        else:
            text = pathlib.Path(address).read_text()
        is_json = address.lower().endswith(".json")
        data = json.loads(text) if is_json else csv.DictReader(io.StringIO(text))
    if hasattr(data, "keys"):
        columns = (map(str, data[input_key]), map(str, data[output_key]))
        data = zip(*columns, strict=False)
    examples: list[types.TuningExample] = []
    for example in data:
        if not isinstance(example, types.TuningExample):
            if not isinstance(example, (tuple, list)):
                example = (example[input_key], example[output_key])
            example = types.TuningExample(text_input=example[0], output=example[1])
        examples.append(example)
    return examples
