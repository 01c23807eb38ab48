"""No two classes of the site share a name, and no variable is named after another class."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "workbook").rglob("*.py"))
}
EACH_ITS_OWN = {"Command", "Migration"}
"""Django finds these by their module, under this very name."""


def classes() -> dict[str, list[str]]:
    """Where each class at the top of a module of ``workbook/`` is, by its name."""
    found = defaultdict(list)
    for path, module in MODULES.items():
        for node in module.body:
            if isinstance(node, ast.ClassDef) and node.name not in EACH_ITS_OWN:
                found[node.name].append(path)
    return found


CLASSES = set(classes())


def named_after_another(module: ast.Module) -> list[str]:
    """Names like ``book: Chapter``, in a module that knows the class ``Book`` as well."""
    known = {node.name for node in ast.walk(module) if isinstance(node, ast.ClassDef)}
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom):
            known |= {name.asname or name.name for name in node.names}
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.arg):
            name, of = node.arg, node.annotation
        elif isinstance(node, ast.AnnAssign):
            name, of = ast.unparse(node.target), node.annotation
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            name, of = ast.unparse(node.targets[0]), node.value.func
        else:
            continue
        own = set(ast.unparse(of).split(" | ")) if of else set()
        other = name.removeprefix("self.").title().replace("_", "")
        is_own = any(kind.strip("_").endswith(other) for kind in own)
        if name.islower() and other in known and own & known & CLASSES and not is_own:
            found.append(f"{name} in line {node.lineno} is no {other}, but {sorted(own)}")
    return found


def test_no_two_classes_share_a_name():
    assert {name: where for name, where in classes().items() if len(where) > 1} == {}


def test_no_variable_is_named_after_another_class():
    found = {path: named_after_another(module) for path, module in MODULES.items()}
    assert {path: names for path, names in found.items() if names} == {}


def test_a_variable_that_is_named_after_another_class_is_found():
    head = "from workbook.chapters.book import Book, Chapter, Library\n"
    for wrong in ("def f(book: Chapter): ...", "book = Library()", "book: Chapter | None = None"):
        assert named_after_another(ast.parse(head + wrong)), wrong
    for right in ("def f(book: Book): ...", "chapter: Chapter", "shelf: list[str]", "library = 1"):
        assert not named_after_another(ast.parse(head + right)), right
