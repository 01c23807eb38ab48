from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The app of accounts."""

    name = "workbook.accounts"

    def ready(self) -> None:
        """Lets events hear of passwords that staff set."""
        from workbook.accounts import events  # noqa: F401
