"""Runs that reports are written from, each made once."""

from tests.analysis.manuscript.tables.conftest import imputed, matched, weighted

__all__ = ["imputed", "matched", "weighted"]
