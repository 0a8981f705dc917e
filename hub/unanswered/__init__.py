"""Customers' sentences that the bot did not help with: kept, masked, grouped and put where the bot learns them."""
