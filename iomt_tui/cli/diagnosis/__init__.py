"""What ``doctor`` checks. Nothing here shows a secret or a patient."""
