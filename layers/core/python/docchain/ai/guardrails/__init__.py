"""What stands between a document and a model: its length, its marks, and an eye on what is answered."""
