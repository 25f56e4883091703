"""One file a format: bytes → raw articles. It reads; cleaning and metadata come later."""
