"""Sound: when an alarm is heard, by which pattern, and through what."""
