"""What a journal asks and answers. Every page here is one person's own: never cached."""
