import time
from pathlib import Path

import pytest

from docchain.extraction import bounded, extract
from docchain.extraction.errors import DocumentTooSlow, EncryptedDocument, ReaderStopped
from tests.corpus import archives, pdfs


def test_a_document_read_apart_is_read_the_same() -> None:
    for data in (pdfs.a_text(), archives.a_docx(), archives.a_pptx(), archives.an_xlsx()):
        assert bounded.extract_apart(data) == extract(data)


def test_an_error_comes_back_with_its_class_and_words() -> None:
    with pytest.raises(EncryptedDocument, match="password"):
        bounded.extract_apart(archives.marked_encrypted())


def test_a_reader_that_needs_more_memory_than_it_may_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "MEMORY_BYTES", 20_000_000)

    with pytest.raises(ReaderStopped) as stopped:
        bounded.extract_apart(b"word " * 900_000 + b"\xff")

    assert stopped.value.code == "DOCUMENT_READER_STOPPED"


def test_a_reader_that_never_ends_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "docchain" / "extraction"
    folder.mkdir(parents=True)
    for package in (folder.parent, folder):
        (package / "__init__.py").touch()
    (folder / "child.py").write_text("while True: pass")
    monkeypatch.syspath_prepend(str(tmp_path))
    started = time.monotonic()

    with pytest.raises(DocumentTooSlow, match="1 s"):
        bounded.extract_apart(b"text", deadline=started + 1)

    assert time.monotonic() - started < 5


def test_the_reader_is_given_none_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    run = bounded.subprocess.run

    def spying(*arguments: object, **options: object) -> object:
        seen.update(options["env"])  # type: ignore[call-overload]
        return run(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setattr(bounded.subprocess, "run", spying)
    bounded.extract_apart(b"text")

    assert seen.keys() == {"PYTHONPATH", "PATH", "LANG"}
