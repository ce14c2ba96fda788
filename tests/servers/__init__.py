"""Real servers for tests, each a process of its own on 127.0.0.1, started and ended by whoever needs it.

By hand, until Ctrl-C::

    python -m tests.servers oidc --port 9103
    python -m tests.servers medplum --port 8103 [--issuer http://127.0.0.1:9103]

The first start of either installs its npm packages below ``npm/`` (about 310 MB); it needs ``npm``.
In tests the package is called ``servers``, as all helpers below ``tests/`` are by their own names: its fixtures
(``servers.fixtures``) are known everywhere, its context managers are in ``servers.npm_servers``, and the person who
signs in is ``servers.person``. Without ``npm`` such tests are skipped, but fail under ``CI=true``.
"""
