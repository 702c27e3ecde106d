"""The files of the checkout that are made from others: one table, and one check that they are in step with it."""
