"""What an article says of itself: title, date of publication, outlet, author."""
