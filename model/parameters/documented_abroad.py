"""What is documented of source countries: measures, networks, drives, adverts.

These are defaults, so that the baseline holds without a file; a scenario that names a
country replaces what stands here for that country. ODD III.iii (input data).
"""

from __future__ import annotations

from collections.abc import Mapping

from model.fields.dated import Share
from model.parameters.abroad import (
    Countermeasure,
    CountermeasureKind,
    NetworkSettings,
    SourceStateSettings,
)
from model.parameters.propensity import PostsPerMonth


def _act(
    date: str, kind: CountermeasureKind, source: str, note: str | None = None
) -> Countermeasure:
    return Countermeasure(date=date, kind=kind, source=source, note=note)


def _stop_list(date: str, source: str) -> Countermeasure:
    return _act(date, "russian_stop", source, "the list itself is unpublished")


_LISTED_2026_01 = (
    "CN", "CU", "DZ", "EG", "GH", "GM", "IN", "KE", "NG", "TZ", "UG", "ZA",
)  # fmt: skip
"""On the list of 36: China, Cuba, India and South Africa are named, the other African
and Arab countries an assumption."""
_LISTED_2026_02 = ("CM", "IQ", "YE")
"""Of the seven added; the model has nobody from the other four, Argentina, Colombia,
Libya and Somalia."""

_ACTS: dict[str, tuple[Countermeasure, ...]] = {
    "BD": (_act("2025-02", "arrests", "cm-bd-2025-02"),),
    "CM": (_act("2025-03", "warning", "cm-cm-2025-03", "an order to soldiers"),),
    "CN": (_act("2025-04", "warning", "s1-cn-beijing-denial"),),
    "CU": (_act("2023-09", "arrests", "cm-cu-2023-09"),),
    "IN": (
        _act("2024-03", "arrests", "cm-in-2024-03"),
        _act("2024-04", "russian_stop", "cm-ru-stop-2024-04", "leaked"),
        _act("2024-07", "discharge_deal", "cm-in-2024-07"),
    ),
    "IQ": (_act("2025-09", "arrests", "cm-iq-2025-09"),),
    "KE": (_act("2025-09", "arrests", "cm-ke-2025-09"),),
    "KG": (_act("2023-05", "prosecution", "cm-kg-2023-05"),),
    "KZ": (_act("2023-01", "prosecution", "kz-cases-2023"),),
    "LK": (
        _act("2024-05", "arrests", "cm-lk-2024-05"),
        _act("2024-06", "russian_stop", "cm-lk-2024-06"),
    ),
    "NP": (
        _act("2023-08", "warning", "cm-np-2023-08"),
        _act("2023-12", "arrests", "cm-np-2023-12"),
        _act("2024-01", "ban", "cm-np-2024-01"),
    ),
    "RS": (_act("2023-01", "prosecution", "cm-rs-law"),),
    "ZA": (_act("2025-11", "arrests", "cm-za-2025-11"),),
}


def _documented() -> dict[str, tuple[Countermeasure, ...]]:
    acts = dict(_ACTS)
    for iso in _LISTED_2026_01:
        acts[iso] = (*acts.get(iso, ()), _stop_list("2026-01", "cm-ru-stop-2026-01"))
    for iso in _LISTED_2026_02:
        acts[iso] = (*acts.get(iso, ()), _stop_list("2026-02", "e26-blacklist-2026-02"))
    return acts


DOCUMENTED_COUNTERMEASURES: Mapping[str, tuple[Countermeasure, ...]] = _documented()

PATIENT = 20.0
# Beijing only advises against it (s0-cn-host-tolerance); the others are allies.
_PATIENT_STATES = frozenset({"BY", "CN", "KP", "SY"})

USUAL_FEE_USD = 4_000.0
USUAL_COMMISSION_RUB = 100_000.0


