"""Lists, dicts and tuples that are seen to hold themselves, or each other in very many ways."""

from __future__ import annotations

import pytest
from tests.engine.programs import CONFIGURE, SDK, migrated

MANY = 40


def _each_in_all_that_follow() -> str:
    lines = ["held = {}"]
    for number in range(MANY):
        lines += [f"held{number} = held", f'held = {{"items": held, "anyOf": held{number}}}']
    return "\n".join(lines)


CYCLES = {
    "a list in itself": "held = []\nheld.append(held)",
    "a list in a tuple in it": 'held = ["a"]\nheld.append((held, "b"))',
    "a tuple that grows": "held = ()\nfor step in range(3):\n    held = (held, step)",
    "a dict in itself": 'held = {"properties": {}}\nheld["properties"]["child"] = held',
    "each in all that follow": _each_in_all_that_follow(),
}
USES = """
model = genai.GenerativeModel(
    "a",
    tools=held,
    safety_settings=held,
    generation_config={"response_schema": held, "stop_sequences": held},
)
chat = model.start_chat(history=held)
print(chat.send_message(held).text, model.generate_content(held, tools=held).text)
print(sorted(held), genai.embed_content(model="a", content=held))
"""


@pytest.mark.parametrize("cycle", CYCLES.values(), ids=CYCLES)
def test_what_holds_itself_is_looked_through_once(cycle: str) -> None:
    after = migrated({"app": f"{SDK}{CONFIGURE}{cycle}\n{USES}"})["app"]
    assert "client.chats.create(" in after
    assert "generativeai" not in after
