"""Passphrases of five plain words, for who would rather not invent a password."""

import secrets

from workbook.accounts.words import words

WORDS = 5


def suggest_passphrase() -> str:
    """Five words joined by hyphens, such as ``copper-meadow-violin-ticket-dawn``.

    Each is drawn evenly from 1,339 words: log2(1339) = 10.39 bits a word, 51.9 bits together.
    Behind Argon2id, at a thousand guesses a second, finding one takes 68,000 years on average.
    """
    return "-".join(secrets.choice(words("passphrase")) for _ in range(WORDS))
