"""Whatever is thrown at the magic: a clear error, the kernel and its frames untouched."""

from __future__ import annotations

import pytest

CHECKSUM = (
    "print(len(penguins), int(penguins.body_mass_g.sum()), list(penguins.columns) == COLUMNS)"
)


@pytest.fixture(autouse=True)
def untouched(offline):
    offline.run("COLUMNS = list(penguins.columns)")
    before = offline.run(CHECKSUM).stdout
    yield
    assert offline.run(CHECKSUM).stdout == before == "344 1437000 True\n"


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        ("%insightx --frames penguin how many?", "FrameUnknown", "penguins"),
        ("%insightx --frames CHECK how many?", "FrameUnknown", "CHECK"),
        ("%insightx --model nope: x", "ModelNotConfigured", ""),
        ("%insightx --privacy schema how many penguins?", "OptionInvalid", "Nothing was sent"),
        ("%insightx --approve how many penguins?", "OptionInvalid", "not built yet"),
        ("%insightx --lock how many penguins?", "OptionInvalid", "not built yet"),
        ("%insightx --frozen how many penguins?", "OptionInvalid", "not built yet"),
        ("%insightx --id a how many penguins?", "OptionInvalid", "not built yet"),
        ("%insightx --param month how many penguins?", "OptionInvalid", "not built yet"),
        ("%insightx --show prose how many penguins?", "OptionInvalid", "not built yet"),
        ("%insightx --wat how many penguins?", "OptionInvalid", "--help"),
        ("%insightx --plan", "QuestionEmpty", "no question"),
        ("%%insightx\n\n", "QuestionEmpty", "no question"),
        ("%insightx /nope", "OptionInvalid", "/help"),
        ("%insightx /replay", "OptionInvalid", "not built yet"),
        ("%insightx wie viele Pinguine gibt es auf jeder Insel?", "QuestionNotRead", ""),
        ("%insightx asdf qwer zxcv?", "QuestionNotRead", "asdf"),
        ("%insightx 🐧🐧🐧?", "QuestionNotRead", ""),
        ("%insightx --as 1x how many penguins?", "OptionInvalid", "no name"),
        ("%insightx --as penguins how many penguins?", "OptionInvalid", "did not make"),
        ("%insightx --as print how many penguins?", "OptionInvalid", "Python's own"),
    ],
)
def test_a_clear_error(offline, line, error, says):
    cell = offline.run(line)
    assert cell.error is not None
    assert cell.error["ename"] == error
    assert says in cell.error["evalue"]
    assert "Traceback" not in "".join(cell.error["traceback"])
    assert "site-packages" not in "".join(cell.error["traceback"])


def test_no_frames_says_what_to_do(offline):
    cell = offline.run("import insightx_jupyter as ix\nix.ask('how many?', {})")
    assert cell.error["ename"] == "NoFrames"
    assert "read_csv" in cell.error["evalue"]


@pytest.mark.parametrize(
    ("made", "question", "expected"),
    [
        ("penguins.iloc[:0]", "how many rows are in odd?", "0"),
        (
            "pd.DataFrame({f'c{i}': [i, i + 1] for i in range(420)})",
            "what is the sum of c419?",
            "839",
        ),
        ("pd.DataFrame([[1, 2], [3, 4]], columns=['a', 'a'])", "what is the sum of a_2?", "6"),
        ("pd.DataFrame({1: [5, 6], (2, 'x'): [7, 8]})", "how many rows are in odd?", "2"),
        ("pd.DataFrame({'a\\nb\"c': [1, 2], 'x': [3, 4]})", "what is the sum of x?", "7"),
        ("pd.DataFrame({'x': [1, 'two', None, 3.5]})", "how many rows are in odd?", "4"),
    ],
)
def test_odd_frames_are_answered(offline, made, question, expected):
    offline.run(f"odd = {made}")
    cell = offline.run(f"ans = %insightx --frames odd {question}")
    assert cell.error is None, cell.error and cell.error["evalue"]
    assert expected in offline.run("print(ans.text)").stdout
    offline.run("del odd")


def test_a_frame_without_columns_is_told_not_crashed_on(offline):
    offline.run("odd = pd.DataFrame(index=range(3))")
    cell = offline.run("%insightx --frames odd how many rows are in odd?")
    told = cell.error["evalue"] if cell.error else cell.text
    assert told
    offline.run("del odd")


