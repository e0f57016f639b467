"""The models of a session: one client each, so that its connections are kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..config import Settings
from ..llm.keys import fingerprint, read_keys
from ..llm.resolve import resolve

if TYPE_CHECKING:
    from ..llm.base import ChatModel

#: What a client was made from; keys by fingerprint.
_Origin = tuple[object, ...]


class Models:
    """Makes a model when what it comes from is new, else gives the one that is there."""

    def __init__(self) -> None:
        self._made: dict[_Origin, ChatModel] = {}

    def get(self, settings: Settings, offline: Callable[[], ChatModel]) -> ChatModel:
        """The model that these settings name.

        Raises:
            ModelNotConfigured: it cannot be asked with what is there.
        """
        keys = {name: fingerprint(key) for name, key in read_keys(os.environ).items()}
        origin = (settings.model, settings.base_url, settings.model_timeout, *sorted(keys.items()))
        if origin not in self._made:
            model = resolve(settings, os.environ, offline=offline)
            if model.info.offline:
                return model  # it reads the frames of one question
            self._made[origin] = model
        return self._made[origin]

    async def aclose(self) -> None:
        """Let go of all connections."""
        made, self._made = self._made, {}
        for model in made.values():
            await model.aclose()


def key_fingerprints() -> tuple[tuple[str, str], ...]:
    """Each key at hand: the name of its variable and its fingerprint, never the key."""
    keys = read_keys(os.environ)
    return tuple(sorted((name, fingerprint(key)) for name, key in keys.items()))
