from docchain.ai.local.summary import summarize
from docchain.extraction import extract
from docchain.extraction.sourcing import find_quote, sources_of_values, structure_behind, with_sources
from docchain.extraction.structure import structure_of
from functions.steps.document.extract import output_of
from tests.corpus import archives, pdfs

LEASE = pdfs.compiled(
    "= Lease\nThe tenant rents a warehouse in Valencia for five years from January 2026. "
    "The rent of 1,200 euros is due on the first day of each month.\n#pagebreak()\n"
    "= Ending\nEither side may end the lease with notice of six months in writing. "
    "The deposit is paid back within thirty days after the keys were handed over."
)


def test_every_sentence_of_a_summary_points_to_its_page() -> None:
    found = extract(LEASE)
    data = summarize(found.text, sentences=4).data
    assert data

    sentences = with_sources(data["sentences"], structure_behind(found.text, [output_of(found)]))

    assert len(sentences) == 4
    for sentence in sentences:
        said = found.text[sentence["source"]["start"] : sentence["source"]["end"]]
        assert " ".join(said.split()) == sentence["text"]
    assert [s["source"]["page"] for s in sentences] == [1, 1, 2, 2]
    assert sentences[-1]["source"]["section"] == ["Ending"]


def test_an_extracted_value_points_to_where_it_stands() -> None:
    found = extract(archives.an_xlsx(), "a.xlsx")
    data = {"invoice": "A-2", "total": 99, "notes": ["Paid by"], "supplier": "Nobody Ltd", "paid": True}

    sources, unsourced = sources_of_values(data, found.text, structure_of(found))

    assert (sources["/invoice"]["label"], sources["/invoice"]["unit"]) == ("Invoices", "sheet")
    assert found.text[sources["/total"]["start"] : sources["/total"]["end"]] == "99"
    assert sources["/notes/0"]["page"] == 2
    assert unsourced == ["/supplier"]


def test_a_quote_is_found_over_line_breaks_and_as_whole_words() -> None:
    text = "The rent of 11,200\neuros. The rent\nof 1,200 euros."

    assert find_quote(text, "1,200 Euros") == (text.index("of 1,2") + 3, len(text) - 1)
    assert find_quote(text, "ent") is None
    assert find_quote(text, "  ") is None


def test_a_text_that_came_from_no_document_has_sections_only() -> None:
    structure = structure_behind("# A\n\nwords", [{"text": "another", "pages": [1]}])

    assert structure.source_of(5, 10).as_json() == {"start": 5, "end": 10, "unit": "text", "section": ["A"]}
