"""Icons."""


def icon(name: str) -> str:
    return ""
