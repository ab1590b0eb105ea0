"""The documentation of structs: the text under each field, read from the source only when somebody asks for it."""

import ast
import inspect
import sys
from functools import cache
from typing import Any


def class_doc(cls: type[Any]) -> str:
    """Return what a class says it is, as one line."""
    return _one_line(cls.__doc__ or "")


@cache
def field_docs(cls: type[Any]) -> dict[str, str]:
    """Return each field's documentation: the string under it, on one line. Empty where there is no source to read."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        node = _classes(base.__module__).get(base.__qualname__)
        if node is not None:
            found.update(_texts(node))
    return found


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    """Return the classes of a module's source, by qualified name."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError, KeyError, SyntaxError):  # built in, zipped, or generated: no text, so no docs
        return {}
    found: dict[str, ast.ClassDef] = {}
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        prefix, parent = waiting.pop()
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.ClassDef):
                found[prefix + node.name] = node
                waiting.append((f"{prefix}{node.name}.", node))
            elif isinstance(node, ast.FunctionDef):
                waiting.append((f"{prefix}{node.name}.<locals>.", node))
    return found


def _texts(node: ast.ClassDef) -> dict[str, str]:
    """Return the string that follows each annotated field of a class."""
    found: dict[str, str] = {}
    for field, after in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            found[field.target.id] = _one_line(after.value.value)
    return found


def _one_line(text: str) -> str:
    """Fold a docstring to one line."""
    return " ".join(text.split())
