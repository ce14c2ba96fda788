"""Signing in to a FHIR server: as nobody, with a bearer token, as a wall board, or as a person with a second device."""
