"""What is kept of how a small step went: an entry of its own, under the step's question."""

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbook.journal.entries.content import Draft
from workbook.journal.entries.fields import AFTERWARD
from workbook.journal.review.follow_ups import SmallStep
from workbook.prompts.kinds.pick_one import PickOne

CHOICES: dict[str, Promise] = {
    "tried": gettext_lazy("Tried it"),
    "not yet": gettext_lazy("Not yet"),
    "changed": gettext_lazy("Changed my mind"),
}
"""What can be said with one press, by what its button posts."""
LONGEST_QUOTE = 300
"""Characters of the step that its question repeats."""


def draft_about(step: SmallStep, chosen: str, words: str) -> Draft:
    """Returns the entry that says how a step went: something picked, with words of one's own."""
    prompt = step.placed.prompt
    quote = step.words if len(step.words) <= LONGEST_QUOTE else f"{step.words[:LONGEST_QUOTE]}…"
    return Draft(
        book=step.book.key,
        prompt=prompt.id,
        occurrence=f"{AFTERWARD}{timezone.localdate().isoformat()}",
        kind=PickOne.kind,
        answer={
            "chosen": [chosen] if chosen else [],
            "own": words,
            "own_label": _("In your words") if words else "",
        },
        question=_("You wrote: “%(step)s” How did it go?") % {"step": quote},
        language=step.book.language,
        is_sensitive=prompt.sensitive,
    )
