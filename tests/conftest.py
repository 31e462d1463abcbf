"""What all tests share, and the closing lines that name what did not run."""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Dialect, Engine, event

from episodarr.database.engine import Database

settings.register_profile("ci", max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("here", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "here")

# The programs that tests start find compiled code, wherever nobody is to keep any: each would compile all of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# By itself structlog draws every local variable of every frame: one error in a house took half a minute of its loop.
_PLAIN = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _PLAIN])

_SPOKEN: dict[str, tuple[Dialect, dict[Any, Any]]] = {}


@event.listens_for(Engine, "engine_connect")
def _speak_as_before(connection: Connection) -> None:
    """A statement becomes SQL once in a process, not once for each of the many databases that tests open."""
    dialect, statements = _SPOKEN.setdefault(connection.dialect.name, (connection.dialect, {}))
    connection.dialect = connection.engine.dialect = dialect
    connection.execution_options(compiled_cache=statements)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables and nothing in them, to be copied."""
    file = tmp_path_factory.mktemp("migrated") / "episodarr.db"
    made = Database(f"sqlite:///{file}")
    made.migrate()
    made.close()
    return file


END_TO_END = ("tests/real/", "tests/service/")
LONGEST = ("end to end", "tests/deletion_fuzz/")
"""Where a run begins: what takes minutes must not be left to one process while the others have nothing to do."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Of tests that run side by side, a file's run in one process, and so do all that start real programs.

    Those measure how quickly something is seen: two at a time would tell of each other instead.
    """
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "end to end" if nodeid.startswith(END_TO_END) else super()._split_scope(nodeid)

        def _assign_work_unit(self, node: Any) -> None:
            for scope in [one for one in self.workqueue if one.startswith(LONGEST)]:
                self.workqueue.move_to_end(scope, last=False)
            super()._assign_work_unit(node)

    return ByFile(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last lines say what did not run, and why: a skip that nobody sees is a hole."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(
        str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr) for report in skipped
    )
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"NOT RUN: {count} tests: {reason.removeprefix('Skipped: ')}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a skip is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and exitstatus == 0 and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
