"""What other programs may ask of the archive: over HTTP with JSON, and as the tools of an assistant (MCP)."""
