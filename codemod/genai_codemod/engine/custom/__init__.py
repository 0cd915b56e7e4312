"""Rules of one's own: for any package, in YAML or in Python.

A file is analysed as the rest of the engine does it; then each place that a rule is for becomes an
``Edit``, the imports follow, and everything is carried out in one traversal.
"""
