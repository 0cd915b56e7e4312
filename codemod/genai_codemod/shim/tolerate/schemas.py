"""How the SDKs write the schema that they derive from a function or a class."""

from __future__ import annotations

from typing import Any

from ..wire import JsonObject

# No schema of the legacy SDK could hold these, so they never carry what its user wrote.
_NOT_LEGACY = frozenset(("title", "default", "propertyOrdering", "additionalProperties"))
_NOTHING_WHEN_EMPTY = frozenset(("required", "properties", "items"))


def one_function_schema(item: JsonObject) -> JsonObject:
    """Write the parameters of functions as the API's own schema, however they were derived."""
    declarations = item.get("functionDeclarations")
    if not isinstance(declarations, list):
        return item
    return item | {"functionDeclarations": [_one_declaration(each) for each in declarations]}


def _one_declaration(declaration: JsonObject) -> JsonObject:
    derived = "parametersJsonSchema" in declaration
    changed = {
        key: value
        for key, value in declaration.items()
        if key not in ("parameters", "parametersJsonSchema")
        and not (derived and key == "responseJsonSchema")
    }
    schema = declaration.get("parameters", declaration.get("parametersJsonSchema"))
    if isinstance(schema, dict) and (schema := api_schema(schema)) not in ({}, {"type": "OBJECT"}):
        changed["parameters"] = schema
    return changed


def api_schema(schema: JsonObject) -> JsonObject:
    """A JSON schema, or one of the API, as the legacy SDK would have written it."""
    schema = _without_null(schema)
    changed: JsonObject = {}
    for key, value in schema.items():
        if key in _NOT_LEGACY or (key in _NOTHING_WHEN_EMPTY and not value):
            continue
        changed[key] = _api_value(key, value)
    if changed.get("nullable") is False:
        del changed["nullable"]
    return changed


def _api_value(key: str, value: Any) -> Any:
    if key == "type" and isinstance(value, str):
        return value.upper()
    if key == "required" and isinstance(value, list):
        return sorted(value)
    if key == "items" and isinstance(value, dict):
        return api_schema(value)
    if key == "properties" and isinstance(value, dict):
        return {name: api_schema(held) for name, held in value.items()}
    if key == "anyOf" and isinstance(value, list):
        return [api_schema(each) for each in value]
    return value


def _without_null(schema: JsonObject) -> JsonObject:
    """`anyOf` with null is what the API calls nullable."""
    choices = schema.get("anyOf")
    if not isinstance(choices, list):
        return schema
    others = [each for each in choices if each != {"type": "null"}]
    if len(others) == len(choices):
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    choice = others[0] if len(others) == 1 else {"anyOf": others}
    return {**rest, **choice, "nullable": True}


def one_class_schema(item: JsonObject) -> JsonObject:
    """Write the JSON schema that the OpenAI SDK derives from a class as one of the API."""
    schema = item.get("responseJsonSchema")
    if not isinstance(schema, dict) or not _is_of_a_class(schema):
        return item
    changed = {key: value for key, value in item.items() if key != "responseJsonSchema"}
    return changed | {"responseSchema": _resolved(schema, schema.get("$defs", {}))}


def _is_of_a_class(schema: JsonObject) -> bool:
    """Whether a schema has what that SDK adds to those of classes, and nobody writes."""
    return "title" in schema and schema.get("additionalProperties") is False


def _resolved(schema: Any, definitions: JsonObject) -> Any:
    """A schema with what it refers to in place of the references, in the API's own words."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    changed = {key: value for key, value in schema.items() if key != "$defs"}
    if "items" in changed:
        changed["items"] = _resolved(changed["items"], definitions)
    if "anyOf" in changed:
        changed["anyOf"] = [_resolved(each, definitions) for each in changed["anyOf"]]
    if "properties" in changed:
        changed["properties"] = {
            name: _resolved(held, definitions) for name, held in changed["properties"].items()
        }
    return api_schema(changed) | {"title": schema.get("title", "")}


def one_response_schema(item: JsonObject) -> JsonObject:
    """Leave out what the new SDK adds to the schema of a class."""
    schema = item.get("responseSchema")
    return item | {"responseSchema": _given(schema)} if isinstance(schema, dict) else item


def _given(schema: JsonObject) -> JsonObject:
    # Only a schema that was derived from a class has a title; a written one keeps `required`.
    derived = "title" in schema
    changed = {
        key: value
        for key, value in schema.items()
        if key not in _NOT_LEGACY and not (derived and key == "required")
    }
    if isinstance(changed.get("items"), dict):
        changed["items"] = _given(changed["items"])
    if isinstance(changed.get("properties"), dict):
        changed["properties"] = {name: _given(held) for name, held in changed["properties"].items()}
    if isinstance(changed.get("required"), list):
        changed["required"] = sorted(changed["required"])
    return changed
