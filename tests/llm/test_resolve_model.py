from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from insightx_jupyter.config import Settings, from_environment
from insightx_jupyter.errors import ModelNotConfigured
from insightx_jupyter.llm.providers import PRESETS
from insightx_jupyter.llm.resolve import checked_url, read_name, resolve
from insightx_jupyter.llm.scripted import Scripted

OFFLINE = Scripted({}, name="the offline analyst")


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def asked(environ: dict[str, str], **options: object):
    settings = from_environment(environ).with_options(options)
    return resolve(settings, environ, offline=lambda: OFFLINE)


async def sent_by(server, environ: dict[str, str], hear, request, **options: object):
    """The request that the resolved model makes, on a real server."""
    model = asked({"INSIGHTX_BASE_URL": server.url, **environ}, **options)
    await hear(model, request)
    await model.aclose()
    return server.requests[-1]


def test_nothing_set_is_offline() -> None:
    assert asked({}) is OFFLINE
    assert asked({"INSIGHTX_MODEL": "", "BYTEZ_API_KEY": " "}) is OFFLINE
    assert asked({"OPENAI_API_KEY": "k", "GROQ_API_KEY": "k"}) is OFFLINE


def test_offline_wins_over_all_keys() -> None:
    environ = {"INSIGHTX_MODEL": "offline", "BYTEZ_API_KEY": "k", "INSIGHTX_BASE_URL": "nonsense"}
    assert asked(environ) is OFFLINE
    assert asked({"BYTEZ_API_KEY": "k"}, model="Offline") is OFFLINE


@pytest.mark.parametrize(
    ("text", "provider", "model"),
    [
        ("openai:gpt-4o-mini", "openai", "gpt-4o-mini"),
        ("Ollama:llama3:8b", "ollama", "llama3:8b"),
        ("llama3:8b", None, "llama3:8b"),
        ("openai/gpt-4o-mini", None, "openai/gpt-4o-mini"),
        ("bytez:openai/gpt-4o-mini", "bytez", "openai/gpt-4o-mini"),
        ("llama.cpp:any", "llama.cpp", "any"),
        ("bytez", "bytez", None),
        ("bytez:", "bytez", None),
        ("hf.co/org/model:Q4_K_M", None, "hf.co/org/model:Q4_K_M"),
        ("", None, None),
    ],
)
def test_a_name_is_split_only_at_a_known_provider(text, provider, model) -> None:
    named = read_name(text)
    assert (named.provider.name if named.provider else None) == provider
    assert named.model == model


def test_a_slip_in_the_provider_is_noticed() -> None:
    with pytest.raises(ModelNotConfigured, match="Did you mean openai:gpt-4o"):
        asked({"INSIGHTX_MODEL": "opnai:gpt-4o"})


OLLAMA = {"INSIGHTX_BASE_URL": "http://localhost:11434/v1", "INSIGHTX_MODEL": "llama3:8b"}
GPU = {"INSIGHTX_BASE_URL": "http://gpu.lan:9/v1"}
AZURE = {"INSIGHTX_BASE_URL": "https://n.example/openai/v1", "INSIGHTX_MODEL": "azure:d"}


@pytest.mark.parametrize(
    ("environ", "provider", "model"),
    [
        ({"BYTEZ_API_KEY": "k"}, "bytez", "Qwen/Qwen3-4B"),
        ({"BYTEZ_API_KEY_7": "k", "INSIGHTX_MODEL": "google/g"}, "bytez", "google/g"),
        ({"INSIGHTX_API_KEY": "k", "INSIGHTX_MODEL": "bytez"}, "bytez", "Qwen/Qwen3-4B"),
        ({"OPENAI_API_KEY": "k", "INSIGHTX_MODEL": "openai:gpt-4o"}, "openai", "gpt-4o"),
        ({"INSIGHTX_MODEL": "ollama:llama3:8b"}, "ollama", "llama3:8b"),
        ({**OLLAMA, "BYTEZ_API_KEY": "k"}, "ollama", "llama3:8b"),
        ({**GPU, "INSIGHTX_MODEL": "m"}, "custom", "m"),
        ({**GPU, "BYTEZ_API_KEY": "k"}, "bytez", "Qwen/Qwen3-4B"),
        ({**AZURE, "AZURE_OPENAI_API_KEY": "k"}, "azure", "d"),
    ],
)
def test_who_answers(environ, provider, model) -> None:
    info = asked(environ).info
    assert (info.provider, info.name) == (provider, model)


