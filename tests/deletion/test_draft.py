"""The form of a rule: nothing that was typed is lost, and it says what the rule says."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_samples import NOW, holdings, knowns, rules

from episodarr.deletion.holding import Level
from episodarr.deletion.judge import judge
from episodarr.deletion.rules import (
    Added,
    All,
    AnyOf,
    InvalidRule,
    Larger,
    NeverWatched,
    Not,
    RatedBelow,
    Rule,
    Safeguards,
    Tagged,
    UnwatchedFor,
    checked,
)
from episodarr.web.candidates.draft import (
    KINDS,
    Block,
    Draft,
    Row,
    draft_of_fields,
    draft_of_rule,
    usual_draft,
)

_TYPED = {"number": ["0", "7", "100"], "decimal": ["0", "6.5", "0.25"], "text": ["keep", "/tv", "a & b"], "": [""]}
_rows = st.sampled_from(KINDS).flatmap(
    lambda kind: st.builds(Row, st.just(kind), st.sampled_from(_TYPED[kind.input]), st.booleans())
)
_blocks = st.builds(Block, st.sampled_from(["all", "any"]), st.lists(_rows, min_size=1, max_size=3).map(tuple))
_drafts = st.builds(
    lambda level, top, blocks: Draft(level, top, blocks, usual_draft().safe),
    st.sampled_from(Level),
    st.sampled_from(["all", "any"]),
    st.lists(_blocks, min_size=1, max_size=3).map(tuple),
)


@given(_drafts)
def test_a_form_survives_the_address_and_the_rule(draft: Draft) -> None:
    assert draft_of_fields(dict(parse_qsl(draft.query(), keep_blank_values=True))) == draft
    rule = draft.rule()
    again = draft_of_rule(rule)
    assert again is not None
    assert again.rule() == rule
    assert again.blocks == draft.blocks


@given(rule=rules, known=knowns, data=st.data())
def test_a_rule_that_the_form_can_hold_means_the_same_in_it(rule, known, data) -> None:
    try:
        checked(rule)
    except InvalidRule:
        return
    draft = draft_of_rule(rule)
    if draft is None:
        return
    holding = data.draw(holdings(rule.level))
    through = draft_of_fields(draft.fields()).rule()
    assert judge(through, holding, known, NOW).outcome is judge(rule, holding, known, NOW).outcome
    assert draft_of_rule(through) == draft_of_rule(draft.rule())


def test_what_the_form_cannot_hold() -> None:
    deep = All((All((All((NeverWatched(),)),)),))
    wide = AnyOf(tuple(All((NeverWatched(),)) for _ in range(7)))
    for when in (deep, wide, Not(All((NeverWatched(),))), All((NeverWatched(),) * 13)):
        assert draft_of_rule(Rule(when=when)) is None
    for tag in ("a, b", " a"):
        assert draft_of_rule(Rule(when=NeverWatched(), unless=Safeguards(tags=(tag,)))) is None


def test_sizes_and_ratings_are_shown_exactly() -> None:
    draft = draft_of_rule(Rule(when=All((Larger(10 * 2**30), Larger(1000), RatedBelow(6.5), RatedBelow(7)))))
    assert draft is not None
    assert [row.value for row in draft.blocks[0].rows] == ["10", "0.0000009313225746154785", "6.5", "7"]
    assert draft.rule().when == All((Larger(10 * 2**30), Larger(1000), RatedBelow(6.5), RatedBelow(7)))


def test_the_usual_one() -> None:
    assert usual_draft().rule() == Rule(Level.SHOW, All((Added(30), UnwatchedFor(90))))
    assert draft_of_fields({"b0.0.is": "never_watched"}).rule() == Rule(Level.SHOW, All((NeverWatched(),)))


SAFE = {"safe": "1", **usual_draft().safe}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"b0.0.is": "added", "b0.0.v": ""}, "“was added at least”: type a whole number from 0 to 36,500"),
        ({"b0.0.is": "added", "b0.0.v": "-1"}, "“was added at least”: type a whole number"),
        ({"b0.0.is": "added", "b0.0.v": "٣"}, "“was added at least”: type a whole number"),
        ({"b0.0.is": "added", "b0.0.v": "9" * 40}, "“was added at least”: type a whole number"),
        ({"b0.0.is": "watched_share", "b0.0.v": "101"}, "type a whole number from 0 to 100"),
        ({"b0.0.is": "larger", "b0.0.v": "1e9"}, "“takes at least”: type a number from 0 to 1,000,000,000"),
        ({"b0.0.is": "rated_below", "b0.0.v": "10.1"}, "“is rated below”: type a number from 0 to 10"),
        ({"b0.0.is": "rated_below", "b0.0.v": "1.2.3"}, "type a number"),
        ({"b0.0.is": "tagged", "b0.0.v": "  "}, "“has the tag”: type what to look for"),
        ({"b0.0.is": "tagged", "b0.0.v": "x" * 501}, "“has the tag”: type what to look for"),
        ({"b0.0.is": "eaten"}, "Conditions: there is no condition “eaten”"),
        (
            SAFE | {"b0.0.is": "never_watched", "keep_first": "26"},
            "The first episodes: type a whole number from 0 to 25",
        ),
        (SAFE | {"b0.0.is": "never_watched", "next_up_days": "soon"}, "What would be watched next: type a whole"),
        ({"safe": "1", "b0.0.is": "never_watched"}, "The first episodes: type"),
        ({"level": "show"}, "has no condition"),
    ],
)
def test_what_is_wrong_is_named_and_stays_as_it_was_typed(fields: dict[str, str], said: str) -> None:
    draft = draft_of_fields(fields)
    with pytest.raises(InvalidRule) as refused:
        draft.rule()
    assert said in str(refused.value)
    for name, value in fields.items():
        if name.endswith(".v"):
            assert draft.blocks[0].rows[0].value == value.strip()


def test_a_comma_is_a_point_and_odd_words_are_left_aside() -> None:
    draft = draft_of_fields({"level": "planet", "top": "none", "b0": "odd", "b0.0.is": "rated_below", "b0.0.v": "6,5"})
    assert draft.rule() == Rule(Level.SHOW, All((RatedBelow(6.5),)))


def test_another_condition_brings_its_own_value() -> None:
    fields = {"b0.0.is": "watched_share", "b0.0.was": "added", "b0.0.v": "30", "b0.0.not": "1"}
    (row,) = draft_of_fields(fields).blocks[0].rows
    assert (row.kind.key, row.value, row.negated) == ("watched_share", "100", True)


def test_conditions_and_groups_come_and_go() -> None:
    draft = usual_draft()
    more = draft.added("b0")
    assert [len(block.rows) for block in more.blocks] == [3]
    grouped = more.added("block")
    assert [(block.match, len(block.rows)) for block in grouped.blocks] == [("all", 3), ("any", 1)]
    assert grouped.dropped("b1.0").blocks == more.blocks
    assert grouped.dropped("b9.9") == grouped
    assert grouped.added("b9") == grouped
    none = replace(draft, blocks=(Block("all", draft.blocks[0].rows[:1]),)).dropped("b0.0")
    assert none.blocks == (Block(),)
    with pytest.raises(InvalidRule, match="has no condition"):
        none.rule()
    full = draft
    for _ in range(40):
        full = full.added("block").added("b0")
    assert (len(full.blocks), len(full.blocks[0].rows)) == (6, 12)


def test_tags_are_a_list_and_flags_may_be_off() -> None:
    draft = draft_of_fields(SAFE | {"b0.0.is": "never_watched", "tags": " keep, ,family,keep ", "favourites": ""})
    assert draft.rule().unless == Safeguards(tags=("keep", "family"), favourites=False)
    assert draft_of_rule(Rule(when=Not(Tagged("a")))) is not None
