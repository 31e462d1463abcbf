"""Candidates: a rule that is tried out while it is written, what it finds, and why. Nothing here deletes anything."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec
from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from episodarr.deletion.holding import Level
from episodarr.deletion.model import NamedRule, Preview, Question, Sort, Target
from episodarr.deletion.propose import Refused
from episodarr.deletion.rules import InvalidRule, Outcome, Rule
from episodarr.overview.candidates import candidates_view
from episodarr.web.candidates.draft import FLAGS, KINDS, Draft, draft_of_fields, draft_of_rule, usual_draft
from episodarr.web.columns import ListColumn, chosen_by, chosen_columns
from episodarr.web.form import FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import Visit, visit_of
from episodarr.web.words import sentence

PATH = "/candidates"
PAGE = 50
MOST_SHOWN = 500
LIST = "candidates"
LEVELS = (
    (Level.SHOW, "Shows", "show"),
    (Level.SEASON, "Seasons", "season"),
    (Level.EPISODE, "Episodes", "file"),
    (Level.MOVIE, "Movies", "movie"),
)
OUTCOMES = (
    (Outcome.CANDIDATE, "Could go", "Every condition is met, and nothing speaks against it."),
    (Outcome.KEPT, "Kept back", "The conditions may be met, but something keeps it."),
    (Outcome.UNKNOWN, "Not known", "Something is not known for certain, so it stays."),
)


@dataclass(frozen=True, slots=True)
class CandidateColumn(ListColumn):
    """A column; with a sort it can be sorted by."""

    sort: Sort | None = None


COLUMNS = (
    CandidateColumn("title", "Title", fixed=True, sort=Sort.TITLE),
    CandidateColumn("size", "Size", numeric=True, sort=Sort.SIZE),
    CandidateColumn("added", "Added", numeric=True, sort=Sort.ADDED),
    CandidateColumn("watched", "Last watched", numeric=True, sort=Sort.LAST_WATCHED),
    CandidateColumn("plays", "Plays", numeric=True, sort=Sort.PLAYS),
    CandidateColumn("viewers", "Viewers", numeric=True, sort=Sort.VIEWERS),
    CandidateColumn("share", "Watched", numeric=True, sort=Sort.WATCHED),
    CandidateColumn("files", "Files", usual=False, numeric=True),
    CandidateColumn("status", "Status", usual=False),
    CandidateColumn("quality", "Quality", usual=False),
    CandidateColumn("rating", "Rating", usual=False, numeric=True),
    CandidateColumn("folder", "Library folder", usual=False),
    CandidateColumn("tags", "Tags", usual=False),
)


class CandidatePages:
    """Routes of candidates: for admins."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.admins("GET", PATH, self.page)
        doors.admins("GET", f"{PATH}/freed/{{level}}/{{holding_id}}", self.freed)
        doors.admins("POST", f"{PATH}/rules", self.keep)
        doors.admins("POST", f"{PATH}/rules/{{rule_id}}/remove", self.forget)
        doors.admins("POST", f"{PATH}/protect", self.protect)
        doors.admins("GET", f"{PATH}/protected", self.protected)
        doors.admins("POST", f"{PATH}/protected/{{protection_id}}/remove", self.unprotect)

    def page(self, request: Request) -> Response:
        """The page; for the script the list alone, one more page of it, or both form and list."""
        visit, fields = visit_of(request), dict(request.query_params)
        named = self._named(fields.get("rule", ""))
        draft, rule, problem = _drafted(fields, named)
        look = Look.of(fields)
        found: Preview | None = None
        if rule is not None:
            try:
                found = self._parts.candidates.preview(
                    rule, look.question(fields.get("cursor") or None, fields.get("shown", ""))
                )
            except InvalidRule as wrong:
                problem = sentence(str(wrong).partition(": ")[2] or str(wrong))
            except ValueError:
                return RedirectResponse(f"{self._parts.base}{PATH}", status_code=302)
        return self._answer(visit, fields, draft, named, look, found, problem)

    def _answer(
        self,
        visit: Visit,
        fields: Mapping[str, str],
        draft: Draft | None,
        named: NamedRule | None,
        look: "Look",
        found: Preview | None,
        problem: str,
        status: int = 200,
    ) -> Response:
        own = draft.fields() if draft is not None else {}
        if named is not None:
            own["rule"] = str(named.id)
        part = "page.html"
        if visit.partial:
            part = (
                "rows.html" if fields.get("cursor") else "found.html" if fields.get("part") == "found" else "all.html"
            )
        level = found.rule.level if found is not None else draft.level if draft is not None else Level.SHOW
        answer = self._parts.render.answer(
            visit,
            f"candidates/{part}",
            status=status,
            nav="candidates",
            draft=draft,
            named=named,
            look=look,
            problem=problem,
            found=None if found is None else candidates_view(found),
            level=level,
            address=lambda **more: self._address(own, look, **more),
            trial="" if found is None else msgspec.json.encode(found.rule).decode(),
            export_query="" if found is None else look.api_query(found.rule),
            kinds=KINDS,
            flags=FLAGS,
            levels=LEVELS,
            outcomes=OUTCOMES,
            columns=COLUMNS,
            chosen=chosen_columns(chosen_by(self._parts, visit, LIST), LIST, COLUMNS),
            rules=self._parts.candidates.rules(),
            suggestions=self._parts.candidates.suggestions() if part in {"page.html", "all.html"} else {},
            focus=fields.get("add", ""),
            **self._consent(named),
        )
        if visit.partial and not fields.get("cursor"):
            answer.headers["hx-push-url"] = self._address(own, look)
        return answer

    def _consent(self, named: NamedRule | None) -> dict[str, object]:
        """Which rules are armed, and how the one that is looked at stands."""
        consent = self._parts.consent
        if consent is None:
            return {"standing": None, "armed_rules": set()}
        try:
            standing = None if named is None else consent.standing(named.id)
        except LookupError:
            standing = None
        return {"standing": standing, "armed_rules": consent.armed_rules()}

    def _address(self, own: Mapping[str, str], look: "Look", **more: str) -> str:
        told = {**own, **look.fields(), **more}
        return f"{self._parts.base}{PATH}?{urlencode({name: value for name, value in told.items() if value})}"

    def _named(self, rule_id: str) -> NamedRule | None:
        if not (rule_id.isascii() and rule_id.isdecimal() and len(rule_id) < 19):
            return None
        try:
            return self._parts.candidates.rule(int(rule_id))
        except LookupError as gone:
            raise HTTPException(404, "There is no such rule any more.") from gone

    def freed(self, request: Request, level: Level, holding_id: int) -> Response:
        """What deleting it would really free: asked for when somebody opens the reasons."""
        found = self._parts.freed(level, holding_id) if holding_id < 2**62 else None
        if found is None:
            raise HTTPException(404, "Nothing of it has a file.")
        return self._parts.render.answer(visit_of(request), "candidates/freed.html", freed=found)

    # ------------------------------------------------------------------ rules

    def keep(self, request: Request, form: FormOf) -> Response:
        """Keep the rule of the form, under its name."""
        visit, fields = visit_of(request), form.starting_with("")
        named = self._named(fields.get("rule", ""))
        draft, rule, problem = _drafted(fields, named)
        look = Look.of(fields)
        again = named.id if named is not None and form.flag("again") else None
        if rule is not None:
            try:
                kept = self._parts.candidates.keep_rule(form.text("name"), rule, _by(visit), again)
                self._changed()
                return self._away(visit, self._address({"rule": str(kept.id)}, look), f"“{kept.name}” is saved.")
            except (Refused, InvalidRule) as wrong:
                problem = sentence(str(wrong).partition(": ")[2] or str(wrong))
            except LookupError as gone:
                raise HTTPException(404, "There is no such rule any more.") from gone
        found = None if rule is None else self._parts.candidates.preview(rule, look.question(None))
        return self._answer(visit, fields, draft, named, look, found, problem, status=200 if visit.partial else 422)

    def forget(self, request: Request, rule_id: int) -> Response:
        """Forget a rule."""
        try:
            if self._parts.consent is not None:
                self._parts.consent.disarm(rule_id, _by(visit_of(request)), "the rule was forgotten")
            self._parts.candidates.remove_rule(rule_id)
            self._changed()
        except LookupError as gone:
            raise HTTPException(404, "There is no such rule any more.") from gone
        return self._away(visit_of(request), f"{self._parts.base}{PATH}", "The rule is gone.")

    def _changed(self) -> None:
        """A rule is not what was armed any more: what leaves by it leaves no longer, from this moment on."""
        if self._parts.consent is not None:
            self._parts.consent.check()

    # ------------------------------------------------------------------ what stays

    def protect(self, request: Request, form: FormOf) -> Response:
        """Have something stay."""
        visit = visit_of(request)
        target = Target(*(_number(form.text(name)) for name in Target.__struct_fields__))
        try:
            self._parts.candidates.protect(target, form.text("reason"), _by(visit))
        except Refused as wrong:
            raise HTTPException(422, sentence(str(wrong).partition(": ")[2])) from wrong
        except LookupError as gone:
            raise HTTPException(404, "It is not in the library any more.") from gone
        return self._parts.render.done(visit, None, "It stays.", PATH, ["candidates"])

    def protected(self, request: Request) -> Response:
        """What stays whatever the rules say."""
        kept = self._parts.candidates.protections()
        return self._parts.render.answer(visit_of(request), "candidates/protected.html", nav="candidates", kept=kept)

    def unprotect(self, request: Request, protection_id: int) -> Response:
        """Have the rules decide again."""
        try:
            self._parts.candidates.unprotect(protection_id)
        except LookupError as gone:
            raise HTTPException(404, "It was not protected any more.") from gone
        return self._away(visit_of(request), f"{self._parts.base}{PATH}/protected", "The rules decide again.")

    def _away(self, visit: Visit, target: str, said: str) -> Response:
        if visit.partial:
            return self._parts.render.done(
                visit, Response(status_code=204, headers={"hx-redirect": target}), said, PATH
            )
        return RedirectResponse(target, status_code=303)


