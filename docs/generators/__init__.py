"""One page of reference each: a function that gives the page's text."""
