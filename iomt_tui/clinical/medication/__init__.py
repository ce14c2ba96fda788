"""Medication: orders, the doses they mean, whether each was given, codes on packs and wristbands, adherence. Pure."""
