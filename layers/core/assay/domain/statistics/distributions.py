"""The normal and Student's t distribution, as exactly as floats allow."""

import math
from functools import lru_cache

TINY = 1e-300
PRECISION = 1e-15
LONGEST_FRACTION = 100_000
LARGE = 50
"""From here on the series for the ratio of two gamma functions beats the difference of their logarithms."""


def normal_cdf(z: float) -> float:
    """P(Z < z), to full relative precision in the lower tail too."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def normal_quantile(p: float) -> float:
    """The z with P(Z < z) = p, for 0 < p < 1."""
    from statistics import NormalDist  # noqa: PLC0415 - it takes long to load, and few who know of scores need it

    return NormalDist().inv_cdf(p)


def t_two_sided(t: float, df: float) -> float:
    """P(|T| ≥ |t|) with `df` degrees of freedom: the incomplete beta function at df / (df + t²)."""
    if math.isinf(t):
        return 0.0
    tail, rest = df / (df + t * t), t * t / (df + t * t)
    if tail < (df / 2 + 1) / (df / 2 + 2.5):
        return beta_front(df / 2, tail, rest) * beta_fraction(df / 2, 0.5, tail) / (df / 2)
    return 1 - beta_front(df / 2, tail, rest) * beta_fraction(0.5, df / 2, rest) / 0.5


def beta_front(a: float, x: float, rest: float) -> float:
    """x^a √rest / B(a, ½) for rest = 1 - x; of the two the smaller is the more exact."""
    power = a * (math.log(x) if x < rest else math.log1p(-rest))
    return math.exp(power) * math.sqrt(rest / math.pi) * gamma_ratio(a)


def gamma_ratio(a: float) -> float:
    """Γ(a + ½) / Γ(a)."""
    if a < LARGE:
        return math.exp(math.lgamma(a + 0.5) - math.lgamma(a))
    u = 1 / a
    return math.sqrt(a) * (1 + u * (-1 / 8 + u * (1 / 128 + u * (5 / 1024 + u * (-21 / 32768 - u * 399 / 262144)))))


def beta_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, by Lentz's method; it converges for x < (a+1)/(a+b+2)."""
    c, d = 1.0, 1 / away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, LONGEST_FRACTION):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / away_from_zero(1 + even * d), away_from_zero(1 + even / c)
        value *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / away_from_zero(1 + odd * d), away_from_zero(1 + odd / c)
        value *= d * c
        if abs(d * c - 1) < PRECISION:
            break
    return value


def away_from_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY


def t_density(t: float, df: float) -> float:
    """The density of Student's t."""
    return gamma_ratio(df / 2) / math.sqrt(df * math.pi) * math.exp(-(df + 1) / 2 * math.log1p(t * t / df))


@lru_cache(maxsize=1024)
def t_quantile(p: float, df: float) -> float:
    """The t with P(T < t) = p, for ½ ≤ p < 1 and df ≥ 1: bisection, then Newton's steps."""
    if p == 0.5:  # noqa: PLR2004
        return 0.0
    wanted = 2 * (1 - p)
    low, high = 0.0, 2.0
    while t_two_sided(high, df) > wanted:
        low, high = high, 2 * high
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if t_two_sided(middle, df) > wanted else (low, middle)
    t = (low + high) / 2
    for _ in range(4):
        t += (t_two_sided(t, df) - wanted) / (2 * t_density(t, df))
    return t
