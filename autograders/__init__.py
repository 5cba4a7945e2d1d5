"""What an instructor runs: build chapters, mark classes, report. A learner's machine never has it."""
