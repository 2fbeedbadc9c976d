"""Registered capitals made readable."""

import pytest

from storage.intake import spoken_name


@pytest.mark.parametrize(
    ("registered", "spoken"),
    [
        ("LARWOOD SURGERY", "Larwood Surgery"),
        ("ST. JOHN'S", "St. John's"),
        ("ST.PAUL'S WAY MEDICAL CTR", "St.Paul's Way Medical Ctr"),
        ("DR A B SMITH & PARTNERS", "Dr A B Smith & Partners"),
        ("THE O'NEILL PRACTICE", "The O'Neill Practice"),
        ("DR D'MELLO", "Dr D'Mello"),
        ("DR JJ MCPEAKES PRACTICE", "Dr JJ McPeakes Practice"),
        ("DR AM LEWIS' PRACTICE", "Dr AM Lewis' Practice"),
        ("DR MLR SIDDIQUI'S PRACTICE", "Dr MLR Siddiqui's Practice"),
        ("DR AT BRADFORD'S PRACTICE", "Dr AT Bradford's Practice"),
        ("DR NG & PARTNERS", "Dr Ng & Partners"),
        ("DR LI PRACTICE", "Dr Li Practice"),
        ("DR NG", "Dr Ng"),
        ("DR ST PIERRE-LIBBERTON", "Dr St Pierre-Libberton"),
        ("DRS CLOAK, CHOI AND MILLIGAN", "Drs Cloak, Choi and Milligan"),
        ("J.W. ROBERTS", "J.W. Roberts"),
        ("NHS NENE CCG", "NHS Nene CCG"),
        ("GPS HEALTHCARE LTD", "GPs Healthcare Ltd"),
        ("PARK VIEW III", "Park View III"),
        ("CARE @ THE BRIDGE", "Care @ The Bridge"),
        ("THE SURGERY @ WHEATBRIDGE", "The Surgery @ Wheatbridge"),
        ("BOURTON ON THE WATER OOH", "Bourton on the Water OOH"),
        ("STOKE-ON-TRENT", "Stoke-on-Trent"),
        ("SOLIHULL HEALTHCARE & WALK-IN-CENTRE", "Solihull Healthcare & Walk-in-Centre"),
        ("WEST BROM P'SHIPS FOR HEALTH", "West Brom P'ships for Health"),
        ("SUITE (THE OLD SCHOOL)", "Suite (The Old School)"),
        ("ALLPORT MEDICAL CENTRE_WALTON H", "Allport Medical Centre, Walton H"),
        ("108 RAWLING ROAD", "108 Rawling Road"),
        ("LEYTON HEALTHCARE 4TH FLOOR", "Leyton Healthcare 4th Floor"),
        ("DANSON FAMILY PRACTICE P85018", "Danson Family Practice P85018"),
        ("SAYER (RL HAZELDINE)", "Sayer (RL Hazeldine)"),
        ("Larwood Surgery at No. 5", "Larwood Surgery at No. 5"),
        ("", ""),
    ],
)
def test_a_registered_name_is_spoken(registered: str, spoken: str) -> None:
    assert spoken_name(registered) == spoken
