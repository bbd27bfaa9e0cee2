"""Envelope: grant schemes from publication to payment, exact to the cent."""
