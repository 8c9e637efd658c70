"""The sources of the methods, and their numbers in a text."""

import re
from typing import Final

from analysis.manuscript.text.section import Citation

_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([a-z0-9_,]+){_CLOSE}")

SOURCES: Final[dict[str, tuple[str, str]]] = {
    "anderson1983": (
        "Anderson JR, Cain KC, Gelber RD. Analysis of survival by tumor response. J Clin Oncol 1983;1:710-9.",
        "10.1200/JCO.1983.1.11.710",
    ),
    "austin2009": (
        "Austin PC. Balance diagnostics for comparing the distribution of baseline covariates between treatment groups "
        "in propensity-score matched samples. Stat Med 2009;28:3083-107.",
        "10.1002/sim.3697",
    ),
    "austin2011": (
        "Austin PC. Optimal caliper widths for propensity-score matching when estimating differences in means and "
        "differences in proportions in observational studies. Pharm Stat 2011;10:150-61.",
        "10.1002/pst.433",
    ),
    "austin2014": (
        "Austin PC. The use of propensity score methods with survival or time-to-event outcomes: reporting measures of "
        "effect similar to those used in randomized experiments. Stat Med 2014;33:1242-58.",
        "10.1002/sim.5984",
    ),
    "austinsmall2014": (
        "Austin PC, Small DS. The use of bootstrapping when using propensity-score matching without replacement: a "
        "simulation study. Stat Med 2014;33:4306-19.",
        "10.1002/sim.6276",
    ),
    "barnard1999": (
        "Barnard J, Rubin DB. Small-sample degrees of freedom with multiple imputation. Biometrika 1999;86:948-55.",
        "10.1093/biomet/86.4.948",
    ),
    "benjamini1995": (
        "Benjamini Y, Hochberg Y. Controlling the false discovery rate: a practical and powerful approach to multiple "
        "testing. J R Stat Soc B 1995;57:289-300.",
        "10.1111/j.2517-6161.1995.tb02031.x",
    ),
    "brookmeyer1982": (
        "Brookmeyer R, Crowley J. A confidence interval for the median survival time. Biometrics 1982;38:29-41.",
        "10.2307/2530286",
    ),
    "chernozhukov2018": (
        "Chernozhukov V, Chetverikov D, Demirer M, et al. Double/debiased machine learning for treatment and structural "
        "parameters. Econom J 2018;21:C1-68.",
        "10.1111/ectj.12097",
    ),
    "clopper1934": (
        "Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the case of the binomial. "
        "Biometrika 1934;26:404-13.",
        "10.1093/biomet/26.4.404",
    ),
    "cohen1960": (
        "Cohen J. A coefficient of agreement for nominal scales. Educ Psychol Meas 1960;20:37-46.",
        "10.1177/001316446002000104",
    ),
    "cole2008": (
        "Cole SR, Hernán MA. Constructing inverse probability weights for marginal structural models. Am J Epidemiol "
        "2008;168:656-64.",
        "10.1093/aje/kwn164",
    ),
    "crump2009": (
        "Crump RK, Hotz VJ, Imbens GW, Mitnik OA. Dealing with limited overlap in estimation of average treatment "
        "effects. Biometrika 2009;96:187-99.",
        "10.1093/biomet/asn055",
    ),
    "efron1977": (
        "Efron B. The efficiency of Cox's likelihood function for censored data. J Am Stat Assoc 1977;72:557-65.",
        "10.1080/01621459.1977.10480613",
    ),
    "efron1987": (
        "Efron B. Better bootstrap confidence intervals. J Am Stat Assoc 1987;82:171-85.",
        "10.1080/01621459.1987.10478410",
    ),
    "eisenhauer2009": (
        "Eisenhauer EA, Therasse P, Bogaerts J, et al. New response evaluation criteria in solid tumours: revised RECIST "
        "guideline (version 1.1). Eur J Cancer 2009;45:228-47.",
        "10.1016/j.ejca.2008.10.026",
    ),
    "fagerland2013": (
        "Fagerland MW, Lydersen S, Laake P. The McNemar test for binary matched-pairs data: mid-p and asymptotic are "
        "better than exact conditional. BMC Med Res Methodol 2013;13:91.",
        "10.1186/1471-2288-13-91",
    ),
    "fine1999": (
        "Fine JP, Gray RJ. A proportional hazards model for the subdistribution of a competing risk. J Am Stat Assoc "
        "1999;94:496-509.",
        "10.1080/01621459.1999.10474144",
    ),
    "firth1993": (
        "Firth D. Bias reduction of maximum likelihood estimates. Biometrika 1993;80:27-38.",
        "10.1093/biomet/80.1.27",
    ),
    "funk2011": (
        "Funk MJ, Westreich D, Wiesen C, Stürmer T, Brookhart MA, Davidian M. Doubly robust estimation of causal "
        "effects. Am J Epidemiol 2011;173:761-7.",
        "10.1093/aje/kwq439",
    ),
    "grambsch1994": (
        "Grambsch PM, Therneau TM. Proportional hazards tests and diagnostics based on weighted residuals. Biometrika "
        "1994;81:515-26.",
        "10.1093/biomet/81.3.515",
    ),
    "gray1988": (
        "Gray RJ. A class of K-sample tests for comparing the cumulative incidence of a competing risk. Ann Stat "
        "1988;16:1141-54.",
        "10.1214/aos/1176350951",
    ),
    "hainmueller2012": (
        "Hainmueller J. Entropy balancing for causal effects: a multivariate reweighting method to produce balanced "
        "samples in observational studies. Polit Anal 2012;20:25-46.",
        "10.1093/pan/mpr025",
    ),
    "hansen2004": (
        "Hansen BB. Full matching in an observational study of coaching for the SAT. J Am Stat Assoc 2004;99:609-18.",
        "10.1198/016214504000000647",
    ),
    "higgins2002": (
        "Higgins JPT, Thompson SG. Quantifying heterogeneity in a meta-analysis. Stat Med 2002;21:1539-58.",
        "10.1002/sim.1186",
    ),
    "hochberg1988": (
        "Hochberg Y. A sharper Bonferroni procedure for multiple tests of significance. Biometrika 1988;75:800-2.",
        "10.1093/biomet/75.4.800",
    ),
    "holm1979": (
        "Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat 1979;6:65-70.",
        "",
    ),
    "iacus2012": (
        "Iacus SM, King G, Porro G. Causal inference without balance checking: coarsened exact matching. Polit Anal "
        "2012;20:1-24.",
        "10.1093/pan/mpr013",
    ),
    "kaplan1958": (
        "Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat Assoc 1958;53:457-81.",
        "10.1080/01621459.1958.10501452",
    ),
    "lencioni2010": (
        "Lencioni R, Llovet JM. Modified RECIST (mRECIST) assessment for hepatocellular carcinoma. Semin Liver Dis "
        "2010;30:52-60.",
        "10.1055/s-0030-1247132",
    ),
    "li2018": (
        "Li F, Morgan KL, Zaslavsky AM. Balancing covariates via propensity score weighting. J Am Stat Assoc "
        "2018;113:390-400.",
        "10.1080/01621459.2016.1260466",
    ),
    "ligreene2013": (
        "Li L, Greene T. A weighting analogue to pair matching in propensity score analysis. Int J Biostat 2013;9:215-34.",
        "10.1515/ijb-2012-0030",
    ),
    "lin1989": (
        "Lin DY, Wei LJ. The robust inference for the Cox proportional hazards model. J Am Stat Assoc 1989;84:1074-8.",
        "10.1080/01621459.1989.10478874",
    ),
    "lin1998": (
        "Lin DY, Psaty BM, Kronmal RA. Assessing the sensitivity of regression results to unmeasured confounders in "
        "observational studies. Biometrics 1998;54:948-63.",
        "10.2307/2533848",
    ),
    "lipsitch2010": (
        "Lipsitch M, Tchetgen Tchetgen E, Cohen T. Negative controls: a tool for detecting confounding and bias in "
        "observational studies. Epidemiology 2010;21:383-8.",
        "10.1097/EDE.0b013e3181d61eeb",
    ),
    "ming2000": (
        "Ming K, Rosenbaum PR. Substantial gains in bias reduction from matching with a variable number of controls. "
        "Biometrics 2000;56:118-24.",
        "10.1111/j.0006-341X.2000.00118.x",
    ),
    "mitra2016": (
        "Mitra R, Reiter JP. A comparison of two methods of estimating propensity scores after multiple imputation. "
        "Stat Methods Med Res 2016;25:188-204.",
        "10.1177/0962280212445945",
    ),
    "newcombe1998": (
        "Newcombe RG. Interval estimation for the difference between independent proportions: comparison of eleven "
        "methods. Stat Med 1998;17:873-90.",
        "10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I",
    ),
    "putter2007": (
        "Putter H, Fiocco M, Geskus RB. Tutorial in biostatistics: competing risks and multi-state models. Stat Med "
        "2007;26:2389-430.",
        "10.1002/sim.2712",
    ),
    "robins2000": (
        "Robins JM, Hernán MA, Brumback B. Marginal structural models and causal inference in epidemiology. "
        "Epidemiology 2000;11:550-60.",
        "10.1097/00001648-200009000-00011",
    ),
    "rosenbaum1989": (
        "Rosenbaum PR. Optimal matching for observational studies. J Am Stat Assoc 1989;84:1024-32.",
        "10.2307/2290079",
    ),
    "rosenbaum2002": (
        "Rosenbaum PR. Observational studies. 2nd ed. New York: Springer; 2002.",
        "10.1007/978-1-4757-3692-2",
    ),
    "royston2013": (
        "Royston P, Parmar MKB. Restricted mean survival time: an alternative to the hazard ratio for the design and "
        "analysis of randomized trials with a time-to-event outcome. BMC Med Res Methodol 2013;13:152.",
        "10.1186/1471-2288-13-152",
    ),
    "rubin1980": (
        "Rubin DB. Bias reduction using Mahalanobis-metric matching. Biometrics 1980;36:293-8.",
        "10.2307/2529981",
    ),
    "rubin1987": (
        "Rubin DB. Multiple imputation for nonresponse in surveys. New York: Wiley; 1987.",
        "10.1002/9780470316696",
    ),
    "schemper1996": (
        "Schemper M, Smith TL. A note on quantifying follow-up in studies of failure time. Control Clin Trials "
        "1996;17:343-6.",
        "10.1016/0197-2456(96)00075-X",
    ),
    "simonsohn2020": (
        "Simonsohn U, Simmons JP, Nelson LD. Specification curve analysis. Nat Hum Behav 2020;4:1208-14.",
        "10.1038/s41562-020-0912-z",
    ),
    "stuart2010": (
        "Stuart EA. Matching methods for causal inference: a review and a look forward. Stat Sci 2010;25:1-21.",
        "10.1214/09-STS313",
    ),
    "tango1998": (
        "Tango T. Equivalence test and confidence interval for the difference in proportions for the paired-sample "
        "design. Stat Med 1998;17:891-908.",
        "10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B",
    ),
    "vanbuuren2011": (
        "van Buuren S, Groothuis-Oudshoorn K. mice: multivariate imputation by chained equations in R. J Stat Softw "
        "2011;45(3):1-67.",
        "10.18637/jss.v045.i03",
    ),
    "vanderweele2017": (
        "VanderWeele TJ, Ding P. Sensitivity analysis in observational research: introducing the E-value. Ann Intern "
        "Med 2017;167:268-74.",
        "10.7326/M16-2607",
    ),
    "walker2013": (
        "Walker AM, Patrick AR, Lauer MS, et al. A tool for assessing the feasibility of comparative effectiveness "
        "research. Comp Eff Res 2013;3:11-20.",
        "10.2147/CER.S40357",
    ),
    "wang2007": (
        "Wang R, Lagakos SW, Ware JH, Hunter DJ, Drazen JM. Statistics in medicine: reporting of subgroup analyses in "
        "clinical trials. N Engl J Med 2007;357:2189-94.",
        "10.1056/NEJMsr077003",
    ),
    "wilson1927": (
        "Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat Assoc 1927;22:209-12.",
        "10.1080/01621459.1927.10502953",
    ),
}
"""Every source a text may name: the entry of a list of references, and its DOI."""


