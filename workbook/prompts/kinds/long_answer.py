"""As many words as the reader likes. The answer is that of ``short answer``."""

from dataclasses import dataclass

from workbook.prompts.base import COMMON_KEYS
from workbook.prompts.kinds.short_answer import ShortAnswer


@dataclass(frozen=True, kw_only=True)
class LongAnswer(ShortAnswer):
    """A prompt that is answered in the reader's own words, as many as they like."""

    kind = "long answer"
    keys = COMMON_KEYS
    about = "As much as they like, in their own words."
