"""Executes the modules of a program abstractly: which value is where."""
