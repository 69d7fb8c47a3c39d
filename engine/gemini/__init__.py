"""The only place that speaks google-genai and the wire; `sdk` alone imports google, when it is first used."""
