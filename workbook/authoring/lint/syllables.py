"""How many syllables an English word has, near enough for a reading grade.

Written here because the libraries for it are heavy (they bring a dictionary of pronunciations) or
are no longer looked after; a grade needs the average of a chapter, not each word.
"""

import re
from functools import cache

GROUP = re.compile(r"[aeiouy]+")
APART = re.compile(r"[^a-z]+")
# Vowels that stand together and are said apart, with the letters around them that tell.
TWO = re.compile(
    r"(?<![ctsgx])ia(?!ge)|[ct]iat"  # material, appreciate; not social, marriage
    r"|(?<![ctsgxhnl])io|iu|iet"  # serious, medium, quiet; not action, million
    r"|(?<![ct])ien(?=[ct])|scien"  # client, science; not patient
    r"|(?<![gc])eo(?!ple)"  # video; not surgeon
    r"|(?<![qg])ua(?!r[a-d])|uou"  # usual, continuous; not guard
    r"|(?<![qgb])ui(?=[dn])|[rfd]uel|flue|oe[mt]"  # ruin, cruel, fluent, poem
    r"|crea(?![mks])|rea(?=ct|li)|idea|thea[tr]"  # create, react
    r"|[aeiouy]ings?$|(?<=[^aeiou])ie(?:r|st)$"  # doing, earlier
)
SILENT_E = re.compile(r"(?<=[^aeiouy])e$|(?<=[aeiou])e$")
SILENT_ED = re.compile(r"(?<=[^td\W])ed$")
SILENT_ES = re.compile(r"(?<=[^sxz\W])(?<!ch)(?<!sh)(?<!c)(?<!g)es$")
SILENT_MIDDLE = re.compile(
    r"(?<=[bcdfghklmnprstvwxz])e(?=(?:ment|ments|less|ful|ly|ness|some|where|thing|body|one|time|line)$)"
)
KNOWN = {
    word: count
    for count, listed in {
        1: "aren't weren't",
        2: "business every doesn't isn't wasn't didn't couldn't wouldn't shouldn't hadn't hasn't "
        "sometimes evening evenings wednesday lion maybe ok tv",
        3: "everything everyday area areas suicide",
        4: "everybody",
    }.items()
    for word in listed.split()
}
"""Words that the rules below get wrong."""


@cache
def syllables(word: str) -> int:
    """Returns how many syllables a word has, at least 1; numbers count as two."""
    plain = word.casefold().replace("’", "'").replace("‘", "'")
    if plain in KNOWN:
        return KNOWN[plain]
    if plain[:1].isdigit():
        return 2
    parts = [part for part in APART.split(plain.replace("'", "")) if part]
    return max(1, sum(KNOWN.get(part) or _count(part) for part in parts))


def _count(word: str) -> int:
    if len(word) <= 3:
        return 1 if not re.search(r"[aeiouy][^aeiouy]+[aeiouy]", word) or word.endswith("e") else 2
    kept = SILENT_MIDDLE.sub("", word)
    if not re.search(r"[^aeiou]le$", kept):
        kept = SILENT_E.sub(lambda match: "" if _has_vowel(kept[: match.start()]) else "e", kept)
    if _has_vowel(kept[:-2]):
        kept = SILENT_ED.sub("d", kept)
        if not re.search(r"[^aeiou]les$", kept):
            kept = SILENT_ES.sub("s", kept)
    return len(GROUP.findall(kept)) + len(TWO.findall(kept))


def _has_vowel(text: str) -> bool:
    return bool(GROUP.search(text))
