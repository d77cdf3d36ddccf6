"""Every minute: open runs whose execution is gone are started again or marked as interrupted."""
