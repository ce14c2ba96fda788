"""Medication: orders, the doses they mean, whether each was given, and adherence at home. Pure functions."""
