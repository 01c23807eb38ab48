"""``manage.py enroll_again NAME``: let somebody set their second step up again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workbook.accounts.models import User, normalize_name
from workbook.accounts.second_step import end_second_steps


class Command(BaseCommand):
    """Lets somebody set their second step up again."""

    help = (
        "Removes the code app and the passkeys of one account and signs it out everywhere. "
        "For a site's only superuser who has lost both; anybody else is helped in the admin. "
        "Their password, journal and backup key stay as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Names whose step it is."""
        parser.add_argument("name", help="the username")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        """Ends the steps and every session."""
        user = User.objects.filter(name=normalize_name(name)).first()
        if user is None:
            raise CommandError("Nobody has this username.")
        end_second_steps(user)
        self.stdout.write(
            f"{user.name} has no second step now. At the next sign-in, staff set one up."
        )
