"""HTTP doors: one thin module a noun."""
