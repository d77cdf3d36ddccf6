import pytest

from docchain.extraction import extract
from docchain.extraction.structure import structure_from, structure_of
from tests.corpus import archives, mails, pdfs

MARKDOWN = b"intro\n\n# One\n\na\n\n## Inner\n\nb\n\n# Two\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\nend"


def place_of(found, words):
    start = found.text.index(words)
    return structure_of(found).source_of(start, start + len(words))


def test_headings_and_tables_know_where_they_stand() -> None:
    found = extract(MARKDOWN, "a.md")

    assert [found.text[h.start :].split("\n")[0] for h in found.headings] == ["# One", "## Inner", "# Two"]
    assert found.text[found.tables[0].start : found.tables[0].end] == "| x | y |\n|---|---|\n| 1 | 2 |"


def test_sections_nest_and_end_where_the_next_of_their_level_begins() -> None:
    found = extract(MARKDOWN, "a.md")

    sections = [(s.title, found.text[s.start : s.end].split()) for s in structure_of(found).sections]

    assert sections[0] == ("One", ["#", "One", "a", "##", "Inner", "b"])
    assert sections[1] == ("Inner", ["##", "Inner", "b"])
    assert sections[2][1][-1] == "end"


def test_a_place_in_a_text_names_the_headings_above_it() -> None:
    found = extract(MARKDOWN, "a.md")

    assert place_of(found, "b").section == ("One", "Inner")
    assert place_of(found, "end").section == ("Two",)
    assert place_of(found, "intro").as_json() == {"start": 0, "end": 5, "unit": "text"}


def test_a_place_in_a_pdf_names_its_page() -> None:
    found = extract(pdfs.compiled("= First\nOn the first page.\n#pagebreak()\n= Second\nOn the second page."))

    source = place_of(found, "On the second page")

    assert (source.unit, source.page, source.last_page, source.section) == ("page", 2, None, ("Second",))


def test_a_place_that_goes_on_overleaf_names_both_pages() -> None:
    found = extract(pdfs.compiled("One.\n#pagebreak()\nTwo."))

    source = structure_of(found).source_of(0, len(found.text))

    assert (source.page, source.last_page) == (1, 2)


def test_slides_and_sheets_are_places_with_names() -> None:
    deck, book = extract(archives.a_pptx(), "a.pptx"), extract(archives.an_xlsx(), "a.xlsx")

    plan, total = place_of(deck, "second warehouse"), place_of(book, "120.5")

    assert (plan.unit, plan.page, plan.label) == ("slide", 2, "Plan")
    assert (total.unit, total.page, total.label) == ("sheet", 1, "Invoices")
    assert deck.tables[0].page == 1
    assert deck.text[deck.tables[0].start :].startswith("| Region | Sales |")
    assert "> Notes: Say more about plan." in deck.text


def test_a_table_that_a_pdf_draws_is_given_cell_by_cell() -> None:
    found = extract(pdfs.compiled(f"= Order\n{pdfs.GRID}\nThank you."))

    (table,) = found.tables
    assert (table.header, table.rows) == (
        ["Item", "Quantity", "Price"],
        [["Paper", "20", "4.50"], ["Ink", "2", "31.00"]],
    )
    assert table.page == 1
    assert found.text[table.start : table.end] == "Item Quantity Price\nPaper 20 4.50\nInk 2 31.00"


def test_a_mail_says_who_wrote_and_what_was_not_read() -> None:
    found = extract(mails.a_mail(), "a.eml")

    assert found.metadata["from"] == "Ana <ana@example.com>"
    assert found.metadata["attachments"] == [{"filename": "note.pdf", "media_type": "application/pdf", "size": 8}]
    assert found.headings[0].title == "Año nuevo"


def test_an_output_of_a_node_has_the_same_structure() -> None:
    from functions.steps.document.extract import output_of

    found = extract(archives.a_pptx(), "a.pptx")

    assert structure_from(output_of(found)) == structure_of(found)


def test_what_is_no_span_is_refused() -> None:
    with pytest.raises(ValueError, match="no span"):
        structure_of(extract(MARKDOWN)).source_of(5, 3)
