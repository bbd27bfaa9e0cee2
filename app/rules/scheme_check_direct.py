"""Whether an award without a competition names somebody who could be found."""

from collections.abc import Iterator

from app.rules.identifiers import check_identifier, owner_of
from app.rules.scheme import Procedure, Scheme
from app.rules.scheme_direct import parted, written
from app.rules.scheme_findings import Finding, error, repeated

PATH = "call.direct"


def direct_findings(scheme: Scheme) -> Iterator[Finding]:
    direct = scheme.call.direct
    if direct is None:
        return
    if scheme.call.procedure is not Procedure.SINGLE_STAGE:
        yield error("direct_in_stages", "call.procedure")
    if any(stage.preselection for stage in scheme.stages):
        yield error("direct_with_shortlist", PATH)
    if not direct.named:
        yield error("direct_names_nobody", f"{PATH}.named")
    yield from repeated((written(each) for each in direct.named), f"{PATH}.named")
    for place, each in enumerate(direct.named):
        yield from _number(each, f"{PATH}.named[{place}]")


def _number(named: str, path: str) -> Iterator[Finding]:
    country, register, number = parted(named)
    try:
        is_known = owner_of(country, register) == country
    except KeyError:
        is_known = False
    if not is_known:
        yield error("direct_unknown_register", path, number=named)
    elif check_identifier(country, register, number).blocking:
        yield error("direct_wrong_number", path, number=named)
