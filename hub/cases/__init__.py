"""Complaints, wishes and faults."""
