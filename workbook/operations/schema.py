"""Whether the database's tables are the ones that this software knows."""

from dataclasses import dataclass

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

UNFINISHED = "restore_unfinished"
"""A table that stands while a restore is under way on PostgreSQL."""

RETIRED = {("sessions", "0001_initial")}
"""Migrations that this software once had. Their tables may still stand, empty, on older sites."""


@dataclass(frozen=True)
class Schema:
    """What sets the tables and the software apart.

    Attributes:
        wanting: migrations to come, as "journal.0002_name".
        unknown: migrations that were made and that this software has never heard of.
        is_unfinished: whether a restore was cut off half way.
    """

    wanting: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    is_unfinished: bool = False

    def trouble(self) -> str:
        """Returns why this software must not touch the database, and the remedy; "": it may."""
        if self.is_unfinished:
            return "A restore into this database was cut off. Run manage.py restore again."
        if self.unknown:
            return (
                f"The database was made by a newer Alongside (it has {named(self.unknown)}). "
                "Install that version again, or restore a backup from before the upgrade; "
                "nothing was changed."
            )
        return ""


def standing() -> Schema:
    """Returns how the database stands now. Raises DatabaseError."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Schema(
        wanting=tuple(f"{migration.app_label}.{migration.name}" for migration, _back in plan),
        unknown=unknown_among(set(executor.loader.applied_migrations), executor.loader),
        is_unfinished=UNFINISHED in connection.introspection.table_names(),
    )


def unknown_among(
    applied: set[tuple[str, str]], loader: MigrationLoader | None = None
) -> tuple[str, ...]:
    """Returns those of ``applied`` (app, name) that this software hasn't got."""
    known = set((loader or MigrationLoader(None)).disk_migrations) | RETIRED
    return tuple(sorted(f"{app}.{name}" for app, name in applied - known))


def named(migrations: tuple[str, ...]) -> str:
    """Names the last migration, and how many more there are."""
    more = len(migrations) - 1
    return migrations[-1] + (f" and {more} more" if more else "")
