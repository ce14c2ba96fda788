"""The pages of one patient's story without a screen: as documents, in words, and as rows of a table."""
