"""Exceptions: handlers, tests of caught errors, and what is raised no more."""
