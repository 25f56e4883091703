"""The page in the browser: it draws and does not think."""
