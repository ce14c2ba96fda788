"""The ward in words: what ``snapshot --plain`` prints, for people, screen readers and scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Final

from iomt_tui.alarms.flood import FloodNow
from iomt_tui.alarms.model import Priority
from iomt_tui.alarms.notification import NOT_NEEDED
from iomt_tui.alarms.settings import Setting
from iomt_tui.cli.headless import words
from iomt_tui.cli.headless.json_out import monitored
from iomt_tui.cli.headless.server_words import beside, server_line, stands
from iomt_tui.cli.headless.words import Units
from iomt_tui.clinical.limits import Limit
from iomt_tui.clinical.vitals import ACVPU_WORDS, VITALS
from iomt_tui.times import clock_time, time_of_day
from iomt_tui.ward.notes import corrections, crossed
from iomt_tui.ward.view import Freshness, PatientView, Severity, VitalView, WardView

WATERMARK: Final = {
    "": "",
    "DEMO": "DEMO: simulated, not real patients. ",
    "REPLAY": "REPLAY: recorded, not the present. ",
    "TEST": "TEST: not real patients. ",
}
_EXPECTED: Final = {
    "hr": "heart rate", "spo2": "SpO2", "rr": "respiratory rate", "nibp_sys": "blood pressure", "temp": "temperature",
}  # fmt: skip
_PRESSURES: Final = {"nibp": "blood pressure, cuff", "ibp": "blood pressure, arterial line"}
_NOTES: Final = 3  # the newest, in words; JSON has more
_DIRECTION: Final = {-1: ", falling", 0: "", 1: ", rising"}


def snapshot_lines(
    ward: WardView, patients: Iterable[PatientView], zone: tzinfo, units: Units, silent_s: float | None
) -> Iterator[str]:
    """The whole ward. The first line says whether these are real patients and whether anybody watches."""
    yield first_line(ward, zone, silent_s)
    if ward.notice:
        yield f"NOTICE: {ward.notice}"
    if ward.link is not None:
        yield server_line(ward.link, ward.now)
    yield totals(ward)
    if ward.flood is not None:
        yield f"{flood(ward.flood)}, since {time_of_day(ward.flood.since, zone)}."
    if said := words.dose_counts(ward.doses):
        yield f"Doses: {said}."
    if ward.beds:
        yield f"Empty beds: {', '.join(ward.empty) or 'none'}."
    for view in patients:
        yield ""
        yield from patient_lines(view, ward.now, units, str(ward.link.name) if ward.link is not None else "")


def first_line(ward: WardView, zone: tzinfo, silent_s: float | None) -> str:
    """Watermark, whether the ward is monitored, its name, how many patients, and when."""
    watched = ""
    if silent_s is not None and not monitored(ward, silent_s):
        since = f"the engine has said nothing for {words.duration(int(silent_s * 1000))}"
        watched = f"NOT MONITORING: {'the engine has stopped' if ward.engine == 'stopped' else since}. "
    home = f", {ward.home} at home" if ward.home else ""
    count = f"{ward.patients} patient" + ("" if ward.patients == 1 else "s")
    return f"{WATERMARK[ward.watermark]}{watched}{ward.name}, {count}{home}, {clock_time(ward.now, zone)}."


def totals(ward: WardView) -> str:
    """How many alarms of each class, and how many inputs were refused."""
    levels = ", ".join(
        f"{ward.counts.get(level, 0)} {level.name.lower()}" for level in (Priority.HIGH, Priority.MEDIUM, Priority.LOW)
    )
    refused = f" {ward.refused} inputs refused." if ward.refused else ""
    lost = f" ESCALATIONS NOT DELIVERED: {ward.undelivered}." if ward.undelivered else ""
    late = f" {ward.unconfirmed} not confirmed by the server." if ward.unconfirmed else ""
    gone = f" NOT WRITTEN TO THE SERVER: {ward.unwritten}." if ward.unwritten else ""
    waits = f"{ward.unacknowledged} not acknowledged.{lost}{gone}{late}"
    return f"Alarms: {levels}, {ward.technical} technical; {waits}{refused}"


def flood(found: FloodNow) -> str:
    """That alarms flood in, and how many."""
    return f"FLOOD of alarms: {found.count} new ones within 10 minutes"


def patient_lines(view: PatientView, now: int, units: Units, server: str = "") -> Iterator[str]:
    """One patient: who, the alarms, NEWS2, then each vital sign with its age."""
    yield heading(view)
    if view.similar:
        yield f"  name looks like another's: {', '.join(f'bed {other}' for other in view.similar)}"
    if view.flags:
        yield f"  warnings: {', '.join(view.flags)}"
    for alarm in view.alarms:
        yield f"  {words.sentence(alarm, view.devices, units)}, {words.standing(alarm, now)}"
        if (written := view.written.get(alarm.ref)) is not None:
            yield f"    acknowledgement {stands(written, server)}"
        own = (told for told in view.notifications if told.errand.ref.key == alarm.ref.key)
        yield from (f"    {words.told(told)}" for told in own if told.state != NOT_NEEDED)
    yield _row("NEWS2", news2(view))
    if view.server_news2 is not None:
        yield _row("NEWS2 of the server", beside(view.server_news2, server, now))
    for name, text in vitals(view, units):
        yield _row(name, text)
    if missing := view.unmeasured:
        yield _row("not measured", ", ".join(_EXPECTED[key] for key in missing))
    for setting in view.limits:
        yield _row("limits changed", limits_changed(setting, now, units))
    for device in view.devices:
        if trouble := device_trouble(device.state, device.battery):
            yield _row(str(device.kind) or "device", trouble)
    if said := words.dose_counts(view.doses):
        yield _row("doses", said)
    fixed, also = corrections(view.notes), crossed(view.notes)
    for note in view.notes[:_NOTES]:
        origin = f" at {note.origin}" if note.origin else ""
        how = f"; {stands(view.writes[note.id], server)}" if note.id in view.writes else ""
        was = "correction" if note.replaces else "note"
        if (by := fixed.get(note.id)) is not None:
            others = "".join(
                f"; ALSO corrected by {one.by or 'somebody'} {words.ago(now - one.at)}" for one in also.get(note.id, ())
            )
            was, how = "corrected note", f"; CORRECTED by {by.by or 'somebody'} {words.ago(now - by.at)}{others}{how}"
        if note in also.get(note.replaces, ()):
            first = fixed[note.replaces]
            how = f"; CONFLICT: {first.by or 'somebody'} corrected that note before, {words.ago(now - first.at)}{how}"
        yield _row(was, f"{note.by or 'somebody'}{origin}, {words.ago(now - note.at)}: {note.text}{how}")
    if view.refused:
        reasons = ", ".join(f"{count} {words.ABSENT.get(why, why)}" for why, count in view.refused.items())
        yield _row("refused input", reasons)


def limits_changed(setting: Setting, now: int, units: Units) -> str:
    """Limits that somebody set: the limits, who, why, how much longer, and what is to be said of them."""
    name = "SpO2" if setting.vital == "spo2" else VITALS[setting.vital].name
    whose = "" if setting.patient else " for the ward"
    ends = f", for {words.duration(setting.until - now)} more" if setting.until is not None else ""
    said = f". Warning: {setting.warning}" if setting.warning else ""
    return f"{name} {limits_words(setting.limits or (), units)}, by {setting.by}{whose}{ends}: {setting.reason}{said}"


def limits_words(limits: Iterable[Limit], units: Units) -> str:
    """Limits of one vital sign, the most urgent first: "high below 85 %, medium below 90 %"; "all off" for none."""
    return ", ".join(part for limit in limits for part in _limit_parts(limit, units)) or "all off"


def _limit_parts(limit: Limit, units: Units) -> Iterator[str]:
    word = Priority(limit.priority).name.lower()
    if limit.low is not None:
        yield f"{word} below {words.quantity(limit.key, limit.low, units)}"
    if limit.high is not None:
        yield f"{word} above {words.quantity(limit.key, limit.high, units)}"


def heading(view: PatientView) -> str:
    """Bed, name, age, sex, and the worst alarm's class."""
    age = f", {view.age_years} years" if view.age_years is not None else ""
    sex = f", {words.SEX[view.sex]}" if view.sex in words.SEX else ""
    return f"{place(view)}, {view.name}{age}{sex}: {words.SEVERITY[Severity(view.severity)]}"


