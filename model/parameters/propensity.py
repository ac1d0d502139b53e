"""How many men of a source country are reached a month. ODD II.viii (heterogeneity).

Countries share one formula: a common level, a factor for the group of countries they
belong to, their size and whether they need a visa. No country has a free number.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from model.fields.dated import Amounts, DatedValue, Frozen
from model.fields.parameter import Prior, parameter

Group = Literal[
    "former_ussr",
    "europe",
    "east_asia",
    "south_asia",
    "middle_east",
    "africa",
    "latin_america",
]

_MEMBERS: dict[Group, str] = {
    "former_ussr": "AM AZ BY GE KG KZ MD TJ TM UA UZ",
    "europe": "AL BA ME MK RS",
    "east_asia": "CN KP MN VN",
    "south_asia": "AF BD IN LK NP PK",
    "middle_east": "DZ EG IQ IR JO LB LY MA SD SY TN TR YE",
    "africa": "BF BI CD CF CI CM ET GH GM KE ML NG RW SN SO SL TG TZ UG ZA ZM ZW",
    "latin_america": "AR BR CO CU EC PE VE",
}
# Egypt and Algeria stand where the summary of the Moscow leak puts them
# (moscow-leak-middleeast).
GROUP_OF: dict[str, Group] = {
    iso: group for group, members in _MEMBERS.items() for iso in members.split()
}
# Travel rules as commonly known; no row of the evidence lists them.
VISA_FREE = frozenset(
    {"AM", "AZ", "BY", "CU", "GE", "KG", "KZ", "MD", "RS", "TJ", "UZ", "ZA"}
)


def country_number(iso: str) -> int:
    """Return a number that stays when other countries are added (0 to 675)."""
    return 26 * (ord(iso[0]) - 65) + ord(iso[1]) - 65


# Nobody leaves without leave of his state, which sends troops itself.
CLOSED = frozenset({"KP"})


class PostsPerMonth(DatedValue):
    """A flow of recruitment posts a month."""

    unit: ClassVar[str] = "posts_per_month"
    posts_per_month: Amounts


class AdvertResponse(Frozen):
    """How reach rises with posts aimed at foreigners: (1 + A / A_0)^e, flatter beyond.

    Named contracts show the response up to 650 posts a month, those of June 2025. What
    the 4,600 of September add nobody has counted, so beyond A_1 each further post adds
    by a smaller elasticity, (A / A_1)^e_1, instead of by one fitted elsewhere.
    """

    elasticity: float = parameter(
        0.7,
        "e, elasticity of reach to posts where they are many.",
        low=0,
        high=3,
        source="om-n-2025-09",
        prior=Prior("lognormal", 0.7, 0.25, 1.6),
    )
    usual_posts_per_month: float = parameter(
        100.0,
        "A_0, posts a month that reach as many men as word of mouth: those of the "
        "beginning of 2024.",
        low=1,
        high=1e6,
        source="ads-2024q1",
    )
    seen_posts_per_month: float = parameter(
        650.0,
        "A_1, most posts a month at which named contracts show the response.",
        low=1,
        high=1e6,
        source="om-n-2025-06",
    )
    elasticity_beyond: float = parameter(
        0.2, "e_1, elasticity of reach to posts beyond A_1.", low=0, high=3
    )

    def factor(self, posts_per_month: float) -> float:
        """Return the factor on reach."""
        seen = min(posts_per_month, self.seen_posts_per_month)
        beyond = max(posts_per_month / self.seen_posts_per_month, 1.0)
        reach = (1 + seen / self.usual_posts_per_month) ** self.elasticity
        return float(reach * beyond**self.elasticity_beyond)


class GroupFactors(Frozen):
    """Factors on the common level for groups of countries; each shrinks towards 1."""

    former_ussr: float = parameter(
        1.0,
        "Former Soviet Union.",
        low=0,
        high=100,
        source="moscow-leak-exussr",
        prior=Prior("lognormal", 1.0, 0.2, 5.0),
    )
    europe: float = parameter(
        0.4,
        "Balkans.",
        low=0,
        high=100,
        source="rs-balkans",
        prior=Prior("lognormal", 1.0, 0.2, 5.0),
    )
    east_asia: float = parameter(
        1.3,
        "East Asia.",
        low=0,
        high=100,
        source="cn-moscow-total",
        prior=Prior("lognormal", 1.0, 0.2, 5.0),
    )
    south_asia: float = parameter(
        0.5,
        "South Asia.",
        low=0,
        high=100,
        source="moscow-leak-southeastasia",
        prior=Prior("lognormal", 1.0, 0.2, 5.0),
    )
    middle_east: float = parameter(
        0.6,
        "Middle East and North Africa.",
        low=0,
        high=100,
        source="moscow-leak-middleeast",
        prior=Prior("lognormal", 1.0, 0.2, 5.0),
    )
    africa: float = parameter(
        0.35,
        "Sub-Saharan Africa.",
        low=0,
        high=100,
        source="af-inpact-total",
        prior=Prior("lognormal", 1.0, 0.2, 5.0),
    )
    latin_america: float = parameter(
        0.4,
        "Latin America.",
        low=0,
        high=100,
        source="cu-ihur-1038",
        prior=Prior("lognormal", 1.0, 0.2, 5.0),
    )

    def of(self, iso: str) -> float:
        """Return the factor of a country; 1 outside all groups."""
        group = GROUP_OF.get(iso)
        return 1.0 if group is None else float(getattr(self, group))


class Propensity(Frozen):
    """How many men of a country are reached a month: one formula for all countries.

        reached = contacts * group * (men / 5 million)^(1 - crowding) * openness

    Crowding near 1 says that what recruiters can reach hardly grows with the size of a
    country: known numbers from China, Egypt and Ghana differ far less than their men.
    """

    contacts_per_month: float = parameter(
        26.0,
        "Men reached a month in a country of 5 million men 18-45.",
        low=0,
        high=1e6,
        prior=Prior("lognormal", 26.0, 7.0, 100.0),
    )
    crowding: float = parameter(
        0.8,
        "How far reach fails to grow with a country's men.",
        low=0,
        high=1,
        prior=Prior("logit_normal", 0.8, 0.5, 0.95),
    )
    visa_openness: float = parameter(
        0.5,
        "Reach where a visa is needed, over reach where none is.",
        low=0,
        high=1,
        source="s2-cn-easy-entry",
        prior=Prior("logit_normal", 0.5, 0.2, 0.9),
    )
    openness: dict[str, float] = parameter(
        dict, "Openness of single countries (ISO code), where the visa rule misleads."
    )
    groups: GroupFactors = GroupFactors()

    def _usual_openness(self, iso: str) -> float:
        if iso in CLOSED:
            return 0.0
        return 1.0 if iso in VISA_FREE else self.visa_openness

    def reached_per_month(self, iso: str, men: float) -> float:
        """Return the expected number of men reached in an undisturbed month."""
        openness = self.openness.get(iso, self._usual_openness(iso))
        size = (men / 5e6) ** (1 - self.crowding) if men > 0 else 0.0
        return self.contacts_per_month * self.groups.of(iso) * size * openness
