"""Notes as they are typed: what for, part by part, and what they correct."""
