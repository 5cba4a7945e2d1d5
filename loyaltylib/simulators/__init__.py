"""One simulator per chapter: controls and a picture; the numbers come from the chapter's module."""
