"""What the library offers, made of what lies below: ``project``, ``sources``, ``engine``, ``shim``.

Callers, and the command line, take it from :mod:`genai_codemod` and :mod:`genai_codemod.tools`.
"""
