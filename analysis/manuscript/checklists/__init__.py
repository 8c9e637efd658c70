"""Reporting guidelines, each item filled from the run or left to the author."""

from analysis.manuscript.checklists.checklist import Checklist, ChecklistItem, checklist_table, checklists

__all__ = ["Checklist", "ChecklistItem", "checklist_table", "checklists"]