def test_a_hundred_frames(offline):
    offline.run("globals().update({f'frame_{i}': pd.DataFrame({'v': [i, i]}) for i in range(100)})")
    cell = offline.run("ans = %insightx what is the sum of v in frame_77?")
    assert cell.error is None, cell.error and cell.error["evalue"]
    assert "154" in offline.run("print(ans.text)").stdout
    offline.run("for i in range(100): del globals()[f'frame_{i}']")


def test_questions_in_a_loop(offline):
    cell = offline.run(
        "found = []\nfor i in range(3):\n    a = %insightx how many penguins are there?\n    found.append(a.text)\n"
        "print(len(found), len(set(found)))"
    )
    assert cell.stdout.strip() == "3 1"
    assert len(cell.outputs) == 3


def test_a_second_load_changes_nothing(offline):
    assert offline.run("%load_ext insightx_jupyter").error is None
    assert offline.run("%reload_ext insightx_jupyter").error is None
    assert offline.run("%insightx how many penguins are there?").error is None


def test_a_forked_kernel_leaves_our_processes_alone(offline):
    offline.run("%insightx how many penguins are there?")
    cell = offline.run(
        "import multiprocessing, os\n"
        "def work(n):\n    import insightx_jupyter as ix\n"
        "    return n, ix.ask('how many penguins are there?', {'penguins': penguins}).df.iloc[0, 0]\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    print(sorted((a, int(b)) for a, b in pool.map(work, range(2))))"
    )
    assert cell.error is None, cell.error and cell.error["evalue"]
    assert cell.stdout.strip() == "[(0, 344), (1, 344)]"
    after = offline.run("ans = %insightx how many penguins are there?")
    assert after.error is None


def test_as_binds_what_it_made_and_only_that(offline):
    line = "%insightx --as by_species how many penguins by species?"
    assert offline.run(line).error is None
    assert (
        offline.run("print(type(by_species).__name__, len(by_species))").stdout.strip()
        == "DataFrame 3"
    )
    assert offline.run(line).error is None
    offline.run("by_species = 1")
    assert offline.run(line).error["ename"] == "OptionInvalid"
    assert offline.run("print(by_species)").stdout.strip() == "1"


def test_commands_print(offline):
    assert "--frames" in offline.run("%insightx /help").stdout
    assert "body_mass_g" in offline.run("%insightx /dna penguins").stdout
    status = offline.run("%insightx /status").stdout
    assert "offline analyst" in status
    assert "orchestrator" in status
    assert "No key" in offline.run("%insightx /keys").stdout
    assert "how many penguins" in offline.run("%insightx /history").stdout
    assert offline.run("%insightx /context").error is None
    assert "forgotten" in offline.run("%insightx /clear").stdout


def test_completion_offers_frames_columns_options_and_commands(offline):
    def offered(code):
        reply = offline.client.complete(code, reply=True, timeout=30)["content"]
        return reply["matches"]

    assert offered("%insightx how many pengu") == ["penguins"]
    assert offered("%insightx average Body_m") == ["body_mass_g"]
    assert offered("%insightx average penguins.body_m") == ["penguins.body_mass_g"]
    assert offered("%insightx --frames pengu") == ["penguins"]
    assert offered("%insightx --fra") == ["--frames"]
    assert offered("%insightx --model pri") == []
    assert offered("%insightx /sta") == ["/status"]
    assert offered("ans = %insightx average body_m") == ["body_mass_g"]
    assert "abs" in offered("ab")


def test_the_card_names_what_holds_the_result(offline):
    assert "late.df" in offline.run("late = %insightx how many penguins by species?").text
    assert "_.df" in offline.run("%insightx how many penguins by species?").text
    assert offline.run("print(len(_.df))").stdout.strip() == "3"
    assert "table_of" in offline.run("%insightx --as table_of how many penguins by species?").text
    assert offline.run("print(len(table_of))").stdout.strip() == "3"


def test_an_error_is_told_once_in_full(offline):
    cell = offline.run("%insightx how happy were the penguins?")
    assert "BYTEZ_API_KEY" in cell.text
    assert "BYTEZ_API_KEY" not in "".join(cell.error["traceback"])
    early = offline.run("%insightx --frames nope how many?")
    assert "penguins" in "".join(early.error["traceback"])


def test_an_answer_shows_again_in_another_cell(offline):
    assert len(offline.run("shown = %insightx how many penguins are there?").outputs) == 1
    assert "344" in offline.run("shown").html


def test_a_question_beside_load_ext_is_not_lost_without_a_word(offline):
    offline.run("%unload_ext insightx_jupyter")
    cell = offline.run("%load_ext insightx_jupyter\n%insightx how many penguins are there?")
    assert "in a cell of its own" in cell.stdout
    assert offline.run("%insightx how many penguins are there?").error is None
