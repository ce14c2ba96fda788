"""Medication: orders, the doses they mean, and whether each was given. Pure functions."""
