"""Every stored field has a declared fate: docs/privacy.md and the models say the same."""

import re

from django.apps import apps
from django.conf import settings
from django.db.models import CompositePrimaryKey

PAGE = settings.BASE_DIR / "docs" / "privacy.md"
OF_NOBODY = {"auth.Group", "auth.Permission", "contenttypes.ContentType"}


def test_every_stored_field_is_declared_with_its_reader_and_its_fate():
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \| (.+) \| (\w+) \| (.+) \|$", text, re.M)
    stored = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.label not in OF_NOBODY and not model._meta.app_label.startswith("tests")
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if not isinstance(field, CompositePrimaryKey)
    }
    declared = [name for name, _what, _who, _fate in rows]
    assert len(declared) == len(set(declared))
    assert set(declared) == stored
    assert {who for _name, _what, who, _fate in rows} == {"person", "operator", "server"}


def test_what_only_its_person_may_read_is_stored_as_bytes_and_what_is_sealed_is_theirs():
    text = PAGE.read_text(encoding="utf-8")
    for name, who in re.findall(r"^\| `([\w.]+)` \| .+ \| (\w+) \| .+ \|$", text, re.M):
        label, field = name.rsplit(".", 1)
        kind = apps.get_model(label)._meta.get_field(field).get_internal_type()
        assert field.startswith("sealed") == (who == "person"), name
        assert who != "person" or kind == "BinaryField", name


def test_every_row_of_a_person_goes_with_them():
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if field.is_relation and field.related_model is apps.get_model("accounts.User"):
                assert field.remote_field.on_delete.__name__ == "CASCADE", model
