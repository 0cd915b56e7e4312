"""Objects that keep settings: models, chats, configurations, and lists of parts."""
