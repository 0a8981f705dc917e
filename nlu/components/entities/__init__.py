"""What a sentence names: numbers, days, times, places, teams. Pure but for ``extractor``, Rasa's door."""
