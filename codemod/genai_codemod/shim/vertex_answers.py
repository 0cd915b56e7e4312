"""The canned answers that only Vertex AI gives: tokens, text embeddings, tuning jobs."""

from __future__ import annotations

from .answers import all_text, embedding
from .kept_answers import MOMENT, Kept, KeptHandler
from .wire import JsonObject, Request, Response

PLACE = r"projects/[^/]+/locations/[^/]+"
MODEL = rf"(?:{PLACE}/)?publishers/[^/]+/models/[^/:]+|{PLACE}/endpoints/[^/:]+"
_EMBEDDING_SCHEMA = "gs://google-cloud-aiplatform/schema/predict/instance/text_embedding_1.0.0.yaml"
_ENDED = "JOB_STATE_SUCCEEDED"


def _get_model(_: Kept, request: Request, __: JsonObject) -> Response:
    template = f"projects/{{user-project}}/locations/{{location}}/{request.path}"
    schema = {"instanceSchemaUri": _EMBEDDING_SCHEMA}
    found = {"name": request.path, "versionId": "001", "publisherModelTemplate": template}
    return Response(({**found, "predictSchemata": schema},))


def _compute_tokens(_: Kept, __: Request, body: JsonObject) -> Response:
    infos = [
        {"role": content.get("role", ""), "tokenIds": [str(len(text))], "tokens": ["SGk="]}
        for content in body.get("contents", [])
        for text in [all_text([content])]
    ]
    return Response(({"tokensInfo": infos},))


def embedded_texts(body: JsonObject) -> JsonObject:
    """A prediction for each text."""
    predictions = [
        {
            "embeddings": {
                **embedding({"parts": [{"text": instance["content"]}]}),
                "statistics": {"token_count": 3, "truncated": False},
            }
        }
        for instance in body["instances"]
    ]
    return {"predictions": predictions}


def _create_job(kept: Kept, request: Request, body: JsonObject) -> Response:
    """A tuning job that is looked at once before it has ended."""
    name = kept.new_name(f"{request.path}/1")
    kept.items[name] = {"state": "JOB_STATE_RUNNING", **_job(name), **body}
    return Response((kept.items[name],))


def _get_job(kept: Kept, request: Request, _: JsonObject) -> Response:
    known = kept.items.get(request.path, _job(request.path))
    kept.items[request.path] = known | {"state": _ENDED}
    return Response((kept.items[request.path],))


def _cancel(_: Kept, __: Request, ___: JsonObject) -> Response:
    return Response(({},))


def _job(name: str) -> JsonObject:
    place = name.rpartition("/tuningJobs/")[0]
    made = {"model": f"{place}/models/7", "endpoint": f"{place}/endpoints/8"}
    return {"name": name, "createTime": MOMENT, "updateTime": MOMENT, "tunedModel": made}


VERTEX_ROUTES: tuple[tuple[str, KeptHandler], ...] = (
    (r"GET publishers/[^/]+/models/[^/:]+", _get_model),
    (rf"POST (?:{MODEL}):computeTokens", _compute_tokens),
    (rf"POST {PLACE}/tuningJobs", _create_job),
    (rf"GET {PLACE}/tuningJobs/[^/:]+", _get_job),
    (rf"POST {PLACE}/tuningJobs/[^/:]+:cancel", _cancel),
)
