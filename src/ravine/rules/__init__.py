"""The rules: one optimizer, one file. Drop a file in and its rules take part everywhere."""

from ravine.rules.book import RuleBook, rules
from ravine.rules.find import find_rule
from ravine.rules.rule import Rule, rule

__all__ = ["Rule", "RuleBook", "find_rule", "rule", "rules"]
