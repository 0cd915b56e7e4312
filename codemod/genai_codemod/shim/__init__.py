"""Runs programs offline on the real SDKs, records what they would send, and compares it."""
