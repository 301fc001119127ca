"""What an import does not take over."""


class Untranslatable(Exception):
    """Something that we have no word for. Its text says what."""
