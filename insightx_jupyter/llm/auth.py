"""How the key gets onto a request, and nowhere else.

The key stays a SecretStr until httpx asks for the header, so no frame of ours
and no client object holds it in clear. Rotation over several keys belongs here:
``auth_flow`` sees each response before its body and may yield the request anew.
"""

from __future__ import annotations

from collections.abc import Generator

import httpx
from pydantic import SecretStr

from .providers import Preset


class KeyAuth(httpx.Auth):
    """Puts one key into the header where the provider wants it."""

    def __init__(self, key: SecretStr | None, provider: Preset) -> None:
        self._key = key
        self._header = provider.key_header
        self._prefix = provider.key_prefix

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send the request once, with the key if there is one."""
        if self._key is not None:
            request.headers[self._header] = self._prefix + self._key.get_secret_value()
        yield request
