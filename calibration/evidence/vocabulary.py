"""The closed vocabularies of the evidence tables.

A word that is not listed here is a mistake in the row, not a new word: add it here
first, with its meaning.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from model.channels import channel_names

Kind = Literal[
    "documented",
    "independent_estimate",
    "official_claim",
    "intelligence_claim",
    "press_report",
    "assumption",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

CHANNELS: Final = frozenset({"all", "none", *channel_names()})

# ISO 3166-1 alpha-2.
_COUNTRIES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL "
    "BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV "
    "CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD "
    "GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM "
    "IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK "
    "LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW "
    "MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR "
    "PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS "
    "ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY "
    "UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "
)
COUNTRY_CODES: Final = frozenset(_COUNTRIES.split())

UNITS: Final = {
    # persons
    "persons": "persons",
    "persons_per_day": "persons a day",
    "persons_per_week": "persons a week",
    "persons_per_month": "persons a month",
    "persons_per_10k_men": "persons for every 10,000 men",
    "families": "families",
    # money
    "RUB": "roubles of the day",
    "RUB_bn": "billion roubles of the day",
    "RUB_per_day": "roubles of the day, each day",
    "RUB_per_month": "roubles of the day, each month",
    "RUB_per_USD": "roubles for one US dollar",
    "USD": "US dollars",
    "USD_bn": "billion US dollars",
    "USD_per_month": "US dollars, each month",
    "EUR": "euros",
    "INR": "Indian rupees",
    "NPR": "Nepali rupees",
    "KES": "Kenyan shillings",
    "KES_per_month": "Kenyan shillings, each month",
    "BDT": "Bangladeshi taka",
    "BDT_per_month": "Bangladeshi taka, each month",
    # time
    "days": "days",
    "weeks": "weeks",
    "months": "months",
    "years": "years",
    "days_per_year": "days a year",
    "per_year": "rate a year, as a fraction",
    # relative quantities, as fractions rather than per cent
    "share": "share, or relative change, as a fraction",
    "share_points": "difference between two shares",
    "share_per_death": "relative change for each death",
    "ratio": "ratio",
    "ratio_to_previous_month": "ratio to the previous month",
    "index": "index number",
    "elasticity": "elasticity",
    "coefficient": "coefficient of the cited regression",
    "slope": "slope of the cited regression",
    "log_sd": "standard deviation of the natural logarithm",
    # counts of things
    "cases": "court cases",
    "claims": "court claims",
    "complaints": "complaints",
    "countries": "countries",
    "entries": "border entries",
    "formations": "military formations",
    "impressions": "advertising impressions",
    "loans": "loans",
    "networks": "recruiting networks",
    "permits": "work permits",
    "phrases": "phrases of a language",
    "posts": "social-media posts",
    "posts_per_month": "social-media posts a month",
    "proceedings": "enforcement proceedings",
    "regions": "regions",
    "registrations": "registrations",
    "requests": "requests",
    "rises": "rises of a payment",
    "views": "views",
    # a mechanism rather than a number: 1 says it is documented
    "flag": "1: the mechanism is documented",
}
