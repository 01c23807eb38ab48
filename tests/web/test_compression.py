"""Pages travel compressed, and say the same."""

import gzip

import brotli
import pytest
from django.test import Client

from workbook.accounts.models import User

pytestmark = pytest.mark.django_db

PACKED = {"HTTP_ACCEPT_ENCODING": "gzip"}


def test_a_page_leaves_compressed_and_says_the_same() -> None:
    plain = Client().get("/help-now/")
    packed = Client().get("/help-now/", **PACKED)
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 3


def test_an_error_page_is_whole_and_compressed_once() -> None:
    packed = Client().get("/nowhere/at/all/", **PACKED)
    assert packed.status_code == 404
    assert 'id="crisis-banner"' in gzip.decompress(packed.content).decode()


def test_a_page_that_is_known_is_not_sent_again() -> None:
    client = Client()
    etag = client.get("/", **PACKED)["ETag"]
    assert client.get("/", HTTP_IF_NONE_MATCH=etag, **PACKED).status_code == 304


def test_equal_pages_of_a_reader_differ_in_length_so_that_it_tells_nothing() -> None:
    client = Client()
    client.force_login(User.objects.create_user("ana"))
    lengths = {len(client.get("/about/", **PACKED).content) for _try in range(12)}
    assert len(lengths) > 1


def test_a_page_for_everyone_is_compressed_once_in_the_best_way_a_browser_takes() -> None:
    plain = Client().get("/about/").content
    asked = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd"}
    best = Client().get("/about/", **asked)
    assert best["Content-Encoding"] == "br"
    assert brotli.decompress(best.content) == plain
    assert Client().get("/about/", **asked).content == best.content
    assert len(best.content) < len(Client().get("/about/", **PACKED).content)


def test_a_page_for_everyone_is_not_given_under_another_sites_name() -> None:
    assert Client().get("/about/").status_code == 200
    assert Client().get("/about/", headers={"Host": "elsewhere.example"}).status_code == 400
