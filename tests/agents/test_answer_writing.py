"""Composer and explainer: references filled by trusted code, parts told apart, one mending."""

from __future__ import annotations

import pytest

from insightx_jupyter.agents.composer import run_composer
from insightx_jupyter.agents.explainer import run_explainer
from insightx_jupyter.agents.prose import ProseOnly, split_reply
from insightx_jupyter.agents.sql import run_sql_agent
from insightx_jupyter.errors import RunFailed
from insightx_jupyter.llm.scripted import Turn, call
from insightx_jupyter.protocol.answer import NumberStatus
from insightx_jupyter.protocol.plan import Classification, Plan

PLAN = Plan(classification=Classification.SQL_ONLY, reasoning="mass by species")
EXPLAIN = Plan(classification=Classification.EXPLAIN_ONLY)
QUERY = (
    "SELECT species, count(*) AS n, avg(body_mass_g) AS mass FROM penguins GROUP BY ALL "
    "ORDER BY mass DESC"
)
SQL = call("run_sql", query=QUERY)
REPLY = """**{{r1.species[0]}} are heaviest, {{r1.mass[0]|f1}} g on average.**

That rests on {{sum(r1.n)}} penguins.

## How it was read
- heavy: mean of body_mass_g over {{r1.n[0]}} birds
## Ask next
1. Does it hold on each island?
2. Is it more than chance?
"""


async def answered(desk, *replies, **options):
    at = await desk({"sql": [SQL], "composer": replies}, **options)
    await run_sql_agent(at.run, PLAN)
    return at, await run_composer(at.run, PLAN)


async def test_an_answer_is_filled_in_and_taken_apart(desk) -> None:
    at, composed = await answered(desk, REPLY)
    assert composed.answer.text == (
        "**Gentoo are heaviest, 5,076.0 g on average.**\n\nThat rests on 344 penguins."
    )
    assert composed.choices == ("heavy: mean of body\\_mass\\_g over 124 birds",) or (
        composed.choices == ("heavy: mean of body_mass_g over 124 birds",)
    )
    assert composed.followups == ("Does it hold on each island?", "Is it more than chance?")
    assert not composed.answer.not_found
    shown = "".join(e.text for e in at.of_type("text_delta"))
    assert shown.strip() == composed.answer.text


async def test_the_composer_sees_result_code_and_question(desk) -> None:
    at, _ = await answered(desk, REPLY)
    told = at.told()
    for part in ("mass by species", QUERY, "r1", "Gentoo", "Question: How heavy"):
        assert part in told


async def test_a_bad_reference_goes_back_once(desk) -> None:
    bad = "**{{r1.specis[0]}} are heaviest.**"
    at, composed = await answered(desk, bad, "**{{r1.species[0]}} are heaviest.**")
    assert composed.answer.text == "**Gentoo are heaviest.**"
    assert "r1.specis[0]" in at.told()
    assert "species" in at.told()
    assert at.model.requests[-1].messages[-2].content == bad
    # What the reader saw stream is not streamed a second time below it.
    assert len("".join(e.text for e in at.of_type("text_delta"))) < 60


@pytest.mark.parametrize("second", ["**{{r7.x}} and {{r1.specis}}.**", Turn(text="")])
async def test_what_is_still_wrong_stands_marked(desk, second) -> None:
    _, composed = await answered(desk, "**{{r1.specis[0]}} are heaviest.**", *[second] * 9)
    assert [n.status for n in composed.answer.not_found] == [NumberStatus.BAD_REFERENCE]
    assert "specis" in composed.answer.text


async def test_a_bare_number_without_a_source_is_only_marked(desk) -> None:
    at, composed = await answered(desk, "**Gentoo weigh 987654 g.**")
    assert [r.context.agent for r in at.model.requests].count("composer") == 1
    assert [n.text for n in composed.answer.not_found] == ["987654"]


async def test_numbers_of_question_and_code_are_known(desk) -> None:
    _, composed = await answered(
        desk, "**Above 4321 g: Gentoo.**", question="Which are above 4321 g?"
    )
    assert not composed.answer.not_found


async def test_a_cell_with_a_reference_in_it_stays_letters(desk) -> None:
    evil = call("run_sql", query="SELECT '{{r1.n[0]}}' AS name, 7 AS n")
    at = await desk({"sql": [evil], "composer": ["**{{r1.name}}**"]})
    await run_sql_agent(at.run, PLAN)
    composed = await run_composer(at.run, PLAN)
    assert "7" not in composed.answer.text
    assert "r1.n" in composed.answer.text


async def test_a_finding_beside_the_text_costs_no_turn(desk) -> None:
    note = call("write_context", insight="Gentoo weigh {{r1.mass[0]|int}} g.")
    at, composed = await answered(desk, Turn(text=REPLY, calls=(note,)))
    assert composed.answer.text.startswith("**Gentoo")
    (kept,) = await at.run.tools.insights.find()
    assert kept.text == "Gentoo weigh 5,076 g."


