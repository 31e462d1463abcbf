"""Rules: how they are read, what is refused, and that their answers are Kleene's logic."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_samples import NOW, conditions, trees

from episodarr.deletion.holding import Holding, Known, Level
from episodarr.deletion.judge import answer
from episodarr.deletion.rules import (
    Added,
    All,
    Answer,
    AnyOf,
    InvalidRule,
    Monitored,
    NeverWatched,
    Node,
    Not,
    RequesterWatched,
    Rule,
    checked,
    cutoff,
    leaves,
    opposite,
    read_rule,
)

_TRUTH = {Answer.YES: 1.0, Answer.UNKNOWN: 0.5, Answer.NO: 0.0}
_ANSWERS = {1.0: Answer.YES, 0.5: Answer.UNKNOWN, 0.0: Answer.NO}


def _nested(depth: int) -> Node:
    node: Node = NeverWatched()
    for _ in range(depth - 1):
        node = All((node,))
    return node


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "rule: input data was truncated"),
        (b"{", "rule: "),
        (b"[]", "rule: expected `object`, got `array`"),
        (b'{"level":"film"}', "invalid enum value 'film' - at `$.level`"),
        (b'{"when":{"is":"all","of":[{"is":"added","days":-1}]}}', "`int` >= 0 - at `$.when.of[0].days`"),
        (b'{"when":{"is":"all","of":[{"is":"added","days":"x"}]}}', "at `$.when.of[0].days`"),
        (b'{"when":{"is":"all","of":[{"is":"added"}]}}', "missing required field `days` - at `$.when.of[0]`"),
        (b'{"when":{"is":"never_watched","days":3}}', "unknown field `days` - at `$.when`"),
        (b'{"when":{"is":"eaten"}}', "invalid value 'eaten' - at `$.when.is`"),
        (b'{"when":{"is":"never_watched"},"unless":{"keep_first":99}}', "at `$.unless.keep_first`"),
        (b'{"when":{"is":"never_watched"},"unless":{"tags":[""]}}', "at `$.unless.tags[0]`"),
        (b'{"rule":1}', "unknown field `rule`"),
        (b'{"when":' + b'{"is":"not","of":' * 50_000, "rule: "),
        (b"{}", "when: has no condition: it would take everything"),
        (b'{"when":{"is":"any","of":[]}}', "when: has no condition"),
        (
            b'{"when":{"is":"any","of":[{"is":"never_watched"},{"is":"not","of":{"is":"any"}}]}}',
            "when.of[1].of: is a group without a condition",
        ),
        (msgspec.json.encode(Rule(when=_nested(7))), "when: is nested deeper than 6 groups"),
        (msgspec.json.encode(Rule(when=All((NeverWatched(),) * 61))), "when: has more than 60 conditions"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(body: bytes, said: str) -> None:
    with pytest.raises(InvalidRule) as refused:
        read_rule(body)
    assert said in str(refused.value)


def test_the_largest_that_may_be() -> None:
    assert read_rule(msgspec.json.encode(Rule(when=_nested(6)))).when == _nested(6)
    assert read_rule(msgspec.json.encode(Rule(when=Not(AnyOf((NeverWatched(),) * 60))))).level is Level.SHOW


@given(when=trees, level=st.sampled_from(Level))
def test_a_rule_survives_being_written_and_read(when: Node, level: Level) -> None:
    rule = Rule(level, when)
    try:
        checked(rule)
    except InvalidRule:
        with pytest.raises(InvalidRule):
            read_rule(msgspec.json.encode(rule))
    else:
        assert read_rule(msgspec.json.encode(rule)) == rule


@given(st.recursive(conditions, lambda parts: st.lists(parts, min_size=1, max_size=3).map(lambda of: All(tuple(of)))))
def test_leaves_come_in_their_order(tree: Node) -> None:
    def flat(node: Node) -> list[Node]:
        return [leaf for one in node.of for leaf in flat(one)] if isinstance(node, All) else [node]

    assert list(leaves(tree)) == flat(tree)


_YES, _NO, _UNKNOWN = Monitored(), NeverWatched(), RequesterWatched()
_THING = Holding(Level.SHOW, 1, monitored=True, plays=1, last_at=NOW)
"""Monitored: yes; never watched: no; whether its requester watched it: not known."""


def _kleene(node: Node) -> float:
    """The reference: the least, the greatest, and what is left to one."""
    if isinstance(node, Not):
        return 1 - _kleene(node.of)
    if isinstance(node, All | AnyOf):
        values = [_kleene(one) for one in node.of]
        return min([1.0, *values]) if isinstance(node, All) else max([0.0, *values])
    return {_YES: 1.0, _NO: 0.0}.get(node, 0.5)


def _grown(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.one_of(several.map(All), several.map(AnyOf), parts.map(Not))


@given(st.recursive(st.sampled_from([_YES, _NO, _UNKNOWN]), _grown, max_leaves=12))
def test_and_or_and_not_are_kleenes(tree: Node) -> None:
    assert answer(tree, _THING, Known(), NOW) is _ANSWERS[_kleene(tree)]


def test_the_opposite_of_not_known_is_not_known() -> None:
    assert {one: opposite(one) for one in Answer} == {one: _ANSWERS[1 - _TRUTH[one]] for one in Answer}


def test_no_number_of_days_is_before_the_calendar() -> None:
    assert cutoff(NOW, 30).date().isoformat() == "2025-12-21"
    assert cutoff(NOW, 2_000_000).year == 1
    assert checked(Rule(when=Added(36_500))).when == Added(36_500)
