"""Collections, and the searches that Portal saves as such."""
