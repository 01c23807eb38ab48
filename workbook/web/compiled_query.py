"""Queries whose SQL is put together once a process and run with other values each time.

Django spends ten times as long on the SQL of a query as SQLite does on answering it. For the few
that every page and every save make, this keeps what its compiler has made. Anything else is an
ordinary queryset.
"""

from collections.abc import Callable, Mapping
from copy import copy
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, QuerySet, Value
from django.db.models.sql import UpdateQuery
from django.db.transaction import TransactionManagementError, mark_for_rollback_on_error


class Given(Value):
    """A stand-in in a queryset for a value that comes with each call; of a list, for one in it."""

    def __init__(self, name: str, field: "Field[Any, Any]", index: int | None = None) -> None:
        super().__init__(name, output_field=field)
        self.name, self.of, self.index = name, field, index

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Returns the placeholder for the value, and itself as its parameter."""
        if hasattr(self.of, "get_placeholder"):
            return self.of.get_placeholder(self, compiler, connection), [self]
        return "%s", [self]

    def bound(self, values: Mapping[str, Any], connection: Any) -> Any:
        """Returns the value as the database takes it."""
        value = values[self.name]
        if self.index is not None:
            value = value[self.index]
        return self.of.get_db_prep_value(value, connection=connection)


Givens = Callable[[str, Any], Any]


class _Made(NamedTuple):
    queryset: QuerySet[Any]
    compiler: Any
    sql: str
    params: tuple[Any, ...]


class Prepared:
    """One query, compiled once and run with other values.

    Args:
        build: makes the queryset with ``given(name, field)`` wherever a value comes with the call;
            for one that is a list, that is a list as well.
        sets: of an update, the names of the fields to be set, each ``given`` by its own.
    """

    def __init__(
        self, build: Callable[[Givens], QuerySet[Any]], sets: tuple[str, ...] = ()
    ) -> None:
        self._build, self._sets = build, sets
        self._made: dict[tuple[Any, ...], _Made] = {}

    def rows(self, **values: Any) -> list[Any]:
        """Returns the query's rows for these values. A list among the values can't be empty."""
        connection, made, params = self._ready(values)
        if made.queryset.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("There is nothing to hold a row for.")
        compiler = copy(made.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (made.sql, params)
        # As much of a queryset as its iterable looks at.
        queryset: Any = SimpleNamespace(
            db=DEFAULT_DB_ALIAS,
            model=made.queryset.model,
            query=SimpleNamespace(get_compiler=lambda *args, **kwargs: compiler),
            _known_related_objects={},
        )
        rows: Any = made.queryset._iterable_class
        return list(rows(queryset))

    def update(self, **values: Any) -> int:
        """Updates rows, and returns how many. Outside a transaction, it is committed by then."""
        connection, made, params = self._ready(values)
        with mark_for_rollback_on_error(DEFAULT_DB_ALIAS), connection.cursor() as cursor:
            cursor.execute(made.sql, params)
            count: int = cursor.rowcount
            return count

    def _ready(self, values: Mapping[str, Any]) -> tuple[Any, _Made, tuple[Any, ...]]:
        connection = connections[DEFAULT_DB_ALIAS]
        lengths = (len(value) if isinstance(value, list) else None for value in values.values())
        key = (connection.vendor, *values, *lengths)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(values)
        params = tuple(
            param.bound(values, connection) if isinstance(param, Given) else param
            for param in made.params
        )
        return connection, made, params

    def _make(self, values: Mapping[str, Any]) -> _Made:
        def given(name: str, field: "Field[Any, Any]") -> Any:
            if isinstance(values[name], list):
                return [Given(name, field, index) for index in range(len(values[name]))]
            return Given(name, field)

        queryset = self._build(given)
        query: Any = queryset.query
        if self._sets:
            fields = {name: queryset.model._meta.get_field(name) for name in self._sets}
            query = query.chain(UpdateQuery)
            query.add_update_values({name: given(name, field) for name, field in fields.items()})
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        # It is one thread's; each call has its own.
        compiler.connection = None
        return _Made(queryset, compiler, sql, tuple(params))
