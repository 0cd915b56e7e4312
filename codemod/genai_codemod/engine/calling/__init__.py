"""Calls that are not written as calls of the SDK: handed on, chosen, put together."""
