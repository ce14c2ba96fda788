"""Medication: codes on packs and wristbands, and what they say about a dose. Pure."""
