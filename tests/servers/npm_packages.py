"""The npm packages of the servers: installed once, from a lock file with hashes, without running their scripts."""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
from pathlib import Path

from .having import cannot

NPM = Path(__file__).parent / "npm"
MODULES = NPM / "node_modules"
NODE_MAJOR = 22  # on 20, Medplum's search is broken
INSTALL_SECONDS = 300
# npm has its configuration and its cache in the real home directory, which tests have not.
ENVIRONMENT = dict(os.environ)


def installed() -> Path:
    """Makes sure of ``npm/node_modules`` and returns the node to run there. Other processes wait meanwhile."""
    stamp = MODULES / ".installed"
    wanted = hashlib.sha256((NPM / "package-lock.json").read_bytes()).hexdigest()
    with (NPM / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text("utf-8") != wanted:
            _install()
            stamp.write_text(wanted, "utf-8")
    return _node()


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        cannot("npm is not installed: the servers of npm packages cannot be")
    command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        done = subprocess.run(
            command, cwd=NPM, env=ENVIRONMENT, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        cannot(f"npm ci took more than {INSTALL_SECONDS} s")
    if done.returncode:
        cannot(f"npm ci failed: {done.stderr[-1000:]}")


def _node() -> Path:
    """The locked one where npm has it for this platform, else the machine's own if it is new enough."""
    locked = sorted(MODULES.glob("node-*/bin/node"))
    if locked:
        return locked[0]
    node = shutil.which("node")
    if node is None:
        cannot(f"no node for {platform.platform()}")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < NODE_MAJOR:
        cannot(f"node is {version}, and {NODE_MAJOR} is needed")
    return Path(node)
