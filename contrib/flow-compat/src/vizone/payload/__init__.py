"""Documents of Viz One: each is made from bytes, text, an answer or a message."""
