"""The form of a connection, made from the fields that its integration declares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import HTTPException

from episodarr.connections.integration import Integration
from episodarr.connections.model import Field, FieldKind
from episodarr.overview.answers import ConnectionView
from episodarr.web.form import Form

PREFIX = "s."
MAX_VALUE = 2000


@dataclass(frozen=True, slots=True)
class Input:
    """One field as the page shows it. A secret's value never gets here: only whether there is one."""

    field: Field
    value: str
    kept: bool
    """A secret is stored; leaving the field empty keeps it."""
    problem: str

    @property
    def type(self) -> str:
        """The input's type in HTML."""
        return {FieldKind.URL: "url", FieldKind.SECRET: "password", FieldKind.FLAG: "checkbox"}.get(
            self.field.kind, "text"
        )


def inputs(
    integration: Integration,
    view: ConnectionView | None = None,
    given: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> list[Input]:
    """The fields with what is stored or was typed. Typed secrets are not sent back either."""
    stored = view.settings if view is not None else {}
    secrets = set(view.secrets_set) if view is not None else set()
    typed = given or {}
    return [
        Input(
            field,
            "" if field.kind is FieldKind.SECRET else typed.get(field.name, stored.get(field.name, field.default)),
            field.name in secrets,
            (problems or {}).get(field.name, ""),
        )
        for field in integration.fields
    ]


def settings_of(form: Form, integration: Integration) -> dict[str, str]:
    """The declared fields of a posted form and no others; a missing check box is `false`."""
    sent = form.starting_with(PREFIX)
    return {
        field.name: ("true" if sent.get(field.name) else "false")
        if field.kind is FieldKind.FLAG
        else sent.get(field.name, "").strip()[:MAX_VALUE]
        for field in integration.fields
    }


def named(integrations: Sequence[Integration], kind: str) -> Integration:
    """The integration of a kind; 404 when there is none."""
    for integration in integrations:
        if integration.kind == kind:
            return integration
    raise HTTPException(404, "There is no such service.")


def number_in(form: Form, name: str) -> int | None:
    """A field that holds an id, None when it is empty or no number."""
    text = form.text(name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None


def by_order(integrations: Sequence[Integration]) -> list[Integration]:
    """The integrations in the order of the wizard."""
    return sorted(integrations, key=lambda one: (one.order, one.label))
