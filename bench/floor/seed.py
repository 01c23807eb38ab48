"""Fill the floor's database with the same people and answers as what is measured against it.

FLOOR_DATA_DIR=… python seed.py PEOPLE; writes ``people.json`` there.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bare.settings")
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]
import django  # noqa: E402

django.setup()

from bare.models import Answer  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402

from bench.workload import QUESTIONS, Person, answer, slugs  # noqa: E402


def make_person(number: int) -> Person:
    user = User(username=f"reader {number}")
    user.set_unusable_password()
    user.save()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    Answer.objects.bulk_create(
        Answer(
            user=user, chapter=chapter, question=question, text=answer(number, chapter, question)
        )
        for chapter in range(len(slugs()))
        for question in range(QUESTIONS)
    )
    token = get_random_string(32)
    return Person(number, f"sessionid={session.session_key}; csrftoken={token}", token)


call_command("migrate", verbosity=0)
people = [make_person(number) for number in range(int(sys.argv[1]))]
path = Path(os.environ["FLOOR_DATA_DIR"]) / "people.json"
path.write_text(json.dumps([person._asdict() for person in people]), encoding="utf-8")
