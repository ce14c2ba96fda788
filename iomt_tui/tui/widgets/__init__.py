"""The board screen's own lines and panes."""
