"""What the pages of one patient's story show, and their twins print: frozen values, computed from the fold. Pure."""
