"""HAPI's jars and the small program around them: fetched and compiled once by Maven, below ``hapi/target``."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .having import cannot

PROJECT = Path(__file__).parent / "hapi"
TARGET = PROJECT / "target"
BUILD_SECONDS = 900
# Maven and Java as the user has them, whose home directory tests have not.
ENVIRONMENT = dict(os.environ)


def built() -> str:
    """Makes sure of ``hapi/target`` and returns the class path to run with. Other processes wait meanwhile."""
    TARGET.mkdir(exist_ok=True)
    stamp = TARGET / "built"
    with (TARGET / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = _sources()
        if not stamp.exists() or stamp.read_text("utf-8") != wanted or not all(map(os.path.exists, _jars())):
            stamp.unlink(missing_ok=True)
            _build()
            stamp.write_text(wanted, "utf-8")
        return os.pathsep.join([str(TARGET / "classes"), *_jars()])


def java() -> str:
    """The ``java`` of ``JAVA_HOME``, else of the path."""
    home = ENVIRONMENT.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin") if home else ENVIRONMENT.get("PATH"))
    return found or cannot("java is not installed: HAPI FHIR needs a JDK, 17 or later")


def _sources() -> str:
    """What the build is made of, as one hash."""
    files = [PROJECT / "pom.xml", *sorted(PROJECT.glob("src/**/*.java"))]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _jars() -> list[str]:
    return (TARGET / "classpath").read_text("utf-8").strip().split(os.pathsep)


def _build() -> None:
    java()
    maven = shutil.which("mvn", path=ENVIRONMENT.get("PATH"))
    if maven is None:
        cannot("mvn is not installed: HAPI FHIR cannot be built")
    print("HAPI FHIR: Maven builds; the first time it fetches about 340 MB", file=sys.stderr, flush=True)
    command = [maven, "-q", "-B", "-Dmaven.wagon.http.retryHandler.count=3", "compile", "dependency:build-classpath"]
    try:
        done = subprocess.run(
            command, cwd=PROJECT, env=ENVIRONMENT, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        cannot(f"Maven took more than {BUILD_SECONDS} s to build HAPI FHIR")
    if done.returncode:
        cannot(f"Maven could not build HAPI FHIR: {(done.stdout + done.stderr)[-1500:]}")
