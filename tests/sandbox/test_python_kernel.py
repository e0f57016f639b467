"""A real child: frames in, tables, text, figures and errors out."""

from __future__ import annotations

import datetime as dt
import struct
from decimal import Decimal
from importlib import resources

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import csv

from insightx_jupyter.errors import CodeFailed


@pytest.fixture(scope="module")
def penguins() -> pa.Table:
    with (resources.files("palmerpenguins") / "data/penguins.csv").open("rb") as file:
        options = csv.ConvertOptions(null_values=["NA"], strings_can_be_null=True)
        return csv.read_csv(file, convert_options=options)


@pytest.fixture
def small(make_frame):
    return make_frame("small", {"a": [1, 2, 3], "b": ["x", "y", None]})


def value(outcome) -> object:
    ((cell,),) = outcome.tables[""].to_pydict().values()
    return cell


def width(png: bytes) -> int:
    return struct.unpack(">I", png[16:20])[0]


# Frames in


def test_an_analysis_is_what_pandas_says(python, make_frame, penguins) -> None:
    code = "penguins.groupby(['species', 'sex']).body_mass_g.mean().round(1).reset_index()"
    outcome = python(code, make_frame("penguins", penguins))
    local = penguins.to_pandas()
    expected = local.groupby(["species", "sex"]).body_mass_g.mean().round(1).reset_index()
    assert outcome.tables[""].to_pydict() == expected.to_dict("list")
    assert [read.frame for read in outcome.reads] == ["penguins"]
    assert outcome.seconds > 0


def test_column_types_are_those_of_pandas(python, make_frame) -> None:
    frame = make_frame(
        "typed",
        pa.table(
            {
                "i": pa.array([1, 2, 3]),
                "i_gap": pa.array([1, None, 3]),
                "big_gap": pa.array([2**60 + 1, None, 3]),
                "u8": pa.array([1, 2, 3], pa.uint8()),
                "flag_gap": pa.array([True, None, False]),
                "text": pa.array(["a", None, "c"]),
                "cat": pa.array(["lo", "hi", None]).dictionary_encode(),
                "when": pa.array([dt.datetime(2013, 1, 1)] * 3, pa.timestamp("us")),
                "zoned": pa.array([dt.datetime(2013, 1, 1)] * 3, pa.timestamp("ns", "UTC")),
                "day": pa.array([dt.date(2013, 1, 1), None, dt.date(2300, 1, 1)]),
                "money": pa.array([Decimal("1.10"), None, Decimal("2.25")]),
                "exact": pa.array([Decimal("12345678901234567.89")] * 3),
            }
        ),
    )
    kinds = python("typed.dtypes.astype(str)", frame).tables[""].to_pydict()
    text = str(pd.Series(["a"]).dtype)
    assert dict(zip(kinds["index"], kinds["value"], strict=True)) == {
        "i": "int64",
        "i_gap": "float64",
        "big_gap": "Int64",
        "u8": "uint8",
        "flag_gap": "boolean",
        "text": text,
        "cat": "category",
        "when": "datetime64[us]",
        "zoned": "datetime64[ns, UTC]",
        "day": kinds["value"][kinds["index"].index("day")],
        "money": "float64",
        "exact": "object",
    }
    assert kinds["value"][kinds["index"].index("day")].startswith("datetime64")
    back = python("typed", frame).tables[""]
    assert back.column("big_gap").to_pylist() == [2**60 + 1, None, 3]
    assert back.column("exact").to_pylist()[0] == Decimal("12345678901234567.89")


def test_frames_can_be_changed_and_the_change_stays(python, make_frame, small) -> None:
    code = "small.loc[0, 'a'] = 9\nsmall['c'] = small.a * 2\nsmall.iloc[1, 0] = 8\nsmall"
    assert python(code, small).tables[""].to_pydict() == {
        "a": [9, 8, 3],
        "b": ["x", "y", None],
        "c": [18, 4, 6],
    }
    assert value(python("small.a.sum()", small)) == 20
    changed_at_home = make_frame("small", {"a": [5], "b": ["z"]}, version="2")
    assert value(python("small.a.sum()", changed_at_home)) == 5


def test_a_change_in_the_child_does_not_reach_the_shared_columns(python, make_frame) -> None:
    first = make_frame("first", {"n": [1, 2, 3]})
    python("first.loc[0, 'n'] = 100; first['n'] += 1; first.sort_values('n', inplace=True)", first)
    # The same column under another name comes from the same pages.
    first.name = "again"
    assert value(python("again.n.sum()", first)) == 6


def test_only_named_frames_are_sent_and_once(python, make_frame) -> None:
    class Counting(make_frame):
        asked = 0

        def column(self, name: str) -> pa.ChunkedArray:
            Counting.asked += 1
            return super().column(name)

    frame = Counting("counted", {"x": [1, 2], "y": [3, 4]})
    python("1 + 1", frame)
    assert Counting.asked == 0
    for _ in range(3):
        python("counted.x", frame)
    assert Counting.asked == 2