def place(view: PatientView) -> str:
    """Where the patient is: "bed 07", "home H3", "no bed"."""
    if view.home:
        return f"home {view.bed}".rstrip()
    return f"bed {view.bed}" if view.bed else "no bed"


def _row(name: str, text: str) -> str:
    return f"  {name:<30}{text}"


def news2(view: PatientView) -> str:
    """The score and its direction over the last hour."""
    return score(view) + (_DIRECTION[view.news2_direction] if view.news2.known else "")


def score(view: PatientView) -> str:
    """NEWS2, honest about what is missing: "at least 3, 4 of 7 known"."""
    known, total = view.news2.known, view.news2.total
    if not known:
        return "not known, none of 7 inputs measured"
    return str(total) if known == 7 else f"at least {total}, {known} of 7 known"


def vitals(view: PatientView, units: Units) -> Iterator[tuple[str, str]]:
    """(name, text) of every vital sign in the catalogue's order; blood pressure on one line."""
    done: set[str] = set()
    for key in VITALS:
        shown = view.vitals.get(key)
        if shown is None or key in done:
            continue
        family = key.partition("_")[0]
        if family in _PRESSURES:
            done |= {f"{family}_sys", f"{family}_dia", f"{family}_mean"}
            yield _PRESSURES[family], pressure(view, family, units)
        else:
            yield ("SpO2" if key == "spo2" else VITALS[key].name), vital(shown, units)


