"""Pages: what may stand in place of the board, one class each. The lines around them stay."""
