"""The screens: the board, one patient, help."""
