"""Global scorers that only compute, as the JavaScript of `autoevals` does (contracts/braintrust.md §4.9).

Here and there on purpose not: what is no number (JavaScript's NaN) is an error, as is a schema that is none.
"""
