"""A question's ``?`` and apostrophes survive IPython's input transformers."""

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from insightx_jupyter.magics.keep_question import keep_question


@pytest.fixture
def transform():
    manager = TransformerManager()
    manager.cleanup_transforms.append(keep_question)
    return manager.transform_cell


def call(question):
    return f"get_ipython().run_line_magic('insightx', {question!r})"


def test_without_the_keeper_a_question_becomes_a_call_for_help():
    assert "pinfo" in TransformerManager().transform_cell("%insightx which are late?\n")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%insightx which are late?", call("which are late?")),
        ("%insightx what's late, and isn't it odd?", call("what's late, and isn't it odd?")),
        ("%insightx really late??", call("really late??")),
        ("%insightx how much is {x} of $y?", call("how much is {x} of $y?")),
        ("ans = %insightx which are late?", "ans = " + call("which are late?")),
        ("%insightx --frames a,b which?", call("--frames a,b which?")),
        ("%insightx which are late", call("which are late")),
        ('%insightx is "late" a word?', call('is "late" a word?')),
        ("%insightx 各航空公司延误多少？?", call("各航空公司延误多少？?")),
    ],
)
def test_question_stays_whole(transform, cell, expected):
    assert transform(cell).strip() == expected


def test_several_questions_in_one_cell(transform):
    cell = "x = 1\n%insightx what's first?\ny = 2\n%insightx what's second?\n"
    assert transform(cell) == f"x = 1\n{call(chr(119) + 'hat' + chr(39) + 's first?')}\ny = 2\n" + (
        call("what's second?") + "\n"
    )


def test_question_in_a_loop(transform):
    cell = "for c in names:\n    %insightx how many?\n"
    assert transform(cell) == f"for c in names:\n    {call('how many?')}\n"


def test_brackets_and_quotes_in_a_question_hide_nothing_after_it(transform):
    cell = '%insightx what (is """ it\nx = 1\n%insightx which?\n'
    assert transform(cell) == f"{call(f'what (is {chr(34) * 3} it')}\nx = 1\n{call('which?')}\n"


def test_a_backslash_joins_lines(transform):
    assert transform("%insightx which \\\nis late?\n").split("\n")[0] == call("which is late?")


def test_other_magics_may_stand_before_it(transform):
    kept = transform("%time %insightx which?\n")
    assert kept == "get_ipython().run_line_magic('time', '%insightx which?')\n"


@pytest.mark.parametrize(
    "cell",
    [
        'd["a = %insightx b"] = 1 # ok?\n',
        "x = 5 %insightx\n",
        "f(a, '%insightx b?')\n",
        "# %insightx which?\n",
        "x = [\n    1,\n] # %insightx which?\n",
    ],
)
def test_python_is_left_alone(transform, cell):
    assert transform(cell) == cell


def test_text_that_only_looks_like_a_question_is_left_alone(transform):
    cell = 'text = """\n%insightx which are late?\n"""\n'
    assert transform(cell) == cell


@pytest.mark.parametrize("cell", ["%insightx?\n", "%insightx??\n", "%%insightx?\n"])
def test_help_on_the_magic_itself_still_works(transform, cell):
    assert "pinfo" in transform(cell)


def test_cell_magic_body_is_verbatim(transform):
    out = transform("%%insightx --model offline\nwhich are\n%insightx late?\n")
    assert out == (
        "get_ipython().run_cell_magic('insightx', '--model offline', "
        "'which are\\n%insightx late?\\n')\n"
    )
