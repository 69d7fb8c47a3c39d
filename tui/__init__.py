"""The console: an operator's screen over the engine; nothing imports it, and it holds no SQL of its own."""
