"""Medication: orders, the doses they mean, whether each was given, and codes on packs and wristbands. Pure."""
