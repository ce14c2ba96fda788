"""The cast of the demo ward, and parts for the patients beyond it. Every name and number is invented."""

from __future__ import annotations

from random import Random
from typing import Final

from iomt_tui.backends.simulated.names import pick_name
from iomt_tui.backends.simulated.noise import mix
from iomt_tui.backends.simulated.people import Role

_HTN, _DM1, _DM2, _COPD, _HF = "Hypertension", "Type 1 diabetes", "Type 2 diabetes", "COPD", "Heart failure"
_AF, _CKD = "Atrial fibrillation", "Chronic kidney disease"
_FOR, _NOT_FOR = "For resuscitation", "Not for resuscitation"

# Two patients share a family name on purpose: a ward has such a pair, and a screen must tell them apart.
BEDS: Final = (
    Role("ØDEGÅRD", "Kari", "F", 64, "Hip replacement, day 2", (_HTN,), ("Codeine",)),
    Role("TANAKA", "Hiroshi", "M", 77, "Ischaemic stroke, day 5", (_HTN, "Dysphagia")),
    Role("KOWALSKI", "Piotr", "M", 69, "COPD exacerbation", (_COPD, "Smoker 50 pack-years"), ("Penicillin",)),
    Role("NGUYỄN", "Minh", "M", 52, "Laparoscopic cholecystectomy, day 1"),
    Role("ADEYEMI", "Folake", "F", 45, "Pyelonephritis, on antibiotics", (), ("Trimethoprim",)),
    Role("O'CONNELL", "Maeve", "F", 81, "Fall, rib fractures", (_HTN, "Osteoporosis"), ("Aspirin", "Latex")),
    Role("OKAFOR", "Ngozi", "F", 72, "Community-acquired pneumonia", (_HTN,), ("Penicillin",),
         code_status=_FOR),
    Role("王", "秀英", "F", 70, "Diabetic foot infection", (_DM2, _CKD), ("Iodine contrast",)),
    Role("SCHMIDT", "Jürgen", "M", 59, "Chest pain, troponin negative", ("High cholesterol",)),
    Role("PAPADOPOULOS", "Eleni", "F", 38, "Knee reconstruction, morphine PCA", ("Migraine",),
         lines=("capnography",)),
    Role("NGUYỄN", "Thảo", "F", 29, "Asthma, recovering", ("Asthma",), ("Ibuprofen",)),
    Role("LINDQVIST", "Anders", "M", 58, "Right hemicolectomy, day 0", ("Colon cancer",), lines=("arterial",)),
    Role("IBRAHIM", "Amina", "F", 34, "Cellulitis of the leg"),
    Role("DUPONT", "Geneviève", "F", 88, "Hip fracture, delirium", (_AF, "Dementia"), ("Morphine",),
         code_status=_NOT_FOR),
    Role("HASSAN", "Rami", "M", 41, "Acute pancreatitis", (), (), lines=("arterial",)),
    Role("SILVA", "João", "M", 47, "Pneumothorax, drain out tomorrow", ("Asthma",)),
)  # fmt: skip

HOMES: Final = (
    Role("FERNÁNDEZ-CRUZ", "María", "F", 79, "Heart failure, NYHA III", (_HF, _CKD, _HTN), ("Ramipril",), True),
    Role("MACDONALD", "Iain", "M", 74, "COPD, home oxygen", (_COPD,), (), True),
    Role("MORALES", "Pilar", "F", 66, "Insulin-treated diabetes", (_DM2, _HTN), ("Sulfa",), True),
    Role("YILMAZ", "Mehmet", "M", 63, "Resistant hypertension", (_HTN, _CKD), (), True),
    Role("PATEL", "Nisha", "F", 57, "Post-COVID breathlessness", ("Asthma",), ("Nuts",), True),
    Role("KIM", "Seo-yeon", "F", 31, "Insulin pump start", (_DM1,), (), True),
    Role("ROSSI", "Giancarlo", "M", 84, "Frailty, recurrent falls", (_HTN, "Parkinson's disease"), (), True,
         code_status=_NOT_FOR),
    Role("NDLOVU", "Thabo", "M", 68, "Cardiac rehabilitation, week 2", (_HTN, "Myocardial infarction"), (), True),
)  # fmt: skip

# problem, conditions, youngest, oldest
_BED_PARTS: Final = (
    ("Pneumonia", (), 35, 92), ("Urinary sepsis, day 3", (_DM2,), 48, 90), ("Bowel resection, day 1", (), 40, 84),
    ("Knee replacement, day 1", (_HTN,), 55, 85), ("Heart failure, diuresis", (_HF, _HTN), 60, 93),
    ("COPD exacerbation", (_COPD,), 55, 86), ("Appendicectomy, day 1", (), 18, 60),
    ("Upper GI bleed, scoped", ("Cirrhosis",), 38, 75), ("Stroke unit step-down", (_HTN, _AF), 58, 92),
    ("Diabetic ketoacidosis, resolved", (_DM1,), 18, 50), ("Deep vein thrombosis", (), 28, 80),
    ("Acute kidney injury", (_CKD, _HTN), 50, 90), ("Hip fracture, day 2", ("Osteoporosis",), 68, 96),
)  # fmt: skip
_HOME_PARTS: Final = (
    ("Heart failure, stable", (_HF,), 58, 92), ("COPD, home monitoring", (_COPD,), 55, 86),
    ("Type 2 diabetes, insulin", (_DM2, _HTN), 42, 84), ("Hypertension, titration", (_HTN,), 35, 85),
    ("Hospital at home: cellulitis", (), 28, 84), ("Oncology, week after chemotherapy", (), 35, 80),
    ("Type 1 diabetes, sensor", (_DM1,), 18, 60), ("Early discharge after surgery", (), 24, 80),
)  # fmt: skip
_ALLERGIES: Final = ("Penicillin", "Latex", "Codeine", "Aspirin", "Sulfa", "Iodine contrast", "Nuts")


def invent(number: int, home: bool, seed: int, taken: set[tuple[str, str]]) -> Role:
    """A part for patient ``number``; the name is new to ``taken``."""
    rng = Random(mix(seed, 4, number))
    problem, conditions, youngest, oldest = rng.choice(_HOME_PARTS if home else _BED_PARTS)
    sex = rng.choice("FM")
    family, given = pick_name(rng, sex, taken)
    allergies = (rng.choice(_ALLERGIES),) if rng.random() < 0.3 else ()
    chance = rng.random()
    lines = () if home or chance > 0.12 else ("arterial",) if chance < 0.05 else ("capnography",)
    return Role(family, given, sex, rng.randint(youngest, oldest), problem, conditions, allergies, home, lines)
