"""A page as a tree, so that tests ask for elements and words instead of searching in its source."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass(eq=False)
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def words(self) -> str:
        """Everything written in it, with single blanks between."""
        return " ".join(" ".join(self._texts()).split())

    @property
    def text(self) -> str:
        """Everything written in it, with its line ends: what a text field holds."""
        return "".join(self._texts())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()

    def __iter__(self) -> "Iterator[Element]":
        """Each element in it, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    def all(self, tag: str = "", of: str = "", **attributes: str) -> "list[Element]":
        """The elements of a tag, of a class, and with these attributes (``aria_label`` for
        ``aria-label``), as far as they are given.
        """
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self
            if tag in {"", element.tag}
            and (not of or of in element.classes)
            and all(element.attributes.get(name) == value for name, value in wanted.items())
        ]

    def values(self, name: str) -> list[str]:
        """What the fields of a name hold, in the order of the page."""
        return [field.attributes.get("value", "") for field in self.all(name=name)]

    def acting(self) -> "list[Element]":
        """What the content security policy forbids in a page: scripts and styles of its own."""
        return [
            element
            for element in self
            if element.tag == "style"
            or (element.tag == "script" and "src" not in element.attributes)
            or any(name == "style" or name.startswith("on") for name in element.attributes)
        ]

    def one(self, tag: str = "", of: str = "", **attributes: str) -> "Element":
        """The only such element."""
        (element,) = self.all(tag, of, **attributes)
        return element


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("document")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def page(html: str) -> Element:
    """The tree of a page or a part of one."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return tree.open[0]
