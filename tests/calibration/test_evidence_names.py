"""Nobody is named in the evidence, apart from authors of published analyses.

Two capitalised words in a row, or one word that ends like a surname of the region, must
be a place, an institution, a publication or a cited author. Web addresses are left out:
they belong to their publishers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from calibration.evidence import load_evidence
from calibration.evidence.tables import FOLDER

PLAIN_WORDS = "Additional|All|By|How|Income|Is|New|One|The|Two"
PAIR = re.compile(rf"(?<![\w'-])(?!(?:{PLAIN_WORDS})\b)[A-Z][a-z]+ [A-Z][a-z]+")
SURNAME = re.compile(
    r"\b[A-Z][a-z]+(?:[oe]va?|sk(?:y|yi|iy|aya)|enko|chuk|dze|shvili|[dgkntzh]{1,2}in)\b"
)
# A pair with one of these words is a place, a people, an office or an institution.
SETTING = re.compile(
    r"\b(?:"
    r"Africa|Arabia|Asia|Asian|Asians|Bank|Central|Chamber|Chinese"
    r"|Citizenship|Commission|Committee|Council|Court|Crimea|Duma|East"
    r"|Eurasian|Europe|Federal|Fund|General|Guard|Institute|Insurer"
    r"|International|Investigative|Korea|Korean|Koreans|Krai|Kyiv|Lanka"
    r"|Lankan|Lankans|Ministry|National|Novgorod|Oblast|Occupied|Ossetia"
    r"|Petersburg|Republic|Rosstat|Russia|Russian|Secretary|Sevastopol|Social"
    r"|Staff|State|Statistical|Supreme|Treasury|Ukrainian"
    r")\b"
)
# A pair with one of these words is a publication.
OUTLET = re.compile(
    r"\b(?:"
    r"Behavior|Blog|Business|Concord|Confidence|Daily|Derana|Economic"
    r"|Economics|Education|Euromaidan|Fergana|Field|Financial|Forbes|Gazeta"
    r"|Gazzeta|Global|Group|Himal|Human|Independent|Insider|Insight|Izvestia"
    r"|Jazeera|Journal|Kommersant|Mail|Mirror|Monde|News|Nova|Novaya|Online"
    r"|Pentagon|Population|Post|Pravda|Press|Prothom|Pulse|Radio|Review"
    r"|Sanomat|Sputnik|Star|Storm|Street|Studies|Times|Welle|World|Wrap"
    r")\b"
)
PUBLICATIONS = frozenset(
    {
        "Becker Friedman",
        "Brazil Latest",
        "Eastern Eye",
        "Foreign Affairs",
        "Helsingin",
        "Novosti Saratova",
        "Novy Kompanion",
        "Peterburgsky",
        "Peterburgsky Dnevnik",
        "Robert Lansing",
        "Rossiyskaya",
        "Saratova",
        "Shephard Media",
        "Susanin",
        "Universita Cattolica",
        "Volunteer Summary",
        "Zasekin",
    }
)
CITED_AUTHORS = frozenset(
    {"Bessudnov", "Irsova", "Janis Kluge", "La Ferrara", "Zvonovsky"}
)
PLACES = frozenset(
    {
        "Geneva",
        "Kirov",
        "Mari El",
        "Middle East",
        "Moldova",
        "Primorsky",
        "Pskov",
        "Rostov",
        "Saratov",
        "Tambov",
        "Yevreyskaya",
        "Zabaykalsky",
    }
)
KNOWN = PUBLICATIONS | CITED_AUTHORS | PLACES


def names(text: str) -> Iterator[str]:
    """Yield what reads like a person's name."""
    for found in PAIR.findall(text) + SURNAME.findall(text):
        if (
            found not in KNOWN
            and not SETTING.search(found)
            and not OUTLET.search(found)
        ):
            yield found


def test_no_row_names_a_person() -> None:
    named = {
        (row.id, found)
        for row in load_evidence().values()
        for cell in (row.publisher, row.title, row.note)
        for found in names(cell)
    }
    assert named == set()


def test_no_note_names_a_person() -> None:
    notes = sorted((FOLDER / "notes").glob("*.md"))
    assert notes
    for path in notes:
        prose = re.sub(r"^#.*$|`[^`]*`", "", path.read_text("utf-8"), flags=re.M)
        assert list(names(prose)) == [], path.name


@pytest.mark.parametrize(
    "text",
    [
        "Announced by Ivan Petrenko on 8 April.",
        "Minister Sidorov: about 1,200 a day.",
        "According to Maria Lopez, the fee was 4,000 USD.",
        "Orlova confirms the figure.",
    ],
)
def test_an_invented_name_would_be_noticed(text: str) -> None:
    assert list(names(text))
