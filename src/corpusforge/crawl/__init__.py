"""A crawl for one language: the URL index of a crawl chooses records, and only their bytes are fetched."""
