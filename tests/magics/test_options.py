"""Only leading ``--`` words are options; the question is what stands there."""

import pytest

from insightx_jupyter.errors import OptionInvalid
from insightx_jupyter.magics.options import parse_line


@pytest.mark.parametrize(
    ("line", "question", "options"),
    [
        ("which are late?", "which are late?", {}),
        ("what's --model doing here", "what's --model doing here", {}),
        ("--frames a,b which?", "which?", {"frames": ("a", "b")}),
        ("--frames=a,b which?", "which?", {"frames": ("a", "b")}),
        ("--model openai:gpt-4o-mini is it?", "is it?", {"model": "openai:gpt-4o-mini"}),
        ("--timeout 5s --max-tokens 9 q", "q", {"timeout": 5.0, "max_tokens": 9}),
        ("-- --plan is a word", "--plan is a word", {}),
        ("--plan q", "q", {"plan": True}),
        ('--frames "a, b" it\'s', "it's", {"frames": ("a", "b")}),
        ("a  b\t c", "a  b\t c", {}),
        ("", "", {}),
    ],
)
def test_line(line, question, options):
    parsed = parse_line(line)
    assert parsed is not None
    assert (parsed.question, parsed.options) == (question, options)


def test_as_and_background():
    parsed = parse_line("--as late --background q")
    assert (parsed.bind, parsed.background) == ("late", True)


@pytest.mark.parametrize(
    "line", ["--nope q", "--timeout x q", "--timeout -1 q", "--max-tokens 0 q", "--privacy all q"]
)
def test_bad_option_says_what_is_wrong(line):
    with pytest.raises(OptionInvalid, match="--help"):
        parse_line(line)


def test_help_lists_every_option(capsys):
    assert parse_line("--help") is None
    printed = capsys.readouterr().out
    for option in ("--frames", "--as", "--background", "--approve", "--max-tokens", "/help"):
        assert option in printed
