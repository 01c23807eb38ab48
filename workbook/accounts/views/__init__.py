"""What an account asks and answers. Every page here is private to one browser: never cached."""
