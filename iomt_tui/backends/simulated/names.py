"""Invented people: family and given names as they meet on one ward, by where they come from."""

from __future__ import annotations

from random import Random
from typing import Final

# family names | given names F | given names M
_ORIGINS: Final = (
    "LINDQVIST BERGSTRÖM ØDEGÅRD SÖDERBERG NIELSEN HALVORSEN VIRTANEN|Astrid Ingrid Kari Freja Aino Sigrid|"
    "Anders Bjørn Mats Søren Eero Håkon",
    "OKAFOR ADEYEMI BALOGUN EZE ONYEKA OLAWALE|Ngozi Folake Amara Chidinma Yetunde|Chinedu Emeka Tunde Obinna Segun",
    "MORALES FERNÁNDEZ GARCÍA-PRIETO CASTAÑEDA NÚÑEZ QUISPE|Pilar María Lucía Consuelo Ximena|"
    "Andrés Íñigo Joaquín Mateo Raúl",
    "HASSAN IBRAHIM AL-RASHID KHALIL MANSOUR HADDAD|Amina Layla Samira Noor Yasmin|Rami Omar Youssef Tariq Karim",
    "NGUYỄN TRẦN PHẠM ĐỖ LÊ|Thảo Hương Linh Mai Ngọc|Minh Đức Quang Tuấn Hải",
    "王 李 张 陈 刘|秀英 丽 敏 静 芳|伟 强 军 磊 建国",
    "TANAKA 佐藤 SUZUKI YAMAMOTO KOBAYASHI|Yuki Haruka 美咲 Keiko Sachiko|Hiroshi Kenji 太郎 Takumi Daichi",
    "KIM PARK CHOI 이 JEONG|Seo-yeon Ji-woo Min-ji Ha-eun Soo-ah|Min-jun Dong-hyun Jae-won Sung-ho Tae-yang",
    "PATEL SHARMA IYER CHATTERJEE SINGH REDDY|Nisha Priya Lakshmi Ananya Gurpreet|Arjun Vikram Rajesh Harpreet Sanjay",
    "KOWALSKI WIŚNIEWSKA NOVÁK DVOŘÁK HORVÁTH POPESCU|Agnieszka Zuzana Katalin Ioana Jiřina|"
    "Piotr Łukasz Tomáš István Mihai",
    "SCHMIDT MÜLLER BÖHM DE VRIES VAN DIJK|Ursula Heike Änne Marijke Sabine|Jürgen Günther Pieter Rainer Willem",
    "O'CONNELL MACDONALD WHITTAKER PRITCHARD BYRNE|Maeve Eileen Catriona Siân Dorothy|Iain Declan Gareth Rory Alistair",
    "ROSSI SILVA DUPONT PAPADOPOULOS LEFÈVRE GONÇALVES|Geneviève Eleni Chiara Inês Élodie|"
    "Giancarlo João Étienne Nikos Théo",
    "YILMAZ ÖZTÜRK PETROVIĆ KOVAČEVIĆ ШЕВЧЕНКО|Ayşe Elif Jelena Олена Milica|Mehmet İbrahim Dragan Тарас Nenad",
    "NDLOVU MBEKI MWANGI TESFAYE DIALLO|Thandiwe Wanjiru Selam Aïssatou Nomvula|Thabo Kamau Dawit Mamadou Sipho",
)
_DOUBLES: Final = {"DE", "VAN"}


def _words(text: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in text.split():
        if words and words[-1] in _DOUBLES:
            words[-1] += " " + word
        else:
            words.append(word)
    return tuple(words)


POOLS: Final = tuple(tuple(_words(part) for part in origin.split("|")) for origin in _ORIGINS)


def pick_name(rng: Random, sex: str, taken: set[tuple[str, str]]) -> tuple[str, str]:
    """A (family, given) pair that nobody in ``taken`` bears; it is added to ``taken``.

    A large ward uses up the plain pairs; then a second family name is joined on, as marriage does.
    """
    for attempt in range(1000):
        families, women, men = rng.choice(POOLS)
        family = rng.choice(families)
        given = rng.choice(women if sex == "F" else men)
        if attempt >= 6:
            family = f"{family}-{rng.choice(rng.choice(POOLS)[0])}"
        if (family, given) not in taken:
            taken.add((family, given))
            return family, given
    raise ValueError("No unused name is left for the simulated ward: ask for fewer beds.")
