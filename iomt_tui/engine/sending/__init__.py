"""Telling people outside of the screens about an alarm that nobody answers, beside the engine and never in its way."""
