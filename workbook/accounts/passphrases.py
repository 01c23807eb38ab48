"""Passphrases of six plain words, for who would rather not invent a password."""

import secrets

from workbook.accounts.breached import is_listed
from workbook.accounts.words import words

WORDS = 6


def suggest_passphrase() -> str:
    """Returns six words joined by hyphens, such as ``copper-meadow-violin-ticket-dawn-kettle``.

    Each is drawn evenly from 1,668 words: log2(1668) = 10.70 bits a word, 64.2 bits together.
    Behind Argon2id, at a thousand guesses a second, finding one takes 340 million years on average.
    """
    made = "-".join(secrets.choice(words("passphrase")) for _ in range(WORDS))
    # One in 512 would be taken for a stolen one, by chance.
    return suggest_passphrase() if is_listed(made) else made
