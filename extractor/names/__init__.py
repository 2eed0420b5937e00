"""Names: people and organizations found, put into the nominative and merged over the document."""

from extractor.analysis import Analysis
from extractor.names import organizations
from extractor.names.entities import Entities
from extractor.names.mentions import name_spans, person_spans
from extractor.names.merging import merge_organizations
from extractor.names.people import find_people
from extractor.names.roles import with_roles


def find_entities(analysis: Analysis) -> Entities:
    """The people and organizations that a text names, in the order of first mention."""
    spans = name_spans(analysis)
    people = person_spans(analysis, spans)
    names = organizations.read(analysis, organizations.organization_spans(analysis, spans, people.sure))
    return Entities(
        tuple(with_roles(analysis, find_people(analysis, people))), tuple(merge_organizations(analysis, names))
    )
