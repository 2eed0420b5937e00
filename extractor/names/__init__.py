"""Names: finds people and organizations, puts their names into the nominative and merges them over the document."""

from extractor.names.entities import Entities
from extractor.names.organizations.merging import merge_organizations
from extractor.names.organizations.nominative import organization_names
from extractor.names.organizations.spans import organization_spans
from extractor.names.people.merging import find_people
from extractor.names.people.roles import with_roles
from extractor.names.people.spans import person_spans
from extractor.names.spans import name_spans
from extractor.reading.analysis import Analysis


def find_entities(analysis: Analysis) -> Entities:
    """The people and organizations that a labelled text names, in the order of first mention."""
    network = name_spans(analysis)
    people = person_spans(analysis, network)
    organizations = organization_spans(analysis, network, people.sure)
    return Entities(
        people=tuple(with_roles(analysis, find_people(analysis, people))),
        organizations=tuple(merge_organizations(analysis, organization_names(analysis, organizations))),
    )
