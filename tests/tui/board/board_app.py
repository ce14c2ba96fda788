"""A small app around one board, for snapshots and for tests of the widget."""

from __future__ import annotations

from board_wards import NOW, FixtureWard
from textual.app import App, ComposeResult

from iomt_tui.tui.board.messages import PatientOpened, PatientSelected
from iomt_tui.tui.board.state import Manner
from iomt_tui.tui.board.widget import Mode, WardBoard
from iomt_tui.tui.theming import VARIABLES, load_themes


class BoardApp(App[None]):
    """One board that fills the screen."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        ward: FixtureWard,
        theme: str = "dark",
        *,
        manner: Manner | None = None,
        mode: Mode = "list",
        selected: str | None = None,
        pinned: tuple[str, ...] = (),
    ) -> None:
        super().__init__()
        for loaded in load_themes().themes.values():
            self.register_theme(loaded)
        self.theme = theme
        self.animation_level = "none"
        self.ward = ward
        self.board = WardBoard(manner, mode)
        self.heard: list[tuple[str, str | None]] = []
        self._first = (selected, pinned)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return dict(VARIABLES)

    def compose(self) -> ComposeResult:
        yield self.board

    def on_mount(self) -> None:
        high = {view.id for view in self.ward.views.values() if view.severity == 4}
        selected, pinned = self._first
        self.board.set_source(self.ward)
        self.board.pinned = pinned
        self.board.set_order(self.ward.ids, high)
        self.board.refresh_patients(None, NOW)
        self.board.selected = selected
        self.board.focus()

    def on_patient_selected(self, message: PatientSelected) -> None:
        self.heard.append(("selected", message.patient))

    def on_patient_opened(self, message: PatientOpened) -> None:
        self.heard.append(("opened", message.patient))
