"""The ward as a fold over the event log: events, state, and the frozen views that screens read. Pure."""
