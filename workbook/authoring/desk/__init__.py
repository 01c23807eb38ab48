"""The writing desk: an author's own machine, in the browser. Never part of a site."""
