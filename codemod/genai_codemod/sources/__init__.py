"""What a repository holds, one file for each kind of source."""
