"""Reading Google's usage cost export; what it means stands in `engine.domain.invoice`."""
