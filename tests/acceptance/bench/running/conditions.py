"""Functions with one condition dropped.

Of a mask built with ``&`` or ``and`` an operand counts as true everywhere, of one
built with ``|`` or ``or`` as false; a comparison that stands alone counts as true.
The changed code is put into the function itself, so that whoever imported it runs
it too, and taken out afterwards.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

TRUE, FALSE = "_holds_everywhere_", "_holds_nowhere_"
TELLING = {"PairText", "WideText", "WorkText", "Language"}
"""A function that takes one of these makes texts; texts decide nothing."""
SILENT = ("_score", "_exposure", "explain", "__post_init__")
"""Functions that only make scores, texts and columns."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: where it stands, how it reads, which of its name it is, how it is dropped."""

    function: str
    text: str
    number: int
    dropped: str

    def __str__(self) -> str:
        again = f" ({self.number + 1})" if self.number else ""
        return f"{self.function}: {self.text}{again}"


def conditions(module: ModuleType) -> list[Condition]:
    """Every condition in the functions of a module that decide."""
    found: list[Condition] = []
    for name, node in _functions(_tree(module)):
        seen: dict[str, int] = {}
        for site, dropped in _sites(node):
            text = ast.unparse(site)
            found.append(Condition(name, text, seen.get(text, 0), dropped))
            seen[text] = seen.get(text, 0) + 1
    return found


@contextmanager
def without(module: ModuleType, condition: Condition) -> Iterator[None]:
    """The module with this condition dropped, within the block."""
    tree = deepcopy(_tree(module))
    (node,) = (n for name, n in _functions(tree) if name == condition.function)
    number = 0
    for site, _ in _sites(node):
        if ast.unparse(site) == condition.text:
            if number == condition.number:
                _drop(site, condition.dropped)
                break
            number += 1
    code = compile(ast.fix_missing_locations(tree), str(module.__file__), "exec", dont_inherit=True)
    function = _found_function(module, condition.function)
    function.__globals__.update({TRUE: holds_everywhere, FALSE: holds_nowhere})
    before = function.__code__
    function.__code__ = _code_of(code, condition.function)
    try:
        yield
    finally:
        function.__code__ = before


def holds_everywhere(value: Any) -> Any:
    """True for each element, or just True.

    >>> holds_everywhere(np.array([0, 1]) > 0).tolist(), holds_everywhere(False)
    ([True, True], True)
    """
    return _everywhere(value, answer=True)


def holds_nowhere(value: Any) -> Any:
    """False for each element, or just False."""
    return _everywhere(value, answer=False)


class NoCondition(Exception):
    """What was dropped is no condition: two sets joined, a value with another for want of it."""


def _everywhere(value: Any, *, answer: bool) -> Any:
    if isinstance(value, np.ndarray) and value.dtype == np.bool_:
        return np.full_like(value, answer)
    if isinstance(value, bool | np.bool_):
        return answer
    raise NoCondition


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Functions and methods that decide, by qualified name."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and _decides(node):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and _decides(inner):
                    yield f"{node.name}.{inner.name}", inner


def _decides(node: ast.FunctionDef) -> bool:
    said = {ast.unparse(a.annotation) for a in node.args.args if a.annotation is not None}
    return node.name not in SILENT and said.isdisjoint(TELLING)


def _sites(node: ast.FunctionDef) -> Iterator[tuple[ast.expr, str]]:
    """Conditions of a function that can be dropped, in the order of the text."""
    taken: set[int] = set()
    body = [inner for statement in node.body for inner in _walk(statement)]
    for inner in body:
        for operand, dropped in _operands(inner):
            if id(operand) not in taken and not _is_both(operand):
                taken.add(id(operand))
                yield operand, dropped
    for inner in body:
        if isinstance(inner, ast.Compare) and id(inner) not in taken:
            yield inner, TRUE


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it but types: they decide nothing."""
    yield node
    for name, value in ast.iter_fields(node):
        if name not in {"annotation", "returns"}:
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, ast.AST):
                    yield from _walk(inner)


def _is_both(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr)


def _operands(node: ast.AST) -> list[tuple[ast.expr, str]]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        dropped = TRUE if isinstance(node.op, ast.BitAnd) else FALSE
        return [(node.left, dropped), (node.right, dropped)]
    if isinstance(node, ast.BoolOp):
        if any(isinstance(value, ast.Constant) for value in node.values):
            return []  # a value, and another for want of it
        dropped = TRUE if isinstance(node.op, ast.And) else FALSE
        return [(value, dropped) for value in node.values]
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        return [(node.value, TRUE if isinstance(node.op, ast.BitAnd) else FALSE)]
    return []


def _drop(site: ast.expr, dropped: str) -> None:
    """Turn the node itself into a call, so that its parent need not be known."""
    inner = deepcopy(site)
    called = ast.Call(ast.Name(dropped, ast.Load()), [inner], [])
    site.__class__ = ast.Call  # type: ignore[assignment]  # ast nodes allow it
    site.__dict__ = called.__dict__ | {
        "lineno": inner.lineno,
        "col_offset": inner.col_offset,
        "end_lineno": inner.end_lineno,
        "end_col_offset": inner.end_col_offset,
    }


def _found_function(module: ModuleType, name: str) -> FunctionType:
    holder: Any = module
    *classes, last = name.split(".")
    for each in classes:
        holder = getattr(holder, each)
    found = inspect.getattr_static(holder, last)
    if isinstance(found, property):
        found = found.fget
    found = getattr(found, "__func__", found)
    return inspect.unwrap(found)


def _code_of(code: CodeType, name: str) -> CodeType:
    """The code of a function within that of its module."""
    inner = [c for c in code.co_consts if isinstance(c, CodeType)]
    for each in inner:
        if each.co_qualname == name:
            return each
    for each in inner:
        if name.startswith(f"{each.co_qualname}."):
            return _code_of(each, name)
    raise KeyError(name)
