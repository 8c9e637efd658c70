import random
from collections import Counter

from tests.fuzz import odd_study, study_taken_or_refused


def test_odd_study_files_are_taken_or_refused() -> None:
    rng = random.Random(9)
    outcomes = Counter(study_taken_or_refused(odd_study(rng)) for _ in range(60))
    assert outcomes.total() == 60
    assert set(outcomes) == {"taken", "refused"}
