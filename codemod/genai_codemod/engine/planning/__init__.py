"""What becomes of a module and of a program, and what must be left."""
