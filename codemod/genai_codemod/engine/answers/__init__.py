"""What programs read: attributes, what is missing now, streams and loops."""
