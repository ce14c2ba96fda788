"""What stands over the board when nobody monitors: what happened, and what to do. Pure."""

from __future__ import annotations

from textual.content import Content

from iomt_tui.tui.session import Monitoring
from iomt_tui.tui.text import fitted, plain, word_rows
from iomt_tui.tui.widgets.header import clock
from iomt_tui.tui.widgets.strip import lasting
from iomt_tui.ward.missed import Missed


def banner_words(monitoring: Monitoring, silent_for: float, fault: str) -> tuple[str, str, str]:
    """Title, what happened, what to do; empty when an engine stands behind the numbers.

    ``silent_for`` is real seconds since the engine's last word, ``fault`` why the log cannot be read ("" when it can).
    """
    since = lasting(int(silent_for * 1000))
    look = "Look at the patients and their bedside monitors."
    if fault:
        return "NOT MONITORING", f"This screen cannot read the log: {fault}", look
    if monitoring is Monitoring.ENDED:
        return (
            "NOT MONITORING",
            "The monitoring engine has ended. The numbers below are the last it saw.",
            f"{look} Start the engine again; this screen follows it by itself.",
        )
    if monitoring is Monitoring.SILENT:
        return (
            "NOT MONITORING",
            f"The monitoring engine has been silent for {since}. The numbers below are not live.",
            f"{look} If it does not come back by itself, restart the engine.",
        )
    return "", "", ""


def banner(words: tuple[str, str, str], width: int, height: int) -> list[Content]:
    """The words in reverse video over the whole width; ``height`` rows, 1 to 5."""
    title, happened, todo = words
    style = "bold $sev-high reverse"
    if height < 3:
        return [fitted(plain(f" {title}: {happened}", style), width, style)]
    rows = [title, *word_rows(happened, width - 4), *word_rows(todo, width - 4)][: max(height, 1)]
    return [fitted(plain(f"  {row}", style), width, style) for row in rows]


def notice_lines(notice: str, width: int, most: int = 2) -> list[Content]:
    """What the engine must tell everybody, such as a damaged log that was repaired: at most ``most`` rows, none when
    there is nothing to tell. It stays as long as the engine says it."""
    if not notice or width < 1:
        return []
    rows = word_rows(f"NOTICE: {notice}", max(1, width - 2))
    shown = rows[: max(most, 1)]
    if len(rows) > len(shown):
        shown[-1] += " …"
    return [fitted(plain(f" {row}", "bold $warning"), width) for row in shown]


def away_line(missed: Missed, fault: str, key: str, tz: str, width: int) -> Content:
    """What was announced while nobody looked at this screen, and the key that shows it; cut from the least."""
    span = f"{clock(missed.start, tz, seconds=False)}–{clock(missed.end, tz, seconds=False)}"
    if fault:
        return fitted(plain(f" While you were away ({span}): the log cannot be read: {fault}", "bold $warning"), width)
    number, patients, escalated = len(missed.episodes), missed.patients, len(missed.escalated)
    high = f", {missed.high} high" if missed.high else ""
    alarms = f"{number} alarm{'' if number == 1 else 's'}"
    where = f" in {patients} patient{'' if patients == 1 else 's'}"
    steps = f", {escalated} escalated" if escalated else ""
    choices = (
        f" While you were away ({span}): {alarms}{where}{high}{steps}; {key} shows them, esc dismisses",
        f" While you were away ({span}): {alarms}{where}{high}{steps}; {key} shows them",
        f" Away {span}: {alarms}{where}{high}{steps}; {key} shows them",
        f" Away {span}: {alarms}{high}{steps}; {key}",
    )
    words = next((choice for choice in choices if len(choice) <= width), choices[-1])
    return fitted(plain(words, "bold $accent"), width)


def banner_height(words: tuple[str, str, str], width: int, room: int) -> int:
    """Rows that the banner wants, within half of ``room``."""
    _, happened, todo = words
    wanted = 1 + len(word_rows(happened, width - 4)) + len(word_rows(todo, width - 4))
    return max(1, min(wanted, room // 2))
