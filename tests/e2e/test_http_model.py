"""The whole road in a real kernel, with a model over real HTTP that streams and calls tools."""

from __future__ import annotations

import json
import time

import pytest

from insightx_jupyter.llm.scripted import Turn, call

SQL = "SELECT species, avg(body_mass_g) AS mean_mass, count(body_mass_g) AS n FROM penguins GROUP BY ALL ORDER BY species"
COMPOSED = (
    "**{{r1.species[0]}} weigh {{r1.mean_mass[species=Adelie]|f1}} g on average**, of {{sum(r1.n)}} weighed. "
    "That is not 12345.\n\n## How it was read\n- average: arithmetic mean\n\n## Ask next\n- And the median?"
)


def plan(road, **more):
    return json.dumps({"classification": road, "reasoning": "because", **more})


def script(**changes):
    return {
        "orchestrator": [plan("SQL_ONLY")],
        "sql": [call("run_sql", query=SQL)],
        "composer": [COMPOSED],
        **changes,
    }


def test_sql_question_is_answered_checked_and_bound(ask):
    server, kernel = ask(script())
    cell = kernel.run("ans = %insightx what's the average body mass of each species?")
    assert cell.error is None
    assert len(cell.outputs) == 1
    record = cell.outputs[0]["application/vnd.insightx.answer+json"]
    assert record["answer"]["text"].startswith(
        "**Adelie weigh 3,700.7 g on average**, of 342 weighed."
    )
    assert [n["text"] for n in record["answer"]["numbers"] if n["status"] == "not_found"] == [
        "12345"
    ]
    assert record["sql"][0]["query"] == SQL
    assert "And the median?" in cell.html
    assert len(server.requests) == 3
    facts = kernel.run(
        "print(ans.df.shape, ans.sql == ans.record.sql[0].query, ans.usage.calls, ans.followups)"
    )
    assert facts.stdout.strip() == "(3, 3) True 3 ('And the median?',)"
    events = kernel.run(
        "print([e.type for e in ans.events if e.type in ('final_response','error','cancelled')])"
    )
    assert events.stdout.strip() == "['final_response']"


def test_question_as_expression_shows_one_output(ask):
    _, kernel = ask(script())
    cell = kernel.run("%insightx which species is heaviest?")
    assert cell.error is None
    assert len(cell.outputs) == 1


def test_failed_query_goes_back_with_the_real_error(ask):
    bad = call("run_sql", query="SELECT body_mas_g FROM penguins")
    server, kernel = ask(script(sql=[bad, call("run_sql", query=SQL)]))
    cell = kernel.run("%insightx what is the average mass?")
    assert cell.error is None
    told = server.requests[2].body["messages"][-1]
    assert told["role"] == "tool"
    assert "body_mass_g" in told["content"]


def test_three_failures_end_the_run_with_the_error(ask):
    bad = [call("run_sql", query=f"SELECT nope{n} FROM penguins") for n in range(5)]
    server, kernel = ask(script(sql=bad))
    cell = kernel.run("%insightx what is the average mass?")
    assert cell.error["ename"] == "RunFailed"
    assert "nope" in cell.error["evalue"]
    assert sum(r.agent == "sql" for r in server.requests) == 4  # the first, and three repairs
    assert kernel.run("print(len(penguins))").stdout.strip() == "344"


def test_python_of_a_model_is_refused_until_it_is_allowed(ask):
    python = {
        "orchestrator": [plan("PY_ONLY")] * 2,
        "sql": [call("run_sql", query=SQL)],
        "python": [
            call("run_python", code="result = {'median_mass': penguins.body_mass_g.median()}")
        ],
        "composer": [
            "The mean is {{r1.mean_mass[0]|f0}}.",
            "**The median is {{r1.median_mass|int}} g.**",
        ],
    }
    server, kernel = ask(lambda body: _by_agent(body, python))
    refused = kernel.run("%insightx what is the median mass, in Python?")
    assert refused.error is None
    assert "may not run here" in refused.html
    assert "python" not in [r.agent for r in server.requests]
    kernel.run("%config InsightX.allow_unisolated = True")
    allowed = kernel.run("ans = %insightx what is the median mass, in Python?")
    assert allowed.error is None
    assert "The median is 4,050 g." in allowed.text
    assert "your own rights" in allowed.html
    assert kernel.run("print(ans.code, ans.df.shape)").stdout.strip().endswith("(1, 1)")


def _by_agent(body, script):
    """Replies in the order of each agent's requests over all questions."""
    head = body["messages"][0]["content"].splitlines()[0].removeprefix("# ").lower()
    return script[head.removesuffix(" agent")].pop(0)


