"""Rules as facts: reading them, checking them, and what they say."""
