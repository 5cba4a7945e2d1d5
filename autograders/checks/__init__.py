"""What decides a mark: one module per chapter, under the chapter's own stem."""
