"""The civilian economy around recruitment: wages and public finance. ODD III.iv."""

from model.economy.month import CivilianEconomy, EconomyMonth

__all__ = ["CivilianEconomy", "EconomyMonth"]
