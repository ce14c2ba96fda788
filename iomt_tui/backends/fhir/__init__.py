"""FHIR R4: from resources to patients, devices and readings."""
