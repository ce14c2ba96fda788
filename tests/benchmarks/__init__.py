"""What the program costs, measured against limits and against other programs in the same run.

``python -m tests.benchmarks`` runs all of it and prints a table; an argument picks the parts whose name contains it.
"""
