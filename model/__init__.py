"""The theory: people, institutions, channels, force, economy and ledger, by month.

ODD I.i.
"""

from model.arithmetic import settle

settle()
