"""What people write into cells: numbers, dates and labels."""
