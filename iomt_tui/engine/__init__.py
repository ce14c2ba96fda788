"""The headless process of a ward: runs its source, appends to the log, decides alarms, keeps checkpoints."""
