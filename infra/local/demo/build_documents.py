"""Makes the demo's PDFs from their Markdown: `python -m infra.local.demo.build_documents`.

The same text gives the same bytes, so running it again changes nothing unless a text or the renderer changed.
"""

from pathlib import Path

from docchain.rendering.pdf import render_pdf

DOCUMENTS = Path(__file__).parent / "documents"


def read_source(path: Path) -> tuple[str, str, dict[str, str]]:
    """Title, text and the other lines of the head, which stands between two lines of dashes."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    about = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return about.pop("title"), body.strip(), about


def main() -> None:
    for source in sorted(DOCUMENTS.glob("*.md")):
        title, body, about = read_source(source)
        target = source.with_suffix(".pdf")
        target.write_bytes(render_pdf(title, body, about))
        print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
