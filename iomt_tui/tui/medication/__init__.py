"""Medication on the screen: the chart of one patient, and adherence at home. Pure."""