def test_names_that_are_no_identifiers(python, make_frame) -> None:
    frames = [make_frame("my frame", {"a": [1]}), make_frame("class", {"a": [2]})]
    assert value(python("frames['my frame'].a.sum() + frames['class'].a.sum()", *frames)) == 3


def test_many_and_empty_frames(python, make_frame) -> None:
    wide = make_frame("wide", {f"c{n}": [n] for n in range(420)})
    none = make_frame("none", {"a": pa.array([], pa.int64())})
    bare = make_frame("bare", pa.table({}))
    assert value(python("wide.sum(axis=1).iloc[0]", wide)) == sum(range(420))
    assert value(python("len(none) + len(bare.columns)", none, bare)) == 0


# Results out


def test_the_name_result_wins_over_the_last_expression(python) -> None:
    assert value(python("result = 3\n'something else'")) == 3
    assert value(python("4")) == 4  # not the stale name
    assert value(python("result")) == 3
    assert value(python("result += 2")) == 5
    assert python("x = 1").tables == {}
    assert value(python("def f():\n    result = 9\n    return 1\nf()")) == 1


def test_frames_and_scalars_in_one_result(python, small) -> None:
    tables = python("result = {'n': len(small), 'rows': small}", small).tables
    assert list(tables) == ["", "rows"]
    assert tables[""].to_pydict() == {"n": [3]}


def test_what_is_no_table_is_shown_as_text(python) -> None:
    outcome = python("class Model:\n    def __repr__(self): return 'Model(3)'\nresult = Model()")
    assert outcome.tables == {}
    assert outcome.stdout == "Model(3)"
    assert python("Model()").stdout == "Model(3)"


def test_a_result_that_is_too_large_is_an_error(python) -> None:
    with pytest.raises(CodeFailed, match=r"400 MB.*Aggregate"):
        python("import numpy as np, pandas as pd\nresult = pd.DataFrame(np.zeros((10**7, 5)))")


def test_printed_frames_are_whole(python, make_frame) -> None:
    wide = make_frame("wide", {f"column_{n}": [n] * 200 for n in range(40)})
    lines = python("print(wide)", wide).stdout.splitlines()
    assert len(lines) == 201
    assert "..." not in lines[0]
    assert "column_39" in lines[0]


def test_text_comes_without_escape_codes(python) -> None:
    outcome = python(
        "import sys, os\nprint('\\x1b[31mred\\x1b[0m')\nsys.stderr.write('warned\\n')\n"
        "for n in range(3): print(n, end='\\r', file=sys.stderr)"
    )
    assert outcome.stdout.startswith("red\nwarned\n2")


def test_what_is_shown_is_text_never_markup(python, small) -> None:
    outcome = python(
        "from IPython.display import HTML, Javascript, display\n"
        "display(HTML('<b>bold</b>')); display(Javascript('alert(1)')); display(small.head(1))",
        small,
    )
    assert "<b>" not in outcome.stdout
    assert "alert" not in outcome.stdout
    assert "a  b" in outcome.stdout


def test_names_persist_and_real_python_runs(python) -> None:
    python("import asyncio\n%time counter = sum(i * i for i in range(100_000))")
    assert value(python("await asyncio.sleep(0)\ncounter")) == sum(i * i for i in range(100_000))


# Figures


def test_figures_come_once_with_their_words(python, small) -> None:
    code = (
        "import matplotlib.pyplot as plt\n"
        "fig, ax = plt.subplots()\n"
        "ax.plot(small.a, label='observed'); ax.legend()\n"
        "ax.set(title='Late flights', xlabel='hour', ylabel='share')\n"
        "plt.show()\n"
        "fig"
    )
    outcome = python(code, small)
    ((png, words),) = outcome.figures
    assert words == "Late flights; hour; share; observed"
    assert png.startswith(b"\x89PNG")
    assert 800 <= width(png) <= 1280
    assert outcome.stdout == ""
    assert python("1").figures == ()


@pytest.mark.parametrize(
    "code",
    [
        "small.a.plot(title='one')",
        "plt.plot([1, 2]); plt.title('one')",
        "%matplotlib inline\nplt.plot([1, 2]); plt.title('one'); plt.show()",
        "fig = plt.figure(figsize=(20, 2)); plt.title('one'); plt.savefig('x.png'); plt.close()",
        "from matplotlib.figure import Figure\nf = Figure(); f.subplots().set_title('one'); f",
        "fig, axes = plt.subplots(2, 2); axes[0, 0].set_title('one'); axes",
        "import matplotlib\nmatplotlib.use('Agg')\nplt.plot([1]); plt.title('one'); plt.show()",
    ],
)
def test_however_it_was_drawn(python, small, code: str) -> None:
    outcome = python(f"import matplotlib.pyplot as plt\n{code}", small)
    ((png, words),) = outcome.figures
    assert words.startswith("one")
    assert 800 - 2 <= width(png) <= 1280 + 2


