"""SMART scopes: no more is asked for than is needed, and what was not granted is named."""

from __future__ import annotations

import pytest

from iomt_tui.security.sign_in.scopes import READ, WRITTEN, lacking, wanted
from iomt_tui.ward.writes import WHATS


def test_every_write_has_its_scopes() -> None:
    assert set(WRITTEN) == set(WHATS)
    assert wanted("device") == ("openid", "fhirUser", "profile", "offline_access", "user/*.rs")
    assert wanted("backend") == ("system/*.rs",)
    assert wanted("backend", ("ack", "dose"), v1=True) == (
        "system/*.read", "system/Task.write", "system/Provenance.write", "system/MedicationAdministration.write",
    )  # fmt: skip
    assert wanted("device", WHATS)[5:] == (
        "user/Task.cu", "user/Provenance.cu", "user/MedicationAdministration.cu", "user/Communication.cu",
        "user/Observation.cu", "user/Device.cu",
    )  # fmt: skip
    assert wanted("bearer", WHATS) == wanted("none", WHATS) == ()


@pytest.mark.parametrize(
    ("asked", "granted", "missing"),
    [
        ("user/*.rs", "user/*.read", ""),
        ("user/*.read", "user/*.rs", ""),
        ("user/*.rs", "user/*.*", ""),
        ("user/*.rs", "user/*.cruds", ""),
        ("user/*.rs", "user/*.r user/*.s", ""),
        ("user/*.rs", "user/*.r", "user/*.rs"),
        ("user/*.rs", "", "user/*.rs"),
        ("user/*.rs", "system/*.rs patient/*.rs", "user/*.rs"),
        ("user/Task.cu", "user/Task.write", ""),
        ("user/Task.cu", "user/*.cud", ""),
        ("user/Task.write", "user/Task.cu", "user/Task.write"),
        ("user/Task.cu", "user/Task.rs", "user/Task.cu"),
        ("user/Task.cu", "user/Tasks.cu user/Task.cu.x", "user/Task.cu"),
        ("user/Observation.rs", "user/Observation.rs?category=vital-signs", "user/Observation.rs"),
        ("user/Observation.rs?category=a", "user/Observation.rs?category=a", ""),
        ("user/Observation.rs?category=a", "user/Observation.rs", "user/Observation.rs?category=a"),
        ("openid offline_access", "openid", "offline_access"),
        ("openid profile", "openid", ""),
        ("user/*.rs", " ".join(f"user/{each}.rs" for each in READ), ""),
        ("user/*.rs", " ".join(f"user/{each}.read" for each in READ if each != "Flag"), "user/Flag.rs"),
        ("user/*.", "user/*.rs", "user/*."),
    ],
)
def test_what_is_lacking(asked: str, granted: str, missing: str) -> None:
    assert lacking(asked.split(), granted.split()) == frozenset(missing.split())
