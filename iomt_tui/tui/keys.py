"""Keys as data: one table feeds the key dispatch, the footer, the help screen, the palette and the key reference."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

Where = Literal[
    "always", "recording", "limits", "chart", "story", "patient", "trends", "columns", "observations", "flowsheet",
    "glucose", "waves", "timeline", "compare", "ward devices", "sign in",
]  # fmt: skip
"""Where a key counts: everywhere, while the past is shown, or while a page that stands there is open."""


@dataclass(frozen=True, slots=True)
class KeyAction:
    """One thing a key does. ``id`` is what a user's key map names."""

    id: str
    keys: tuple[str, ...]  # Textual key names
    description: str
    group: str
    footer: str = ""  # short word for the footer; "" = not there
    where: Where = "always"
    reserved: bool = False  # its keys cannot be taken away or given to anything else
    repeats: bool = False  # may be held down


CHOOSE, ALARM, VIEW, RECORDING, PROGRAM = "Choose", "Alarms", "View", "The past, and recordings", "Program"
MEDICATION = "Medications"
LIMITS: Final = "Limits editor"
PATIENT, SIGN_IN = "Patient's page", "Sign-in page"
STORY: Final = "Patient's story"
TRENDS: Final = "Trends"
COLUMNS: Final = "Observation chart and flowsheet"
GLUCOSE: Final = "Glucose page"
WAVES: Final = "Waveforms"
TIMELINE: Final = "Timeline"

