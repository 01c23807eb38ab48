"""Reads what authors write as a kind editor would: safety first, then words, then polish."""
