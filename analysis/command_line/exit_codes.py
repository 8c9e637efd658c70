"""What a command answers to the shell."""

DONE = 0
"""It did what was asked."""

BUG = 1
"""A bug, or a known answer that differs here."""

USER_CAN_FIX = 2
"""Refused with a sentence; nothing was written."""

INTERRUPTED = 130
"""Stopped by Ctrl-C."""
