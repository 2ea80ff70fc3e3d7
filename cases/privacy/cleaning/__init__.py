"""A file made anew, without what it hides: in a process that can open nothing, call nobody and knows no secret."""
