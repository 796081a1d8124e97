"""Reading the page back: from its sentences to the values that they were written from."""