async def test_a_finding_that_is_wrong_does_not_cost_the_answer(desk) -> None:
    note = call("write_context", insight="{{r9.x}}")
    at, composed = await answered(desk, Turn(text=REPLY, calls=(note,)))
    assert composed.followups
    assert [e.ok for e in at.of_type("tool") if e.phase == "returned"] == [True, False]


async def test_a_finding_alone_is_followed_by_the_answer(desk) -> None:
    note = call("write_context", insight="x")
    _, composed = await answered(desk, note, REPLY)
    assert composed.answer.text.startswith("**Gentoo")


async def test_a_silent_composer_leaves_the_result_to_speak(desk) -> None:
    at, composed = await answered(desk, *[""] * 9)
    assert composed.answer.text == "The result has 3 rows and 3 columns."
    assert [w.code for w in at.of_type("warning")] == ["composer_silent"]


async def test_a_composer_that_only_reads_is_stopped(desk) -> None:
    names = ["species", "island", "sex", "year", "body_mass_g", "bill_length_mm", "bill_depth_mm"]
    looks = [call("read_data_dna", column=name) for name in [*names, "flipper_length_mm", "sex"]]
    at, composed = await answered(desk, *[Turn(text="Let me look.", calls=(c,)) for c in looks])
    assert composed.answer.text == "The result has 3 rows and 3 columns."
    assert [w.code for w in at.of_type("warning")] == ["composer_silent"]
    assert sum(r.context.agent == "composer" for r in at.model.requests) == 8


async def test_silence_without_a_result_is_a_failure(desk) -> None:
    at = await desk({"sql": ["Cannot: no prices."], "composer": [""] * 9})
    await run_sql_agent(at.run, PLAN)
    with pytest.raises(RunFailed):
        await run_composer(at.run, PLAN)


async def test_why_nothing_was_found_reaches_the_composer(desk) -> None:
    at = await desk({"sql": ["Cannot: no prices."], "composer": ["No prices here."]})
    await run_sql_agent(at.run, PLAN)
    await run_composer(at.run, PLAN)
    assert "SQL agent: Cannot: no prices." in at.told()
    assert "There is no result." in at.told()


async def test_the_explainer_refers_to_the_dna(desk) -> None:
    text = "**{{dna.penguins.#rows}} penguins, {{dna.penguins.sex.nulls}} without a sex.**"
    at = await desk({"explainer": [text]}, "What is in this data?")
    composed = await run_explainer(at.run, EXPLAIN)
    assert composed.answer.text == "**344 penguins, 11 without a sex.**"
    assert at.of_type("agent")[-1].summary == "explained from the Data DNA"


@pytest.mark.parametrize(
    ("read", "following"),
    [
        ("## How it was read", "## Ask next"),
        ("**How it was read:**", "**Ask next**"),
        ("### how it was read:", "# Follow-up questions"),
        ("How it was read:", "Ask next:"),
        ("How it was read", "Follow-ups"),
    ],
)
def test_headings_are_known_in_the_ways_models_write_them(read: str, following: str) -> None:
    text = f"**Yes.**\n\n{read}\n\n* late: x > 0\n  and more\n\n{following}\n1) One?\n- Two?\n"
    draft = split_reply(text)
    assert draft.prose == "**Yes.**"
    assert draft.choices == ("late: x > 0 and more",)
    assert draft.followups == ("One?", "Two?")


def test_plain_text_is_an_answer_too() -> None:
    assert split_reply("  Yes, 3.  ").prose == "Yes, 3."
    only = "## Ask next\n- Why?"
    assert split_reply(only).prose == only
    assert split_reply("Ask next time, please.\nIt is 3.").followups == ()


def test_a_reply_in_a_fence_is_unwrapped() -> None:
    draft = split_reply("```markdown\n**Yes.**\n\n## Ask next\n- Why?\n```")
    assert (draft.prose, draft.followups) == ("**Yes.**", ("Why?",))


async def test_thoughts_in_the_text_are_shown_as_thoughts(desk) -> None:
    at, composed = await answered(desk, f"<think>Hm, {{{{r1.n[0]}}}}.</think>\n{REPLY}")
    assert composed.answer.text.startswith("**Gentoo")
    assert "".join(e.text for e in at.of_type("reasoning_delta")) == "Hm, {{r1.n[0]}}."
    assert "".join(e.text for e in at.of_type("text_delta")).strip() == composed.answer.text


def test_lists_are_bounded() -> None:
    draft = split_reply("x\n## Ask next\n" + "\n".join(f"- {'q' * 999}" for _ in range(99)))
    assert len(draft.followups) == 8
    assert max(map(len, draft.followups)) == 300


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_streaming_shows_the_prose_and_nothing_else(size: int) -> None:
    text = "**Yes.** And a longer line that goes on for a while, with ends.\n\n- a\n- b\n\n"
    stream = ProseOnly()
    whole = text + "## Ask next\n- Why?\n\n## How it was read\n- x: y"
    pieces = [stream.feed(whole[i : i + size]) for i in range(0, len(whole), size)]
    assert "".join(pieces) + stream.close() == text


def test_long_lines_stream_before_they_end() -> None:
    stream = ProseOnly()
    assert stream.feed("**A lead sentence that is not over after fifty characters, ") != ""
    assert stream.feed("more") == "more"
