"""The first minutes: a guide of three steps, help, and the keys that spare a way to the mouse."""
