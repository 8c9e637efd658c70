"""What the documentation makes from the source is current, its site builds, and what it says can be done."""