def test_interrupt_stops_a_slow_model_within_a_second(ask):
    slow = Turn(text="never", delay=20)
    _, kernel = ask(script(sql=[slow]))
    started = kernel.start("%insightx what is the average mass?")
    time.sleep(1.5)
    before = time.monotonic()
    kernel.manager.interrupt_kernel()
    cell = kernel.finish(started)
    assert time.monotonic() - before < 1.5
    assert cell.error["ename"] == "KeyboardInterrupt"
    assert "Stopped by" in cell.html
    assert kernel.run("print(len(penguins))").stdout.strip() == "344"
    assert kernel.run("%insightx what is the average mass?").error is not None  # script is used up


def test_interrupt_stops_a_slow_query_within_a_second(ask):
    heavy = "SELECT count(*) AS n FROM range(1000000000) a, range(1000) b WHERE (a.range * b.range) % 7 = 3"
    _, kernel = ask(script(sql=[call("run_sql", query=heavy)]))
    started = kernel.start("%insightx what is the average mass?")
    time.sleep(2)
    before = time.monotonic()
    kernel.manager.interrupt_kernel()
    cell = kernel.finish(started)
    assert time.monotonic() - before < 1.5
    assert cell.error["ename"] == "KeyboardInterrupt"


def test_background_run_lets_other_cells_run_and_can_be_cancelled(ask):
    _, kernel = ask(script(sql=[Turn(text="never", delay=20)]))
    asked = kernel.run("run = %insightx --background what is the average mass?")
    assert asked.error is None
    assert asked.seconds < 1.5
    assert kernel.run("print(run.done, 1 + 1)").stdout.strip() == "False 2"
    stopped = kernel.run(
        "import time; t = time.monotonic(); run.cancel()\n"
        "try:\n    run.result(5)\n"
        "except Exception as error:\n    print(type(error).__name__, time.monotonic() - t < 1)"
    )
    assert stopped.stdout.strip() == "RunCancelled True"


def test_answer_is_of_the_frame_as_it_was_when_asked(ask):
    _, kernel = ask(
        script(
            sql=[
                Turn(
                    calls=(
                        call(
                            "run_sql",
                            query="SELECT count(*) AS n, max(body_mass_g) AS m FROM penguins",
                        ),
                    ),
                    delay=1,
                )
            ],
            composer=["{{r1.n}} penguins, {{r1.m|int}} g at most"],
        )
    )
    kernel.run("run = %insightx --background how many?")
    kernel.run(
        "penguins.loc[:, 'body_mass_g'] = 0.0; penguins.drop(penguins.index[:300], inplace=True)"
    )
    assert "344 penguins, 6,300 g at most" in kernel.run("print(run.result(20).text)").stdout


def test_two_questions_at_once_get_their_own_answers(ask):
    def reply(body):
        question = body["messages"][-1]["content"] if body["messages"][-1]["role"] == "user" else ""
        head = body["messages"][0]["content"].splitlines()[0]
        if head == "# Orchestrator":
            return Turn(text=plan("SQL_ONLY"), delay=0.2)
        word = (
            "islands"
            if any("islands" in str(m["content"]) for m in body["messages"][1:2])
            else "species"
        )
        column = "island" if word == "islands" else "species"
        if head == "# SQL agent":
            return call(
                "run_sql",
                query=f"SELECT count(DISTINCT {column}) AS n, '{column}' AS what FROM penguins",
            )
        assert question
        return "{{r1.n}} {{r1.what}}"

    _, kernel = ask(reply)
    kernel.run(
        "a = %insightx --background how many islands?\nb = %insightx --background how many species?"
    )
    assert (
        kernel.run("print(a.result(20).text, '|', b.result(20).text)").stdout.strip()
        == "3 island | 3 species"
    )


def test_the_key_is_in_nothing_that_the_kernel_leaves(ask):
    _, kernel = ask(script())
    cell = kernel.run("ans = %insightx what is the average mass?")
    leaves = (
        json.dumps(cell.outputs)
        + kernel.run("print(ans.record.model_dump_json(), ans.events)").stdout
    )
    assert "body_mass_g" in leaves
    assert "sk-planted" not in leaves


@pytest.mark.parametrize("garbage", ["", "I am a teapot", '{"classification": "DANCE"}', "{" * 500])
def test_an_orchestrator_that_answers_garbage_falls_back_to_sql(ask, garbage):
    _, kernel = ask(script(orchestrator=[garbage] * 4))
    cell = kernel.run("%insightx what is the average mass?")
    assert cell.error is None
    assert "gave no plan" in cell.html