def test_an_option_wins_over_the_environment() -> None:
    info = asked({"INSIGHTX_MODEL": "offline", "BYTEZ_API_KEY": "k"}, model="bytez:m").info
    assert (info.provider, info.name) == ("bytez", "m")


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"INSIGHTX_MODEL": "openai:gpt-4o"}, "Set OPENAI_API_KEY"),
        ({"INSIGHTX_MODEL": "openai:gpt-4o", "BYTEZ_API_KEY": "k"}, "no key for OpenAI"),
        ({"INSIGHTX_MODEL": "openai", "OPENAI_API_KEY": "k"}, "INSIGHTX_MODEL=openai:MODEL"),
        ({"INSIGHTX_MODEL": "ollama"}, "INSIGHTX_MODEL=ollama:MODEL"),
        ({"INSIGHTX_MODEL": "llama3:8b"}, "not who serves it"),
        ({"INSIGHTX_API_KEY": "k"}, "nothing says whose it is"),
        ({"INSIGHTX_BASE_URL": "http://gpu.lan/v1"}, "a model that it serves"),
        ({"INSIGHTX_MODEL": "azure:d", "AZURE_OPENAI_API_KEY": "k"}, "Set INSIGHTX_BASE_URL"),
        ({"INSIGHTX_BASE_URL": "localhost:11434", "INSIGHTX_MODEL": "m"}, "no web address"),
        ({"BYTEZ_API_KEY": "two words"}, "cannot be a key"),
    ],
)
def test_what_is_missing_is_told(environ, words) -> None:
    with pytest.raises(ModelNotConfigured) as caught:
        asked(environ)
    assert words in str(caught.value)
    assert caught.value.hint


def test_the_list_of_ways_names_every_provider() -> None:
    with pytest.raises(ModelNotConfigured) as caught:
        asked({"INSIGHTX_MODEL": "llama3:8b"})
    assert all(name in caught.value.hint for name in PRESETS)


@pytest.mark.parametrize(
    ("address", "clean"),
    [
        ("http://localhost:11434/v1/", "http://localhost:11434/v1"),
        ("https://x.example/v1/chat/completions", "https://x.example/v1"),
        ("https://x.example/v1?api-version=1", "https://x.example/v1?api-version=1"),
        (" http://[::1]:8080/v1 ", "http://[::1]:8080/v1"),
        ("https://x.example", "https://x.example"),
    ],
)
def test_base_urls_in_one_form(address, clean) -> None:
    assert checked_url(address) == clean


BAD_ADDRESSES = """localhost:11434
ftp://x/v1
http://
http://x:port/v1
http://a b/v1
file:///etc/passwd
http://[::1/v1
http://x\x00/v1
//x/v1""".splitlines()


@pytest.mark.parametrize("address", [*BAD_ADDRESSES, "http://x\n/v1"])
def test_what_is_no_address_is_refused(address) -> None:
    with pytest.raises(ModelNotConfigured, match="no web address"):
        checked_url(address)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ModelNotConfigured, match="name or password") as caught:
        checked_url("https://me:sesame@x.example/v1")
    assert "sesame" not in str(caught.value)


async def test_which_key_goes_out(fake_openai, hear, request_of) -> None:
    server = fake_openai({"sql": ["Hello."]})

    async def key_for(environ: dict[str, str], model: str | None = None) -> str | None:
        got = await sent_by(server, environ, hear, request_of(), model=model)
        return got.headers.get("authorization")

    everything = {"OPENAI_API_KEY": "own", "BYTEZ_API_KEY": "bytez", "INSIGHTX_API_KEY_2": "ours"}
    assert await key_for(everything, "openai:m") == "Bearer ours"
    assert await key_for({"OPENAI_API_KEY": "own"}, "openai:m") == "Bearer own"
    assert await key_for(everything, "m") == "Bearer bytez"
    assert await key_for({"OPENAI_API_KEY": "own"}, "m") is None
    assert await key_for({"INSIGHTX_API_KEY": "ours"}, "m") == "Bearer ours"
    Path(".env").write_text("INSIGHTX_API_KEY=filed\n")
    assert await key_for({}, "m") == "Bearer filed"


async def test_a_resolved_model_answers(fake_openai, hear, request_of) -> None:
    server = fake_openai({"sql": ["Hello."]})
    got = await sent_by(server, {"BYTEZ_API_KEY": "k"}, hear, request_of(), model=None)
    assert got.body["model"] == "Qwen/Qwen3-4B"
    assert got.body["max_completion_tokens"] == 4096
    assert Settings().model is None


def test_staying_offline_imports_no_http() -> None:
    code = (
        "import sys; from insightx_jupyter.config import Settings;"
        "from insightx_jupyter.llm.resolve import resolve;"
        "resolve(Settings(), {}, offline=object);"
        "sys.exit('httpx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
