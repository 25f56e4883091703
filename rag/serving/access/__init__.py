"""Who may read: accounts with passwords, and the gate in front of the page."""
