"""Lists: what each is made of, wherever it is shown: its columns, its pages, how a row is drawn and exported."""
