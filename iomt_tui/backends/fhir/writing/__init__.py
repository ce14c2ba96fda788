"""What clinicians did, written to a FHIR server: acknowledgements, doses, notes and charted vital signs.

Nothing is said to be there before it was read back. Every id follows from the act alone, so that a write that is sent
again, after a lost answer or a crash, is the same write.
"""