TABLE: Final[tuple[KeyAction, ...]] = (
    KeyAction("acknowledge", ("a",), "Acknowledge the alarm; asks first", ALARM, "ack", reserved=True),
    KeyAction("acknowledge_worst", ("A",), "Acknowledge the strip's alarm; asks first", ALARM, reserved=True),
    KeyAction("acknowledge_all", ("E",), "Acknowledge every alarm of the patient; lists them first", ALARM),
    KeyAction("take_back", ("z",), "Take back what was acknowledged last from here", ALARM),
    KeyAction("pause_audio", ("s",), "Pause the patient's alarm sound, 2 min at most; asks first", ALARM),
    KeyAction("shelve", ("H",), "Shelve the alarm, or take it off the shelf; asks first", ALARM),
    KeyAction("standby", ("D",), "Standby: the patient is away from the devices; asks first", ALARM),
    KeyAction("alarms", ("v", "f2"), "All alarms: in force, taken, shelved, latched, recent, missed", ALARM, "alarms"),
    KeyAction(
        "enter", ("enter",), "Confirm; else open the patient, or an alarm's history", ALARM, "open", reserved=True
    ),
    KeyAction("back", ("escape",), "Cancel, close, clear, let go of the row", ALARM, "back", reserved=True),
    KeyAction("medications", ("r", "f5"), "Medication round: due, overdue, given, not given", MEDICATION, "meds"),
    KeyAction("select_next", ("down", "j"), "Next patient", CHOOSE, repeats=True),
    KeyAction("select_previous", ("up", "k"), "Previous patient", CHOOSE, repeats=True),
    KeyAction("select_right", ("l", "tab"), "Next tile; next section of the alarms", CHOOSE, repeats=True),
    KeyAction("select_left", ("h", "shift+tab"), "Previous tile; previous section of the alarms", CHOOSE, repeats=True),
    KeyAction("page_down", ("pagedown", "ctrl+d"), "A page down", CHOOSE, repeats=True),
    KeyAction("page_up", ("pageup", "ctrl+u"), "A page up", CHOOSE, repeats=True),
    KeyAction("first", ("home", "g"), "First patient", CHOOSE),
    KeyAction("last", ("end", "G"), "Last patient", CHOOSE),
    KeyAction("filter", ("slash",), "Filter: name, bed, severity, home, mine", CHOOSE, "filter"),
    KeyAction("pin", ("m",), "Pin the patient as mine", CHOOSE, "pin"),
    KeyAction("compare_mark", ("c",), "Mark the patient for a comparison, or no longer", CHOOSE),
    KeyAction("compare", ("O",), "Compare the marked patients, two to four, on one time axis", VIEW),
    KeyAction("mine_first", ("M",), "My patients first", VIEW),
    KeyAction("sort", ("o",), "Order: worst first, by bed, by name", VIEW, "order"),
    KeyAction("tiles", ("t",), "Tiles or list", VIEW, "tiles"),
    KeyAction("window_shorter", ("left_square_bracket",), "Shorter sparklines", VIEW),
    KeyAction("window_longer", ("right_square_bracket", "w"), "Longer sparklines", VIEW, "window"),
    KeyAction("burden", ("B", "f3"), "Alarm burden: a day, a shift, an hour", VIEW),
    KeyAction("limits", ("i", "f4"), "Alarm limits of the patient, tried on the last 24 h", VIEW),
    KeyAction("ward_devices", ("K", "f9"), "Devices of the ward: what fails next stands first", VIEW),
    KeyAction("empty_beds", ("e",), "Empty beds, shown or not", VIEW),
    KeyAction("units", ("u",), "Units: glucose in mg/dL or mmol/L", VIEW),
    KeyAction("chart", ("C", "f6"), "Medication chart (MAR): drugs by hours", MEDICATION),
    KeyAction("adherence", ("I", "f7"), "Adherence at home: doses, PDC, refills", MEDICATION),
    KeyAction("chart_back", ("left",), "The hour before, on the chart", MEDICATION, "", "chart", repeats=True),
    KeyAction("chart_on", ("right",), "The next hour, on the chart", MEDICATION, "", "chart", repeats=True),
    KeyAction("theme", ("T",), "Next theme", VIEW, "theme"),
    KeyAction("travel", ("Z",), "Go to a moment: the whole ward as it stood and was shown", RECORDING),
    KeyAction("travel_here", ("J",), "Go to the moment of the page's cursor", RECORDING, "", "story"),
    KeyAction("now", ("0",), "Back to now", RECORDING, "now", "recording"),
    KeyAction("play", ("space",), "Play or pause", RECORDING, "play", "recording"),
    KeyAction("step_back", ("left",), "Ten seconds back", RECORDING, "", "recording", repeats=True),
    KeyAction("step_forward", ("right",), "Ten seconds on", RECORDING, "step", "recording", repeats=True),
    KeyAction("minute_back", ("less_than_sign",), "A minute back", RECORDING, "", "recording", repeats=True),
    KeyAction("minute_forward", ("greater_than_sign",), "A minute on", RECORDING, "", "recording", repeats=True),
    KeyAction("seek_back", ("shift+left", "comma"), "Ten minutes back", RECORDING, "", "recording", repeats=True),
    KeyAction("seek_forward", ("shift+right", "full_stop"), "Ten minutes on", RECORDING, "", "recording", repeats=True),
    KeyAction("event_forward", ("n",), "Next observations", RECORDING, "", "recording", repeats=True),
    KeyAction("event_back", ("p",), "Observations before", RECORDING, "", "recording", repeats=True),
    KeyAction(
        "told_forward",
        ("right_curly_bracket",),
        "Next event: alarm, dose, note, device, who came or left",
        RECORDING,
        "",
        "recording",
    ),
    KeyAction("told_back", ("left_curly_bracket",), "Event before", RECORDING, "", "recording"),
    KeyAction("alarm_forward", ("y",), "Next alarm", RECORDING, "alarm", "recording"),
    KeyAction("alarm_back", ("Y",), "Alarm before", RECORDING, "", "recording"),
    KeyAction("faster", ("plus", "equals_sign"), "Faster", RECORDING, "speed", "recording"),
    KeyAction("slower", ("minus",), "Slower", RECORDING, "", "recording"),
    KeyAction("export", ("X",), "Export what is on the screen; asks first", PROGRAM),
    KeyAction("sign_in", ("L", "f8"), "Sign in at the ward's server: page, code, QR code; who is signed in", PROGRAM),
    KeyAction("sound_test", ("V",), "Sound test: plays the high alarm, asks whether you heard it", PROGRAM),
    KeyAction("palette", ("ctrl+p", "colon"), "Every command, and every patient by name", PROGRAM, "commands"),
    KeyAction("help", ("question_mark", "f1"), "Help: keys and signs", PROGRAM, "help"),
    KeyAction("quit", ("q", "ctrl+q", "ctrl+c"), "Leave; asks once more on a live ward", PROGRAM, "quit"),
    KeyAction("limit_less", ("left", "minus"), "One step lower", LIMITS, "", "limits", repeats=True),
    KeyAction("limit_more", ("right", "plus", "equals_sign"), "One step higher", LIMITS, "", "limits", repeats=True),
    KeyAction("limit_off", ("backspace", "delete"), "Off, or on again", LIMITS, "", "limits"),
    KeyAction("limit_around", ("b",), "Medium limits around the present value", LIMITS, "", "limits"),
    KeyAction("limit_default", ("d",), "Back to the default limits", LIMITS, "", "limits"),
    KeyAction("limit_ward", ("W",), "For this patient, or for the whole ward", LIMITS, "", "limits"),
    KeyAction("limit_save", ("S",), "Save; lists every change and asks why and how long", LIMITS, "save", "limits"),
    KeyAction("story_overview", ("1",), "Overview: who, alarms, vitals, score, devices", STORY),
    KeyAction("story_trends", ("2",), "Trends: vitals on one time axis", STORY),
    KeyAction("story_observations", ("3",), "Observation chart: NEWS2 by time", STORY),
    KeyAction("story_flowsheet", ("4",), "Flowsheet: values by time, any interval", STORY),
    KeyAction("story_glucose", ("5",), "Glucose: ranges, profile, what comes next", STORY),
    KeyAction("story_waves", ("6",), "Waveforms, where the source has them", STORY),
    KeyAction("story_timeline", ("7",), "Timeline: everything that happened, in order", STORY),
    KeyAction("story_devices", ("8",), "Devices of the patient", STORY),
    KeyAction(
        "trend_left", ("left",), "The cursor to the left: values at its time", TRENDS, "", "trends", repeats=True
    ),
    KeyAction("trend_right", ("right",), "The cursor to the right", TRENDS, "", "trends", repeats=True),
    KeyAction("trend_earlier", ("shift+left",), "A quarter of the window back", TRENDS, "", "trends", repeats=True),
    KeyAction("trend_later", ("shift+right",), "A quarter of the window on", TRENDS, "", "trends", repeats=True),
    KeyAction("trend_in", ("plus", "equals_sign"), "Zoom in, around the cursor", TRENDS, "", "trends", repeats=True),
    KeyAction("trend_out", ("minus",), "Zoom out", TRENDS, "", "trends", repeats=True),
    KeyAction("trend_days", ("d",), "Earlier days under the curves, or not", TRENDS, "days", "trends"),
    KeyAction("columns_back", ("left",), "The column before", COLUMNS, "", "columns", repeats=True),
    KeyAction("columns_on", ("right",), "The next column", COLUMNS, "", "columns", repeats=True),
    KeyAction("observations_bands", ("b",), "Rows of bands as on paper, or cells", COLUMNS, "", "observations"),
    KeyAction("flowsheet_worst", ("W",), "The worst or the last value of each column", COLUMNS, "", "flowsheet"),
    KeyAction("glucose_back", ("left",), "The half hour of the day before", GLUCOSE, "", "glucose", repeats=True),
    KeyAction("glucose_on", ("right",), "The next half hour of the day", GLUCOSE, "", "glucose", repeats=True),
    KeyAction(
        "write_note", ("N",), "Write a note about the patient; tab, before a word: templates", PATIENT, "note", "story"
    ),
    KeyAction("correct_note", ("R",), "Correct the chosen note; the original stays", TIMELINE, "", "timeline"),
    KeyAction(
        "chart_vitals",
        ("F",),
        "Chart the present vital signs on the server; lists them first",
        PATIENT,
        "chart vitals",
        "patient",
    ),
    KeyAction("waves_run", ("W",), "Waveforms on or off; over SSH they are off at first", WAVES, "", "waves"),
    KeyAction("waves_dots", ("b",), "Drawn in braille dots, blocks or ASCII", WAVES, "", "waves"),
    KeyAction("sign_in_cancel", ("x", "delete"), "Give up the sign-in that waits", SIGN_IN, "give up", "sign in"),
)

