"""What the site is drawn with, each piece in each of its states. There only where DEBUG is on."""
