"""Best response from the sums of a patient's scans, by RECIST 1.1 and by mRECIST.

Sources: Eisenhauer et al. 2009, doi:10.1016/j.ejca.2008.10.026; Lencioni & Llovet 2010, doi:10.1055/s-0030-1247132.
"""

from collections.abc import Sequence

PARTIAL_RESPONSE = -0.30
PROGRESSION = 0.20

# RECIST 1.1 asks for 5 mm of growth besides the 20 %; mRECIST, on the viable tumour, does not.
RECIST_GROWTH_MM = 5
MRECIST_GROWTH_MM = 0

ORDER = ("CR", "PR", "SD", "PD")


def scan_responses(sums: Sequence[int], new_lesion: Sequence[bool], growth_mm: int) -> tuple[str, ...]:
    """Judge each scan after the first, which is the baseline.

    Response is measured from the baseline; progression from the smallest sum so far, the baseline included, or by a
    new lesion.

    Examples
    --------
    >>> scan_responses([100, 65, 80, 75], [False, False, False, True], RECIST_GROWTH_MM)
    ('PR', 'PD', 'PD')
    """
    responses = []
    smallest = sums[0]
    for size, new in zip(sums[1:], new_lesion[1:], strict=True):
        growth = size - smallest
        if new or (growth > 0 and growth >= PROGRESSION * smallest and growth >= growth_mm):
            responses.append("PD")
        elif size == 0:
            responses.append("CR")
        elif size - sums[0] <= PARTIAL_RESPONSE * sums[0]:
            responses.append("PR")
        else:
            responses.append("SD")
        smallest = min(smallest, size)
    return tuple(responses)


def best_response(responses: Sequence[str]) -> str:
    """Give the best response up to the first progression; NE without a scan after baseline.

    Examples
    --------
    >>> best_response(("SD", "PR", "PD"))
    'PR'
    >>> best_response(())
    'NE'
    """
    if not responses:
        return "NE"
    until = responses.index("PD") + 1 if "PD" in responses else len(responses)
    return min(responses[:until], key=ORDER.index)


def best_change(sums: Sequence[int]) -> float | None:
    """Give the largest shrinkage, or smallest growth, from baseline in per cent, one decimal; None without a scan."""
    return round(100 * (min(sums[1:]) - sums[0]) / sums[0], 1) if len(sums) > 1 else None
