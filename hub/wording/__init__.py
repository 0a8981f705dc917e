"""How days, times and money are written to customers. A language is a file of words in ``words/``."""
