"""The sections of the page that asks whether patients respond more often."""
