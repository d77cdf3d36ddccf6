"""Texts, pages and tables in the wrong encodings, of the wrong sizes and under the wrong names."""

from collections.abc import Callable

SPANISH = "El contrato de arrendamiento vence en diciembre; la señora Muñoz pagará 1.200 €.\n"
FORMULA = 'Name,Value\nrow,=1+1\nother,"a, b"\n'

FILES: dict[str, Callable[[], bytes]] = {
    "nothing.txt": lambda: b"",
    "blanks.txt": lambda: b" \r\n\t\n" * 50,
    "mark-only.txt": lambda: b"\xef\xbb\xbf",
    "marked.txt": lambda: b"\xef\xbb\xbf" + SPANISH.encode(),
    "utf16.txt": lambda: SPANISH.encode("utf-16"),
    "utf16-unmarked.txt": lambda: SPANISH.encode("utf-16-le"),
    "windows.txt": lambda: SPANISH.encode("cp1252"),
    "wrong-mark.txt": lambda: b"\xff\xfe" + b"odd",
    "binary.txt": lambda: bytes(range(1, 32)) * 200,
    "zeros.bin": lambda: b"\0" * 100_000,
    "one-line.txt": lambda: b"word " * 900_000,
    "too-long.txt": lambda: b"word " * 1_200_000,
    "too-large.txt": lambda: b"x" * 50_000_001,
    "right-to-left.txt": "החוזה תקף עד סוף השנה. العقد ساري المفعول.".encode,
    "picture.pdf": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
    "page.html": lambda: b"<!doctype html><title>T</title><h1>Head</h1><script>x()</script><p>Text &amp; more.</p>",
    "page.txt": lambda: b"<!doctype html><html><body><h1>Head</h1><p>Really a page.</p></body></html>",
    "deep.html": lambda: b"<html><body>" + b"<div>" * 100_000 + b"deep",
    "latin.html": lambda: f'<html><head><meta charset="iso-8859-1"></head><body>{SPANISH}</body></html>'.encode(
        "cp1252"
    ),
    "bad-codec.html": lambda: b'<html><head><meta charset="zlib_codec"></head><body>caf\xe9</body></html>',
    "only-script.html": lambda: b"<html><body><script>everything()</script></body></html>",
    "huge.html": lambda: b"<html><body>" + b"<p>x</p>" * 1_400_000,
    "notes.md": lambda: b"# Notes\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\n# no heading\n```\n",
    "pipes.md": lambda: b"|" * 400_000,
    "table.csv": FORMULA.encode,
    "semicolons.csv": lambda: "Nombre;Total\nPeña;1,5\nMuñoz;2,5\n".encode("cp1252"),
    "wide.csv": lambda: b"x," * 5_000,
    "huge-field.csv": lambda: b'a,b\n1,"' + b"y" * 300_000,
    "prose.csv": lambda: b"This is a letter and has no columns at all.\nNor does this line.\n",
}
