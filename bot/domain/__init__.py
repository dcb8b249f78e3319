"""Plain data and rules: bookings, event types, slots, people, what is typed, what is announced.

Standard library and dateutil only; no I/O and no clock. Every datetime is aware and in UTC
unless a name or a docstring says otherwise; zones are IANA names.
"""
