"""Who may use the app, for how long, and what becomes of a session that nobody uses."""
