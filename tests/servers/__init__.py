"""Real servers for tests, each a process of its own on 127.0.0.1, started and ended by whoever needs it.

By hand, until Ctrl-C::

    python -m tests.servers oidc --port 9103
    python -m tests.servers medplum --port 8103 [--issuer http://127.0.0.1:9103]
    python -m tests.servers hapi --port 8104 [--strict]

The first start of one of the first two installs their npm packages below ``npm/`` (about 310 MB); it needs ``npm``.
That of ``hapi`` has Maven fetch about 340 MB into the user's repository and compile into ``hapi/target``; it needs
``mvn`` and a JDK.
In tests the package is called ``servers``, as all helpers below ``tests/`` are by their own names: its fixtures
(``servers.fixtures``, ``servers.hapi_fixture``) are known everywhere, its context managers are in
``servers.npm_servers`` and ``servers.hapi``, and the person who signs in is ``servers.person``. Where a server cannot
be had, its tests are skipped, but fail under ``CI=true``.
"""
