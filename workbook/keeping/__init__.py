"""What whoever keeps a site runs: starting it, its keys, and the answers to machines that watch it."""
