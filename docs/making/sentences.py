"""The sentences of errors, as they stand in the source, with … where a run puts in a name or a number."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GAP = "…"
TOLD_BY = {
    "CohortInputError", "SettingsError", "EstimationError", "refuse_study", "refuse_data", "refuse", "warn", "Problem",
}  # fmt: skip
"""What is called with a sentence for a person; in settings a ``ValueError`` is such a call too."""
GATHERED_IN = {"problems", "refusals"}
"""Names of lists of sentences that somebody else raises."""
MOST_VARIANTS = 4
"""Of one sentence that the source puts together from parts; more would repeat themselves."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """One module: its functions, its constants, and where its imported names come from."""

    functions: dict[str, _Function]
    constants: dict[str, ast.expr]
    imported: dict[str, tuple[str, str]]
    tree: ast.Module


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where an expression stands: its module, its function, and what is being followed already."""

    module: str
    function: _Function | None
    followed: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def error_sentences(module: str) -> tuple[str, ...]:
    """Every sentence of errors that a module tells, in the order of the source, each once.

    Parameters
    ----------
    module : str
        Such as ``analysis.design.entropy``.

    Returns
    -------
    tuple of str
        Sentences with … for what only a run knows.
    """
    source = _source(module)
    found: dict[str, None] = {}
    for function, node in _walk(source.tree, None):
        place = _Place(module=module, function=function)
        for expression in _told(module, node):
            found.update(dict.fromkeys(text for text in _texts(expression, place) if _is_sentence(text)))
    return tuple(found)


def _told(module: str, node: ast.AST) -> Iterator[ast.expr]:
    """What a node says to a person: arguments of an error, what a list of problems gathers."""
    if isinstance(node, ast.Call):
        name = _called(node.func)
        if name in TOLD_BY or (name == "ValueError" and module.startswith("analysis.settings")):
            yield from node.args
            yield from (given.value for given in node.keywords if given.arg in (None, "text"))
    if isinstance(node, ast.Yield | ast.Return) and node.value is not None and "contradictions" in module:
        yield node.value
    if isinstance(node, ast.Name) and node.id in GATHERED_IN:
        yield node


def _walk(node: ast.AST, function: _Function | None) -> Iterator[tuple[_Function | None, ast.AST]]:
    for inner in ast.iter_child_nodes(node):
        yield function, inner
        yield from _walk(inner, inner if isinstance(inner, _Function) else function)


def _texts(node: ast.expr, place: _Place) -> list[str]:
    """Every text that an expression may be."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.Call(func=ast.Name(id="phrase"), args=[ast.Constant(value=str() as text), *_], keywords=values):
            return [_filled(text, {value.arg: value.value for value in values}, place)]
        case ast.JoinedStr(values=values):
            return ["".join(_piece(value, place) for value in values)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _added(_texts(left, place), _texts(right, place))
        case ast.IfExp(body=body, orelse=orelse):
            return [*_texts(body, place), *_texts(orelse, place)]
        case ast.Starred(value=value) | ast.YieldFrom(value=value):
            return _texts(value, place)
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            return [text for item in items for text in _texts(item, place)]
        case ast.ListComp(elt=item) | ast.GeneratorExp(elt=item):
            return _texts(item, place)
        case ast.Dict(values=values):
            return [text for value in values for text in _texts(value, place)]
        case ast.Subscript(value=value) | ast.NamedExpr(value=value):
            return _texts(value, place)
        case ast.Call():
            return _called_texts(node, place)
        case ast.Name(id=name):
            return _named_texts(name, place)
    return []


def _filled(template: str, values: Mapping[str | None, ast.expr], place: _Place) -> str:
    """A phrase with what is always the same in it; a sentence that only some have behind it is left out."""
    known = {name: _always(value, place) for name, value in values.items()}
    filled = re.sub(r"\{(\w+)[^{}]*\}", lambda field: known.get(field[1], GAP), template)
    return re.sub(rf"(?<=[.?]) {GAP}$", "", filled)


def _piece(node: ast.expr, place: _Place) -> str:
    """One part of a formatted text: what is always the same in words, the rest as a gap."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.FormattedValue):
        return GAP
    # Of two words, those for several.
    return _always(node.value.orelse if isinstance(node.value, ast.IfExp) else node.value, place)


