"""Notices for the next page, in a cookie that is named like the site's other ones."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage


class NoticeStorage(CookieStorage):
    """Django's storage in a cookie under another name: "messages" any host of the same domain could
    overwrite.
    """

    cookie_name = settings.NOTICE_COOKIE_NAME
