"""Medication: what adherence means in figures. Pure."""
