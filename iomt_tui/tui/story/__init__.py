"""Lines of the pages of one patient's story. Pure: from frozen values to content."""
