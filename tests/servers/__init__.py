"""Real servers for tests, each a process of its own on 127.0.0.1, started and ended by whoever needs it.

By hand, until Ctrl-C::

    python -m tests.servers hapi --port 8104 [--strict]

In tests the package is called ``servers``; its fixtures are known everywhere. Where a server cannot be had, such tests
are skipped, but fail under ``CI=true``.
"""
