"""Alongside: help that happens on the customer's own screen."""

__version__ = "0.1.0"
