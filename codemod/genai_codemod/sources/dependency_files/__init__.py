"""Files that say which packages a project needs: text in, text and findings out."""
