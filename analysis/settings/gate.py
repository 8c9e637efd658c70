"""What the design should show before outcomes are looked at."""

from typing import Annotated

from pydantic import Field, StrictBool

from analysis.settings.part import SettingsPart
from analysis.settings.values import Positive, Share


class GateSettings(SettingsPart):
    """What the design should show before outcomes are looked at, and whether they are covered until then.

    With ``blinded`` the screen covers every outcome until the plan is locked. ``plan`` is the digest of the plan that was
    locked, so that a later run can say whether it is that plan. A check that is ``null`` is not made: ``largest_smd`` and
    ``largest_variance_ratio`` (or its inverse) of any term, ``least_overlap`` the share of each arm in equipoise,
    ``least_kept`` the share of the patients the effect refers to who are compared, ``least_effective_size`` of each arm,
    ``largest_weight_share`` of an arm that one patient may carry, ``least_events`` of each endpoint, both arms together.
    """

    blinded: StrictBool = False
    plan: Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None = None
    largest_smd: Positive | None = 0.1
    largest_variance_ratio: Annotated[Positive, Field(ge=1.0)] | None = 2.0
    least_overlap: Share | None = 0.5
    least_kept: Share | None = 0.5
    least_effective_size: Positive | None = 20.0
    largest_weight_share: Share | None = 0.1
    least_events: Positive | None = 20.0
