"""The figures of the product as exhibits: each file turns the state of a study into what a page shows."""
