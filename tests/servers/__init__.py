"""Real FHIR servers, and faults put between them and the program, for tests."""
