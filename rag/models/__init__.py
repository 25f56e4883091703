"""The models' files: which ones, whether they are the right ones, how they come, whether they fit."""
