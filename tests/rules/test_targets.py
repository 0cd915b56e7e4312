"""Everything that the rules write exists in the installed google-genai."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.rules.new_targets import problems

from genai_codemod.engine import load_pack
from genai_codemod.engine.rule_packs.rule_pack import RulePack
from genai_codemod.engine.rule_packs.rules import CallRule

PACK = load_pack()
GENERATE = (
    "client.models.generate_content(model=model, contents=contents(contents), config=settings)"
)


def test_every_target_exists() -> None:
    assert sorted(problems(PACK)) == []


def with_call(name: str, **changes: Any) -> RulePack:
    return replace(PACK, calls={**PACK.calls, name: replace(PACK.calls[name], **changes)})


def with_name(name: str, **changes: Any) -> RulePack:
    return replace(PACK, names={**PACK.names, name: replace(PACK.names[name], **changes)})


def with_kind(name: str, **changes: Any) -> RulePack:
    return replace(PACK, kinds={**PACK.kinds, name: replace(PACK.kinds[name], **changes)})


def with_method(kind: str, name: str, **changes: Any) -> RulePack:
    methods = PACK.kinds[kind].methods
    return with_kind(kind, methods={**methods, name: replace(methods[name], **changes)})


def with_attribute(kind: str, name: str, **changes: Any) -> RulePack:
    attributes = PACK.kinds[kind].attributes
    return with_kind(kind, attributes={**attributes, name: replace(attributes[name], **changes)})


def with_exception(name: str, **changes: Any) -> RulePack:
    exceptions = {**PACK.exceptions, name: replace(PACK.exceptions[name], **changes)}
    return replace(PACK, exceptions=exceptions)


LEGACY = "google.generativeai."
INVALID = "google.api_core.exceptions.NotFound"
BROKEN = {
    "files.get: client.files.gett does not exist": with_call(
        LEGACY + "get_file", becomes="client.files.gett(name=name)"
    ),
    "files.get: client.file does not exist": with_call(
        LEGACY + "get_file", becomes="client.file.get(name=name)"
    ),
    "files.get: client.files.get: got an unexpected keyword argument 'file'": with_call(
        LEGACY + "get_file", becomes="client.files.get(name=name, file=name)"
    ),
    "files.get: client.files.get: missing a required argument: 'name'": with_call(
        LEGACY + "get_file", becomes="client.files.get(config=name)"
    ),
    "models.list: types.ListModelsConfig has no field size": with_call(
        LEGACY + "list_models",
        becomes="client.models.list(config=types.ListModelsConfig(size=page_size))",
    ),
    "models.list: types.ListModelConfig does not exist": with_call(
        LEGACY + "list_models",
        becomes="client.models.list(config=types.ListModelConfig(page_size=page_size))",
    ),
    "generate.content: client.models.generate_stream does not exist": with_method(
        "Model", "generate_content", stream="generate_stream"
    ),
    "generate.content: client.models.generate_content: got an unexpected keyword argument 'text'": (
        with_method(
            "Model", "generate_content", stream=None, becomes=GENERATE.replace("config=", "text=")
        )
    ),
    "chat.start: client.aio.chats.create: got an unexpected keyword argument 'stream'": with_method(
        "Model", "start_chat", becomes="client.chats.create(model=model, stream=history)"
    ),
    "chat.send: self.send does not exist": with_method(
        "Chat", "send_message", becomes="self.send(content)", stream=None
    ),
    "chat.send: self.send_message: got an unexpected keyword argument 'text'": with_method(
        "Chat", "send_message", becomes="self.send_message(content, text=content)", stream=None
    ),
    "files.delete-method: self.names does not exist": with_method(
        "File", "delete", becomes="client.files.delete(name=self.names)"
    ),
    "protos.blob: types.Blob has no field mime": with_call(
        LEGACY + "protos.Blob", renames={"mime_type": "mime"}
    ),
    "protos.blob: types.Blobb does not exist": with_call(
        LEGACY + "protos.Blob", becomes="types.Blobb"
    ),
    "safety.threshold: types.Threshold does not exist": with_name(
        LEGACY + "types.HarmBlockThreshold", becomes="types.Threshold"
    ),
    "safety.category: types.HarmCategory.HATE does not exist": with_name(
        LEGACY + "types.HarmCategory", iterates="(types.HarmCategory.HATE,)"
    ),
    "safety.probability: types.HarmSeverity.HIGH does not exist": with_name(
        LEGACY + "types.HarmProbability", becomes="types.HarmSeverity"
    ),
    "protos.segment: self.part_index does not exist": with_name(
        LEGACY + "protos.Segment", becomes="types.SearchEntryPoint"
    ),
    "errors.not-found: errors.NotFound does not exist": with_exception(
        INVALID, becomes="errors.NotFound(404)"
    ),
    "kind FileState: types.FileState.READY does not exist": with_kind(
        "FileState", numbers={2: "READY"}
    ),
    "kind File: types.Fiel does not exist": with_kind("File", type="types.Fiel", methods={}),
    "kind Blob has no type": with_kind("Blob", type=None),
    "blob.mime_type: self.mime_type does not exist": with_kind("Blob", type="types.Segment"),
    "file.size_bytes: self.size_bytes gives int": with_attribute(
        "File", "size_bytes", returns="str"
    ),
    "file.state: self.state gives FileState": with_attribute(
        "File", "state", returns="FinishReason"
    ),
    "candidate.safety_ratings: self.safety_ratings gives SafetyRating": with_attribute(
        "Candidate", "safety_ratings", returns="list[Candidate]"
    ),
    "protos.to-json: instance.dump_json does not exist": with_call(
        LEGACY + "protos.Blob.to_json", becomes="instance.dump_json(indent=indent)"
    ),
    "protos.to-dict: instance.model_dump: got an unexpected keyword argument 'depth'": with_call(
        LEGACY + "protos.Blob.to_dict", becomes="instance.model_dump(depth=1)"
    ),
    "schema.type_: self.kind does not exist": with_attribute(
        "Schema", "type_", becomes="self.kind"
    ),
    "chat.last: client.chats.remake does not exist": with_attribute(
        "Chat", "last", manual="write client.chats.remake()."
    ),
    "client.configure: types.Retries does not exist": with_call(
        LEGACY + "configure", refuses={"credentials": "give types.Retries."}
    ),
    "_contents: types.Contents does not exist": replace(
        PACK, helpers={"_contents": "def _contents(x):\n    return types.Contents(x)\n"}
    ),
}


@pytest.mark.parametrize(("problem", "pack"), BROKEN.items(), ids=BROKEN)
def test_what_does_not_exist_is_reported(problem: str, pack: RulePack) -> None:
    assert problem in problems(pack)


def test_every_rewriting_call_is_resolved() -> None:
    rewriting = [rule for rule in PACK.calls.values() if "." in (rule.becomes or "")]
    assert len(rewriting) > 150
    for rule in rewriting:
        broken = replace(rule, becomes=_misspelt(rule))
        found = problems(replace(PACK, calls={**PACK.calls, rule.legacy.name: broken}))
        assert any(problem.startswith(rule.id + ": ") for problem in found), rule.id


def _misspelt(rule: CallRule) -> str:
    assert rule.becomes is not None
    head, _, tail = rule.becomes.partition(".")
    return f"{head}.un{tail}"
