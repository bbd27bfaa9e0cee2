"""Kinds of applicants that a scheme may admit; each has a sentence `applicant_type.KIND`."""

from enum import StrEnum

from app.rules.messages import Message


class ApplicantType(StrEnum):
    LSG_CITY = "LSG_CITY"
    LSG_MUNICIPALITY = "LSG_MUNICIPALITY"
    RDA = "RDA"
    PUBLIC_INSTITUTION = "PUBLIC_INSTITUTION"
    UTILITY = "UTILITY"
    EDUCATION = "EDUCATION"
    BUSINESS_ASSOCIATION = "BUSINESS_ASSOCIATION"
    CSO = "CSO"
    COOPERATIVE = "COOPERATIVE"
    SME = "SME"
    MICRO_ENTERPRISE = "MICRO_ENTERPRISE"
    SOLE_TRADER = "SOLE_TRADER"
    NATURAL_PERSON = "NATURAL_PERSON"


def type_name(kind: ApplicantType | str) -> Message:
    """What a person reads for a kind of applicant; ValueError for an unknown one."""
    return Message(f"applicant_type.{ApplicantType(kind)}")


# Those of `app/registers/countries.csv`, which the rules do not read.
COUNTRIES = (
    "AL",
    "BA",
    "XK",
    "ME",
    "MK",
    "RS",
    "AT",
    "BE",
    "BG",
    "HR",
    "CY",
    "CZ",
    "DK",
    "EE",
    "FI",
    "FR",
    "DE",
    "GR",
    "HU",
    "IE",
    "IT",
    "LV",
    "LT",
    "LU",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SK",
    "SI",
    "ES",
    "SE",
    "BY",
    "MD",
    "TR",
    "UA",
)


def country_name(code: str) -> Message:
    """What a person reads for a country; ValueError for an unknown one."""
    if code not in COUNTRIES:
        raise ValueError(code)
    return Message(f"country.{code}")


# The no-profit rule spares them (handbook 1.12).
NON_PROFIT = frozenset(
    {
        ApplicantType.LSG_CITY,
        ApplicantType.LSG_MUNICIPALITY,
        ApplicantType.RDA,
        ApplicantType.PUBLIC_INSTITUTION,
        ApplicantType.EDUCATION,
        ApplicantType.CSO,
    }
)

# Who applies is a person: name, place and numbers are private, whatever is published.
PERSONS = frozenset({ApplicantType.SOLE_TRADER, ApplicantType.NATURAL_PERSON})