def cite(*keys: str) -> str:
    """A mark in a sentence that `Numbering` turns into numbers.

    Parameters
    ----------
    *keys : str
        Of `SOURCES`.
    """
    unknown = [key for key in keys if key not in SOURCES]
    if unknown:
        raise KeyError(f"no such source: {unknown}")
    return f"{_OPEN}{','.join(keys)}{_CLOSE}"


class Numbering:
    """Numbers sources in the order in which a text names them.

    Examples
    --------
    >>> numbers = Numbering()
    >>> numbers.resolve(f"matched {cite('stuart2010')} in pairs {cite('austin2011', 'stuart2010')}")
    'matched [1] in pairs [1,2]'
    >>> [found.doi for found in numbers.citations()]
    ['10.1214/09-STS313', '10.1002/pst.433']
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def resolve(self, text: str) -> str:
        """The text with each mark as numbers in brackets."""
        return _MARK.sub(self._numbered, text.replace(f"{_CLOSE} {_OPEN}", ",").replace(f"{_CLOSE}{_OPEN}", ","))

    def _numbered(self, found: re.Match[str]) -> str:
        keys = found.group(1).split(",")
        if any(key not in SOURCES for key in keys):
            return ""
        numbers = sorted(self._numbers.setdefault(key, len(self._numbers) + 1) for key in keys)
        return f"[{','.join(map(str, numbers))}]"

    def citations(self) -> tuple[Citation, ...]:
        """The sources named so far."""
        return tuple(
            Citation(number=number, text=SOURCES[key][0], doi=SOURCES[key][1]) for key, number in self._numbers.items()
        )
