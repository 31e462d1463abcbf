"""Logs: one line an event, secrets out, line breaks and control characters of outside texts escaped."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRETS = re.compile(
    r"(?i)((?:api_?key|apikey|token|passkey|password|secret|x-plex-token|x-api-key|authorization)"
    r"['\"]?\s*[=:]\s*(?:bearer\s+|basic\s+)?['\"]?)([^\s&'\",;]+)"
)
_USERINFO = re.compile(r"(?i)(https?://)[^/\s:@]+:[^/\s@]+@")
_SECRET_PATHS = re.compile(r"(?i)(discord(?:app)?\.com/api/webhooks/|api\.telegram\.org/bot|/announce/)([^\s'\"]+)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]|\n")


def redacted(text: str) -> str:
    """`text` without keys, tokens, passwords and private addresses."""
    text = _USERINFO.sub(r"\1***@", text)
    text = _SECRET_PATHS.sub(r"\1***", text)
    return _SECRETS.sub(r"\1***", text)


def one_line(text: str) -> str:
    """`text` with line breaks and terminal controls escaped: an outside title cannot forge a log line."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def _clean(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = redacted(value) if key == "exception" else one_line(redacted(value))
    return event


def set_up_logs(level: str, *, as_json: bool = False) -> None:
    """Log to standard error from `level` on; the libraries' logs go the same way, from warnings on."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _clean,
    ]
    text = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    renderer = structlog.processors.JSONRenderer() if as_json else text
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