def test_two_shows_are_two_figures(python) -> None:
    outcome = python(
        "import matplotlib.pyplot as plt\n"
        "for title in 'ab':\n    plt.plot([1, 2]); plt.title(title); plt.show()"
    )
    assert [words for _, words in outcome.figures] == ["a", "b"]


def test_the_ground_is_white(python) -> None:
    import io

    from PIL import Image

    outcome = python(
        "import matplotlib.pyplot as plt\nplt.style.use('dark_background')\nplt.plot([1, 2])"
    )
    python("plt.style.use('default')")
    image = Image.open(io.BytesIO(outcome.figures[0][0])).convert("RGB")
    assert image.getpixel((0, 0)) == (255, 255, 255)


# Errors


@pytest.mark.parametrize(
    ("code", "message", "hint"),
    [
        ("small['A']", "KeyError: 'A'\nin line 1: `small['A']`.", "Did you mean a?"),
        ("x = 1\nsmal.head()", "NameError: name 'smal' is not defined\nin line 2", "small"),
        ("small.bb", "has no attribute 'bb'", "Did you mean b?"),
        ("import plotly_x", "No module named 'plotly_x'", "plotly_x is not installed here."),
        ("x = (\n1", "SyntaxError", ""),
        ("def f(x):\n    return 1 / x\nf(0)", "line 2: `return 1 / x`.\ncalled from line 3", ""),
        ("def f(): return f()\nf()", "RecursionError", ""),
        ("input('name?')", "StdinNotImplementedError", ""),
        ("exit()", "SystemExit", ""),
        ("small.groupby('zz').sum()", "KeyError: 'zz'", "Columns are"),
    ],
)
def test_errors_say_where_and_what_instead(python, small, code, message, hint) -> None:
    with pytest.raises(CodeFailed) as caught:
        python(code, small)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "site-packages" not in str(caught.value)
    assert len(str(caught.value)) <= 2000
    assert value(python("'still here'")) == "still here"


def test_lines_are_those_of_the_code_that_runs_not_of_earlier_code(python) -> None:
    python("def inverse(x):\n    y = 1\n    return y / x")
    with pytest.raises(CodeFailed) as caught:
        python("a = 1\ninverse(0)")
    assert caught.value.message == ("ZeroDivisionError: division by zero\nin line 2: `inverse(0)`.")


def test_a_frame_that_was_not_named_is_suggested(python, make_frame) -> None:
    with pytest.raises(CodeFailed) as caught:
        python("Airline.head()", make_frame("airlines", {"a": [1]}))
    assert caught.value.hint == "Did you mean airlines?"


def test_what_was_printed_before_goes_with_the_error(python) -> None:
    with pytest.raises(CodeFailed, match="Printed before: columns: a, b"):
        python("print('columns: a, b')\n1 / 0")


def test_rude_errors_are_bounded(python) -> None:
    code = "class E(Exception):\n    def __str__(self): raise OSError\nraise E"
    with pytest.raises(CodeFailed, match="Error"):
        python(code)
    with pytest.raises(CodeFailed) as caught:
        python("raise ValueError('\\x1b[31m' + 'y' * 10**6)")
    assert len(str(caught.value)) <= 2000
    assert "\x1b" not in str(caught.value)


def test_a_missing_matplotlib_fails_by_name_and_nothing_else_breaks(python) -> None:
    hidden = (
        "import sys\n"
        "ours = [k for k in sys.modules if k.split('.')[0] == 'matplotlib']\n"
        "held = {k: sys.modules.pop(k) for k in ours}\n"
        "class Hide:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'matplotlib':\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "hide = Hide(); sys.meta_path.insert(0, hide)"
    )
    python(hidden)
    try:
        assert value(python("1 + 1")) == 2
        with pytest.raises(CodeFailed, match="No module named 'matplotlib'"):
            python("import matplotlib.pyplot as plt")
    finally:
        python("sys.meta_path.remove(hide); sys.modules.update(held)")


# The child's world


def test_no_variable_of_the_users_is_there(python) -> None:
    names = python("import os\nsorted(os.environ)").tables[""].column("value").to_pylist()
    assert not [n for n in names if "KEY" in n or "TOKEN" in n or "PYTEST" in n]
    assert value(python("os.environ['HOME'] == os.path.expanduser('~')")) is True


def test_no_tcp_port_is_open(python) -> None:
    import psutil

    child = psutil.Process(python.kernel.pid)
    assert [c for c in child.net_connections("inet") if c.status == "LISTEN"] == []
