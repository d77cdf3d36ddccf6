"""HTML as Markdown, without what a reader of the page would not read."""

from typing import Any

from bs4 import BeautifulSoup, Comment
from markdownify import MarkdownConverter

from docchain.extraction.errors import BrokenDocument

NOT_CONTENT = ("script", "style", "nav", "noscript", "template", "svg", "iframe", "object", "form", "title", "head")
META = {"author": "author", "description": "description", "date": "created", "dcterms.created": "created"}
STYLE: dict[str, Any] = {
    "heading_style": "ATX",
    "bullets": "-",
    "escape_misc": False,
    "table_infer_header": True,
}


def html_to_markdown(markup: str) -> tuple[str, dict[str, Any]]:
    """The text and the page's metadata (title, language, author, description)."""
    try:
        soup = BeautifulSoup(markup, "lxml")
        metadata = _metadata(soup)
        for element in soup.find_all(NOT_CONTENT):
            element.decompose()
        for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
            comment.extract()
        for picture in soup.find_all("img"):
            picture.replace_with(str(picture.get("alt") or ""))
        text: str = MarkdownConverter(**STYLE).convert_soup(soup)
    except RecursionError as error:
        raise BrokenDocument("the document's elements are nested too deeply") from error
    return tidy(text), metadata


def tidy(markdown: str) -> str:
    """No trailing blanks, and one blank line where there were more."""
    lines = [line.rstrip() for line in markdown.replace("\xa0", " ").split("\n")]
    kept = [line for before, line in zip(["", *lines], lines, strict=False) if line or before]
    return "\n".join(kept).strip()


def _metadata(soup: BeautifulSoup) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if soup.title and soup.title.get_text(strip=True):
        found["title"] = soup.title.get_text(" ", strip=True)
    root = soup.find("html")
    if root and root.get("lang"):
        found["language"] = str(root["lang"])
    for element in soup.find_all("meta"):
        name = META.get(str(element.get("name", "")).lower())
        if name and element.get("content"):
            found.setdefault(name, str(element["content"]))
    return found
