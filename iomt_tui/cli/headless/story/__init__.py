"""One patient's story as documents, words and rows of a table."""
