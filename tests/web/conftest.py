"""Headers stand on every page: tried on those that fail, too."""

from tests.crisis.conftest import database_gone as database_gone
from tests.crisis.conftest import visitor as visitor
