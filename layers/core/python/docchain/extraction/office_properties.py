"""What an Office file says about itself."""

import xml.etree.ElementTree as ET
import zipfile
from typing import Any

CORE = "docProps/core.xml"
FIELDS = {"title": "title", "creator": "author", "subject": "subject", "created": "created", "modified": "modified"}


def read_properties(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Of an archive that ``check_archive`` has seen. Raises ``ParseError``."""
    if CORE not in archive.namelist():
        return {}
    root = ET.fromstring(archive.read(CORE))  # noqa: S314  # check_archive refused declarations of entities
    found = {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in root}
    return {name: found[tag] for tag, name in FIELDS.items() if found.get(tag)}
