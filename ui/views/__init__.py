"""The pages, one file each; what they share lies one folder up."""
