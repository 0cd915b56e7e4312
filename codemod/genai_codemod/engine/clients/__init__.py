"""Where the client lives, who makes it and who borrows it."""
