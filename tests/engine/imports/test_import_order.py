"""Where imports that rewritten code needs are added."""

import libcst as cst
import pytest

from genai_codemod.engine.imports.import_order import add_imports


def added(source: str, *imports: str) -> str:
    return add_imports(cst.parse_module(source), imports).code


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("from typing import List\n", "from typing import Any, List\n"),
        ("from typing import List, cast\n", "from typing import Any, List, cast\n"),
        ("from typing import cast, List\n", "from typing import Any, cast, List\n"),
        ("from typing import cast, Any2, List\n", "from typing import cast, Any2, List, Any\n"),
        (
            "from typing import (\n    List,\n    cast,\n)\n",
            "from typing import (\n    Any,\n    List,\n    cast,\n)\n",
        ),
        ("from typing import List as L, cast\n", "from typing import Any, List as L, cast\n"),
    ],
)
def test_a_name_joins_the_import_of_its_module(source: str, wanted: str) -> None:
    assert added(source, "from typing import Any") == wanted


@pytest.mark.parametrize(
    "source",
    [
        "from typing import List  # noqa: UP035\n",
        "from typing import (\n    List,  # for the old way\n)\n",
        "from typing import *\n",
        f"from typing import {', '.join(f'Name{number:03d}' for number in range(9))}\n",
    ],
)
def test_an_import_with_a_comment_a_star_or_no_room_is_left_alone(source: str) -> None:
    assert added(source, "from typing import Any") == f"{source}from typing import Any\n"


def test_what_typing_gives_is_not_imported_from_collections_again() -> None:
    source = "from typing import Any, Iterator\n"
    assert added(source, "from collections.abc import Iterator", "from typing import Any") == source


def test_an_import_further_down_does_not_count() -> None:
    source = "import os\n\nname = os.name\nfrom typing import Any\n"
    assert (
        added(source, "from typing import Any")
        == f"import os\nfrom typing import Any\n{source[10:]}"
    )
