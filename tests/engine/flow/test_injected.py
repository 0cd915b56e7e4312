"""Parameters that FastAPI gives what a function of the program makes."""

from __future__ import annotations

import pytest
from tests.engine.programs import SETUP, migrated, squeezed

_ASKS = "    return model.generate_content('Hi').text\n"
_REWRITTEN = "models.generate_content(model=model, contents='Hi')"


def _migrated(endpoint: str, dependency: str = "def get_model():\n    return MODEL\n") -> str:
    text = SETUP + "from typing import Annotated\nfrom fastapi import Depends\n"
    dependency = dependency.replace("MODEL", "genai.GenerativeModel('a')")
    return migrated({"app": text + dependency + endpoint})["app"]


@pytest.mark.parametrize(
    "parameter",
    [
        "model=Depends(get_model)",
        "model=Depends(dependency=get_model, use_cache=False)",
        "model: genai.GenerativeModel = Depends(get_model)",
        "model: Annotated[genai.GenerativeModel, Depends(get_model)]",
        "model: Model",
    ],
)
@pytest.mark.parametrize(
    "dependency",
    [
        "def get_model():\n    return MODEL\n",
        "def get_model():\n    yield MODEL\n",
        "async def get_model():\n    return MODEL\n",
        "def make(name='a'):\n    return MODEL\n\ndef get_model(made=Depends(make)):\n"
        "    return made\n",
        "class Get:\n    def __call__(self):\n        return MODEL\n\nget_model = Get()\n",
    ],
)
def test_a_parameter_gets_what_its_dependency_gives(parameter: str, dependency: str) -> None:
    alias = "Model = Annotated[genai.GenerativeModel, Depends(get_model)]\n"
    alias = alias if parameter.endswith("Model") and "=" not in parameter else ""
    after = _migrated(f"{alias}def ask({parameter}):\n{_ASKS}", dependency)
    assert _REWRITTEN in squeezed(after)
    assert "TODO" not in after
    assert "GenerativeModel" not in after


@pytest.mark.parametrize(
    "parameter",
    [
        "service=Depends(Service)",
        "service: Service = Depends()",
        "service: Annotated[Service, Depends()]",
        "service: Annotated[Service, Depends(lambda: Service())]",
    ],
)
def test_an_object_of_the_program_is_followed(parameter: str) -> None:
    service = (
        "class Service:\n    def ask(self):\n        return MODEL.generate_content('Hi')\n"
        f"def read({parameter}):\n    return len(service.ask().candidates)\n"
    )
    assert "len(service.ask().candidates or [])" in squeezed(_migrated("", service))


def test_a_dependency_of_another_file_is_followed() -> None:
    deps = SETUP + "def get_model():\n    return genai.GenerativeModel('a')\n"
    routes = (
        "from fastapi import Depends\nfrom deps import get_model\n"
        f"def ask(model=Depends(get_model)):\n{_ASKS}"
    )
    files = migrated({"deps": deps, "routes": routes})
    assert _REWRITTEN in squeezed(files["routes"])
    assert "TODO" not in files["deps"] + files["routes"]


def test_what_is_not_seen_stays_unknown() -> None:
    after = _migrated(f"from elsewhere import get\ndef ask(model=Depends(get)):\n{_ASKS}")
    assert _REWRITTEN not in squeezed(after)