def _network(
    start: str, source: str, *, size: float = 1.0, fee_usd: float = USUAL_FEE_USD
) -> NetworkSettings:
    """Return a network: one size and growth for all, but for documented facts."""
    return NetworkSettings(
        capacity_persons_per_month=8.0 * size,
        growth_per_year=0.8,
        start=start,
        fee_usd=fee_usd,
        commission_rub=USUAL_COMMISSION_RUB,
        arrest_hazard_per_month=0.01,
        source=source,
    )


# Dates are those of the first documented case; who is not named has no known network.
DOCUMENTED_NETWORKS: Mapping[str, NetworkSettings] = {
    "BD": _network("2024-01", "bd-trafficked", fee_usd=8_000.0),
    "CM": _network("2024-01", "af-inpact-cm"),
    "CU": _network("2023-06", "cu-leak-200", fee_usd=0.0),
    "EG": _network("2023-06", "af-inpact-eg"),
    "GH": _network("2024-01", "af-inpact-gh"),
    "IN": _network("2023-10", "in-cbi-35", fee_usd=4_230.0),
    "IQ": _network("2023-06", "cm-iq-2025-09"),
    "KE": _network("2024-06", "af-inpact-ke"),
    "LK": _network("2023-10", "lk-2024-05-arrests"),
    "NP": _network("2023-06", "np-fee-9000", fee_usd=9_000.0),
    "NG": _network("2024-06", "af-inpact-ng"),
    "SY": _network("2024-01", "moscow-leak-sy"),
    "UG": _network("2024-06", "af-gur-bonus"),
    "YE": _network("2024-07", "ye-200", fee_usd=0.0),
    "ZA": _network("2024-06", "af-inpact-za"),
}


def source_state_settings(
    given: Mapping[str, SourceStateSettings], iso: str
) -> SourceStateSettings:
    """Return a country's block: the scenario's, or what is documented."""
    if iso in given:
        return given[iso]
    acts = DOCUMENTED_COUNTERMEASURES.get(iso, ())
    tolerance = PATIENT if iso in _PATIENT_STATES else 1.0
    return SourceStateSettings(countermeasures=acts, tolerance=tolerance)


def network_settings(given: Mapping[str, NetworkSettings], iso: str) -> NetworkSettings:
    """Return a country's network: the scenario's, the documented one, or none."""
    if iso in given:
        return given[iso]
    return DOCUMENTED_NETWORKS.get(iso, NetworkSettings())


def documented_drives() -> dict[str, Share]:
    """Return where and when recruiting drives are documented; 1 is a full drive."""
    return {
        iso: Share.model_validate(
            {
                "2022-01": {"value": 0},
                first: {"value": 1, "source": source},
                after: {"value": 0, "note": "last month the source covers"},
            }
        )
        for iso, first, after, source in (
            ("CU", "2023-06", "2024-03", "cu-ihur-1038"),
            ("LK", "2023-06", "2024-07", "lk-2025-01-recruited"),
            ("NP", "2023-05", "2024-06", "moscow-leak-np"),
            ("RS", "2023-01", "2023-11", "rs-balkans"),
        )
    }


def documented_adverts() -> PostsPerMonth:
    """Return posts aimed at foreigners, straight lines between the known points."""
    return PostsPerMonth.model_validate(
        {
            "posts_per_month": {
                "2022-09": {"value": 20, "note": "assumption"},
                "2024-02": {"value": 100, "source": "ads-2024q1"},
                "2025-06": {"value": 650, "source": "om-n-2025-06"},
                "2025-09": {"value": 4_600, "source": "om-n-2025-09"},
            },
            "shape": "linear",
        }
    )


def documented_lump_sum_share() -> Share:
    """Return what a foreigner is offered on signing over a Muscovite's sum."""
    return Share.model_validate(
        {
            "2022-01": {"value": 0.1, "source": "foreign-bonus-ratio"},
            "2024-09": {"value": 0.4, "source": "ye-bonus"},
            "2024-12": {"value": 0.8, "source": "cn-bonus-2m"},
            "2025-07": {
                "value": 0.46,
                "source": "af-cnn-bonus",
                "note": "mean in logs of ke-bonus, af-cnn-bonus and iq-bonus",
            },
        }
    )
