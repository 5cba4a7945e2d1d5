"""Quiz items as an IMS QTI 2.1 package: a manifest, one document an item, a test with a section a chapter and use.

Written to "IMS Question and Test Interoperability, Version 2.1" (2012), assessment test and integration guide (content
packaging 1.2, metadata as IEEE LOM and QTI's own). The items are `quiz_qti`.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from loyaltylib.handin import EPOCH
from loyaltylib.messages import language_tag

from .messages import tell
from .quiz_export import COURSE, identity, tags
from .quiz_qti import INTERACTIONS, LOM, QTI, QTI_SCHEMA, assessment_item, document, outcome, root_element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyaltylib.quiz import Item

    from .quiz_export import Unit

PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_PACKAGE_SCHEMA = "http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd"


def package(units: Sequence[Unit], lang: str) -> bytes:
    """Return the package of some chapters' items in one language, zipped."""
    files = {f"items/{identity(i, lang)}.xml": document(assessment_item(i, lang)) for u in units for i in u.items}
    files["test.xml"] = document(_test(units, lang))
    files["imsmanifest.xml"] = document(_manifest(units, lang))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _test(units: Sequence[Unit], lang: str) -> ET.Element:
    """Return the test that holds every item: a section for each chapter and use."""
    root = root_element("assessmentTest", QTI, QTI_SCHEMA, identifier=f"loyalty-{lang}", title=tell(lang, COURSE))
    outcome(root, "SCORE", "single", "float", "0")
    part = ET.SubElement(root, "testPart", identifier="part", navigationMode="nonlinear", submissionMode="individual")
    for unit in units:
        title = f"{unit.title(lang)} · {unit.use_text(lang)}"
        section = ET.SubElement(
            part, "assessmentSection", identifier=f"{unit.stem}-{unit.use}", title=title, visible="true"
        )
        for item in unit.items:
            name = identity(item, lang)
            ET.SubElement(section, "assessmentItemRef", identifier=name, href=f"items/{name}.xml")
    score = ET.SubElement(ET.SubElement(root, "outcomeProcessing"), "setOutcomeValue", identifier="SCORE")
    ET.SubElement(ET.SubElement(score, "sum"), "testVariables", variableIdentifier="SCORE")
    return root


def _manifest(units: Sequence[Unit], lang: str) -> ET.Element:
    root = root_element("manifest", PACKAGE, _PACKAGE_SCHEMA, identifier=f"loyalty-package-{lang}")
    metadata = ET.SubElement(root, "metadata")
    ET.SubElement(metadata, "schema").text = "QTIv2.1 Package"
    ET.SubElement(metadata, "schemaversion").text = "1.0.0"
    ET.SubElement(root, "organizations")
    resources = ET.SubElement(root, "resources")
    test = _resource(resources, "test", "imsqti_test_xmlv2p1", "test.xml")
    for unit in units:
        for item in unit.items:
            name = identity(item, lang)
            ET.SubElement(test, "dependency", identifierref=name)
            resource = _resource(resources, name, "imsqti_item_xmlv2p1", f"items/{name}.xml")
            resource.insert(0, _about(item, unit, lang))
    return root


def _resource(resources: ET.Element, name: str, kind: str, place: str) -> ET.Element:
    resource = ET.SubElement(resources, "resource", identifier=name, type=kind, href=place)
    ET.SubElement(resource, "file", href=place)
    return resource


def _about(item: Item, unit: Unit, lang: str) -> ET.Element:
    """Return an item's metadata: title, chapter, concept, level and use as IEEE LOM, the interaction as QTI's."""
    metadata = ET.Element("metadata")
    general = ET.SubElement(ET.SubElement(metadata, f"{{{LOM}}}lom"), f"{{{LOM}}}general")
    title = ET.SubElement(general, f"{{{LOM}}}title")
    ET.SubElement(title, f"{{{LOM}}}string", language=language_tag(lang)).text = item.stem[lang]
    ET.SubElement(general, f"{{{LOM}}}language").text = language_tag(lang)
    for word in (unit.title(lang), *tags(item)):
        keyword = ET.SubElement(general, f"{{{LOM}}}keyword")
        ET.SubElement(keyword, f"{{{LOM}}}string", language=language_tag(lang)).text = word
    about = ET.SubElement(metadata, f"{{{QTI}}}qtiMetadata")
    ET.SubElement(about, f"{{{QTI}}}interactionType").text = INTERACTIONS[item.kind]
    ET.SubElement(about, f"{{{QTI}}}feedbackType").text = "nonadaptive"
    ET.SubElement(about, f"{{{QTI}}}solutionAvailable").text = "true"
    return metadata
