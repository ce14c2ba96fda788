"""What is printed of a ward from a server: its line, what was written there, notes, its score."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import jsonschema
import orjson
import pytest
from cli_views import NOW, alarm, patient, ward

from iomt_tui.alarms.model import Ref
from iomt_tui.cli.headless.changes import Changes, document
from iomt_tui.cli.headless.json_out import snapshot_document
from iomt_tui.cli.headless.plain import snapshot_lines
from iomt_tui.cli.headless.schemas import json_schema
from iomt_tui.cli.headless.server_words import server_line, stands
from iomt_tui.security.text import SafeText, safe_text
from iomt_tui.ward import link as states
from iomt_tui.ward.link import Link, SignIn
from iomt_tui.ward.notes import Note
from iomt_tui.ward.scores import ScoreView
from iomt_tui.ward.writes import ACK, CONFIRMED, DENIED, NOTE, STATES, VITALS, WAITING, Written

REF = Ref("p7", "spo2", "low", 1, 1)


def as_json(found: object) -> Any:
    return orjson.loads(orjson.dumps(found))


def line(state: str = states.LIVE, **more: Any) -> Link:
    return Link(SafeText("hospital"), state, since=NOW - 40_000, at=NOW - 1_000, **more)


def written(state: str, what: str = ACK, op: str = "op-1", **more: Any) -> Written:
    return Written(op, what, "p7", state, NOW, NOW - 60_000, **more)


NOTES = (Note("n1", "p7", safe_text("Slept well."), NOW - 60_000, safe_text("Kim"), safe_text("")),)
FULL = patient(
    alarms=(alarm(state="acked", by="Kim", acked_at=NOW - 60_000),), notes=NOTES,
    written={REF: written(DENIED, why=safe_text("no scope"))}, flags=(safe_text("Fall risk"),),
    writes={"op-1": written(DENIED, why=safe_text("no scope")), "n1": written(CONFIRMED, NOTE, "n1"),
            "v": written(CONFIRMED, VITALS, "v", parts=(("hr", ""), ("temp", "422")))},
    server_news2=ScoreView(5, NOW - 60_000, safe_text("EHR"), 60_000, 9, 7, True),
)  # fmt: skip


def test_a_snapshot_tells_of_the_server() -> None:
    waits = SignIn(safe_text("https://id.example/device"), safe_text("WDJB-MJHT"), NOW + 60_000)
    told = ward(link=line(states.SIGNED_OUT, sign_in=waits, writes=("ack",)), unconfirmed=1, unwritten=2)
    found = as_json(snapshot_document(told, [FULL, patient()], 0.1))
    jsonschema.validate(found, json_schema("snapshot"))
    assert found["server"]["state"] == "signed-out"
    assert found["server"]["sign_in_waits"] is True
    assert "WDJB" not in orjson.dumps(found).decode()
    assert (found["counts"]["unconfirmed"], found["counts"]["unwritten"]) == (1, 2)
    first = found["patients"][0]
    assert first["alarms"][0]["written"]["state"] == "denied"
    assert [one["op"] for one in first["writes"]] == ["op-1", "n1", "v"]
    assert first["writes"][2]["parts"] == {"hr": "", "temp": "422"}
    assert first["server_news2"]["disagrees"] is True
    assert first["notes"][0]["text"] == "Slept well."
    assert first["flags"] == ["Fall risk"]
    assert found["patients"][1]["server_news2"] is None


def test_a_ward_without_a_server_says_nothing_of_one() -> None:
    found = as_json(snapshot_document(ward(), [patient()], 0.1))
    assert found["server"] is None
    assert "Server" not in "\n".join(snapshot_lines(ward(), [patient()], UTC, {}, 0.1))


def test_plain_words_tell_the_same() -> None:
    told = ward(link=line(states.LOST, text=safe_text("connection refused")), unconfirmed=1, unwritten=2)
    words = "\n".join(snapshot_lines(told, [FULL], UTC, {}, 0.1))
    assert "Server hospital: LOST for 40 seconds: connection refused." in words
    assert "NOT WRITTEN TO THE SERVER: 2. 1 not confirmed by the server." in words
    assert "acknowledgement hospital does not allow it, no scope" in words
    assert "they differ" in words
    assert "Kim, 1 minute ago: Slept well.; confirmed by hospital" in words
    assert "warnings: Fall risk" in words


@pytest.mark.parametrize("state", states.STATES)
def test_every_state_of_the_line_has_words(state: str) -> None:
    assert server_line(line(state), NOW).startswith("Server hospital: ")


def test_every_state_of_a_write_has_words_of_its_own() -> None:
    said = {stands(written(state), "hospital") for state in STATES}
    assert len(said) == len(STATES)


def test_watch_tells_each_turn_of_a_write_once() -> None:
    changes = Changes({}, server="hospital")
    quiet = patient(alarms=FULL.alarms, writes={"op-1": written(WAITING)}, written={REF: written(WAITING)})
    assert [change.what for change in changes.look(quiet, NOW)] == ["patient", "alarm"]
    change = next(change for change in changes.look(FULL, NOW) if change.what == "written")
    assert change.text.endswith("hospital does not allow it, no scope")
    assert not [c for c in changes.look(FULL, NOW) if c.what == "written"]
    found = as_json(document(change, ward(link=line())))
    jsonschema.validate(found, json_schema("watch"))
    assert (found["written"]["state"], found["alarm"]["written"]["state"]) == ("denied", "denied")


def test_corrections_that_crossed_are_told_as_both_there() -> None:
    third, second = (
        Note(name, "p7", safe_text(f"text {name}"), NOW - ago, safe_text(by), safe_text(""), "n1", seq)
        for name, ago, by, seq in (("n3", 20_000, "Ann", 9), ("n2", 30_000, "Lee", 8))
    )
    view = patient(notes=(third, second, *NOTES))
    found = as_json(snapshot_document(ward(), [view], 0.1))
    jsonschema.validate(found, json_schema("snapshot"))
    ann, lee, old = found["patients"][0]["notes"]
    assert (old["corrected_by"], old["also_corrected_by"], old["conflicts_with"]) == ("n2", ["n3"], None)
    assert (ann["conflicts_with"], ann["corrected_by"], lee["conflicts_with"]) == ("n2", None, None)
    words = "\n".join(snapshot_lines(ward(), [view], UTC, {}, 0.1))
    assert "Slept well.; CORRECTED by Lee 30 seconds ago; ALSO corrected by Ann 20 seconds ago" in words
    assert "text n3; CONFLICT: Lee corrected that note before, 30 seconds ago" in words
    assert words.count("CONFLICT") == 1


def test_a_note_that_was_corrected_is_not_told_as_what_holds() -> None:
    second = Note("n2", "p7", safe_text("Slept badly."), NOW - 30_000, safe_text("Lee"), safe_text(""), "n1")
    view = patient(notes=(second, *NOTES))
    found = as_json(snapshot_document(ward(), [view], 0.1))
    jsonschema.validate(found, json_schema("snapshot"))
    new, old = found["patients"][0]["notes"]
    assert (new["replaces"], new["corrected_by"]) == ("n1", None)
    assert (old["replaces"], old["corrected_by"]) == (None, "n2")
    words = "\n".join(snapshot_lines(ward(), [view], UTC, {}, 0.1))
    assert "Kim, 1 minute ago: Slept well.; CORRECTED by Lee 30 seconds ago" in words
    assert "corrected note" in words and "Lee, 30 seconds ago: Slept badly." in words
