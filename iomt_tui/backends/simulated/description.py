"""The scenarios and courses in words, for help and documentation."""

from __future__ import annotations

from textwrap import wrap

from iomt_tui.backends.simulated.courses import COURSES
from iomt_tui.backends.simulated.scenario import SCENARIOS


def describe(width: int = 100) -> str:
    """A plain-text table of every scenario and every course; lines are at most ``width`` cells long."""
    scenarios = [(name, scenario.summary) for name, scenario in SCENARIOS.items()]
    courses = [(name, course.summary) for name, course in COURSES.items()]
    return "\n".join(["Scenarios", *_table(scenarios, width), "", "Courses", *_table(courses, width)])


def _table(rows: list[tuple[str, str]], width: int) -> list[str]:
    margin = max(len(name) for name, _ in rows) + 4
    lines: list[str] = []
    for name, summary in rows:
        first, *others = wrap(summary, max(20, width - margin))
        lines.append(f"  {name:<{margin - 4}}  {first}")
        lines += [" " * margin + other for other in others]
    return lines