def vital(shown: VitalView, units: Units) -> str:
    """One vital sign: the value and its age while it may be taken for present, else why not and the last one."""
    text = said(shown, units)
    if shown.value is None or shown.age is None:
        return words.ABSENT.get(shown.absent, "not measured")
    if not shown.live:
        why = words.ABSENT.get(shown.absent, "") if shown.absent else "no present value"
        return f"{why}, last {text} {words.ago(shown.age)}"
    return f"{text}, {words.ago(shown.age)}{remarks(shown, units)}"


def said(shown: VitalView, units: Units) -> str:
    """The last value in words or numbers."""
    if shown.value is None:
        return ""
    if shown.key == "acvpu":
        return ACVPU_WORDS[min(max(round(shown.value), 0), 4)]
    return words.quantity(shown.key, shown.value, units)


def remarks(shown: VitalView, units: Units) -> str:
    """What qualifies a live value: outside its limits, doubtful, growing old, clock corrected."""
    notes = []
    if shown.breach == "low" and shown.low is not None:
        notes.append(f"below {words.quantity(shown.key, shown.low, units)}")
    if shown.breach == "high" and shown.high is not None:
        notes.append(f"above {words.quantity(shown.key, shown.high, units)}")
    if shown.flag:
        notes.append(shown.flag)
    if shown.freshness > Freshness.FRESH:
        notes.append("growing old")
    if shown.clock_offset:
        notes.append(f"device clock corrected by {words.duration(abs(shown.clock_offset))}")
    return "".join(f", {note}" for note in notes)


def pressure(view: PatientView, family: str, units: Units) -> str:
    """Systolic over diastolic as one reading, with the mean; the systolic pressure's own words when one is missing."""
    systolic, diastolic, mean = (view.vitals.get(f"{family}_{part}") for part in ("sys", "dia", "mean"))
    if systolic is None or diastolic is None or systolic.observed_at != diastolic.observed_at:
        only = systolic or diastolic or mean
        assert only is not None
        return (
            f"{VITALS[only.key].name} {vital(only, units)}"
            if only is not systolic
            else f"systolic {vital(only, units)}"
        )
    if not (systolic.live and diastolic.live) or systolic.value is None or diastolic.value is None:
        return vital(systolic, units) if systolic.value is None else _old_pressure(systolic, diastolic, units)
    lower = words.quantity(diastolic.key, diastolic.value, units)
    middle = (
        f", mean {words.quantity(mean.key, mean.value, units)}" if mean and mean.live and mean.value is not None else ""
    )
    upper = said(systolic, units).partition(" ")[0]
    return f"{upper} over {lower}{middle}, {words.ago(systolic.age or 0)}{remarks(systolic, units)}"


def _old_pressure(systolic: VitalView, diastolic: VitalView, units: Units) -> str:
    why = words.ABSENT.get(systolic.absent, "") if systolic.absent else "no present value"
    upper = said(systolic, units).partition(" ")[0]
    return f"{why}, last {upper} over {said(diastolic, units) or 'unknown'} {words.ago(systolic.age or 0)}"


def device_trouble(state: str, battery: int | None) -> str:
    """What is wrong with a device, or ``""``."""
    notes = [] if state == "on" or not state else [state]
    if battery is not None and battery <= 20:
        notes.append(f"battery {battery} %")
    return ", ".join(notes)


def wrapped(lines: Iterable[str], width: int | None) -> Iterator[str]:
    """Lines at most ``width`` characters long, continued with a deeper indent; as they are when ``width`` is None."""
    if width is None:
        yield from lines
        return
    from textwrap import wrap

    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        yield from wrap(line, width, subsequent_indent=indent, drop_whitespace=True, replace_whitespace=False) or [""]
