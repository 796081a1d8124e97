"""Pages: what a person sees in a browser, of what the other rooms know."""
