"""What the OpenAPI document says of editing."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.editing.body import GivenChange, GivenFeature
from app.kit.media import GEOJSON, MERGE_PATCH
from app.layer import layers

Document = dict[str, Any]
_REFUSALS = ("400", "401", "403", "404", "409", "412", "413", "415", "422", "503")
_SECURITY: list[Document] = [{"basic": []}, {"bearer": []}, {"header": []}, {"query": []}]


def paths() -> Document:
    """The operations to add, by path and method."""
    found: Document = {}
    for layer in layers().values():
        if layer.editable:
            name = layer.id.replace("-", "_")
            items = f"/collections/{layer.id}/items"
            dataset = {
                "name": "dataset", "in": "query", "required": False,
                "description": "Dataset of your organisation to put the work in",
                "schema": {
                    "type": "string", "minLength": 1, "maxLength": 80, "default": "edited",
                },
            }  # fmt: skip
            made = _operation("Make a work", f"create_{name}", "201", GEOJSON)
            made["parameters"].append(dataset)
            found[items] = {"post": made}
            found[f"{items}/{{featureId}}"] = _item(name)
    return found


def _item(name: str) -> Document:
    """The changes of one feature."""
    conditions = [_header("If-Match"), _header("If-None-Match")]
    methods = {
        "put": _operation("Replace a work", f"replace_{name}", "204", GEOJSON),
        "patch": _operation("Change a work", f"update_{name}", "204", MERGE_PATCH),
        "delete": _operation("Withdraw a work", f"delete_{name}", "204", None),
    }
    for operation in methods.values():
        operation["parameters"] += conditions
    return {"parameters": [{"$ref": "#/components/parameters/featureId"}], **methods}


def _operation(summary: str, id_: str, status: str, type_: str | None) -> Document:
    problem = {"$ref": "#/components/responses/problem"}
    told: Document = {"description": summary, "headers": {"ETag": _TEXT}}
    if status == "201":
        told["headers"]["Location"] = _TEXT
    operation: Document = {
        "summary": summary,
        "operationId": id_,
        "tags": ["Data"],
        "security": _SECURITY,
        "parameters": [_COMMON] if type_ is None else [_COMMON, _header("Content-Crs")],
        "responses": {status: told, **dict.fromkeys(_REFUSALS, problem)},
    }
    if type_ is not None:
        name = "workChange" if type_ == MERGE_PATCH else "workFeature"
        content = {type_: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


_TEXT: Document = {"schema": {"type": "string"}}
_COMMON: Document = {"$ref": "#/components/parameters/lang"}


def _header(name: str) -> Document:
    return {"name": name, "in": "header", "required": False, **_TEXT}


def schemas() -> Document:
    """What may be sent, in the words of OpenAPI 3.0."""
    kinds: dict[str, type[BaseModel]] = {"workFeature": GivenFeature, "workChange": GivenChange}
    found: Document = {}
    for name, kind in kinds.items():
        told = kind.model_json_schema(ref_template="#/components/schemas/{model}")
        found |= told.pop("$defs", {})
        found[name] = told
    return {name: _plain(schema) for name, schema in found.items()}


def _plain(schema: Any) -> Any:
    """A schema of JSON Schema 2020 in OpenAPI 3.0: null is a flag, a constant a list of one."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    left_out = {"const", "default", *(["title"] if isinstance(schema.get("title"), str) else [])}
    kept = {k: _plain(v) for k, v in schema.items() if k not in left_out}
    if "const" in schema:
        kept["enum"] = [schema["const"]]
    if "exclusiveMaximum" in kept:
        kept["maximum"], kept["exclusiveMaximum"] = kept["exclusiveMaximum"], True
    choices = kept.get("anyOf", [])
    if {"type": "null"} in choices:
        (one,) = (c for c in kept.pop("anyOf") if c != {"type": "null"})
        kept |= {"allOf": [one], "nullable": True} if "$ref" in one else {**one, "nullable": True}
    return kept
