"""How columns hang together: correlation, regression."""

from __future__ import annotations

from ...intent import Correlation, Group, GroupTest, Regression
from ..grammar import Note, Scope, Told, rule
from ..lexicon import Column, is_clock, is_code
from ..modifiers import Mods


def amount(scope: Scope, column: Column) -> bool:
    """Whether a column holds amounts: numbers that are neither labels nor clock times."""
    if column.joined or not column.numeric:
        return False
    if is_clock(column):
        scope.refuse(f"{column.label} holds clock times as hhmm; they do not correlate as numbers")
        return False
    if is_code(column, scope.frame) and column.words[-1] not in ("year", "hour"):
        scope.refuse(f"{column.label} is a label, not an amount")
        return False
    return True


@rule(
    "form",
    "(is|are|was) [there] [a|any] {:the} {x:column} "
    "(related|correlated|linked|connected|associated|tied) (to|with) {:the} {y:column} {mods}",
    "(does|do) {:the} {x:column} (correlate|go together|relate|go along) (with|to) {:the} "
    "{y:column} {mods}",
    "(does|do) {:the} {x:column} and {:the} {y:column} (correlate|go together|relate) {mods}",
    "(are|is) {:the} {x:column} and {:the} {y:column} "
    "(related|correlated|linked|connected|associated) {mods}",
    "{:connection} (between|of) {:the} {x:column} (and|with|to|vs|versus|,) {:the} {y:column} "
    "{mods}",
    "(correlate) {:the} {x:column} (and|with|to|vs|versus) {:the} {y:column} {mods}",
    "[how] (is|are|was) {:the} {x:column} (related|correlated|linked|connected) (to|with) "
    "{:the} {y:column} {mods}",
    "how (strongly|well|closely) (is|are|do|does) {:the} {x:column} [and] "
    "(related|correlated|correlate|relate) (to|with) {:the} {y:column} {mods}",
    "how (strongly|well|closely) (are|do) {:the} {x:column} and {:the} {y:column} "
    "(related|correlated|correlate) {mods}",
    "[is there a|what is the] (corr|correlation|relationship) {:the} {x:column} (and|vs|with) "
    "{:the} {y:column} {mods}",
    "correlation {x:column} {y:column} {mods}",
    "{x:column} (vs|versus|against) {y:column} (correlation|relationship) {mods}",
)
def _related(scope: Scope, x: Column, y: Column, mods: Mods) -> Told | None:
    if mods.groups or mods.limit or x is y:
        return None
    if x.numeric and y.numeric:
        if not (amount(scope, x) and amount(scope, y)):
            return None
        return Told(Correlation(x.col, y.col, mods.condition))
    return _by_group(scope, x, y, mods)


def _by_group(scope: Scope, x: Column, y: Column, mods: Mods) -> Told | None:
    """Of a label and an amount it is the difference between groups that is meant."""
    label, number = (x, y) if y.numeric else (y, x)
    if label.numeric or label.temporal or not amount(scope, number):
        return None
    note = Note("related", f"whether {number.label} differs between the groups of {label.label}")
    return Told(GroupTest(number.col, Group(label.col), mods.condition), (note,), 1)


@rule(
    "connection",
    "[what is|show|show me|compute|calculate|find|is there|give me|plot|check] [the|a|any] "
    "[linear|significant|pearson|strong] "
    "(correlation|relationship|relation|association|link|connection|corr|correlation "
    "coefficient|pearson correlation)",
)
def _connection(scope: Scope) -> str:
    return ""


@rule(
    "form",
    "(what|which columns|which variables|which column|which variable|which features|what else) "
    "[most|best|is most|are most|is|are] (correlates|correlate|correlated|related|is related) "
    "[most|best|most strongly|strongly] (with|to) {:the} {x:column} {mods}",
    "correlations (with|of|for) {:the} {x:column} {mods}",
    "[show|show me|what are] [the] correlations (with|of|for) {:the} {x:column} {mods}",
)
def _correlates(scope: Scope, x: Column, mods: Mods) -> Correlation | None:
    if mods.groups or mods.limit or not amount(scope, x):
        return None
    return Correlation(x.col, None, mods.condition)


@rule(
    "form",
    "how (does|do|did) {:the} {y:column} (depend|vary|change|scale|grow|rise) (on|with) {:the} "
    "{x:column} {mods}",
    "(does|do|did) {:the} {y:column} (depend|vary|increase|grow|rise|decrease) (on|with) {:the} "
    "{x:column} {mods}",
    "[can we|can you|can i|could we] predict {:the} {y:column} (from|with|by|using|based "
    "on|given) {:the} {x:column} {mods}",
    "(regress|regression of|linear regression of|a regression of|fit|model) {:the} {y:column} "
    "(on|against|by|from|with|vs) {:the} {x:column} {mods}",
    "[run|fit|do|make|show] [a|the] [linear] (regression|model|fit) (of|for) {:the} {y:column} "
    "(on|by|from|with|against|vs) {:the} {x:column} {mods}",
    "how well (does|do) {:the} {x:column} (predict|explain) {:the} {y:column} {mods}",
    "(does|do|can) {:the} {x:column} (predict|explain) {:the} {y:column} {mods}",
    "how much (does|do) {:the} {y:column} (increase|change|grow|rise|decrease) (with|per|for "
    "each|for every) {:the} {x:column} {mods}",
)
def _regression(scope: Scope, y: Column, x: Column, mods: Mods) -> Told | None:
    if mods.groups or mods.limit or x is y:
        return None
    if y.numeric and not x.numeric and not x.temporal:
        return _by_group(scope, x, y, mods)
    if not (amount(scope, x) and amount(scope, y)):
        return None
    said = Note("depend", "a straight line by least squares; it says nothing about causes")
    return Told(Regression(y.col, x.col, mods.condition), (said,))
