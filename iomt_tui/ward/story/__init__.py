"""One patient's story: what the pages of a patient draw, and what is printed and exported of them. Pure."""
