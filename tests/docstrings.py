"""What docstrings in numpy's style say, read from the source without importing it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "leanline"
HEADING = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)


@dataclass(frozen=True)
class Documented:
    """A public function, method, command or dataclass with its docstring.

    ``names`` are its parameters, or the fields that its constructor takes. A command is called
    from a terminal or over HTTP: users read its docstring as help, and its parameters have their
    own.
    """

    where: str
    doc: str
    names: tuple[str, ...]
    returns: bool
    kind: str

    @property
    def sections(self) -> dict[str, str]:
        """Text by heading; what comes before the first heading under ``""``."""
        parts = HEADING.split(self.doc)
        return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}

    @property
    def documented(self) -> tuple[str, ...]:
        """Names in the section *Parameters*, in order."""
        text = self.sections.get("Parameters", "").replace("\\\n", "")
        lines = [line for line in text.splitlines() if line and not line.startswith(" ")]
        heads = ",".join(line.partition(" : ")[0] for line in lines).split(",")
        return tuple(name.strip().lstrip("*") for name in heads if name.strip())


def public(package: str = "") -> Iterator[Documented]:
    """Everything public in a package or module of leanline; in all of it unless given."""
    root = SOURCE / package
    paths = sorted(root.rglob("*.py")) if root.is_dir() else [root.with_suffix(".py")]
    for path in paths:
        where = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        yield from _public_of(ast.parse(path.read_text(encoding="utf-8")), where)


def _public_of(tree: ast.Module, where: str) -> Iterator[Documented]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            function = _function(node, f"{where}.{node.name}", frozenset())
            yield replace(function, kind="command") if _is_command(node, where) else function
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            if _is_dataclass(node):
                names = _init(node) or _fields(node)
                yield Documented(f"{where}.{node.name}", _doc(node), names, False, "dataclass")
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                    first = frozenset({"self", "cls"})
                    name = f"{where}.{node.name}.{method.name}"
                    yield replace(_function(method, name, first), kind="method")


def _function(node: ast.FunctionDef, where: str, without: frozenset[str]) -> Documented:
    given = [*node.args.posonlyargs, *node.args.args]
    given += [node.args.vararg] if node.args.vararg else []
    given += node.args.kwonlyargs
    given += [node.args.kwarg] if node.args.kwarg else []
    names = tuple(arg.arg for arg in given if arg.arg not in without)
    nothing = isinstance(node.returns, ast.Constant) and node.returns.value is None
    return Documented(where, _doc(node), names, not nothing, "function")


def _is_command(node: ast.FunctionDef, where: str) -> bool:
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    registered = any("router." in text or ".command(" in text for text in decorators)
    has_options = "typer." in ast.unparse(node.args)
    return registered or has_options or where == f"leanline.cli.{node.name}"


def _init(node: ast.ClassDef) -> tuple[str, ...]:
    """The parameters of a constructor that is written out."""
    for method in node.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            return _function(method, node.name, frozenset({"self"})).names
    return ()


def _is_dataclass(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)


def _fields(node: ast.ClassDef) -> tuple[str, ...]:
    return tuple(
        part.target.id
        for part in node.body
        if isinstance(part, ast.AnnAssign)
        and isinstance(part.target, ast.Name)
        and not part.target.id.startswith("_")
        and "ClassVar" not in ast.unparse(part.annotation)
        and "init=False" not in (ast.unparse(part.value) if part.value else "")
    )


def _doc(node: ast.FunctionDef | ast.ClassDef) -> str:
    return ast.get_docstring(node) or ""
