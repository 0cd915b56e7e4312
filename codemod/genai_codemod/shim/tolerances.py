"""Every difference between two requests that says nothing about what their author wants.

This table is all that the comparison forgives: a difference without an entry here is reported.
"""

from __future__ import annotations

from dataclasses import dataclass

from .spelling import camel_case_keys
from .tolerate import contents, endpoints, images, schemas, values
from .tolerate.lift import (
    Normalise,
    each_body,
    each_object,
    each_opposite,
    each_request,
    each_side,
)


@dataclass(frozen=True)
class Tolerance:
    """One thing that the comparison forgives, and why it may."""

    name: str
    reason: str
    normalise: Normalise


# In this order: the later ones expect the spelling that the earlier ones leave.
TOLERANCES: tuple[Tolerance, ...] = (
    Tolerance(
        "key-spelling",
        "the API reads max_output_tokens and maxOutputTokens as the same key",
        each_body(camel_case_keys),
    ),
    Tolerance(
        "whole-numbers",
        "5, 5.0 and, where protocol buffers write it, '5' are the same JSON number",
        each_body(values.whole_numbers),
    ),
    Tolerance(
        "single-precision",
        "the legacy SDK sends single-precision settings, the API reads nothing finer",
        each_body(values.single_precision),
    ),
    Tolerance(
        "base64-alphabet",
        "the standard and the URL-safe alphabet spell the same bytes",
        each_object(values.standard_base64),
    ),
    Tolerance(
        "time-spelling",
        "Z is +00:00, and 1.500s is 1.5s",
        each_object(values.one_time_spelling),
    ),
    Tolerance(
        "api-version",
        "each SDK has a default version of the API, v1beta or v1",
        each_request(endpoints.any_version),
    ),
    Tolerance(
        "empty-body",
        "one SDK sends no body where the other sends an empty one",
        each_request(endpoints.empty_body),
    ),
    Tolerance(
        "count-tokens-wrapping",
        "the legacy SDKs send contents to count in a request, or beside the model of the path",
        each_request(endpoints.count_contents),
    ),
    Tolerance(
        "count-tokens-sampling",
        "sampling and safety settings hold no tokens, and the new SDK refuses them in a count",
        each_request(endpoints.count_without_sampling),
    ),
    Tolerance(
        "embed-in-batches",
        "the new SDK embeds one text as a batch of one, and repeats the model of the path in it",
        each_request(endpoints.embed_in_batches),
    ),
    Tolerance(
        "upload-read-back",
        "the legacy SDK reads each uploaded file back once by itself",
        each_side(endpoints.without_read_back),
    ),
    Tolerance(
        "cache-read-back",
        "vertexai reads each cache back once by itself",
        each_side(endpoints.without_cache_read_back),
    ),
    Tolerance(
        "model-look-up",
        "vertexai looks up the model of embeddings, by itself",
        each_side(endpoints.without_model_look_up),
    ),
    Tolerance(
        "truncated-by-default",
        "vertexai asks for texts to be cut that are too long, which is the default of the API",
        each_request(endpoints.truncated_by_default),
    ),
    Tolerance(
        "upload-display-name",
        "the legacy SDK sends the file's name as display name, the new one in a header",
        each_request(endpoints.named_upload),
    ),
    Tolerance(
        "upload-metadata",
        "the new SDK repeats the type and size of a file in its metadata",
        each_request(endpoints.plain_metadata),
    ),
    Tolerance(
        "update-mask",
        "the legacy SDK names the fields that it updates, the new one only sends them",
        each_request(endpoints.implied_mask),
    ),
    Tolerance(
        "page-defaults",
        "each SDK asks for a page size, and for base models, of its own choice",
        each_request(endpoints.default_pages),
    ),
    Tolerance(
        "default-role",
        "contents without a role are the user's; the role of a system instruction is not read",
        each_object(contents.default_role),
    ),
    Tolerance(
        "joined-stream",
        "the new SDK keeps one content for each chunk of a streamed answer",
        contents.joined_streams,
    ),
    Tolerance(
        "empty-settings",
        "settings that set nothing are the same as none",
        each_object(contents.without_empty_settings),
    ),
    Tolerance(
        "safety-order",
        "each safety setting stands for itself, in any order",
        each_object(contents.sorted_safety_settings),
    ),
    Tolerance(
        "tool-grouping",
        "it makes no difference how functions are spread over tools",
        each_object(contents.grouped_tools),
    ),
    Tolerance(
        "docstring-indentation",
        "the legacy SDK sends a docstring raw, the new one without its indentation",
        each_object(contents.clean_descriptions),
    ),
    Tolerance(
        "function-schema",
        "the new SDK derives a JSON schema from a function, the legacy one a schema of the API",
        each_object(schemas.one_function_schema),
    ),
    Tolerance(
        "class-schema",
        "the OpenAI SDK derives a JSON schema from a class, google.genai a schema of the API",
        each_object(schemas.one_class_schema),
    ),
    Tolerance(
        "response-schema",
        "the new SDK adds titles, defaults, order and required properties to a class's schema",
        each_object(schemas.one_response_schema),
    ),
    Tolerance(
        "image-encoding",
        "each SDK encodes an image object in a format of its own; the pixels are the same",
        each_opposite(images.same_pixels),
    ),
    # Last, when both sides have the same requests.
    Tolerance(
        "time-of-run",
        "a moment that is computed from the clock moves with the start of the run",
        each_opposite(values.same_moment_of_two_runs),
    ),
)
