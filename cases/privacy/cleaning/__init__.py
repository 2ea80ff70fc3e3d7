"""Make a file anew without its metadata, in a process that can open no file, reach no network and knows no secret."""
