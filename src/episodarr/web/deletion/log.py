"""The log: what was done for each episode in each system, and what came of it."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from episodarr.deletion.journal import LogQuestion, StepState
from episodarr.deletion.plan import Deed
from episodarr.overview.deletions import DEED_WORDS, STATE_WORDS, UNDONE, deed_words
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import visit_of

PATH = "/deletion/log"
PAGE = 100
ON_A_PAGE = 20
LOOKED_AT = 200
"""Lines that the page of an episode or of a request shows."""
DEEDS = (("", "Everything done"), *((one.value, DEED_WORDS[one]) for one in Deed))
OUTCOMES = (
    ("", "Every outcome"),
    *((one.value, STATE_WORDS[one]) for one in StepState if one not in {StepState.WAITING, StepState.INTENDED}),
)


@dataclass(frozen=True, slots=True)
class Filter:
    """The filter as the address tells it."""

    q: str = ""
    system: str = ""
    deed: str = ""
    outcome: str = ""
    rule: str = ""
    plan: str = ""

    def question(self, cursor: str | None) -> LogQuestion:
        """What is asked; what is none of ours is left aside."""
        return LogQuestion(
            search=self.q,
            deed=Deed(self.deed) if self.deed else None,
            outcome=StepState(self.outcome) if self.outcome else None,
            system=self.system,
            rule=self.rule,
            plan_id=int(self.plan) if self.plan else None,
            limit=PAGE,
            cursor=cursor,
        )

    def query(self) -> str:
        """The part of an address that asks for this; the API's files are asked in the same words."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return urlencode({name: value for name, value in told.items() if value})


class LogPages:
    """Routes of the log: for admins."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._delete = parts.delete

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.admins("GET", PATH, self.page)

    def page(
        self,
        request: Request,
        q: str = "",
        system: str = "",
        deed: str = "",
        outcome: str = "",
        rule: str = "",
        plan: str = "",
        cursor: str = "",
    ) -> Response:
        """The page; for the script its list, or one more page of it."""
        visit = visit_of(request)
        wanted = Filter(
            q=q.strip()[:100],
            system=system.strip()[:100],
            deed=deed if deed in list(Deed) else "",
            outcome=outcome if outcome in dict(OUTCOMES) else "",
            rule=rule.strip()[:100],
            plan=plan if plan.isascii() and plan.isdecimal() and len(plan) < 19 else "",
        )
        query = wanted.query()
        try:
            found = self._delete.log(wanted.question(cursor or None))
        except ValueError:
            return RedirectResponse(f"{self._parts.base}{PATH}{'?' + query if query else ''}", status_code=302)
        part = "log.html" if not visit.partial else "log_rows.html" if cursor else "log_list.html"
        systems = {view.name for view in self._parts.connections.views()} | ({wanted.system} - {""})
        rules = {one.name for one in self._parts.candidates.rules()} | ({wanted.rule} - {""})
        return self._parts.render.answer(
            visit,
            f"deletion/{part}",
            words(),
            nav="deletion",
            here="log",
            wanted=wanted,
            query=query,
            found=found,
            paused=self._delete.paused(),
            deeds=DEEDS,
            outcomes=OUTCOMES,
            systems=[("", "Every system"), *((name, name) for name in sorted(systems, key=str.casefold))],
            rules=[("", "By rules and by hand"), *((name, name) for name in sorted(rules, key=str.casefold))],
            path="/api/v1/deletion/log",
            api_query=query,
        )


def lines_about(parts: Parts, asked: LogQuestion, seasons: Collection[int] = ()) -> dict[str, object]:
    """The lines of the log about one thing, for its own page. `seasons`: of a show only these; empty: all."""
    found = parts.delete.log(msgspec.structs.replace(asked, limit=LOOKED_AT if seasons else ON_A_PAGE)).items
    return {"deletions": [one for one in found if not seasons or one.season in seasons][:ON_A_PAGE], **words()}


def words() -> dict[str, object]:
    """What the lines are told with."""
    return {"states": STATE_WORDS, "deed_words": deed_words, "undone": UNDONE}
