"""The text of the shipped analyses, as the Python child gets it."""

from __future__ import annotations

import ast
from functools import cache
from importlib import resources

MARKER = "# %% code\n"
TEMPLATES = ("distribution", "outliers", "groups", "counts", "regression")


@cache
def source_of(template: str) -> str:
    """A template with the chart helpers in front, without what only our own tools need."""
    return f"{_below_marker('chart')}\n\n{_below_marker(template)}"


def _below_marker(template: str) -> str:
    package = resources.files(__package__) / "templates"
    text = (package / f"{template}.py").read_text(encoding="utf-8")
    return text.partition(MARKER)[2].strip() + "\n"


@cache
def names_in_templates() -> frozenset[str]:
    """Every name that the templates use; a frame of such a name comes by way of SQL."""
    trees = [ast.parse(source_of(template)) for template in TEMPLATES]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    used |= {
        alias.asname or alias.name
        for n in nodes
        for alias in getattr(n, "names", [])
        if isinstance(alias, ast.alias)
    }
    return frozenset(used)
