"""Files of what a screen shows: CSV, JSON, words, a FHIR Bundle, a picture."""
