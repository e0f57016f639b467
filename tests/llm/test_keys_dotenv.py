from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from insightx_jupyter.errors import ModelNotConfigured
from insightx_jupyter.llm.keys import find_keys, fingerprint, notebook_folder, read_keys
from insightx_jupyter.llm.providers import GENERAL_KEYS, PRESETS


def plain(keys: dict[str, SecretStr]) -> dict[str, str]:
    return {name: key.get_secret_value() for name, key in keys.items()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_numbered_keys_in_order_each_once(folder: Path) -> None:
    environ = {f"BYTEZ_API_KEY_{n}": f"k{n}" for n in (12, 2, 1)}
    environ |= {"BYTEZ_API_KEY": "k0", "BYTEZ_API_KEY_3": "k2", "BYTEZ_API_KEY_4": "  "}
    environ |= {"BYTEZ_API_KEY_13": "k13", "PATH": "/bin"}
    keys = read_keys(environ)
    assert "PATH" not in keys
    found = find_keys(PRESETS["bytez"].key_variables, keys)
    assert [k.get_secret_value() for k in found] == ["k0", "k1", "k2", "k12"]
    assert find_keys(GENERAL_KEYS, keys) == ()


def test_a_key_is_never_shown() -> None:
    key = SecretStr("sk-planted-0123456789abcdef")
    assert "planted" not in repr(find_keys(["A"], {"A": key})) + str(key)
    assert len(fingerprint(key)) == 8
    assert fingerprint(key) != fingerprint(SecretStr("sk-other"))


@pytest.mark.parametrize("bad", ["two words", "line\nbreak", "schlüssel", "x" * 5000, "a\x00b"])
def test_what_cannot_be_a_key_is_refused_without_being_shown(bad: str) -> None:
    with pytest.raises(ModelNotConfigured, match="INSIGHTX_API_KEY") as caught:
        find_keys(["INSIGHTX_API_KEY"], {"INSIGHTX_API_KEY": SecretStr(bad)})
    assert bad[:5] not in str(caught.value)


def test_a_pasted_header_value_is_taken_as_the_key() -> None:
    (key,) = find_keys(["A"], {"A": SecretStr("Bearer abc")})
    assert key.get_secret_value() == "abc"


def test_dotenv_syntax(folder: Path) -> None:
    lines = [
        "# my keys",
        "",
        "INSIGHTX_API_KEY=plain  # of the team",
        "export BYTEZ_API_KEY_1 = 'quoted # not a comment'",
        'BYTEZ_API_KEY_2="double"',
        "OPENAI_API_KEY=",
        "GROQ_API_KEY=a=b#c",
    ]
    (folder / ".env").write_text("\ufeff" + "\r\n".join(lines), encoding="utf-8")
    assert plain(read_keys({})) == {
        "INSIGHTX_API_KEY": "plain",
        "BYTEZ_API_KEY_1": "quoted # not a comment",
        "BYTEZ_API_KEY_2": "double",
        "GROQ_API_KEY": "a=b#c",
    }


def test_the_environment_wins_over_the_file(folder: Path) -> None:
    (folder / ".env").write_text("INSIGHTX_API_KEY=file\nBYTEZ_API_KEY=file\n")
    keys = plain(read_keys({"INSIGHTX_API_KEY": "environment", "BYTEZ_API_KEY": ""}))
    assert keys == {"INSIGHTX_API_KEY": "environment", "BYTEZ_API_KEY": "file"}


def test_anything_but_keys_is_refused_with_one_warning(folder: Path, caplog) -> None:
    lines = ["INSIGHTX_BASE_URL=http://evil.example/v1", "INSIGHTX_MODEL=x", "sk-lost-key"]
    (folder / ".env").write_text("\n".join([*lines, "INSIGHTX_API_KEY=k", "PYTHONPATH=/evil"]))
    caplog.set_level(logging.DEBUG)
    for _ in range(3):
        assert plain(read_keys({})) == {"INSIGHTX_API_KEY": "k"}
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.name == "insightx.keys"
    told = record.getMessage()
    assert "INSIGHTX_BASE_URL, INSIGHTX_MODEL, line 3, PYTHONPATH" in told
    assert "evil" not in told
    assert "sk-lost-key" not in told
    assert "INSIGHTX_BASE_URL" not in os.environ


def test_a_changed_file_is_read_again(folder: Path) -> None:
    (folder / ".env").write_text("INSIGHTX_API_KEY=one")
    assert plain(read_keys({})) == {"INSIGHTX_API_KEY": "one"}
    (folder / ".env").write_text("INSIGHTX_API_KEY=three")
    assert plain(read_keys({})) == {"INSIGHTX_API_KEY": "three"}


def test_no_file_a_folder_or_a_huge_file_is_no_error(folder: Path) -> None:
    assert read_keys({}) == {}
    (folder / ".env").mkdir()
    assert read_keys({}) == {}
    (folder / ".env").rmdir()
    (folder / ".env").write_text("INSIGHTX_API_KEY=k\n" + "#" * 70_000)
    assert read_keys({}) == {}


def test_bytes_that_are_no_text_do_no_harm(folder: Path) -> None:
    (folder / ".env").write_bytes(b"\xff\xfe\x00garbage\nINSIGHTX_API_KEY=k\n")
    assert plain(read_keys({})) == {"INSIGHTX_API_KEY": "k"}


def test_beside_the_notebook_where_the_server_names_it(folder: Path) -> None:
    notebook = folder / "deep" / "analysis.ipynb"
    notebook.parent.mkdir()
    (notebook.parent / ".env").write_text("INSIGHTX_API_KEY=deep")
    assert plain(read_keys({"JPY_SESSION_NAME": str(notebook)})) == {"INSIGHTX_API_KEY": "deep"}
    assert notebook_folder({"JPY_SESSION_NAME": "analysis.ipynb"}) == folder
    assert notebook_folder({}) == folder
