"""The only place that speaks google-genai and the wire; `client` alone imports google, when it is first used."""
