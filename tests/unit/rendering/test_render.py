import re
import time
import zipfile
from io import BytesIO

import pytest

from docchain.errors import PermanentStepError
from docchain.extraction import extract
from docchain.rendering.blocks import to_blocks
from docchain.rendering.docx import render_docx
from docchain.rendering.errors import RenderingTooLarge
from docchain.rendering.html import render_html
from docchain.rendering.pdf import render_pdf

BODY = """# One

Some **bold**, *slanted*, ~~gone~~ and `code` with a [link](https://example.com/a?b=1&c=2).

- apples
- pears
  1. green
  2. yellow

| Name | Total |
|:-----|------:|
| Peña & Ñúñez | 1.234,00 € |

> said

```
x = <1>
```

---

## Two
"""
META = {"language": "es", "author": "Ana", "footer": "internal", "created": "2026-03-02", "Client": "Ñúñez & Co"}
WRITERS = [render_pdf, render_docx, render_html]


def text_of(data):
    return re.sub(r"[*`|~]+", "", extract(data).text)


@pytest.mark.parametrize("render", WRITERS)
def test_all_text_of_the_document_arrives(render):
    text = text_of(render("Títle & <x>", BODY, META))

    for part in (
        "Títle & <x>",
        "One",
        "bold",
        "slanted",
        "code",
        "link",
        "apples",
        "yellow",
        "Peña & Ñúñez",
        "1.234,00 €",
    ):
        assert part in text
    for part in ("said", "x = <1>", "Two", "Client", "Ñúñez & Co"):
        assert part in text


@pytest.mark.parametrize("render", WRITERS)
def test_the_same_text_gives_the_same_bytes(render):
    first = render("T", BODY, META)
    time.sleep(2.1)  # the clock of a zip archive counts in steps of two seconds

    assert render("T", BODY, META) == first
    assert render("T", BODY + "!", META) != first


@pytest.mark.parametrize("render", WRITERS)
@pytest.mark.parametrize(
    "source",
    [
        '#let x = read("/etc/passwd")\n\n#x $a^2$ @ref <label> \\u{41} #import "@preview/x:1.0.0"',
        "= not a heading\n\n`` `#panic()` `` [x](javascript:alert(1)) ![pic](http://example.com/x.png)",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        '{{ 7 * 7 }} ]]> &amp; "quoted"',
    ],
)
def test_text_is_never_read_as_code(render, source):
    data = render('#panic("title") <b>', source, {"Fact": "#panic() <i>"})

    text = text_of(data)
    assert '#panic("title") <b>' in text
    if render is render_html:
        for harmful in (b"<script", b"<img", b'href="javascript'):
            assert harmful not in data


@pytest.mark.parametrize("render", WRITERS)
def test_control_characters_and_surrogates_are_left_out(render):
    assert "ab" in text_of(render("t\0\x1f", "a\x00\x0b\ud800b\ufffe", {"k\x01": "v\x02"}))


@pytest.mark.parametrize("render", WRITERS)
@pytest.mark.parametrize("body", ["", "\n\n", "word", "- \n- ", "|a|\n|-|", "#", "> ", "1. ", "![](x)", "[](x)"])
def test_next_to_nothing_is_still_a_document(render, body):
    assert len(render("", body, {})) > 500


def test_a_pdf_is_an_archive_pdf_with_outline_and_date():
    data = render_pdf("Informe", BODY, META)

    assert b"pdfaid:part" in data
    found = extract(data)
    assert [(h.level, h.title) for h in found.headings] == [(1, "One"), (2, "Two")]
    assert found.metadata["author"] == "Ana"
    assert found.metadata["created"].startswith("2026-03-02")


def test_letters_that_the_fonts_lack_make_a_plain_pdf():
    data = render_pdf("T", "Smile 😀 and 中文 here.", {})

    assert data.startswith(b"%PDF-")
    assert b"pdfaid:part" not in data
    assert "中文" in extract(data).text


def test_a_docx_has_real_structure():
    data = render_docx("T", BODY, META)

    found = extract(data)
    assert [heading.title for heading in found.headings] == ["T", "One", "Two"]
    assert found.tables[0].header == ["Name", "Total"]
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert "https://example.com/a?b=1&amp;c=2" in archive.read("word/_rels/document.xml.rels").decode()
        assert b"internal" in archive.read("word/footer1.xml")


def test_numbers_of_lists_begin_again_in_each_list_of_a_docx():
    text = extract(render_docx("T", "1. a\n2. b\n\npause\n\n1. c\n\n5. d", {})).text

    assert [line for line in text.splitlines() if re.match(r"\d", line)] == ["1. a", "2. b", "1. c", "2. d"]


def test_html_is_one_page_that_loads_nothing():
    page = render_html("T", BODY, META).decode()

    assert page.startswith('<!doctype html>\n<html lang="es">')
    assert not re.search(r"(src|@import|url\()", page)
    assert '<a href="https://example.com/a?b=1&amp;c=2">link</a>' in page


@pytest.mark.parametrize("render", WRITERS)
@pytest.mark.parametrize("body", ["x" * 1_000_001, "- a\n" * 60_000])
def test_too_much_text_is_refused(render, body):
    with pytest.raises(RenderingTooLarge) as raised:
        render("T", body, {})

    assert isinstance(raised.value, PermanentStepError)
    assert raised.value.details["found"] > raised.value.details["limit"]


def test_too_much_about_a_document_is_refused():
    with pytest.raises(RenderingTooLarge):
        render_html("T", "x", {f"fact {n}": "v" for n in range(41)})


def test_a_date_that_is_none_is_left_alone():
    for created in ("tomorrow", "2026-13-45", "0001-01-01"):
        assert render_pdf("T", "x", {"created": created}) == render_pdf("T", "x", {})


@pytest.mark.parametrize(
    "body",
    [">" * 400 + "a", "".join("  " * n + "- a\n" for n in range(60)), "*a **b " * 10_000, "[" * 30_000, "`" * 60_000],
)
def test_hostile_markdown_is_rendered_in_time(body):
    started = time.process_time()

    render_pdf("T", body, {})

    assert time.process_time() - started < 5


def test_blocks_are_plain_json():
    blocks = to_blocks(BODY)

    assert [block["kind"] for block in blocks] == [
        "heading",
        "paragraph",
        "list",
        "table",
        "quote",
        "code",
        "rule",
        "heading",
    ]
    assert blocks[3]["align"] == ["left", "right"]
