"""Turns a gRPC call of the legacy SDK into the REST request that it stands for, and back.

The legacy client library carries the mapping itself, for its REST transport.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from typing import Any

from .wire import DEFAULT_HOST, JsonObject, Request

Serialize = Callable[[Any], bytes]
Deserialize = Callable[[bytes], Any]

_OPERATIONS = "/google.longrunning.Operations/"
_OPERATION_METHODS = {
    "GetOperation": ("GET", ""),
    "ListOperations": ("GET", ""),
    "DeleteOperation": ("DELETE", ""),
    "CancelOperation": ("POST", ":cancel"),
}


def request_from_rpc(method: str, host: str, serializer: Serialize | None, message: Any) -> Request:
    """The request behind `/google.ai.generativelanguage.v1beta.FileService/GetFile`."""
    # The bytes go out and come back, so that what is written down is what gRPC would have sent.
    message_type = getattr(serializer, "__self__", None)
    host = host.removeprefix("dns:///").removesuffix(":443") or DEFAULT_HOST
    binding = _rest_binding(method)
    if method.startswith(_OPERATIONS):
        return _operations_request(method.removeprefix(_OPERATIONS), host, message)
    if binding is None or message_type is None:
        return Request("legacy", "POST", method.strip("/"), host=host)
    assert serializer is not None
    sent = message_type.deserialize(serializer(message))
    transcoded = binding._get_transcoded_request(binding._get_http_options(), sent)
    version, _, path = transcoded["uri"].strip("/").partition("/")
    body = transcoded.get("body")
    return Request(
        sdk="legacy",
        http_method=transcoded["method"].upper(),
        path=path,
        body=None if body is None else _to_json(body),
        query=_query(_to_json(transcoded["query_params"])),
        version=version,
        host=host,
    )


def _operations_request(rpc: str, host: str, message: Any) -> Request:
    """A request of the service for long-running operations, which has no REST transport here."""
    http_method, suffix = _OPERATION_METHODS.get(rpc, ("POST", f":{rpc}"))
    path = message.name or "operations"
    return Request("legacy", http_method, path + suffix, host=host, version="v1beta")


def response_message(deserializer: Deserialize, body: JsonObject) -> Any:
    """The response message that holds this JSON."""
    from google.protobuf import json_format  # type: ignore[import-untyped]

    message_type = getattr(deserializer, "__self__", None)
    if message_type is None:
        return deserializer(b"")
    wrapped = hasattr(message_type, "pb")
    plain = message_type.pb(message_type()) if wrapped else message_type()
    json_format.ParseDict(body, plain, ignore_unknown_fields=True)
    return deserializer(plain.SerializeToString())


def _rest_binding(method: str) -> Any:
    """The class with which the REST transport of the service sends this method, if it has one."""
    service_name, _, rpc = method.strip("/").rpartition("/")
    package, _, service = service_name.rpartition(".")
    folder = re.sub(r"(?<!^)(?=[A-Z])", "_", service).lower()
    module = f"{package.replace('.v', '_v')}.services.{folder}.transports.rest_base"
    try:
        rest_base = importlib.import_module(module)
    except ImportError:
        return None
    transport = getattr(rest_base, f"_Base{service}RestTransport", None)
    return getattr(transport, f"_Base{rpc}", None)


def _to_json(message: Any) -> JsonObject:
    from google.protobuf import json_format

    plain = type(message).pb(message) if hasattr(type(message), "pb") else message
    return dict(json_format.MessageToDict(plain))


def _query(fields: JsonObject) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items()}
