"""The floor: what Django costs when it does the least that a journal on the web could do.

Django's own middleware, sessions and users; one query of six rows; one template of 20 KB without
widgets; a save that is one insert-or-update in one transaction. Nothing is sealed, versioned or
compressed. It runs on the same server and database settings as what is measured against it.
"""
