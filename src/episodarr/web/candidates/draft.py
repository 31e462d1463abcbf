"""A rule as a form can hold it: blocks of conditions; all blocks, or any of them, and in each all or any condition.

Deeper rules, made over the API, are shown and used all the same; only the form cannot change them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from episodarr.deletion.holding import Level
from episodarr.deletion.rules import (
    MOST_KEPT,
    Added,
    All,
    AnyOf,
    FewerPlays,
    FewerViewers,
    InFolder,
    InvalidRule,
    Larger,
    Monitored,
    NeverWatched,
    Node,
    Not,
    OfQuality,
    OfStatus,
    OfType,
    RatedBelow,
    Requested,
    RequesterWatched,
    Rule,
    Safeguards,
    Tagged,
    UnwatchedFor,
    WatchedShare,
    checked,
)

_GIB = 2**30
_MOST_BLOCKS = 6
_MOST_ROWS = 12


class Kind(NamedTuple):
    """A condition as the form offers it: `words` VALUE `unit`."""

    key: str
    words: str
    unit: str = ""
    input: str = ""
    """number, decimal, text, choice, or empty: it has no value."""
    usual: str = ""
    make: Callable[[Any], Any] = lambda _value: None
    value: Callable[[Any], str] = lambda _condition: ""
    choices: str = ""
    """Which list of choices or suggestions."""
    most: int = 36_500


def _shown(number: float) -> str:
    """Exactly, as people write it: what is shown is what a form sends back."""
    text = format(Decimal(repr(float(number))), "f")
    return text.removesuffix(".0")


KINDS: tuple[Kind, ...] = (
    Kind("added", "was added at least", "days ago", "number", "30", Added, lambda one: str(one.days)),
    Kind(
        "unwatched_for", "was not watched for", "days, or ever", "number", "90", UnwatchedFor, lambda one: str(one.days)
    ),
    Kind("never_watched", "was never watched", make=lambda _value: NeverWatched()),
    Kind("fewer_plays", "has fewer than", "plays", "number", "2", FewerPlays, lambda one: str(one.than), most=10**9),
    Kind(
        "fewer_viewers",
        "was seen by fewer than",
        "people",
        "number",
        "2",
        FewerViewers,
        lambda one: str(one.than),
        most=10**9,
    ),
    Kind(
        "watched_share",
        "was watched to at least",
        "%",
        "number",
        "100",
        WatchedShare,
        lambda one: str(one.percent),
        most=100,
    ),
    Kind(
        "larger",
        "takes at least",
        "GiB",
        "decimal",
        "10",
        lambda gib: Larger(round(gib * _GIB)),
        lambda one: _shown(one.bytes / _GIB),
        most=10**9,
    ),
    Kind(
        "rated_below", "is rated below", "of 10", "decimal", "6.5", RatedBelow, lambda one: _shown(one.rating), most=10
    ),
    Kind("tagged", "has the tag", "", "text", "", Tagged, lambda one: one.tag, "tags"),
    Kind("in_folder", "is in the library folder", "", "text", "", InFolder, lambda one: one.folder, "folders"),
    Kind("of_quality", "has a file of the quality", "", "text", "", OfQuality, lambda one: one.quality, "qualities"),
    Kind("of_status", "has the status", "", "text", "ended", OfStatus, lambda one: one.status, "statuses"),
    Kind("of_type", "is of the type", "", "text", "anime", OfType, lambda one: one.type, "types"),
    Kind("monitored", "is monitored", make=lambda _value: Monitored()),
    Kind("requested", "was requested", make=lambda _value: Requested()),
    Kind("requester_watched", "was watched by whoever requested it", make=lambda _value: RequesterWatched()),
)
BY_KEY = {kind.key: kind for kind in KINDS}
NUMBERS = ("keep_first", "keep_last", "in_progress_days", "next_up_days", "requested_days")
FLAGS = ("favourites", "latest_season")
_CALLED = {
    "conditions": "Conditions",
    "keep_first": "The first episodes",
    "keep_last": "The last episodes",
    "in_progress_days": "What was left off",
    "next_up_days": "What would be watched next",
    "requested_days": "What was requested",
}
_MOST_OF = {name: MOST_KEPT if name.startswith("keep_") else 36_500 for name in NUMBERS}


@dataclass(frozen=True, slots=True)
class Row:
    """One condition of the form, as it was typed."""

    kind: Kind
    value: str = ""
    negated: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Conditions that belong together."""

    match: str = "all"
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form holds."""

    level: Level = Level.SHOW
    top: str = "all"
    blocks: tuple[Block, ...] = ()
    safe: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    """Field of the safeguards -> what is wrong with it."""

    @property
    def problem(self) -> str:
        """The first thing that is wrong; empty: nothing is."""
        rows = [f"“{row.kind.words}”: {row.problem}" for block in self.blocks for row in block.rows if row.problem]
        safe = [f"{_CALLED[name]}: {problem}" for name, problem in self.problems.items()]
        return next(iter([*rows, *safe]), "")

    def rule(self) -> Rule:
        """The rule. Raises InvalidRule."""
        if self.problem:
            raise InvalidRule(self.problem)
        blocks = tuple(
            _group(block.match, tuple(_node(row) for row in block.rows)) for block in self.blocks if block.rows
        )
        when = blocks[0] if len(blocks) == 1 else _group(self.top, blocks)
        return checked(Rule(self.level, when, self._safeguards()))

    def _safeguards(self) -> Safeguards:
        numbers: dict[str, Any] = {name: int(self.safe[name]) for name in NUMBERS}
        tags = tuple(dict.fromkeys(filter(None, (tag.strip() for tag in self.safe["tags"].split(",")))))
        return Safeguards(**numbers, tags=tags, **{name: self.safe[name] == "1" for name in FLAGS})

    def fields(self) -> dict[str, str]:
        """The fields of the form, as an address holds them."""
        found = {"level": self.level.value, "top": self.top, "safe": "1"}
        for place, block in enumerate(self.blocks):
            found[f"b{place}"] = block.match
            for number, row in enumerate(block.rows):
                found[f"b{place}.{number}.is"] = row.kind.key
                if row.kind.input:
                    found[f"b{place}.{number}.v"] = row.value
                if row.negated:
                    found[f"b{place}.{number}.not"] = "1"
        return found | {name: value for name, value in self.safe.items() if value or name in (*NUMBERS, "tags")}

    def query(self, **more: str) -> str:
        """The same as the query of an address."""
        return urlencode(self.fields() | {name: value for name, value in more.items() if value})

    def added(self, where: str) -> "Draft":
        """With one more condition in a block (`b0`), or one more block (`block`)."""
        fresh = Row(KINDS[0], KINDS[0].usual)
        if where == "block" and len(self.blocks) < _MOST_BLOCKS:
            return replace(self, blocks=(*self.blocks, Block("any", (fresh,))))
        blocks = tuple(
            replace(block, rows=(*block.rows, fresh))
            if where == f"b{place}" and len(block.rows) < _MOST_ROWS
            else block
            for place, block in enumerate(self.blocks)
        )
        return replace(self, blocks=blocks)

    def dropped(self, where: str) -> "Draft":
        """Without a condition (`b0.1`); a block goes with its last one."""
        blocks = tuple(
            replace(block, rows=tuple(row for number, row in enumerate(block.rows) if where != f"b{place}.{number}"))
            for place, block in enumerate(self.blocks)
        )
        return replace(self, blocks=tuple(block for block in blocks if block.rows) or (Block(),))


def usual_draft() -> Draft:
    """What a person sees first."""
    draft = draft_of_rule(Rule(Level.SHOW, All((Added(30), UnwatchedFor(90)))))
    assert draft is not None  # noqa: S101  # two conditions are one block
    return draft


def draft_of_rule(rule: Rule) -> Draft | None:
    """The form for a rule; None when it is nested too deeply for one, or has a tag that a list cannot hold."""
    if any("," in tag or tag != tag.strip() for tag in rule.unless.tags):
        return None
    when = rule.when if isinstance(rule.when, All | AnyOf) else All((rule.when,))
    top = "all" if isinstance(when, All) else "any"
    parts: list[All | AnyOf] = [when]
    if any(isinstance(part, All | AnyOf) for part in when.of):
        parts = [part if isinstance(part, All | AnyOf) else All((part,)) for part in when.of]
    blocks = []
    for part in parts:
        rows = [_row(one) for one in part.of]
        if None in rows:
            return None
        blocks.append(Block("all" if isinstance(part, All) else "any", tuple(row for row in rows if row is not None)))
    if len(blocks) > _MOST_BLOCKS or any(len(block.rows) > _MOST_ROWS for block in blocks):
        return None
    return Draft(rule.level, top, tuple(blocks), _safe(rule.unless))


def draft_of_fields(fields: Mapping[str, str]) -> Draft:
    """The form as it came; what is wrong in it is marked, and nothing of it is lost."""
    level = fields.get("level", "show")
    blocks = []
    problems: dict[str, str] = {}
    for place in range(_MOST_BLOCKS):
        rows = []
        for number in range(_MOST_ROWS + 1):
            named = fields.get(f"b{place}.{number}.is", "")
            kind = BY_KEY.get(named)
            if named and kind is None:
                problems["conditions"] = f"there is no condition “{named[:50]}”"
            if kind is not None:
                asked = fields.get(f"b{place}.{number}.was", kind.key)
                value = fields.get(f"b{place}.{number}.v", kind.usual) if asked == kind.key else kind.usual
                negated = fields.get(f"b{place}.{number}.not", "") == "1"
                rows.append(Row(kind, value.strip(), negated, _value_problem(kind, value.strip())))
        if rows:
            blocks.append(Block("any" if fields.get(f"b{place}") == "any" else "all", tuple(rows)))
    usual = _safe(Safeguards())
    if "safe" not in fields:
        safe = usual
    else:
        safe = {name: fields.get(name, "").strip() for name in usual}
        problems |= {name: problem for name in NUMBERS if (problem := _number_problem(safe[name], _MOST_OF[name]))}
    top = "any" if fields.get("top") == "any" else "all"
    known = Level(level) if level in list(Level) else Level.SHOW
    return Draft(known, top, tuple(blocks) or (Block(),), safe, problems)


def _safe(safe: Safeguards) -> dict[str, str]:
    told = {name: str(getattr(safe, name)) for name in NUMBERS}
    flags = {name: "1" if getattr(safe, name) else "" for name in FLAGS}
    return told | flags | {"tags": ", ".join(safe.tags)}


def _group(match: str, of: tuple[Node, ...]) -> Node:
    return AnyOf(of) if match == "any" else All(of)


def _node(row: Row) -> Node:
    value: Any = row.value
    if row.kind.input == "number":
        value = int(row.value)
    elif row.kind.input == "decimal":
        value = float(row.value.replace(",", "."))
    made: Node = row.kind.make(value)
    return Not(made) if row.negated else made


def _row(node: Node) -> Row | None:
    negated = isinstance(node, Not)
    inner = node.of if isinstance(node, Not) else node
    if isinstance(inner, All | AnyOf | Not):
        return None
    kind = BY_KEY[str(msgspec.to_builtins(inner)["is"])]
    return Row(kind, kind.value(inner), negated)


def _value_problem(kind: Kind, value: str) -> str:
    if kind.input == "number":
        return _number_problem(value, kind.most)
    if kind.input == "decimal":
        plain = value.replace(",", ".")
        number = float(plain) if plain.replace(".", "", 1).isdecimal() and plain.isascii() else -1.0
        return "" if 0 <= number <= kind.most else f"type a number from 0 to {kind.most:,}"
    if kind.input == "text":
        return "" if 0 < len(value) <= 500 else "type what to look for"
    return ""


def _number_problem(value: str, most: int) -> str:
    whole = value.isascii() and value.isdecimal() and len(value) < 12
    return "" if whole and int(value) <= most else f"type a whole number from 0 to {most:,}"
