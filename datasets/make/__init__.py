"""Scripts that make the committed data; nobody who uses the kit needs to run them."""
