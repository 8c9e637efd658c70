"""How sure a guess is: what a column's name says, what its cells say, and what else would do as well."""

NAME_ONLY = 0.7
CONTENT_ONLY = 0.65


def score_of(name: float, content: float, *, rivals: int = 0) -> float:
    """Weigh what speaks for a guess.

    Parameters
    ----------
    name : float
        How plainly the column's name says so, 0 to 1.
    content : float
        How well the cells fit, 0 to 1.
    rivals : int
        Other columns that would do as well.

    Returns
    -------
    float
        0 to 1: from 0.9 where both say so plainly, 0.5 to 0.8 where one does, less with every rival.

    Examples
    --------
    >>> score_of(1, 1), score_of(1, 0), score_of(0, 1), score_of(1, 1, rivals=1)
    (0.97, 0.7, 0.65, 0.78)
    """
    alone = max(0.35 + (NAME_ONLY - 0.35) * name, 0.35 + (CONTENT_ONLY - 0.35) * content)
    both = min(name, content)
    agreed = 0.8 + 0.17 * both if both >= 0.5 else alone + (0.8 - alone) * both
    return round(max(alone, agreed) * 0.8 ** min(rivals, 3), 2)
