"""Rules from google.generativeai (google-generativeai 0.8.6) to google.genai."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from genai_codemod.engine.rule_packs.rule_files import load_pack
from genai_codemod.engine.rule_packs.rule_pack import RulePack


@cache
def load() -> RulePack:
    """The rule pack: the YAML files of this folder, and the converters that they name."""
    from genai_codemod_rules.google_generativeai import (
        bare_parts,
        caching,
        calling_modes,
        chat_forms,
        code_execution,
        content_dicts,
        converters,
        dataclass_functions,
        error_arguments,
        field_names,
        literals,
        mechanisms,
        messages,
        models,
        nameless_models,
        options,
        protocol_buffers,
        refused_input,
        schemas,
        several_candidates,
        stop_texts,
        task_types,
        times,
        tool_forms,
        unset_fields,
        uploads,
    )
    from genai_codemod_rules.shared import helper_templates

    folder = files(__name__)
    pack = load_pack(folder)
    return replace(
        pack,
        calls={**pack.calls, **messages.methods(pack)},
        converters={
            **converters.CONVERTERS,
            **caching.CONVERTERS,
            **chat_forms.CONVERTERS,
            **models.CONVERTERS,
            **times.CONVERTERS,
        },
        literals={
            "safety_settings": literals.safety_list,
            "contents": content_dicts.content,
            "history": content_dicts.content,
            "part": literals.blob_part,
            "tool_config": calling_modes.tool_config,
            "request_options": options.stored_options,
            "tools": tool_forms.tool_list,
            "training_data": models.example_list,
        },
        literal_types={
            "safety_settings": "SafetySetting",
            "contents": "Content",
            "history": "Content",
            "part": "Part",
        },
        mechanisms={
            **mechanisms.MECHANISMS,
            **messages.MECHANISMS,
            "upload": uploads.upload,
            "cache_update": caching.cache_update,
        },
        passes=(
            schemas.plan_schemas,
            stop_texts.plan_stops,
            field_names.plan_field_names,
            code_execution.plan_texts,
            several_candidates.plan_several_candidates,
            nameless_models.plan_nameless,
            refused_input.plan_refused_input,
            error_arguments.plan_error_arguments,
            messages.plan_classes,
            protocol_buffers.plan_buffers,
            unset_fields.plan_filled,
            task_types.plan_task_types,
            dataclass_functions.plan_dataclass_functions,
            bare_parts.plan_bare_parts,
        ),
        helpers=helper_templates(folder.joinpath("helpers")),
        tool_config_matters=calling_modes.matters_again,
    )
