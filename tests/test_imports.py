"""No two modules of the site need each other: each can be read, tried and moved by itself."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def modules() -> dict[str, Path]:
    """Every module of ``workbook/`` by its dotted name."""
    found = {}
    for path in (ROOT / "workbook").rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def needs(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules of ours that one imports, anywhere in it: within a function, too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module in known:
            whole = {f"{node.module}.{name.name}" for name in node.names}
            found |= {one if one in known else node.module for one in whole}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names if name.name in known}
    return found


def order(graph: dict[str, set[str]]) -> list[str]:
    return list(TopologicalSorter(graph).static_order())


def test_imports_never_go_round():
    known = modules()
    order({name: needs(path, known) - {name} for name, path in known.items()})


def test_a_round_would_be_found(tmp_path: Path):
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text("def late():\n    from two import thing\n    return thing\n")
    two.write_text("import one\nthing = one\n")
    known = {"one": one, "two": two}
    with pytest.raises(CycleError):
        order({name: needs(path, known) for name, path in known.items()})
