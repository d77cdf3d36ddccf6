"""What was deployed is what the sources are, wherever the checkout lies."""

from pathlib import Path

from infra.local.deployment import files_of


def test_a_checkout_in_a_folder_with_an_unlucky_name_has_files_still(tmp_path: Path) -> None:
    source = tmp_path / "demo" / "node_modules" / "docchain" / "functions"
    (source / "__pycache__").mkdir(parents=True)
    (source / "handler.py").touch()
    (source / "__pycache__" / "handler.pyc").touch()
    assert [file.name for file in files_of(source)] == ["handler.py"]
