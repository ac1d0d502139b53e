"""What can be claimed: quantities, the words for them, and who counts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scenarios.format.places import Kind


@dataclass(frozen=True, slots=True)
class Reading:
    """A source that counts a quantity, as the observation layer knows it."""

    source: str
    observer: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that can be claimed.

    Attributes:
        name: what it is called in answers.
        words: what it is called in claims, longer ones looked for first.
        unit: of its figures.
        readings: who counts it, the likeliest first.
        level: whether it is read at the end of a period instead of counted over it.
        of_place: observer that counts it in a place, if any does.
        places: kinds of places it asks for.
        read_after: months after the period in which it is read, if that matters.
    """

    name: str
    words: tuple[str, ...]
    unit: str
    readings: tuple[Reading, ...]
    level: bool = False
    of_place: Reading | None = None
    places: tuple[Kind, ...] = ()
    read_after: int | None = None


QUANTITIES: Final = (
    Quantity(
        "contracts",
        ("contracts signed", "signed contracts", "signed a contract", "contracts",
         "recruits", "recruited", "contract soldiers", "volunteers"),
        "persons",
        (Reading("officials", "claim"), Reading("federal budget lines", "budget_count"),
         Reading("regional budgets of 37 regions", "regional_sample")),
        of_place=Reading("regional counts", "signed_at"),
        places=("region",),
    ),
    Quantity(
        "foreign contracts",
        ("foreign contracts", "foreigners signed", "foreigners recruited",
         "foreign recruits", "foreigners", "men from abroad"),
        "persons",
        (Reading("lists of foreigners", "foreign"),),
        of_place=Reading("lists of foreigners", "foreign"),
        places=("country",),
    ),
    Quantity(
        "convicts recruited",
        ("convicts recruited", "convicts signed", "convicts", "prisoners recruited",
         "prisoners signed", "prisoners"),
        "persons",
        (Reading("prison statistics", "channel", "prisoner"),),
    ),
    Quantity(
        "conscripts who signed",
        ("conscripts who signed", "conscripts signed", "conscripts"),
        "persons",
        (Reading("press and analysts", "channel", "conscript"),),
    ),
    Quantity(
        "new citizens sent",
        ("new citizens sent", "new citizens", "naturalised citizens", "naturalised"),
        "persons",
        (Reading("officials", "channel", "naturalised"),),
    ),
    Quantity(
        "killed",
        ("killed in action", "killed", "deaths", "dead", "fatalities", "died"),
        "persons",
        (Reading("excess mortality and probate", "killed"),),
        read_after=2,
    ),
    Quantity(
        "listed dead",
        ("named dead", "listed dead", "dead by name", "names of the dead",
         "confirmed dead", "confirmed deaths"),
        "persons",
        (Reading("list of names", "listed"),),
        read_after=0,
    ),
    Quantity(
        "listed dead per 10 000 men",
        ("listed dead per 10 000 men", "named dead per 10 000 men",
         "listed dead per 10000 men", "named dead per 10000 men"),
        "persons per 10 000 men",
        (),
        of_place=Reading("list of names", "listed_rate"),
        places=("region",),
    ),
    Quantity(
        "casualties",
        ("killed and wounded", "casualties", "losses"),
        "persons",
        (Reading("General Staff of Ukraine", "staff_claim"),),
    ),
    Quantity(
        "force in theatre",
        ("force in theatre", "men in theatre", "soldiers in theatre",
         "troops in theatre", "men at the front", "soldiers at the front", "force",
         "troops"),
        "persons",
        (Reading("Kyiv and Washington", "force"),),
        level=True,
    ),
    Quantity(
        "force in theatre and in reserves",
        ("force in theatre and in reserves", "force in theatre and reserves",
         "men in theatre and in reserves", "men in theatre and reserves",
         "troops in theatre and in reserves", "troops in theatre and reserves",
         "soldiers in theatre and in reserves", "soldiers in theatre and reserves"),
        "persons",
        (Reading("Commander-in-chief of Ukraine", "force_in_units"),),
        level=True,
    ),
    Quantity(
        "force raised for the war",
        ("force raised for the war", "men under arms for the war", "men under arms",
         "in the zone of the operation", "in the special operation zone"),
        "persons",
        (Reading("Moscow", "force_wide"),),
        level=True,
    ),
    Quantity(
        "absent",
        ("absent without leave", "deserters", "deserted", "absent"),
        "persons",
        (Reading("leaked lists", "absent"),),
        level=True,
    ),
    Quantity(
        "home for good",
        ("home for good", "returned veterans", "returned home", "returned",
         "veterans"),
        "persons",
        (Reading("officials", "returned"),),
        level=True,
    ),
    Quantity(
        "bonuses paid",
        ("roubles of bonuses", "roubles in bonuses", "bonuses paid",
         "spent on bonuses", "bonuses"),
        "RUB",
        (Reading("budgets", "paid", "bonus"),),
    ),
    Quantity(
        "pay",
        ("roubles of pay", "service pay paid", "service pay", "spent on pay"),
        "RUB",
        (Reading("budgets", "paid", "pay"),),
    ),
    Quantity(
        "compensation",
        ("death and injury payments", "roubles of compensation",
         "compensation paid", "spent on compensation", "compensation"),
        "RUB",
        (Reading("budgets", "paid", "compensation"),),
    ),
    Quantity(
        "mean regional bonus",
        ("mean regional bonus", "average regional bonus", "regional bonus"),
        "RUB",
        (Reading("press and analysts", "mean_bonus"),),
        level=True,
    ),
    Quantity(
        "bonus paid per contract",
        ("bonus paid per contract", "average bonus per contract",
         "average signing bonus", "mean signing bonus", "signing bonus"),
        "RUB",
        (Reading("press and analysts", "bonus_paid"),),
        level=True,
    ),
)  # fmt: skip
TO_DATE: Final = frozenset({"returned", "listed_rate"})
"""Observers of all that came to pass since the run's start."""
