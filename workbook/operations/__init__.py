"""What an operator runs: starting a site, its keys, the answers to machines that watch it."""
