"""Loading is light and idempotent; unloading puts everything back."""

import contextlib
import json
import subprocess
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets import TraitError

HEAVY = ("duckdb", "httpx", "pydantic", "anywidget", "sqlalchemy", "pyarrow", "polars")

SCRIPT = """
import json, sys
import pandas
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = set(sys.modules)
shell.run_line_magic("load_ext", "insightx_jupyter")
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@pytest.fixture
def shell():
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "autoreload")  # the first load makes IPython's own magics
    yield shell
    shell.extension_manager.unload_extension("insightx_jupyter")
    InteractiveShell.clear_instance()


def state(shell):
    dispatcher = shell.strdispatchers.get("complete_command")
    return {
        "line": sorted(shell.magics_manager.magics["line"]),
        "cell": sorted(shell.magics_manager.magics["cell"]),
        "registry": sorted(shell.magics_manager.registry),
        "transformers": list(shell.input_transformers_cleanup),
        "configurables": [type(c).__name__ for c in shell.configurables],
        "completers": sorted(str(k) for k in dispatcher.regexs) if dispatcher else [],
        "matchers": [type(m).__name__ for m in getattr(shell.Completer, "custom_matchers", ())],
    }


def test_load_imports_nothing_heavy():
    out = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    added = {name.partition(".")[0] for name in json.loads(out.stdout.splitlines()[-1])}
    assert "insightx_jupyter" in added
    assert not added & set(HEAVY)


def test_unload_restores_what_load_changed(shell):
    before = state(shell)
    shell.run_line_magic("load_ext", "insightx_jupyter")
    loaded = state(shell)
    assert "insightx" in loaded["line"]
    assert "insightx" in loaded["cell"]
    assert loaded != before
    shell.run_line_magic("unload_ext", "insightx_jupyter")
    assert state(shell) == before


def test_second_load_changes_nothing(shell):
    shell.run_line_magic("load_ext", "insightx_jupyter")
    once = state(shell)
    shell.run_line_magic("reload_ext", "insightx_jupyter")
    shell.run_line_magic("load_ext", "insightx_jupyter")
    assert state(shell) == once


def test_an_invalid_setting_is_refused_and_does_not_cost_the_magic(shell, capsys):
    shell.run_line_magic("load_ext", "insightx_jupyter")
    for line in (
        "InsightX.timeout = 'abc'",
        "InsightX.timeout = -1",
        "InsightX.privacy = 'all'",
        "InsightX.privacy = 'stats'",
    ):
        with contextlib.suppress(TraitError):
            shell.run_line_magic("config", line)
    shell.run_line_magic("reload_ext", "insightx_jupyter")
    assert shell.find_line_magic("insightx") is not None
    from insightx_jupyter.magics.settings import InsightX

    assert InsightX.instance().settings().timeout == 60.0
    assert InsightX.instance().settings().privacy == "values"


def test_settings_are_set_by_config(shell):
    shell.run_line_magic("load_ext", "insightx_jupyter")
    shell.run_line_magic("config", "InsightX.model = 'offline'")
    shell.run_line_magic("config", "InsightX.allow_unisolated = True")
    from insightx_jupyter.magics.settings import InsightX

    settings = InsightX.instance().settings()
    assert settings.model == "offline"
    assert settings.allow_unisolated is True
    assert settings.timeout == 60.0
