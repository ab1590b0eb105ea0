"""The condition language: from the nodes of a file to a condition tree. Knows words and shapes, not resource types."""

import re
from typing import Any

from phiward.engine.condition import All, Any_, Condition, Count, Elements, Not, Quantifier, Related, Test
from phiward.engine.content import Node, nearest
from phiward.engine.operators import OPERATORS, refusal
from phiward.errors import ContentError

QUANTIFIERS = frozenset(Quantifier)
MATCHER_WORDS = frozenset(OPERATORS) | QUANTIFIERS | {"count", "not"}
_PARAMETER = re.compile(r"\$\{([^}]*)\}")


class Grammar:
    """Parses the conditions of one file, fills in parameters, and collects what is wrong."""

    def __init__(self, file: str, parameters: dict[str, Any], problems: list[ContentError]) -> None:
        self.file = file
        self.parameters = parameters
        self.problems = problems
        self.used: set[str] = set()

    def refuse(self, node: Node, field: str, message: str, near: str | None = None) -> Condition:
        """Collect a problem; go on as if there were no condition."""
        place = (node.line or None, node.column or None)
        self.problems.append(
            ContentError(message, file=self.file, line=place[0], column=place[1], field=field, nearest=near)
        )
        return All(())

    def condition(self, node: Node, field: str) -> Condition:
        """Parse a mapping whose keys all must hold."""
        if not isinstance(node.value, dict) or not node.value:
            return self.refuse(node, field, "must be a condition: path: value, all, any, not or related")
        found: list[Condition] = []
        for key, child in node.value.items():
            here = f"{field}.{key}"
            match key:
                case "all" | "any":
                    found.append(self._several(key, child, here))
                case "not":
                    found.append(Not(self.condition(child, here)))
                case "related":
                    found.append(self._related(child, here))
                case _:
                    found.append(self._path(key, node, child, here))
        return found[0] if len(found) == 1 else All(tuple(found))

    def _path(self, key: str, node: Node, child: Node, field: str) -> Condition:
        line, column = node.keys.get(key, (0, 0))
        if key in OPERATORS or key in QUANTIFIERS or key == "count":
            place = Node(None, line, column)
            return self.refuse(place, field, f"`{key}` is an operator and belongs under a path: `path: {{{key}: ...}}`")
        return self.matcher(child, key, field, (line, column))

    def _several(self, key: str, node: Node, field: str) -> Condition:
        if not isinstance(node.value, list) or not node.value:
            return self.refuse(node, field, "takes a list of conditions, not an empty one")
        found = tuple(self.condition(child, f"{field}[{index}]") for index, child in enumerate(node.value))
        return All(found) if key == "all" else Any_(found)

    def _related(self, node: Node, field: str) -> Condition:
        value = node.value
        if not isinstance(value, dict) or not isinstance(getattr(value.get("relation"), "value", None), str):
            return self.refuse(node, field, "takes {relation: NAME, some|each|none: condition}")
        asked = [key for key in value if key != "relation"]
        if len(asked) != 1 or asked[0] not in QUANTIFIERS:
            wrong = next((key for key in asked if key not in QUANTIFIERS), "")
            message = "takes `relation` and exactly one of some, each, none"
            return self.refuse(node, field, message, nearest(wrong, QUANTIFIERS))
        inner = self.condition(value[asked[0]], f"{field}.{asked[0]}")
        return Related(value["relation"].value, Quantifier(asked[0]), inner, node.line, node.column)

    def matcher(self, node: Node, path: str, field: str, place: tuple[int, int] = (0, 0)) -> Condition:
        """Parse what a path is matched with: a value, or operators that all must hold."""
        line, column = place if place[0] else (node.line, node.column)
        if isinstance(node.value, list):
            return self.refuse(node, field, "a list is not a matcher: use `in`, `contains`, `each`, `some` or `none`")
        if not isinstance(node.value, dict):
            return self._test(Node(self.fill(node, field), node.line, node.column), path, "equals", field)
        if not node.value:
            return self.refuse(node, field, "an empty matcher says nothing")
        found: list[Condition] = []
        for key, child in node.value.items():
            here = f"{field}.{key}"
            if key in OPERATORS:
                found.append(self._test(Node(self.fill(child, here), child.line, child.column), path, key, here))
            elif key == "not":
                found.append(Not(self.matcher(child, path, here)))
            elif key == "count":
                found.append(Count(path, self.matcher(child, "", here), line, column))
            elif key in QUANTIFIERS:
                inner = self.matcher(child, "", here) if self.is_matcher(child) else self.condition(child, here)
                found.append(Elements(path, Quantifier(key), inner, line, column))
            else:
                spot = node.keys.get(key, (node.line, node.column))
                message = f"there is no operator `{key}`"
                self.refuse(Node(None, *spot), here, message, nearest(key, MATCHER_WORDS))
        return found[0] if len(found) == 1 else All(tuple(found))

    def is_matcher(self, node: Node) -> bool:
        """Say whether a node under a quantifier matches the element itself, not fields of it."""
        if not isinstance(node.value, dict):
            return True
        return bool(node.value) and all(
            key in MATCHER_WORDS and (key != "not" or self.is_matcher(child)) for key, child in node.value.items()
        )

    def _test(self, node: Node, path: str, operator: str, field: str) -> Condition:
        value = node.value
        if message := refusal(operator, value):
            return self.refuse(node, field, message)
        return Test(path, operator, value, node.line, node.column)

    def fill(self, node: Node, field: str) -> Any:
        """Return a node's plain value with its `${parameters}` filled in."""
        value = node.value
        if isinstance(value, dict):
            return {key: self.fill(child, field) for key, child in value.items()}
        if isinstance(value, list):
            return [self.fill(child, field) for child in value]
        if not isinstance(value, str) or "${" not in value:
            return value
        whole = _PARAMETER.fullmatch(value)
        if whole:
            return self._parameter(whole[1], node, field)
        return _PARAMETER.sub(lambda found: str(self._parameter(found[1], node, field)), value)

    def _parameter(self, name: str, node: Node, field: str) -> Any:
        self.used.add(name)
        if name in self.parameters:
            return self.parameters[name]
        self.refuse(node, field, f"there is no parameter {name!r}", nearest(name, self.parameters))
        return None
