"""Keys from the environment and from a ``.env`` beside the notebook; never shown.

A key is a SecretStr from the moment it is read. What may be shown of it is its
fingerprint.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import SecretStr

from ..errors import ModelNotConfigured
from .providers import GENERAL_KEYS, PRESETS

log = logging.getLogger("insightx.keys")

#: All variables that may hold a key, and so all that a .env may hold.
KEY_VARIABLES = frozenset(GENERAL_KEYS).union(*(p.key_variables for p in PRESETS.values()))

_DOTENV_BYTES = 64 * 1024
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]{0,63})\s*=\s*(.*)")
_KEY = re.compile(r"[!-~]{1,4096}")


def read_keys(environ: Mapping[str, str]) -> dict[str, SecretStr]:
    """All keys at hand by the name of their variable.

    The environment wins over the ``.env`` beside the notebook. Empty variables
    count as unset.
    """
    keys = dict(_dotenv(notebook_folder(environ) / ".env"))
    keys.update({n: SecretStr(v) for n in KEY_VARIABLES if (v := environ.get(n, "").strip())})
    return keys


def find_keys(variables: Iterable[str], keys: Mapping[str, SecretStr]) -> tuple[SecretStr, ...]:
    """The keys of these variables, in their order, each once.

    Raises ModelNotConfigured where one cannot be a key: it would break the
    request's header, and the transport's message would quote it.
    """
    found: dict[str, SecretStr] = {}
    for name in variables:
        if name in keys:
            key = _checked(name, keys[name])
            found.setdefault(key.get_secret_value(), key)
    return tuple(found.values())


def fingerprint(key: SecretStr) -> str:
    """Eight hexadecimal digits of its SHA-256: tells keys apart and gives nothing away."""
    return hashlib.sha256(key.get_secret_value().encode()).hexdigest()[:8]


def notebook_folder(environ: Mapping[str, str]) -> Path:
    """Where the notebook is: as the Jupyter server says, else the working directory."""
    notebook = Path(environ.get("JPY_SESSION_NAME", ""))
    return notebook.parent if notebook.is_absolute() else Path.cwd()


def _checked(name: str, key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if text.lower().startswith("bearer "):
        key = SecretStr(text[7:].strip())
    if not _KEY.fullmatch(key.get_secret_value()):
        raise ModelNotConfigured(
            f"What stands in {name} cannot be a key: it holds a space or a character beyond ASCII.",
            hint=f"Set {name} to the key alone.",
        )
    return key


def _dotenv(path: Path) -> tuple[tuple[str, SecretStr], ...]:
    try:
        stat = path.stat()
        if not path.is_file() or stat.st_size > _DOTENV_BYTES:
            return ()
        return _parsed(path, stat.st_mtime_ns, stat.st_size)
    except FileNotFoundError:
        return ()
    except OSError as error:
        log.warning("The .env beside the notebook cannot be read: %s.", error.strerror)
        return ()


# Kept while the file stands unchanged, so that a warning comes once and not with each question.
@lru_cache(maxsize=8)
def _parsed(path: Path, _changed: int, _size: int) -> tuple[tuple[str, SecretStr], ...]:
    keys: dict[str, SecretStr] = {}
    refused: list[str] = []
    lines = path.read_bytes().decode("utf-8-sig", "replace").splitlines()
    for number, line in enumerate((text.strip() for text in lines), start=1):
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        name = match[1] if match else None
        if match and name in KEY_VARIABLES:
            if value := _value(match[2]):
                keys[match[1]] = SecretStr(value)
        else:
            # A line without a name may be a key itself: only its number is told.
            refused.append(name or f"line {number}")
    if refused:
        log.warning(
            "The .env beside the notebook may hold keys and nothing else; not read: %s.",
            ", ".join(refused[:10]),
        )
    return tuple(keys.items())


def _value(text: str) -> str:
    text = text.strip()
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        return text[1:end].strip() if end > 0 else ""
    return re.split(r"\s#", text, maxsplit=1)[0].strip()
