"""The ward in words and in JSON: what the screens show, for scripts and screen readers."""
