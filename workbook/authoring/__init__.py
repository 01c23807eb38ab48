"""What an author uses on their own machine: starting a chapter, the linter, the writing desk."""
