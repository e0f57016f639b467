"""The offline analyst as a ChatModel: what each agent of a run gets from it."""

from __future__ import annotations

import json

import pytest

from insightx_jupyter.errors import OurFault, QuestionNotRead
from insightx_jupyter.llm.base import ChatRequest, Message, Reply, RequestContext, TextDelta
from insightx_jupyter.llm.offline.model import OfflineAnalyst
from insightx_jupyter.protocol.plan import AgentName, Plan


@pytest.fixture
def analyst(penguins) -> OfflineAnalyst:
    return OfflineAnalyst(lambda: penguins.dna)


async def ask(
    analyst: OfflineAnalyst,
    agent: str,
    question: str,
    *messages: Message,
    python_runs: bool = True,
) -> tuple[Message, list[str]]:
    context = RequestContext("run", AgentName(agent), 0, question, python_runs)
    deltas = [d async for d in analyst.stream(ChatRequest(messages, context))]
    reply = deltas[-1]
    assert isinstance(reply, Reply)
    assert sum(isinstance(d, Reply) for d in deltas) == 1
    assert (reply.usage.calls, reply.usage.prompt_tokens) == (1, None)
    texts = [d.text for d in deltas if isinstance(d, TextDelta)]
    assert "".join(texts) == reply.message.content
    return reply.message, texts


MEANS = "What is the average body mass by species?"
TEST = "Does body mass differ between species?"
NARROW_TEST = "Does body mass differ between male and female penguins?"


@pytest.mark.parametrize(
    ("question", "python_runs", "agents"),
    [
        (MEANS, True, ["sql", "composer"]),
        (TEST, True, ["python", "composer"]),
        (NARROW_TEST, True, ["sql", "python", "composer"]),
        (TEST, False, ["sql", "composer"]),
        (NARROW_TEST, False, ["sql", "composer"]),
        ("What is in this data?", True, ["explainer"]),
    ],
)
async def test_the_plan(analyst, question, python_runs, agents):
    message, _ = await ask(analyst, "orchestrator", question, python_runs=python_runs)
    plan = json.loads(message.content)
    assert set(plan) == {"classification", "reasoning", "columns_needed", "next_agents"}
    assert plan["next_agents"] == agents
    made = Plan(
        classification=plan["classification"],
        reasoning=plan["reasoning"],
        columns_needed=plan["columns_needed"],
    )
    assert [agent.value for agent in made.agents] == agents
    if agents != ["explainer"]:
        assert "penguins.body_mass_g" in made.columns_needed


async def test_sql_and_python_come_as_one_final_call(analyst):
    message, _ = await ask(analyst, "sql", MEANS)
    (call,) = message.tool_calls
    arguments = json.loads(call.arguments)
    assert (call.name, arguments["final"]) == ("run_sql", True)
    assert "GROUP BY species" in arguments["query"]

    message, _ = await ask(analyst, "python", TEST)
    (call,) = message.tool_calls
    arguments = json.loads(call.arguments)
    assert (call.name, arguments["final"]) == ("run_python", True)
    assert arguments["code"].splitlines()[-1].startswith("result = compare_groups(penguins,")


async def test_the_composer_names_the_results_that_there_are(analyst):
    told = Message("user", "r3: 3 rows × 4 columns\n…")
    message, texts = await ask(analyst, "composer", MEANS, told)
    assert message.content.startswith("**{{r3.species[0]}} has the highest mean `body_mass_g`,")
    assert "\n\n## Ask next\n- " in message.content
    assert len(texts) > 1


async def test_questions_to_ask_next_are_read(analyst, penguins):
    from insightx_jupyter.llm.offline.intent import Reading
    from insightx_jupyter.llm.offline.reading import read

    for question in (MEANS, TEST, "How many penguins are there?", "Describe penguins"):
        agent = "explainer" if question.startswith("Describe") else "composer"
        message, _ = await ask(analyst, agent, question)
        following = message.content.partition("## Ask next\n")[2].replace("\\", "").splitlines()
        assert 1 <= len(following) <= 3
        for line in following:
            assert isinstance(read(line.removeprefix("- "), penguins.dna), Reading), line
            assert line.removeprefix("- ") != question


async def test_the_explainer_writes_from_the_data_dna(analyst):
    message, _ = await ask(analyst, "explainer", "What is in this data?")
    assert message.content.startswith("**`penguins` has {{dna.penguins.#rows}} rows,")


async def test_a_question_that_is_not_read_says_what_can_be_asked(analyst):
    with pytest.raises(QuestionNotRead) as caught:
        await ask(analyst, "orchestrator", "How many penguins are happy?")
    assert "happy" in caught.value.message
    assert "It reads questions such as “" in caught.value.hint
    for word in (
        "BYTEZ_API_KEY",
        "INSIGHTX_API_KEY",
        "INSIGHTX_BASE_URL",
    ):
        assert word in caught.value.hint
    assert len(caught.value.hint) < 250


@pytest.mark.parametrize("agent", ["sql", "python"])
async def test_shipped_code_that_failed_is_our_fault(analyst, agent):
    failed = Message("tool", "Error: Binder Error: no such column", tool_call_id="call_1")
    with pytest.raises(OurFault, match="no such column"):
        await ask(analyst, agent, TEST, failed)


async def test_the_data_dna_may_be_awaited(penguins):
    async def dna():
        return penguins.dna

    analyst = OfflineAnalyst(dna)
    message, _ = await ask(analyst, "sql", "How many penguins are there?")
    assert "count(*)" in message.tool_calls[0].arguments
    assert analyst.info.offline
    await analyst.aclose()


async def test_another_frames_question_uses_todays_data(make):
    """The model keeps nothing from one call to the next."""
    import pandas as pd

    sets = [make({"a": pd.DataFrame({"v": [1]})}), make({"b": pd.DataFrame({"v": [1]})})]
    current = iter(sets)
    analyst = OfflineAnalyst(lambda: next(current).dna)
    for name in ("a", "b"):
        message, _ = await ask(analyst, "sql", "How many rows are there?")
        assert f"FROM {name}" in json.loads(message.tool_calls[0].arguments)["query"]