def _always(value: ast.expr, place: _Place) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    told = isinstance(value, ast.Call) and _called(value.func) == "phrase"
    texts = _texts(value, place) if told or (isinstance(value, ast.Name) and value.id.isupper()) else []
    return texts[0] if len(texts) == 1 else GAP


def _added(first: list[str], second: list[str]) -> list[str]:
    if any(text.endswith(".") for text in first) and not any(text.startswith(" ") for text in second):
        return [*first, *second]  # two lists of whole sentences
    pairs = [one + two for one in first or [GAP] for two in second or [GAP]]
    return pairs[:MOST_VARIANTS]


def _called(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _called_texts(node: ast.Call, place: _Place) -> list[str]:
    if isinstance(node.func, ast.Attribute):
        if node.func.attr == "format":
            return _texts(node.func.value, place)
        if node.func.attr == "fromkeys":
            return [text for item in node.args for text in _texts(item, place)]
        return []
    name = _called(node.func)
    if name in ("tuple", "list", "sorted", "filter", "dict"):
        return [text for item in node.args for text in _texts(item, place)]
    return _returned(name, place)


def _returned(name: str, place: _Place) -> list[str]:
    """What a function of this module, or one it imports from analysis, gives back."""
    module, name = _source(place.module).imported.get(name, (place.module, name))
    if not module.startswith("analysis") or (module, name) in place.followed:
        return []
    function = _source(module).functions.get(name)
    if function is None:
        return []
    inner = _Place(module=module, function=function, followed=place.followed | {(module, name)})
    found: list[str] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Return | ast.Yield | ast.YieldFrom) and node.value is not None:
            found += _texts(node.value, inner)
    return found


def _named_texts(name: str, place: _Place) -> list[str]:
    """What a name stands for: what its function puts into it, or a constant of a module."""
    mark = (place.module, f"name {name}")
    if mark in place.followed:
        return []
    inner = _Place(module=place.module, function=place.function, followed=place.followed | {mark})
    if place.function is not None:
        values = [value for node in ast.walk(place.function) for value in _put_into(name, node)]
        if values:
            return [text for value in values for text in _texts(value, inner)]
    source = _source(place.module)
    if name in source.constants:
        return _texts(source.constants[name], inner)
    module, other = source.imported.get(name, ("", ""))
    if module.startswith("analysis") and other in _source(module).constants:
        return _texts(_source(module).constants[other], _Place(module=module, function=None, followed=inner.followed))
    return []


def _put_into(name: str, node: ast.AST) -> Iterator[ast.expr]:
    def is_it(target: ast.AST) -> bool:
        return isinstance(target, ast.Name) and target.id == name

    match node:
        case ast.Assign(targets=targets, value=value) if any(map(is_it, targets)):
            yield value
        case ast.AnnAssign(target=target, value=ast.expr() as value) if is_it(target):
            yield value
        case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value) if is_it(target):
            yield value
        case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value) if is_it(target):
            yield value
        case ast.Call(func=ast.Attribute(value=target, attr="append" | "extend"), args=[value]) if is_it(target):
            yield value


def _is_sentence(text: str) -> bool:
    words = text.split()
    return len(words) >= 4 and text.rstrip().endswith((".", "?")) and not text.startswith(GAP + ".")


@cache
def _source(module: str) -> _Source:
    path = ROOT / Path(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, _Function)}
    constants: dict[str, ast.expr] = {}
    imported: dict[str, tuple[str, str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            constants[node.targets[0].id] = node.value
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            constants[node.target.id] = node.value
        if isinstance(node, ast.ImportFrom) and node.module:
            imported |= {item.asname or item.name: (node.module, item.name) for item in node.names}
    return _Source(functions=functions, constants=constants, imported=imported, tree=tree)
