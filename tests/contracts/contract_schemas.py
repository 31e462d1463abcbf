"""Holding JSON bodies against an OpenAPI 3.0 file: its schemas become JSON Schema, and nothing may be invented."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft4Validator, FormatChecker

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def _is_instant(value: object) -> bool:
    if not isinstance(value, str):
        return True
    datetime.fromisoformat(re.sub(r"\.(\d{6})\d+", r".\1", value))
    return value.endswith("Z")


@formats.checks("date-span")
def _is_time_span(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"(\d+\.)?\d{2}:\d{2}:\d{2}(\.\d{1,7})?", value) is not None


@formats.checks("uuid")
def _is_id(value: object) -> bool:
    """Jellyfin writes its ids as 32 hex digits without dashes."""
    return not isinstance(value, str) or re.fullmatch(r"[0-9a-f]{32}", value) is not None


def _as_json_schema(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema knows a null type."""
    if isinstance(schema, list):
        return [_as_json_schema(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _as_json_schema(part) for name, part in schema.items() if name not in {"nullable", "example"}}
    if not schema.get("nullable"):
        return made
    return {"anyOf": [made, {"type": "null"}]}


class OpenApi:
    """One OpenAPI file."""

    def __init__(self, path: Path) -> None:
        whole = yaml.safe_load(path.read_text()) if path.suffix == ".yml" else json.loads(path.read_text())
        self._paths: dict[str, Any] = whole["paths"]
        self.schemas: dict[str, Any] = _as_json_schema(whole["components"]["schemas"])

    def response_schema(self, method: str, path: str, status: str = "200") -> Any:
        """The JSON schema of an answer; KeyError when the file describes none."""
        content = self._paths[path][method.lower()]["responses"][status]["content"]
        kind = next(name for name in ("application/json", "text/json") if name in content)
        return _as_json_schema(content[kind]["schema"])

    def faults_of(self, body: Any, schema: Any) -> list[str]:
        """What is wrong with a body, most telling first; empty when nothing is."""
        root = {"allOf": [schema], "components": {"schemas": self.schemas}}
        found = Draft4Validator(root, format_checker=formats).iter_errors(body)
        return [f"{'/'.join(map(str, one.absolute_path))}: {one.message[:300]}" for one in found]

    def check(self, body: Any, method: str, path: str, status: str = "200") -> None:
        """Fail with the faults when a body does not fit."""
        assert self.faults_of(body, self.response_schema(method, path, status)) == []

    def check_as(self, body: Any, name: str) -> None:
        """Fail when a body does not fit the schema of that name."""
        assert self.faults_of(body, {"$ref": f"#/components/schemas/{name}"}) == []


def nulls_in(value: Any, path: str = "") -> list[str]:
    """Where a value holds nulls: Sonarr and Jellyfin leave such members out."""
    if value is None:
        return [path]
    if isinstance(value, dict):
        return [found for name, one in value.items() for found in nulls_in(one, f"{path}/{name}")]
    if isinstance(value, list):
        return [found for index, one in enumerate(value) for found in nulls_in(one, f"{path}/{index}")]
    return []