GENERAL: Final = frozenset({"always", "recording", "story"})
"""Where a key has a meaning of its own, whichever page is open; elsewhere only the page gives it one."""

ACTIONS: Final[Mapping[str, KeyAction]] = {action.id: action for action in TABLE}

_SIGNS: Final = {
    "slash": "/", "question_mark": "?", "left_square_bracket": "[", "right_square_bracket": "]", "plus": "+",
    "minus": "-", "equals_sign": "=", "comma": ",", "full_stop": ".", "colon": ":", "escape": "esc", "space": "space",
    "less_than_sign": "<", "greater_than_sign": ">", "left_curly_bracket": "{", "right_curly_bracket": "}",
    "pagedown": "pgdn", "pageup": "pgup", "down": "↓", "up": "↑", "left": "←", "right": "→",
}  # fmt: skip


def key_label(key: str) -> str:
    """``key`` as a reader knows it: ``slash`` is ``/``, ``ctrl+p`` is ``^p``."""
    modifier, _, name = key.rpartition("+")
    shown = _SIGNS.get(name, name)
    if not modifier:
        return shown
    return f"^{shown}" if modifier == "ctrl" else f"{modifier}+{shown}"


def here(action: KeyAction, *, recording: bool, places: Collection[str] = ()) -> bool:
    """Whether an action counts on this screen, with a page open that stands at these ``places``."""
    return action.where == "always" or (action.where == "recording" and recording) or action.where in places


