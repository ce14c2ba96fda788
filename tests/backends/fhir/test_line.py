"""The line to a server: it loads, polls, follows who comes and goes, and tells what it could not use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from line_fixtures import line_maker, small_ward_server  # noqa: F401 (fixtures)
from line_rig import Rig
from small_server import (
    BEGIN,
    SmallServer,
    answer,
    heart_rate,
    outcome,
    patient,
    place,
    small_ward,
    stay,
)

from iomt_tui.security.web import Answer

HOUR = 3_600_000
Make = Callable[..., Rig]


async def test_the_ward_its_newest_values_and_its_past(server: SmallServer, make: Make) -> None:
    times = [BEGIN - minutes * 60_000 for minutes in range(0, 24 * 60, 7)]
    for number, at in enumerate(times):
        server.put(heart_rate(f"o{number}", "p1", at, 60 + number % 40))
    server.put(heart_rate("other", "stranger", BEGIN, 99))
    server.page = 20
    rig = make()
    await rig.live()
    assert rig.values == sorted(("p1", at, 60 + number % 40) for number, at in enumerate(times))
    assert rig.bodies("obs")[-1].observed_at == BEGIN
    kinds = [kind for kind, _ in rig.said]
    assert kinds.index("patient") < kinds.index("obs") < len(kinds) - kinds[::-1].index("history") - 1
    assert rig.bodies("ward")[0]["beds"] == ["BED-P1", "BED-P2"]
    for piece in rig.bodies("history"):
        assert [one.observed_at for one in piece] == sorted(one.observed_at for one in piece)


async def test_of_whom_nothing_is_recent_the_newest_is_shown_however_old(server: SmallServer, make: Make) -> None:
    server.put(heart_rate("now", "p1", BEGIN - 1_000))
    server.put(heart_rate("old-1", "p1", BEGIN - 90 * 24 * HOUR))
    server.put(heart_rate("old-2", "p2", BEGIN - 90 * 24 * HOUR, 71))
    rig = make()
    await rig.live()
    assert [(one.patient, one.observed_at) for one in rig.bodies("obs")] == [
        ("p1", BEGIN - 1_000), ("p2", BEGIN - 90 * 24 * HOUR),
    ]  # fmt: skip


async def test_progress_says_what_and_how_many(server: SmallServer, make: Make) -> None:
    for number in range(60):
        server.put(heart_rate(f"o{number}", "p1", BEGIN - number * 60_000))
    server.page = 25
    rig = make()
    await rig.live()
    loading = [link for link in rig.links if link["state"] == "loading"]
    assert loading[0]["text"] == "looking who is on the ward"
    assert rig.links[-1]["total"] == 0
    assert rig.line.standing.link.text == ""
    assert any(link["state"] == "live" for link in rig.links)


async def test_new_values_come_by_polling_with_two_requests_at_most(server: SmallServer, make: Make) -> None:
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()
    before = len(server.asked)
    polls = 0
    numbers = iter(range(1, 1_000))

    def news() -> None:
        nonlocal polls
        polls += 1
        server.put(heart_rate(f"o{next(numbers)}", "p2", server.now, 80))

    rig.on_wait = news
    await rig.passes(50)
    rig.on_wait = None
    assert len(server.asked) - before <= 2 * polls + 2
    await rig.passes(40)
    assert [one for one in rig.values if one[0] == "p2"] != []
    assert len(rig.values) == polls + 1


async def test_a_value_written_at_the_same_instant_as_the_last_one_is_not_missed(
    server: SmallServer, make: Make
) -> None:
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()
    late = heart_rate("o1", "p1", BEGIN - 1_500)
    now, server.now = server.now, BEGIN - 2_000  # became visible after what was written later
    server.put(late)
    server.now = now
    await rig.passes(10)
    assert len(rig.values) == 2


async def test_a_quiet_ward_is_asked_less_often(server: SmallServer, make: Make) -> None:
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()
    await rig.passes(300)
    assert max(rig.waits) <= 30.0
    assert rig.waits[-1] > 20.0


async def test_a_type_that_the_server_does_not_know_costs_nothing_else(server: SmallServer, make: Make) -> None:
    server.unknown = {"CareTeam", "Flag"}
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    rig = make()
    await rig.live()
    assert len(rig.values) == 1
    assert "not given by the server: flags, care teams" in rig.text
    assert ("not-available", "CareTeam") in rig.line.watching.refusals.counts
    assert "Secret" not in str(rig.line.watching.refusals.problems) + str(rig.links)


async def test_a_search_that_the_server_does_not_know_is_made_plainer(server: SmallServer, make: Make) -> None:
    def picky(_method: str, url: str) -> Answer | None:
        return answer(400, outcome("invalid")) if "/CareTeam?" in url and "status" in url else None

    server.fault = picky
    rig = make()
    await rig.live()
    batches: list[str] = []
    serve = server._batch

    def noted(bundle: dict[str, Any]) -> Answer:
        batches.extend(entry["request"]["url"] for entry in bundle["entry"])
        return serve(bundle)

    server._batch = noted  # type: ignore[method-assign]
    await rig.passes(20)
    assert rig.text == ""
    assert [url for url in batches if url.startswith("CareTeam")]
    assert not [url for url in batches if url.startswith("CareTeam") and "status" in url]


async def test_a_batch_that_is_refused_becomes_one_search_at_a_time(server: SmallServer, make: Make) -> None:
    server.batches = False
    rig = make()
    await rig.live()
    server.put({"resourceType": "Flag", "id": "f", "status": "active", "subject": {"reference": "Patient/p1"}})
    await rig.passes(400)
    assert {"id": "f"} in rig.bodies("flag")


async def test_who_comes_is_loaded_and_who_goes_is_discharged(server: SmallServer, make: Make) -> None:
    server.put(heart_rate("old", "p3", BEGIN - 5 * HOUR))
    rig = make()
    await rig.live()
    server.put(patient("p3"))
    server.put(place("bed-p3", "bay", bed=True))
    server.put(stay("e-p3", "p3", "bed-p3"))
    await rig.until(lambda: {"id": "p3"} in rig.bodies("patient"))
    await rig.until(lambda: len(rig.values) == 1)
    server.put(stay("e-p1", "p1", "bed-p1", status="finished"))
    await rig.until(lambda: rig.bodies("discharge") == [{"id": "p1"}])
    server.put(heart_rate("gone", "p1", server.now))
    await rig.passes(100)
    assert len(rig.values) == 1
    assert rig.state == "live"


async def test_a_ward_that_stays_as_it_is_costs_no_request_of_its_own(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    server.asked.clear()
    rig.waits.clear()
    await rig.passes(500)
    assert {(method, urlsplit(url).path) for method, url in server.asked} == {
        ("GET", "/fhir/Observation"), ("POST", "/fhir"),
    }  # fmt: skip
    assert len(server.asked) <= 2 * (len(rig.waits) + 1)


async def test_a_patient_in_a_bed_that_is_new_is_found_soon(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    server.put(heart_rate("o3", "p3", BEGIN - 1_000))
    small_ward(server, ["p3"])
    await rig.passes(150)
    assert [one for one in rig.values if one[0] == "p3"]


async def test_a_stay_that_is_deleted_ends(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    del server.resources["Encounter", "e-p1"]
    await rig.passes(200)
    assert rig.bodies("discharge") == [{"id": "p1"}]


async def test_a_stay_whose_change_was_missed_is_read_soon(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    await rig.passes(100)
    before = rig.bodies("encounter").count({"id": "e-p1"})
    now, server.now = server.now, server.now - 60_000  # written a minute ago, visible only now
    server.put(stay("e-p1", "p1", "bed-p2"))
    server.now = now
    await rig.passes(150)
    assert rig.bodies("encounter").count({"id": "e-p1"}) == before + 1


async def test_one_answer_without_a_patient_discharges_nobody(server: SmallServer, make: Make) -> None:
    rig = make()
    await rig.live()
    empty = 1

    def slip(_method: str, url: str) -> Answer | None:
        nonlocal empty
        if "/Encounter?location" in url and empty:
            empty -= 1
            return answer(200, {"resourceType": "Bundle", "type": "searchset"})
        return None

    server.fault = slip
    server.put(stay("e-p1", "p1", "bed-p1"))  # its stay changed, so the ward is asked for anew
    await rig.passes(200)
    assert empty == 0
    assert rig.bodies("discharge") == []


async def test_an_empty_ward_is_live_and_says_so(make: Make, server: SmallServer) -> None:
    server.put(place("empty"))
    rig = make(spec={"ward": "Location/empty"})
    await rig.live()
    await rig.passes(100)
    assert rig.text == "no patients on this ward (Location/empty)"
    assert not server.searches("Observation")


async def test_a_ward_that_is_not_there_is_told(make: Make) -> None:
    rig = make(spec={"ward": "Location/nowhere"})
    await rig.until(lambda: rig.state == "denied")
    assert "the server has no Location/nowhere (HTTP 404); check the ward in the configuration" in rig.text


async def test_a_ward_of_test_patients_is_marked(server: SmallServer, make: Make) -> None:
    for name in ("p1", "p2"):
        server.put(patient(name, test=True))
    rig = make()
    await rig.live()
    assert rig.bodies("ward")[-1]["watermark"] == "TEST"
    assert rig.mappers[-1].tests
    server.put(patient("p3"))
    server.put(stay("e-p3", "p3", "bed-p1"))
    await rig.until(lambda: rig.links[-1]["state"] == "denied")
    assert "move the ward's log away" in rig.links[-1]["text"]
    assert rig.bodies("ward")[-1]["watermark"] == "TEST", "nobody may take people for test patients"
    assert "p3" not in {one["id"] for one in rig.bodies("patient")}


async def test_a_log_of_people_stays_one_when_only_a_test_patient_is_left(server: SmallServer, make: Make) -> None:
    for name in ("p1", "p2"):
        server.put(patient(name, test=True))
    rig = make(mark="")
    await rig.live()
    assert rig.bodies("ward")[-1]["watermark"] is None
    assert not rig.mappers[-1].tests


async def test_a_mixed_ward_refuses_test_patients(server: SmallServer, make: Make) -> None:
    server.put(patient("p1", test=True))
    rig = make()
    await rig.live()
    assert rig.bodies("ward")[-1]["watermark"] is None
    assert not rig.mappers[-1].tests


async def test_what_was_missed_is_found_within_ten_minutes(server: SmallServer, make: Make) -> None:
    rig = make()
    server.put(heart_rate("o0", "p1", BEGIN - 1_000))
    await rig.live()
    await rig.passes(100)
    now, server.now = server.now, server.now - 60_000  # written a minute ago, visible only now
    server.put(heart_rate("o1", "p1", server.now))
    server.now = now
    server.put(heart_rate("o2", "p1", server.now))
    await rig.passes(60)
    await rig.passes(640)
    assert len(rig.values) == 3


async def test_what_could_not_be_used_is_counted_in_the_log(server: SmallServer, make: Make) -> None:
    server.unknown = {"CareTeam"}
    rig = make()
    await rig.live()
    await rig.passes(30)
    assert {"source": "test", "reason": "not-available", "what": "CareTeam", "patient": None, "count": 1} in rig.bodies(
        "refused"
    )
    count = len(rig.bodies("refused"))
    await rig.passes(100)
    assert len(rig.bodies("refused")) == count
