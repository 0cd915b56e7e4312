"""Checks Python code that uses google.genai against the SDK that is installed.

Nothing is run and no request is sent: the code is parsed, names are followed to the SDK through
imports, scopes and assignments, and the SDK itself is asked what it has and what it accepts.
"""
