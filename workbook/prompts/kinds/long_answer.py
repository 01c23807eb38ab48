"""As many words as the reader likes. The answer is that of ``short answer``."""

from dataclasses import dataclass

from workbook.prompts.base import COMMON_KEYS
from workbook.prompts.kinds.short_answer import ShortAnswer


@dataclass(frozen=True, kw_only=True)
class LongAnswer(ShortAnswer):
    """As much as the reader likes, in their own words."""

    kind = "long answer"
    keys = COMMON_KEYS
    about = "As much as they like, in their own words."
