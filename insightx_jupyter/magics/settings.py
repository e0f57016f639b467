"""``%config InsightX``: the settings that a notebook can set for its session."""

from __future__ import annotations

from typing import Any

from traitlets import Bool, Float, Int, TraitError, Unicode, validate
from traitlets.config import SingletonConfigurable

from ..config import PRIVACY_BUILT, PRIVACY_LEVELS, Settings, from_environment


class InsightX(SingletonConfigurable):
    """Settings of InsightX. An empty text or a zero leaves a setting to the environment."""

    model = Unicode("", help="offline, provider:model, or a model name").tag(config=True)
    base_url = Unicode("", help="Base URL of an OpenAI-compatible API").tag(config=True)
    allow_unisolated = Bool(
        False, help="Run Python that a model wrote with your own rights, for this session"
    ).tag(config=True)
    privacy = Unicode("", help=f"What may leave the kernel: {', '.join(PRIVACY_BUILT)}").tag(
        config=True
    )
    timeout = Float(0.0, min=0.0, help="Seconds for one query or piece of code").tag(config=True)
    model_timeout = Float(0.0, min=0.0, help="Seconds for one call of a model").tag(config=True)
    max_tokens = Int(0, min=0, help="At most this many tokens a reply").tag(config=True)

    @validate("privacy")
    def _known_level(self, proposal: dict[str, Any]) -> str:
        level = str(proposal["value"])
        if level and level not in PRIVACY_LEVELS:
            raise TraitError(f"No privacy level {level}. Levels: {', '.join(PRIVACY_LEVELS)}.")
        if level and level not in PRIVACY_BUILT:
            raise TraitError(f"Privacy level {level} is not built yet.")
        return level

    def settings(self) -> Settings:
        """The environment's settings with those set here over them."""
        given = {name: getattr(self, name) or None for name in self.class_own_traits(config=True)}
        return from_environment().with_options(given)


def settings_of(shell: Any) -> InsightX:
    """The settings as the shell's configuration has them; its defaults where that is invalid."""
    settings: InsightX
    try:
        settings = InsightX.instance(parent=shell)
    except TraitError as error:
        print(f"InsightX starts with its default settings: {error}")
        InsightX.clear_instance()
        settings = InsightX.instance()
    return settings
