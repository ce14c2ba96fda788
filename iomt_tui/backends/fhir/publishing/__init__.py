"""The simulated ward put into a FHIR server, so that anyone can try the real path.

Pure makers turn bodies of the log into FHIR R4 resources; the rest carries them to a server and takes them away again.
All of it is test data and says so: HTEST, a tag of its own, and ids that begin with ``iomt-demo-``.
"""
