from django.apps import AppConfig


class VaultConfig(AppConfig):
    """The app of keys and what is sealed with them."""

    name = "workbook.vault"
