"""``%config InsightX``: the settings that a notebook can set for its session."""

from __future__ import annotations

from traitlets import Bool, Float, Int, Unicode
from traitlets.config import SingletonConfigurable

from ..config import Settings, from_environment


class InsightX(SingletonConfigurable):
    """Settings of InsightX. An empty text or a zero leaves a setting to the environment."""

    model = Unicode("", help="offline, provider:model, or a model name").tag(config=True)
    base_url = Unicode("", help="Base URL of an OpenAI-compatible API").tag(config=True)
    allow_unisolated = Bool(
        False, help="Run Python that a model wrote with your own rights, for this session"
    ).tag(config=True)
    privacy = Unicode("", help="What may leave the kernel").tag(config=True)
    timeout = Float(0.0, help="Seconds for one query or piece of code").tag(config=True)
    max_tokens = Int(0, help="At most this many tokens a reply").tag(config=True)

    def settings(self) -> Settings:
        """The environment's settings with those set here over them."""
        given = {name: getattr(self, name) or None for name in self.class_own_traits(config=True)}
        return from_environment().with_options(given)
