"""No two classes of the site share a name: whoever reads one in an import knows which it is."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EACH_ITS_OWN = {"Command", "Migration"}
"""Django finds these by their module, under this very name."""


def classes() -> dict[str, list[str]]:
    """Where each class at the top of a module of ``workbook/`` is, by its name."""
    found = defaultdict(list)
    for path in sorted((ROOT / "workbook").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name not in EACH_ITS_OWN:
                found[node.name].append(path.relative_to(ROOT).as_posix())
    return found


def test_no_two_classes_share_a_name():
    assert {name: where for name, where in classes().items() if len(where) > 1} == {}
