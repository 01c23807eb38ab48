"""What only the whole book shows: ids used twice, and blocks that point at nothing."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from workbook.chapters import examples
from workbook.prompts.base import Block, Prompt
from workbook.prompts.problems import Problem, did_you_mean


class BookFile(NamedTuple):
    """One file of a book: the introduction (slug "") or a chapter."""

    slug: str
    path: str
    blocks: tuple[Block, ...]


def problems_of(parts: Sequence[BookFile], left_out: Mapping[str, frozenset[str]]) -> list[Problem]:
    """Returns the problems that only the parts of a book together show.

    ``left_out`` holds the ids of texts that don't compile, by slug: they are there, and have
    problems of their own.
    """
    prompts = examples.prompts_in(block for part in parts for block in part.blocks)
    problems = [*doubled_ids(parts), *broken_references(parts, prompts, left_out)]
    for part in parts:
        # Examples of questions in the same file were held against them when that was compiled.
        examples.filled_across(part.blocks, prompts, part.path, problems.append)
    return problems


def doubled_ids(parts: Sequence[BookFile]) -> list[Problem]:
    """Returns a problem for each id that a file takes from another, former ids too."""
    current: dict[str, tuple[str, int]] = {}
    former: dict[str, tuple[str, int]] = {}
    problems = []

    def claimed(place: tuple[str, int], old: str, other: tuple[str, int]) -> None:
        message = (
            f"'was: {old}' would take the answers of {other[0]}:{other[1]}. "
            "Remove it here, or give the other one a new id."
        )
        problems.append(Problem(*place, 1, "K102", message))

    for part in parts:
        for block in part.blocks:
            ident: str = getattr(block, "id", "")
            place = (part.path, block.line)
            if ident and ident in current:
                path, line = current[ident]
                message = (
                    f"The id '{ident}' is used in {path}:{line} already. "
                    "Give this one another; answers are kept by it."
                )
                problems.append(Problem(*place, 1, "K101", message))
            elif ident:
                current[ident] = place
            for old in block.was if isinstance(block, Prompt) else ():
                if old in former:
                    claimed(place, old, former[old])
                former.setdefault(old, place)
    for old, place in former.items():
        if old in current and current[old] != place:
            claimed(place, old, current[old])
    return problems


def broken_references(
    parts: Sequence[BookFile], prompts: Mapping[str, Prompt], left_out: Mapping[str, frozenset[str]]
) -> list[Problem]:
    """Returns a problem for each block that names a prompt or a chapter which isn't there."""
    ids = {*prompts, *(ident for ids in left_out.values() for ident in ids)}
    slugs = {part.slug for part in parts if part.slug} | set(left_out)
    problems = []
    for part in parts:
        for block in part.blocks:
            for target, line, what, kinds in block.references():
                known = slugs if what == "chapter" else ids
                if target not in known:
                    hint = did_you_mean(target, sorted(known))
                    code = "K105"
                    message = f"There is no {what} '{target[:64]}' in this book.{hint}"
                elif kinds and target in prompts and prompts[target].kind not in kinds:
                    kind, wanted = prompts[target].kind, " or ".join(f"'{name}'" for name in kinds)
                    code, message = "K106", f"'{target}' is a '{kind}', and this needs a {wanted}."
                else:
                    continue
                problems.append(Problem(part.path, line or block.line, 1, code, message))
    return problems
