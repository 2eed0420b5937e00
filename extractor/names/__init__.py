"""Names: people and organizations found, put into the nominative and merged over the document."""

from extractor.names.entities import Entities
from extractor.names.organizations import nominative
from extractor.names.organizations import spans as organizations
from extractor.names.organizations.merging import merge_organizations
from extractor.names.people.merging import find_people
from extractor.names.people.roles import with_roles
from extractor.names.people.spans import person_spans
from extractor.names.spans import name_spans
from extractor.reading.analysis import Analysis


def find_entities(analysis: Analysis) -> Entities:
    """The people and organizations that a text names, in the order of first mention."""
    spans = name_spans(analysis)
    people = person_spans(analysis, spans)
    names = nominative.organization_names(analysis, organizations.organization_spans(analysis, spans, people.sure))
    return Entities(
        tuple(with_roles(analysis, find_people(analysis, people))), tuple(merge_organizations(analysis, names))
    )
