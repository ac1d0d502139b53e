"""Men abroad who come to Russia to sign for pay, bonus and passport.

Recruiters, adverts and acquaintances reach a number of men a month in each country (see
`Propensity`); more where adverts multiply and where a recruiting drive is documented:

    contacts_c = open * reached_c * (1 + A / A_0)^e * [1 + d drive_c]
                 * entry_c * (1 - information)

with A the posts aimed at foreigners and entry_c what countermeasures let through. A man
reached has a reservation bonus like anybody else (`model.people.reservation`) against
his wage at home at the month's rate, and signs when the lump sum covers it:

    lump sum = max(federal bonus, share_t * all Moscow pays a Muscovite)

Some come in pairs of friends: the two decide as one, the keener man for both. Between
visa and contract lie days, so a part of a month's deciders signs in the next.

Sources: foreign-contracts-*, moscow-leak-*, cn-*, np-*, lk-*, cu-*, by-*, af-inpact-*;
foreign-bonus-ratio (a tenth of a Muscovite's sum), ye-bonus, cn-bonus-2m,
af-cnn-bonus, ke-bonus, iq-bonus; s2-cn-pair, s2-cn-pair-lag; ads-2024q1, om-n-2025-06,
om-n-2025-09. Not modelled: men turned away at the office (s2-cn-left), sums withheld
after signing (cn-bonus-received). ODD III.iv (foreigners).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.chance.pool import Found, Pool
from model.channels.interface import (
    ChannelSettings,
    Common,
    Facts,
    Intake,
    RecruitmentChannel,
    plain_intake,
)
from model.environment import Environment
from model.fields.dated import Rub, Share
from model.fields.months import DAYS_PER_MONTH
from model.fields.parameter import Prior, parameter
from model.parameters.documented_abroad import (
    documented_adverts,
    documented_drives,
    documented_lump_sum_share,
)
from model.parameters.propensity import AdvertResponse, PostsPerMonth, Propensity
from model.people.foreigners import Foreigners, Package, signing_places
from model.people.reservation import reservation_bonus
from model.world import CAPITAL

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_FIRST_SHELL_CONTACTS = 64.0


def _citizenship() -> Rub:
    return Rub.model_validate(
        {
            "2022-01": {"value": 0},
            "2022-09": {"value": 150_000, "note": "dec-2022-09-30; worth assumed"},
            "2024-01": {"value": 300_000, "note": "dec-2024-01-04; worth assumed"},
        }
    )


def _places() -> dict[str, float]:
    return {"RU-MOW": 0.4, "RU-SPE": 0.1, "RU-MOS": 0.05, "RU-TUL": 0.05}


class Settings(ChannelSettings):
    """Recruitment of volunteers abroad."""

    propensity: Propensity = Propensity()
    reluctance: float = parameter(
        3.0,
        "Reluctance psi of men abroad (log-odds; the ready at home are 0).",
        low=-5,
        high=20,
        prior=Prior("normal", 3.0, 2.0, 4.0),
    )
    adverts: PostsPerMonth = parameter(
        documented_adverts, "Posts aimed at foreigners, which the month's state shows."
    )
    advert_response: AdvertResponse = AdvertResponse()
    drives: dict[str, Share] = parameter(
        documented_drives, "Documented recruiting drives by country (ISO code)."
    )
    drive_effect: float = parameter(
        15.0,
        "d, rise of reach in a full drive, the same in every country.",
        low=0,
        high=200,
        source="np-border-2023",
        prior=Prior("lognormal", 15.0, 5.0, 45.0),
    )
    lump_sum_share: Share = parameter(
        documented_lump_sum_share, "Lump sum of a foreigner over a Muscovite's."
    )
    citizenship_value: Rub = parameter(
        _citizenship, "Worth of quick citizenship to a recruit."
    )
    broker_share: float = parameter(
        0.3, "Share of volunteers who come through a broker.", low=0, high=1
    )
    broker_fee_usd: float = parameter(
        3_500.0, "Fee they pay the broker.", low=0, high=1e5, source="cn-fee-paid"
    )
    commission: Rub = parameter(
        lambda: Rub.constant(50_000), "Paid by Russian payers for a brokered recruit."
    )
    pair_share: float = parameter(
        0.08,
        "Share of men who decide together with a friend.",
        low=0,
        high=1,
        source="s2-cn-pair",
    )
    visa_to_contract_days: float = parameter(
        4.0,
        "Mean days between deciding, visa in hand, and signing.",
        low=0,
        high=30,
        source="s2-cn-pair-lag",
    )
    language_casualty_factor: float = parameter(
        1.4,
        "Risk of men without Russian over that of men with it.",
        low=0,
        high=10,
        source="s0-cn-language-racism",
        prior=Prior("lognormal", 1.4, 1.0, 2.5),
    )
    places: dict[str, float] = parameter(
        _places, "Share of contracts signed in a region; the rest spreads by men."
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """Men who have decided to come; arrays (n,)."""

    person: Integers
    country: Integers
    reservation_bonus_rub: Floats

    def take(self, chosen: NDArray[np.bool_]) -> Decided:
        """Return the chosen men."""
        return Decided(
            self.person[chosen],
            self.country[chosen],
            self.reservation_bonus_rub[chosen],
        )

    def join(self, other: Decided) -> Decided:
        """Return these men, then the others."""
        return Decided(
            np.concatenate([self.person, other.person]),
            np.concatenate([self.country, other.country]),
            np.concatenate([self.reservation_bonus_rub, other.reservation_bonus_rub]),
        )


class Channel(RecruitmentChannel[Settings]):
    """Recruits men abroad who know what they sign."""

    name = "foreign_volunteer"
    facts = Facts(label="Volunteers abroad", place=7, abroad=True)

    def __init__(self, settings: Settings, common: Common) -> None:
        super().__init__(settings, common)
        world = common.world
        self._behaviour = common.behaviour
        self._men = world.countries.men_18_45_persons
        self._pool = Pool(common.seed, "foreign_volunteer", _FIRST_SHELL_CONTACTS)
        self._people = Foreigners(
            world, common.behaviour, self._pool, settings.reluctance
        )
        self._told = common.protection.information_factor
        countries = world.countries.iso
        self._reached = np.array(
            [
                settings.propensity.reached_per_month(iso, float(count))
                for iso, count in zip(countries, self._men, strict=True)
            ]
        )
        self._driven = {countries.index(iso): iso for iso in settings.drives
                        if iso in countries}  # fmt: skip
        regions = world.regions
        self._capital = regions.iso.index(CAPITAL) if CAPITAL in regions.iso else 0
        self._places = signing_places(
            regions.iso, regions.men_18_59_persons, settings.places
        )
        none = np.zeros(0, dtype=np.int64)
        self._travelling = Decided(none, none, np.zeros(0))

    def recruit(self, now: Environment) -> Intake:
        """Return last month's travellers and those of this month who sign at once."""
        contacts = self._contacts(now)
        found = self._pool.meet(now.index, self._people.numbers, self._men, contacts)
        decided = self._decided(now, found, contacts)
        self._pool.remove(decided.person)
        delay = self._settings.visa_to_contract_days / DAYS_PER_MONTH
        late = self._pool.trait("delay", self._party(decided.person)) < delay
        signing = self._travelling.join(decided.take(~late))
        self._travelling = decided.take(late)
        return self._intake(now, signing, self._people.considering(found))

    def lump_sum_rub(self, now: Environment) -> int:
        """Return what a foreigner is promised on signing, RUB."""
        capital = float(now.offers.bonus_rub[self._capital])
        share = float(self._dated.lump_sum_share[now.index])
        return round(max(now.offers.federal_rub, share * capital))

    def _contacts(self, now: Environment) -> Floats:
        """Return the men reached this month by adverts and past bans, (C,)."""
        settings, dated = self._settings, self._dated
        drive = np.ones(len(self._reached))
        for country, iso in self._driven.items():
            drive[country] += settings.drive_effect * dated.drives[iso][now.index]
        level = dated.open[now.index] * self._told
        adverts = settings.advert_response.factor(now.foreign_advertising_per_month)
        contacts: Floats = self._reached * drive * level * adverts * now.entry_factor
        return contacts

    def _decided(self, now: Environment, found: Found, contacts: Floats) -> Decided:
        people = self._people
        wage = people.home_wage_rub(now)
        package = Package(
            pay_rub_per_month=now.offers.service_pay_rub_per_month,
            extra_rub=float(self._dated.citizenship_value[now.index]),
            risky=True,
        )
        bonus = reservation_bonus(
            self._behaviour,
            people.terms(now, wage, package),
            people.candidates(found, wage),
            found.mark / contacts[found.group],
        )
        bonus += self._fee_rub(now, found.person) / self._behaviour.trust_bonus
        willing = bonus <= self.lump_sum_rub(now)
        keen = Decided(found.person[willing], found.group[willing], bonus[willing])
        return self._with_friends(keen)

    def _with_friends(self, keen: Decided) -> Decided:
        """Let paired men bring their friend, once."""
        in_pair = self._pool.trait("pair", self._party(keen.person))
        brings = keen.take(in_pair < self._settings.pair_share)
        friend = brings.person ^ 1
        size = self._men[brings.country]
        exists = (friend & 0xFFFFFFFF) < size
        new = exists & ~np.isin(friend, keen.person) & self._pool.is_free(friend)
        friends = replace(brings, person=friend).take(new)
        return keen.join(friends)

    def _party(self, person: Integers) -> Integers:
        """Return one number for a man and his possible friend."""
        return person >> 1

    def _fee_rub(self, now: Environment, person: Integers) -> Floats:
        brokered = self._pool.trait("broker", self._party(person))
        fee = self._settings.broker_fee_usd * now.rub_per_usd
        return np.where(brokered < self._settings.broker_share, fee, 0.0)

    def _intake(
        self, now: Environment, signing: Decided, considering: dict[int, int]
    ) -> Intake:
        people, person = self._people, signing.person
        place = self._places.at(self._pool.trait("place", self._party(person)))
        fee = np.rint(self._fee_rub(now, person)).astype(np.int64)
        federal = round(now.offers.federal_rub)
        rest = self.lump_sum_rub(now) - federal
        commission = round(self._dated.commission[now.index])
        return plain_intake(
            people.home(signing.country),
            place,
            people.age_years(person),
            bonus_federal_rub=federal,
            bonus_regional_rub=rest,
            reservation_bonus_rub=signing.reservation_bonus_rub,
            income_decile=people.income_decile(person),
            fee_paid_by_recruit_rub=fee,
            commission_rub=np.where(fee > 0, commission, 0).astype(np.int64),
            casualty_factor=people.casualty_factor(
                person, signing.country, self._settings.language_casualty_factor
            ),
            considering_persons=considering,
        )
