"""What only a developer's machine needs: the emulator, the front, the model server, the demo."""
