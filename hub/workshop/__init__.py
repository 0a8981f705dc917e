"""From a draft to what customers hear: training and measuring it, trying it, publishing it and going back."""
