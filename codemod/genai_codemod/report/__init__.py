"""What a run says about itself, one file for each format."""
