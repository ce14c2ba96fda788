"""Alarm conditions, their life cycle, and the decisions of a ward's alarm system. Pure."""
