from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "workbook.accounts"

    def ready(self) -> None:
        """Let events hear of passwords that staff set."""
        from workbook.accounts import events  # noqa: F401