@dataclass(frozen=True, slots=True)
class Look:
    """How the list is looked at."""

    outcome: Outcome = Outcome.CANDIDATE
    sort: Sort = Sort.SIZE
    descending: bool = True
    search: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "Look":
        """As the address tells it; what is none of ours is left aside."""
        outcome, sort = fields.get("outcome", ""), fields.get("sort", "-size")
        name = sort.removeprefix("-")
        return cls(
            Outcome(outcome) if outcome in list(Outcome) else Outcome.CANDIDATE,
            Sort(name) if name in list(Sort) else Sort.SIZE,
            sort.startswith("-") or name not in list(Sort),
            fields.get("q", "").strip()[:100],
        )

    def question(self, cursor: str | None, shown: str = "") -> Question:
        """What is asked; `shown`: how many rows a list has that is asked for anew, so that none of them vanishes."""
        held = int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < 6 else 0
        limit = min(max(held, PAGE), MOST_SHOWN)
        return Question(self.outcome, self.sort, self.descending, self.search, limit, cursor)

    def fields(self) -> dict[str, str]:
        """What is not as usual, for an address."""
        usual = Look()
        told = {"outcome": self.outcome.value if self.outcome is not usual.outcome else "", "q": self.search}
        order = f"{'-' if self.descending else ''}{self.sort.value}"
        return told | {"sort": order if order != "-size" else ""}

    def api_query(self, rule: Rule) -> str:
        """The same for the API's files."""
        order = f"{'-' if self.descending else ''}{self.sort.value}"
        told = {
            "trial": msgspec.json.encode(rule).decode(),
            "outcome": self.outcome.value,
            "sort": order,
            "q": self.search,
        }
        return urlencode({name: value for name, value in told.items() if value})

    def by(self, sort: Sort) -> str:
        """The sort that a click on a column's head asks for: downwards first, but titles from A."""
        if self.sort is sort:
            return sort.value if self.descending else f"-{sort.value}"
        return sort.value if sort in (Sort.TITLE, Sort.LAST_WATCHED, Sort.ADDED) else f"-{sort.value}"


def _drafted(fields: Mapping[str, str], named: NamedRule | None) -> tuple[Draft | None, Rule | None, str]:
    """The form, the rule in it, and what is wrong with it. No form: the rule is nested too deeply for one."""
    if named is not None and "level" not in fields:
        return draft_of_rule(named.rule), named.rule, ""
    if "level" not in fields and not any(name.startswith("b0") for name in fields):
        draft = usual_draft()
    else:
        draft = draft_of_fields(fields)
    if dropped := fields.get("drop", ""):
        draft = draft.dropped(dropped)
    if added := fields.get("add", ""):
        draft = draft.added(added)
    try:
        return draft, draft.rule(), ""
    except InvalidRule as problem:
        text = str(problem)
        return draft, None, sentence(text.partition(": ")[2] if text.startswith("when: ") else text)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _by(visit: Visit) -> str:
    return visit.user.name if visit.user is not None else ""
