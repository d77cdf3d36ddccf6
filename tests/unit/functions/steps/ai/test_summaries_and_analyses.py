"""What the nodes of summaries and analyses hand on when the local methods do the work."""

from functions.steps.ai.workers import analyze, summarize
from tests.support.calls import a_call
from tests.support.gateways import a_gateway

FIRST = "# Results\n\nSales of the northern shops rose by a tenth in spring."
SECOND = "Costs of energy fell by a fifth over the same months. The supplier shall deliver TODO by 2 June 2026."
TEXT = f"{FIRST}\n\n{SECOND}"
READ = {
    "text": TEXT,
    "format": "pdf",
    "pages": [
        {"number": 1, "start": 0, "end": len(FIRST)},
        {"number": 2, "start": len(FIRST) + 2, "end": len(TEXT)},
    ],
    "headings": [{"level": 1, "title": "Results", "page": 1, "start": 0}],
}


def test_each_sentence_of_a_summary_names_its_page_and_place() -> None:
    result = summarize(a_gateway(), a_call("ai_summarize", {"max_sentences": 3}, upstream={"read": READ}))

    sentences = result.output["sentences"]
    assert [sentence["source"]["page"] for sentence in sentences] == [1, 2, 2]
    assert all(TEXT[s["start"] : s["end"]] == s["text"] for s in sentences)
    assert sentences[0]["source"]["section"] == ["Results"]


def test_a_text_of_the_config_has_places_and_no_pages() -> None:
    config = {"text": "One sentence stands here for all. Another one stands right behind it."}
    result = summarize(a_gateway(), a_call("ai_summarize", config, upstream={"read": READ}))

    assert all("page" not in sentence["source"] for sentence in result.output["sentences"])


def test_what_analyses_find_names_its_page_and_leaves_numbers_for_conditions() -> None:
    config = {"analyses": ["quality", "requirements", "insights", "structure"]}
    result = analyze(a_gateway(), a_call("ai_analyze", config, upstream={"read": READ}))

    assert result.facts["quality_issues"] == 1
    assert result.facts["quality"] < 1
    assert result.facts["requirements"] == 1
    assert result.facts["insights"] == 2
    assert result.output["quality"]["issues"][0]["source"]["page"] == 2
    assert result.output["requirements"]["requirements"][0]["source"]["page"] == 2
    assert {i["source"]["page"] for i in result.output["insights"]["insights"]} == {1, 2}
    assert result.output["methods"]["quality"] == "rule-based"
    assert result.output["experimental"] is False