def _of_a_page(action: KeyAction) -> bool:
    return action.where not in ("always", "recording")


@dataclass(frozen=True)
class Keys:
    """The keys in force: the table with the user's choices, checked."""

    by_action: Mapping[str, tuple[str, ...]]

    def lookup(self, *, recording: bool, places: Collection[str] = ()) -> dict[str, KeyAction]:
        """key name -> what it does here. Keys of the recording group count only while one plays, those of a page only
        while it is open; a page's own come first."""
        there = sorted((action for action in TABLE if here(action, recording=recording, places=places)), key=_of_a_page)
        return {key: action for action in there for key in self.by_action[action.id]}

    def labels(self, action: str) -> tuple[str, ...]:
        """The keys of an action as a reader knows them."""
        return tuple(key_label(key) for key in self.by_action[action])

    def groups(self) -> dict[str, list[KeyAction]]:
        """group -> its actions, in the table's order."""
        grouped: dict[str, list[KeyAction]] = {}
        for action in TABLE:
            grouped.setdefault(action.group, []).append(action)
        return grouped


DEFAULT_KEYS: Final = Keys({action.id: action.keys for action in TABLE})


def key_reference_markdown(keys: Keys = DEFAULT_KEYS) -> str:
    """The key reference for the documentation: one table a group."""
    out = ["# Keys\n\nPrinted by `iomt-tui keys`. A key map of your own goes into the configuration, below `[keymap]`."]
    for group, actions in keys.groups().items():
        rows = (
            f"| {' '.join(f'`{label}`' for label in keys.labels(action.id))} | {action.description} | `{action.id}` |"
            for action in actions
        )
        out.append("\n".join((f"## {group}", "", "| keys | what | id in a key map |", "| --- | --- | --- |", *rows)))
    return "\n\n".join(out) + "\n"


def taken_keys(actions: Iterable[KeyAction]) -> dict[str, str]:
    """key name -> id of the action that has it in the table."""
    return {key: action.id for action in actions for key in action.keys}
