"""The vault: the only package that knows cryptography.

Each person's rows are sealed under a data key of their own. It exists in the clear only inside a
:class:`Keyring`, for the length of a request of someone signed in; at rest it is wrapped in key
slots, each under a secret of the person's, inside an outer wrapping under the server's keys.

Read in this order: ``sealing``, ``server_keys``, ``derivation``, ``keyring``, ``rows``, ``slots``,
``passwords``, ``recovery_keys``, ``sessions``, ``hashers``.
"""
