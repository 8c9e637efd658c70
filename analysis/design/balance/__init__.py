"""Balance: how alike the arms are, before and after matching or weighting."""

from analysis.design.balance.convention import CONVENTIONS, Convention, describe_convention, software_like
from analysis.design.balance.covariates import covariate_balance, other_balance
from analysis.design.balance.measures import chance_smd, effective_sample_size
from analysis.design.balance.result import CovariateBalance
from analysis.design.balance.second_order import second_order_balance
from analysis.design.balance.subgroups import SubgroupBalance, subgroup_balance

__all__ = [
    "CONVENTIONS",
    "Convention",
    "CovariateBalance",
    "SubgroupBalance",
    "chance_smd",
    "covariate_balance",
    "describe_convention",
    "effective_sample_size",
    "other_balance",
    "second_order_balance",
    "software_like",
    "subgroup_balance",
]
